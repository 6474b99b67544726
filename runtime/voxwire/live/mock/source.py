"""What a mock gateway sends to every session without being asked for."""

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


class Source(Protocol):
    """Messages for sessions: every session gets all of them, from the first on."""

    @property
    def identity(self) -> server.Ready | None:
        """The ``ready`` that goes with them; None when any does."""

    @property
    def description(self) -> str:
        """What it is, as in "plays 735 messages of main.ndjson"."""
        ...

    def events(self) -> Iterator[Planned]:
        """The messages of one session, in order."""
        ...
