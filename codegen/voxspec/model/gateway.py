"""What belongs to the gateway and to no message: endpoint, envelope, limits, close codes, …"""

from __future__ import annotations

from dataclasses import dataclass

from voxspec.model import naming
from voxspec.model.definitions import Field
from voxspec.model.types import Direction, Presence, Side, Use


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter of the endpoint."""

    name: str
    required: bool
    values: tuple[str, ...]
    description: str
    when_absent: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a client connects to. ``subprotocols``: the best first."""

    url: str
    description: str
    parameters: tuple[Parameter, ...]
    subprotocols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EnvelopeKey:
    """One key of the envelope."""

    key: str
    attribute: str
    description: str


@dataclass(frozen=True, slots=True)
class FurtherKey:
    """A key beside the type, the payload and the sequence number, in frames of one ``side`` or both.

    ``presence`` holds for the messages that say nothing of the key.
    """

    field: Field
    side: Side
    presence: Presence

    def fits(self, direction: Direction) -> bool:
        """Whether frames of this direction can have it at all."""
        return self.side in (direction, "both")


@dataclass(frozen=True, slots=True)
class Sequence:
    """The key of the sequence number, and the first number of a session."""

    key: str
    attribute: str
    description: str
    use: Use
    first: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """The keys of frames that are not their payloads' own.

    Without ``payload`` frames are flat: the fields of the payload stand beside the type. Without
    ``sequence`` no message is numbered. ``closed``: frames have no other keys than these.
    """

    type: EnvelopeKey
    payload: EnvelopeKey | None
    sequence: Sequence | None
    description: str
    note: str | None = None
    further: tuple[FurtherKey, ...] = ()
    closed: bool = False

    @property
    def is_flat(self) -> bool:
        """Whether the fields of payloads stand beside the type."""
        return self.payload is None

    @property
    def keys(self) -> tuple[str, ...]:
        """All of them, in the order in which they are shown."""
        roles = (self.type, self.payload, self.sequence)
        return (
            *(role.key for role in roles if role is not None),
            *(further.field.name for further in self.further),
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """A named number of the protocol, with its unit."""

    name: str
    constant: str
    value: int | float
    unit: str
    description: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CloseReason:
    """A close reason that changes what its code means."""

    reason: str
    recovery: str
    delay: bool
    description: str


@dataclass(frozen=True, slots=True)
class CloseCode:
    """A WebSocket close code. ``recovery`` is resume, identify or fatal."""

    code: int
    name: str
    recovery: str
    delay: bool
    description: str
    reasons: tuple[CloseReason, ...]
    note: str | None = None
    reason: str | None = None
    """What is sent with it, where that is not the name."""

    @property
    def sent(self) -> str:
        """The reason that is sent with it."""
        return self.name if self.reason is None else self.reason


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission and its bit."""

    name: str
    bit: int
    description: str
    note: str | None = None

    @property
    def member(self) -> str:
        """Its Python name."""
        return naming.permission(self.name)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of prose for the docs; ``body`` is Markdown."""

    name: str
    title: str
    body: str
