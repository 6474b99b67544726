"""Values that are right are told apart from wrong ones without a validator, and as it does."""

from __future__ import annotations

import itertools
import subprocess
import sys
from typing import Any

import jsonschema
import jsonschema.protocols
import pytest

from voxspec.load.conformance import Conformance, NotUnderstoodError
from voxspec.load.meta_schema import KINDS, document

DEFINITIONS = {
    "#/$defs/name": {"type": "string", "minLength": 2},
    "#/$defs/tree": {"items": {"$ref": "#/$defs/tree"}, "type": ["array", "integer"]},
}

SCHEMAS: list[Any] = [
    True,
    False,
    {},
    {"type": "object"},
    {"type": "array"},
    {"type": "string"},
    {"type": "integer"},
    {"type": "number"},
    {"type": "boolean"},
    {"type": "null"},
    {"type": ["string", "null"]},
    {"const": 1},
    {"const": True},
    {"const": [1, {"a": False}]},
    {"enum": ["a", 0, None]},
    {"enum": [[True], {"a": 0}]},
    {"$ref": "#/$defs/name"},
    {"$ref": "#/$defs/tree"},
    {"required": ["a", "b"]},
    {"properties": {"a": {"type": "integer"}, "b": False}},
    {"properties": {"a": {}}, "additionalProperties": False},
    {"properties": {"a": {}}, "additionalProperties": {"type": "null"}},
    {"additionalProperties": True},
    {"propertyNames": {"maxLength": 1}},
    {"dependentRequired": {"a": ["b"], "b": []}},
    {"items": {"type": "integer"}},
    {"prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
    {"prefixItems": [{"type": "integer"}], "items": {"type": "null"}},
    {"uniqueItems": True},
    {"uniqueItems": False},
    {"minLength": 2},
    {"maxLength": 1},
    {"minItems": 2},
    {"maxItems": 1},
    {"minProperties": 2},
    {"maxProperties": 1},
    {"minimum": 1},
    {"maximum": 1},
    {"exclusiveMinimum": 1},
    {"exclusiveMaximum": 1},
    {"allOf": [{"minimum": 0}, {"maximum": 1}]},
    {"anyOf": [{"type": "null"}, {"minimum": 1}]},
    {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"if": {"type": "integer"}, "then": {"minimum": 1}, "else": {"type": "string"}},
    {"if": {"type": "integer"}, "then": {"minimum": 1}},
    {"if": {"type": "integer"}, "else": {"type": "string"}},
    {"then": False, "title": "…", "description": "…", "default": 1, "x-note": "…"},
]

VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 0.5, 1.5, "", "a", "ab", "\U0001d11e"),
    *([], [0], [1], [True], [1, "a"], [1, "a", 2], [1, None], [1, 1], [0, False], [[1], [1]]),
    *([1, {"a": False}], [1, {"a": 0}], [[2], 3], ["a", "b"]),
    *({}, {"a": 0}, {"a": False}, {"b": 0}, {"a": 1, "b": None}, {"a": None, "ab": None}),
    {"a": "x", "b": 1, "c": 2},
]


def judge(schema: Any) -> jsonschema.protocols.Validator:
    checker = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    kind: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
        jsonschema.Draft202012Validator, type_checker=checker
    )
    definitions = {key.rpartition("/")[2]: value for key, value in DEFINITIONS.items()}
    whole = schema if isinstance(schema, bool) else {**schema, "$defs": definitions}
    found: jsonschema.protocols.Validator = kind(whole)
    return found


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_every_keyword_means_what_it_means_to_a_validator(schema: Any) -> None:
    validator, conformance = judge(schema), Conformance(DEFINITIONS.__getitem__)
    said = [conformance.holds(schema, value) for value in VALUES]
    assert said == [validator.is_valid(value) for value in VALUES]


@pytest.mark.parametrize("keyword", ["patternProperties", "contains", "pattern", "not", "typo"])
def test_what_it_has_not_been_taught_is_left_to_a_validator(keyword: str) -> None:
    conformance = Conformance(DEFINITIONS.__getitem__)
    with pytest.raises(NotUnderstoodError, match=keyword):
        conformance.holds({keyword: {}}, 1)
    assert not conformance.surely({"properties": {"a": {keyword: {}}}}, {"a": 1})


def test_keywords_can_get_a_meaning() -> None:
    conformance = Conformance(DEFINITIONS.__getitem__, {"pattern": lambda *told: told[1] == "a"})
    said = [conformance.surely({"pattern": pattern}, 1) for pattern in "ab"]
    assert said == [True, False]


def _keywords(schema: Any) -> set[str]:
    if not isinstance(schema, dict):
        return set()
    inner = [
        *itertools.chain(*(schema.get(key, {}).values() for key in ("properties", "$defs"))),
        *itertools.chain(*(schema.get(key, ()) for key in ("allOf", "anyOf", "prefixItems"))),
        *(schema.get(key) for key in ("if", "then", "else", "items", "propertyNames")),
        schema.get("additionalProperties"),
    ]
    return {*schema}.union(*map(_keywords, inner))


@pytest.mark.parametrize("kind", KINDS)
def test_it_knows_every_keyword_of_the_dialects_own_schema(kind: str) -> None:
    conformance = Conformance(lambda _: True, {"pattern": lambda *_: True})
    for keyword in _keywords(document(kind)) - {"if", "then", "else"}:
        samples: dict[str, Any] = {"type": "null", "$ref": "", "enum": [None], "const": None}
        assert conformance.holds({keyword: samples.get(keyword, True)}, None), keyword


def test_nothing_wrong_needs_no_validator() -> None:
    code = (
        "import sys; from voxspec.cli import main; main(['check']); "
        "print({'jsonschema', 'referencing', 'jinja2'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "Vox gateway protocol v1: 99 messages, no mistakes",
        "set()",
    ]
