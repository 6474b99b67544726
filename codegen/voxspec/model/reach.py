"""What a payload may hold that decoding and encoding must know of: open values and free JSON."""

from __future__ import annotations

from functools import lru_cache

from voxspec.model.circles import Circles, circles
from voxspec.model.definitions import Enum, Flags, Record, Union
from voxspec.model.messages import Message
from voxspec.model.protocol import Protocol
from voxspec.model.types import AnyObjectType, AnyType, NamedType
from voxspec.model.walk import Shape, definitions, references, uses


def frame_parts(message: Message) -> list[Shape]:
    """What a message's frames are made of: the payload, and the further keys as a record."""
    parts: list[Shape] = [] if message.payload is None else [message.payload]
    if message.keys:
        parts.append(Record(message.name, f"{message.frame_name} keys", "", message.keys))
    return parts


def open_references(protocol: Protocol) -> set[str]:
    """The records that something refers to as open."""
    shapes: list[Shape] = [*protocol.types]
    for message in protocol.messages():
        shapes += frame_parts(message)
    return {ref.name for shape in shapes for ref in references(shape) if ref.open}


def reaches_extra(protocol: Protocol, message: Message) -> bool:
    """Whether a frame may hold records with further keys, which plain encoding would misplace."""
    return any(
        isinstance(inner, Record) and inner.extra
        for shape in frame_parts(message)
        for inner in definitions(protocol, shape)
    )


def reaches_open(protocol: Protocol, message: Message) -> bool:
    """Whether a frame may hold a value that readers keep without knowing it."""
    return any(
        isinstance(inner, Flags)
        or (isinstance(inner, Enum) and inner.open)
        or (isinstance(inner, Record) and any(field.published_null for field in inner.fields))
        or any(reference.open for reference in references(inner))
        for shape in frame_parts(message)
        for inner in (shape, *definitions(protocol, shape))
    )


@lru_cache(maxsize=1)
def circles_of(protocol: Protocol) -> Circles:
    """The types of a protocol that hold themselves, each with all those of its circle."""
    return circles(protocol.types)


def holds_free_json(protocol: Protocol, shape: Shape) -> bool:
    """Whether a value of a shape may hold JSON that nests to any depth."""
    endless = circles_of(protocol)
    return _is_free(shape) or any(
        _is_free(inner)
        or any(_is_free(use.type) for use in uses(inner))
        or any(reference.name in endless for reference in references(inner))
        for inner in (shape, *definitions(protocol, shape))
    )


def _is_free(shape: Shape) -> bool:
    match shape:
        case AnyObjectType() | AnyType() | NamedType(open=True) | Record(extra=True):
            return True
    return False


def free_json_fields(protocol: Protocol, record: Record) -> list[str]:
    """The attributes of a record that may hold JSON that nests to any depth."""
    names = [f.attribute for f in record.fields if holds_free_json(protocol, f.use.type)]
    return [*names, "extra"] if record.extra else names


def free_json(protocol: Protocol, message: Message) -> list[str] | None:
    """The same for a message's payload, whichever record it is; None when there is none.

    Empty when such JSON may stand elsewhere in the frame, so that no attribute tells."""
    if any(holds_free_json(protocol, key.use.type) for key in message.keys):
        return []
    shape = protocol.payload_shape(message)
    if shape is None and message.payload is not None:
        return [] if holds_free_json(protocol, message.payload) else None
    if isinstance(shape, Union):
        records = [protocol.type(variant) for variant in shape.variants]
    else:
        records = [shape] if shape is not None else []
    names = [n for r in records if isinstance(r, Record) for n in free_json_fields(protocol, r)]
    return list(dict.fromkeys(names)) or None
