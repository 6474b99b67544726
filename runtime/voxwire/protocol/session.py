"""How a conversation goes: the tables of a session."""

# pyright: reportReturnType=false
# (to pyright a method with nothing but a docstring is none of an interface)

from __future__ import annotations

import enum
import typing
from collections.abc import Mapping
from typing import Any

from voxwire.protocol.names import FrameClass
from voxwire.protocol.reactions import Mistakes, Reaction
from voxwire.protocol.roles import Roles
from voxwire.protocol.rules import (
    Backoff,
    Compression,
    HeartbeatRules,
    Rate,
    Refusals,
    ResumeRules,
    Stream,
    Timer,
)


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
