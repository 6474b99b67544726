"""Connections that never come about: the server refuses, is not there, or someone stops waiting."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import InvalidStatus
from websockets.frames import Close

from tests.voxwire_live.recorded import (
    echo,
    end_of,
    messages,
    recorded,
    recorded_server,
    run,
    server_at,
    silent_server,
)
from voxwire.live.proxy.upstream import in_words
from voxwire.live.target import Target
from voxwire.live.timeouts import RecorderTimeouts


async def refused(url: str) -> InvalidStatus:
    with pytest.raises(InvalidStatus) as caught:
        await connect(url)
    return caught.value


def test_a_server_that_refuses_is_quoted(tmp_path: Path) -> None:
    def refuse(connection: ServerConnection, request: object) -> object:
        response = connection.respond(429, '{"error":"slow down"}')
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = "application/json"
        response.headers["Retry-After"] = "30"
        return response

    async def test() -> None:
        async with recorded_server(echo, tmp_path, process_request=refuse) as setup:
            response = (await refused(setup.url)).response
            assert (response.status_code, response.body) == (429, b'{"error":"slow down"}')
            assert response.headers["Content-Type"] == "application/json"
            assert response.headers["Retry-After"] == "30"
            assert setup.said == [
                "a client was refused: the server answered HTTP 429 Too Many Requests"
            ]

    run(test())
    assert messages(tmp_path / "main.ndjson") == []


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    async def test() -> None:
        async with server_at(echo) as url:
            pass
        async with recorded(url, tmp_path) as setup:
            response = (await refused(setup.url)).response
            assert response.status_code == 502
            assert response.body == b"voxwire record: nothing listens at the address\n"
            assert setup.said == ["a client was refused: nothing listens at the address"]

    run(test())


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:

    async def test() -> None:
        async with (
            silent_server() as (url, _),
            recorded(url, tmp_path, timeouts=RecorderTimeouts(open=0.1)) as setup,
        ):
            assert (await refused(setup.url)).response.status_code == 504
            assert setup.said == [
                "a client was refused: the server did not answer within 0.1 seconds"
            ]

    run(test())


def test_a_server_that_speaks_no_tls(tmp_path: Path) -> None:
    async def test() -> None:
        async with (
            server_at(echo) as url,
            recorded(url.replace("ws:", "wss:"), tmp_path) as setup,
        ):
            assert (await refused(setup.url)).response.status_code == 502
            assert setup.said == [
                "a client was refused: the server broke the connection off before it was open"
            ]

    run(test())


def test_stopping_refuses_clients_that_are_still_connecting(tmp_path: Path) -> None:
    async def test() -> None:
        async with silent_server() as (url, came):
            async with recorded(url, tmp_path) as setup:
                connecting = asyncio.create_task(refused(setup.url))
                await came.wait()
            assert (await connecting).response.status_code == 503

    run(test())


def test_a_client_that_leaves_while_it_connects(tmp_path: Path) -> None:
    reached, go, left = asyncio.Event(), asyncio.Event(), asyncio.Event()
    seen: list[Close | None] = []

    async def wait(connection: ServerConnection, request: object) -> None:
        reached.set()
        await go.wait()

    async def handler(connection: ServerConnection) -> None:
        seen.append(await end_of(connection))
        left.set()

    async def test() -> None:
        async with recorded_server(handler, tmp_path, process_request=wait) as setup:
            connecting = asyncio.create_task(connect(setup.url).__aenter__())
            await reached.wait()
            connecting.cancel()
            await asyncio.wait((connecting,))
            go.set()
            await left.wait()
            assert setup.said == ["a client went away before its connection was open"]

    run(test())
    assert seen == [Close(1001, "")]
    assert messages(tmp_path / "main.ndjson") == []


def test_plain_http_is_told_what_is_spoken_here(tmp_path: Path) -> None:
    requests: list[object] = []

    async def test() -> None:
        async with recorded_server(echo, tmp_path, process_request=requests.append) as setup:
            port = setup.url.rpartition(":")[2]
            reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 426 ")
            writer.close()
            await writer.wait_closed()

    run(test())
    assert requests == []


# --- addresses and words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://host", "must begin with ws:// or wss://"),
        ("host", "must begin with ws:// or wss://"),
        ("wss://me:word@host", "must not hold a user name or password"),
        ("wss://me%3Aword%40host", "names no valid host"),
        ("wss://me\\word", "names no valid host"),
        ("wss://me word", "names no valid host"),
        ("wss://word\udcff", "names no valid host"),
        ("wss://word..host", "names no valid host"),
        ("wss:///gateway", "names no host"),
        ("wss://host:0", "no number from 1 to 65535"),
        ("wss://host:port", "no number from 1 to 65535"),
        ("wss://host/#a", "fragment"),
    ],
)
def test_addresses_that_are_refused(address: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        Target.parse(address)
    assert "word@" not in str(caught.value)


def test_certificates_in_words() -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    assert in_words(error) == "the server's certificate is not trusted: self-signed certificate"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(113, "No route to host"), "the server cannot be reached: [Errno 113] No route"),
        (ssl.SSLError(1, "wrong version"), "TLS failed: "),
        (ImportError("python-socks is required"), "the connection to the server failed: python-"),
    ],
)
def test_errors_in_words(error: Exception, said: str) -> None:
    assert in_words(error).startswith(said)
