"""The ``ts`` of a line in seconds, whatever clock the program that wrote it had."""

from typing import Final, Literal

Times = Literal["seconds", "milliseconds", "microseconds", "nanoseconds", "unknown", "missing"]
"""What the ``ts`` of a connection's lines count. ``unknown``: they are not the time of day, so that
their unit cannot be told. ``missing``: some line has none."""

FIRST_UNIX_TIME: Final = 1e8
"""Seconds: March 1973, before there was anything to record. What is less is no time of day."""

LAST_UNIX_TIME: Final = 1e11
"""Seconds: the year 5138. What is more is no number of seconds; in milliseconds it is 1973 again."""

_UNITS: Final[tuple[tuple[float, Times, float], ...]] = (
    (LAST_UNIX_TIME * 1e6, "nanoseconds", 1e9),
    (LAST_UNIX_TIME * 1e3, "microseconds", 1e6),
    (LAST_UNIX_TIME, "milliseconds", 1e3),
)


def in_seconds(ts: float) -> tuple[float, Times]:
    """Unix time in seconds, and what `ts` counts.

    >>> in_seconds(1795376354140.0)
    (1795376354.14, 'milliseconds')
    """
    if FIRST_UNIX_TIME <= ts < LAST_UNIX_TIME:
        return ts, "seconds"
    for least, unit, in_a_second in _UNITS:
        if least <= ts < LAST_UNIX_TIME * in_a_second:
            return ts / in_a_second, unit
    return ts, "unknown"
