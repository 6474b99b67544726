"""How a connection proceeds: the tables of a protocol, run by both ends and by the checks.

Theory of operation
===================

One machine describes a connection, and whoever follows it runs the same one: the client, the server,
and whoever reads a capture of the two. A frame moves the machine of its sender when it is sent and that
of its receiver when it is received, so the two ends agree whenever nothing is in flight.

:attr:`Machine.legal` is the machine. For each side and state it lists the frames that the side may send
then, and the state after each; what is not listed is illegal. Frames are named by their classes. The
tables name those that have a part in the machine, and stand-ins for the others; here every class stands
for itself. :meth:`Machine.reaction` says what a receiver does with what is illegal.

Three things are no frames and stand beside the table. The transport opens, which leads from the state
``connecting`` to ``initial``; this side wants to close, which leads from any state to ``closing``; the
transport ends, which leads from any state to ``closed``.

What no table can hold: numbers and the clock. They are in the two connection classes.
"""

from __future__ import annotations

import enum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from voxwire.session.situation import BeatRules, Situation
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voxwire.protocol import (
        AnyProtocol,
        FrameClass,
        Mistakes,
        Reaction,
        Role,
        Row,
        Side,
        Stream,
    )

SIDES: Final[tuple[Side, ...]] = ("client", "server")


