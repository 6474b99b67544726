"""How numbers are spread, in memory that does not grow with how many there are."""

from __future__ import annotations

import math
from collections import Counter
from typing import Final

import msgspec

_EXACT: Final = 1000
"""Numbers below it are kept as they are, greater ones with three digits."""


class Spread(msgspec.Struct, frozen=True):
    """What is said of numbers; `median` and `p95` are exact to three digits."""

    count: int
    total: int
    least: int
    median: int
    p95: int
    most: int


class Distribution:
    """Counts whole numbers from 0 upwards: bytes, microseconds."""

    def __init__(self) -> None:
        self.count = 0
        self.total = 0
        self._least = 0
        self._most = 0
        self._counts: Final[Counter[int]] = Counter()

    def add(self, number: int) -> None:
        """One more."""
        self._least = min(self._least, number) if self.count else number
        self._most = max(self._most, number)
        self.count += 1
        self.total += number
        self._counts[_rounded(number)] += 1

    def spread(self) -> Spread | None:
        """What there is to say; None where there are no numbers."""
        if not self.count:
            return None
        return Spread(
            self.count, self.total, self._least, self._at(0.5), self._at(0.95), self._most
        )

    def _at(self, share: float) -> int:
        """The least number that so many of all do not exceed."""
        rank = math.ceil(share * self.count)
        for number in sorted(self._counts):
            rank -= self._counts[number]
            if rank <= 0:
                return min(max(number, self._least), self._most)
        raise AssertionError


def _rounded(number: int) -> int:
    if number < _EXACT:
        return number
    unit: int = 10 ** (len(str(number)) - 3)
    return (number + unit // 2) // unit * unit
