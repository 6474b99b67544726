"""The live client while the connection holds: frames, news, sending, closing, and who may hear what."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys

import pytest
from websockets.asyncio.server import ServerConnection

from tests.voxwire_live.loopback import READY, TOKEN, connected, leave, loopback, run, taken
from tests.voxwire_live.recorded import server_at
from voxmodels.v1 import Capability, SettableStatus, UnknownFrame, client, server
from voxwire import EncodeError, LocalProtocolError, WrongStart
from voxwire.live.client.address import gateway_url
from voxwire.live.client.gateway import connect
from voxwire.session import FrameInvalid, FrameRepeated, HeartbeatAcked, HelloReceived
from voxwire.session import SessionStarted as Started
from voxwire.session.sequence import Gap


@pytest.mark.parametrize("compress", [True, False])
def test_frames_arrive_typed_and_in_order(compress: bool) -> None:
    async def test() -> None:
        async with connected(compress=compress) as (gateway, mock):
            assert ("compress=zstd" in mock.paths[0]) is compress
            await mock.send(*map(leave, range(100)))
            frames = [await anext(gateway) for _ in range(100)]
            assert frames == [
                server.MemberLeaveFrame(d=leave(number), seq=number + 2) for number in range(100)
            ]

    run(test())


def test_events_are_the_frames_and_the_news_between_them() -> None:
    async def test() -> None:
        async with connected(compress=False) as (gateway, mock):
            assert gateway.ready is not None
            await mock.send(leave(1))
            await mock.send_raw('{"type":"made_up","d":{},"seq":3}')
            await mock.send_raw('{"type":"member_leave","d":{"user_id":2},"seq":6}')
            await mock.send_raw('{"type":"member_leave","d":{"user_id":2},"seq":6}')
            await mock.send_raw('{"type":"member_leave","d":{"user_id":-1},"seq":7}')
            events = gateway.events()
            assert await anext(events) == HelloReceived(3600.0)
            assert await anext(events) == Started(gateway.ready)
            assert await anext(events) == server.MemberLeaveFrame(d=leave(1), seq=2)
            assert isinstance(await anext(events), UnknownFrame)
            assert await anext(events) == Gap(6, 4, 5)
            assert await anext(events) == server.MemberLeaveFrame(d=leave(2), seq=6)
            assert isinstance(await anext(events), FrameRepeated)
            invalid = await anext(events)
            assert isinstance(invalid, FrameInvalid)
            assert [problem.rule for problem in invalid.problems] == ["FIELD_RANGE"]

    run(test())


def test_iterating_gives_frames_only_and_each_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "voxwire.live.client")

    async def test() -> None:
        async with connected(compress=False) as (gateway, mock):
            for seq in (2, 4, 4, 3, 5):
                await mock.send_raw(f'{{"type":"member_leave","d":{{"user_id":1}},"seq":{seq}}}')
            assert [(await anext(gateway)).seq for _ in range(3)] == [2, 4, 5]

    run(test())
    assert [record.message for record in caplog.records] == [
        "1 message missing: seq 3 to 3",
        "a member_leave came again with seq 4",
        "a member_leave came again with seq 3",
    ]


def test_what_is_sent_arrives() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            await gateway.send(client.Typing(feed_id=5))
            await gateway.send(
                client.PresenceUpdate(status=SettableStatus.IDLE, custom_status=None)
            )
            await mock.until(lambda: len(mock.received) == 2)
            assert mock.received[0] == client.TypingFrame(d=client.Typing(feed_id=5))

    run(test())


def test_what_must_not_be_sent_is_refused() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            with pytest.raises(LocalProtocolError, match="sends identify"):
                await gateway.send(client.Identify(token="x"))
            with pytest.raises(EncodeError):
                await gateway.send(client.Typing(feed_id=-1))
            await gateway.send(client.Typing(feed_id=5))
            await mock.until(lambda: len(mock.received) == 1)
        with pytest.raises(LocalProtocolError, match="closed"):
            await gateway.send(client.Typing(feed_id=5))

    run(test())


def test_a_message_over_the_rate_waits_until_the_end() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):

            async def send_too_much() -> None:
                for feed_id in range(200):
                    await gateway.send(client.Typing(feed_id=feed_id))

            sending = asyncio.create_task(send_too_much())
            await mock.until(lambda: len(mock.received) > 100)
            await mock.send(leave(1))
            assert (await anext(gateway)).seq == 2
            assert not sending.done()
            await gateway.close()
            with pytest.raises(LocalProtocolError, match="closed"):
                await sending
            await mock.until(lambda: mock.endings == [(1000, "")])

    run(test())


@pytest.mark.usefixtures("_patient_client")
def test_heartbeats_are_sent_and_their_answers_told() -> None:
    async def test() -> None:
        async with connected(interval=10) as (gateway, mock):
            acked = 0
            async for event in gateway.events():
                acked += isinstance(event, HeartbeatAcked)
                if acked == 5:
                    break
            assert gateway.latency is not None
            assert gateway.latency >= 0
            assert mock.heartbeats >= 5

    run(test())


def test_leaving_the_context_closes_with_1000() -> None:
    async def test() -> None:
        async with connected() as (_, mock):
            pass
        assert mock.endings == [(1000, "")]

    run(test())


def test_closing_ends_an_iteration_that_waits() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):

            async def consume() -> list[object]:
                return [frame async for frame in gateway]

            consuming = asyncio.create_task(consume())
            await mock.send(leave(1))
            await asyncio.sleep(0)
            await gateway.close(4321, "enough")
            assert len(await consuming) <= 1
            await gateway.close()
            assert [frame async for frame in gateway] == []
            await mock.until(lambda: mock.endings == [(4321, "enough")])

    run(test())


def test_a_close_code_that_cannot_be_sent_changes_nothing() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            with pytest.raises(LocalProtocolError, match="1006"):
                await gateway.close(1006)
            await mock.send(leave(1))
            assert (await anext(gateway)).seq == 2

    run(test())


def test_closing_does_not_wait_for_what_nobody_reads() -> None:
    async def test() -> None:
        async with connected(compress=False) as (_, mock):
            flooding = asyncio.create_task(mock.send(*[leave(1)] * 20_000))
            await mock.until(lambda: True)
        await flooding
        assert mock.endings == [(1000, "")]

    run(test())


def test_cancelling_a_wait_loses_nothing() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            received = 0
            for number in range(200):
                waiting = asyncio.ensure_future(anext(gateway))
                if number % 3:
                    await mock.send(leave(number))
                for _ in range(number % 7):
                    await asyncio.sleep(0)
                waiting.cancel()
                try:
                    frame = await waiting
                except asyncio.CancelledError:
                    continue
                received += 1
                assert frame.seq == received + 1
            await mock.send(leave(0))
            assert mock.connection is not None
            assert mock.connection.session is not None
            while received + 1 < mock.connection.session.last_seq:
                received += 1
                assert (await anext(gateway)).seq == received + 1

    run(test())


def test_cancelling_the_task_closes_the_connection() -> None:
    async def test() -> None:
        async with loopback() as mock:

            async def listen() -> None:
                async with connect(mock.url, TOKEN) as gateway:
                    async for _ in gateway:
                        pass

            listening = asyncio.create_task(listen())
            await mock.until(lambda: bool(mock.logins))
            listening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await listening
            await mock.until(lambda: len(mock.endings) == 1)

    run(test())


def test_two_tasks_share_the_frames() -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):

            async def take() -> list[object]:
                return [(await anext(gateway)).seq for _ in range(50)]

            both = asyncio.gather(take(), take())
            await mock.send(*map(leave, range(100)))
            one, other = await both
            assert {*one, *other} == {*range(2, 102)}

    run(test())


def test_capabilities_are_sent() -> None:
    async def test() -> None:
        async with connected(capabilities=[Capability.VOICE]) as (_, mock):
            [login] = mock.logins
            assert isinstance(login, client.Identify)
            assert login.capabilities == (Capability.VOICE,)

    run(test())


def test_a_session_that_begins_wrong_is_told() -> None:
    async def handler(websocket: ServerConnection) -> None:
        await websocket.send('{"type":"hello","d":{"heartbeat_interval":3600000}}')
        await websocket.recv()
        await websocket.send(READY.replace('"seq":1', '"seq":9'))
        await websocket.wait_closed()

    async def test() -> None:
        async with (
            server_at(handler) as url,
            connect(url, TOKEN, compress=False) as gateway,
        ):
            assert gateway.ready is not None
            assert await taken(gateway, 3) == [
                HelloReceived(3600.0),
                WrongStart(9),
                Started(gateway.ready),
            ]

    run(test())


@pytest.mark.parametrize(
    ("address", "compress", "url"),
    [
        ("ws://h", None, "ws://h/gateway?v=1&encoding=json&compress=zstd"),
        ("wss://h:1/", False, "wss://h:1/gateway?v=1&encoding=json"),
        ("wss://h/other", True, "wss://h/other?v=1&encoding=json&compress=zstd"),
        ("wss://h/gateway?v=1", None, "wss://h/gateway?v=1&encoding=json"),
        ("wss://h?compress=zstd", None, "wss://h/gateway?compress=zstd&v=1&encoding=json"),
        ("wss://h?compress=zstd&a=b", False, "wss://h/gateway?a=b&v=1&encoding=json"),
        ("wss://h?compress=no&v=2", True, "wss://h/gateway?v=2&encoding=json&compress=zstd"),
    ],
)
def test_addresses_are_completed(address: str, compress: bool | None, url: str) -> None:
    assert gateway_url(address, compress) == url


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("https://h", "ws://"),
        ("wss://user:secret@h", "user name"),
        ("wss://", "no host"),
        ("wss://h#a", "fragment"),
    ],
)
def test_addresses_that_are_none(address: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        gateway_url(address)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("token", ["", "a\nb", 5, None])
def test_a_token_that_is_none(token: object) -> None:
    async def test() -> None:
        async with connect("ws://127.0.0.1:9", token):  # type: ignore[arg-type]
            pass

    with pytest.raises((TypeError, ValueError), match="token"):
        run(test())


def test_nothing_shows_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("voxwire", "voxwire.live", "voxwire.live.client", "websockets"):
        caplog.set_level(logging.DEBUG, name)

    async def test() -> None:
        async with connected() as (gateway, mock):
            mock.rejections = [(4000, f"bad {TOKEN}")]
            mock.drop()
            told = map(repr, await taken(gateway, 6))
            assert all(TOKEN not in text for text in (repr(gateway), str(vars(gateway)), *told))

    run(test())
    ours = [record for record in caplog.records if record.name.startswith("voxwire")]
    assert ours
    assert TOKEN not in "\n".join(record.getMessage() for record in ours)


def test_without_the_library_the_error_names_the_extra() -> None:
    program = (
        "import sys; sys.modules['websockets'] = None\n"
        "import voxwire, voxwire.live\n"
        "try: voxwire.live.connect\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert b"vox-protocol[live]" in done.stdout


def test_importing_voxwire_imports_no_library() -> None:
    program = (
        "import sys, voxwire, voxwire.live\n"
        "print({'websockets', 'asyncio'} & {*sys.modules}, voxwire.live.connect.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.split() == [b"set()", b"connect"]
