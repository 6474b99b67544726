"""Constants, enums and flags of integers and booleans, bounds of numbers, texts with a form."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.judges import agree, refused
from tests.voxspec.mini import (
    DATE_TIME,
    Data,
    generated,
    paying,
)
from tests.voxspec.value_types import NOW, RIGHT, frame


@pytest.mark.parametrize("files", RIGHT.values(), ids=RIGHT)
def test_all_judges_agree(tmp_path: Path, files: Data) -> None:
    with generated(files, tmp_path) as mini:
        agree(mini)


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
