"""What a protocol says of the heartbeats of one side, and what findings about them are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    """Those in which heartbeats are in order."""
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
            is_after_login,
            roles.server_heartbeat_answer,
            tables.server_heartbeat,
            can_resume,
            late=SERVER_HEARTBEAT_LATE,
            missing=SERVER_HEARTBEAT_UNANSWERED,
            unasked=SERVER_HEARTBEAT_UNASKED,
            not_given_up=SERVER_HEARTBEAT_NOT_GIVEN_UP,
        )
