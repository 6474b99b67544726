"""Where the secrets of a protocol are: what ``x-sensitive`` marks, as places in a frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxspec.model import (
    ArrayType,
    ChoiceType,
    Direction,
    MapType,
    Message,
    NamedType,
    Protocol,
    Record,
    Scalar,
    Type,
    Union,
    Use,
)
from voxspec.model.reach import reachable, uses_in

EACH = "*"
"""Stands in a pointer for any item of an array and for any key of a map."""


@dataclass(frozen=True, slots=True)
class SecretsView:
    """The secrets of one message: a JSON Pointer for each."""

    type: str
    pointers: tuple[str, ...]


def secrets_of(protocol: Protocol, direction: Direction) -> list[SecretsView]:
    """The messages of a direction that hold secrets, in schema order."""
    found = [SecretsView(m.type, _pointers(protocol, m)) for m in protocol.messages(direction)]
    return [view for view in found if view.pointers]


def secret_keys(protocol: Protocol) -> list[str]:
    """The keys below which a secret stands anywhere, and what published pages call them; sorted."""
    messages = list(protocol.messages())
    keys = {_nearest_key(p) for message in messages for p in _pointers(protocol, message)}
    for message in messages:
        keys |= {entry.name for entry in message.published if entry.wire in keys}
    for record in _records(protocol):
        keys |= {entry.name for entry in record.published if entry.wire in keys}
    return sorted(keys)


def _pointers(protocol: Protocol, message: Message) -> tuple[str, ...]:
    shape = protocol.payload_shape(message)
    if shape is None or not _holds_secret(protocol, message):
        return ()
    at = f"/{_escaped(protocol.envelope.payload.key)}"
    return tuple(dict.fromkeys(_in_definition(protocol, shape, at, ())))


def _holds_secret(protocol: Protocol, message: Message) -> bool:
    """Whether there is one at all: a look at each type, not at each way to it, of which there are
    many more."""
    return any(
        use.sensitive for definition in reachable(protocol, message) for use in uses_in(definition)
    )


def _in_definition(
    protocol: Protocol, definition: object, at: str, inside: tuple[str, ...]
) -> Iterator[str]:
    """The secrets of a definition at a place; ``inside`` names the types that hold it, as a type may
    hold itself: its secrets are given for the outermost level."""
    match definition:
        case Record(fields=fields):
            for field in fields:
                yield from _in_use(protocol, field.use, f"{at}/{_escaped(field.name)}", inside)
        case Union(variants=variants):
            for name in variants:
                yield from _in_type(protocol, NamedType(name), at, inside)
        case Scalar(use=use):
            yield from _in_use(protocol, use, at, inside)


def _in_use(protocol: Protocol, use: Use, at: str, inside: tuple[str, ...]) -> Iterator[str]:
    if use.sensitive:
        yield at
    else:
        yield from _in_type(protocol, use.type, at, inside)


def _in_type(protocol: Protocol, type_: Type, at: str, inside: tuple[str, ...]) -> Iterator[str]:
    match type_:
        case NamedType(name=name) if name not in inside:
            yield from _in_definition(protocol, protocol.type(name), at, (*inside, name))
        case ArrayType(items=use) | MapType(values=use):
            yield from _in_use(protocol, use, f"{at}/{EACH}", inside)
        case ChoiceType(options=options):
            for option in options:
                yield from _in_use(protocol, option, at, inside)


def _records(protocol: Protocol) -> Iterator[Record]:
    for definition in protocol.types:
        if isinstance(definition, Record):
            yield definition
    for message in protocol.messages():
        if isinstance(message.payload, Record):
            yield message.payload


def _nearest_key(pointer: str) -> str:
    """The last key on the way to a secret."""
    steps = [step for step in pointer.split("/") if step != EACH]
    return steps[-1].replace("~1", "/").replace("~0", "~")


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
