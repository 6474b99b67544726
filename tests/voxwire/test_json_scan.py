"""The scanner finds every scalar of a JSON text, and accepts exactly what the standard library does."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voxwire.wire.json_scan import NotJsonError, scan, string_value

PIECES = [*'{}[]:,"', '"a"', '"\\n\\u00e9"', '"\\x"', '"\t"', " ", "\n", "\u00a0"]
NUMBERS = ["1", "-0", "01", "1.5e3", "1.", "-", "NaN", "-Infinity", "null", "true", "٣", "1_0"]


def scanned(text: str, *keys: str) -> list[tuple[str, str, bool]]:
    found = scan(text, frozenset(keys))
    return [(text[s.start : s.end], s.kind, s.is_marked) for s in found]


def test_scalars_in_order() -> None:
    assert scanned('{"a": ["b", -1.5e3, true, null], "c": {}}') == [
        ('"a"', "key", False),
        ('"b"', "string", False),
        ("-1.5e3", "number", False),
        ('"c"', "key", False),
    ]


def test_values_below_a_key_are_marked_at_any_depth() -> None:
    text = '{"a":{"token":["b",{"c":[1]}],"d":"e"},"token":"f","g":"token"}'
    marked = [literal for literal, kind, is_marked in scanned(text, "token") if is_marked]
    assert marked == ['"b"', '"c"', "1", '"f"']


def test_a_key_is_told_by_its_value_not_by_its_spelling() -> None:
    assert scanned('{"\\u0074oken":"b"}', "token") == [
        ('"\\u0074oken"', "key", False),
        ('"b"', "string", True),
    ]


def test_a_mark_ends_with_its_value() -> None:
    text = '[{"token":{}},"a",{"token":[],"b":"c"}]'
    assert [literal for literal, _, is_marked in scanned(text, "token") if is_marked] == []


def test_a_scalar_alone() -> None:
    assert scanned(' "a"\n') == [('"a"', "string", False)]


@given(st.lists(st.sampled_from(PIECES + NUMBERS), max_size=8).map("".join))
@example("")
@example('{"a":1,}')
@example("[1,]")
@example("[1}")
@example('{"a" 1}')
@example("[]]")
@example('{"a":1:2}')
@example("[1:2]")
@example('{"a",1}')
@example('{"a":1 "x" "b":2}')
@example("[1 2 3]")
@example("1 2")
def test_accepts_what_the_standard_library_accepts(text: str) -> None:
    try:
        json.loads(text)
    except json.JSONDecodeError:
        with pytest.raises(NotJsonError):
            scanned(text)
    else:
        scanned(text)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANY_JSON, st.booleans())
def test_strings_stand_where_the_scanner_says(value: object, is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii)
    strings: list[str] = []
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            strings.append(item)
        elif isinstance(item, list):
            stack += item
        elif isinstance(item, dict):
            strings += item
            stack += item.values()
    found = [string_value(literal) for literal, kind, _ in scanned(text) if kind != "number"]
    assert sorted(found) == sorted(strings)


def test_depth_does_not_matter() -> None:
    assert scanned("[" * 100_000 + "1" + "]" * 100_000, "a") == [("1", "number", False)]
