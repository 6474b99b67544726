"""The walk over types: every kind of type has its parts, and all that looks inside follows it."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from tests.voxspec.tide import SCHEMA
from voxspec.model import (
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    Enum,
    Field,
    Flags,
    IntegerType,
    MapType,
    NamedDefinition,
    NamedType,
    NullType,
    NumberType,
    Protocol,
    Record,
    Scalar,
    StringType,
    Type,
    Union,
    Use,
)
from voxspec.model.circles import circles, levels, ordered
from voxspec.model.walk import Part, Shape, definitions, parts, references, uses
from voxspec.pipeline import load_protocol

TEXT = Use(StringType())
FLAG = Use(BooleanType(), nullable=True)
SHOWN = Use(NamedType("shown", open=True), sensitive=True)

PARTS: list[tuple[Shape, tuple[Part, ...]]] = [
    (StringType(), ()),
    (IntegerType("int32", 0, 1), ()),
    (NumberType(), ()),
    (BooleanType(), ()),
    (ConstType("yes"), ()),
    (AnyObjectType(), ()),
    (AnyType(), ()),
    (NullType(), ()),
    (NamedType("shown"), ()),
    (ArrayType(TEXT), (Part(TEXT, each=True),)),
    (MapType(FLAG), (Part(FLAG, each=True),)),
    (ChoiceType((TEXT, FLAG)), (Part(TEXT), Part(FLAG))),
    (Enum("e", "E", "", (), open=True), ()),
    (Flags("f", "F", "", (), IntegerType("uint32", 0, 1)), ()),
    (Scalar("s", "S", "", TEXT), (Part(TEXT),)),
    (
        Union("u", "U", "", "kind", ("a", "b")),
        (Part(Use(NamedType("a"))), Part(Use(NamedType("b")))),
    ),
    (
        Record(
            "r", "R", "", (Field("on", "on", FLAG, True, ""), Field("a/b", "ab", SHOWN, False, ""))
        ),
        (Part(FLAG, key="on"), Part(SHOWN, key="a/b")),
    ),
]


@pytest.mark.parametrize(("shape", "expected"), PARTS, ids=lambda value: type(value).__name__)
def test_parts(shape: Shape, expected: tuple[Part, ...]) -> None:
    assert parts(shape) == expected


def test_every_kind_of_shape_is_tried() -> None:
    assert {type(shape) for shape, _ in PARTS} == {*get_args(Type), *get_args(NamedDefinition)}


def test_a_shape_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(AssertionError):
        parts(object())  # type: ignore[arg-type]


def test_uses_go_as_deep_as_no_name_is_in_the_way() -> None:
    rows = Use(ArrayType(SHOWN))
    assert [*uses(MapType(rows))] == [rows, SHOWN]
    assert [*references(MapType(rows))] == [SHOWN.type]
    assert [*references(SHOWN.type)] == [SHOWN.type]


def protocol_of(*types: NamedDefinition) -> Protocol:
    return dataclasses.replace(load_protocol(SCHEMA), types=types, areas=())


def record(name: str, *names: str) -> Record:
    fields = (Field(n, n, Use(ArrayType(Use(NamedType(n)))), True, "") for n in names)
    return Record(name, name.title(), "", tuple(fields))


def test_types_stand_after_those_that_they_refer_to_and_else_as_in_the_schema() -> None:
    types = [record("z"), record("a", "m", "b"), record("c"), record("m", "b"), record("b")]
    assert [definition.name for definition in ordered(types)] == ["z", "c", "b", "m", "a"]


def alias(name: str, *names: str) -> Union:
    return Union(name, name.title(), "", "k", names)


def test_types_of_a_circle_stand_together_and_their_records_first() -> None:
    types: list[NamedDefinition] = [
        alias("u", "v", "a"),
        record("x"),
        record("a", "u", "late"),
        alias("v", "a"),
        record("late"),
    ]
    assert circles(types) == dict.fromkeys(["u", "a", "v"], frozenset({"u", "a", "v"}))
    assert [definition.name for definition in ordered(types)] == ["x", "late", "a", "v", "u"]


def test_how_many_levels_a_value_needs_at_least() -> None:
    def needs(name: str, other: str) -> Record:
        return Record(name, name.title(), "", (Field("f", "f", Use(NamedType(other)), True, ""),))

    types: list[NamedDefinition] = [alias("u", "a", "b"), record("b", "u")]
    types += [needs("a", "u"), needs("endless", "endless")]
    assert levels(types) == {"b": 1, "u": 2, "a": 3}


def test_definitions_are_found_once_and_the_first_is_itself() -> None:
    a, b, c = record("a", "b", "c"), record("b", "c"), record("c", "c")
    protocol = protocol_of(a, b, c, record("d"))
    found = [definition.name for definition in definitions(protocol, a)]
    assert (found[0], sorted(found)) == ("a", ["a", "b", "c"])
    assert [*definitions(protocol, NamedType("c"))] == [c]


def test_a_payload_that_is_called_as_a_type_is_another() -> None:
    payload = dataclasses.replace(record("a", "a"), python_name="Payload")
    protocol = protocol_of(record("a"))
    assert [d.python_name for d in definitions(protocol, payload)] == ["Payload", "A"]
