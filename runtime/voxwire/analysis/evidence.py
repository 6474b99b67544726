"""What something about traffic rests on: in how many frames it was seen, of how many connections, and where."""

from __future__ import annotations

from typing import Final, NamedTuple

_MOST_CONNECTIONS: Final = 1000
"""Connections that are told apart."""


class Sight(NamedTuple):
    """One frame. Frames and connections are numbered through all files."""

    frame: int
    connection: int
    where: str
    """Its place, such as ``file#c1:12``."""


class Evidence:
    """Everything that shows the same."""

    __slots__ = ("_connections", "_latest", "count", "first", "frames")

    def __init__(self) -> None:
        self.count = 0
        """How often it was seen."""
        self.frames = 0
        """In how many frames."""
        self.first = ""
        """The place of the first of them."""
        self._latest = -1
        self._connections: set[int] = set()

    @property
    def connections(self) -> int:
        """Of how many connections these frames are, so many at least."""
        return len(self._connections)

    def add(self, sight: Sight) -> None:
        """It was seen once more."""
        self.count += 1
        if sight.frame == self._latest:
            return
        self._latest = sight.frame
        self.frames += 1
        self.first = self.first or sight.where
        if len(self._connections) < _MOST_CONNECTIONS:
            self._connections.add(sight.connection)
