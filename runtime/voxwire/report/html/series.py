"""Curves of bounded length: what is shown of a connection does not grow with it."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

_MOST_POINTS: Final = 400
_BINS: Final = 240
_FIRST_WIDTH: Final = 0.01


class Point(NamedTuple):
    """`x` is seconds since the connection began, or the number of the frame where there are no times."""

    x: float
    y: float


class Series:
    """Points in the order in which they came. When there are too many, the higher one of two stays: an
    answer that took long is what somebody looks for."""

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._group: list[Point] = []
        self._size = 1

    def add(self, x: float, y: float) -> None:
        """Add a point."""
        self._group.append(Point(x, y))
        if len(self._group) < self._size:
            return
        self._points.append(_highest(self._group))
        self._group.clear()
        if len(self._points) >= _MOST_POINTS:
            pairs = zip(self._points[::2], self._points[1::2], strict=True)
            self._points = [_highest(pair) for pair in pairs]
            self._size *= 2

    @property
    def points(self) -> list[Point]:
        """All that is kept."""
        return [*self._points, _highest(self._group)] if self._group else self._points


def _highest(points: list[Point] | tuple[Point, Point]) -> Point:
    return max(points, key=lambda point: point.y)


class Bins:
    """How often something happened in each of at most 240 stretches of equal length. They become twice
    as long when the last one is over."""

    def __init__(self, lanes: int) -> None:
        self.width = _FIRST_WIDTH
        self.counts: list[list[int]] = [[0] * _BINS for _ in range(lanes)]

    def add(self, x: float, lane: int) -> None:
        """Count one in a lane. What is before the start counts at the start."""
        if not math.isfinite(x):
            return
        while x >= self.width * _BINS:
            self.width *= 2
            for counts in self.counts:
                halves = zip(counts[::2], counts[1::2], strict=True)
                counts[:] = [*map(sum, halves), *[0] * (_BINS // 2)]
        self.counts[lane][max(0, int(x / self.width))] += 1
