"""Where the secrets of a protocol are, and what people wrote: what ``x-sensitive`` and ``x-words`` mark, as
places in a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voxspec.model import (
    Direction,
    Message,
    NamedType,
    Protocol,
    Record,
    Use,
)
from voxspec.model.reach import frame_parts
from voxspec.model.walk import Shape, definitions, parts, uses

EACH = "*"
"""Stands in a pointer for any item of an array and for any key of a map."""

IsMarked = Callable[[Use], bool]


@dataclass(frozen=True, slots=True)
class SecretsView:
    """The places of one message: a JSON Pointer for each."""

    type: str | int
    pointers: tuple[str, ...]


def secrets_of(protocol: Protocol, direction: Direction) -> list[SecretsView]:
    """The messages of a direction that hold secrets, in schema order."""
    return _views(protocol, direction, _is_secret)


def words_of(protocol: Protocol, direction: Direction) -> list[SecretsView]:
    """The messages of a direction that hold what people wrote, in schema order."""
    return _views(protocol, direction, _is_words)


def _is_secret(use: Use) -> bool:
    return use.sensitive


def _is_words(use: Use) -> bool:
    return use.words


def _views(protocol: Protocol, direction: Direction, is_marked: IsMarked) -> list[SecretsView]:
    messages = protocol.messages(direction)
    found = [SecretsView(m.type, _pointers(protocol, m, is_marked)) for m in messages]
    return [view for view in found if view.pointers]


def secret_keys(protocol: Protocol) -> list[str]:
    """The keys below which a secret stands anywhere, and what published pages call them; sorted.

    Not that of the payload: where all of it is secret in some messages, it need not be in others.
    """
    messages = list(protocol.messages())
    pointers = {
        pointer for message in messages for pointer in _pointers(protocol, message, _is_secret)
    }
    if protocol.envelope.payload is not None:
        pointers.discard(f"/{_escaped(protocol.envelope.payload.key)}")
    keys = {_nearest_key(pointer) for pointer in pointers}
    for message in messages:
        keys |= {entry.name for entry in message.published if entry.wire in keys}
    for record in _records(protocol):
        keys |= {entry.name for entry in record.published if entry.wire in keys}
    return sorted(keys)


def _pointers(protocol: Protocol, message: Message, is_marked: IsMarked) -> tuple[str, ...]:
    if not any(_holds_marked(protocol, part, is_marked) for part in frame_parts(message)):
        return ()
    found: list[str] = []
    for field in message.keys:
        place = f"/{_escaped(field.name)}"
        if is_marked(field.use):
            found.append(place)
        else:
            found += _inside(protocol, field.use.type, place, (), is_marked)
    payload = protocol.envelope.payload
    at = "" if payload is None else f"/{_escaped(payload.key)}"
    if message.payload is not None:
        found += _inside(protocol, message.payload, at, (), is_marked)
    return tuple(dict.fromkeys(found))


def _holds_marked(protocol: Protocol, shape: Shape, is_marked: IsMarked) -> bool:
    """Whether there is one at all: a look at each type, not at each way to it, of which there are
    many more."""
    shapes = (shape, *definitions(protocol, shape))
    return any(is_marked(use) for inner in shapes for use in uses(inner))


def _inside(
    protocol: Protocol, shape: Shape, at: str, names: tuple[str, ...], is_marked: IsMarked
) -> Iterator[str]:
    """The marked places of a shape at a place; ``names`` are the types that hold it, as a type may hold
    itself: its places are given for the outermost level."""
    if isinstance(shape, NamedType) and shape.name not in names:
        inner = protocol.type(shape.name)
        yield from _inside(protocol, inner, at, (*names, shape.name), is_marked)
    for part in parts(shape):
        place = at
        if part.each:
            place = f"{at}/{EACH}"
        elif part.key is not None:
            place = f"{at}/{_escaped(part.key)}"
        if is_marked(part.use):
            yield place
        else:
            yield from _inside(protocol, part.use.type, place, names, is_marked)


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
