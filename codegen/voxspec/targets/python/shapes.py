"""What messages and types are made of, as expressions over ``_shapes``: data for programs, not classes."""

from __future__ import annotations

from typing import Any, assert_never

from voxspec.model import Direction, Field, Message, NamedDefinition, Protocol
from voxspec.model.definitions import Enum, Flags, Record, Scalar, Union
from voxspec.model.types import (
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    IntegerType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    StringType,
    Type,
    Use,
)

_NULL = "Plain('null')"


def shapes_module(protocol: Protocol) -> dict[str, Any]:
    """What the template needs: expressions by type, for each direction, and by name."""
    directions: tuple[Direction, ...] = ("client", "server")
    sides = [
        (direction, [(m.type, _frame(protocol, m)) for m in protocol.messages(direction)])
        for direction in directions
    ]
    named = [(one.name, _definition(protocol, one)) for one in protocol.types]
    codes = [code for _, found in sides for _, code in found] + [code for _, code in named]
    text = " ".join(codes)
    classes = ("Choice", "Entries", "Items", "Key", "Named", "Plain", "Record", "Tagged", "Values")
    used = {name for name in classes if f"{name}(" in text} | {"Record", "Shape"}
    return {"sides": sides, "named": named, "used": sorted(used)}


def _frame(protocol: Protocol, message: Message) -> str:
    """A frame as a record: its payload and its further keys, or where frames are flat all of its keys.
    The type and the number are not among them."""
    keys = [_key(field) for field in message.keys]
    payload, key = message.payload, protocol.envelope.payload
    if key is None:
        fields = payload.fields if isinstance(payload, Record) else ()
        return _record([*keys, *map(_key, fields)], isinstance(payload, Record) and payload.extra)
    if payload is not None:
        shape = _definition(protocol, payload) if isinstance(payload, Record) else _type(payload)
        if message.payload_nullable:
            shape = f"Choice(({shape}, {_NULL}))"
        required = "" if message.payload_optional else ", required=True"
        keys.append(f"Key({key.key!r}, {shape}{required})")
    return _record(keys, False)


def _definition(protocol: Protocol, definition: NamedDefinition) -> str:
    match definition:
        case Record(fields=fields, extra=extra):
            return _record(list(map(_key, fields)), extra)
        case Enum(values=values, open=is_open):
            return _values([value.value for value in values], is_open)
        case Flags():
            return "Plain('integer')"
        case Scalar(use=use):
            return _use(use)
        case Union(tag=tag, variants=variants):
            pairs = (f"{_tag(protocol, name, tag)!r}: {name!r}" for name in variants)
            return f"Tagged({tag!r}, {{{', '.join(pairs)}}})"
        case _:
            assert_never(definition)


def _tag(protocol: Protocol, name: str, tag: str) -> object:
    """The value that tells a variant apart."""
    variant = protocol.type(name)
    assert isinstance(variant, Record)
    constant = variant.field(tag).use.type
    assert isinstance(constant, ConstType)
    return constant.value


def _record(keys: list[str], extra: bool) -> str:
    flag = ", extra=True" if extra else ""
    return f"Record(({''.join(f'{key}, ' for key in keys)}){flag})"


def _key(field: Field) -> str:
    flags = ", required=True" if field.required else ""
    if field.relayed:
        flags += ", relayed=True"
    # Null that only published pages show is no value of it.
    return f"Key({field.name!r}, {_use(field.use, no_null=field.published_null)}{flags})"


def _use(use: Use, *, no_null: bool = False) -> str:
    if not use.nullable or no_null:
        return _type(use.type)
    if isinstance(use.type, ChoiceType):
        return f"Choice(({_arms(use.type)}{_NULL},))"
    return f"Choice(({_type(use.type)}, {_NULL}))"


def _type(type_: Type) -> str:
    match type_:
        case StringType():
            return "Plain('string')"
        case IntegerType():
            return "Plain('integer')"
        case NumberType():
            return "Plain('number')"
        case BooleanType():
            return "Plain('boolean')"
        case NullType():
            return _NULL
        case AnyType():
            return "Plain('any')"
        case AnyObjectType():
            return "Plain('object')"
        case ConstType(value=value):
            return _values([value], False)
        case ArrayType(items=use):
            return f"Items({_use(use)})"
        case MapType(values=use):
            return f"Entries({_use(use)})"
        case ChoiceType():
            return f"Choice(({_arms(type_)}))"
        case NamedType(name=name, open=is_open):
            return f"Named({name!r}{', open=True' if is_open else ''})"
        case _:
            assert_never(type_)


def _arms(choice: ChoiceType) -> str:
    return "".join(f"{_use(option)}, " for option in choice.options)


def _values(values: list[Any], is_open: bool) -> str:
    listed = "".join(f"{value!r}, " for value in values)
    return f"Values(({listed}){', open=True' if is_open else ''})"
