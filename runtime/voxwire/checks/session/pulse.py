"""What a protocol says of the heartbeats of one side, and what findings about them are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from voxwire.protocol import Close
from voxwire.rules.heartbeats import (
    HEARTBEAT_ACK_MISSING,
    HEARTBEAT_ACK_UNASKED,
    HEARTBEAT_LATE,
    HEARTBEAT_NOT_GIVEN_UP,
    SERVER_HEARTBEAT_LATE,
    SERVER_HEARTBEAT_NOT_GIVEN_UP,
    SERVER_HEARTBEAT_UNANSWERED,
    SERVER_HEARTBEAT_UNASKED,
)

if TYPE_CHECKING:
    import enum
    from collections.abc import Iterator

    from voxwire.checks.session.conversation import Conversation
    from voxwire.protocol import HeartbeatRules, Role, Side
    from voxwire.rules.rule import Rule


class Pulse(NamedTuple):
    """The heartbeats of the side `beater`, which the `answerer` answers. `answer` is None where nothing
    answers them."""

    beater: Side
    answerer: Side
    beat: Role
    states: frozenset[enum.Enum]
    """Those in which heartbeats are in order, and so are their answers."""
    is_answered_anywhere: bool
    """Whether there is no state in which the answerer goes on without an answer."""
    is_after_login: bool
    """Whether the time for the first one begins with a login, as the protocol has one."""
    answer: Role | None
    rules: HeartbeatRules
    can_resume: bool
    late: Rule
    missing: Rule
    unasked: Rule
    not_given_up: Rule

    @property
    def interval(self) -> float | None:
        """Seconds between two; None where the greeting says it, or nobody."""
        return None if self.rules.from_greeting else self.rules.interval

    def is_promised(self, arrivals: frozenset[enum.Enum] | None) -> bool:
        """Whether what arrives in any of these states is answered; None when they are not known."""
        if arrivals is None:
            return self.is_answered_anywhere
        return bool(arrivals) and arrivals <= self.states


def pulses(conversation: Conversation) -> Iterator[Pulse]:
    """The heartbeats that a protocol has: of the client, of the server, of both or neither."""
    roles, tables = conversation.roles, conversation.tables
    can_resume = roles.resume is not None
    is_after_login = roles.login is not None
    if roles.heartbeat is not None and tables.heartbeat is not None:
        yield Pulse(
            "client",
            "server",
            roles.heartbeat,
            conversation.states_of(roles.heartbeat),
            _is_answered_anywhere(conversation, roles.heartbeat),
            is_after_login,
            roles.heartbeat_answer,
            tables.heartbeat,
            can_resume,
            late=HEARTBEAT_LATE,
            missing=HEARTBEAT_ACK_MISSING,
            unasked=HEARTBEAT_ACK_UNASKED,
            not_given_up=HEARTBEAT_NOT_GIVEN_UP,
        )
    if roles.server_heartbeat is not None and tables.server_heartbeat is not None:
        yield Pulse(
            "server",
            "client",
            roles.server_heartbeat,
            conversation.states_of(roles.server_heartbeat),
            _is_answered_anywhere(conversation, roles.server_heartbeat),
            is_after_login,
            roles.server_heartbeat_answer,
            tables.server_heartbeat,
            can_resume,
            late=SERVER_HEARTBEAT_LATE,
            missing=SERVER_HEARTBEAT_UNANSWERED,
            unasked=SERVER_HEARTBEAT_UNASKED,
            not_given_up=SERVER_HEARTBEAT_NOT_GIVEN_UP,
        )


def _is_answered_anywhere(conversation: Conversation, beat: Role) -> bool:
    """Whether a heartbeat is answered or ends the connection in every state that it may reach."""
    machine = conversation.machine
    reactions = {
        machine.reaction(beat.side, state, beat.frame) for state in conversation.tables.rows
    }
    return all(reaction is None or isinstance(reaction, Close) for reaction in reactions)
