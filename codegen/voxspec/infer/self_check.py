"""Whether a draft says what was seen: every frame of the traffic, by the draft's own JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from voxspec.examples.values import Values
from voxspec.model import JsonValue, Protocol
from voxspec.targets.jsonschema.frames import Definitions, frame_key
from voxspec.targets.jsonschema.types import Schema

if TYPE_CHECKING:
    import jsonschema


@dataclass(slots=True)
class SelfCheck:
    """``valid`` and ``refused`` frames; ``reasons``: the first place of each reason, and how often."""

    valid: int = 0
    refused: int = 0
    without_type: int = 0
    reasons: dict[str, tuple[str, int]] = field(default_factory=dict)


def checked(protocol: Protocol, frames: Iterable[tuple[str, str, object]]) -> SelfCheck:
    """Look at every frame: its place, the side that sent it, its value. Frames of no message are
    counted as such."""
    definitions = Definitions(protocol)
    values = Values(definitions)
    schemas: dict[tuple[str, str | int], Schema] = {
        (message.direction, message.type): definitions[frame_key(message)]
        for message in protocol.messages()
    }
    result = SelfCheck()
    for where, side, value in frames:
        schema = _schema(schemas, protocol, side, value)
        if schema is None:
            result.without_type += 1
            continue
        error = next(values.errors(schema, _json(value)), None)
        if error is None:
            result.valid += 1
            continue
        result.refused += 1
        reason = f"{side} {_type(protocol, value)}: {_said(schema, value, error)}"
        first, count = result.reasons.get(reason, (where, 0))
        result.reasons[reason] = first, count + 1
    return result


def _said(schema: Schema, value: object, error: jsonschema.ValidationError) -> str:
    """What is wrong, without the value: that may be a secret."""
    if error.schema is False:
        properties = cast(Schema, schema.get("properties", {}))
        keys = [key for key in cast(Schema, value) if properties.get(key) is False]
        return f"it has {', '.join(keys) or 'a key'} in its frame, which the draft forbids"
    pointer = "".join(f"/{step}" for step in error.absolute_path)
    return f"{pointer or 'the frame'} breaks {error.validator}"


def _schema(
    schemas: dict[tuple[str, str | int], Schema], protocol: Protocol, side: str, value: object
) -> Schema | None:
    type_ = _type(protocol, value)
    return schemas.get((side, type_)) if type_ is not None else None


def _type(protocol: Protocol, value: object) -> str | int | None:
    type_ = value.get(protocol.envelope.type.key) if isinstance(value, dict) else None
    return type_ if isinstance(type_, str | int) and not isinstance(type_, bool) else None


def _json(value: object) -> JsonValue:
    return value  # type: ignore[return-value]
