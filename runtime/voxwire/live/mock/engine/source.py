"""What a mock gateway sends to sessions without being asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol, runtime_checkable

from msgspec import Struct

_NO_KEYS: Final[Mapping[str, Any]] = MappingProxyType({})


class Planned(NamedTuple):
    """A message to send. `payload` is that of a message of the server, or its frame, or an unknown frame,
    each without a number; `keys` are those of the envelope that go with a payload.

    `at` is the time in seconds since the session began, or since the client's message that it answers;
    None means as soon as the client can take it. `in_its_place`: only where the conversation allows it;
    otherwise it is passed over.
    """

    payload: Struct
    at: float | None = None
    keys: Mapping[str, Any] = _NO_KEYS
    in_its_place: bool = False


class Script(Protocol):
    """The messages of one session."""

    @property
    def identity(self) -> Any:
        """The payload that begins a session which goes with them; None when any does."""

    def events(self) -> Iterator[Planned]:
        """The messages that nothing asked for, in order."""
        ...


@runtime_checkable
class Answering(Protocol):
    """What a script may have, too: answers to clients that open streams."""

    def answers(self, stream: str, number: int) -> Iterator[Planned] | None:
        """The answers to the client's opening message with this `number`, from 0, among those of the
        streams of this name, without the key; None where they are to be made up."""


class Source(Protocol):
    """Messages for sessions."""

    @property
    def description(self) -> str:
        """What it is, as in "plays 735 messages of main.ndjson"."""
        ...

    def script(self, number: int) -> Script:
        """What a session gets. `number` counts the sessions of a gateway from 0."""
        ...
