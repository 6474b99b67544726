"""Blocks of bytes into blocks of whole lines, with bounded memory however long a line is."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from voxwire.limits import MAX_LINE_SIZE

_PIECE: Final = 1_048_576
"""Zero bytes that are given at a time, when they were not the end of the file after all."""


class LineBlock(NamedTuple):
    """Some whole lines in a row. `number` is the first one's, from 1.

    Every line ends with a line feed, except perhaps the last of the file.
    """

    number: int
    data: bytes


class OverlongLine(NamedTuple):
    """A line that is longer than the limit; its content was skipped."""

    number: int


class ZeroFill(NamedTuple):
    """The file ends in `size` zero bytes: what a crash of the machine leaves of a file that was
    given room on the disk, but not yet its content. `start` is what line `number` has before them."""

    number: int
    start: bytes
    size: int


class _Zeros:
    """Holds zero bytes at the end of blocks back, because they may be the end of the file."""

    def __init__(self) -> None:
        self.count = 0

    def held_back(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """`blocks` without the zero bytes at the end of the last. `count` is their number then."""
        for block in blocks:
            content = block.rstrip(b"\0")
            if content and self.count:
                yield from _zero_bytes(self.count)
                self.count = 0
            if content:
                yield content
            self.count += len(block) - len(content)


def whole_lines(blocks: Iterable[bytes]) -> Iterator[LineBlock | OverlongLine | ZeroFill]:
    """Cut `blocks` at line ends. Where they end makes no difference to what is said of any line, as long as
    none is longer than a line may be."""
    number = 1
    pending = b""
    skipping = False
    zeros = _Zeros()
    for block in zeros.held_back(blocks):
        end = block.rfind(b"\n") + 1
        if not end:
            pending = b"" if skipping else pending + block
        else:
            start = 0
            if skipping or len(pending) + end > MAX_LINE_SIZE:  # only the first can be so long
                start = block.find(b"\n") + 1
                if skipping or len(pending) + start - 1 > MAX_LINE_SIZE:
                    yield OverlongLine(number)
                    number += 1
                    pending, skipping = b"", False
                else:
                    start = 0
            data = pending + block[start:end]
            pending = block[end:]
            if data:
                yield LineBlock(number, data)
                number += data.count(b"\n")
        if len(pending) > MAX_LINE_SIZE:
            pending, skipping = b"", True
    if skipping:
        yield OverlongLine(number)
    if zeros.count:
        yield ZeroFill(number, b"" if skipping else pending, zeros.count)
    elif pending:
        yield LineBlock(number, pending)


def _zero_bytes(count: int) -> Iterator[bytes]:
    """So many zero bytes in pieces of bounded size."""
    while count:
        piece = bytes(min(count, _PIECE))
        yield piece
        count -= len(piece)
