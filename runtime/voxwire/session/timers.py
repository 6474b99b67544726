"""The timers of a conversation that one side runs, while it waits for the other."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxwire.protocol import Timer


class Timers:
    """What is running, and when it ends."""

    def __init__(self, seconds: float | None = None) -> None:
        """`seconds` is for how long each runs, if not for as long as the tables say."""
        self._seconds = seconds
        self._listed: tuple[Timer, ...] = ()
        self._ends: dict[str, float] = {}
        self.ends_at: float | None = None
        """When the first of them ends; None while none is running."""

    def enter(self, listed: tuple[Timer, ...], now: float) -> None:
        """A state begins: what it does not list stops, what it lists runs, or goes on running."""
        if not listed:
            if self._listed:
                self.stop()
            return
        ends, before, first = {}, self._ends, inf
        for timer in listed:
            end = None if timer.restarts else before.get(timer.name)
            if end is None:
                end = now + (timer.seconds if self._seconds is None else self._seconds)
            ends[timer.name] = end
            if end < first:
                first = end
        self._listed, self._ends, self.ends_at = listed, ends, first

    def stop(self) -> None:
        """Nothing is waited for any more."""
        self._listed, self._ends, self.ends_at = (), {}, None

    def expired(self, now: float) -> Timer | None:
        """The first of them, once it has ended."""
        if self.ends_at is None or now < self.ends_at:
            return None
        return next(timer for timer in self._listed if self._ends[timer.name] == self.ends_at)
