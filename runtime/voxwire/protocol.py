"""What voxwire needs of a protocol: the one object that a generated package offers as ``PROTOCOL``.

Nothing else in voxwire knows a message. Whoever handles frames takes such an object; Vox's own is the
default, in :mod:`voxwire.vox`. Everything here is an interface: what has these members is a protocol,
whichever package it is from. None stands for what a protocol does not have.
"""

# pyright: reportReturnType=false
# (to pyright a method with nothing but a docstring is none of an interface)

from __future__ import annotations

import enum
import typing
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, Literal, TypeAlias, TypeVar, runtime_checkable

import msgspec

ClientT_co = TypeVar("ClientT_co", covariant=True)
"""Any frame of a client whose type is known."""
ServerT_co = TypeVar("ServerT_co", covariant=True)
"""Any frame of a server whose type is known."""
UnknownT_co = TypeVar("UnknownT_co", covariant=True)
"""A frame of a type that is not known."""
FrameT_co = TypeVar("FrameT_co", covariant=True)

Side: TypeAlias = Literal["client", "server"]
Severity: TypeAlias = Literal["error", "warning", "note"]

MessageType: TypeAlias = str | int
"""What tells messages apart on the wire."""

FrameClass: TypeAlias = type[msgspec.Struct]
"""The class of a frame. In the tables of a session also one of the stand-ins of the same package:
``AnyClientMessage``, ``AnyServerMessage`` and ``SequencedMessage``."""

PayloadClass: TypeAlias = type[msgspec.Struct]


class Protocol(typing.Protocol[ClientT_co, ServerT_co, UnknownT_co]):
    """Everything that is known of one version of a protocol."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def package(self) -> str:
        """The package that it is from, such as ``voxmodels.v1``."""

    @property
    def envelope(self) -> Envelope: ...
    @property
    def endpoint(self) -> Endpoint: ...
    @property
    def limits(self) -> Mapping[str, int | float]: ...
    @property
    def close_codes(self) -> type[enum.IntEnum]:
        """Members have ``recovery``, ``reason`` and ``meaning(reason)``."""

    @property
    def session(self) -> Session: ...

    # --- Messages -----------------------------------------------------------------------------

    @property
    def client(self) -> Mapping[Any, MessageInfo]:
        """Messages that clients send, by type."""

    @property
    def server(self) -> Mapping[Any, MessageInfo]: ...
    @property
    def by_frame(self) -> Mapping[FrameClass, MessageInfo]: ...
    @property
    def by_payload(self) -> Mapping[PayloadClass, MessageInfo]: ...

    # --- Frames -------------------------------------------------------------------------------

    @property
    def client_frame(self) -> Any:
        """The frames of clients as one type: what a decoder is made of."""

    @property
    def server_frame(self) -> Any: ...
    @property
    def unknown_frame(self) -> type[UnknownT_co]:
        """Has ``from_wire(value)`` and ``to_wire()``."""

    @property
    def has_extra(self) -> frozenset[FrameClass]:
        """Frames that may hold further keys on purpose; `to_wire` writes them."""

    @property
    def may_note(self) -> frozenset[FrameClass]:
        """Frames that may hold a value which readers keep and a validator notes."""

    @property
    def free_json(self) -> Mapping[type, tuple[str, ...]]:
        """By frame, the attributes of the payload that hold JSON which nests to any depth; none where
        it may stand elsewhere in the frame."""

    @property
    def to_wire(self) -> Callable[[Any], dict[str, Any]]:
        """The JSON-ready object of a frame, with further keys in their place."""

    # --- Imported when first used -------------------------------------------------------------

    @property
    def validate_client(self) -> Callable[[object], Sequence[Problem]]:
        """All that is wrong with the parsed frame of a client."""

    @property
    def validate_server(self) -> Callable[[object], Sequence[Problem]]: ...
    @property
    def problem(self) -> Callable[..., Problem]:
        """The class of what validators find; takes the attributes by name."""

    def relayed_server_frame(self, value: dict[str, Any], /) -> ServerT_co:
        """The frame of a server that keeps values of other clients as they came.

        Raises msgspec.ValidationError."""

    @property
    def secrets(self) -> Secrets: ...
    @property
    def strategies(self) -> ModuleType:
        """The Hypothesis strategies. Raises ImportError where Hypothesis is not installed."""


AnyProtocol: TypeAlias = Protocol[Any, Any, Any]
"""A protocol, for those who do not look into its frames."""


class MessageInfo(typing.Protocol):
    """What is known of one message in one direction."""

    @property
    def type(self) -> Any: ...
    @property
    def direction(self) -> Side: ...
    @property
    def frame(self) -> FrameClass: ...
    @property
    def payloads(self) -> tuple[PayloadClass, ...]:
        """One class, several of a tagged union, none without a payload."""

    @property
    def payload(self) -> PayloadClass | None:
        """The payload's class where there is exactly one."""

    @property
    def seq(self) -> Literal["required", "never"]: ...
    @property
    def required_keys(self) -> tuple[str, ...]:
        """Further keys of the envelope that its frames have, as their attributes are called."""

    @property
    def optional_keys(self) -> tuple[str, ...]: ...
    @property
    def area(self) -> str: ...
    @property
    def summary(self) -> str: ...


