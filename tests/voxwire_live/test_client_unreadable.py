"""A live client whose server sends what it cannot take: it says what was wrong, gets past what it can
get past, and gives up in the end."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest
import zstandard
from websockets.asyncio.server import ServerConnection

from tests.voxwire_live.loopback import READY, TOKEN, at_once, connected, leave, run
from tests.voxwire_live.recorded import server_at
from voxmodels.v1 import Recovery
from voxwire.live.client.events import Disconnected, GatewayClosedError
from voxwire.live.client.gateway import Gateway, connect
from voxwire.session import SessionResumed, SessionStarted

HELLO = '{"type":"hello","d":{"heartbeat_interval":45000}}'
LIMIT = 1_048_576

Send = Callable[[ServerConnection], Awaitable[None]]


def long_ready() -> str:
    """A ready of more than 1 MiB."""
    ready = json.loads(READY)
    ready["d"]["display_name"] = "x" * LIMIT
    return json.dumps(ready)


async def too_long(websocket: ServerConnection) -> None:
    await websocket.send(long_ready())


async def too_long_in_pieces(websocket: ServerConnection) -> None:
    text = long_ready()
    await websocket.send([text[:600_000], text[600_000:]])


async def no_utf8(websocket: ServerConnection) -> None:
    await websocket.send(b'{"type":"\xff"}', text=True)


async def no_websocket(websocket: ServerConnection) -> None:
    websocket.transport.write(b"\xff\xff\xff\xff")


async def no_json(websocket: ServerConnection) -> None:
    await websocket.send("{")


async def too_long_inside(websocket: ServerConnection) -> None:
    await websocket.send(zstandard.compress(bytes(LIMIT + 1)))


async def no_zstd(websocket: ServerConnection) -> None:
    await websocket.send(b"no zstd frame")


CASES: list[tuple[Send, int, str]] = [
    (too_long, 1009, f"a message was longer than the {LIMIT} bytes that this client reads (frame "),
    (too_long_in_pieces, 1009, f"a message was longer than the {LIMIT} bytes that this client "),
    (no_utf8, 1007, "a text message is not UTF-8 (invalid start byte at position 9)"),
    (no_websocket, 1002, "what came is no WebSocket frame ("),
    (no_json, 4002, "JSON_INVALID: "),
    (
        too_long_inside,
        1009,
        f"the zstd frame declares {LIMIT + 1} bytes; at most {LIMIT} bytes are",
    ),
    (no_zstd, 4002, "the message is no zstd frame"),
]


async def all_news(gateway: Gateway) -> tuple[list[Disconnected], GatewayClosedError]:
    """How the connections ended until the client gave up, and why it did."""
    ends: list[Disconnected] = []

    async def read() -> None:
        async for event in gateway.events():
            if isinstance(event, Disconnected):
                ends.append(event)

    with pytest.raises(GatewayClosedError) as closed:
        await read()
    return ends, closed.value


@pytest.mark.parametrize(("send", "code", "problem"), CASES)
def test_a_login_whose_answer_cannot_be_read(send: Send, code: int, problem: str) -> None:
    async def handler(websocket: ServerConnection) -> None:
        await websocket.send(HELLO)
        await websocket.recv()
        await send(websocket)
        await websocket.wait_closed()

    async def test() -> None:
        async with (
            server_at(handler) as url,
            connect(url, TOKEN, compress=True, backoff=at_once()) as gateway,
        ):
            ends, closed = await all_news(gateway)
            assert [(end.code, end.recovery) for end in ends] == [(code, Recovery.IDENTIFY)] * 4
            assert all(end.description.startswith(problem) for end in ends)
            assert closed.code == code
            assert closed.description == (
                f"{ends[0].description.rstrip('.')}; 5 connections in a row ended because of what "
                "the server sent, and another would, too"
            )
            assert str(closed).startswith(f"closed for good with {code}")

    run(test())


@pytest.mark.parametrize(("send", "code", "problem"), CASES)
def test_one_message_that_cannot_be_read_costs_the_session_only(
    send: Send, code: int, problem: str
) -> None:
    """It comes once more with the replay, and not in the session after that."""
    connections = 0

    async def handler(websocket: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        await websocket.send(HELLO)
        login = json.loads(await websocket.recv())
        if login["type"] == "identify":
            await websocket.send(READY)
        if connections < 3:
            await send(websocket)
        await websocket.wait_closed()

    async def test() -> None:
        async with (
            server_at(handler) as url,
            connect(url, TOKEN, compress=True, backoff=at_once()) as gateway,
        ):
            seen: list[object] = []
            async for event in gateway.events():
                if isinstance(event, Disconnected):
                    assert event.description.startswith(problem)
                    seen.append((event.code, event.recovery))
                elif isinstance(event, SessionStarted):
                    seen.append(event.lost)
                if len(seen) == 4:
                    break
            assert seen == [False, (code, Recovery.RESUME), (code, Recovery.IDENTIFY), True]

    run(test())


def test_a_replay_that_kills_each_connection_ends_in_a_new_session() -> None:
    """Whatever the reason: here the connection is cut each time in the middle of the replay."""
    logins: list[str] = []

    async def handler(websocket: ServerConnection) -> None:
        await websocket.send(HELLO)
        logins.append(json.loads(await websocket.recv())["type"])
        if logins[-1] == "identify":
            await websocket.send(READY)
        if len(logins) < 5:
            websocket.transport.abort()
        await websocket.wait_closed()

    async def test() -> None:
        async with (
            server_at(handler) as url,
            connect(url, TOKEN, compress=False, backoff=at_once()) as gateway,
        ):
            ends: list[Disconnected] = []
            async for event in gateway.events():
                if isinstance(event, Disconnected):
                    ends.append(event)
                if isinstance(event, SessionStarted) and ends:
                    assert event.lost
                    break
            assert [end.recovery.name for end in ends] == ["RESUME"] * 3 + ["IDENTIFY"]
            assert ends[-1].description.endswith(
                "; 3 resumes in a row brought no new message, so that a new session begins"
            )
        assert logins == ["identify", "resume", "resume", "resume", "identify"]

    run(test())


def test_after_a_longer_absence_a_new_session_begins() -> None:
    async def test() -> None:
        async with connected(resume_within=0.0) as (gateway, mock):
            mock.drop()
            seen: list[object] = []
            async for event in gateway.events():
                if isinstance(event, Disconnected):
                    seen.append(event.recovery)
                elif isinstance(event, SessionStarted | SessionResumed):
                    seen.append(event)
                if len(seen) == 3:
                    break
            assert isinstance(seen[0], SessionStarted)
            assert seen[1] is Recovery.RESUME
            assert isinstance(seen[2], SessionStarted)
            assert seen[2].lost
            assert seen[2].ready.session_id == "sess_00000002"

    run(test())


def test_the_absence_begins_when_the_connection_ends_and_not_when_somebody_looks() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            await mock.send(leave(1))
            assert (await anext(gateway)).seq == 2
            socket = gateway._driver._socket
            assert socket is not None
            mock.drop()
            await socket._end
            ended_at = socket._ended_at
            assert ended_at is not None
            async for event in gateway.events():
                if isinstance(event, Disconnected):
                    assert gateway._driver._session._lost_at == ended_at
                if isinstance(event, SessionResumed):
                    break

    run(test())
