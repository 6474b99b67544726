"""Constants, enums and flags of integers and booleans, bounds of numbers, texts with a form."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.judges import agree, refused
from tests.voxspec.mini import (
    ANY,
    BASE64,
    BOOLEAN,
    DATE_TIME,
    INT32,
    NULL,
    NUMBER,
    UINT,
    Data,
    choice,
    field,
    flags,
    generated,
    integers,
    paying,
    record,
    schema,
    union,
    variant,
)

TRUE: Data = {**BOOLEAN, "const": True}
FLAGS = flags(speak=0, hear=5)
OPEN: Data = {"x-open": True, "format": "uint32"}
UNION = {
    "v1": variant({**INT32, "const": 1}, a=field(UINT)),
    "v2": variant({**INT32, "const": 2}, b=field(UINT)),
    "u": union("v1", "v2"),
}


def each(expressions: Data, example: Data, types: Data | None = None, **more: Any) -> Data:
    """A schema with a key for each expression, and more keywords beside each."""
    return schema({k: field(v, **more) for k, v in expressions.items()}, example, types=types)


def switching(mode: Data, constant: Any, example: Data, types: Data | None = None) -> Data:
    """A record in which a value of the key "mode" asks for the key "x"."""
    switch = {
        **record(mode=field(mode), x=field()),
        "if": {"properties": {"mode": {"const": constant}}, "required": ["mode"]},
        "then": {"required": ["x"]},
        "else": {"not": {"required": ["x"]}},
    }
    return schema({"r": field({"$ref": "r"})}, {"r": example}, types={**(types or {}), "r": switch})


EVERYTHING: Data = {
    "any": ANY,
    "int": {**INT32, "const": 5},
    "true": TRUE,
    "closed": {"$ref": "closed"},
    "open": {"$ref": "open"},
    "flags": {"$ref": "flags"},
    "number": {**NUMBER, "minimum": 0},
    "date": DATE_TIME,
    "list": {"type": "array", "items": {"$ref": "closed"}},
}
TYPES = {"closed": integers(0, 1), "open": integers(0, 1, **OPEN), "flags": FLAGS}
NOW = "2024-02-29T12:00:00Z"
VALUES = {
    "any": [None, 1],
    "int": 5,
    "true": True,
    "closed": 0,
    "open": 7,
    "flags": 33,
    "number": 0,
    "date": NOW,
    "list": [0],
}
RELAYED = {k: v for k, v in EVERYTHING.items() if k not in ("any", "int", "true")}

RIGHT: dict[str, Data] = {
    "any JSON": each(
        {
            "a": ANY,
            "b": {"type": "array", "items": ANY},
            "c": {"type": "object", "additionalProperties": ANY},
        },
        {"a": None, "b": [None, 1], "c": {"x": {}}},
    ),
    "null": each(
        {
            "a": NULL,
            "b": {"type": "array", "items": NULL},
            "c": {"type": "object", "additionalProperties": NULL},
        },
        {"a": None, "b": [None], "c": {"x": None}},
    ),
    "constants": each(
        {
            "a": {**INT32, "const": 5},
            "b": TRUE,
            "c": {**BOOLEAN, "const": False},
            "d": {"type": ["integer", "null"], "format": "int32", "const": -3},
            "e": {"type": ["boolean", "null"], "const": True},
            "f": {"type": "array", "items": TRUE},
            "g": choice(
                {**BOOLEAN, "const": False},
                {"type": "string", "const": "x"},
                {**INT32, "const": 0},
            ),
            "h": {"type": "object", "additionalProperties": {"$ref": "t"}},
        },
        {
            "a": 5,
            "b": True,
            "c": False,
            "d": None,
            "e": None,
            "f": [True],
            "g": 0,
            "h": {"x": True},
        },
        {"t": {**TRUE, "description": "T."}},
    ),
    "enums of integers": each(
        {
            "a": {"$ref": "closed"},
            "b": {"$ref": "open"},
            "c": {"$ref": "wide"},
            "d": choice({"$ref": "open"}, NULL),
            "e": {"type": "array", "items": {"$ref": "closed"}},
            "f": choice({"$ref": "closed"}, {"type": "string"}),
        },
        {"a": 0, "b": 7, "c": 2**64 - 1, "d": None, "e": [1], "f": "s"},
        {
            "closed": integers(0, 1, -4),
            "open": integers(0, 1, **OPEN),
            "wide": integers(5, **{**OPEN, "format": "uint64"}),
        },
    ),
    "flags": each(
        {"a": {"$ref": "f"}, "b": {"$ref": "wide"}, "c": choice({"$ref": "f"}, NULL)},
        {"a": 33, "b": 2**64 - 1, "c": None},
        {"f": FLAGS, "wide": {**flags(high=62), "format": "uint64"}},
    ),
    "a union by an integer": each(
        {"a": {"$ref": "u"}, "b": {"type": "array", "items": {"$ref": "u"}}},
        {"a": {"k": 1, "a": 2}, "b": [{"k": 2, "b": 3}]},
        UNION,
    ),
    "a payload that is one": paying({"$ref": "u"}, {"k": 1, "a": 2}, types=UNION),
    "a union whose variants share another constant": each(
        {"a": {"$ref": "u"}},
        {"a": {"version": 1, "k": 2, "b": 3}},
        {
            **{
                name: {
                    **entry,
                    "properties": {"version": field({**INT32, "const": 1}), **entry["properties"]},
                    "required": ["version", *entry["required"]],
                }
                for name, entry in UNION.items()
                if name != "u"
            },
            "u": UNION["u"],
        },
    ),
    "bounds of numbers": each(
        {
            "a": {**NUMBER, "minimum": 0.5, "maximum": 2},
            "b": {**NUMBER, "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            "c": {"type": ["number", "null"], "minimum": -1e300},
            "d": {"type": "array", "items": {**NUMBER, "maximum": -0.0}},
            "e": choice({**NUMBER, "maximum": 5}, BOOLEAN),
            "f": {**INT32, "exclusiveMinimum": 0, "exclusiveMaximum": 10},
            "g": {"type": "object", "additionalProperties": {"$ref": "n"}},
            "h": {**NUMBER, "minimum": 3, "maximum": 3},
        },
        {"a": 1, "b": 0.5, "c": None, "d": [-1], "e": True, "f": 1, "g": {"x": 1.5}, "h": 3},
        {"n": {**NUMBER, "minimum": 1, "description": "N."}},
    ),
    "texts with a form": each(
        {
            "a": DATE_TIME,
            "b": {**BASE64, "minLength": 4, "maxLength": 8},
            "c": {**BASE64, "type": ["string", "null"]},
            "d": {"type": "array", "items": {"$ref": "t"}},
        },
        {"a": NOW, "b": "QUJD", "c": None, "d": ["2026-01-31t12:00:00.5+01:30"]},
        {"t": {**DATE_TIME, "description": "T."}},
    ),
    "a switch of an integer": switching(
        {"$ref": "e"}, 1, {"mode": 1, "x": "y"}, {"e": integers(0, 1)}
    ),
    "a switch of a boolean": switching(
        {"type": ["boolean", "null"]}, True, {"mode": True, "x": "y"}
    ),
    "secrets": each(EVERYTHING, VALUES, TYPES, **{"x-sensitive": True}),
    "relayed": each(RELAYED, {k: VALUES[k] for k in RELAYED}, TYPES, **{"x-relayed": True}),
    "values of a choice between keys": schema(
        {"r": field({"$ref": "r"})},
        {"r": {"any": 1}},
        types={
            **TYPES,
            "r": {
                **record(**{k: field(v) for k, v in EVERYTHING.items()}),
                "x-one-of-name": "pick",
                "oneOf": [{"required": [key]} for key in EVERYTHING],
            },
        },
    ),
}


@pytest.mark.parametrize("files", RIGHT.values(), ids=RIGHT)
def test_all_judges_agree(tmp_path: Path, files: Data) -> None:
    with generated(files, tmp_path) as mini:
        agree(mini)


def frame(payload: Any) -> Data:
    return {"type": "thing", "d": payload, "seq": 1}


WRONG: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("constants", {"a": 6}, [("FIELD_CONST", "/d/a")]),
    ("constants", {"a": True}, [("FIELD_TYPE", "/d/a")]),
    ("constants", {"b": 1}, [("FIELD_TYPE", "/d/b")]),
    ("constants", {"b": False}, [("FIELD_CONST", "/d/b")]),
    ("constants", {"f": [True, False]}, [("FIELD_CONST", "/d/f/1")]),
    ("constants", {"g": True}, [("FIELD_CONST", "/d/g")]),
    ("constants", {"h": {"x": False}}, [("FIELD_CONST", "/d/h/x")]),
    ("enums of integers", {"a": 2}, [("FIELD_ENUM", "/d/a")]),
    ("enums of integers", {"a": False}, [("FIELD_TYPE", "/d/a")]),
    ("enums of integers", {"b": -1}, [("FIELD_RANGE", "/d/b")]),
    ("enums of integers", {"b": 2**32}, [("FIELD_RANGE", "/d/b")]),
    ("enums of integers", {"b": True}, [("FIELD_TYPE", "/d/b")]),
    ("flags", {"a": 2**32}, [("FIELD_RANGE", "/d/a")]),
    ("flags", {"a": "1"}, [("FIELD_TYPE", "/d/a")]),
    ("a union by an integer", {"a": {"k": 3, "a": 1}}, [("VARIANT_UNKNOWN", "/d/a/k")]),
    ("a union by an integer", {"a": {"k": True, "a": 1}}, [("FIELD_TYPE", "/d/a/k")]),
    ("a union by an integer", {"a": {"k": "1", "a": 1}}, [("FIELD_TYPE", "/d/a/k")]),
    ("bounds of numbers", {"a": 0.4}, [("FIELD_RANGE", "/d/a")]),
    ("bounds of numbers", {"b": 1}, [("FIELD_RANGE", "/d/b")]),
    ("bounds of numbers", {"b": 0.0}, [("FIELD_RANGE", "/d/b")]),
    ("bounds of numbers", {"d": [0, 1]}, [("FIELD_RANGE", "/d/d/1")]),
    ("bounds of numbers", {"e": 5.5}, [("FIELD_RANGE", "/d/e")]),
    ("bounds of numbers", {"f": 10}, [("FIELD_RANGE", "/d/f")]),
    ("texts with a form", {"a": "2025-02-29T12:00:00Z"}, [("FIELD_PATTERN", "/d/a")]),
    ("texts with a form", {"a": "2024-02-29 12:00:00Z"}, [("FIELD_PATTERN", "/d/a")]),
    ("texts with a form", {"a": "2024-02-29T12:00:60Z"}, [("FIELD_PATTERN", "/d/a")]),
    ("texts with a form", {"a": f"{NOW}\n"}, [("FIELD_PATTERN", "/d/a")]),
    ("texts with a form", {"c": "QUI"}, [("FIELD_PATTERN", "/d/c")]),
    ("texts with a form", {"c": "QU-_"}, [("FIELD_PATTERN", "/d/c")]),
    ("texts with a form", {"c": "QQ==QQ=="}, [("FIELD_PATTERN", "/d/c")]),
    ("texts with a form", {"b": "QUJDQUJDQUJD"}, [("FIELD_LENGTH", "/d/b")]),
    ("a switch of an integer", {"r": {"mode": 1}}, [("REQUIRED_WHEN", "/d/r")]),
    ("a switch of an integer", {"r": {"mode": 0, "x": ""}}, [("FORBIDDEN_WHEN", "/d/r/x")]),
    ("a switch of a boolean", {"r": {"mode": True}}, [("REQUIRED_WHEN", "/d/r")]),
    ("a switch of a boolean", {"r": {"mode": None, "x": ""}}, [("FORBIDDEN_WHEN", "/d/r/x")]),
]


@pytest.mark.parametrize(("name", "payload", "errors"), WRONG)
def test_refused_with_its_place(
    tmp_path: Path, name: str, payload: Any, errors: list[tuple[str, str]]
) -> None:
    files = copy.deepcopy(RIGHT[name])
    files["server/main.yaml"]["messages"]["thing"]["payload"].pop("required")
    with generated(files, tmp_path) as mini:
        refused(mini, "server", frame(payload), errors)


SAID = [
    ("constants", {"a": 6}, '"a" must be 5; got 6'),
    ("constants", {"b": False}, '"b" must be true; got false'),
    ("enums of integers", {"a": 2}, '"a" must be 0, 1 or -4; got 2'),
    ("enums of integers", {"b": 9}, '"b" has a value that is not known here: 9'),
    ("flags", {"a": 35}, '"a" has bits that are not known here: 1'),
    ("a union by an integer", {"a": {"k": 3}}, '"k" must be 1 or 2; got 3'),
    ("bounds of numbers", {"a": 3}, '"a" must be at least 0.5 and at most 2; got 3'),
    ("bounds of numbers", {"b": 1}, '"b" must be more than 0 and less than 1; got 1'),
    (
        "texts with a form",
        {"a": "now"},
        '"a" must be a date and time of RFC 3339, such as 2026-01-31T12:00:00Z; got "now"',
    ),
    ("texts with a form", {"c": "?"}, '"c" must be base64 with its padding; got "?"'),
]


@pytest.mark.parametrize(("name", "payload", "message"), SAID)
def test_what_is_said(tmp_path: Path, name: str, payload: Any, message: str) -> None:
    with generated(RIGHT[name], tmp_path) as mini:
        problems = mini.validate.server_frame(frame(payload))
        assert message in [problem.message for problem in problems]


DATES = {
    "0000-02-29T00:00:00z": True,
    "1900-02-28T23:59:60Z": True,
    "2000-02-29T23:59:59.999999999-23:59": True,
    "1900-02-29T00:00:00Z": False,
    "2026-04-31T00:00:00Z": False,
    "2026-00-01T00:00:00Z": False,
    "2026-01-01T00:00:00.Z": False,
    "2026-01-01T00:00:00": False,
    "2026-01-01T00:00:00+24:00": False,
    "2026-01-01T00:00:00+0100": False,
    "٢٠٢٦-01-01T00:00:00Z": False,
}


@pytest.mark.parametrize(("text", "valid"), DATES.items(), ids=ascii)
def test_dates(tmp_path: Path, text: str, valid: bool) -> None:
    with generated(paying(DATE_TIME, NOW), tmp_path) as mini:
        errors = [] if valid else [("FIELD_PATTERN", "/d")]
        assert mini.errors("server", frame(text)) == errors
        assert mini.schema_accepts("server", frame(text)) is valid


def test_enums_of_integers_keep_what_they_do_not_know(tmp_path: Path) -> None:
    with generated(RIGHT["enums of integers"], tmp_path) as mini:
        thing = mini.decode(
            "server", frame({**dict.fromkeys("abe", 0), "c": 5, "d": 1, "e": [], "f": 1})
        ).d
        assert (thing.a, thing.b, thing.d) == (
            mini.models.Closed.N0,
            mini.models.Open.N0,
            mini.models.Open.N1,
        )
        new = mini.models.Open(7)
        assert (new, new.name, new.is_known, mini.models.Open(1).is_known) == (
            7,
            "UNKNOWN",
            False,
            True,
        )
        assert len(mini.models.Open) == 2
        for value in (-1, 2**32):
            with pytest.raises(ValueError, match=f"{value} is not a valid Open"):
                mini.models.Open(value)
        with pytest.raises(ValueError, match="7 is not a valid Closed"):
            mini.models.Closed(7)


def test_flags_keep_bits_that_they_do_not_know(tmp_path: Path) -> None:
    with generated(RIGHT["flags"], tmp_path) as mini:
        kind = mini.models.F
        some = mini.decode("server", frame({"a": 35, "b": 0, "c": None})).d.a
        assert (type(some), some, some.unknown, some.is_known) == (kind, 35, 2, False)
        assert [*some] == [kind.SPEAK, kind.HEAR]
        assert kind.HEAR in some
        assert kind.SPEAK | kind.HEAR == 33
        assert ~kind.SPEAK == kind.HEAR
        assert repr(some) == "<F: 35 (SPEAK|HEAR)>"
        assert repr(kind(0)) == "<F: 0>"
        assert (copy.copy(some), pickle.loads(pickle.dumps(kind.SPEAK))) == (some, kind.SPEAK)
        for value in (-1, 2**32):
            with pytest.raises(ValueError, match=f"{value} is not a valid F"):
                kind(value)


def test_values_that_come_are_not_remembered(tmp_path: Path) -> None:
    """A peer can send any number of them."""
    with generated(RIGHT["flags"], tmp_path) as mini:
        before = len(mini.models.F._value2member_map_)
        for value in range(100, 200):
            mini.decode("server", frame({"a": value, "b": value, "c": None}))
        assert len(mini.models.F._value2member_map_) == before


def test_what_the_json_schema_says(tmp_path: Path) -> None:
    expected = {
        "enums of integers": {
            "open": {
                "title": "Open",
                "description": "E.",
                "type": "integer",
                "format": "uint32",
                "minimum": 0,
                "maximum": 2**32 - 1,
                "examples": [0, 1],
                "x-open": True,
                "x-enum-varnames": ["N0", "N1"],
                "x-enum-descriptions": ["V.", "V."],
            }
        },
        "flags": {
            "f": {
                "title": "F",
                "description": "F.",
                "type": "integer",
                "format": "uint32",
                "minimum": 0,
                "maximum": 2**32 - 1,
                "x-flags": {
                    "speak": {"bit": 0, "description": "To speak."},
                    "hear": {"bit": 5, "description": "To hear."},
                },
            }
        },
    }
    for number, (name, definitions) in enumerate(expected.items()):
        with generated(RIGHT[name], tmp_path / str(number)) as mini:
            for key, definition in definitions.items():
                assert mini.bundle["$defs"][key] == definition
    with generated(RIGHT["texts with a form"], tmp_path / "texts") as mini:
        properties = mini.bundle["$defs"]["server_thing_payload"]["properties"]
        assert properties["a"]["format"] == "date-time"
        assert properties["b"]["contentEncoding"] == "base64"


DOCS = {
    "enums of integers": ["| `-4` | `NM4` | V. |", "| value | name | meaning |"],
    "flags": ["| 5 | `0x20` | `hear` | To hear. |", "| bit | value | name | meaning |"],
    "bounds of numbers": ["| `b` | number | required | more than 0 and less than 1 | F. |"],
    "a switch of an integer": [
        "- `x` is required when `mode` is `1`; otherwise it must be absent."
    ],
    "constants": ["| `b` | `true` | required | F. |", "| `a` | `5` | required | F. |"],
}


@pytest.mark.parametrize(("name", "lines"), DOCS.items(), ids=DOCS)
def test_what_the_documents_say(tmp_path: Path, name: str, lines: list[str]) -> None:
    with generated(RIGHT[name], tmp_path) as mini:
        pages = "\n".join(text for path, text in mini.files.items() if path.endswith(".md"))
        assert [line for line in lines if line not in pages.splitlines()] == []


def test_secrets_are_masked_whatever_they_are(tmp_path: Path) -> None:
    with generated(RIGHT["secrets"], tmp_path) as mini:
        thing = mini.decode("server", frame(VALUES)).d
        assert repr(thing) == (
            "Thing(any='***', int_='***', true='***', closed='***', open='***', flags='***', "
            "number='***', date='***', list_='***')"
        )
        wrong = {
            **VALUES,
            "open": 4711,
            "flags": 4712,
            "number": -4713,
            "date": "4714",
            "int": 4715,
        }
        problems = mini.validate.server_frame(frame(wrong))
        assert [p.pointer for p in problems] == [
            "/d/int",
            "/d/open",
            "/d/flags",
            "/d/number",
            "/d/date",
        ]
        assert not any("471" in str(problem) for problem in problems)
