"""How much of a protocol the traffic of captures exercised: messages and what is in them, and the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, get_args

import msgspec

from voxwire.analysis.goals import Goal, Group, MessageGoals
from voxwire.analysis.journey import Journey
from voxwire.analysis.reading import ContentReader
from voxwire.analysis.tears import Tears, Wholeness
from voxwire.capture.events import BadLine, Closed, Connection, Frame, Gap, Lacks, Opened
from voxwire.errors import CaptureError, DecodeError
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol, MessageType

GROUPS: Final[tuple[Group, ...]] = get_args(Group)

_LOST: Final = 1006
"""What stands for a connection that ended without a close (RFC 6455, section 7.4.1)."""


class Share(NamedTuple):
    """How many of some goals are covered."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """Rounded down to a tenth, so that 100 is all of it; 100 of nothing."""
        return self.covered * 1000 // self.total / 10 if self.total else 100.0


class Coverage:
    """Counts what captures of one protocol show."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self.protocol: Final = protocol
        self.frames = 0
        self.invalid = 0
        """Frames that are wrong, or of unknown types; they cover nothing."""
        self._reader: Final = ContentReader(protocol)
        codec = Codec.of(protocol)
        self._decode: Final = {"s2c": codec.decode_server, "c2s": codec.decode_client}
        shapes = protocol.shapes
        self._messages: Final[dict[Direction, dict[MessageType, MessageGoals]]] = {
            "c2s": {
                type_: MessageGoals(shapes, f"c2s {type_}", frame)
                for type_, frame in shapes.client.items()
            },
            "s2c": {
                type_: MessageGoals(shapes, f"s2c {type_}", frame)
                for type_, frame in shapes.server.items()
            },
        }
        self._journey: Final = Journey(protocol)
        self._open: Final[dict[Connection, Wholeness]] = {}
        """Connections that may be lost."""
        self._tears: Final = Tears()
        self._codes: Final = {
            int(code): Goal("close codes", "", "", f"{int(code)} {code.name}")
            for code in protocol.close_codes
        }

    @property
    def goals(self) -> list[Goal]:
        """All of them, by group, each group in the order of the schema."""
        found = [
            *(
                goal
                for one in self._messages.values()
                for goals in one.values()
                for goal in goals.goals
            ),
            *self._journey.goals,
            *self._codes.values(),
        ]
        return sorted(found, key=lambda goal: GROUPS.index(goal.group))

    def add(self, file: str, events: Iterable[CaptureEvent]) -> None:
        """Count a file. Raises CaptureError where it cannot be read; what comes before is counted."""
        del file
        try:
            for event in events:
                self.see(event)
        except CaptureError:
            self.cut()
            raise
        self.end()

    def see(self, event: CaptureEvent) -> None:
        """Count an event of a file."""
        self._journey.see(event)
        match event:
            case Opened(connection):
                if Lacks.CLOSE not in connection.lacks:
                    self._open[connection] = Wholeness(self._tears)
            case Frame(connection=connection):
                if connection in self._open:
                    self._open[connection].go_on()
                self._frame(event)
            case Closed(connection=connection, code=code):
                if self._open.pop(connection, None) is not None:
                    self._close(code)
            case Gap(connection=connection):
                if connection in self._open:
                    self._open[connection].tear()
            case BadLine():
                self._tears.count += 1

    def end(self) -> None:
        """The file was read to its end. A connection whose close may be among what could not be read was
        not lost."""
        for whole in self._open.values():
            if not whole.is_torn:
                self._close(_LOST)
        self.cut()

    def cut(self) -> None:
        """The file could not be read on: how connections ended is not known."""
        for connection in self._open:
            self._journey.forget(connection)
        self._open.clear()

    def _close(self, code: int) -> None:
        goal = self._codes.get(code)
        if goal is not None:
            goal.count += 1

    def _frame(self, frame: Frame) -> None:
        self.frames += 1
        way = frame.direction
        content = self._reader.content(frame)
        goals = None if content.type is None else self._messages[way].get(content.type)
        if goals is None or content.data is None:
            self.invalid += 1
            return
        try:
            self._decode[way](content.data)
        except DecodeError:
            self.invalid += 1
            return
        goals.count(msgspec.json.decode(content.data))
        self._journey.frame(frame, content.type)


def share(goals: Iterable[Goal]) -> Share:
    """How many of these are covered."""
    counts = [goal.count > 0 for goal in goals]
    return Share(sum(counts), len(counts))
