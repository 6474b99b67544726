"""The one walk over types: what each is made of, what a value can hold, and an order for them all."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import assert_never

from voxspec.model.definitions import Enum, NamedDefinition, Record, Scalar, Union
from voxspec.model.protocol import Protocol
from voxspec.model.types import (
    AnyObjectType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    IntegerType,
    MapType,
    NamedType,
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
        case Enum() | NamedType() | AnyObjectType():
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


def ordered(protocol: Protocol) -> list[NamedDefinition]:
    """The types in the order of the schema, but each after those that it refers to."""
    position = {definition.name: index for index, definition in enumerate(protocol.types)}
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for index, definition in enumerate(protocol.types):
        sorter.add(index, *(position[reference.name] for reference in references(definition)))
    sorter.prepare()
    result: list[NamedDefinition] = []
    ready: list[int] = []
    while sorter.is_active():
        for index in sorter.get_ready():
            heapq.heappush(ready, index)
        first = heapq.heappop(ready)
        result.append(protocol.types[first])
        sorter.done(first)
    return result
