"""Which messages of a protocol have a payload that can be a string."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import inspect

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol, FrameClass


@cache
def text_payloads(protocol: AnyProtocol) -> frozenset[Any]:
    """The types of these messages. Where both sides have messages of one type, both can."""
    attribute = protocol.envelope.payload_attribute
    if attribute is None:
        return frozenset()
    sides = (protocol.client, protocol.server)
    takes = {
        info.type: all(
            _takes_text(side[info.type].frame, attribute) for side in sides if info.type in side
        )
        for side in sides
        for info in side.values()
        if not info.payloads  # the classes of records
    }
    return frozenset(type_ for type_, takes_text in takes.items() if takes_text)


def _takes_text(frame: FrameClass, attribute: str) -> bool:
    described = inspect.type_info(frame)
    assert isinstance(described, inspect.StructType)
    return any(_is_text(field.type) for field in described.fields if field.name == attribute)


def _is_text(kind: inspect.Type) -> bool:
    match kind:
        case inspect.UnionType(types=kinds):
            return any(map(_is_text, kinds))
        case inspect.Metadata(type=inner):
            return _is_text(inner)
        case inspect.EnumType(cls=members):
            return any(isinstance(member.value, str) for member in members)
        case inspect.LiteralType(values=values):
            return any(isinstance(value, str) for value in values)
    return isinstance(kind, inspect.StrType | inspect.AnyType)
