"""Validation beside the traffic: never in its way, and honest about what it skipped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest
from websockets.asyncio.client import connect

from tests.voxwire_live.recorded import echo, messages, recorded_server, run
from voxwire.capture import CaptureEvent, Closed, Connection, Frame, Opened
from voxwire.checks import CaptureCheck, Finding, Selection, Statistics
from voxwire.live.proxy import watch as watch_module
from voxwire.live.proxy.watch import Watch
from voxwire.rules.envelope import UNKNOWN_TYPE

CONNECTION = Connection(1, 0.0, "ws://host")


def frame(number: int, data: str = "", connection: Connection = CONNECTION) -> Frame:
    return Frame(connection, number, float(number), "s2c", data)


def member_leave(number: int, seq: int) -> Frame:
    return frame(number, f'{{"type":"member_leave","d":{{"user_id":7}},"seq":{seq}}}')


class Check:
    """A check that can be held, and notes what it was given."""

    def __init__(self) -> None:
        self.may_go = threading.Event()
        self.seen: list[CaptureEvent] = []
        self.is_busy = threading.Event()

    def __call__(self, events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        for event in events:
            self.is_busy.set()
            assert self.may_go.wait(120)
            self.seen.append(event)
            yield Finding(rule=UNKNOWN_TYPE, severity="note", message="m", file="f")


def test_everything_is_checked_in_order_before_it_closes() -> None:
    check, found = Check(), list[Finding]()
    check.may_go.set()
    watch = Watch(check, found.append)
    events: list[CaptureEvent] = [Opened(CONNECTION, has_header=True), frame(1), frame(2)]
    for event in events:
        watch.offer(event)
    watch.close()
    assert check.seen == events
    assert (len(found), watch.skipped) == (3, 0)


def test_when_checking_falls_behind_frames_are_skipped_and_counted() -> None:
    check = Check()
    watch = Watch(check, lambda _: None, max_waiting=2)
    watch.offer(frame(1))
    assert check.is_busy.wait(120)
    for number in range(2, 7):
        watch.offer(frame(number))
    assert watch.skipped == 3
    check.may_go.set()
    watch.close()
    assert [event.number for event in check.seen if isinstance(event, Frame)] == [1, 2, 3]


def test_long_messages_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "MAX_WAITING_SIZE", 1000)
    check = Check()
    watch = Watch(check, lambda _: None)
    watch.offer(frame(1))
    assert check.is_busy.wait(120)
    for number in range(2, 6):
        watch.offer(frame(number, "x" * 600))
    assert watch.skipped == 2
    check.may_go.set()
    watch.close()


def test_what_was_skipped_is_not_reported_as_missing() -> None:
    busy, held, caught_up = threading.Event(), threading.Event(), threading.Event()
    found: list[Finding] = []

    def check(events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        def paused() -> Iterator[CaptureEvent]:
            for event in events:
                busy.set()
                assert held.wait(120)
                if isinstance(event, Opened):
                    caught_up.set()
                yield event

        return CaptureCheck("x", Selection(), Statistics()).findings_in(paused())

    watch = Watch(check, found.append, max_waiting=2)
    watch.offer(member_leave(1, 1))
    assert busy.wait(120)
    for number in range(2, 7):
        watch.offer(member_leave(number, number))
    assert watch.skipped == 3
    held.set()
    watch.offer(Opened(Connection(2, 0.0, "ws://host"), has_header=True))
    assert caught_up.wait(120)
    watch.offer(member_leave(7, 7))
    watch.offer(member_leave(8, 9))
    watch.close()
    assert [(f.rule, f.connection, f.frame) for f in found] == [("SEQ_GAP", 1, 8)]


def test_the_close_of_a_connection_with_skipped_frames_is_not_held_against_it() -> None:
    check = Check()
    watch = Watch(check, lambda _: None, max_waiting=1)
    watch.offer(frame(1))
    assert check.is_busy.wait(10)
    watch.offer(frame(2))
    watch.offer(frame(3))
    watch.offer(Closed(CONNECTION, 4.0, 1000, ""))
    check.may_go.set()
    watch.close()
    assert watch.skipped == 1
    first, second, closed = check.seen
    assert isinstance(first, Frame)
    assert isinstance(second, Frame)
    assert isinstance(closed, Closed)
    assert first.connection is second.connection is CONNECTION
    assert closed.connection is not CONNECTION
    assert closed.connection.number == CONNECTION.number


def test_a_bug_in_the_check_is_not_hidden() -> None:
    def check(events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        for event in events:
            raise LookupError(type(event).__name__)
        yield from ()

    watch = Watch(check, lambda _: None, max_waiting=5)
    for number in range(10):
        watch.offer(frame(number))
    with pytest.raises(LookupError, match="Frame"):
        watch.close()


def test_nothing_piles_up_behind_a_check_that_has_failed() -> None:
    may_fail = threading.Event()

    def check(events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        for event in events:
            assert may_fail.wait(30)
            raise LookupError(type(event).__name__)
        yield from ()

    watch = Watch(check, lambda _: None)
    for number in range(1, 50):
        watch.offer(frame(number))
    may_fail.set()
    while watch._thread.error is None:
        watch._thread._thread.join(0.001)
    for number in range(50, 100):
        watch.offer(frame(number))
        watch.offer(Closed(CONNECTION, 0.0, 1000, ""))
    with pytest.raises(LookupError, match="Frame"):
        watch.close()
    assert watch._thread.waiting == 0
    assert watch._thread.waiting_size == 0
    assert watch.skipped == 0


def test_a_check_that_fails_at_the_very_end_does_not_hang() -> None:
    def check(events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        yield from ()
        assert len(list(events)) == 1
        raise LookupError("the end")

    watch = Watch(check, lambda _: None)
    watch.offer(frame(1))
    with pytest.raises(LookupError, match="the end"):
        watch.close()


def test_connections_that_come_too_fast_are_skipped_as_a_whole() -> None:
    check = Check()
    watch = Watch(check, lambda _: None, max_waiting=2)
    watch.offer(frame(1))
    assert check.is_busy.wait(10)
    connections = [Connection(number, 0.0, "ws://host") for number in range(2, 10)]
    for connection in connections:
        watch.offer(Opened(connection, has_header=True))
    for connection in connections:
        watch.offer(frame(1, connection=connection))
        watch.offer(Closed(connection, 0.0, 1000, ""))
    assert watch.skipped == 8
    check.may_go.set()
    watch.close()
    seen = [(type(event), event.connection.number) for event in check.seen]  # type: ignore[union-attr]
    assert seen == [
        (Frame, 1),
        *((Opened, number) for number in range(2, 6)),
        *((Closed, number) for number in range(2, 6)),
    ]
    assert watch._unopened == {6, 7, 8, 9}
    for connection in connections:
        watch.forget(connection)
    assert (watch._unopened, watch._interrupted, watch._resumed) == (set(), set(), {})


def test_nothing_is_kept_of_connections_that_are_over(tmp_path: Path) -> None:
    check = Check()
    watch = Watch(check, lambda _: None, max_waiting=1)

    async def test() -> None:
        async with recorded_server(echo, tmp_path, watch=watch) as setup:
            for number in range(6):
                client = await connect(setup.url)
                for _ in range(3):
                    await client.send("a")
                    await client.recv()
                if number % 2:
                    await client.close()
                else:
                    client.transport.abort()

    run(test())
    assert watch.skipped > 20
    assert (watch._unopened, watch._interrupted, watch._resumed) == (set(), set(), {})
    check.may_go.set()
    watch.close()


def test_traffic_does_not_wait_for_the_check(tmp_path: Path) -> None:
    """All messages pass while the check has not finished the first."""
    check = Check()
    watch = Watch(check, lambda _: None, max_waiting=10)

    async def test() -> None:
        async with (
            recorded_server(echo, tmp_path, watch=watch) as setup,
            connect(setup.url) as client,
        ):
            assert await asyncio.to_thread(check.is_busy.wait, 120)
            for number in range(100):
                await client.send(str(number))
                assert await client.recv() == str(number)

    run(test())
    assert len(messages(tmp_path / "main.ndjson")[0]) == 200
    assert check.seen == []
    assert watch.skipped == 190
    check.may_go.set()
    watch.close()


def test_findings_name_connection_and_frame(tmp_path: Path) -> None:
    found: list[Finding] = []
    watch = Watch(CaptureCheck("x", Selection(), Statistics()).findings_in, found.append)

    async def test() -> None:
        async with recorded_server(echo, tmp_path, watch=watch) as setup:
            for _ in range(2):
                async with connect(setup.url) as client:
                    await client.send('{"type":"heartbeat"}')
                    await client.recv()

    run(test())
    watch.close()
    assert [(f.rule, f.connection, f.frame) for f in found] == [
        ("WRONG_DIRECTION", 1, 2),
        ("WRONG_DIRECTION", 2, 2),
    ]
    check = CaptureCheck(str(tmp_path / "main.ndjson"), Selection(), Statistics())
    same = [msgspec.structs.replace(f, file="x") for f in check.findings()]
    assert [f.message for f in same] == [f.message for f in found]
