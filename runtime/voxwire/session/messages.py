"""The messages that connections make by themselves, and the fields of them that have a role."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, Struct
from msgspec.structs import replace

from voxwire.errors import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voxwire.protocol import AnyProtocol, Field, FrameClass, Role


def made(protocol: AnyProtocol, role: Role, values: Mapping[str, Any] | None = None) -> Struct:
    """The payload of a role's message, or its frame where it has no payload of one class, or shares it.

    `values` are by attribute. Raises LocalProtocolError when the message needs more than these.
    """
    try:
        message: Struct = _class_made(protocol, role.frame)(**(values or {}))
    except TypeError as error:
        raise LocalProtocolError(f"{role.type} cannot be made by itself: {error}") from None
    if type(message) not in protocol.by_frame and type(message) not in protocol.by_payload:
        frame: Struct = protocol.envelope.framed(protocol.by_frame[role.frame], message)
        return frame
    return message


@cache
def _class_made(protocol: AnyProtocol, frame_class: FrameClass) -> Any:
    info = protocol.by_frame[frame_class]
    return info.frame if info.payload is None else info.payload


def with_values(message: Struct, values: Mapping[str, Any], protocol: AnyProtocol) -> Struct:
    """A payload, or the payload in a frame, with other values for some of its attributes."""
    if not values:
        return message
    attribute = protocol.envelope.payload_attribute
    if type(message) not in protocol.by_frame or attribute is None:
        return replace(message, **values)
    payload = getattr(message, attribute, UNSET)
    if not isinstance(payload, Struct):
        return message
    return replace(message, **{attribute: replace(payload, **values)})


def value_of(payload: Any, field: Field | None) -> Any:
    """The value of a field with a role; what its absence counts as where it is absent."""
    if field is None:
        return None
    if isinstance(payload, dict):
        value = payload.get(field.key, UNSET)
    else:
        value = getattr(payload, field.attribute, UNSET)
    return field.when_absent if value is UNSET else value


def type_of(frame: Any, protocol: AnyProtocol) -> Any:
    """The type of a frame, as it is on the wire."""
    info = protocol.by_frame.get(type(frame))
    return frame.to_wire()[protocol.envelope.type_key] if info is None else info.type
