"""What a payload may hold that decoding and encoding must know of: open values and free JSON."""

from __future__ import annotations

from voxspec.model.definitions import Enum, Record, Union
from voxspec.model.messages import Message
from voxspec.model.protocol import Protocol
from voxspec.model.types import AnyObjectType, NamedType
from voxspec.model.walk import Shape, definitions, references, uses


def open_references(protocol: Protocol) -> set[str]:
    """The records that something refers to as open."""
    shapes: list[Shape] = [*protocol.types]
    shapes += filter(None, map(protocol.payload_shape, protocol.messages()))
    return {ref.name for shape in shapes for ref in references(shape) if ref.open}


def reaches_extra(protocol: Protocol, message: Message) -> bool:
    """Whether a payload may hold further keys, which plain encoding would misplace."""
    shape = protocol.payload_shape(message)
    return shape is not None and any(
        isinstance(inner, Record) and inner.extra for inner in definitions(protocol, shape)
    )


def reaches_open(protocol: Protocol, message: Message) -> bool:
    """Whether a payload may hold a value that readers keep without knowing it."""
    shape = protocol.payload_shape(message)
    return shape is not None and any(
        (isinstance(inner, Enum) and inner.open)
        or (isinstance(inner, Record) and any(field.published_null for field in inner.fields))
        or any(reference.open for reference in references(inner))
        for inner in definitions(protocol, shape)
    )


def holds_free_json(protocol: Protocol, shape: Shape) -> bool:
    """Whether a value of a shape may hold JSON that nests to any depth."""
    return _is_free(shape) or any(
        _is_free(inner) or any(_is_free(use.type) for use in uses(inner))
        for inner in (shape, *definitions(protocol, shape))
    )


def _is_free(shape: Shape) -> bool:
    match shape:
        case AnyObjectType() | NamedType(open=True) | Record(extra=True):
            return True
    return False


def free_json_fields(protocol: Protocol, record: Record) -> list[str]:
    """The attributes of a record that may hold JSON that nests to any depth."""
    names = [f.attribute for f in record.fields if holds_free_json(protocol, f.use.type)]
    return [*names, "extra"] if record.extra else names


def free_json(protocol: Protocol, message: Message) -> list[str]:
    """The same for a message's payload, whichever record it is."""
    shape = protocol.payload_shape(message)
    if isinstance(shape, Union):
        records = [protocol.type(variant) for variant in shape.variants]
    else:
        records = [shape] if shape is not None else []
    names = [n for r in records if isinstance(r, Record) for n in free_json_fields(protocol, r)]
    return list(dict.fromkeys(names))
