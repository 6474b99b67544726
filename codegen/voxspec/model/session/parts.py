"""What a conversation has beside its states: roles, clocks, resuming, refusals, streams and the like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voxspec.model.definitions import Field
from voxspec.model.gateway import Limit
from voxspec.model.messages import Message
from voxspec.model.session.prose import SessionRule
from voxspec.model.session.reactions import Close, Reaction
from voxspec.model.session.states import Subject
from voxspec.model.types import Direction, JsonValue


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