class Envelope(typing.Protocol):
    """The keys of a frame, and how its parts are read."""

    @property
    def type_key(self) -> str: ...
    @property
    def payload_key(self) -> str | None:
        """None where frames are flat: the payload's fields stand beside the type."""

    @property
    def sequence_key(self) -> str | None: ...
    @property
    def type_attribute(self) -> str: ...
    @property
    def payload_attribute(self) -> str | None:
        """The attribute of frame classes."""

    @property
    def sequence_attribute(self) -> str | None: ...
    @property
    def first_seq(self) -> int:
        """The number that a session begins with, 0 where there are none."""

    @property
    def max_seq(self) -> int: ...
    @property
    def keys(self) -> frozenset[str]:
        """All keys of the envelope."""

    def type_of(self, frame: Any, /) -> MessageType: ...
    def payload_of(self, frame: Any, /) -> Any:
        """The payload of a frame, None where it has none; the frame itself where frames are flat."""

    def seq_of(self, frame: Any, /) -> int | None: ...
    def framed(self, info: Any, payload: Any, seq: int | None = None, **keys: Any) -> Any:
        """The frame of a payload; `keys` are further ones of the envelope. A payload that is one
        already gets what is given. Raises ValueError for what frames cannot have, or lack."""


class Endpoint(typing.Protocol):
    """Where a client connects to."""

    @property
    def url(self) -> str | None: ...
    @property
    def parameters(self) -> Mapping[str, Any]: ...
    @property
    def subprotocols(self) -> tuple[str, ...]: ...
    @property
    def query(self) -> Callable[..., str]: ...


class Secrets(typing.Protocol):
    """Where secrets are: JSON Pointers by message type, and the keys of all of them."""

    @property
    def client(self) -> Mapping[Any, tuple[str, ...]]: ...
    @property
    def server(self) -> Mapping[Any, tuple[str, ...]]: ...
    @property
    def keys(self) -> frozenset[str]: ...


