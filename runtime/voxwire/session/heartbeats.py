"""When heartbeats are due, when they go unanswered, and when one has been missing for too long.

Pure logic, which both ends and the checks of captures run: times come with the calls, numbers from the
tables of the protocol.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.protocol import Field, HeartbeatRules


def in_seconds(field: Field, value: float) -> float:
    """The time that a field of a message says, in seconds; without an end where no number holds it."""
    try:  # by division where the unit is a part of a second: 9 * 0.001 is not quite 9 / 1000
        return value * field.seconds if field.seconds >= 1 else value / round(1 / field.seconds)
    except OverflowError:  # a peer may say any integer
        return inf


def in_units(field: Field, seconds: float) -> int:
    """What a field of a message says for a time in seconds."""
    return round(seconds / field.seconds)


class Unanswered:
    """Counts the heartbeats in a row that nobody answered. A `limit` of None is never reached."""

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.count = 0

    @property
    def is_over(self) -> bool:
        """Whether there are so many that the connection must be dead."""
        return self.limit is not None and self.count >= self.limit

    def add(self) -> None:
        """One more has no answer."""
        self.count += 1

    def clear(self) -> None:
        """An answer arrived."""
        self.count = 0


class HeartbeatSchedule:
    """The side that beats: when to send a heartbeat, and how many of them nobody answered.

    Where the rules want it, the first is due after a random part of the interval, so that the clients
    of a restarted server do not all send theirs at the same moment.
    """

    def __init__(
        self, rules: HeartbeatRules, interval: float, now: float, random: Callable[[], float]
    ) -> None:
        """`interval` in seconds; `random` gives numbers from 0 up to 1."""
        self.interval = interval
        self.due_at = now + interval * (random() if rules.jittered else 1.0)
        """When the next heartbeat is due."""
        self._unanswered = Unanswered(rules.missed_answers)
        self._waiting_since: float | None = None

    @property
    def is_dead(self) -> bool:
        """Whether so many heartbeats went unanswered that the connection must be dead."""
        return self._unanswered.is_over

    def sent(self, now: float) -> None:
        """A heartbeat was sent."""
        self._unanswered.add()
        if self._waiting_since is None:
            self._waiting_since = now
        self.due_at = now + self.interval

    def answered(self, now: float) -> float | None:
        """An answer arrived: the seconds since the first heartbeat that waited, if any did."""
        since = self._waiting_since
        self._unanswered.clear()
        self._waiting_since = None
        return None if since is None else now - since


class HeartbeatWatch:
    """The side that listens: when the other has been silent for too long."""

    def __init__(self, rules: HeartbeatRules, interval: float, now: float) -> None:
        """`interval` in seconds. The other side's time starts at `now`."""
        self.interval = interval
        factor = inf if rules.silence_factor is None else rules.silence_factor
        self.patience = inf if rules.silence_then is None else factor * interval
        """How many seconds without a heartbeat are allowed."""
        self.last = now
        """When the last heartbeat came, or the time started."""

    @property
    def expires_at(self) -> float:
        """When a heartbeat has been missing for too long."""
        return self.last + self.patience

    def silence(self, now: float) -> float:
        """For how many seconds there was no heartbeat."""
        return now - self.last

    def restart(self, now: float) -> None:
        """The other side's time starts here."""
        self.last = now

    def received(self, now: float) -> bool:
        """A heartbeat arrived. Whether it was due: not much earlier than it was asked for."""
        was_due = self.silence(now) >= self.interval / 2
        self.last = now
        return was_due
