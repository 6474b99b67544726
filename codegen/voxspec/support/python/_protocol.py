"""A protocol as one object: what a runtime that knows no message needs of it.

Made of Structs, as the messages are: dataclasses would take longer to import than a hundred of those.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import msgspec
from msgspec import UNSET

from voxspec.support.python._support import EXTRA_KEY

if TYPE_CHECKING:
    from voxspec.support.python._checks import Problem
    from voxspec.support.python._session import Session

ClientT = TypeVar("ClientT")
ServerT = TypeVar("ServerT")
UnknownT = TypeVar("UnknownT")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of a frame, and how its parts are read. None: the protocol has no such key."""

    type_key: str
    payload_key: str | None = None
    sequence_key: str | None = None
    type_attribute: str = "type"
    payload_attribute: str | None = None
    sequence_attribute: str | None = None
    first_seq: int = 0
    max_seq: int = 0
    keys: frozenset[str]

    def type_of(self, frame: Any) -> str | int:
        """What the frame is, as the wire says it."""
        return cast("str | int", getattr(frame, self.type_attribute))

    def payload_of(self, frame: Any) -> Any:
        """The payload of a frame, None where it has none; the frame itself where frames are flat."""
        if self.payload_attribute is None:
            return frame
        payload = getattr(frame, self.payload_attribute, None)
        return None if payload is UNSET else payload

    def seq_of(self, frame: Any) -> int | None:
        """The number of a frame; None where it has none."""
        if self.sequence_attribute is None:
            return None
        seq = getattr(frame, self.sequence_attribute, None)
        return None if seq is UNSET else seq

    def framed(self, info: Any, payload: Any, seq: int | None = None, **keys: Any) -> Any:
        """The frame of a payload, with its number and the further keys that are given.

        Where frames are flat, the payload is one already, and gets what is given. Raises ValueError
        for what frames of the message cannot have, and for what they lack.
        """
        given = dict(keys)
        for key in keys:
            if key not in info.required_keys and key not in info.optional_keys:
                raise ValueError(f"{info.type} carries no {key}")
        if seq is not None:
            if self.sequence_attribute is None or info.seq == "never":
                raise ValueError(f"{info.type} carries no {self.sequence_attribute or 'seq'}")
            given[self.sequence_attribute] = seq
        if self.payload_attribute is None:
            return msgspec.structs.replace(payload, **given) if given else payload
        needed = info.required_keys
        if info.seq == "required" and self.sequence_attribute is not None:
            needed = (*needed, self.sequence_attribute)
        missing = [key for key in needed if key not in given]
        if missing:
            raise ValueError(f"{info.type} needs {' and '.join(missing)}")
        return info.frame(**{self.payload_attribute: payload}, **given)


def _no_query(**values: str) -> str:
    """The query string of an endpoint that has no parameters. Raises ValueError for any."""
    if values:
        raise ValueError(f"unknown parameter {next(iter(values))!r}; the endpoint has none")
    return ""


