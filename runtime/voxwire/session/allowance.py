"""How much a client may send before the server closes the connection for it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, Final

from voxwire.session.rates import RateLimit

if TYPE_CHECKING:
    from voxwire.protocol import FrameClass
    from voxwire.session.beats import Beats
    from voxwire.session.machine import Machine


class Allowance:
    """Counts what one connection sends, for each rate for which the server closes."""

    def __init__(self, machine: Machine, beats: Beats) -> None:
        self._rates: Final = [RateLimit(rate, machine.tables) for rate in machine.closing_rates]
        self.is_about_payloads: Final = machine.is_rated_by_payload
        """Whether a payload has to be known to count its message."""
        self._beats: Final = beats

    def free_at(self, frame_class: FrameClass, payload: Any, now: float) -> float:
        """From when on one more message keeps to all rates: `now`, or later."""
        free = [
            rate.free_at(payload, now, self._reserved(rate))
            for rate in self._rates
            if rate.concerns(frame_class)
        ]
        return max(free, default=now)

    def count(self, frame_class: FrameClass, payload: Any, now: float) -> None:
        """A message goes out. Its payload is looked at where a rate is for each value of a field."""
        for rate in self._rates:
            if rate.concerns(frame_class):
                rate.add(payload if rate.rate.by else None, now)

    def _reserved(self, rate: RateLimit) -> int:
        """Messages to keep free in a rate for heartbeats, but never more than half of it."""
        schedule = self._beats.schedule
        if schedule is None or not rate.counts_all:
            return 0
        heartbeats = ceil(rate.rate.window / schedule.interval) + 1
        return min(heartbeats, rate.rate.count // 2)
