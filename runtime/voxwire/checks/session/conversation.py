"""What of a protocol's machine the checks of its conversations need besides the machine itself."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from voxwire.session.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.protocol import AnyProtocol, FrameClass, Reaction, Role, Side


class Conversation:
    """The machine of a protocol, and what follows from it for whoever reads a capture.

    Whether the greeting comes first is followed apart: in a capture it may stand behind what the client
    said, as two tasks can write one file. So the states before and after it count as one here.
    """

    def __init__(self, protocol: AnyProtocol) -> None:
        self.protocol: Final = protocol
        self.machine: Final = Machine.of(protocol)
        self.tables: Final = protocol.session
        self.roles: Final = protocol.session.roles
        self.is_numbered: Final = protocol.envelope.sequence_key is not None
        logins = [role for role in (self.roles.login, self.roles.resume) if role is not None]
        self.login_types: Final = [role.type for role in logins]
        """The types of the messages that a client begins with."""
        self.login_frames: Final = frozenset(role.frame for role in logins)
        """Their classes."""
        self.beginning: Final = frozenset(self._beginning())
        """The states in which a connection begins."""
        self.landings: Final = dict(self._landings())
        """Messages of the server that lead to one state wherever they are in order, so that they tell
        where a connection is; and that state."""
        self.in_session: Final = frozenset(self._in_session())
        """The states in which a session is under way; none where the protocol has no answer to a login."""
        self.moving: Final = frozenset(
            frame
            for side in ("client", "server")
            for state, frames in self.machine.legal[side].items()
            for frame, after in frames.items()
            if after is not state
        )
        """Messages that lead from some state to another."""
        special = set(self._special())
        self.special_types: Final = frozenset(
            info.type for info in protocol.server.values() if info.frame in special
        )
        """The types of server messages that mean something to the session; of the others it only has to
        be known that they can come now."""
        plain = [frame for frame in self.machine.frames("server") if frame not in special]
        self.settled_states: Final = frozenset(
            state
            for state in self.tables.rows
            if all(frame in self.machine.legal["server"][state] for frame in plain)
        )
        """The states in which any other server message is in order."""
        self.timers_for_client: Final = [
            (timer, {state for state, row in self.tables.rows.items() if timer.name in row.timers})
            for timer in self.tables.timers.values()
            if timer.waits_for == "client"
        ]
        """The timers with which a server waits for the client, and the states in which each runs."""

    @property
    def logins(self) -> str:
        """What a client begins with, in words: ``identify or resume``."""
        return " or ".join(map(str, self.login_types))

    def states_of(self, role: Role) -> frozenset[enum.Enum]:
        """The states in which the message that plays a part is in order."""
        legal = self.machine.legal[role.side]
        return frozenset(state for state, frames in legal.items() if role.frame in frames)

    def answers_to(self, request: FrameClass) -> set[FrameClass]:
        """The messages that answer a client's, as they lead on from the state that it leads to."""
        legal = self.machine.legal
        after = {row[request] for row in legal["client"].values() if request in row}
        return {
            frame
            for state in after
            for frame, then in legal["server"][state].items()
            if then is not state
        }

    def is_waited_for(self, states: Iterable[enum.Enum]) -> bool:
        """Whether the server may be about to say something, other than its greeting, that leads on."""
        legal = self.machine.legal["server"]
        return any(
            after is not state and not is_role(self.roles.greeting, frame)
            for state in states
            for frame, after in legal[state].items()
        )

    def _beginning(self) -> Iterator[enum.Enum]:
        initial, greeting = self.tables.initial, self.roles.greeting
        yield initial
        if greeting is not None:
            yield self.machine.legal["server"][initial].get(greeting.frame, initial)

    def _landings(self) -> Iterator[tuple[FrameClass, enum.Enum]]:
        legal = self.machine.legal["server"]
        for frame in self.machine.frames("server"):
            moves = [(state, row[frame]) for state, row in legal.items() if frame in row]
            ends = {after for _, after in moves}
            moves_always = all(state is not after for state, after in moves)
            if len(ends) == 1 and moves_always and not is_role(self.roles.greeting, frame):
                yield frame, ends.pop()

    def _in_session(self) -> Iterator[enum.Enum]:
        roles, legal = self.roles, self.machine.legal
        answers = [role.frame for role in (roles.established, roles.resumed) if role is not None]
        found = [self.landings[answer] for answer in answers if answer in self.landings]
        for state in found:
            if roles.login is not None and roles.login.frame in legal["client"][state]:
                continue  # the session is over, and the next one can begin
            yield state
            after = {*legal["client"][state].values(), *legal["server"][state].values()}
            found += [other for other in after if other not in found]

    def _special(self) -> Iterator[FrameClass]:
        for frame, role in self.machine.role_of.items():
            if role.side == "server" and role is not self.roles.complaint:
                yield frame
        yield from (frame for frame in self.moving if frame is not self.protocol.unknown_frame)
        for stream in self.tables.streams:
            yield from (*stream.items, *stream.ended_by)


def is_role(role: Role | None, frame_class: FrameClass) -> bool:
    """Whether a frame plays this part, if the protocol has it."""
    return role is not None and frame_class is role.frame


def codes(reactions: Iterable[Reaction | None]) -> set[int]:
    """The codes of those that close the connection."""
    # Asking whether they are a Close would take many times as long.
    return {int(r.code) for r in reactions if r is not None and not isinstance(r, enum.Enum)}


def what_follows(reactions: Iterable[Reaction], receiver: Side) -> str:
    """What the receiver of a message does with it, in words."""
    found = sorted(codes(reactions))
    if not found:
        return f"the {receiver} ignores it"
    return f"the {receiver} closes with {' or '.join(map(str, found))}"


def a(name: object) -> str:
    """A message type with its article."""
    return f"{'an' if str(name)[:1].lower() in tuple('aeiou') else 'a'} {name}"