class NoCloseCode(enum.IntEnum):
    """The close codes of a protocol that lists none."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a client connects to; a protocol need not say."""

    url: str | None = None
    parameters: Mapping[str, Any] = msgspec.field(default_factory=dict)
    subprotocols: tuple[str, ...] = ()
    query: Callable[..., str] = _no_query


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """Where secrets are, and what people wrote: JSON Pointers by message type, and the keys of all
    secrets."""

    client: Mapping[Any, tuple[str, ...]] = msgspec.field(default_factory=dict)
    server: Mapping[Any, tuple[str, ...]] = msgspec.field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    client_words: Mapping[Any, tuple[str, ...]] = msgspec.field(default_factory=dict)
    server_words: Mapping[Any, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Shapes(msgspec.Struct, frozen=True, kw_only=True):
    """What messages are made of: their frames by type, and what has a name."""

    client: Mapping[Any, Any]
    server: Mapping[Any, Any]
    types: Mapping[str, Any]


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """The closed twins of the server's frames: what they take is beyond doubt."""

    server_frame: Any
    """The twins as one type: what a decoder is made of; None where the server sends nothing."""
    types: Mapping[Any, str | int]
    free_json: frozenset[Any]
    """Twins that may hold JSON which nests to any depth."""


class Protocol(
    msgspec.Struct,
    Generic[ClientT, ServerT, UnknownT],
    frozen=True,
    kw_only=True,
    eq=False,
    dict=True,  # for what is imported when it is first used
):
    """Everything that is known of one version of a protocol."""

    name: str
    title: str
    version: int
    package: str
    """The package that it is from, its version included."""
    envelope: Envelope
    client: Mapping[Any, Any]
    """Messages sent by the client, by type."""
    server: Mapping[Any, Any]
    by_payload: Mapping[type[msgspec.Struct], Any]
    by_frame: Mapping[type[msgspec.Struct], Any]
    client_frame: Any
    """The frames of the client as one type: what a decoder is made of."""
    server_frame: Any
    unknown_frame: type[UnknownT]
    has_extra: frozenset[type[msgspec.Struct]] = frozenset()
    extra_key: str = EXTRA_KEY
    """Where further keys stand until :attr:`to_wire` puts them in their place."""
    may_note: frozenset[type[msgspec.Struct]] = frozenset()
    free_json: Mapping[type, tuple[str, ...]] = msgspec.field(default_factory=dict)
    relays: bool = False
    """Whether servers pass on what clients gave them, so that it can have any shape."""
    wide_sides: tuple[str, ...] = ()
    """Who may send integers above 63 bits."""
    has_secrets: bool = False
    to_wire: Callable[[Any], dict[str, Any]]
    close_codes: type[enum.IntEnum] = NoCloseCode
    endpoint: Endpoint = Endpoint()
    limits: Mapping[str, int | float] = msgspec.field(default_factory=dict)

    @property
    def session(self) -> Session:
        """How a conversation goes."""
        return self._session

    @cached_property
    def _session(self) -> Session:
        return cast("Session", self._part("session").SESSION)

    @property
    def validate_client(self) -> Callable[[object], list[Problem]]:
        """All that is wrong with the parsed frame of a client."""
        return cast("Callable[[object], list[Problem]]", self._validate.client_frame)

    @property
    def validate_server(self) -> Callable[[object], list[Problem]]:
        """All that is wrong with the parsed frame of a server."""
        return cast("Callable[[object], list[Problem]]", self._validate.server_frame)

    @property
    def problem(self) -> type[Problem]:
        """The class of what validators find."""
        return cast("type[Problem]", self._validate.Problem)

    @cached_property
    def _validate(self) -> Any:  # as it is asked for with every frame that is looked at exactly
        return self._part("validate")

    def relayed_server_frame(self, value: dict[str, Any]) -> ServerT:
        """The frame of a server that keeps values of other clients as they came."""
        if not self.relays:
            return cast("ServerT", msgspec.convert(value, self.server_frame))
        return cast("ServerT", self._part("relayed").server_frame(value))

    @property
    def wide(self) -> Mapping[type[msgspec.Struct], type[msgspec.Struct]]:
        """By the class of a frame or payload, the one that takes integers above 63 bits."""
        return self._wide

    @cached_property
    def _wide(self) -> Mapping[type[msgspec.Struct], type[msgspec.Struct]]:
        found: dict[type[msgspec.Struct], type[msgspec.Struct]] = {}
        for side in self.wide_sides:
            found |= self._part(f"{side}._wide").WIDE
        return found

    @property
    def secrets(self) -> Secrets:
        """Where secrets are in frames."""
        return self._secrets

    @cached_property
    def _secrets(self) -> Secrets:
        if not self.has_secrets:
            return Secrets()
        part = self._part("secrets")
        return Secrets(
            client=part.CLIENT,
            server=part.SERVER,
            keys=part.KEYS,
            client_words=part.CLIENT_WORDS,
            server_words=part.SERVER_WORDS,
        )

    @property
    def closed(self) -> Closed:
        """The closed twins of frames."""
        return self._closed

    @cached_property
    def _closed(self) -> Closed:
        part = self._part("closed")
        return Closed(server_frame=part.ServerFrame, types=part.TYPES, free_json=part.FREE_JSON)

    @property
    def shapes(self) -> Shapes:
        """What messages are made of, as data."""
        part = self._part("shapes")
        return Shapes(client=part.CLIENT, server=part.SERVER, types=part.TYPES)

    @property
    def strategies(self) -> ModuleType:
        """The Hypothesis strategies. Raises ImportError where Hypothesis is not installed."""
        return self._part("strategies")

    def _part(self, name: str) -> ModuleType:
        return import_module(f"{self.package}.{name}")

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        """Pickled by name: the other side has the package too."""
        return _of_package, (self.package,)

    def __repr__(self) -> str:
        return f"<Protocol {self.name} v{self.version}>"


def _of_package(package: str) -> Any:
    return import_module(f"{package}.protocol").PROTOCOL
