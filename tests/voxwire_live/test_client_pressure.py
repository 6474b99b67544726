"""The live client under load: slow consumers, long replays, and many drops."""

from __future__ import annotations

import asyncio

import pytest

from tests.voxwire_live.loopback import connected, leave, run
from voxmodels.v1 import server
from voxwire.live.client.events import Disconnected
from voxwire.session import FrameRepeated, HeartbeatAcked
from voxwire.session.sequence import Gap

LONG = "x" * 10_000


def long_message(number: int) -> server.MessageCreate:
    return server.MessageCreate(msg_id=number, author_id=1, body=LONG, timestamp=0, feed_id=1)


@pytest.mark.usefixtures("_patient_client")
def test_a_slow_consumer_makes_the_server_wait_and_stays_connected() -> None:
    count = 5000  # 50 MB: more than the buffers of the two sockets take

    async def test() -> None:
        async with connected(interval=50, compress=False) as (gateway, mock):
            sent = 0

            async def flood() -> None:
                nonlocal sent
                for number in range(count):
                    await mock.send(long_message(number))
                    sent += 1

            flooding = asyncio.create_task(flood())
            frames = 0
            while frames < 100:
                frames += isinstance(await anext(gateway), server.MessageCreateFrame)
            before = -1
            while sent != before:
                before, beats = sent, mock.heartbeats
                await mock.until(lambda: mock.heartbeats > beats)  # noqa: B023
            assert sent < count
            assert len(gateway._driver._pending) == 0
            expected = frames + 2
            async for event in gateway.events():
                if isinstance(event, server.MessageCreateFrame):
                    assert event.seq == expected
                    expected += 1
                else:
                    assert isinstance(event, HeartbeatAcked)
                if expected == count + 2:
                    break
            await flooding
            assert len(mock.logins) == 1

    run(test())


def test_a_long_replay_is_not_held_up_by_a_slow_consumer() -> None:
    async def test() -> None:
        async with connected(capacity=30_001) as (gateway, mock):
            session = mock.session
            mock.drop()
            await mock.until(lambda: bool(mock.endings))
            for number in range(30_000):
                session.publish(leave(number))
            most = 0
            for number in range(30_000):
                assert (await anext(gateway)).seq == number + 2
                most = max(most, len(gateway._driver._pending))
            assert most <= 10_000

    run(test())


def test_twenty_drops_in_fifty_thousand_frames_lose_and_repeat_nothing() -> None:
    count, drops = 50_000, 20

    async def test() -> None:
        async with connected(capacity=count) as (gateway, mock):
            session = mock.session

            async def publish() -> None:
                for number in range(count):
                    await mock.publish(session, leave(number))
                    if number % (count // drops) == 1000:
                        mock.drop()
                    if number % (count // drops) == 1100:
                        back = number // (count // drops) + 2
                        await mock.until(lambda: len(mock.logins) == back)  # noqa: B023

            publishing = asyncio.create_task(publish())
            expected = 2
            lost = 0
            async for event in gateway.events():
                assert not isinstance(event, Gap | FrameRepeated), event
                lost += isinstance(event, Disconnected)
                if isinstance(event, server.MemberLeaveFrame):
                    assert event.seq == expected
                    assert event.d.user_id == expected - 2
                    expected += 1
                    if expected == count + 2:
                        break
            await publishing
            assert lost == drops
            assert len(mock.logins) == drops + 1

    run(test())
