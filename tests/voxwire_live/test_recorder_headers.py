"""Headers that concern one connection only never get past a recorder, in either direction."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from websockets.datastructures import Headers

from tests.voxwire_live.recorded import recorded, run
from tests.voxwire_live.scripted import accepted, scripted
from voxwire.live.proxy.upstream import forwarded
from voxwire.live.timeouts import RecorderTimeouts

NO_CLOSE = RecorderTimeouts(close=0.2)
"""For a server that answers no close."""

OF_ONE_HOP = [  # RFC 9110, sections 7.6.1, 11.7 and 6.6.2; RFC 9112, section 6.1
    "Connection",
    "Proxy-Connection",
    "Keep-Alive",
    "TE",
    "Transfer-Encoding",
    "Upgrade",
    "Trailer",
    "Proxy-Authenticate",
    "Proxy-Authentication-Info",
    "Proxy-Authorization",
]


def names_of(headers: list[tuple[str, str]]) -> list[str]:
    return [name for name, _ in forwarded(Headers(headers))]


@pytest.mark.parametrize("write", [str, str.lower, str.upper])
@pytest.mark.parametrize("name", [*OF_ONE_HOP, "Host", "Date", "Content-Length"])
def test_each_of_them_stays(name: str, write: type[str]) -> None:
    assert names_of([("X-Before", "1"), (write(name), "x"), ("X-After", "2")]) == [
        "X-Before",
        "X-After",
    ]


@pytest.mark.parametrize(
    "connection",
    [
        ["Upgrade, X-Hop, Authorization"],
        ["upgrade,x-hop,,\tAUTHORIZATION ,"],
        ["Upgrade", "X-Hop", "authorization"],
        ["X-Hop , close", "Authorization;q=1, Authorization"],
    ],
)
def test_so_do_those_that_connection_names(connection: list[str]) -> None:
    headers = [("Connection", value) for value in connection]
    headers += [("X-HOP", "1"), ("Authorization", "a"), ("authorization", "b"), ("X-Hop-By", "c")]
    assert names_of(headers) == ["X-Hop-By"]


def test_others_pass_as_often_and_in_the_order_in_which_they_came() -> None:
    headers = [
        ("Cookie", "a=1"),
        ("X-A", "x, y"),
        ("cookie", "b=2"),
        ("Via", "1.1 p"),
        ("Sec-A", ""),
    ]
    assert list(forwarded(Headers(headers))) == headers


@pytest.mark.parametrize(
    "name", ["Sec-WebSocket-Key", "sec-websocket-extensions", "Sec-WebSocket-X"]
)
def test_the_library_makes_those_of_the_handshake(name: str) -> None:
    assert names_of([(name, "x")]) == []


def test_on_the_wire(tmp_path: Path) -> None:
    """What a recorder does with the heads of both sides, byte for byte."""
    requests: list[str] = []

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        requests.append(head)
        hop = (
            "Keep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nX-Server-Hop: 1\r\n"
            "Connection: X-Server-Hop, keep-alive\r\nX-Server: 2\r\nSet-Cookie: c=3\r\n"
        )
        writer.write(accepted(head).removesuffix(b"\r\n") + hop.encode() + b"\r\n")
        await writer.drain()
        await reader.read()

    async def test() -> None:
        async with (
            scripted(server) as port,
            recorded(f"ws://127.0.0.1:{port}", tmp_path, timeouts=NO_CLOSE) as setup,
        ):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", int(setup.url.rpartition(":")[2])
            )
            writer.write(
                b"GET /gateway HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade, X-Client-Hop\r\nConnection: Keep-Alive, HTTP2-Settings\r\n"
                b"Keep-Alive: timeout=5\r\nX-Client-Hop: 1\r\nHTTP2-Settings: A\r\nTE: trailers\r\n"
                b"Proxy-Authorization: Basic eA==\r\nProxy-Connection: keep-alive\r\nTrailer: X\r\n"
                b"X-Client: 2\r\nAuthorization: Bearer 3\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
            answer = (await reader.readuntil(b"\r\n\r\n")).decode()
            writer.transport.abort()
            [request] = requests
            assert named(request) == {
                "host": [f"127.0.0.1:{port}"],
                "upgrade": ["websocket"],
                "connection": ["Upgrade"],
                "sec-websocket-version": ["13"],
                "x-client": ["2"],
                "authorization": ["Bearer 3"],
            }
            assert named(answer) == {
                "upgrade": ["websocket"],
                "connection": ["Upgrade"],
                "x-server": ["2"],
                "set-cookie": ["c=3"],
            }

    run(test())


def named(head: str) -> dict[str, list[str]]:
    """The headers of a message, without those that are new each time."""
    found: dict[str, list[str]] = {}
    for line in head.split("\r\n")[1:-2]:
        name, _, value = line.partition(": ")
        if name.lower() not in ("sec-websocket-key", "sec-websocket-accept", "date"):
            found.setdefault(name.lower(), []).append(value)
    return found
