"""A connection of which a file holds messages alone, without a word about the connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.events import BadLine, Connection, Frame, Gap, Lacks, Opened, Place
from voxwire.capture.printed import printed_messages
from voxwire.limits import MAX_LINE_SIZE
from voxwire.rules.capture_format import (
    CAPTURE_GAP,
    CAPTURE_LINE_INVALID,
    CAPTURE_LINE_TOO_LONG,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction

BARE: Final = Lacks.START | Lacks.CLOSE | Lacks.CONTROL | Lacks.ADDRESS
"""What messages alone never say."""

_NO_MESSAGE: Final = "is no JSON object or array"
_NO_MESSAGE_HINT: Final = (
    "a message with line ends, or a binary one, cannot be told from the lines; use `voxwire record`"
)


class Unnamed:
    """The one connection of a file: opened with its first message."""

    def __init__(self, lacks: Lacks) -> None:
        self.lacks = lacks
        self.connection: Connection | None = None
        """None before the first message."""

    def message(
        self, way: Direction, data: str | bytes, number: int, ts: float | None = None
    ) -> Iterator[CaptureEvent]:
        """The message of the line with this number."""
        connection = self.connection
        if connection is None:
            yield (opened := self.opened(ts))
            connection = opened.connection
        if ts is None:
            ts = connection.started
            if Lacks.TIME not in connection.lacks:
                connection.lacks |= Lacks.TIME
                connection.add_times("missing")
        connection.frames += 1
        yield Frame(connection, connection.frames, ts, way, data, Place("line", number))

    def opened(self, ts: float | None) -> Opened:
        """The connection begins, as far as the file has it."""
        lacks = self.lacks | (Lacks.TIME if ts is None else Lacks.NOTHING)
        self.connection = Connection(1, ts or 0.0, None, None, lacks)
        return Opened(self.connection, has_header=False)

    def printed(
        self, way: Direction, text: str, number: int, ts: float | None = None
    ) -> Iterator[CaptureEvent]:
        """What the line with this number holds, if it is a message."""
        messages = printed_messages(text)
        for message in messages:
            yield from self.message(way, message, number, ts)
        if not messages and text.strip():
            yield self.bad_line(f"line {number} {_NO_MESSAGE}", _NO_MESSAGE_HINT)

    def bad_line(self, message: str, hint: str = "") -> BadLine:
        """A line that is no message."""
        return BadLine(self.connection, CAPTURE_LINE_INVALID, message, hint)

    def too_long(self, number: int) -> BadLine:
        """A line that was skipped."""
        message = f"line {number} is longer than {MAX_LINE_SIZE} bytes and was skipped"
        return BadLine(self.connection, CAPTURE_LINE_TOO_LONG, message)

    def gap(self, message: str, hint: str = "") -> Iterator[CaptureEvent]:
        """Something of a message is missing."""
        if self.connection is None:
            yield self.opened(None)
        assert self.connection is not None, "it was opened"
        yield Gap(self.connection, CAPTURE_GAP, message, hint)
