"""What passes a recorder arrives as it was sent, and the capture holds it frame for frame."""

from __future__ import annotations

import asyncio
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.typing import Subprotocol

from tests.voxwire_live.recorded import (
    Data,
    closes,
    echo,
    messages,
    recorded,
    recorded_server,
    run,
    server_at,
)
from voxwire import Compressor
from voxwire.capture import Opened, read_capture


def test_messages_pass_and_are_recorded_frame_for_frame(tmp_path: Path) -> None:
    sent: list[Data] = [
        '{"type":"heartbeat"}',
        "",
        "é 😀 \u2028",
        b"",
        b"\x00\xff",
        Compressor().compress(b'{"type":"heartbeat_ack"}'),
        "x" * 1_000_000,
        bytes(2_000_000),
    ]

    async def test() -> None:
        async with recorded_server(echo, tmp_path, max_size=None) as setup:
            async with connect(setup.url, max_size=None) as client:
                got = []
                for message in sent:
                    await client.send(message)
                    got.append(await client.recv())
            assert got == sent
            assert [type(message) for message in got] == [type(message) for message in sent]

    run(test())
    [recorded_messages] = messages(tmp_path / "main.ndjson")
    assert recorded_messages == [
        (direction, message) for message in sent for direction in ("c2s", "s2c")
    ]


def test_path_query_headers_and_subprotocol_are_forwarded(tmp_path: Path) -> None:
    requests: list[tuple[str, dict[str, str]]] = []

    async def handler(connection: ServerConnection) -> None:
        assert connection.request is not None
        requests.append((connection.request.path, dict(connection.request.headers.raw_items())))

    async def cookie(connection: ServerConnection, request: object, response: object) -> None:
        response.headers["Set-Cookie"] = "a=1"  # type: ignore[attr-defined]
        response.headers["Set-Cookie"] = "b=2"  # type: ignore[attr-defined]

    async def test() -> None:
        protocols = [Subprotocol("vox.2"), Subprotocol("vox.1")]
        async with (
            recorded_server(
                handler, tmp_path, subprotocols=["vox.1"], process_response=cookie
            ) as setup,
            connect(
                f"{setup.url}/gateway?v=1&encoding=json&compress=zstd",
                subprotocols=protocols,
                origin="https://app.example.org",  # type: ignore[arg-type]
                user_agent_header="VoxDesktop/2.1",
                additional_headers={"Authorization": "Bearer x", "Cookie": "c=3"},
            ) as client,
        ):
            await client.wait_closed()
            assert client.subprotocol == "vox.1"
            assert client.response is not None
            assert client.response.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
            assert client.response.headers["Server"].startswith("Python/")
            [(path, headers)] = requests
            assert path == "/gateway?v=1&encoding=json&compress=zstd"
            assert headers["Host"] == setup.server_url.removeprefix("ws://")
            assert headers["Origin"] == "https://app.example.org"
            assert headers["User-Agent"] == "VoxDesktop/2.1"
            assert headers["Authorization"] == "Bearer x"
            assert headers["Cookie"] == "c=3"
            assert headers["Sec-WebSocket-Protocol"] == "vox.2, vox.1"
            assert "Sec-WebSocket-Extensions" not in headers
            [opened] = [e for e in read_capture(str(setup.file)) if isinstance(e, Opened)]
            assert opened.connection.url == f"{setup.server_url}{path}"

    run(test())


def test_a_client_without_path_or_query_gets_those_of_the_target(tmp_path: Path) -> None:
    paths: list[str] = []

    async def handler(connection: ServerConnection) -> None:
        assert connection.request is not None
        paths.append(connection.request.path)

    async def test() -> None:
        async with (
            server_at(handler) as url,
            recorded(f"{url}/gateway?v=1", tmp_path) as setup,
        ):
            for requested in ("", "/", "/?v=2", "/other", "/other?v=3"):
                async with connect(f"{setup.url}{requested}") as client:
                    await client.wait_closed()

    run(test())
    assert paths == ["/gateway?v=1", "/gateway?v=1", "/gateway?v=2", "/other?v=1", "/other?v=3"]


def test_several_clients_at_once_are_told_apart(tmp_path: Path) -> None:
    count, rounds = 8, 20

    async def talk(url: str, name: str, everyone: asyncio.Barrier) -> None:
        async with connect(url) as client:
            await everyone.wait()
            for number in range(rounds):
                await client.send(f"{name} {number}")
                assert await client.recv() == f"{name} {number}"

    async def test() -> None:
        everyone = asyncio.Barrier(count)
        async with recorded_server(echo, tmp_path) as setup, asyncio.TaskGroup() as group:
            for name in "abcdefgh":
                group.create_task(talk(setup.url, name, everyone))

    run(test())
    found = messages(tmp_path / "main.ndjson")
    assert sorted(connection[0][1] for connection in found) == [f"{name} 0" for name in "abcdefgh"]
    for connection in found:
        name = str(connection[0][1])[0]
        said = [f"{name} {number}" for number in range(rounds)]
        assert [m for direction, m in connection if direction == "c2s"] == said
        assert [m for direction, m in connection if direction == "s2c"] == said
    assert sorted(number for number, *_ in closes(tmp_path / "main.ndjson")) == list(range(1, 9))


def test_a_fragmented_message_is_one_message(tmp_path: Path) -> None:
    async def test() -> None:
        async with recorded_server(echo, tmp_path) as setup, connect(setup.url) as client:
            await client.send(["a", "b", "c"])
            assert await client.recv() == "abc"

    run(test())
    assert messages(tmp_path / "main.ndjson") == [[("c2s", "abc"), ("s2c", "abc")]]


def test_pings_are_answered_and_not_recorded(tmp_path: Path) -> None:
    async def handler(connection: ServerConnection) -> None:
        await (await connection.ping())
        await connection.send("pong came")
        await connection.wait_closed()

    async def test() -> None:
        async with recorded_server(handler, tmp_path) as setup, connect(setup.url) as client:
            await (await client.ping())
            assert await client.recv() == "pong came"

    run(test())
    assert messages(tmp_path / "main.ndjson") == [[("s2c", "pong came")]]


def test_no_compression_is_negotiated_underneath(tmp_path: Path) -> None:
    async def test() -> None:
        async with recorded_server(echo, tmp_path) as setup, connect(setup.url) as client:
            assert client.response is not None
            assert "Sec-WebSocket-Extensions" not in client.response.headers

    run(test())


def test_a_slow_client_makes_the_server_wait(tmp_path: Path) -> None:
    """The server can only send what fits the buffers on the way, until the client reads."""
    message, at_most = bytes(250_000), 400
    sent = 0
    stalled = asyncio.Event()

    async def handler(connection: ServerConnection) -> None:
        nonlocal sent
        sending = asyncio.create_task(connection.send(message))
        while sent < at_most:
            done, _ = await asyncio.wait((sending,), timeout=None if stalled.is_set() else 0.3)
            if not done:
                stalled.set()
                continue
            sent += 1
            sending = asyncio.create_task(connection.send(message))
        await sending

    async def test() -> None:
        async with (
            recorded_server(handler, tmp_path) as setup,
            connect(setup.url, max_queue=1) as client,
        ):
            await stalled.wait()
            assert sent < at_most // 2
            received = 0
            async for _ in client:
                received += 1
            assert received == at_most + 1

    run(test())
    [connection] = messages(tmp_path / "main.ndjson")
    assert connection == [("s2c", message)] * (at_most + 1)
