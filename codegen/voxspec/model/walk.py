"""The one walk over types: what each is made of, and what a value can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from voxspec.model.definitions import Enum, Flags, NamedDefinition, Record, Scalar, Union
from voxspec.model.protocol import Protocol
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

Shape = Type | NamedDefinition
"""What is made of parts."""


@dataclass(frozen=True, slots=True)
class Part:
    """A use that a shape is directly made of.

    It stands under ``key``, or under ``each`` index or key, or else where the shape itself stands.
    """

    use: Use
    key: str | None = None
    each: bool = False


def parts(shape: Shape) -> tuple[Part, ...]:
    """What a shape is directly made of, in order. A reference has no parts: its definition has."""
    match shape:
        case Record(fields=fields):
            return tuple(Part(field.use, key=field.name) for field in fields)
        case Scalar(use=use):
            return (Part(use),)
        case Union(variants=variants):
            return tuple(Part(Use(NamedType(name))) for name in variants)
        case ArrayType(items=use) | MapType(values=use):
            return (Part(use, each=True),)
        case ChoiceType(options=options):
            return tuple(map(Part, options))
        case Enum() | Flags() | NamedType() | AnyObjectType() | AnyType() | NullType():
            return ()
        case StringType() | IntegerType() | NumberType() | BooleanType() | ConstType():
            return ()
        case _:
            assert_never(shape)


def uses(shape: Shape) -> Iterator[Use]:
    """Every use inside a shape, as far as the names in it."""
    for part in parts(shape):
        yield part.use
        yield from uses(part.use.type)


def references(shape: Shape) -> Iterator[NamedType]:
    """The references of a shape, itself included, as far as the names in it; in order."""
    if isinstance(shape, NamedType):
        yield shape
    for use in uses(shape):
        if isinstance(use.type, NamedType):
            yield use.type


def definitions(protocol: Protocol, shape: Shape) -> Iterator[NamedDefinition]:
    """Every definition that a value of a shape may hold, each once, itself first."""
    seen: set[str] = set()  # of Python names: a payload may be called what a type is
    waiting = [shape]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, NamedDefinition):
            if inner.python_name in seen:
                continue
            seen.add(inner.python_name)
            yield inner
        waiting += (protocol.type(reference.name) for reference in references(inner))
