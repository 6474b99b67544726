"""How a conversation goes, resolved: messages behind their names, close codes, times in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from voxspec.model.definitions import Field
from voxspec.model.gateway import CloseCode, Limit
from voxspec.model.messages import Message
from voxspec.model.types import Direction, JsonValue

StandInKind = Literal["any", "sequenced"]

CONNECTING = ("connecting", "the transport is not open yet")
CLOSING = ("closing", "this side has asked to close, and takes no part any more")
CLOSED = ("closed", "the transport has ended")
"""The states that every protocol has, with their descriptions; schemas describe those between."""


@dataclass(frozen=True, slots=True)
class SessionRule:
    """What people read about one thing of a conversation."""

    id: str
    title: str
    text: str
    note: str | None = None


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
class Close:
    """The connection is closed. Without a reason, the code's name is sent as one.

    ``code`` is a plain number where the protocol lists none: one of WebSocket's own.
    """

    code: CloseCode | int
    reason: str | None = None

    @property
    def number(self) -> int:
        return self.code if isinstance(self.code, int) else self.code.code


@dataclass(frozen=True, slots=True)
class Ignored:
    """The message is passed over."""


Reaction = Close | Ignored


@dataclass(frozen=True, slots=True)
class Read:
    """A binary frame is taken for the text that its bytes are."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a conversation. ``seconds`` where it is a time; ``limit`` where it has a name."""

    value: int | float
    unit: str
    seconds: float | None = None
    limit: Limit | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """A field of a role's message. ``seconds``: how many are in one unit, where it is a time."""

    field: Field
    seconds: float | None = None
    when_absent: JsonValue = None


@dataclass(frozen=True, slots=True)
class Role:
    """The part that a message plays, with what its fields carry: binding to field."""

    name: str
    message: Message
    bindings: tuple[tuple[str, Binding], ...]


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


@dataclass(frozen=True, slots=True)
class Timer:
    """How long one side waits for the other in the states that list it."""

    name: str
    time: Number
    waits_for: Direction
    then: Close
    restarts: bool
    adjustable: bool = False
    """Whether each peer chooses its time, so that nobody can tell from outside that it is over."""


@dataclass(frozen=True, slots=True)
class Heartbeats:
    """The heartbeats of one side. Without an interval they come at any time, and none is owed."""

    interval: Number | None
    from_greeting: bool
    jittered: bool
    missed_answers: Number | None
    missed_then: Close | None
    silence: Number | None
    silence_then: Close | None
    unasked_answers: bool
    echoes_payload: bool = False
    rules: tuple[SessionRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """How long and how far back a session can be resumed."""

    lifetime: Number
    buffer: Number
    reach: Number
    too_old: Close
    gone: Close
    unnamed: Close
    other_user: Close
    taken_over: Close
    buffered_while_away: bool
    attempts_without_progress: Number
    rules: tuple[SessionRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """How many messages of a kind a client may send in a time, for each value of ``by``."""

    name: str
    counts: Subject
    by: tuple[Field, ...]
    count: Number
    window: Number
    then: Reaction
    enforced: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of something there may be, in a time if ``window`` says one."""

    count: Number
    window: Number | None
    by: Literal["address", "user"]
    then: Close


@dataclass(frozen=True, slots=True)
class Refusals:
    """How a server refuses; None where the protocol has no such refusal."""

    subprotocol: Close | None = None
    login: Close | None = None
    token: Close | None = None
    version: Close | None = None
    malformed: Close | None = None
    full: Close | None = None
    internal: Close | None = None
    failures: Quota | None = None
    sessions: Quota | None = None
    connections: Quota | None = None
    rules: tuple[SessionRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a client waits before it connects again."""

    initial: Number
    maximum: Number
    factor: float
    spread: float
    attempts: Number | None = None
    rules: tuple[SessionRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What a receiver does with what is no message, or breaks the rules of one.

    What a schema does not say is answered with WebSocket's own codes (RFC 6455, section 7.4.1):
    1007 for data that is none, 1003 for data that cannot be taken, 1002 for the rest.
    """

    not_json: Reaction = Close(1007)
    not_object: Reaction = Close(1002)
    payload_not_object: Reaction = Close(1002)
    binary: Reaction | Read = Close(1003)
    unknown_type: Reaction = Ignored()
    invalid: Reaction = Ignored()
    out_of_place: Reaction = Close(1002)
    unknown_type_published: Close | None = None
    wrong_direction: Reaction | None = None
    """None: as a type that is not known."""


@dataclass(frozen=True, slots=True)
class Compression:
    """What each value of the endpoint's parameter does to the server's messages."""

    parameter: str
    server: tuple[tuple[str, str], ...]
    description: str


@dataclass(frozen=True, slots=True)
class Stream:
    """Messages that belong together by a key of the envelope; ``attribute`` is its Python name."""

    name: str
    key: str
    attribute: str
    opened_by: Message
    items: tuple[Message, ...]
    ended_by: tuple[Message, ...]
    duplicate: Close
    description: str = ""
    rules: tuple[SessionRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """What looks like a token: patterns of ECMA-262 for what is shown of it, and for the rest."""

    shown: str
    masked: str
    description: str


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
    refusals: Refusals = Refusals()
    backoff: Backoff | None = None
    mistakes_of_client: Mistakes = Mistakes()
    mistakes_of_server: Mistakes = Mistakes()
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
