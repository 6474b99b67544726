"""The lines of logs and of what programs print, one after another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.capture.lines import OverlongLine, numbered_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ESCAPE: Final = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])"
)
"""What moves the cursor or changes the colour (ECMA-48)."""


class LogLine(NamedTuple):
    """A line by its number, from 1. `content` is None where it is too long to be read."""

    number: int
    content: bytes | None


def log_lines(blocks: Iterable[bytes]) -> Iterator[LogLine]:
    """The lines of a file without their line ends; zero bytes at its end, as a crash leaves them, are none."""
    for number, block in numbered_lines(blocks):
        if isinstance(block, OverlongLine):
            yield LogLine(number, None)
            continue
        lines = (block if isinstance(block, bytes) else block.start).split(b"\n")
        if not lines[-1]:
            lines.pop()
        for ahead, line in enumerate(lines):
            yield LogLine(number + ahead, line.rstrip(b"\r"))


def without_escapes(line: bytes) -> bytes:
    """`line` without what a terminal does not show."""
    return _ESCAPE.sub(b"", line) if b"\x1b" in line else line
