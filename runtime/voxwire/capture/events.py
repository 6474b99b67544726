"""What a capture holds, in whatever format it was written: connections, frames, closes, damage."""

from __future__ import annotations

import enum
import re
from functools import reduce
from operator import or_
from typing import Final, Literal, NamedTuple, cast, get_args

import msgspec

from voxwire.capture.times import Times
from voxwire.direction import Direction
from voxwire.rules.rule import Rule


class Lacks(enum.Flag):
    """What a capture cannot say of a connection, because its format or its recorder leaves it out.

    Whoever reads one must not take it for something that did not happen.
    """

    NOTHING = 0
    CLIENT = enum.auto()
    """What the client sent."""
    SERVER = enum.auto()
    """What the server sent."""
    START = enum.auto()
    """The beginning: frames may have come before the first one."""
    CLOSE = enum.auto()
    """How it ended: who closed, with which code and reason, or that it was lost."""
    CONTROL = enum.auto()
    """Pings and pongs."""
    TIME = enum.auto()
    """When a message came."""
    ADDRESS = enum.auto()
    """The address that was connected to, with its query."""
    IDENTITY = enum.auto()
    """Which connection a message is of: those of several stand here as one."""

    @classmethod
    def of(cls, names: object) -> Lacks:
        """What a list of names stands for. Others are ignored, and so is what is no list."""
        known = names if isinstance(names, list) else []
        upper = {name.upper() for name in known if isinstance(name, str)}
        return reduce(or_, (lacks for lacks in cls if lacks.name in upper), cls.NOTHING)

    @property
    def names(self) -> list[str]:
        """The names of all that is lacking, as files say them."""
        return [str(one.name).lower() for one in self]


Unit = Literal["line", "packet", "entry", "flow", "event", "byte"]
"""What places in a file are counted in: from 1, only bytes from 0."""


_PLACE: Final = re.compile(r"([a-z]+) ([0-9]{1,18})(?:, message ([0-9]{1,18}))?")


class Place(NamedTuple):
    """Where in a file something stands, as people find it there.

    >>> str(Place("packet", 17)), str(Place("entry", 3, 12))
    ('packet 17', 'entry 3, message 12')
    """

    unit: Unit
    number: int
    message: int | None = None
    """Which message it is in the entry or flow, from 1."""

    @classmethod
    def of(cls, text: str) -> Place | None:
        """The place that is written like this; None where it is none."""
        found = _PLACE.fullmatch(text)
        if found is None or found[1] not in get_args(Unit):
            return None
        unit = cast("Unit", found[1])
        return cls(unit, int(found[2]), None if found[3] is None else int(found[3]))

    def __str__(self) -> str:
        place = f"{self.unit} {self.number}"
        return place if self.message is None else f"{place}, message {self.message}"


class Connection:
    """One connection of a capture. `number` counts from 1 in its file."""

    __slots__ = (
        "frames",
        "lacks",
        "member",
        "member_format",
        "number",
        "started",
        "subprotocol",
        "times",
        "url",
    )

    def __init__(
        self,
        number: int,
        started: float,
        url: str | None,
        subprotocol: str | None = None,
        lacks: Lacks = Lacks.NOTHING,
    ) -> None:
        self.number = number
        self.started = started
        """Unix time in seconds: of the header, or of the first frame where there is no header."""
        self.url = url
        """The address that was connected to; None where there is no header."""
        self.subprotocol = subprotocol
        """The WebSocket subprotocol that was chosen; None where the capture does not say so."""
        self.lacks = lacks
        """What the capture cannot say of it."""
        self.frames = 0
        """Frames so far."""
        self.member: str | None = None
        """The file that it is in, where the capture is an archive of several."""
        self.member_format: str | None = None
        """The name of that file's format; None where an archive was read by another program."""
        self.times: Times = "missing" if Lacks.TIME in lacks else "seconds"
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

    `data` is text for a text message and bytes for a binary one; `ts` is Unix time in seconds. `place`
    is where it stands in the file, None where its number says so: in the native format.
    """

    connection: Connection
    number: int
    ts: float
    direction: Direction
    data: str | bytes
    place: Place | None = None


class Closed(msgspec.Struct, frozen=True, gc=False):
    """A connection was closed with `code` and `reason`; without this event it was lost."""

    connection: Connection
    ts: float
    code: int
    reason: str


class Gap(msgspec.Struct, frozen=True, gc=False):
    """Something of `connection` is missing here, or could not be read: messages of it may be lost, and
    none of another connection. `is_again` when it has the same cause as a gap before it, which is listed."""

    connection: Connection
    rule: Rule
    message: str
    hint: str = ""
    is_again: bool = False


class BadLine(msgspec.Struct, frozen=True, gc=False):
    """A line or another part that is not of the format, of whatever connection. `connection` is the one
    that was read last."""

    connection: Connection | None
    rule: Rule
    message: str
    hint: str = ""


CaptureEvent = Opened | Frame | Closed | Gap | BadLine
