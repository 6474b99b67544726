"""The timers of a conversation that one side runs, while it waits for the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxwire.protocol import Timer


class Timers:
    """What is running, and when it ends."""

    def __init__(self, seconds: float | None = None) -> None:
        """`seconds` is for how long each runs, if not for as long as the tables say."""
        self._seconds = seconds
        self._running: dict[str, tuple[float, Timer]] = {}
        self.ends_at: float | None = None
        """When the first of them ends; None while none is running."""

    def enter(self, listed: tuple[Timer, ...], now: float) -> None:
        """A state begins: what it does not list stops, what it lists runs, or goes on running."""
        if not listed and not self._running:
            return
        running, first = {}, None
        for timer in listed:
            end = now + (timer.seconds if self._seconds is None else self._seconds)
            if not timer.restarts and timer.name in self._running:
                end = self._running[timer.name][0]
            running[timer.name] = end, timer
            first = end if first is None or end < first else first
        self._running, self.ends_at = running, first

    def stop(self) -> None:
        """Nothing is waited for any more."""
        self._running = {}
        self.ends_at = None

    def expired(self, now: float) -> Timer | None:
        """The first of them, once it has ended."""
        if self.ends_at is None or now < self.ends_at:
            return None
        return next(timer for end, timer in self._running.values() if end == self.ends_at)