class Problem(typing.Protocol):
    """Something that is wrong with a frame.

    ``pointer`` is a JSON Pointer into it, "" for the whole of it. ``got`` is a short form of the
    value, masked where it is a secret; texts are "" where there is nothing to say.
    """

    @property
    def rule(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def pointer(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def got(self) -> str: ...
    @property
    def hint(self) -> str: ...


# --- What is made of a protocol ---------------------------------------------------------------

JsonText: TypeAlias = bytes | str | bytearray | memoryview
"""JSON as it comes: text, or UTF-8 in whatever holds bytes."""


class Decode(typing.Protocol[FrameT_co]):
    """Decodes the frames of one side."""

    def __call__(self, data: JsonText) -> FrameT_co:
        """The frame whose JSON is `data`, decompressed if need be.

        A message type that is not known gives an unknown frame that keeps everything. Raises
        DecodeError, with all findings, for anything that the protocol does not allow, and TypeError
        for what is neither text nor bytes.
        """
        ...


class Encode(typing.Protocol):
    """Encodes the messages of both sides."""

    def __call__(
        self, message: msgspec.Struct, seq: int | None = None, *, validate: bool = True
    ) -> bytes:
        """The compact JSON of a payload or of a frame, keys in the order of the envelope.

        `message` is a payload such as ``server.MessageCreate(…)``, or a whole frame: one that has no
        payload, one that was decoded, or an unknown one. `seq` numbers the payloads of sequenced
        server messages and belongs to nothing else. Unless `validate` is False, the result is decoded
        again, so that only valid frames leave; a server that builds its payloads with care saves half
        the time.

        Raises EncodeError, with all findings, for what must not be sent.
        """
        ...


class EncodeWithKeys(Encode, typing.Protocol):
    """The same for protocols whose envelope has further keys: those of a payload's frame are given by
    name, such as ``id="7"``."""

    def __call__(
        self,
        message: msgspec.Struct,
        seq: int | None = None,
        *,
        validate: bool = True,
        **keys: Any,
    ) -> bytes: ...


# --- The conversation: the tables of a session. Times are in seconds. -------------------------


class Session(typing.Protocol):
    """How a conversation goes."""

    @property
    def states(self) -> type[enum.Enum]: ...
    @property
    def connecting(self) -> enum.Enum: ...
    @property
    def initial(self) -> enum.Enum: ...
    @property
    def closing(self) -> enum.Enum: ...
    @property
    def closed(self) -> enum.Enum: ...
    @property
    def rows(self) -> Mapping[Any, Row]:
        """All states but ``connecting``, ``closing`` and ``closed``, in the order of the schema."""

    @property
    def roles(self) -> Roles: ...
    @property
    def timers(self) -> Mapping[str, Timer]: ...
    @property
    def heartbeat(self) -> HeartbeatRules | None: ...
    @property
    def server_heartbeat(self) -> HeartbeatRules | None: ...
    @property
    def resume(self) -> ResumeRules | None: ...
    @property
    def rates(self) -> tuple[Rate, ...]: ...
    @property
    def refusals(self) -> Refusals: ...
    @property
    def backoff(self) -> Backoff: ...
    @property
    def compression(self) -> Compression | None: ...
    @property
    def mistakes_of_client(self) -> Mistakes: ...
    @property
    def mistakes_of_server(self) -> Mistakes: ...
    @property
    def streams(self) -> tuple[Stream, ...]: ...
    @property
    def tokens(self) -> str | None:
        """A regular expression for what looks like a token; its groups are the prefixes that are
        shown."""

    @property
    def any_client_message(self) -> FrameClass:
        """The stand-in of the rows for client messages that no row names, and for unknown types."""

    @property
    def any_server_message(self) -> FrameClass: ...
    @property
    def sequenced_message(self) -> FrameClass:
        """The stand-in for numbered server messages that no row names, and for unknown types."""


@runtime_checkable
class Close(typing.Protocol):
    """Close the connection with this code. Without a reason, the code's name is the reason."""

    @property
    def code(self) -> int: ...
    @property
    def reason(self) -> str | None: ...


Reaction: TypeAlias = Close | enum.Enum
"""What a receiver does with a message that is not allowed; the one member of the enum says that the
message is passed over."""


class Row(typing.Protocol):
    """One state: what each side may send and where that leads, and what happens to the rest."""

    @property
    def description(self) -> str: ...
    @property
    def client(self) -> Mapping[FrameClass, enum.Enum]: ...
    @property
    def server(self) -> Mapping[FrameClass, enum.Enum]: ...
    @property
    def client_otherwise(self) -> Mapping[FrameClass, Reaction]: ...
    @property
    def server_otherwise(self) -> Mapping[FrameClass, Reaction]: ...
    @property
    def timers(self) -> tuple[str, ...]: ...


class Roles(typing.Protocol):
    """Which message plays which part."""

    @property
    def greeting(self) -> Role | None: ...
    @property
    def login(self) -> Role | None: ...
    @property
    def resume(self) -> Role | None: ...
    @property
    def established(self) -> Role | None: ...
    @property
    def resumed(self) -> Role | None: ...
    @property
    def heartbeat(self) -> Role | None: ...
    @property
    def heartbeat_answer(self) -> Role | None: ...
    @property
    def server_heartbeat(self) -> Role | None: ...
    @property
    def server_heartbeat_answer(self) -> Role | None: ...
    @property
    def complaint(self) -> Role | None: ...


class Role(typing.Protocol):
    """The part that a message plays, and which of its fields carry what."""

    @property
    def name(self) -> str: ...
    @property
    def side(self) -> Side: ...
    @property
    def frame(self) -> FrameClass: ...
    @property
    def type(self) -> Any: ...
    @property
    def heartbeat_interval(self) -> Field | None: ...
    @property
    def token(self) -> Field | None: ...
    @property
    def version(self) -> Field | None: ...
    @property
    def capabilities(self) -> Field | None: ...
    @property
    def session(self) -> Field | None: ...
    @property
    def user(self) -> Field | None: ...
    @property
    def user_name(self) -> Field | None: ...
    @property
    def server_name(self) -> Field | None: ...
    @property
    def last_seq(self) -> Field | None: ...


class Field(typing.Protocol):
    """A field of a message's payload: its attribute in Python, its key on the wire."""

    @property
    def attribute(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def seconds(self) -> float:
        """Seconds in one unit of the field, where it is a time."""

    @property
    def when_absent(self) -> Any:
        """What its absence counts as."""


class Timer(typing.Protocol):
    """How long one side waits for the other in the states that list the timer."""

    @property
    def name(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def waits_for(self) -> Side: ...
    @property
    def then(self) -> Close: ...
    @property
    def restarts(self) -> bool:
        """Whether it starts anew in each such state; else it runs on from the first one."""

    @property
    def adjustable(self) -> bool:
        """Whether each peer chooses the time, so that nobody can tell from outside that it is over."""


class HeartbeatRules(typing.Protocol):
    """The heartbeats of one side."""

    @property
    def interval(self) -> float | None: ...
    @property
    def from_greeting(self) -> bool: ...
    @property
    def jittered(self) -> bool: ...
    @property
    def missed_answers(self) -> int | None: ...
    @property
    def missed_then(self) -> Close | None: ...
    @property
    def silence_factor(self) -> float | None: ...
    @property
    def silence_then(self) -> Close | None: ...
    @property
    def unasked_answers(self) -> bool: ...
    @property
    def echoes_payload(self) -> bool:
        """Whether the answer has the payload of the heartbeat."""


class ResumeRules(typing.Protocol):
    """How long and how far back a session can be resumed, and the codes of refusal."""

    @property
    def lifetime(self) -> float: ...
    @property
    def buffer(self) -> int: ...
    @property
    def reach(self) -> int: ...
    @property
    def too_old(self) -> Close: ...
    @property
    def gone(self) -> Close: ...
    @property
    def unnamed(self) -> Close: ...
    @property
    def other_user(self) -> Close: ...
    @property
    def taken_over(self) -> Close: ...
    @property
    def buffered_while_away(self) -> bool: ...
    @property
    def attempts_without_progress(self) -> int: ...


class Rate(typing.Protocol):
    """At most ``count`` messages in any ``window`` seconds, for each value of ``by`` if it has any."""

    @property
    def name(self) -> str: ...
    @property
    def counts(self) -> FrameClass: ...
    @property
    def by(self) -> tuple[Field, ...]: ...
    @property
    def count(self) -> int: ...
    @property
    def window(self) -> float: ...
    @property
    def then(self) -> Reaction: ...
    @property
    def enforced(self) -> bool: ...


class Quota(typing.Protocol):
    """At most ``count`` of something, in ``window`` seconds if that is given, by address or user."""

    @property
    def count(self) -> int: ...
    @property
    def window(self) -> float | None: ...
    @property
    def by(self) -> Literal["address", "user"]: ...
    @property
    def then(self) -> Close: ...


class Refusals(typing.Protocol):
    """How a server refuses a login or a connection."""

    @property
    def subprotocol(self) -> Close | None:
        """To a client that did not offer the endpoint's subprotocol."""

    @property
    def login(self) -> Close | None:
        """For a reason of the server's own."""

    @property
    def token(self) -> Close | None: ...
    @property
    def version(self) -> Close | None: ...
    @property
    def malformed(self) -> Close | None: ...
    @property
    def full(self) -> Close | None: ...
    @property
    def internal(self) -> Close | None:
        """The server's own code fails."""

    @property
    def failures(self) -> Quota | None: ...
    @property
    def sessions(self) -> Quota | None: ...
    @property
    def connections(self) -> Quota | None: ...


class Backoff(typing.Protocol):
    """How long a client waits before it reconnects."""

    @property
    def initial(self) -> float: ...
    @property
    def maximum(self) -> float: ...
    @property
    def factor(self) -> float: ...
    @property
    def spread(self) -> float: ...
    @property
    def attempts(self) -> int | None:
        """How many in a row may fail before a client gives up; None for any number."""


class Compression(typing.Protocol):
    """The endpoint's parameter that turns compression of server messages on, and its values."""

    @property
    def parameter(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Literal["zstd"]]: ...


class Mistakes(typing.Protocol):
    """What a receiver does with what is no message, or breaks the rules of one."""

    @property
    def not_json(self) -> Reaction: ...
    @property
    def not_object(self) -> Reaction: ...
    @property
    def payload_not_object(self) -> Reaction: ...
    @property
    def binary(self) -> Reaction:
        """Here the enum may also be one whose member is called ``READ``: the bytes are read as text."""

    @property
    def unknown_type(self) -> Reaction: ...
    @property
    def invalid(self) -> Reaction: ...
    @property
    def out_of_place(self) -> Reaction: ...
    @property
    def unknown_type_published(self) -> Close | None: ...
    @property
    def wrong_direction(self) -> Reaction | None:
        """For a message that only the receiver sends; None: as for a type that is not known."""


class Stream(typing.Protocol):
    """Messages that belong together by a key of the envelope."""

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str:
        """The attribute of the frame."""

    @property
    def wire_key(self) -> str | None:
        """The key on the wire, where it is called otherwise."""

    @property
    def opened_by(self) -> FrameClass: ...
    @property
    def items(self) -> frozenset[FrameClass]: ...
    @property
    def ended_by(self) -> frozenset[FrameClass]: ...
    @property
    def duplicate(self) -> Close:
        """In its reason, ``{key}`` stands for the key."""
