"""Messages that are wrong on purpose, of any protocol: what the faults of the same names send."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from voxwire.errors import VoxwireError
from voxwire.live.mock.engine.traffic import Traffic
from voxwire.session.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec import Struct

    from voxwire.protocol import AnyProtocol, FrameClass, MessageInfo

_UNKNOWN: Final = "mock_unknown"
"""A type that no version of a protocol has, where types are texts."""

_BROKEN: Final[tuple[Any, ...]] = ({}, [], None, "mock", 0)
"""Payloads that are tried, until one is not valid."""


class NothingToSpoilError(VoxwireError):
    """Every payload of every message of the server is valid."""


def unknown_message(protocol: AnyProtocol) -> Struct:
    """A message of a type that nobody knows, without a number."""
    types = [*protocol.server, *protocol.client]
    is_text = any(isinstance(type_, str) for type_ in types) or not types
    type_ = _UNKNOWN if is_text else max(map(int, types)) + 1000
    return _from_wire(protocol, type_, {"why": "a fault of the mock gateway"})


@cache
def invalid_message(protocol: AnyProtocol, spoiled: FrameClass | None = None) -> Struct:
    """A message of a known type without what it needs, without a number: one that the server sends of its
    own accord, if there is such a one. `spoiled` is which, if it matters.

    Raises NothingToSpoilError where none can be invalid."""
    infos = list(_candidates(protocol)) if spoiled is None else [protocol.by_frame[spoiled]]
    for payload in _BROKEN:
        for info in infos:
            message = _from_wire(protocol, info.type, payload)
            wire = message.to_wire()  # type: ignore[attr-defined]
            if info.seq == "required":
                key = protocol.envelope.sequence_key
                wire = wire | {key: protocol.envelope.first_seq + 1}
            if any(problem.severity == "error" for problem in protocol.validate_server(wire)):
                return message
    raise NothingToSpoilError(f"no message of {protocol.title} can lack anything")


def not_json(protocol: AnyProtocol) -> bytes:
    """The beginning of a frame, and no more."""
    envelope = protocol.envelope
    info = next(_candidates(protocol), None)
    start = json.dumps({envelope.type_key: _UNKNOWN if info is None else info.type})[:-1]
    key = '"' if envelope.payload_key is None else f"{json.dumps(envelope.payload_key)}: {{"
    return f"{start}, {key}".encode()


def _candidates(protocol: AnyProtocol) -> Iterator[MessageInfo]:
    """The messages of the server, first those that it sends of its own accord, and then those that are
    not part of the conversation itself."""
    events = Traffic.of(protocol).events
    yield from events
    others = [info for info in protocol.server.values() if info not in events]
    yield from sorted(others, key=lambda info: info.frame in Machine.of(protocol).role_of)


def _from_wire(protocol: AnyProtocol, type_: Any, payload: Any) -> Struct:
    """A frame as it is on the wire, of a class that keeps everything."""
    envelope = protocol.envelope
    wire: dict[str, Any] = {envelope.type_key: type_}
    if envelope.payload_key is not None:
        wire[envelope.payload_key] = payload
    elif isinstance(payload, dict):
        wire |= payload
    message: Struct = protocol.unknown_frame.from_wire(wire)
    return message
