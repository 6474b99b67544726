"""Which fields can hold what no type fully describes: any JSON, an unlisted enum value, a stray null.

Typed decoders accept such values and say nothing. The codec has to look at their depth, and
validation at what there is to note about them. Both want to know quickly that a frame has none.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from msgspec import UNSET, Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec

    from voxwire.protocol import AnyProtocol, FrameClass


class OpenField(NamedTuple):
    """An open field. `texts` are the texts that nobody would note; None stands for all."""

    name: str
    texts: frozenset[str] | None


def open_frames(protocol: AnyProtocol) -> frozenset[FrameClass]:
    """The frame classes whose payload has open fields."""
    return protocol.has_extra | protocol.may_note


def is_noteworthy(value: Any) -> bool:
    """Whether a validator might note something about a payload of an open frame, or about a record in
    it. False is certain. A payload that is no record is as open as it can be."""
    fields = open_fields(type(value))
    for name, texts in fields:
        item = getattr(value, name)
        if item is UNSET:
            continue
        if isinstance(item, str):
            if texts is not None and item not in texts:
                return True
        elif isinstance(item, Struct):
            if is_noteworthy(item):
                return True
        elif item or name != "extra":
            return True
    return not (fields or isinstance(value, Struct) or value is None or value is UNSET)


def _open_fields(payload: type[Any]) -> tuple[OpenField, ...]:
    from msgspec import inspect

    if not issubclass(payload, Struct):
        return ()
    info = inspect.type_info(payload)
    assert isinstance(info, inspect.StructType)
    return tuple(
        OpenField(field.name, _texts(field)) for field in info.fields if not _is_closed_field(field)
    )


open_fields: Final = cast("Callable[[type[Any]], tuple[OpenField, ...]]", cache(_open_fields))
"""The open fields of a payload class; none for what is no payload class."""


def _texts(field: msgspec.inspect.Field) -> frozenset[str] | None:
    from msgspec import inspect

    known: set[str] = set()
    for info in _types(field):
        if isinstance(info, inspect.StrType):
            return None
        if isinstance(info, inspect.EnumType):
            known.update(member.value for member in info.cls)
    return frozenset(known)


def _types(field: msgspec.inspect.Field) -> tuple[msgspec.inspect.Type, ...]:
    from msgspec import inspect

    return field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)


def _is_closed_field(field: msgspec.inspect.Field) -> bool:
    from msgspec import inspect

    # Published pages show null for some keys that are absent on the wire; that is worth a note.
    takes_stray_null = not field.required and any(
        isinstance(info, inspect.NoneType) for info in _types(field)
    )
    return not takes_stray_null and all(map(_is_closed, _types(field)))


def _is_closed(info: msgspec.inspect.Type) -> bool:
    from msgspec import inspect

    match info:
        case inspect.EnumType(cls=cls):
            return not hasattr(cls, "is_known")  # which open ones have
        case inspect.VarTupleType(item_type=item):
            return _is_closed(item)
        case inspect.DictType(key_type=inspect.StrType(), value_type=value):
            return _is_closed(value)
        case inspect.UnionType(types=types):
            return all(map(_is_closed, types))
        case inspect.StructType(fields=fields):
            return all(map(_is_closed_field, fields))
    return isinstance(
        info,
        inspect.BoolType
        | inspect.IntType
        | inspect.FloatType
        | inspect.StrType
        | inspect.LiteralType
        | inspect.NoneType,
    )
