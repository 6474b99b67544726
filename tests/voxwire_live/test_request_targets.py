"""What clients may ask a recorder for: every form of a request target that is one (RFC 9112, 3.2)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection

from tests.voxwire_live.recorded import recorded, recorded_server, run, server_at
from voxwire.capture import Opened, read_capture
from voxwire.live.target import Target

SECRET = "S3cretPass"

RIGHT = [
    ("/gateway?v=1", "/gateway?v=1"),
    ("/", "/own?o=1"),
    ("/?v=1", "/own?v=1"),
    ("/gateway", "/gateway?o=1"),
    ("/gateway?", "/gateway?o=1"),
    ("//", "//?o=1"),
    ("//evil.test/x?v=1", "//evil.test/x?v=1"),
    ("/http://x", "/http://x?o=1"),
    ("/a?b?c=/d", "/a?b?c=/d"),
    ("/a:b@c", "/a:b@c?o=1"),
    ("http://host/gateway?v=1", "/gateway?v=1"),
    ("HTTP://HOST.Test/gateway?v=1", "/gateway?v=1"),
    ("https://host:443/gateway?v=1", "/gateway?v=1"),
    ("ws://127.0.0.1:8765/gateway?v=1", "/gateway?v=1"),
    ("WSS://[::1]:8765/Gateway?v=1", "/Gateway?v=1"),
    ("http://host", "/own?o=1"),
    ("http://host/", "/own?o=1"),
    ("http://host?v=1", "/own?v=1"),
    ("http://host:?v=1", "/own?v=1"),
    ("http://host/?v=1", "/own?v=1"),
    ("http://host//x", "//x?o=1"),
    ("http://host//", "//?o=1"),
    ("http://host/%2F%3f?v=%31", "/%2F%3f?v=%31"),
    ("http://host/a?to=ws://x@y/", "/a?to=ws://x@y/"),
]

WRONG = [
    ("*", "the request target names no path; expected a path such as /gateway?v=1, or a whole"),
    ("?v=1", "the request target names no path"),
    ("gateway?v=1", "the request target names no path"),
    ("host:443", "the request target names no path"),
    ("http:/gateway", "the request target names no path"),
    ("http:gateway", "the request target names no path"),
    ("ftp://host/gateway", "the scheme of the request target is none of http, https, ws, wss;"),
    ("://host/gateway", "the scheme of the request target is none of"),
    ("http:///gateway", "the address names no host"),
    ("http://:80/gateway", "the address names no host"),
    ("http://?v=1", "the address names no host"),
    ("http://[host/gateway", "the address names no valid host"),
    (f"http://alice%3A{SECRET}%40host/gateway", "the address names no valid host"),
    (f"http://alice;{SECRET}/", "the address names no valid host"),
    (f"http://{SECRET}..host/", "the address names no valid host"),
    (f"http://{'a' * 64}.{SECRET}/", "the address names no valid host"),
    (f"http://host:{SECRET}/gateway", "the port of the address is no number from 1 to 65535"),
    ("http://host:0/", "the port of the address is no number from 1 to 65535"),
    ("http://host:65536/", "the port of the address is no number from 1 to 65535"),
    (f"http://alice:{SECRET}@host/", "the request target must not hold a user name or password"),
    (f"http://{SECRET}@host/", "the request target must not hold a user name or password"),
    (f"http://host/?token={SECRET}#a", "the request target must not have a fragment (#)"),
    ("/gateway#a", "the request target must not have a fragment (#)"),
]


@pytest.mark.parametrize(("requested", "path"), RIGHT)
def test_where_a_request_leads(requested: str, path: str) -> None:
    assert Target.parse("wss://gateway.test:9/own?o=1").url(requested) == (
        f"wss://gateway.test:9{path}"
    )


@pytest.mark.parametrize(("requested", "problem"), WRONG)
def test_what_is_no_request_target(requested: str, problem: str) -> None:
    with pytest.raises(ValueError, match="the ") as error:
        Target.parse("wss://gateway.test").url(requested)
    assert str(error.value).startswith(problem)
    assert SECRET not in f"{error.value!r} {error.value.__context__!r}"


async def asked(url: str, target: str) -> tuple[str, str]:
    """The first line and the body of the answer to a handshake with this target."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(
        f"GET {target} HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    status = head.splitlines()[0]
    body = "" if " 101 " in status else (await reader.read()).decode()
    writer.transport.abort()
    return status, body


@pytest.mark.parametrize(("requested", "path"), RIGHT)
def test_a_recorder_takes_each_form(requested: str, path: str, tmp_path: Path) -> None:
    paths: list[str] = []
    gone = asyncio.Event()

    async def handler(connection: ServerConnection) -> None:
        assert connection.request is not None
        paths.append(connection.request.path)
        await connection.wait_closed()
        gone.set()

    async def test() -> None:
        async with (
            server_at(handler) as url,
            recorded(f"{url}/own?o=1", tmp_path) as setup,
        ):
            status, _ = await asked(setup.url, requested)
            assert status == "HTTP/1.1 101 Switching Protocols"
            await gone.wait()
            [opened] = read_capture(str(setup.file))
            assert isinstance(opened, Opened)
            assert opened.connection.url == f"{url}{path}"

    run(test())
    assert paths == [path]


@pytest.mark.parametrize(("requested", "problem"), WRONG)
def test_a_recorder_says_why_it_refuses(requested: str, problem: str, tmp_path: Path) -> None:
    async def handler(connection: ServerConnection) -> None:
        raise AssertionError("nothing is forwarded")

    async def test() -> None:
        async with recorded_server(handler, tmp_path) as setup:
            status, body = await asked(setup.url, requested)
            assert status == "HTTP/1.1 400 Bad Request"
            assert body.startswith(f"voxwire record: {problem}")
            assert SECRET not in f"{body}{setup.said}"

    run(test())
