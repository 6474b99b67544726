"""The live client when connections end: every way to go on, and every way to give up."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.asyncio.server import ServerConnection

from tests.voxwire_live.loopback import (
    READY,
    TOKEN,
    Loopback,
    at_once,
    connected,
    leave,
    loopback,
    run,
    taken,
)
from tests.voxwire_live.recorded import server_at
from voxmodels.v1 import CloseCode, Recovery, client, server
from voxwire.live.client.events import Disconnected, GatewayClosedError, GatewayUnreachableError
from voxwire.live.client.gateway import Gateway, connect
from voxwire.session import Backoff, SessionResumed, SessionStarted
from voxwire.session.sequence import Gap

HELLO = '{"type":"hello","d":{"heartbeat_interval":3600000}}'


async def end(mock: Loopback, code: int, reason: str | None = None) -> None:
    """End the connection: 1006 stands for without a word."""
    if code == 1006:
        mock.drop()
    else:
        await mock.close(code, reason)


async def news(gateway: Gateway, *kinds: type) -> list[object]:
    """The next event of each of these kinds, in order; others are passed over."""
    found: list[object] = []
    events = gateway.events()
    while len(found) < len(kinds):
        event = await anext(events)
        if type(event) is kinds[len(found)]:
            found.append(event)
    return found


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (1000, ""),
        (1001, ""),
        (1006, ""),
        (1012, ""),
        (4000, None),
        (4007, None),
        (4008, None),
        (4006, None),
        (4321, "a code of the future"),
    ],
)
def test_resumes_after(code: int, reason: str | None) -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            await mock.send(leave(1), leave(2))
            assert [(await anext(gateway)).seq for _ in range(2)] == [2, 3]
            await mock.send(leave(3))
            await end(mock, code, reason)
            session = mock.session
            session.publish(leave(4))
            assert (await anext(gateway)).seq == 4
            lost, resumed = await news(gateway, Disconnected, SessionResumed)
            assert isinstance(lost, Disconnected)
            assert (lost.code, lost.recovery, lost.delay) == (code, Recovery.RESUME, 0.0)
            assert isinstance(resumed, SessionResumed)
            assert (resumed.last_seq, resumed.replayed) == (5, 1)
            assert resumed.away is not None
            assert resumed.away >= 0
            await mock.send(leave(5))
            assert (await anext(gateway)).seq == 6
            assert [type(login) for login in mock.logins] == [client.Identify, client.Resume]
            assert isinstance(mock.logins[1], client.Resume)
            assert mock.logins[1].last_seq == 4

    run(test())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (4008, "AUTH_RATE_LIMITED"),
        (4009, None),
        (4010, None),
        (4012, None),
    ],
)
def test_identifies_anew_after(code: int, reason: str | None) -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            await mock.send(leave(1))
            assert (await anext(gateway)).seq == 2
            mock.rejections = [(code, reason)]
            mock.drop()
            first, second, started = await news(gateway, Disconnected, Disconnected, SessionStarted)
            assert isinstance(first, Disconnected)
            assert isinstance(second, Disconnected)
            assert isinstance(started, SessionStarted)
            assert (first.code, first.recovery) == (1006, Recovery.RESUME)
            assert (second.code, second.recovery) == (code, Recovery.IDENTIFY)
            assert started.lost
            assert gateway.ready == started.ready
            assert started.ready.session_id == "sess_00000002"
            await mock.send(leave(2))
            assert (await anext(gateway)).seq == 2

    run(test())


@pytest.mark.parametrize("code", [4001, 4002, 4003, 4004, 4005, 4011])
def test_gives_up_after(code: int) -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            await mock.send(leave(1))
            await mock.close(code)
            assert (await anext(gateway)).seq == 2
            for _ in range(2):
                with pytest.raises(GatewayClosedError, match=f"{code} {CloseCode(code).name}") as e:
                    await anext(gateway)
                assert (e.value.code, e.value.reason) == (code, CloseCode(code).name)
                assert e.value.description == CloseCode(code).meaning().description
            with pytest.raises(GatewayClosedError):
                await gateway.send(client.Typing(feed_id=1))
            assert len(mock.paths) == 1

    run(test())


def test_a_wrong_token_is_refused_at_once() -> None:
    async def test() -> None:
        async with loopback() as mock:
            with pytest.raises(GatewayClosedError, match="4004 AUTH_FAILED") as error:
                async with connect(mock.url, "vox_sess_wrong"):
                    pass
            assert "wrong" not in str(error.value)

    run(test())


@pytest.mark.parametrize("is_async", [True, False])
def test_the_token_is_asked_for_before_each_connection(is_async: bool) -> None:
    asked: list[str] = []

    def token() -> str:
        asked.append(TOKEN)
        return TOKEN

    async def later() -> str:
        await asyncio.sleep(0)
        return token()

    async def test() -> None:
        async with connected(token=later if is_async else token) as (gateway, mock):
            mock.drop()
            await news(gateway, Disconnected, SessionResumed)
        assert len(asked) == 2

    run(test())


def test_a_token_that_cannot_be_had_is_asked_for_again() -> None:
    answers = {1: TOKEN, 3: TOKEN}
    asked = itertools.count(1)

    async def test() -> None:
        async with connected(token=lambda: answers[next(asked)]) as (gateway, mock):
            mock.drop()
            await news(gateway, Disconnected)
            with pytest.raises(KeyError):
                await anext(gateway)
            await news(gateway, SessionResumed)

    run(test())


@contextmanager
def nothing_listens() -> Iterator[str]:
    """An address that refuses connections. It is held, or another process might get the port."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"ws://127.0.0.1:{held.getsockname()[1]}"


