"""How connections end behind a recorder: closed by either side, lost, refused, or by the recorder."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.frames import Close

from tests.voxwire.files import MemoryFile
from tests.voxwire_live.recorded import (
    closes,
    echo,
    end_of,
    messages,
    recorded,
    recorded_server,
    run,
    server_at,
)
from voxwire.capture.writer import CaptureWriter
from voxwire.live.proxy.recorder import recording
from voxwire.live.proxy.relay import STOPPED
from voxwire.live.target import Target
from voxwire.live.timeouts import RecorderTimeouts

Ending = Callable[[Connection], Awaitable[None]]


async def ended(
    folder: Path, *, by_client: Ending | None = None, by_server: Ending | None = None
) -> Close | None:
    """What one side sees of the ending that the other side makes."""
    seen: asyncio.Future[Close | None] = asyncio.Future()

    async def handler(connection: ServerConnection) -> None:
        await connection.send("hello")
        if by_server is not None:
            await by_server(connection)
        else:
            seen.set_result(await end_of(connection))

    async with recorded_server(handler, folder) as setup:
        client = await connect(setup.url)
        assert await client.recv() == "hello"
        if by_client is not None:
            await by_client(client)
        else:
            seen.set_result(await end_of(client))
        return await seen


async def lose(connection: Connection) -> None:
    connection.transport.abort()


async def close_without_code(connection: Connection) -> None:
    async with connection.send_context():
        connection.protocol.send_close()


CLOSES = [(1000, ""), (1001, "moving on"), (3000, "é"), (4008, "AUTH_RATE_LIMITED"), (4999, "")]


@pytest.mark.parametrize(("code", "reason"), CLOSES)
def test_a_close_by_the_client(code: int, reason: str, tmp_path: Path) -> None:
    async def test() -> None:
        async def end(connection: Connection) -> None:
            await connection.close(code, reason)

        assert await ended(tmp_path, by_client=end) == Close(code, reason)

    run(test())
    assert closes(tmp_path / "main.ndjson") == [(1, code, reason, "client")]


@pytest.mark.parametrize(("code", "reason"), CLOSES)
def test_a_close_by_the_server(code: int, reason: str, tmp_path: Path) -> None:
    async def test() -> None:
        async def end(connection: Connection) -> None:
            await connection.close(code, reason)

        assert await ended(tmp_path, by_server=end) == Close(code, reason)

    run(test())
    assert closes(tmp_path / "main.ndjson") == [(1, code, reason, "server")]


def test_a_close_without_a_code(tmp_path: Path) -> None:
    async def test() -> None:
        assert await ended(tmp_path, by_client=close_without_code) == Close(1005, "")

    run(test())
    assert closes(tmp_path / "main.ndjson") == [(1, 1005, "", "client")]


@pytest.mark.parametrize("side", ["client", "server"])
def test_a_lost_connection_is_lost_on_the_other_side_too(side: str, tmp_path: Path) -> None:
    async def test() -> None:
        ending = {"by_client": lose} if side == "client" else {"by_server": lose}
        assert await ended(tmp_path, **ending) is None

    run(test())
    assert messages(tmp_path / "main.ndjson") == [[("s2c", "hello")]]
    assert closes(tmp_path / "main.ndjson") == []


def test_what_was_sent_before_a_close_arrives_before_it(tmp_path: Path) -> None:
    got: list[str | bytes] = []

    async def handler(connection: ServerConnection) -> None:
        got.extend([message async for message in connection])

    async def test() -> None:
        async with recorded_server(handler, tmp_path) as setup, connect(setup.url) as client:
            for number in range(500):
                await client.send(str(number))

    run(test())
    assert got == [str(number) for number in range(500)]
    assert messages(tmp_path / "main.ndjson") == [[("c2s", str(n)) for n in range(500)]]


def test_a_broken_text_message_ends_both_sides(tmp_path: Path) -> None:
    async def broken(connection: Connection) -> None:
        await connection.send(b"\xff", text=True)
        assert await end_of(connection) == Close(1007, "invalid start byte at position 0")

    async def test() -> None:
        seen = await ended(tmp_path, by_client=broken)
        assert seen == Close(1007, "invalid start byte at position 0")

    run(test())
    [(_, code, _, by)] = closes(tmp_path / "main.ndjson")
    assert (code, by) == (1007, "recorder")


def test_stopping_closes_both_sides_with_1001(tmp_path: Path) -> None:
    at_server: list[Close | None] = []

    async def handler(connection: ServerConnection) -> None:
        await connection.send("hello")
        at_server.append(await end_of(connection))

    async def test() -> None:
        async with server_at(handler) as url:
            async with recorded(url, tmp_path) as setup:
                client = await connect(setup.url)
                await client.recv()
            assert await end_of(client) == Close(1001, STOPPED)

    run(test())
    assert at_server == [Close(1001, STOPPED)]
    assert closes(tmp_path / "main.ndjson") == [(1, 1001, STOPPED, "recorder")]


def test_stopping_waits_for_no_one_who_does_not_read(tmp_path: Path) -> None:
    stalled = asyncio.Event()

    async def handler(connection: ServerConnection) -> None:
        try:
            while True:
                await asyncio.wait_for(connection.send(bytes(250_000)), 0.5)
        except TimeoutError:
            stalled.set()
        await connection.wait_closed()

    async def test() -> None:
        async with server_at(handler, close_timeout=1) as url:
            timeouts = RecorderTimeouts(close=0.2)
            async with recorded(url, tmp_path, timeouts=timeouts) as setup:
                client = await connect(setup.url, max_queue=1, close_timeout=0.1)
                await stalled.wait()
            await client.close()

    run(test())
    assert [by for *_, by in closes(tmp_path / "main.ndjson")] == ["recorder"]


# --- a capture that cannot be written ---------------------------------------------------------


class FullDisk(MemoryFile):
    """Takes two lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = 0

    def write(self, data: object) -> int:
        self.lines += 1
        if self.lines > 2:
            raise OSError(28, "No space left on device")
        return super().write(data)  # type: ignore[arg-type]


def test_a_full_disk_is_reported_and_traffic_goes_on() -> None:
    async def test() -> None:
        file = FullDisk()
        async with (
            server_at(echo) as url,
            recording(Target.parse(url), CaptureWriter(file)) as recorder,
            connect(recorder.address) as client,
        ):
            for number in "123":
                await client.send(number)
                assert await client.recv() == number
            assert (await recorder.failed()).strerror == "No space left on device"
        assert len(file.getvalue().splitlines()) == 2

    run(test())
