"""What the fields of a message say that have a part in the session, whether or not it is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from voxwire.wire.strict_json import pointer_step

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol, Field


def field_of(payload: Any, field: Field | None) -> Any:
    """A field of a typed payload or a parsed object; None when it is not there."""
    if field is None:
        return None
    if isinstance(payload, dict):
        return payload.get(field.key)
    value = getattr(payload, field.attribute, None)
    return None if value is UNSET else value


def pointer_to(field: Field | None, protocol: AnyProtocol) -> str:
    """Where a field of the payload is in a frame, as a JSON Pointer."""
    keys = [protocol.envelope.payload_key, None if field is None else field.key]
    return "".join(pointer_step(key) for key in keys if key is not None)
