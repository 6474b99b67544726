"""One of two captures that are compared: all that is known of it, from one pass over the file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from voxwire.analysis.contents import Contents
from voxwire.analysis.journey import Journey
from voxwire.analysis.statistics import Traffic, counted_type
from voxwire.analysis.unread import Unread
from voxwire.capture.events import BadLine, Frame, Gap, Lacks, Opened
from voxwire.checks import CaptureCheck, Sessions, Statistics

if TYPE_CHECKING:
    import enum
    from collections.abc import Set

    from voxwire.analysis.reading import Content
    from voxwire.capture import Advance, CaptureEvent, Connection, Reading
    from voxwire.checks import Selection
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol

_MOST_FIRST: Final = 8
"""Messages with which a connection begins, at most."""

_MOST_OPENINGS: Final = 50
_MOST_INTERVALS: Final = 20

UNNAMED: Final = "(unknown)"
"""Stands for the type of a message that does not say it."""


class Side:
    """A capture. `selection` says which messages and findings count."""

    def __init__(self, protocol: AnyProtocol, selection: Selection) -> None:
        self.protocol: Final = protocol
        self.file = ""
        self.failure: str | None = None
        self.unread = Unread("")
        self.traffic: Final = Traffic(protocol)
        self.contents: Final = Contents(protocol)
        self.journey: Final = Journey(protocol)
        self.statistics: Final = Statistics()
        self.openings: Final[Counter[tuple[str, ...]]] = Counter()
        """How connections begin: their messages up to the answer to the login."""
        self.intervals: Final[Counter[str]] = Counter()
        """Seconds between heartbeats that servers announced."""
        self._selection: Final = selection
        self._has_all_headers = True
        self._beginning: Final[dict[Connection, list[str]]] = {}
        roles = protocol.session.roles
        self._answers: Final = {
            role.type for role in (roles.established, roles.resumed) if role is not None
        }

    @property
    def lacks(self) -> Lacks:
        """What is not recorded of some connection."""
        found = Lacks.NOTHING if self._has_all_headers else Lacks.START
        for one in self.traffic.connections:
            found |= one.connection.lacks
        return found

    @property
    def is_partial(self) -> bool:
        """Whether something of it is missing or could not be read, so that what it lacks may have been
        there."""
        return self.failure is not None or self.unread.parts > 0

    def read(self, name: str, reading: Reading, advance: Advance | None) -> None:
        """Read the file; `failure` says why it could not be read to its end."""
        check = CaptureCheck(
            name,
            self._selection,
            self.statistics,
            Sessions(),
            protocol=self.protocol,
            reading=reading,
            observer=self,
        )
        self.file = check.file
        self.unread = Unread(name)
        for _ in check.findings(advance):
            pass  # the statistics have counted it
        self.failure = check.failure
        if self.failure is not None:
            self.unread.cut()
            self.traffic.cut()
            return
        self.unread.end(others=self.statistics.others.connections)
        for connection in list(self._beginning):
            self._begun(connection)

    def saw(self, file: str, event: CaptureEvent, states: Set[enum.Enum]) -> None:
        """The next event."""
        del states
        self.unread.notice(event)
        content = self.traffic.see(file, event)
        if isinstance(event, Frame) and content is not None:
            self._frame(event, content)
            return
        self.journey.see(event)
        match event:
            case Opened(connection, has_header):
                self._has_all_headers = self._has_all_headers and has_header
                self._beginning[connection] = []
            case Gap(connection=connection):
                self._beginning.pop(connection, None)  # nobody knows how it begins
            case BadLine():
                self._beginning.clear()
            case _:
                pass

    def _frame(self, frame: Frame, content: Content) -> None:
        way, type_ = frame.direction, content.type
        name = UNNAMED if type_ is None else counted_type(type_)
        self.journey.frame(frame, type_)
        first = self._beginning.get(frame.connection)
        if first is not None:
            first.append(f"{way} {name}")
            if len(first) >= _MOST_FIRST or (way == "s2c" and type_ in self._answers):
                self._begun(frame.connection)
        if type_ is None or content.data is None or not self._selection.has_frame(way, type_):
            return
        try:
            value = msgspec.json.decode(content.data)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return
        self.contents.see(way, type_, name, value)
        self._announced(way, content, value)

    def _begun(self, connection: Connection) -> None:
        opening = tuple(self._beginning.pop(connection))
        if opening and (opening in self.openings or len(self.openings) < _MOST_OPENINGS):
            self.openings[opening] += 1

    def _announced(self, way: Direction, content: Content, value: dict[str, object]) -> None:
        """Remember the interval of heartbeats where this is the message that announces it."""
        role = self.protocol.session.roles.greeting
        if role is None or role.heartbeat_interval is None or way != "s2c":
            return
        if content.type != role.type:
            return
        payload_key = self.protocol.envelope.payload_key
        payload = value if payload_key is None else value.get(payload_key)
        units = payload.get(role.heartbeat_interval.key) if isinstance(payload, dict) else None
        if isinstance(units, int | float) and not isinstance(units, bool):
            word = f"{units * role.heartbeat_interval.seconds:g} s"
            if word in self.intervals or len(self.intervals) < _MOST_INTERVALS:
                self.intervals[word] += 1


def shows(a: Side, b: Side, *, only_a: bool, only_b: bool) -> bool:
    """Whether it is a difference that only one has something, or has more of it: the other must be whole,
    else it may have been among what is missing there."""
    return (only_a and not b.is_partial) or (only_b and not a.is_partial)
