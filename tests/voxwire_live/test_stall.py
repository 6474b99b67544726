"""What notices that a step takes too long: when exactly, and with how many timers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from voxwire.live.proxy.stall import StallWatch


class Timer:
    """A call at a time."""

    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at = at
        self.call = call
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Loop:
    """The clock and the timers of an event loop, as far as a watch needs them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []
        self._due = 0

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, call: Callable[[], None]) -> Timer:
        self.timers.append(Timer(self.now + delay, call))
        return self.timers[-1]

    def go(self, to: float) -> None:
        """Let time go by, to the fraction of a second, and call what is due meanwhile."""
        while self._due < len(self.timers) and self.timers[self._due].at <= to:
            timer = self.timers[self._due]
            self._due += 1
            self.now = timer.at
            if not timer.is_cancelled:
                timer.call()
        self.now = to


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    loop = Loop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    return loop


def test_a_step_may_last_exactly_so_long(loop: Loop) -> None:
    given_up: list[float] = []
    watch = StallWatch(10.0, lambda: given_up.append(loop.now))
    loop.go(4.0)
    watch.begins()
    loop.go(13.9)
    assert given_up == []
    loop.go(1000.0)
    assert given_up == [14.0]


def test_a_step_that_ends_in_time_is_no_stall(loop: Loop) -> None:
    given_up: list[float] = []
    watch = StallWatch(10.0, lambda: given_up.append(loop.now))
    for start in range(0, 100, 9):
        loop.go(float(start))
        watch.begins()
        loop.go(start + 8.5)
        watch.ends()
    loop.go(1000.0)
    assert given_up == []
    watch.begins()
    loop.go(2000.0)
    assert given_up == [1010.0]


def test_a_thousand_steps_take_one_timer(loop: Loop) -> None:
    watch = StallWatch(10.0, lambda: None)
    for _ in range(1000):
        watch.begins()
        watch.ends()
    assert len(loop.timers) == 1
    watch.close()
    assert loop.timers[0].is_cancelled
