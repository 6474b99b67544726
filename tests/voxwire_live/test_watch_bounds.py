"""How much waits at most: for a check that is slow, and after one that failed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

import pytest

from voxwire.capture import CaptureEvent, Closed, Connection, Frame, Opened
from voxwire.checks import Finding
from voxwire.live.proxy.watch import Watch

CONNECTION = Connection(1, 0.0, "ws://host")
MEBIBYTE = "x" * 2**20


class Held:
    """A check that looks at nothing before it may."""

    def __init__(self) -> None:
        self.may_go = threading.Event()
        self.seen: list[CaptureEvent] = []

    def __call__(self, events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        assert self.may_go.wait(60)
        self.seen.extend(events)
        yield from ()


def frame(number: int, data: str = "", connection: Connection = CONNECTION) -> Frame:
    return Frame(connection, number, 0.0, "s2c", data)


def test_ten_thousand_frames_wait() -> None:
    check = Held()
    watch = Watch(check, lambda _: None)
    for number in range(10_000):
        watch.offer(frame(number))
    assert watch.skipped == 0
    watch.offer(frame(10_000))
    assert watch.skipped == 1
    check.may_go.set()
    watch.close()
    assert len(check.seen) == 10_000


def test_sixty_four_mebibytes_wait() -> None:
    check = Held()
    watch = Watch(check, lambda _: None)
    for number in range(65):  # the last one goes over, as its size is looked at by the next
        watch.offer(frame(number, MEBIBYTE))
    assert watch.skipped == 0
    watch.offer(frame(65, "x"))
    assert watch.skipped == 1
    check.may_go.set()
    watch.close()
    assert len(check.seen) == 65


def test_what_was_taken_makes_room() -> None:
    taken = threading.Semaphore(0)

    def check(events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        for _ in events:
            taken.release()
        yield from ()

    watch = Watch(check, lambda _: None)
    for number in range(200):
        watch.offer(frame(number, MEBIBYTE))
        assert taken.acquire(timeout=60)
    watch.close()
    assert watch.skipped == 0


@pytest.mark.parametrize(("openings", "skipped"), [(20, 0), (21, 1)])
def test_connections_wait_in_twice_the_room_of_frames(openings: int, skipped: int) -> None:
    check = Held()
    watch = Watch(check, lambda _: None, max_waiting=10)
    connections = [Connection(number, 0.0, "ws://host") for number in range(openings)]
    for connection in connections:
        watch.offer(Opened(connection, has_header=True))
    for connection in connections:
        watch.offer(Closed(connection, 0.0, 1000, ""))
    check.may_go.set()
    watch.close()
    assert len(check.seen) == 2 * (openings - skipped)


def test_nothing_piles_up_behind_a_check_that_failed() -> None:
    def check(events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        for _ in events:
            raise RuntimeError("a bug")
        yield from ()

    watch = Watch(check, lambda _: None, max_waiting=10)
    for number in range(1000):
        watch.offer(frame(number))
    with pytest.raises(RuntimeError, match="a bug"):
        watch.close()
    assert watch._thread.waiting == 0


def test_nothing_is_kept_of_a_connection_that_is_over() -> None:
    may_go, taken = threading.Event(), threading.Semaphore(0)

    def check(events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        assert may_go.wait(60)
        for _ in events:
            taken.release()
        yield from ()

    watch = Watch(check, lambda _: None, max_waiting=2)
    others = [Connection(number, 0.0, "ws://host") for number in range(2, 6)]
    watch.offer(Opened(CONNECTION, has_header=True))
    watch.offer(frame(1))
    watch.offer(frame(2))  # skipped
    for connection in others:
        watch.offer(Opened(connection, has_header=True))  # there is room for two
    may_go.set()
    for _ in range(4):
        assert taken.acquire(timeout=60)
    watch.offer(frame(3))
    watch.offer(frame(1, connection=others[-1]))
    assert watch.skipped == 2
    assert (set(watch._resumed), watch._interrupted, watch._unopened) == ({1}, {5}, {4, 5})
    for connection in (CONNECTION, *others):
        watch.forget(connection)
    assert (watch._resumed, watch._interrupted, watch._unopened) == ({}, set(), set())
    watch.close()
