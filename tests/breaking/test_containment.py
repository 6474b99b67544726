"""Whether a reader takes all that a writer may write: by JSON Schema alone, and never yes without proof."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from voxspec.breaking.containment import covers, is_covered
from voxspec.breaking.containment.unrolled import less, more
from voxspec.breaking.frames.schemas import closed

TEXT = {"type": "string"}
RECURSIVE = {
    "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
    "$ref": "#/$defs/node",
}


@pytest.mark.parametrize(
    ("reader", "writer"),
    [
        (True, TEXT),
        (TEXT, False),
        (TEXT, {"type": "string", "maxLength": 3}),
        ({"type": "number"}, {"type": "integer"}),
        ({"type": ["string", "null"]}, TEXT),
        ({"enum": ["a", "b"]}, {"const": "a"}),
        ({"pattern": "^[a-z0-9]+$"}, {"type": "string", "pattern": "^[a-z]{1,8}$"}),
        ({"pattern": "^.{0,8}$"}, {"type": "string", "pattern": "^[a-z]*$", "maxLength": 8}),
        ({"not": {"type": "string", "pattern": "^0"}}, {"type": "string", "pattern": "^[a-z]"}),
        ({"not": {"const": [1]}}, {"const": [2]}),
        ({"anyOf": [{"const": {"a": 1}}, {"not": {"const": {"a": 1}}}]}, TEXT),
        (RECURSIVE, RECURSIVE),
    ],
)
def test_what_is_covered(reader: Any, writer: Any) -> None:
    assert covers(reader, writer).answer == "yes"


@pytest.mark.parametrize(
    ("reader", "writer", "witness"),
    [
        (False, {"const": 1}, 1),
        (TEXT, {"type": ["string", "null"]}, None),
        ({"type": "integer"}, {"type": "number"}, 1.5),
        ({"type": "string", "maxLength": 3}, TEXT, "aaaa"),
        ({"type": "integer", "minimum": 5}, {"type": "integer", "minimum": 4}, 4),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, "b"),
        ({"not": {"const": {"a": [1]}}}, {"type": "object"}, {"a": [1]}),
        ({"type": "array", "maxItems": 1}, {"type": "array"}, [None, None]),
        ({"required": ["a"]}, {"type": "object"}, {}),
        ({"pattern": "^[a-z]+$"}, TEXT, ""),
    ],
)
def test_what_is_not_covered(reader: Any, writer: Any, witness: Any) -> None:
    found = covers(reader, writer)
    assert found.answer == "no"
    assert found.witness == witness
    assert type(found.witness) is type(witness)


def test_what_nobody_can_tell_is_not_yes() -> None:
    writer = {"type": "string", "pattern": r"^(?:a|b)*$"}
    reader = {"type": "string", "pattern": r"^(?:a|b)*(?<!c)$"}
    assert covers(reader, writer).answer == "unknown"
    assert not is_covered(reader, writer)


def test_what_the_engine_does_not_take_is_not_covered() -> None:
    assert not is_covered({"$ref": "#/$defs/nothing"}, TEXT)
    assert not is_covered(TEXT, {"type": "strange"})


def test_limits_on_json_that_stand_inside_are_looked_at() -> None:
    """Of their own reader, at any place, also under names that look like keywords of ours."""

    def with_limit(most: int | None, name: str = "a") -> dict[str, Any]:
        limit = {} if most is None else {"x-max-json-length": most}
        return {"type": "object", "properties": {name: {"type": "object", **limit}}}

    for name in ("a", "x-a"):
        assert not is_covered(with_limit(9, name), with_limit(None, name))
        assert not is_covered(with_limit(9, name), with_limit(10, name))
        assert is_covered(with_limit(9, name), with_limit(9, name))
        assert is_covered(with_limit(9, name), with_limit(8, name))


@pytest.mark.parametrize("most", [3, 5, 6])
def test_definitions_in_definitions_are_written_out(most: int) -> None:
    def whole(most: int, *, in_place: bool) -> Any:
        text = {"type": "string", "maxLength": most}
        inner = text if in_place else {"$ref": "#/$defs/text"}
        box = {"type": "object", "additionalProperties": inner}
        named = {"$defs": {"box": box, "text": text}, "$ref": "#/$defs/box"}
        return [box] if in_place else [named, more(named), less(named)]

    (reader,) = whole(5, in_place=True)
    for writer in whole(most, in_place=False):
        assert is_covered(reader, writer) == (most <= 5)
    for other in whole(5, in_place=False)[1:]:
        assert "$ref" not in str(other)


def test_writers_write_what_they_declare() -> None:
    fields = {"a": TEXT, "b": record_of(TEXT)}
    record: Any = {"type": "object", "properties": fields}
    more = {"type": "object", "properties": {**fields, "c": {"type": "integer"}}}
    assert not is_covered(more, record)
    assert is_covered(more, closed(record))


def record_of(inner: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": inner}}


# --- A public suite, where there is a copy of it ------------------------------------------------

SUITE = os.environ.get("VOX_CONTAINMENT_SUITE")
_OWN = frozenset(
    "$ref $defs $schema $comment title description default examples deprecated type format const enum "
    "minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength pattern contentEncoding items "
    "minItems maxItems properties additionalProperties required oneOf anyOf allOf not if then else".split()
)
"""The keywords that are in JSON Schema of ours."""


@pytest.mark.skipif(SUITE is None, reason="VOX_CONTAINMENT_SUITE names no copy of the suite")
def test_the_containment_test_suite(record_property: Any) -> None:
    assert SUITE is not None
    counts: Counter[tuple[str, bool]] = Counter()
    for reader, writer, truth in pairs(Path(SUITE)):
        found = covers(reader, writer)
        counts[found.answer, truth] += 1
        if found.answer == "yes":
            assert truth, (reader, writer)
        elif (
            found.answer == "no"
        ):  # the suite's own answer may be wrong: it moves data that look like references
            assert jsonschema.Draft202012Validator(writer).is_valid(found.witness)
            assert not jsonschema.Draft202012Validator(reader).is_valid(found.witness)
    unknown = sum(count for (answer, _), count in counts.items() if answer == "unknown")
    print(dict(counts))
    assert counts.total() > 1000
    assert unknown <= 0.01 * counts.total()


def pairs(suite: Path) -> Iterator[tuple[Any, Any, bool]]:
    """Reader, writer and whether the one takes all of the other, of entries with our keywords alone."""
    for path in sorted((suite / "tests" / "draft2020-12").glob("*/*.json")):
        for entry in json.loads(path.read_text("utf-8")):
            first, second = entry["schema1"], entry["schema2"]
            if not keywords([first, second]) <= _OWN:
                continue
            for key, writer, reader in (
                ("s1SubsetEqOfs2", first, second),
                ("s2SubsetEqOfs1", second, first),
            ):
                if entry["tests"].get(key) is not None:
                    yield reader, writer, entry["tests"][key]


def keywords(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(keywords, schema))
    if not isinstance(schema, dict):
        return set()
    found = {*schema}
    for keyword, value in schema.items():
        if keyword in ("properties", "$defs"):
            found |= keywords([*value.values()]) if isinstance(value, dict) else set()
        elif keyword not in ("const", "enum", "default", "examples"):
            found |= keywords(value)
    return found
