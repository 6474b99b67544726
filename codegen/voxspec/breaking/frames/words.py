"""Short words for types, as changes say them."""

from __future__ import annotations

import json
from typing import assert_never

from voxspec.model import (
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    Enum,
    Flags,
    IntegerType,
    JsonValue,
    MapType,
    NamedDefinition,
    NamedType,
    NullType,
    NumberType,
    Record,
    Scalar,
    StringType,
    Type,
    Union,
    Use,
)

LATER_KEYS = "nobody sends such keys today: each that a later revision adds is refused by whoever runs this one"
"""What follows from refusing keys that are not known."""


def use_words(use: Use) -> str:
    """``uint32``, ``array of user``, ``string or null``."""
    words = type_words(use.type)
    return f"{words} or null" if use.nullable and not isinstance(use.type, NullType) else words


def type_words(type_: Type) -> str:
    """The same for a type by itself."""
    match type_:
        case StringType(form=form):
            return form or "string"
        case IntegerType(format=format_):
            return format_
        case NumberType():
            return "number"
        case BooleanType():
            return "boolean"
        case ConstType(value=value):
            return f"constant {json.dumps(value, ensure_ascii=False)}"
        case ArrayType(items=items):
            return f"array of {use_words(items)}"
        case MapType(values=values):
            return f"map of {use_words(values)}"
        case AnyObjectType():
            return "any object"
        case AnyType():
            return "any JSON"
        case NullType():
            return "null"
        case ChoiceType(options=options):
            return " or ".join(use_words(option) for option in options)
        case NamedType(name=name, open=is_open):
            return f"{name}, open" if is_open else name
        case _:
            assert_never(type_)


def definition_words(definition: NamedDefinition) -> str:
    """What kind of type a name stands for."""
    match definition:
        case Scalar(use=use):
            return use_words(use)
        case Enum():
            return "enum"
        case Flags():
            return "flags"
        case Record():
            return "record"
        case Union():
            return "union"
        case _:
            assert_never(definition)


def value_words(value: JsonValue) -> str:
    """A value as JSON, short."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"