def test_a_server_that_is_not_there() -> None:
    async def test(url: str) -> None:
        with pytest.raises(GatewayUnreachableError, match="nothing listens"):
            async with connect(url, TOKEN):
                pass

    with nothing_listens() as url:
        run(test(url))


def test_a_server_that_is_not_there_yet() -> None:
    async def test(url: str) -> None:
        async with connect(url, TOKEN, keep_trying=True, backoff=at_once()) as gateway:
            [first, second] = await taken(gateway, 2)
            assert isinstance(first, Disconnected)
            assert isinstance(second, Disconnected)
            assert (first.code, first.recovery) == (1006, Recovery.IDENTIFY)
            assert first.description == "nothing listens at the address"

    with nothing_listens() as url:
        run(test(url))


def test_closing_while_it_waits_to_connect_again() -> None:
    async def test() -> None:
        patient = Backoff(lambda: 0.0, initial=3600.0, maximum=3600.0)
        async with connected(backoff=patient) as (gateway, mock):
            mock.drop()
            [lost] = await news(gateway, Disconnected)
            assert isinstance(lost, Disconnected)
            assert lost.delay == 3600.0
            waiting = asyncio.create_task(_frames(gateway))
            sending = asyncio.create_task(gateway.send(client.Typing(feed_id=1)))
            await asyncio.sleep(0)
            await gateway.close()
            assert await waiting == []
            with pytest.raises(Exception, match="closed"):
                await sending

    run(test())


async def _frames(gateway: Gateway) -> list[object]:
    return [frame async for frame in gateway]


def test_closing_while_it_connects() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            asked = asyncio.Event()

            async def never() -> str:
                asked.set()
                await asyncio.Event().wait()
                return TOKEN

            gateway._driver._dialer._token = never  # type: ignore[misc]
            mock.drop()
            waiting = asyncio.create_task(_frames(gateway))
            await asked.wait()
            await gateway.close()
            assert await waiting == []

    run(test())


def test_sending_connects_again_by_itself() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            await mock.send(leave(1))
            mock.drop()
            broken = gateway._driver._socket
            assert broken is not None
            while broken.is_open:
                await asyncio.sleep(0)
            await gateway.send(client.Typing(feed_id=5))
            await mock.until(lambda: len(mock.received) == 1)
            assert len(mock.logins) == 2
            assert (await anext(gateway)).seq == 2

    run(test())


def test_a_server_that_stops_to_answer_heartbeats_is_left() -> None:
    async def test() -> None:
        async with connected(interval=10) as (gateway, mock):
            mock.acks = False
            lost = (await news(gateway, Disconnected))[0]
            assert isinstance(lost, Disconnected)
            assert lost.description == "the server does not answer heartbeats"
            expected = [(4000, "the server does not answer heartbeats")]
            await mock.until(lambda: mock.endings == expected)
            mock.acks = True
            await news(gateway, SessionResumed)

    run(test())


def test_what_is_no_frame_ends_the_connection_and_the_session_goes_on() -> None:
    async def test() -> None:
        async with connected(compress=True) as (gateway, mock):
            await mock.send(leave(1))
            await mock.send_raw(b"no zstd frame")
            assert (await anext(gateway)).seq == 2
            lost, _ = await news(gateway, Disconnected, SessionResumed)
            assert isinstance(lost, Disconnected)
            assert "zstd" in lost.description
            await mock.until(lambda: mock.endings == [(4002, "DECODE_ERROR")])

    run(test())


def test_a_message_that_is_too_long_ends_the_connection() -> None:
    async def test() -> None:
        async with connected(compress=False) as (gateway, mock):
            await mock.send_raw("x" * 1_048_577)
            lost, _ = await news(gateway, Disconnected, SessionResumed)
            assert isinstance(lost, Disconnected)
            assert lost.code == 1009

    run(test())


def test_a_gap_in_the_replay_is_told() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            session = mock.session
            mock.drop()
            await mock.until(lambda: bool(mock.endings))
            session.publish(leave(1))
            session.publish(leave(2))
            session.last_seq += 3
            session._recent.append(b'{"type":"member_leave","d":{"user_id":9},"seq":6}')
            for _ in range(2):  # in place of those that are missing, between ready and the rest
                session._recent.insert(1, b'{"type":"heartbeat_ack"}')
            events = await news(gateway, server.MemberLeaveFrame, server.MemberLeaveFrame, Gap)
            assert events[2] == Gap(6, 4, 5)

    run(test())


def test_an_old_session_is_not_awaited_after_a_close_in_the_handshake() -> None:
    connections = 0

    async def handler(websocket: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        await websocket.send(HELLO)
        await websocket.recv()
        if connections < 3:
            await websocket.close(1012)
        else:
            await websocket.send(READY)
            await websocket.wait_closed()

    async def test() -> None:
        async with (
            server_at(handler) as url,
            connect(url, TOKEN, compress=False, backoff=at_once()) as gateway,
        ):
            assert gateway.ready is None
            await news(gateway, Disconnected, Disconnected, SessionStarted)

    run(test())


def test_cancelling_a_reconnection_anywhere_loses_nothing() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            for number in range(80):
                mock.drop()
                await mock.publish(mock.session, leave(number))
                waiting = asyncio.ensure_future(anext(gateway))
                for _ in range(number):
                    await asyncio.sleep(0)
                waiting.cancel()
                try:
                    frame = await waiting
                except asyncio.CancelledError:
                    frame = await anext(gateway)
                assert frame == server.MemberLeaveFrame(d=leave(number), seq=number + 2)
            assert len(mock.sessions) == 1

    run(test())
