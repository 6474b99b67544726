"""The time that a line of a log begins with, where it says which it is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

from voxwire.capture.times import FIRST_UNIX_TIME, LAST_UNIX_TIME

_TIME: Final = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[T ](?P<time>\d\d:\d\d:\d\d)(?:[.,](?P<fraction>\d{1,9}))?\d*"
    r"\s?(?P<zone>Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d\b)?"
)
_UNIX: Final = re.compile(r"(?<![\w.:-])(\d{9,11}\.\d{1,9})(?![\w:-])")
_BEGINNING: Final = 200
"""Characters of a line among which its time stands."""


def zoned_time(line: str) -> float | None:
    """The Unix time that stands at the beginning of `line`; None where there is none, or one that does
    not say in which time zone: clocks that people live by go back, or forward, by an hour.

    >>> zoned_time("2026-11-25 13:15:18,816+0100 websockets.client DEBUG")
    1795608918.816
    """
    beginning = line[:_BEGINNING]
    found = _TIME.search(beginning)
    if found is None:
        unix = _UNIX.search(beginning)
        ts = 0.0 if unix is None else float(unix[1])
        return ts if FIRST_UNIX_TIME <= ts < LAST_UNIX_TIME else None
    zone = found["zone"]
    if zone is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{found['date']}T{found['time']}")
        ts = moment.replace(tzinfo=timezone(_offset(zone))).timestamp()
    except (ValueError, OverflowError):
        return None
    return ts + float(f"0.{found['fraction'] or 0}")


def _offset(zone: str) -> timedelta:
    if zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return ahead if zone[0] == "+" else -ahead
