"""Types of Python, as people who use the models see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


def annotation(protocol: Protocol, field: Field, called: Mapping[str, str] | None = None) -> str:
    """What an attribute can be: without the bounds that only decoding looks at.

    ``called``: what classes are to be called.
    """
    absent = " | UnsetType" if not field.always_there else ""
    return f"{_Annotations(protocol, called or {}).use(field.use)}{absent}"


@dataclass(frozen=True, slots=True)
class _Annotations:
    protocol: Protocol
    called: Mapping[str, str]

    def use(self, use: Use) -> str:
        text = self.type(use.type)
        return f"{text} | None" if use.nullable and text != "None" else text

    def type(self, type_: Type) -> str:
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
                return f"tuple[{self.use(items)}, ...]"
            case MapType(values=values):
                return f"dict[str, {self.use(values)}]"
            case AnyObjectType():
                return "dict[str, JsonValue]"
            case AnyType():
                return "JsonValue"
            case NullType():
                return "None"
            case ChoiceType(options=options):
                return " | ".join(map(self.use, options))
            case NamedType(name=name):
                named = self.protocol.type(name)
                if isinstance(named, Scalar):  # its alias is no type of its own
                    return self.use(named.use)
                return self.called.get(named.python_name, named.python_name)
            case _:
                assert_never(type_)
