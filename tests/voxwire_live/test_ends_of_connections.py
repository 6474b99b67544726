"""Who closed, how a close that nobody answers ends, and that nothing is left of a connection that
failed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect as dial
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close
from websockets.protocol import State

from tests.voxwire_live.loopback import run
from tests.voxwire_live.recorded import closes, recorded_server, server_at
from voxwire.capture import Direction
from voxwire.capture.writer import ClosedBy
from voxwire.live import closing
from voxwire.live import socket as socket_module
from voxwire.live.opening import open_websocket
from voxwire.live.proxy.recording import RecordedConnection
from voxwire.live.proxy.relay import Relay
from voxwire.live.socket import Socket, SocketClosed
from voxwire.live.timeouts import RecorderTimeouts


class Notes:
    """A record that notes how its connection ended."""

    def __init__(self) -> None:
        self.ends: list[tuple[object, ...]] = []

    def frame(self, direction: Direction, data: str | bytes) -> None: ...

    def closed(self, code: int, reason: str, by: ClosedBy) -> None:
        self.ends.append((code, reason, by))

    def lost(self, by: ClosedBy) -> None:
        self.ends.append((by,))


# --- which side closed first -------------------------------------------------------------------


async def ended(
    url: str, *, close: tuple[int, str] | None = None
) -> tuple[Notes, tuple[object, ...]]:
    """How a client's connection ended, which closes first if `close` is given."""
    socket = Socket(await open_websocket(url, max_size=100))
    notes = Notes()
    socket.record = notes
    if close is not None:
        socket.start_close(*close)
    with pytest.raises(SocketClosed) as end:
        await socket.recv()
    ending = socket.ended(end.value)
    await socket.finished()
    return notes, ending[:3]


def closing_with(code: int, reason: str) -> object:
    async def handler(connection: ServerConnection) -> None:
        await connection.close(code, reason)

    return handler


def test_the_server_closes_first() -> None:
    async def test() -> None:
        async with server_at(closing_with(4007, "late")) as url:  # type: ignore[arg-type]
            notes, ending = await ended(url)
            assert notes.ends == [(4007, "late", "server")]
            assert ending == (4007, "late", None)

    run(test())


def test_the_client_closes_first_and_is_answered() -> None:
    async def test() -> None:
        async with server_at(lambda connection: connection.wait_closed()) as url:
            notes, ending = await ended(url, close=(4000, "mine"))
            assert notes.ends == [(4000, "mine", "client")]
            assert ending == (4000, "mine", None)

    run(test())


def test_both_close_at_once() -> None:
    """Each sends its close before it gets the other's: for each, its own came first."""

    async def test() -> None:
        go = asyncio.Event()

        async def handler(connection: ServerConnection) -> None:
            await go.wait()
            await connection.close(1012, "theirs")

        async with server_at(handler) as url:
            socket = Socket(await open_websocket(url, max_size=100))
            notes = Notes()
            socket.record = notes
            transport = socket._connection.transport
            transport.pause_reading()
            go.set()
            socket.start_close(4000, "mine")
            await asyncio.sleep(0)
            transport.resume_reading()
            with pytest.raises(SocketClosed) as end:
                await socket.recv()
            # Whatever is acted upon is the server's: it says what it wants to be done next.
            assert socket.ended(end.value)[:3] == (1012, "theirs", None)
            assert notes.ends == [(4000, "mine", "client")]
            await socket.finished()

    run(test())


def test_the_library_closes_by_itself() -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.send("x" * 101)
        await connection.wait_closed()

    async def test() -> None:
        async with server_at(handler) as url:
            notes, ending = await ended(url)
            [(code, _, by)] = notes.ends
            assert (code, by) == (1009, "client")
            assert ending[0] == 1009
            assert str(ending[2]).startswith("a message was longer than the ")

    run(test())


def test_the_connection_is_lost() -> None:
    async def handler(connection: ServerConnection) -> None:
        connection.transport.abort()

    async def test() -> None:
        async with server_at(handler) as url:
            notes, ending = await ended(url)
            assert notes.ends == [("server",)]
            assert ending == (1006, "", None)

    run(test())


# --- a close that nobody answers ---------------------------------------------------------------


class Transport:
    def __init__(self) -> None:
        self.is_cut = False

    def close(self) -> None: ...

    def abort(self) -> None:
        self.is_cut = True


