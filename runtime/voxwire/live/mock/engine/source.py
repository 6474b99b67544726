"""What a mock gateway sends to sessions without being asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from voxmodels.v1 import server


class Planned(Struct, frozen=True):
    """A message to send. `payload` is that of a sequenced message, or an UnknownFrame without number.

    `at` is the time in seconds since the session began; None means as soon as the client can take it.
    """

    payload: Struct
    at: float | None = None


class Script(Protocol):
    """The messages of one session."""

    @property
    def identity(self) -> server.Ready | None:
        """The ``ready`` that goes with them; None when any does."""

    def events(self) -> Iterator[Planned]:
        """The messages in order."""
        ...


class Source(Protocol):
    """Messages for sessions."""

    @property
    def description(self) -> str:
        """What it is, as in "plays 735 messages of main.ndjson"."""
        ...

    def script(self, number: int) -> Script:
        """What a session gets. `number` counts the sessions of a gateway from 0."""
        ...
