"""The live client against the mock gateway, with every fault: what arrives, and what the client says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.voxwire_live.loopback import at_once
from tests.voxwire_live.mocked import TIMEOUT, mocked
from voxwire.live import Disconnected, GatewayClosedError, GatewayUnreachableError, connect
from voxwire.live.mock.engine.fault_kinds import KINDS
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.session import FrameInvalid, FrameRepeated, SessionResumed, SessionStarted
from voxwire.session.sequence import Gap

COUNT = 120
"""Events that the mock makes up for the session."""

LAST = COUNT + 1
"""The number of the last one: ready is the first."""


async def events_until_the_last(faults: list[str], compress: bool, **options: Any) -> list[Any]:
    """All events of a live client until the last number has arrived."""
    source = RandomEvents(seed=5, rate=None, count=COUNT)
    events: list[Any] = []
    async with (
        asyncio.timeout(TIMEOUT),
        mocked(faults, source=source, **options) as setup,
        connect(
            setup.gateway.url(), "token", compress=compress, backoff=at_once(), keep_trying=True
        ) as gateway,
    ):
        async for event in gateway.events():
            events.append(event)
            if (getattr(event, "seq", 0) or 0) >= LAST:
                return events
    return events


def numbers(events: list[Any]) -> list[int]:
    """The numbers of the frames that arrived, in order."""
    frames = [event for event in events if hasattr(event, "d") or hasattr(event, "extra")]
    return [frame.seq for frame in frames if isinstance(frame.seq, int)]


def kinds(events: list[Any], kind: type) -> int:
    return sum(isinstance(event, kind) for event in events)


NOTHING_LOST = [
    "drop:every=25",
    "close:code=1001,every=30",
    "close:code=1012,every=30",
    "close:code=4000,every=30",
    "close:code=4007,every=30",
    "corrupt:every=40,times=1",
    "corrupt:every=40,how=trailing,times=1",
    "corrupt:every=40,how=magic,times=1",
    "corrupt:every=40,how=large,times=1",
    "bad_json:every=40,times=1",
    "delay:ms=1,every=10",
    "refuse:times=3",
    "repeat:every=10",
]


@pytest.mark.parametrize("compress", [True, False], ids=["zstd", "plain"])
@pytest.mark.parametrize("fault", NOTHING_LOST)
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, compress: bool) -> None:
    events = asyncio.run(events_until_the_last([fault], compress))
    assert numbers(events) == list(range(2, LAST + 1))
    kind = fault.partition(":")[0]
    if kind in ("drop", "close") or (kind == "corrupt" and compress) or kind == "bad_json":
        assert kinds(events, Disconnected) > 0
        assert kinds(events, SessionStarted) == 1  # it was resumed, not begun anew
    if kind == "repeat":
        assert kinds(events, FrameRepeated) == LAST // 10
    assert kinds(events, Gap) == 0


@pytest.mark.parametrize("compress", [True, False], ids=["zstd", "plain"])
def test_skipped_messages_are_gaps(compress: bool) -> None:
    events = asyncio.run(events_until_the_last(["skip:every=20,times=3"], compress))
    missing = [n for event in events if isinstance(event, Gap) for n in event.missing]
    assert len(missing) == 3
    assert sorted(numbers(events) + missing) == list(range(2, LAST + 1))


def test_unknown_types_arrive() -> None:
    events = asyncio.run(events_until_the_last(["unknown:every=20,times=3"], True))
    assert numbers(events) == list(range(2, len(numbers(events)) + 2))
    assert sum(type(event).__name__ == "UnknownFrame" for event in events) == 3


def test_invalid_frames_are_told_and_go_by() -> None:
    events = asyncio.run(events_until_the_last(["invalid:every=20,times=3"], True))
    told = [event.seq for event in events if isinstance(event, FrameInvalid) and event.seq]
    assert len(told) == 3
    assert sorted(numbers(events) + told) == list(range(2, LAST + 1))


@pytest.mark.usefixtures("_patient_server")
def test_a_gateway_that_falls_silent_is_left() -> None:
    faults = ["silence:after=20,times=1"]
    events = asyncio.run(events_until_the_last(faults, True, heartbeat_interval=40))
    assert numbers(events) == list(range(2, LAST + 1))
    assert kinds(events, Disconnected) > 0
    assert kinds(events, SessionStarted) == 1


@pytest.mark.usefixtures("_patient_server")
def test_a_gateway_that_does_not_answer_heartbeats_is_left() -> None:
    async def test() -> None:
        async with (
            asyncio.timeout(TIMEOUT),
            mocked(["no_ack"], heartbeat_interval=40) as setup,
            connect(setup.gateway.url(), "token", backoff=at_once()) as gateway,
        ):
            seen: list[type] = []
            async for event in gateway.events():
                seen.append(type(event))
                if isinstance(event, SessionResumed):
                    break
            assert seen.index(Disconnected) < seen.index(SessionResumed)

    asyncio.run(test())


@pytest.mark.parametrize("code", [4001, 4002, 4003, 4004, 4005, 4011])
def test_codes_that_end_it(code: int) -> None:
    with pytest.raises(GatewayClosedError) as caught:
        asyncio.run(events_until_the_last([f"close:code={code},after=20"], True))
    assert caught.value.code == code


@pytest.mark.parametrize("code", [4009, 4010])
def test_codes_after_which_a_new_session_begins(code: int) -> None:
    events = asyncio.run(events_until_the_last([f"close:code={code},after=20,times=1"], True))
    assert [event.code for event in events if isinstance(event, Disconnected)] == [code]
    assert numbers(events)[-COUNT:] == list(range(2, LAST + 1))


def test_a_first_connection_that_is_refused() -> None:
    async def test() -> None:
        async with (
            asyncio.timeout(TIMEOUT),
            mocked(["refuse:times=1"]) as setup,
            connect(setup.gateway.url(), "token", backoff=at_once()),
        ):
            pass

    with pytest.raises(GatewayUnreachableError):
        asyncio.run(test())


def test_every_fault_is_tried() -> None:
    tried = {fault.partition(":")[0] for fault in NOTHING_LOST}
    assert tried | {"skip", "unknown", "invalid", "no_ack", "silence"} == set(KINDS)