class Stuck:
    """A connection that does not get a close out, nor an end."""

    def __init__(self) -> None:
        self.transport = Transport()
        self.state = State.OPEN
        self.recv = None

    async def close(self, code: int, reason: str) -> None:
        await asyncio.Event().wait()

    async def wait_closed(self) -> None:
        await asyncio.Event().wait()


def test_a_recorder_cuts_what_does_not_close() -> None:
    async def test() -> None:
        stuck = Stuck()
        await closing.close(stuck, 1001, "", timeout=0.01)  # type: ignore[arg-type]
        assert stuck.transport.is_cut
        lost = Stuck()
        await closing.lose(lost, timeout=0.01)  # type: ignore[arg-type]
        assert lost.transport.is_cut

    run(test())


def test_what_has_ended_by_itself_can_be_aborted() -> None:
    """A transport that was closed with something left to send fails at abort() once that is sent."""
    aborted = asyncio.Event()

    async def handler(connection: ServerConnection) -> None:
        connection.transport.write(bytes(20_000_000))  # nobody takes that at once
        connection.transport.close()
        await connection.wait_closed()
        closing.abort(connection)
        aborted.set()

    async def test() -> None:
        async with server_at(handler) as url:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            writer.write(
                b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
            assert len(await reader.read()) > 20_000_000
            await aborted.wait()
            writer.close()
            await writer.wait_closed()

    run(test())


def test_a_recorder_that_stops_cuts_both_sides() -> None:
    class Record:
        def closed(self, code: int, reason: str, by: ClosedBy) -> None: ...

    async def test() -> None:
        client, server = Stuck(), Stuck()
        timeouts = RecorderTimeouts(close=0.01)
        await Relay(client, server, Record(), timeouts).stop()  # type: ignore[arg-type]
        assert (client.transport.is_cut, server.transport.is_cut) == (True, True)

    run(test())


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (ConnectionClosed(Close(4007, "a"), Close(4007, "b"), True), (4007, "a", "server")),
        (ConnectionClosed(Close(4007, "a"), None), (4007, "a", "server")),
        (ConnectionClosed(Close(1000, "a"), Close(1009, "b"), False), (1009, "b", "recorder")),
        (ConnectionClosed(None, Close(1009, "b")), (1009, "b", "recorder")),
        (ConnectionClosed(None, None), ("server",)),
    ],
)
def test_a_recorder_notes_whose_close_came_first(
    end: ConnectionClosed, expected: tuple[object, ...]
) -> None:
    async def test() -> None:
        notes = Notes()
        relay = Relay(Stuck(), Stuck(), notes, RecorderTimeouts(close=0.01))  # type: ignore[arg-type]
        await relay._end(end, relay._client, "server")
        assert notes.ends == [expected]

    run(test())


def test_a_client_cuts_what_does_not_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_module, "CLOSE_TIMEOUT", 0.01)

    async def test() -> None:
        stuck = Stuck()
        socket = Socket(stuck)  # type: ignore[arg-type]
        socket.start_close(1000, "")
        assert socket._closing is not None
        await socket._closing
        assert stuck.transport.is_cut
        socket._end.cancel()
        await asyncio.wait((socket._end,))

    run(test())


# --- a connection that fails -------------------------------------------------------------------


@pytest.mark.parametrize("method", ["__init__", "frame"])
def test_nothing_is_left_of_a_recorded_connection_that_fails(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_server: list[Close | None] = []
    left = asyncio.Event()

    async def handler(connection: ServerConnection) -> None:
        at_server.append(await end_of(connection))
        left.set()

    def fail(*_: object) -> None:
        raise LookupError("a bug")

    async def test() -> None:
        async with recorded_server(handler, tmp_path) as setup:
            with monkeypatch.context() as patch:
                patch.setattr(RecordedConnection, method, fail)
                client = await dial(setup.url)
                with suppress(ConnectionClosed):
                    await client.send("a")
                assert await end_of(client) == Close(1011, "")
                await left.wait()
            recorder = setup.recorder
            await asyncio.gather(*recorder._guards)
            assert (recorder._relays, recorder._connected, recorder._connecting) == (
                set(),
                {},
                set(),
            )
            assert at_server == [None]
            assert "which is a bug: " in setup.said[-1]
            async with dial(setup.url) as another:  # the recorder itself goes on
                await another.send("b")

    run(test())
    recorded = [(1, 1011, "", "recorder")] if method == "frame" else []
    assert closes(tmp_path / "main.ndjson")[:-1] == recorded


async def end_of(connection: Connection) -> Close | None:
    try:
        while True:
            await connection.recv()
    except ConnectionClosed as end:
        return end.rcvd
