"""Heartbeats: does the client beat in time, and does the server answer (protocol section 8)?"""

from __future__ import annotations

from typing import Final

from voxmodels.v1 import limits
from voxwire.checks.session.problems import SessionProblem

_MAX_UNANSWERED: Final = limits.MISSED_ACKS + 1
"""Heartbeats without an answer that are remembered: one more than a client should ever have."""


class Heartbeats:
    """Follows the heartbeats of one connection. Times are Unix seconds."""

    def __init__(self) -> None:
        self._interval: float | None = None
        self._last_beat = 0.0
        self._unanswered: list[tuple[int, float]] = []
        self._beaten = False

    def hello(self, ts: float, interval: object) -> None:
        """hello said that a heartbeat is due every `interval` milliseconds."""
        if type(interval) is int and interval > 0:
            self._interval = interval / 1000
            self._last_beat = ts

    def beat(self, ts: float, frame: int) -> list[SessionProblem]:
        """The client sent a heartbeat in the frame with this number."""
        problems = []
        late = self._late(ts)
        if late is not None:
            problems.append(late)
        overdue = [sent for sent in self._unanswered if self._is_overdue(ts - sent[1])]
        if overdue:
            problems.append(
                SessionProblem(
                    "HEARTBEAT_ACK_MISSING",
                    None,
                    f"the heartbeat of frame {overdue[-1][0]} was never answered",
                    "the server answers every heartbeat with heartbeat_ack",
                )
            )
        waiting = len(self._unanswered)
        if waiting == limits.MISSED_ACKS:
            problems.append(
                SessionProblem(
                    "HEARTBEAT_NOT_GIVEN_UP",
                    None,
                    f"the client goes on after {waiting} unanswered heartbeats in a row",
                    "close the connection and resume on a new one",
                )
            )
        self._unanswered.append((frame, ts))
        del self._unanswered[:-_MAX_UNANSWERED]
        self._last_beat = ts
        self._beaten = True
        return problems

    def ack(self) -> SessionProblem | None:
        """The server sent a heartbeat_ack."""
        if self._unanswered:
            del self._unanswered[0]
            return None
        if not self._beaten:
            return None if self._interval is None else _UNASKED
        return _UNASKED

    def close(self, ts: float) -> SessionProblem | None:
        """The connection was closed; was a heartbeat overdue?"""
        return self._late(ts)

    def is_silent(self, ts: float) -> bool:
        """Whether the client may have been cut off for its silence: it missed at least one beat. The
        clock of the capture need not be the server's, so that this is not as strict as a finding."""
        return self._interval is None or ts - self._last_beat > self._interval

    def _is_overdue(self, waited: float) -> bool:
        """Whether an answer that was not there after so many seconds will not come any more."""
        return self._interval is None or waited >= self._interval / 2

    def _late(self, ts: float) -> SessionProblem | None:
        if self._interval is None:
            return None
        waited = ts - self._last_beat
        if waited <= self._interval * limits.HEARTBEAT_FACTOR:
            return None
        return SessionProblem(
            "HEARTBEAT_LATE",
            None,
            f"the client sent no heartbeat for {waited:.1f} s; the interval is {self._interval:g} s",
            f"the server closes with 4007 after {limits.HEARTBEAT_FACTOR:g} intervals without one",
        )


_UNASKED = SessionProblem(
    "HEARTBEAT_ACK_UNASKED", None, "heartbeat_ack comes without a heartbeat that it answers"
)
