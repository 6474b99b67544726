"""What belongs to the gateway and to no message: endpoint, envelope, limits, close codes, …"""

from __future__ import annotations

from dataclasses import dataclass

from voxspec.model import naming
from voxspec.model.types import Use


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
    """Where a client connects to."""

    url: str
    description: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class EnvelopeKey:
    """One key of the envelope."""

    key: str
    attribute: str
    description: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """The keys that every frame has. ``first_seq`` is the first sequence number of a session."""

    type: EnvelopeKey
    payload: EnvelopeKey
    sequence: EnvelopeKey
    sequence_use: Use
    first_seq: int
    description: str
    note: str | None = None

    @property
    def keys(self) -> tuple[str, str, str]:
        return (self.type.key, self.payload.key, self.sequence.key)


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
