"""How a conversation goes, as data: the types of the tables in ``session.py``.

A leaf beside the standard library and msgspec. Times are in seconds.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

import msgspec

from voxspec.support.python._support import set_dataclass_fields

Side: TypeAlias = Literal["client", "server"]

FrameClass: TypeAlias = type[msgspec.Struct]
"""The class of a frame, or one of the stand-ins below."""


class _Table(msgspec.Struct, frozen=True):
    """What the tables are built on: dataclasses, too, for whoever asks for their fields. Made by
    :mod:`dataclasses` they would take half as long to import as all messages."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        set_dataclass_fields(cls)


class AnyClientMessage(msgspec.Struct):
    """Stands for every client message that the tables do not name, and for types not known."""


class AnyServerMessage(msgspec.Struct):
    """Stands for every server message that the tables do not name, and for types not known."""


class SequencedMessage(msgspec.Struct):
    """Stands for every numbered server message that the tables do not name, and for types not known."""


class Close(_Table, frozen=True):
    """Close the connection with this code. Without a reason, the code's name is the reason."""

    code: int
    reason: str | None = None


class Ignored(enum.Enum):
    """Pass over the message."""

    IGNORED = "ignored"


IGNORED: Final = Ignored.IGNORED
Reaction: TypeAlias = Close | Ignored
"""What a receiver does with a message that is not allowed."""


class Read(enum.Enum):
    """Take a binary frame for the text that its bytes are."""

    READ = "read"


READ: Final = Read.READ


class Field(_Table, frozen=True):
    """A field of a message's payload: its attribute in Python, its key on the wire."""

    attribute: str
    key: str
    seconds: float = 1.0
    """Seconds in one unit of the field, where it is a time."""
    when_absent: Any = None
    """What its absence counts as."""


class Role(_Table, frozen=True, kw_only=True):
    """The part that a message plays. What a protocol does not bind is None."""

    name: str
    side: Side
    frame: FrameClass
    type: Any
    """The message's type on the wire."""
    heartbeat_interval: Field | None = None
    token: Field | None = None
    version: Field | None = None
    capabilities: Field | None = None
    session: Field | None = None
    user: Field | None = None
    user_name: Field | None = None
    server_name: Field | None = None
    last_seq: Field | None = None


class Roles(_Table, frozen=True, kw_only=True):
    """Which message plays which part; None where the protocol has no such message."""

    greeting: Role | None = None
    login: Role | None = None
    resume: Role | None = None
    established: Role | None = None
    resumed: Role | None = None
    heartbeat: Role | None = None
    heartbeat_answer: Role | None = None
    server_heartbeat: Role | None = None
    server_heartbeat_answer: Role | None = None
    complaint: Role | None = None


class Row(_Table, frozen=True, kw_only=True):
    """One state: what each side may send and where that leads, and what happens to the rest."""

    description: str
    client: Mapping[FrameClass, enum.Enum]
    server: Mapping[FrameClass, enum.Enum]
    client_otherwise: Mapping[FrameClass, Reaction]
    server_otherwise: Mapping[FrameClass, Reaction]
    timers: tuple[str, ...] = ()


class Timer(_Table, frozen=True, kw_only=True):
    """How long one side waits for the other in the states that list the timer."""

    name: str
    seconds: float
    waits_for: Side
    then: Close
    """What the waiting side does."""
    restarts: bool = False
    """Whether it starts anew in each such state; else it runs on from the first one."""
    adjustable: bool = False
    """Whether each peer chooses the time, so that nobody can tell from outside that it is over."""


class HeartbeatRules(_Table, frozen=True, kw_only=True):
    """The heartbeats of one side. None where the protocol says nothing."""

    interval: float | None
    """Seconds between two where the greeting does not say it; what a server asks for. Without one they
    come at any time, and none is owed."""
    from_greeting: bool
    jittered: bool
    missed_answers: int | None
    missed_then: Close | None
    silence_factor: float | None
    """Intervals without a heartbeat after which the other side closes with ``silence_then``."""
    silence_then: Close | None
    unasked_answers: bool = False
    """Whether an answer may come without a heartbeat."""
    echoes_payload: bool = False
    """Whether the answer has the payload of the heartbeat."""


