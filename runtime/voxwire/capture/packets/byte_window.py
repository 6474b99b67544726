"""Bytes of a file that come block by block, to be read in pieces of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ByteWindow:
    """What is to be read next stands in `data`, from `at` on."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.data = b""
        self.at = 0
        self._blocks = iter(blocks)
        self._before = 0

    @property
    def place(self) -> int:
        """How many bytes of the file come before :attr:`at`."""
        return self._before + self.at

    def has(self, size: int) -> bool:
        """Whether there are so many bytes from :attr:`at` on; reads blocks until there are, or no more
        come."""
        missing = size - (len(self.data) - self.at)
        if missing <= 0:
            return True
        parts = [self.data[self.at :]]
        for block in self._blocks:
            parts.append(block)
            missing -= len(block)
            if missing <= 0:
                break
        self._before += self.at
        self.data, self.at = b"".join(parts), 0
        return missing <= 0

    def skip(self, size: int) -> bool:
        """Pass over so many bytes; whether there were as many."""
        while size > (there := len(self.data) - self.at):
            self.at += there
            size -= there
            if not self.has(1):
                return False
        self.at += size
        return True
