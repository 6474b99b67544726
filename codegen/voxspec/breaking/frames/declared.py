"""Frames without the keys that their writer does not declare: what a writer writes of its own accord."""

from __future__ import annotations

from collections.abc import Mapping

from voxspec.breaking.frames.build import Shape, kinds, tag_of
from voxspec.model import (
    ArrayType,
    ChoiceType,
    Field,
    JsonValue,
    MapType,
    Message,
    NamedType,
    Protocol,
    Record,
    Scalar,
    Union,
)

_KINDS: dict[type, str] = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
    dict: "object",
    type(None): "null",
}


def declared(
    protocol: Protocol, message: Message, frame: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    """The frame with nothing in it but what the schema has, and what it keeps on purpose."""
    envelope = protocol.envelope
    fields = {field.name: field for field in message.keys}
    if envelope.payload is None and isinstance(message.payload, Record):
        fields |= {field.name: field for field in message.payload.fields}
    made: dict[str, JsonValue] = {}
    for key, value in frame.items():
        if key == envelope.type.key or key in message.ignored:
            made[key] = value
        elif envelope.sequence is not None and key == envelope.sequence.key:
            made |= {key: value} if message.seq == "required" else {}
        elif envelope.payload is not None and key == envelope.payload.key:
            if message.payload is not None:
                made[key] = _declared(protocol, message.payload, value)
        elif key in fields:
            made[key] = _value(protocol, fields[key], value)
    return made


def _value(protocol: Protocol, field: Field, value: JsonValue) -> JsonValue:
    return value if field.relayed is not None else _declared(protocol, field.use.type, value)


def _declared(protocol: Protocol, shape: Shape, value: JsonValue) -> JsonValue:
    match shape:
        case NamedType(open=True):
            return value
        case NamedType(name=name):
            return _declared(protocol, protocol.type(name), value)
        case Scalar(use=use):
            return _declared(protocol, use.type, value)
        case Record() if isinstance(value, dict):
            fields = {field.name: field for field in shape.fields}
            return {
                key: _value(protocol, fields[key], inner) if key in fields else inner
                for key, inner in value.items()
                if key in fields or shape.extra
            }
        case Union(variants=variants) if isinstance(value, dict):
            for name in variants:
                record = protocol.type(name)
                if isinstance(record, Record) and _is_tag(tag_of(record), value.get(shape.tag)):
                    return _declared(protocol, record, value)
        case ArrayType(items=items) if isinstance(value, list):
            return [_declared(protocol, items.type, inner) for inner in value]
        case MapType(values=values) if isinstance(value, dict):
            return {key: _declared(protocol, values.type, inner) for key, inner in value.items()}
        case ChoiceType(options=options):
            for option in options:
                if _KINDS[type(value)] in kinds(protocol, option.type):
                    return _declared(protocol, option.type, value)
    return value


def _is_tag(tag: object, value: object) -> bool:
    return type(tag) is type(value) and tag == value
