"""What a capture holds, in whatever format it was written: connections, frames, closes, bad lines."""

import msgspec

from voxwire.capture.times import Times
from voxwire.direction import Direction
from voxwire.rules.rule import Rule


class Connection:
    """One connection of a capture. `number` counts from 1 in its file."""

    __slots__ = ("frames", "number", "started", "subprotocol", "times", "url")

    def __init__(
        self, number: int, started: float, url: str | None, subprotocol: str | None = None
    ) -> None:
        self.number = number
        self.started = started
        """Unix time in seconds: of the header, or of the first frame where there is no header."""
        self.url = url
        """The address that was connected to; None where there is no header."""
        self.subprotocol = subprotocol
        """The WebSocket subprotocol that was chosen; None where the capture does not say so."""
        self.frames = 0
        """Frames so far."""
        self.times: Times = "seconds"
        """What the times of its lines count. Those of frames are in seconds all the same, as far as
        they can be; a line without a time has that of the line before it."""

    def add_times(self, times: Times) -> None:
        """Another line has such a time. One that has none is enough for ``missing``, for good."""
        if times != "seconds" and self.times != "missing":
            self.times = times


class Opened(msgspec.Struct, frozen=True, gc=False):
    """A connection began. `has_header` is False when its header is missing from the capture."""

    connection: Connection
    has_header: bool


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One WebSocket message. `number` counts from 1 in its connection, both directions together.

    `data` is text for a text message and bytes for a binary one; `ts` is Unix time in seconds.
    """

    connection: Connection
    number: int
    ts: float
    direction: Direction
    data: str | bytes


class Closed(msgspec.Struct, frozen=True, gc=False):
    """A connection was closed with `code` and `reason`; without this event it was lost."""

    connection: Connection
    ts: float
    code: int
    reason: str


class BadLine(msgspec.Struct, frozen=True, gc=False):
    """A line that is not part of the format. `connection` is the one that was read last."""

    connection: Connection | None
    rule: Rule
    message: str
    hint: str = ""


CaptureEvent = Opened | Frame | Closed | BadLine
