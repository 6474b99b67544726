"""The whole conversation."""

from __future__ import annotations

from dataclasses import dataclass, field

from voxspec.model.gateway import Limit
from voxspec.model.messages import Message
from voxspec.model.session.parts import (
    Backoff,
    Compression,
    Heartbeats,
    Rate,
    Refusals,
    Resume,
    Role,
    Stream,
    Timer,
    Token,
)
from voxspec.model.session.prose import SessionRule
from voxspec.model.session.reactions import Mistakes
from voxspec.model.session.states import Move, StandIn, State, key_of


@dataclass(frozen=True, slots=True)
class Session:
    """The whole conversation. The first state is where a connection begins."""

    states: tuple[State, ...]
    description: str = ""
    roles: tuple[Role, ...] = ()
    timers: tuple[Timer, ...] = ()
    heartbeat: Heartbeats | None = None
    server_heartbeat: Heartbeats | None = None
    resume: Resume | None = None
    rates: tuple[Rate, ...] = ()
    refusals: Refusals = field(default_factory=Refusals)
    backoff: Backoff | None = None
    mistakes_of_client: Mistakes = field(default_factory=Mistakes)
    mistakes_of_server: Mistakes = field(default_factory=Mistakes)
    compression: Compression | None = None
    streams: tuple[Stream, ...] = ()
    tokens: tuple[Token, ...] = ()
    sequence_rules: tuple[SessionRule, ...] = ()
    mistake_rules: tuple[SessionRule, ...] = ()
    limits: tuple[Limit, ...] = ()
    """The numbers that have a name among the limits, in schema order."""
    is_stated: bool = False
    """Whether there is a session.yaml; else all is allowed."""

    def role(self, name: str) -> Role | None:
        """The role with this name; None where the protocol has no such message."""
        return next((role for role in self.roles if role.name == name), None)

    def state(self, name: str) -> State:
        """The state with this name; KeyError when there is none."""
        for state in self.states:
            if state.name == name:
                return state
        raise KeyError(name)

    def move(self, state: State, message: Message) -> Move | None:
        """How ``state`` allows a message: by its name, or by what stands for it; None if it does not."""
        moves = {key_of(move.subject): move for move in state.moves(message.direction)}
        if (named := moves.get(key_of(message))) is not None or self.names(message):
            return named
        numbered = moves.get(key_of(StandIn("server", "sequenced")))
        any_other = moves.get(key_of(StandIn(message.direction, "any")))
        return numbered or any_other if message.seq == "required" else any_other

    def names(self, message: Message) -> bool:
        """Whether some state names a message, so that nothing stands for it."""
        return any(
            key_of(subject) == key_of(message)
            for state in self.states
            for subject in state.subjects()
        )

    @property
    def rules(self) -> tuple[SessionRule, ...]:
        """Everything that people read, in the order of the page about it."""
        parts = (*self.states, self.heartbeat, self.server_heartbeat)
        later = (self.resume, self.refusals, self.backoff, *self.streams)
        return (
            *(rule for part in parts if part is not None for rule in part.rules),
            *self.sequence_rules,
            *(rule for part in later if part is not None for rule in part.rules),
            *self.mistake_rules,
        )
