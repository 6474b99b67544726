"""How far a connection is: its states, and what each side may send in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from voxspec.model.messages import Message
from voxspec.model.session.prose import SessionRule
from voxspec.model.session.reactions import Reaction
from voxspec.model.types import Direction

StandInKind = Literal["any", "sequenced"]

CONNECTING = ("connecting", "the transport is not open yet")
CLOSING = ("closing", "this side has asked to close, and takes no part any more")
CLOSED = ("closed", "the transport has ended")
"""The states that every protocol has, with their descriptions; schemas describe those between."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """Every message of a side that nothing names; ``sequenced``: every numbered one."""

    side: Direction
    kind: StandInKind


Subject = Message | StandIn
"""What a table of the conversation has a row for."""

Key = tuple[Direction, str]


def key_of(subject: Subject) -> Key:
    """What tells the rows of a table apart; no message is called like a stand-in's key."""
    if isinstance(subject, StandIn):
        return (subject.side, f"\x00{subject.kind}")
    return (subject.direction, subject.text)


@dataclass(frozen=True, slots=True)
class Move:
    """A message that a state allows, and the name of the state that it leads to."""

    subject: Subject
    after: str


@dataclass(frozen=True, slots=True)
class State:
    """How far a connection is: what is allowed, and what happens to the rest."""

    name: str
    member: str
    description: str
    client: tuple[Move, ...]
    server: tuple[Move, ...]
    client_otherwise: tuple[tuple[Subject, Reaction], ...] = ()
    server_otherwise: tuple[tuple[Subject, Reaction], ...] = ()
    timers: tuple[str, ...] = ()
    rules: tuple[SessionRule, ...] = ()

    def moves(self, side: Direction) -> tuple[Move, ...]:
        return self.client if side == "client" else self.server

    def otherwise(self, side: Direction) -> tuple[tuple[Subject, Reaction], ...]:
        return self.client_otherwise if side == "client" else self.server_otherwise

    def subjects(self) -> Iterator[Subject]:
        """All that the state says something of, from either side."""
        for move in (*self.client, *self.server):
            yield move.subject
        for subject, _ in (*self.client_otherwise, *self.server_otherwise):
            yield subject
