"""Containment of schemas that nobody has tidied up: what is proven, what is shown, and what nobody can say."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from voxspec.breaking.containment import covers, is_covered, is_valid
from voxspec.breaking.containment.spelled import spelled
from voxspec.breaking.containment.unrolled import less, more

RECURSIVE = {"properties": {"foo": {"$ref": "#"}}, "additionalProperties": False}
ANYTHING: dict[str, Any] = {}
OWN = "https://json-schema.org/draft/2020-12/schema"


def recursive_at(pointer: str) -> Any:
    return {**RECURSIVE, "properties": {"foo": {"$ref": pointer}}}


@pytest.mark.parametrize(
    ("reader", "writer"),
    [
        (ANYTHING, {"not": {"const": [3, {"a": 1}]}}),
        ({"not": {"const": [1]}}, {"type": "array", "minItems": 2}),
        ({"not": {"enum": [["a"], 1]}}, {"type": "array", "minItems": 2}),
        ({"oneOf": [{"const": {"a": 1}}, {"type": "string"}]}, {"type": "string"}),
        ({"anyOf": [{"const": [1]}, {"not": {"const": [1.0]}}]}, True),
        ({"const": 5}, {"not": {"pattern": "x*"}}),
        (False, {"type": "string", "pattern": "^é$", "minLength": 4}),
        (
            {"anyOf": [recursive_at("#/anyOf/0"), {"not": recursive_at("#/anyOf/1/not")}]},
            True,
        ),
        (False, {"allOf": [recursive_at("#/allOf/0"), {"not": recursive_at("#/allOf/1/not")}]}),
        (
            {"oneOf": [{"$ref": "#/$defs/percent%25%20~1"}], "$defs": {"percent% /": {"type": "null"}}},
            {"type": "null"},
        ),
        ({"$schema": OWN, "type": "array"}, {"$schema": OWN, "const": [1]}),
        ({"type": "object"}, {"dependentRequired": {"$ref": ["a"]}, "type": "object"}),
    ],
)  # fmt: skip
def test_what_is_proven(reader: Any, writer: Any) -> None:
    assert covers(reader, writer).answer == "yes"


@pytest.mark.parametrize(
    ("reader", "writer", "witness"),
    [
        ({"type": "string", "pattern": "^[a-c]*$"}, {"type": "string", "pattern": "^x?[a-c]*$"}, "x"),
        ({"pattern": "^[^7]+$"}, {"type": "string", "pattern": "^[0-9a]{3}7$"}, "0007"),
        (
            {"type": "array", "items": {"type": "integer"}, "minItems": 4},
            {"type": "array", "items": {"type": "object", "required": ["a", "b"]}, "minItems": 4},
            [{"a": None, "b": None}] * 4,
        ),
        ({"$schema": OWN, "const": 2}, {"const": 1}, 1),
        (
            {"not": {"required": ["a", "b"], "properties": {"b": {"const": "b"}, "a": {"enum": [9]}}}},
            {"$ref": "#/$defs/any", "$defs": {"any": {"type": "object"}}},
            {"a": 9, "b": "b"},
        ),
    ],
)  # fmt: skip
def test_what_is_shown(reader: Any, writer: Any, witness: Any) -> None:
    found = covers(reader, writer)
    assert (found.answer, found.witness) == ("no", witness)
    assert is_valid(writer, found.witness)
    assert not is_valid(reader, found.witness)


@pytest.mark.parametrize(
    ("reader", "writer"),
    [
        ({"const": 1}, {"const": json.loads("1e400")}),
        ({"const": json.loads("-1e400")}, {"enum": [json.loads("1e400")]}),
        ({"enum": ["a"]}, {"const": "\ud800"}),
        ({"properties": {"\ud800": True}}, {"type": "object"}),
        ({"type": "strange"}, {"type": "string"}),
        ({"$ref": "#/$defs/nothing"}, {"type": "string"}),
        ({"$ref": "https://example.com/elsewhere"}, {"type": "string"}),
        ({"pattern": "("}, {"type": "string"}),
        ({"items": 3}, {"type": "string"}),
        (3, {"type": "string"}),
        (json.loads('{"not":' * 700 + "{}" + "}" * 700), {"type": "string"}),
        (
            functools.reduce(lambda inner, _: {"not": inner}, range(5000), ANYTHING),
            {"type": "string"},
        ),
    ],
)
def test_what_no_engine_takes_is_unknown(reader: Any, writer: Any) -> None:
    assert covers(reader, writer).answer == "unknown"


def test_numbers_without_an_end_are_not_the_same() -> None:
    least, most = json.loads("[-1e400, 1e400]")
    assert not is_covered({"const": least}, {"const": most})
    assert not is_covered({"minimum": most}, {"const": 1})


def test_what_another_draft_does_not_say_says_nothing() -> None:
    fourth = "http://json-schema.org/draft-04/schema#"
    found = covers({"type": "integer"}, {"$schema": fourth, "const": 1})
    assert found.answer == "no"
    assert found.witness != 1


def test_what_the_engine_would_follow_without_an_end_is_not_asked() -> None:
    inner = {"properties": {"a": {"$ref": "#", "unevaluatedProperties": False}}}
    endless = {"dependentSchemas": {"a": inner}}
    assert not is_covered(endless, {"type": "object"})
    assert covers(endless, {"type": "object"}).answer == "no"


def test_what_stands_beside_a_reference_counts() -> None:
    part = {"$ref": "#/$defs/small", "allOf": [{"type": "integer"}]}
    reader = {**part, "$defs": {"small": {"maximum": 9}}}
    assert not is_covered(reader, {"const": "a"})
    assert is_covered(reader, {"const": 9})
    assert less(reader) == more(reader) == {"allOf": [{"type": "integer"}, {"maximum": 9}]}


def test_names_are_no_keywords() -> None:
    """Where keywords hold names, those that look like what is only said count as well."""
    for keyword in ("patternProperties", "dependentSchemas"):
        reader = {keyword: {"title": {"type": "array"}}}
        assert not is_covered(reader, {"type": "object"})
        assert covers(reader, {"const": {"title": 1}}).answer == "no"


def test_less_is_not_said_where_that_is_more() -> None:
    """Within what must not be, conditions, and choices of which two may hold, nothing is cut off."""
    for keyword, of in (("not", dict), ("if", dict), ("oneOf", list)):
        node = {"$ref": "#/$defs/node"}
        inner = node if of is dict else [node, {"type": "object"}]
        schema = {
            "$defs": {"node": {"type": "object", "properties": {"next": {keyword: inner}}}},
            "$ref": "#/$defs/node",
        }
        assert less(schema) == more(schema) == schema


def test_choices_of_which_only_one_can_hold_are_cut_off() -> None:
    def variant(tag: str, more: Any) -> Any:
        fields = {"tag": {"const": tag}, "of": more}
        return {"type": "object", "properties": fields, "required": ["tag"]}

    leaf, node = variant("leaf", {"maximum": 5}), variant("node", {"$ref": "#/$defs/tree"})
    options = [{"$ref": "#/$defs/leaf"}, {"$ref": "#/$defs/node"}]
    given = {"leaf": leaf, "node": node, "tree": {"oneOf": options}}
    tree = {"$defs": given, "$ref": "#/$defs/tree"}
    assert less(tree) == {"anyOf": [leaf, {"not": {}}]}
    assert more(tree) == {"anyOf": [leaf, {"type": "object"}]}
    alike = {**tree, "$defs": {**given, "leaf": variant("node", {"maximum": 5})}}
    assert less(alike) == more(alike) == alike


def test_definitions_that_are_the_same_have_one_name() -> None:
    names = ("a", "b", "c")
    circle = {
        one: recursive_at(f"#/$defs/{other}") for one, other in zip(names, "bca", strict=True)
    }
    assert spelled({"$ref": "#/$defs/b", "$defs": circle}) == {
        "$ref": "#/$defs/0",
        "$defs": {"0": recursive_at("#/$defs/0")},
    }
    for nowhere in ("#/nowhere", "#/anyOf/0", "https://example.com/elsewhere"):
        assert spelled({"$ref": nowhere}) == {"$ref": nowhere}


def test_references_are_pointers_in_a_url() -> None:
    said = {"$ref": "#/$defs/percent%25%20~1~0", "$defs": {"percent% /~": {"type": "null"}}}
    assert spelled(said) == {"$ref": "#/$defs/0", "$defs": {"0": {"type": "null"}}}