class ResumeRules(_Table, frozen=True, kw_only=True):
    """How long and how far back a session can be resumed, and the codes of refusal."""

    lifetime: float
    buffer: int
    reach: int
    too_old: Close
    gone: Close
    unnamed: Close
    other_user: Close
    taken_over: Close
    buffered_while_away: bool
    attempts_without_progress: int


class Rate(_Table, frozen=True, kw_only=True):
    """At most ``count`` messages in any ``window`` seconds, for each value of ``by`` if it has any."""

    name: str
    counts: FrameClass
    """A message of the client, or AnyClientMessage."""
    by: tuple[Field, ...]
    count: int
    window: float
    then: Reaction
    enforced: bool
    """Whether servers are known to enforce it; else it is what a client must keep to all the same."""


class Quota(_Table, frozen=True, kw_only=True):
    """At most ``count`` of something, in ``window`` seconds if that is given, by address or user."""

    count: int
    window: float | None
    by: Literal["address", "user"]
    then: Close


class Refusals(_Table, frozen=True, kw_only=True):
    """How a server refuses a login or a connection; None where the protocol has no such refusal."""

    subprotocol: Close | None = None
    """To a client that did not offer the endpoint's subprotocol."""
    login: Close | None = None
    """For a reason of the server's own."""
    token: Close | None = None
    version: Close | None = None
    malformed: Close | None = None
    full: Close | None = None
    internal: Close | None = None
    """The server's own code fails."""
    failures: Quota | None = None
    sessions: Quota | None = None
    connections: Quota | None = None


class Backoff(_Table, frozen=True, kw_only=True):
    """How long a client waits before it reconnects, in seconds."""

    initial: float
    maximum: float
    factor: float
    spread: float
    attempts: int | None = None
    """How many in a row may fail before a client gives up; None for any number."""


class Compression(_Table, frozen=True, kw_only=True):
    """The endpoint's parameter that turns compression of server messages on, and its values."""

    parameter: str
    values: Mapping[str, Literal["zstd"]]


class Mistakes(_Table, frozen=True, kw_only=True):
    """What a receiver does with what is no message, or breaks the rules of one."""

    not_json: Reaction
    not_object: Reaction
    payload_not_object: Reaction
    binary: Reaction | Read
    unknown_type: Reaction
    invalid: Reaction
    out_of_place: Reaction
    unknown_type_published: Close | None = None
    """What only published pages say about unknown types."""
    wrong_direction: Reaction | None = None
    """For a message that only the receiver sends; None: as for a type that is not known."""
    empty_payload_is_none: bool = False
    """Whether a payload that is null, false, 0 or empty is taken for one that is not there."""


class Stream(_Table, frozen=True, kw_only=True):
    """Messages that belong together by a key of the envelope."""

    name: str
    key: str
    """The attribute of the frame, such as ``id``."""
    wire_key: str | None = None
    """The key on the wire, where it is called otherwise."""
    opened_by: FrameClass
    """A client message."""
    items: frozenset[FrameClass]
    ended_by: frozenset[FrameClass]
    """Of either side; what still arrives afterwards is passed over."""
    duplicate: Close
    """In its reason, ``{key}`` stands for the key."""


class Session(_Table, frozen=True, kw_only=True):
    """The whole conversation."""

    states: type[enum.Enum]
    connecting: enum.Enum
    initial: enum.Enum
    closing: enum.Enum
    closed: enum.Enum
    rows: Mapping[Any, Row]
    """All states but ``connecting``, ``closing`` and ``closed``, in the order of the schema."""
    roles: Roles
    timers: Mapping[str, Timer]
    heartbeat: HeartbeatRules | None = None
    server_heartbeat: HeartbeatRules | None = None
    resume: ResumeRules | None = None
    rates: tuple[Rate, ...] = ()
    refusals: Refusals = Refusals()
    backoff: Backoff = Backoff(initial=1.0, maximum=60.0, factor=2.0, spread=0.5)
    compression: Compression | None = None
    mistakes_of_client: Mistakes
    mistakes_of_server: Mistakes
    streams: tuple[Stream, ...] = ()
    tokens: str | None = None
    """A regular expression for what looks like a token; its groups are the prefixes that are shown."""
    any_client_message: FrameClass = AnyClientMessage
    """The stand-ins that the rows use."""
    any_server_message: FrameClass = AnyServerMessage
    sequenced_message: FrameClass = SequencedMessage
