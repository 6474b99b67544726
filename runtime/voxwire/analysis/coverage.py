"""How much of a protocol the traffic of captures exercised: messages and what is in them, and the session."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, NamedTuple, get_args

import msgspec

from voxwire.analysis.goals import Goal, Group, MessageGoals
from voxwire.analysis.reading import ContentReader
from voxwire.capture.events import BadLine, Closed, Connection, Frame, Gap, Lacks, Opened
from voxwire.checks.session.conversation import Conversation
from voxwire.errors import DecodeError
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol, FrameClass, MessageType, Side

GROUPS: Final[tuple[Group, ...]] = get_args(Group)

_LOST: Final = 1006
"""What stands for a connection that ended without a close (RFC 6455, section 7.4.1)."""

_SIDES: Final[dict[Direction, Side]] = {"s2c": "server", "c2s": "client"}


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
        self._session: Final = _Session(protocol)
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
            *self._session.goals,
            *self._codes.values(),
        ]
        return sorted(found, key=lambda goal: GROUPS.index(goal.group))

    def add(self, file: str, events: Iterable[CaptureEvent]) -> None:
        """Count a file. Raises CaptureError where it cannot be read; what comes before is counted."""
        del file
        open_connections: set[Connection] = set()
        for event in events:
            match event:
                case Opened(connection, has_header):
                    is_whole = has_header and Lacks.START not in connection.lacks
                    self._session.opened(connection, from_start=is_whole)
                    if Lacks.CLOSE not in connection.lacks:
                        open_connections.add(connection)
                case Frame():
                    self._frame(event)
                case Closed(connection=connection, code=code):
                    if connection in open_connections:
                        open_connections.discard(connection)
                        self._close(code)
                    self._session.forget(connection)
                case Gap(connection=connection):
                    self._session.lose(connection)
                case BadLine():
                    self._session.lose_all()
        for connection in open_connections:
            self._close(_LOST)
            self._session.forget(connection)

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
        self._session.frame(frame.connection, _SIDES[way], content.type)


class _Session:
    """The states that connections were in, and what led from one to another."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self._conversation: Final = Conversation(protocol)
        self._machine: Final = self._conversation.machine
        self._initial: Final = protocol.session.initial
        self._states: Final = {
            state: Goal("states", "", "", state.name) for state in protocol.session.rows
        }
        self._moves: Final = {
            (side, state, frame): Goal("transitions", name, "", f"{state.name} -> {after.name}")
            for side, state, frame, name, after in self._transitions(protocol)
        }
        self._now: Final[dict[Connection, enum.Enum | None]] = {}

    @property
    def goals(self) -> list[Goal]:
        return [*self._states.values(), *self._moves.values()]

    def _transitions(
        self, protocol: AnyProtocol
    ) -> Iterator[tuple[Side, enum.Enum, FrameClass, str, enum.Enum]]:
        for way, side in _SIDES.items():
            for state in protocol.session.rows:
                for frame, after in self._machine.legal[side][state].items():
                    info = protocol.by_frame.get(frame)
                    if after is not state and info is not None:
                        yield side, state, frame, f"{way} {info.type}", after

    def opened(self, connection: Connection, *, from_start: bool) -> None:
        self._now[connection] = None
        if from_start:
            self._is_in(connection, self._initial)

    def lose(self, connection: Connection) -> None:
        """Something of a connection is missing, so that it may be anywhere."""
        if connection in self._now:
            self._now[connection] = None

    def lose_all(self) -> None:
        for connection in self._now:
            self._now[connection] = None

    def forget(self, connection: Connection) -> None:
        self._now.pop(connection, None)

    def frame(self, connection: Connection, side: Side, type_: object) -> None:
        if connection not in self._now:
            return
        frame = self._machine.frame_class(side, type_)
        state = self._now[connection]
        after = None if state is None else self._machine.legal[side][state].get(frame)
        if state is not None and after is not None:
            if after is not state:
                move = self._moves.get((side, state, frame))
                if move is not None:
                    move.count += 1
                self._is_in(connection, after)
        elif side == "server" and frame in self._conversation.landings:
            self._is_in(connection, self._conversation.landings[frame])

    def _is_in(self, connection: Connection, state: enum.Enum) -> None:
        self._now[connection] = state
        if state in self._states:
            self._states[state].count += 1


def share(goals: Iterable[Goal]) -> Share:
    """How many of these are covered."""
    counts = [goal.count > 0 for goal in goals]
    return Share(sum(counts), len(counts))
