"""Types of Python, as people who use the models see them."""

from __future__ import annotations

from typing import assert_never

from voxspec.model import (
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    Field,
    IntegerType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    Protocol,
    Scalar,
    StringType,
    Type,
    Use,
)


def annotation(protocol: Protocol, field: Field) -> str:
    """What an attribute can be: without the bounds that only decoding looks at."""
    absent = " | UnsetType" if not field.always_there else ""
    return f"{_use(protocol, field.use)}{absent}"


def _use(protocol: Protocol, use: Use) -> str:
    text = _type(protocol, use.type)
    return f"{text} | None" if use.nullable and text != "None" else text


def _type(protocol: Protocol, type_: Type) -> str:
    match type_:
        case StringType():
            return "str"
        case IntegerType():
            return "int"
        case NumberType():
            return "int | float"
        case BooleanType():
            return "bool"
        case ConstType(value=value):
            return f"Literal[{value!r}]"
        case ArrayType(items=items):
            return f"tuple[{_use(protocol, items)}, ...]"
        case MapType(values=values):
            return f"dict[str, {_use(protocol, values)}]"
        case AnyObjectType():
            return "dict[str, JsonValue]"
        case AnyType():
            return "JsonValue"
        case NullType():
            return "None"
        case ChoiceType(options=options):
            return " | ".join(_use(protocol, option) for option in options)
        case NamedType(name=name):
            named = protocol.type(name)
            if isinstance(named, Scalar):  # its alias is no type of its own
                return _use(protocol, named.use)
            return named.python_name
        case _:
            assert_never(type_)
