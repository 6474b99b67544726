"""When heartbeats are due, and when one has been missing for too long (protocol section 8, rule 3)."""

from collections.abc import Callable
from typing import Final

from voxmodels.v1 import limits

MILLISECONDS: Final = 1000
"""In a second. ``heartbeat_interval`` is in milliseconds, all times of a connection in seconds."""


class HeartbeatSchedule:
    """The client's side: when to send a heartbeat, and how many of them nobody answered.

    The first is due after a random part of the interval, so that the clients of a restarted server do
    not all send theirs at the same moment.
    """

    def __init__(self, interval: float, now: float, random: Callable[[], float]) -> None:
        """`interval` in seconds; `random` gives numbers from 0 up to 1."""
        self.interval = interval
        self.due_at = now + interval * random()
        """When the next heartbeat is due."""
        self._unanswered = 0
        self._waiting_since: float | None = None

    @property
    def is_dead(self) -> bool:
        """Whether so many heartbeats went unanswered that the connection must be dead."""
        return self._unanswered >= limits.MISSED_ACKS

    def sent(self, now: float) -> None:
        """A heartbeat was sent."""
        self._unanswered += 1
        if self._waiting_since is None:
            self._waiting_since = now
        self.due_at = now + self.interval

    def acked(self, now: float) -> float | None:
        """An answer arrived: the seconds since the first heartbeat that waited, if any did."""
        since = self._waiting_since
        self._unanswered = 0
        self._waiting_since = None
        return None if since is None else now - since


class HeartbeatWatch:
    """The server's side: when the client has been silent for too long."""

    def __init__(self, interval: float, now: float) -> None:
        """`interval` in seconds. The client has until 1.5 intervals from `now`."""
        self._interval = interval
        self._last = now

    @property
    def expires_at(self) -> float:
        """When a heartbeat has been missing for too long."""
        return self._last + limits.HEARTBEAT_FACTOR * self._interval

    def restart(self, now: float) -> None:
        """The client said who it is: its time starts here."""
        self._last = now

    def received(self, now: float) -> bool:
        """A heartbeat arrived. Whether it was due: not much earlier than hello asked for."""
        was_due = now - self._last >= self._interval / 2
        self._last = now
        return was_due
