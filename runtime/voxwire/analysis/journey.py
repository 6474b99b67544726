"""The states that connections were in, and which messages led from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.analysis.goals import Goal
from voxwire.capture.events import BadLine, Closed, Gap, Lacks, Opened
from voxwire.checks.session.conversation import Conversation

if TYPE_CHECKING:
    import enum
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent, Connection, Frame
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol, FrameClass, MessageType, Side

_SIDES: Final[dict[Direction, Side]] = {"s2c": "server", "c2s": "client"}


class Journey:
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
        """Of each state how often it was reached, of each message how often it led to another."""
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

    def see(self, event: CaptureEvent) -> None:
        """What an event that is no frame means."""
        match event:
            case Opened(connection, has_header):
                self._now[connection] = None
                if has_header and Lacks.START not in connection.lacks:
                    self._is_in(connection, self._initial)
            case Closed(connection=connection):
                self.forget(connection)
            case Gap(connection=connection) if connection in self._now:
                self._now[connection] = None  # something is missing, so that it may be anywhere
            case BadLine():
                self._now.update(dict.fromkeys(self._now))

    def forget(self, connection: Connection) -> None:
        """Nothing of a connection is to come any more."""
        self._now.pop(connection, None)

    def frame(self, event: Frame, type_: MessageType | None) -> None:
        """A message of this type came."""
        connection, side = event.connection, _SIDES[event.direction]
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
