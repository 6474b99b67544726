"""Parts of a file that could not be read, and whether something of a connection may be missing there."""

from __future__ import annotations

from typing import Final

import msgspec


class Tears(msgspec.Struct):
    """How many parts of a file could not be read that may have been of any connection."""

    count: int = 0


_OWN: Final = -1
"""In place of a count: something of the connection itself is missing since its latest frame."""


class Wholeness:
    """Whether all is there that came of a connection since its latest frame, in a file with these
    `tears`."""

    __slots__ = ("_before", "_tears")

    def __init__(self, tears: Tears) -> None:
        self._tears: Final = tears
        self._before = tears.count

    @property
    def is_torn(self) -> bool:
        """Whether something of it may have come since then that could not be read."""
        return self._before != self._tears.count

    def tear(self) -> None:
        """Something of it is missing here."""
        self._before = _OWN

    def go_on(self) -> None:
        """A frame of it came."""
        self._before = self._tears.count
