"""Servers that are slow or silent at each step, and consumers that stop reading: none is waited for
without end, and what ends the waiting is a time that can be chosen."""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect as dial
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tests.voxwire_live.loopback import TOKEN, at_once, connected, run, taken
from tests.voxwire_live.recorded import closes, recorded_server
from tests.voxwire_live.scripted import (
    Script,
    deaf,
    dribbles,
    opens_and_says,
    says,
    scripted,
    silent,
)
from voxmodels.v1 import CloseCode, MlsType, Recovery, client
from voxwire.live.client.events import Disconnected, GatewayUnreachableError
from voxwire.live.client.gateway import connect
from voxwire.live.opening import open_websocket
from voxwire.live.socket import MAX_UNSENT, Socket, SocketClosed
from voxwire.live.timeouts import RecorderTimeouts
from voxwire.session import HelloReceived

HELLO = '{"type":"hello","d":{"heartbeat_interval":45000}}'


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize(
    "script",
    [silent, says(b"HTTP/1.1 101 Swit"), says(b"HTTP/1.1 101 X\r\n", b"Upgrade: web"), dribbles],
    ids=["silent", "half a status line", "half a head", "dribbled headers"],
)
def test_a_server_that_does_not_open_in_time(scheme: str, script: Script) -> None:
    """With ``wss`` all of them are silent: TLS never gets an answer."""

    async def test() -> None:
        async with scripted(script if scheme == "ws" else silent) as port:
            with pytest.raises(GatewayUnreachableError) as error:
                async with connect(f"{scheme}://127.0.0.1:{port}", TOKEN, open_timeout=0.2):
                    pass
            assert str(error.value) == "the server did not answer within 0.2 seconds"

    run(test())


@pytest.mark.parametrize(
    ("messages", "handshake_timeout"),
    [((), 0.2), ((HELLO,), 3.0)],  # hello comes in time on a busy machine, too
    ids=["no hello", "no ready"],
)
def test_a_server_that_is_silent_after_it_opened(
    messages: tuple[str, ...], handshake_timeout: float
) -> None:
    async def test() -> None:
        async with (
            scripted(opens_and_says(*messages)) as port,
            connect(
                f"ws://127.0.0.1:{port}",
                TOKEN,
                compress=False,
                backoff=at_once(),
                handshake_timeout=handshake_timeout,
            ) as gateway,
        ):
            assert gateway.ready is None
            events = await taken(gateway, len(messages) + 1)
            assert [type(event) for event in events[:-1]] == [HelloReceived] * len(messages)
            assert events[-1] == Disconnected(
                CloseCode.UNKNOWN_ERROR,
                "the server did not answer in time",
                "the server did not answer in time",
                Recovery.IDENTIFY,
                0.0,
            )

    run(test())


async def end_of(socket: Socket) -> tuple[int, str, str | None]:
    with pytest.raises(SocketClosed) as end:
        await socket.recv()
    await socket.finished()
    return socket.ended(end.value)[:3]


def test_a_server_that_reads_nothing_is_left_by_who_sends() -> None:
    async def test() -> None:
        async with scripted(deaf) as port:
            connection = await open_websocket(f"ws://127.0.0.1:{port}", max_size=1000)
            socket = Socket(connection, send_timeout=0.2)
            while socket.is_open:
                await socket.send("x" * 1_000_000)
            assert await end_of(socket) == (1006, "", None)

    run(test())


def test_heartbeats_to_a_server_that_reads_nothing_do_not_pile_up() -> None:
    async def test() -> None:
        async with scripted(deaf) as port:
            connection = await open_websocket(f"ws://127.0.0.1:{port}", max_size=1000)
            socket = Socket(connection)
            waiting = 0
            while socket.is_open:
                socket.push("x" * 10_000)
                waiting = max(waiting, connection.transport.get_write_buffer_size())
                await asyncio.sleep(0)
            assert waiting < MAX_UNSENT + 11_000
            assert await end_of(socket) == (1006, "", None)

    run(test())


def test_sending_to_a_server_that_reads_nothing_goes_on_elsewhere() -> None:
    """The client gives the connection up, and sends the rest on the next one."""

    async def test() -> None:
        async with connected() as (gateway, mock):
            socket = gateway._driver._socket
            assert socket is not None
            socket._send_timeout = 0.2  # type: ignore[misc]
            first = mock.websocket
            assert first is not None
            first.transport.pause_reading()
            text = "x" * 16_000
            relay = client.MlsRelay(mls_type=MlsType.WELCOME, data=text)
            while len(mock.logins) == 1:
                await gateway.send(relay)
                gateway._driver._connection._allowance._rates.clear()  # never mind the rate
            assert isinstance(mock.logins[1], client.Resume)
            first.transport.abort()  # it would not notice by itself that it has been left

    run(test())


# --- a consumer that stops reading -------------------------------------------------------------


@pytest.mark.parametrize("reader", ["client", "server"])
def test_behind_a_recorder_whoever_takes_nothing_is_given_up(reader: str, tmp_path: Path) -> None:
    over = asyncio.Event()  # no ping of the library brings it about

    async def flood(connection: Connection) -> None:
        with suppress(ConnectionClosed):
            while True:
                await connection.send(bytes(250_000))
        over.set()

    async def stall(connection: Connection) -> None:
        await over.wait()  # the library reads a few messages ahead, and no more

    at_server, at_client = (flood, stall) if reader == "client" else (stall, flood)

    async def test() -> None:
        timeouts = RecorderTimeouts(stall=0.3, close=0.2)
        async with recorded_server(
            at_server, tmp_path, timeouts=timeouts, close_timeout=0.2, ping_interval=None
        ) as setup:
            async with dial(setup.url, close_timeout=0.2, ping_interval=None) as connection:
                await at_client(connection)
            await over.wait()
        assert setup.said[1].startswith(
            f"connection 1 given up: the {reader} took no message for too long; "
        )

    run(test())
    assert closes(tmp_path / "main.ndjson") == []


def test_stopping_a_recorder_does_not_wait_for_a_client_that_says_nothing(tmp_path: Path) -> None:
    async def handler(connection: ServerConnection) -> None:
        raise AssertionError("nobody connects")

    async def test() -> None:
        timeouts = RecorderTimeouts(open=3600.0)
        async with recorded_server(handler, tmp_path, timeouts=timeouts) as setup:
            port = int(setup.url.rpartition(":")[2])
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /gate")
            await writer.drain()
            while not setup.recorder._arrivals:
                await asyncio.sleep(0)
        writer.close()

    run(test())


# asyncio itself leaves transports behind that it makes while a server closes (Python 3.11).
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("turns", range(8))
def test_stopping_a_recorder_does_not_wait_for_a_client_that_comes_just_then(
    turns: int, tmp_path: Path
) -> None:
    async def handler(connection: ServerConnection) -> None:
        raise AssertionError("nobody connects")

    async def test() -> None:
        sockets = [socket.socket() for _ in range(20)]
        timeouts = RecorderTimeouts(open=3600.0)
        async with recorded_server(handler, tmp_path, timeouts=timeouts) as setup:
            for client in sockets:
                client.connect(("127.0.0.1", int(setup.url.rpartition(":")[2])))
            for _ in range(turns):
                await asyncio.sleep(0)
        for client in sockets:
            client.close()

    run(test())
    gc.collect()
