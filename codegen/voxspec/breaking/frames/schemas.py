"""What a revision reads and what it writes, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from voxspec.model import Field, JsonValue, Message, Protocol, Record, Use
from voxspec.patterns.lengths import bounds
from voxspec.patterns.syntax import parse
from voxspec.targets.jsonschema.frames import Definitions, frame_key, needed_by
from voxspec.targets.jsonschema.types import Schema

_DATA = frozenset({"examples", "default", "enum", "const"})
"""Keywords whose values are data and no schemas."""


@lru_cache(maxsize=8)
def definitions(protocol: Protocol) -> Definitions:
    """The definitions of what readers take."""
    return Definitions(protocol)


@lru_cache(maxsize=8)
def written(protocol: Protocol) -> Definitions:
    """The definitions of what writers write: nothing that only published pages show."""
    return Definitions(
        replace(
            protocol,
            types=tuple(
                _as_written(named) if isinstance(named, Record) else named
                for named in protocol.types
            ),
            areas=tuple(
                replace(area, messages=tuple(map(_message_as_written, area.messages)))
                for area in protocol.areas
            ),
        )
    )


def reader_frame(protocol: Protocol, message: Message) -> Schema:
    """What readers take of a message's frames."""
    return _whole(definitions(protocol)[frame_key(message)], definitions(protocol))


def writer_frame(protocol: Protocol, message: Message) -> Schema:
    """What writers write of a message's frames: no key that is not declared."""
    made = written(protocol)
    return closed(_whole(made[frame_key(message)], made))


def shape_schema(
    protocol: Protocol, shape: Use | Field | Record | Message, *, writes: bool
) -> Schema:
    """What is read, or written, at a place."""
    made = written(protocol) if writes else definitions(protocol)
    if isinstance(shape, Message):
        schema = made.frame(_message_as_written(shape) if writes else shape)
    elif isinstance(shape, Field):
        shape = _field_as_written(shape) if writes else shape
        schema = made.field(shape)
    elif isinstance(shape, Record):
        schema = made.shape(_as_written(shape) if writes else shape)
    else:
        schema = made.shape(shape)
    whole = _whole(schema, made)
    return closed(whole) if writes else whole


def closed(schema: Schema) -> Schema:
    """The schema with every record in it closed, but for those that keep other keys on purpose."""
    return {keyword: _closed_in(keyword, value) for keyword, value in _shut(schema).items()}


def _shut(schema: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    is_record = schema.get("type") in ("object", ["object", "null"]) and "properties" in schema
    if is_record and "additionalProperties" not in schema:
        return {**schema, "additionalProperties": False}
    pattern = schema.get("pattern")
    return _with_lengths(schema, pattern) if isinstance(pattern, str) else {**schema}


def _with_lengths(schema: Mapping[str, JsonValue], pattern: str) -> dict[str, JsonValue]:
    """The schema of a text with the lengths that follow from its pattern: engines do not see that."""
    made = {**schema}
    least, most = bounds(parse(pattern))
    low, high = schema.get("minLength"), schema.get("maxLength")
    if least and (not isinstance(low, int) or low < least):
        made["minLength"] = least
    if most is not None and (not isinstance(high, int) or high > most):
        made["maxLength"] = most
    return made


def _closed_in(keyword: str, value: JsonValue) -> JsonValue:
    if keyword in _DATA or keyword.startswith("x-"):
        return value
    if keyword in ("properties", "$defs") and isinstance(value, dict):
        return {
            key: closed(inner) if isinstance(inner, dict) else inner for key, inner in value.items()
        }
    if isinstance(value, dict):
        return closed(value)
    if isinstance(value, list):
        return [closed(inner) if isinstance(inner, dict) else inner for inner in value]
    return value


def _whole(schema: Schema, made: Definitions) -> Schema:
    needed = needed_by(schema, made)
    return {**schema, "$defs": {**needed}} if needed else schema


def _message_as_written(message: Message) -> Message:
    payload = message.payload
    return replace(
        message,
        published=(),
        payload=_as_written(payload) if isinstance(payload, Record) else payload,
        keys=tuple(map(_field_as_written, message.keys)),
    )


def _as_written(record: Record) -> Record:
    if not any(field.published_null for field in record.fields):
        return record
    return replace(record, fields=tuple(map(_field_as_written, record.fields)))


def _field_as_written(field: Field) -> Field:
    if not field.published_null:
        return field
    return replace(field, use=replace(field.use, nullable=False), published_null=False)