class Machine:
    """The states of a protocol's connections. Nothing in it changes; :meth:`of` shares one."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self.protocol: Final = protocol
        self.codec: Final = Codec.of(protocol)
        self.tables: Final = protocol.session
        self.roles: Final = protocol.session.roles
        self.envelope: Final = protocol.envelope
        self.role_of: Final[Mapping[FrameClass, Role]] = MappingProxyType(
            {role.frame: role for role in _bound(protocol)}
        )
        """What a frame is to the session; plain frames are not listed."""
        self._classes_of_types: Final = frozenset(map(type, (*protocol.client, *protocol.server)))
        self._frames_by_type: Final[Mapping[Side, Mapping[object, FrameClass]]] = {
            "client": {type_: info.frame for type_, info in protocol.client.items()},
            "server": {type_: info.frame for type_, info in protocol.server.items()},
        }
        self._named: Final = frozenset(_named(protocol))
        self.legal: Final[Mapping[Side, Mapping[enum.Enum, Mapping[FrameClass, enum.Enum]]]] = (
            MappingProxyType({side: self._legal(side) for side in SIDES})
        )
        """By side and state the frames that the side may send, and the state after each."""
        self.stream_of: Final[Mapping[FrameClass, Stream]] = MappingProxyType(
            {
                frame: stream
                for stream in self.tables.streams
                for frame in (stream.opened_by, *stream.items, *stream.ended_by)
            }
        )
        """To which stream a frame belongs; most belong to none."""
        self.plain: Final[Mapping[Side, Mapping[enum.Enum, frozenset[FrameClass]]]] = (
            MappingProxyType({side: self._plain(side) for side in SIDES})
        )
        """By side and state the legal frames that are for the application alone: without a role, and
        without another state after them."""
        self.numbered_states: Final = frozenset(
            state for state, frames in self.plain["server"].items() if any(map(self.counts, frames))
        )
        """The states in which numbered messages flow."""
        self.beats: Final[Mapping[Side, BeatRules]] = MappingProxyType(self._beats())
        self.situations: Final[Mapping[Side, Mapping[enum.Enum, Situation]]] = MappingProxyType(
            {
                side: MappingProxyType(
                    {state: self._situation(side, state) for state in self.legal[side]}
                )
                for side in SIDES
            }
        )
        """By side and state what the ends run from."""
        self.closing_rates: Final = tuple(
            rate for rate in self.tables.rates if not isinstance(rate.then, enum.Enum)
        )
        """The rates for which servers close the connection, or may do so."""
        self.is_rated_by_payload: Final = any(rate.by for rate in self.closing_rates)
        """Whether one of them is for each value of a field."""

    @staticmethod
    def of(protocol: AnyProtocol) -> Machine:
        """The machine of a protocol, made when it is first asked for."""
        return _made(protocol)

    def frames(self, side: Side) -> tuple[FrameClass, ...]:
        """The classes of all frames that a side may ever send, that of unknown types at the end."""
        infos = self.protocol.client if side == "client" else self.protocol.server
        return (*(info.frame for info in infos.values()), self.protocol.unknown_frame)

    def frame_class(self, side: Side, type_: object) -> FrameClass:
        """The class of the frames with this type, whatever JSON that is."""
        unknown = self.protocol.unknown_frame
        return self._frames_by_type[side].get(type_, unknown) if self.is_type(type_) else unknown

    def is_type(self, value: object) -> bool:
        """Whether JSON can be the type of a message, known or not: text, an integer, or either."""
        return type(value) in self._classes_of_types

    def counts(self, frame_class: FrameClass) -> bool:
        """Whether a frame of the server carries a number; of an unknown one that is likely."""
        if self.protocol.envelope.sequence_key is None:
            return False
        info = self.protocol.by_frame.get(frame_class)
        return info is None or info.seq == "required"

    def mistakes(self, side: Side) -> Mistakes:
        """What a receiver does with the mistakes of a side."""
        tables = self.tables
        return tables.mistakes_of_client if side == "client" else tables.mistakes_of_server

    def reaction(self, side: Side, state: enum.Enum, frame_class: FrameClass) -> Reaction | None:
        """What a receiver does with a frame of `side` in a state; None where the frame is legal.

        A state without a row, as the transport is not open then, has nothing legal.
        """
        if frame_class in self.legal[side][state]:
            return None
        mistakes = self.mistakes(side)
        is_unknown = frame_class is self.protocol.unknown_frame
        if is_unknown and not isinstance(mistakes.unknown_type, enum.Enum):
            return mistakes.unknown_type
        row = self.tables.rows.get(state)
        if row is not None:
            otherwise = row.client_otherwise if side == "client" else row.server_otherwise
            for listed in (frame_class, *self._stand_ins(frame_class, side)):
                if listed in otherwise:
                    return otherwise[listed]
        return mistakes.out_of_place

    def misdirected(self, side: Side, state: enum.Enum) -> Reaction | None:
        """What a receiver does in a state with a message of `side` that only the receiver sends; None
        where that is nothing else than a message of an unknown type."""
        reaction = self.mistakes(side).wrong_direction
        row = self.tables.rows.get(state)
        if row is None or not isinstance(reaction, enum.Enum):
            return reaction
        otherwise = row.client_otherwise if side == "client" else row.server_otherwise
        any_message = self._stand_ins(self.protocol.unknown_frame, side)[-1]
        return otherwise.get(any_message, reaction)

    def _stand_ins(self, frame_class: FrameClass, side: Side) -> tuple[FrameClass, ...]:
        if side == "client":
            return (self.tables.any_client_message,)
        if self.counts(frame_class):
            return self.tables.sequenced_message, self.tables.any_server_message
        return (self.tables.any_server_message,)

    def _legal(self, side: Side) -> Mapping[enum.Enum, Mapping[FrameClass, enum.Enum]]:
        tables = self.tables
        rows = {state: _may_send(row, side) for state, row in tables.rows.items()}
        for state in (tables.connecting, tables.closing, tables.closed):
            rows[state] = {}
        return MappingProxyType(
            {state: MappingProxyType(self._expanded(rows, state, side)) for state in rows}
        )

    def _expanded(
        self, rows: Mapping[enum.Enum, Mapping[FrameClass, enum.Enum]], state: enum.Enum, side: Side
    ) -> dict[FrameClass, enum.Enum]:
        """One row, with the real classes in place of the stand-ins."""
        row, expanded = rows[state], {}
        for frame_class in self.frames(side):
            listed = [frame_class]
            if frame_class not in self._named:
                listed += self._stand_ins(frame_class, side)
            after = next((row[found] for found in listed if found in row), None)
            if after is not None:
                expanded[frame_class] = after
        unknown = self.protocol.unknown_frame
        if not isinstance(self.mistakes(side).unknown_type, enum.Enum):
            expanded.pop(unknown, None)
        elif state in self.tables.rows and not self._uses_stand_ins(rows, side):
            expanded[unknown] = state  # the rows say nothing of the others: ignored means anywhere
        return expanded

    def _uses_stand_ins(
        self, rows: Mapping[enum.Enum, Mapping[FrameClass, enum.Enum]], side: Side
    ) -> bool:
        stand_ins = self._stand_ins(self.protocol.unknown_frame, side)
        return any(stand_in in row for row in rows.values() for stand_in in stand_ins)

    def _situation(self, side: Side, state: enum.Enum) -> Situation:
        peer: Side = "server" if side == "client" else "client"
        row = self.tables.rows.get(state)
        timers = () if row is None else tuple(self.tables.timers[name] for name in row.timers)
        plain = self.plain[peer][state]
        odd = [frame for frame in self.frames(peer) if self.counts(frame) and frame not in plain]
        is_quick = len(odd) <= 1 and self.protocol.envelope.sequence_attribute == "seq"
        flows = is_quick and state in self.numbered_states
        may_send, may_receive = self.legal[side][state], self.legal[peer][state]
        own, others = self.beats[side].own, self.beats[side].peer
        may_beat = own is not None and own.frame in may_send
        may_hear_beats = others is not None and others.frame in may_receive
        return Situation(
            state,
            row is not None,
            may_send,
            may_receive,
            plain,
            flows,
            odd[0] if odd and flows else None,
            tuple(timer for timer in timers if timer.waits_for == peer),
            may_beat,
            may_hear_beats,
            may_beat or may_hear_beats,
        )

    def _beats(self) -> dict[Side, BeatRules]:
        roles, of_client = self.roles, self.tables.heartbeat
        of_server, beat = self.tables.server_heartbeat, roles.server_heartbeat
        answer = roles.server_heartbeat_answer
        return {
            "client": BeatRules(roles.heartbeat, of_client, beat, of_server, answer),
            "server": BeatRules(
                beat, of_server, roles.heartbeat, of_client, roles.heartbeat_answer
            ),
        }

    def _plain(self, side: Side) -> Mapping[enum.Enum, frozenset[FrameClass]]:
        special = self.role_of.keys() | self.stream_of.keys()
        return MappingProxyType(
            {
                state: frozenset(
                    frame for frame, after in row.items() if after is state and frame not in special
                )
                for state, row in self.legal[side].items()
            }
        )


@cache
def _made(protocol: AnyProtocol) -> Machine:
    return Machine(protocol)


def _may_send(row: Row, side: Side) -> Mapping[FrameClass, enum.Enum]:
    return row.client if side == "client" else row.server


def _bound(protocol: AnyProtocol) -> Iterator[Role]:
    """The roles that the protocol has a message for."""
    roles = protocol.session.roles
    for role in (
        roles.greeting,
        roles.login,
        roles.resume,
        roles.established,
        roles.resumed,
        roles.heartbeat,
        roles.heartbeat_answer,
        roles.server_heartbeat,
        roles.server_heartbeat_answer,
        roles.complaint,
    ):
        if role is not None:
            yield role


def _named(protocol: AnyProtocol) -> Iterator[FrameClass]:
    """What the tables name; a stand-in is no class of a frame."""
    for row in protocol.session.rows.values():
        for names in (row.client, row.server, row.client_otherwise, row.server_otherwise):
            yield from (name for name in names if name in protocol.by_frame)
