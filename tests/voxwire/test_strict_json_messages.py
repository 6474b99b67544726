"""Strict JSON: what each problem says, in full."""

import json

import pytest

from voxwire.limits import MAX_DEPTH, MAX_FRAME_SIZE
from voxwire.rules.json_text import (
    FRAME_TOO_LARGE,
    JSON_DUPLICATE_KEY,
    JSON_INVALID,
    JSON_LONE_SURROGATE,
    JSON_NOT_FINITE,
    JSON_NOT_UTF8,
    JSON_NUMBER_RANGE,
    JSON_TOO_DEEP,
)
from voxwire.rules.rule import Rule
from voxwire.wire.strict_json import NOT_JSON, TextProblem, parse


def problem(
    rule: Rule, message: str, expected: str, *, pointer: str = "", hint: str = ""
) -> TextProblem:
    return TextProblem(
        rule=rule,
        pointer=pointer,
        message=message,
        expected=expected,
        hint=hint,
    )


def invalid(message: str, *, hint: str = "") -> TextProblem:
    return problem(JSON_INVALID, message, "one JSON value", hint=hint)


EMPTY = problem(JSON_INVALID, "the text is empty", "a JSON object")
SURROGATE = "holds half of a surrogate pair, which no Unicode text can"
CUT = "text was cut in the middle of a character"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", EMPTY),
        (" \t\r\n", EMPTY),
        (b"\n", EMPTY),
        ("X", invalid("not JSON: expecting value at character 0")),
        ("\u00a0", invalid("not JSON: expecting value at character 0")),
        ("\ufeff{}", invalid("the text starts with a byte order mark", hint="leave it out")),
        (b"\xef\xbb\xbf{}", invalid("the text starts with a byte order mark", hint="leave it out")),
        ("{} []", invalid("something follows the JSON value at character 3")),
        ('{"a" 1}', invalid("not JSON: expecting ':' delimiter at character 5")),
        ("[1 2]", invalid("not JSON: expecting ',' delimiter at character 3")),
        ('["a', invalid("not JSON: unterminated string starting at character 1")),
        ('["\\x41"]', invalid("not JSON: invalid \\escape at character 2")),
        ('["a\nb"]', invalid("not JSON: invalid control character at character 3")),
        ("[", invalid("not JSON: expecting value at character 1")),
        (
            "{",
            invalid("not JSON: expecting property name enclosed in double quotes at character 1"),
        ),
        (
            "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
            problem(JSON_TOO_DEEP, "the frame is nested too deeply", "at most 128 levels"),
        ),
        (
            " " * (MAX_FRAME_SIZE + 1),
            problem(FRAME_TOO_LARGE, "the frame is too long", "at most 1048576 bytes"),
        ),
    ],
    ids=[
        "empty",
        "white space",
        "white space as bytes",
        "a letter",
        "a space of another kind",
        "a byte order mark",
        "a byte order mark as bytes",
        "two values",
        "no colon",
        "no comma",
        "no end of a text",
        "no such escape",
        "a control character",
        "no value",
        "no key",
        "too deep",
        "too long",
    ],
)
def test_texts_without_a_value(data: bytes | str, expected: TextProblem) -> None:
    value, problems = parse(data)
    assert value is NOT_JSON
    assert problems == (expected,)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            b'"a\xff"',
            problem(JSON_NOT_UTF8, "byte 2 is not UTF-8: invalid start byte", "UTF-8 text"),
        ),
        (
            '{"a":1,"b":2,"a":3}',
            problem(
                JSON_DUPLICATE_KEY,
                "the key occurs more than once",
                "each key once",
                pointer="/a",
                hint="readers disagree on which one counts",
            ),
        ),
        (
            r'{"a":"\ud800"}',
            problem(
                JSON_LONE_SURROGATE,
                f"the text {SURROGATE}",
                "Unicode text",
                pointer="/a",
                hint=CUT,
            ),
        ),
        (
            r'{"\udfff":"é"}',
            problem(
                JSON_LONE_SURROGATE,
                f"the key {SURROGATE}",
                "Unicode text",
                pointer="/\udfff",
                hint=CUT,
            ),
        ),
        (
            "[1e999]",
            problem(
                JSON_NUMBER_RANGE,
                "the number is out of range",
                "a number that fits a double, or an integer of at most 4300 digits",
                pointer="/0",
            ),
        ),
        *(
            (
                f"[1.5, {literal}]",
                problem(
                    JSON_NOT_FINITE,
                    f"{literal} is not JSON",
                    "a finite number",
                    pointer="/1",
                    hint="write null or leave the field out",
                ),
            )
            for literal in ("NaN", "Infinity", "-Infinity")
        ),
    ],
    ids=[
        "a byte",
        "a key twice",
        "half a pair in a text",
        "half a pair in a key",
        "too large",
        "NaN",
        "Infinity",
        "minus Infinity",
    ],
)
def test_texts_with_a_value(data: bytes | str, expected: TextProblem) -> None:
    assert parse(data).problems == (expected,)


def test_the_longest_number_beside_something_wrong() -> None:
    """Only what is wrong is reported, however carefully the rest was looked at."""
    longest = "9" * 4300
    assert parse(f'["\\ud800",{longest}]').value == ["\ud800", int(longest)]
    (found,) = parse(f'["\\ud800",{longest},1.5,1e308,"é",{{"a":1,"b":1}}]').problems
    assert found.pointer == "/0"


def test_a_number_that_stands_for_nothing_is_named() -> None:
    assert repr(NOT_JSON) == "NOT_JSON"
    assert json.dumps(parse("null").value) == "null"
    assert parse("null").value is not NOT_JSON


def test_texts_are_parsed_once_when_they_are_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_data: bytes | str) -> None:
        raise AssertionError

    monkeypatch.setattr("voxwire.wire.strict_json._parse_leniently", refused)
    assert parse('{"a":["b",{"c":"\\"\\\\"}]}').problems == ()
