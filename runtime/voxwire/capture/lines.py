"""Blocks of bytes into blocks of whole lines, with bounded memory however long a line is."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from voxwire.limits import MAX_LINE_SIZE


class LineBlock(NamedTuple):
    """Some whole lines in a row. `number` is the first one's, from 1.

    Every line ends with a line feed, except perhaps the last of the file.
    """

    number: int
    data: bytes


class OverlongLine(NamedTuple):
    """A line that is longer than the limit, by a block or more; its content was skipped."""

    number: int


def whole_lines(blocks: Iterable[bytes]) -> Iterator[LineBlock | OverlongLine]:
    """Cut `blocks` at line ends."""
    number = 1
    pending = b""
    skipping = False
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if not end:
            pending = b"" if skipping else pending + block
        else:
            start = block.find(b"\n") + 1 if skipping else 0
            if skipping:
                yield OverlongLine(number)
                number += 1
                skipping = False
            data = pending + block[start:end]
            pending = block[end:]
            if data:
                yield LineBlock(number, data)
                number += data.count(b"\n")
        if len(pending) > MAX_LINE_SIZE:
            pending, skipping = b"", True
    if skipping:
        yield OverlongLine(number)
    elif pending:
        yield LineBlock(number, pending)
