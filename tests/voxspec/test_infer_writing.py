"""What drafts are written with: YAML that reads as what it was, names, and which texts are words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxspec.findings import Findings
from voxspec.infer.enums import WordLists
from voxspec.infer.plain import is_map
from voxspec.infer.types import Types
from voxspec.infer.words import singular, snake
from voxspec.infer.yaml_text import yaml_text
from voxspec.load.yaml_values import Values

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["null", "1e5", "0x1F", "~", "- a", "a: b", "a #b", "{a", "%", "yes", "\ufeff", "\u2028", " x "]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
KEYS = TEXTS | st.sampled_from(["properties", "examples", "keys", "messages"])
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=4))
def test_what_is_written_is_read_again(value: dict[str, Any]) -> None:
    findings = Findings()
    assert Values("file", findings).read(yaml_text(value, "A heading\n\nof lines")) == value
    assert not findings


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("roomId", "room_id"),
        ("userURL", "user_url"),
        ("名前", "value"),
        ("2fa", "fa"),
        ("a-b c", "a_b_c"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert snake(text) == name


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("members", "member"),
        ("categories", "category"),
        ("boxes", "box"),
        ("status", "status"),
        ("class", "class"),
        ("data", "data"),
    ],
)
def test_one_of_several(name: str, one: str) -> None:
    assert singular(name) == one


def texts(values: dict[str, int] | None, count: int | None = None) -> dict[str, Any]:
    total = count or sum((values or {}).values())
    string = {"count": total, "shortest": 1, "longest": 9, "values": values}
    return {"count": total, "string": string | {"date_time": False, "secret": False}}


@pytest.mark.parametrize(
    ("key", "values", "is_list"),
    [
        ("room_type", {"voice": 2, "stage": 1}, True),
        ("room_type", {"voice": 1, "stage": 1}, False),
        ("code", {"N0wGksS6OwY": 9, "P1OvckfgP4U": 9}, False),
        ("status", {"not a word": 9}, False),
        ("mime", {"image/png": 30, "text/plain": 30}, True),
        ("nickname", {"ada": 30, "bob": 9}, False),
        ("nickname", {"Ada": 30, "Bob": 30}, False),
        ("type", {"a-b": 3, "a_b": 3}, False),
    ],
)
def test_which_texts_are_words_of_a_list(key: str, values: dict[str, int], is_list: bool) -> None:
    lists, shape = WordLists(), texts(values)
    lists.add(shape, key, "owner")
    assert (lists.of(shape["string"], key) is not None) is is_list


def integer(least: int, greatest: int) -> dict[str, Any]:
    bounds = {"count": 2, "least": least, "greatest": greatest, "secret": False}
    return {"count": 2, "integer": bounds}


@pytest.mark.parametrize(
    ("least", "greatest", "width"),
    [
        (0, 7, "uint32"),
        (-1, 7, "int32"),
        (0, 1_700_000_000, "int64"),
        (-(2**31) - 1, 0, "int64"),
        (0, 2**62, "uint64"),
        (-1, 2**62, "int64"),
        (0, 2**64 - 1, "uint64"),
    ],
)
def test_widths(least: int, greatest: int, width: str) -> None:
    expression = Types(set()).expression(integer(least, greatest), "n", None)
    assert expression == {"type": "integer", "format": width}


def test_integers_beyond_every_width_are_numbers() -> None:
    for least, greatest in ((0, 2**64), (-(2**63) - 1, 0), (-1, 2**63)):
        expression = Types(set()).expression(integer(least, greatest), "n", None)
        assert expression == {"type": "number"}


@pytest.mark.parametrize(
    ("keys", "map_"),
    [
        ({"1": 3, "22": 1}, True),
        ({"550e8400-e29b-41d4-a716-446655440000": 1}, True),
        ({'a"b': 1}, True),
        ({f"word{n}": 1 for n in range(9)}, True),
        ({f"word{n}": 8 for n in range(9)}, False),
        ({"a": 1, "b": 1}, False),
        ({}, False),
    ],
)
def test_which_objects_are_maps(keys: dict[str, int], map_: bool) -> None:
    shapes = {key: {"count": count, "boolean": count} for key, count in keys.items()}
    assert is_map({"count": 9, "cut": False, "keys": shapes}) is map_
