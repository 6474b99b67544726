"""Shapes of JSON values: what is learned, within which bounds, and that no secret is in it."""

from __future__ import annotations

from typing import Any

import pytest

from voxwire.shapes.budget import DEEPEST, MOST_KEYS, MOST_VALUES, Budget
from voxwire.shapes.secrecy import is_secret_key, looks_secret, masked_text, masked_value
from voxwire.shapes.shape import Shape


def shape_of(*values: Any, budget: Budget | None = None) -> Shape:
    shape = Shape()
    budget = budget or Budget()
    for value in values:
        shape.add(value, budget)
    return shape


def texts(count: int, shortest: int, longest: int, values: dict[str, int] | None) -> Any:
    return {
        "count": count,
        "shortest": shortest,
        "longest": longest,
        "values": values,
        "date_time": False,
        "secret": False,
    }


def test_each_kind_is_told_apart() -> None:
    shape = shape_of(None, True, 7, -2, 1.5, "a", "bcd", [1], [], {"k": None})
    assert shape.plain() == {
        "count": 10,
        "null": 1,
        "boolean": 1,
        "integer": {"count": 2, "least": -2, "greatest": 7, "secret": False},
        "number": {"count": 1, "least": 1.5, "greatest": 1.5, "secret": False},
        "string": texts(2, 1, 3, {"a": 1, "bcd": 1}),
        "array": {
            "count": 2,
            "shortest": 0,
            "longest": 1,
            "items": {
                "count": 1,
                "integer": {"count": 1, "least": 1, "greatest": 1, "secret": False},
            },
        },
        "object": {"count": 1, "cut": False, "keys": {"k": {"count": 1, "null": 1}}},
    }


def test_how_often_a_key_was_there() -> None:
    keys = shape_of({"a": 1, "b": 2}, {"a": None}).plain()["object"]["keys"]
    assert (keys["a"]["count"], keys["a"]["null"], keys["b"]["count"]) == (2, 1, 1)


def test_many_texts_are_not_remembered() -> None:
    some = [f"w{number}" for number in range(MOST_VALUES)]
    assert len(shape_of(*some).plain()["string"]["values"]) == MOST_VALUES
    assert shape_of(*some, "one more").plain()["string"]["values"] is None
    assert shape_of("x" * 65).plain()["string"]["values"] is None
    assert shape_of("46KiE4rYgW9bQ2mXz0Lp").plain()["string"]["values"] is None


def test_dates_are_told_from_other_texts() -> None:
    good = "2026-01-31T12:00:00Z"
    assert shape_of(good, "2024-02-29t23:59:60.5+01:00").plain()["string"]["date_time"] is True
    assert shape_of(good, "2026-02-30T12:00:00Z").plain()["string"]["date_time"] is False


def test_objects_of_many_keys_are_maps() -> None:
    value = {f"key{number}": number for number in range(MOST_KEYS + 1)}
    objects = shape_of(value).plain()["object"]
    assert objects["values"]["integer"]["greatest"] == MOST_KEYS
    assert "keys" not in objects


def test_keys_that_look_like_tokens_are_not_kept() -> None:
    objects = shape_of({"a": 1, "46KiE4rYgW9bQ2mXz0Lp": 2}).plain()["object"]
    assert objects["values"]["integer"] == {
        "count": 2,
        "least": 1,
        "greatest": 2,
        "secret": False,
    }


def test_depth_and_number_of_places_are_bounded() -> None:
    deep: Any = 1
    for _ in range(DEEPEST + 50):
        deep = {"k": deep}
    levels, shape = 0, shape_of(deep).plain()
    objects: dict[str, Any] = {}
    while "object" in shape:
        levels, objects = levels + 1, shape["object"]
        shape = objects["keys"].get("k", {})
    assert (levels, objects["cut"]) == (DEEPEST + 1, True)
    wide = shape_of(
        *({f"a{i}": {f"b{j}": j for j in range(50)}} for i in range(90)), budget=Budget(100)
    )
    objects = wide.plain()["object"]
    places = len(objects["keys"]) + sum(len(s["object"]["keys"]) for s in objects["keys"].values())
    assert (places, objects["cut"]) == (100, True)


def test_variants_are_found_by_the_key_that_tells_them_apart() -> None:
    values = [
        {"kind": "press", "room": "a", "button": 1},
        {"kind": "press", "room": "b", "button": 2},
        {"kind": "write", "room": "a", "text": "x"},
        {"kind": "write", "room": "b", "text": "y"},
    ]
    shape, budget = shape_of(*values), Budget()
    assert shape.find_tags()
    for value in values:
        shape.refine(value, budget)
    variants = shape.plain()["object"]["variants"]
    assert variants["key"] == "kind"
    assert {value: sorted(one["object"]["keys"]) for value, one in variants["shapes"].items()} == {
        "press": ["button", "kind", "room"],
        "write": ["kind", "room", "text"],
    }


def test_what_was_seen_once_is_no_variant() -> None:
    values = [{"kind": "a", "x": 1}, {"kind": "b", "y": 1}]
    shape = shape_of(*values)
    assert shape.find_tags()
    for value in values:
        shape.refine(value, Budget())
    assert "variants" not in shape.plain()["object"]


@pytest.mark.parametrize(
    ("key", "is_secret"),
    [
        ("token", True),
        ("accessToken", True),
        ("session_id", True),
        ("apiKey", True),
        ("PASSWORD", True),
        ("token_type", False),
        ("session_expires_at", False),
        ("author", False),
        ("key", False),
        ("pinned", False),
        ("", False),
    ],
)
def test_keys_of_secrets(key: str, is_secret: bool) -> None:
    assert is_secret_key(key) is is_secret


@pytest.mark.parametrize(
    ("text", "is_secret"),
    [
        ("vox_sess_46KiE4r-YgW9q", True),
        ("550e8400-e29b-41d4-a716-446655440000", True),
        ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x", True),
        ("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=", True),
        ("message_reaction_add", False),
        ("a sentence of many short words", False),
        ("/api/v1/files/server-icon", False),
        ("connectionAcknowledgement", False),
        ("12345678901234567890", False),
    ],
)
def test_texts_that_look_like_tokens(text: str, is_secret: bool) -> None:
    assert looks_secret(text) is is_secret
    assert (masked_text(text) != text) is is_secret


def test_values_are_masked_by_key_by_look_and_where_they_stand_again() -> None:
    value = {
        "token": ["abc", 5, True, {"x": 1.5}],
        "note": "the word hunter22 again",
        "id": "46KiE4rYgW9bQ2mXz0Lp",
        "n": 3,
    }
    assert masked_value(value, {"hunter22"}) == {
        "token": ["masked", 0, True, {"x": 0.0}],
        "note": "the word masked again",
        "id": "masked",
        "n": 3,
    }
