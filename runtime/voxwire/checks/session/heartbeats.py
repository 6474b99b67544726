"""Heartbeats: does the client beat in time, and does the server answer (protocol section 8)?"""

from __future__ import annotations

from collections import deque
from typing import Final

from voxmodels.v1 import limits
from voxwire.checks.findings import Finding, Place
from voxwire.rules.heartbeats import (
    HEARTBEAT_ACK_MISSING,
    HEARTBEAT_ACK_UNASKED,
    HEARTBEAT_LATE,
    HEARTBEAT_NOT_GIVEN_UP,
)

_MAX_OPEN: Final = 1000
"""Unanswered heartbeats of which the frame is remembered; of more, the oldest are only counted."""


_JITTER: Final = 0.1
"""Seconds by which a heartbeat may stand behind its answer, where two tasks write to one file."""


class Heartbeats:
    """Follows the heartbeats of one connection. Times are Unix seconds, None where not known.

    Answers are counted: an ack answers the newest heartbeat that has none. An answer is missing when
    it did not come within half an interval, and not before the next heartbeat.
    """

    def __init__(self) -> None:
        self._interval: float | None = None
        self._last_beat: float | None = None
        self._open: deque[Place] = deque()
        self._answerable = 0
        """Other heartbeats that an ack may answer: late, too many to remember, or not readable."""
        self._early: float | None = None
        """When the latest answer came that answered nothing."""
        self._missed_in_a_row = 0
        """Times in a row that a heartbeat found an earlier one unanswered."""

    def hello(self, ts: float | None, interval: object) -> None:
        """hello said that a heartbeat is due every `interval` milliseconds."""
        if type(interval) is int and interval > 0:
            self._interval = interval / 1000
            self._last_beat = ts

    def beat(self, ts: float | None, frame: int) -> list[Finding]:
        """The client sent a heartbeat in the frame with this number."""
        late = self.late(ts)
        findings = [] if late is None else [late]
        if ts is None:
            self.lose_answers()
            self._answerable += 1
        else:
            findings += self._overdue(ts)
            if self._early is not None and ts - self._early <= _JITTER:
                self._early = None
                self._answerable += 1  # that its answer came before it was found
                self._last_beat = ts
                return findings
            self._open.append(Place(frame, ts))
            if len(self._open) > _MAX_OPEN:
                self._open.popleft()
                self._answerable += 1
        self._last_beat = ts
        return findings

    def _overdue(self, ts: float) -> list[Finding]:
        """Which heartbeats will get no answer any more?"""
        if self._interval is None:
            return []
        findings: list[Finding] = []
        while self._open and ts - self._open[0].ts >= self._interval / 2:
            place = self._open.popleft()
            self._answerable += 1
            # Several at once were a burst, and a third in a row is no news either.
            continues = bool(findings) or self._missed_in_a_row >= limits.MISSED_ACKS
            findings.append(_unanswered(place, ts, continues=continues))
        if findings:
            self._missed_in_a_row += 1
            if self._missed_in_a_row == limits.MISSED_ACKS:
                findings.append(_NOT_GIVEN_UP)
        return findings

    def ack(self, ts: float | None) -> Finding | None:
        """The server sent a heartbeat_ack."""
        self._missed_in_a_row = 0
        if self._open:
            self._open.pop()
        elif self._answerable:
            self._answerable -= 1
        elif self._interval is not None:
            self._early = ts
            return _UNASKED
        return None  # without hello, heartbeats may have come before the capture began

    def lose_answers(self) -> None:
        """A message of the server could not be read: nobody is blamed for what it may have been."""
        self._answerable += len(self._open)
        self._open.clear()
        self._missed_in_a_row = 0

    def lose_beat(self) -> None:
        """A message of the client could not be read: it may have been a heartbeat."""
        self._answerable += 1
        self._last_beat = None

    def lose_lines(self, count: int) -> None:
        """So many lines of the capture could not be read: any of them may have been anything."""
        self.lose_answers()
        self._answerable += count
        self._last_beat = None

    def is_silent(self, ts: float | None) -> bool:
        """Whether the client may have been cut off for its silence: it missed at least one beat. The
        clock of the capture need not be the server's, so that this is not as strict as a finding."""
        if self._interval is None or self._last_beat is None or ts is None:
            return True
        return ts - self._last_beat > self._interval

    def late(self, ts: float | None) -> Finding | None:
        """The connection came so far: was a heartbeat overdue?"""
        if self._interval is None or self._last_beat is None or ts is None:
            return None
        waited = ts - self._last_beat
        if waited <= self._interval * limits.HEARTBEAT_FACTOR:
            return None
        return Finding.of(
            HEARTBEAT_LATE,
            f"the client sent no heartbeat for {waited:.1f} s; the interval is {self._interval:g} s",
            f"the server closes with 4007 after {limits.HEARTBEAT_FACTOR:g} intervals without one, "
            "or somewhat later",
        )


def _unanswered(place: Place, ts: float, *, continues: bool) -> Finding:
    return Finding.of(
        HEARTBEAT_ACK_MISSING,
        f"no heartbeat_ack answered the heartbeat of frame {place.frame} in {ts - place.ts:.1f} s",
        "the server answers every heartbeat with heartbeat_ack",
        place=place,
        continues=continues,
    )


_NOT_GIVEN_UP: Final = Finding.of(
    HEARTBEAT_NOT_GIVEN_UP,
    f"the client goes on after {limits.MISSED_ACKS} unanswered heartbeats in a row",
    "close the connection and resume on a new one",
)
_UNASKED: Final = Finding.of(
    HEARTBEAT_ACK_UNASKED,
    "heartbeat_ack comes without a heartbeat that it answers",
)
