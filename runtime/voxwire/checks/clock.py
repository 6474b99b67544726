"""The time on one connection, as far as a capture can be trusted with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.checks.findings import Finding
from voxwire.rules.capture_format import (
    CAPTURE_TIME_BACKWARDS,
    CAPTURE_TIME_MISSING,
    CAPTURE_TIME_UNIT,
)

if TYPE_CHECKING:
    from voxwire.capture import Connection

_JITTER: Final = 0.1
"""Seconds by which a line may be earlier than the one before it: two tasks that write to one file, or
a clock that is being set right. No rule is about less."""

_WORTH_A_WORD: Final = 4
"""Frames at one and the same time that are no coincidence."""

_OFF: Final = "rules about time are off"


class Clock:
    """Follows the times of one connection: they never run backwards here.

    Once they cannot be trusted, the clock is off for the rest of the connection.
    """

    __slots__ = ("_differs", "_is_doubtful", "is_lost", "is_off", "latest", "started")

    def __init__(self, started: float) -> None:
        self.started: Final = started
        self.latest = started
        """The latest time so far, as Unix time in seconds. Who has seen a later one may set it."""
        self.is_off = False
        self.is_lost = False
        """Whether the next time may be any, as it may be that of another connection."""
        self._is_doubtful = False
        self._differs = False

    @property
    def has_moved(self) -> bool:
        """Whether times differ, and count seconds for certain: a capture may have made-up ones."""
        return self.latest != self.started and not self._is_doubtful

    @property
    def now(self) -> float | None:
        """The time for rules about time; None when it is not known."""
        return None if self.is_off else self.latest

    def follow(self, connection: Connection, ts: float, where: str) -> Finding | None:
        """A line with the time `ts`; says once why times cannot be trusted, and `where` that shows."""
        if self.is_off:
            return None
        if connection.times == "unknown":
            self._is_doubtful = True
            self._differs = self._differs or ts != self.started
            self.latest = max(self.latest, ts)
            return None
        if connection.times != "seconds":
            self.is_off = True
            return _odd_times(connection)
        if self.is_lost:
            self.is_lost = False
            self.latest = ts
        elif ts < self.latest - _JITTER:
            self.is_off = True
            return Finding.of(
                CAPTURE_TIME_BACKWARDS,
                f"{where} the times run backwards by {self.latest - ts:.3f} s",
                f"{_OFF} from here to the end of the connection",
            )
        self.latest = max(self.latest, ts)
        return None

    def lose(self) -> None:
        """Lines could not be read; the header of another connection may have been among them."""
        self.is_lost = True

    def end(self, frames: int, *, is_asked: bool) -> Finding | None:
        """The connection had so many frames. Were there times? `is_asked` when a rule about time
        waits to know."""
        if self.is_off or self.has_moved:
            return None
        if self.latest == self.started and (is_asked or frames >= _WORTH_A_WORD):
            return _doubtful() if self._differs else _standing()  # they run backwards, or stand
        return _doubtful() if is_asked else None


def _standing() -> Finding:
    return Finding.of(
        CAPTURE_TIME_MISSING,
        "every line of the connection has the same time",
        f"{_OFF} for this connection",
    )


def _odd_times(connection: Connection) -> Finding:
    if connection.times == "missing":
        return Finding.of(
            CAPTURE_TIME_MISSING,
            'lines have no time: "ts" is absent or null',
            f'{_OFF}; write "ts", the Unix time in seconds, on every line',
        )
    return Finding.of(
        CAPTURE_TIME_UNIT,
        f'the times count {connection.times}; "ts" is Unix time in seconds',
        f"{_OFF}; divide by {_IN_A_SECOND[connection.times]} when writing",
    )


_IN_A_SECOND: Final = {
    "milliseconds": "1000",
    "microseconds": "1000000",
    "nanoseconds": "1000000000",
}


def _doubtful() -> Finding:
    return Finding.of(
        CAPTURE_TIME_UNIT,
        'the times are not the time of day, so that the unit of "ts" cannot be told',
        f"{_OFF} for this connection; write the Unix time in seconds, such as 1795376354.14",
    )
