"""Texts and numbers at one place: their bounds, and which they are where those are few."""

from __future__ import annotations

import re
from typing import Any, Final

from voxwire.shapes.budget import LONGEST_VALUE, MOST_VALUES
from voxwire.shapes.secrecy import looks_secret

_LEAP_YEAR: Final = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DATE_TIME: Final = re.compile(
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP_YEAR}-02-29)"
    "[Tt](?:[01][0-9]|2[0-3]):(?:[0-5][0-9]:[0-5][0-9]|59:60)(?:\\.[0-9]+)?"
    "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
"""A date and time of RFC 3339, section 5.6, exactly as schema files mean it."""


class Texts:
    """Texts: their lengths, how often which of them was there, and whether all are dates.

    `values` is None where there are too many, or one is too long or looks like a secret.
    """

    __slots__ = ("count", "is_date_time", "is_secret", "longest", "shortest", "values")

    def __init__(self, is_secret: bool) -> None:
        self.count = 0
        self.shortest = 0
        self.longest = 0
        self.is_secret = is_secret
        self.is_date_time = True
        self.values: dict[str, int] | None = None if is_secret else {}

    def add(self, value: str) -> None:
        """Another text."""
        length = len(value)
        self.shortest = length if not self.count else min(self.shortest, length)
        self.longest = max(self.longest, length)
        self.count += 1
        if self.is_date_time and _DATE_TIME.fullmatch(value) is None:
            self.is_date_time = False
        values = self.values
        if values is None:
            return
        if value in values:
            values[value] += 1
        elif len(values) >= MOST_VALUES or length > LONGEST_VALUE or looks_secret(value):
            self.values = None
        else:
            values[value] = 1

    def merge(self, other: Texts) -> None:
        """The texts of another place, too."""
        self.count += other.count
        self.shortest = min(self.shortest, other.shortest)
        self.longest = max(self.longest, other.longest)
        self.is_secret = self.is_secret or other.is_secret
        self.is_date_time = self.is_date_time and other.is_date_time
        if self.values is None or other.values is None or self.is_secret:
            self.values = None
            return
        for value, count in other.values.items():
            self.values[value] = self.values.get(value, 0) + count
        if len(self.values) > MOST_VALUES:
            self.values = None

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "count": self.count,
            "shortest": self.shortest,
            "longest": self.longest,
            "values": self.values,
            "date_time": self.is_date_time,
            "secret": self.is_secret,
        }


class Numbers:
    """Numbers, all integers or all written with a fraction: the least and the greatest."""

    __slots__ = ("count", "greatest", "is_secret", "least")

    def __init__(self, is_secret: bool) -> None:
        self.count = 0
        self.least: int | float = 0
        self.greatest: int | float = 0
        self.is_secret = is_secret

    def add(self, value: int | float) -> None:
        """Another number."""
        self.least = value if not self.count else min(self.least, value)
        self.greatest = value if not self.count else max(self.greatest, value)
        self.count += 1

    def merge(self, other: Numbers) -> None:
        """The numbers of another place, too."""
        self.least = min(self.least, other.least)
        self.greatest = max(self.greatest, other.greatest)
        self.count += other.count
        self.is_secret = self.is_secret or other.is_secret

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "count": self.count,
            "least": self.least,
            "greatest": self.greatest,
            "secret": self.is_secret,
        }
