"""Records that hold themselves, alone and in circles: right in every target, and never without end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.judges import agree, refused
from tests.voxspec.mini import (
    BOOLEAN,
    UINT,
    Data,
    choice,
    drawn,
    field,
    generated,
    paying,
    record,
    schema,
    union,
    variant,
)
from tests.voxspec.mini import refused as refused_schema

REF: Data = {"$ref": "node"}
LITERAL: Data = {"type": "string", "const": "literal"}
SUM: Data = {"type": "string", "const": "sum"}
EXPRESSION = {
    "sum": variant(SUM, left=field({"$ref": "expression"}), right=field({"$ref": "expression"})),
    "literal": variant(LITERAL, value=field(UINT)),
    "expression": union("sum", "literal"),
}
ONE = {"k": "literal", "value": 1}
RECURSIVE: dict[str, Data] = {
    "in a key, an array and a map": schema(
        {"n": field(REF)},
        {"n": {"id": 1, "next": {"id": 2}, "kids": [{"id": 3}], "map": {"x": {"id": 4}}}},
        types={
            "node": record(
                "id",
                id=field(UINT),
                next=field(REF),
                kids=field({"type": "array", "items": REF}),
                map=field({"type": "object", "additionalProperties": REF}),
            )
        },
    ),
    "or null": schema(
        {"n": field(choice(REF, {"type": "null"}))},
        {"n": {"next": {"next": None}}},
        types={"node": record("next", next=field(choice(REF, {"type": "null"})))},
    ),
    "two of each other": schema(
        {"a": field({"$ref": "a"})},
        {"a": {"id": 1, "b": {"a": {"id": 3}}}},
        types={
            "a": record("id", id=field(UINT), b=field({"$ref": "b"})),
            "b": record("a", a=field({"$ref": "a"})),
        },
    ),
    "a union": schema(
        {"x": field({"$ref": "expression"})},
        {"x": {"k": "sum", "left": ONE, "right": {"k": "sum", "left": ONE, "right": ONE}}},
        types=EXPRESSION,
    ),
    "a union as payload": paying({"$ref": "expression"}, ONE, types=EXPRESSION),
    "a named array": schema(
        {"t": field({"$ref": "tree"})},
        {"t": [{"id": 1, "sub": [{"id": 2, "sub": []}]}]},
        types={
            "tree": {"type": "array", "items": {"$ref": "branch"}, "description": "T."},
            "branch": record("id", "sub", id=field(UINT), sub=field({"$ref": "tree"})),
        },
    ),
    "a named choice": schema(
        {"t": field({"$ref": "tree"})},
        {"t": [1, {"sub": [{"sub": 2}]}]},
        types={
            "tree": {**choice({"$ref": "leaves"}, {"$ref": "branch"}, UINT), "description": "T."},
            "branch": record("sub", sub=field({"$ref": "tree"})),
            "leaves": {
                "type": "array",
                "items": choice(UINT, {"$ref": "branch"}),
                "description": "L.",
            },
        },
    ),
    "further keys": schema(
        {"n": field(REF)},
        {"n": {"next": {"more": 1, "next": {"x": 1}}, "list": [{"y": 1}], "map": {"z": {"q": 1}}}},
        types={
            "node": {
                **record(
                    next=field(REF),
                    list=field({"type": "array", "items": REF}),
                    map=field({"type": "object", "additionalProperties": REF}),
                ),
                "x-extra": True,
            }
        },
    ),
    "closed": schema(
        {"n": field(REF)},
        {"n": {"next": {}}},
        types={"node": {**record(next=field(REF)), "additionalProperties": False}},
    ),
    "open": schema(
        {"n": field({**REF, "x-open": True})},
        {"n": {"id": 1, "next": 5}},
        types={"node": record("id", id=field(UINT), next=field({**REF, "x-open": True}))},
    ),
    "relayed": schema(
        {"n": field(REF, **{"x-relayed": True})},
        {"n": {"id": 1, "next": {"id": 2}}},
        types={"node": record("id", id=field(UINT), next=field(REF))},
    ),
    "one of several keys": schema(
        {"n": field(REF)},
        {"n": {"next": {"end": True}}},
        types={
            "node": {
                **record(next=field(REF), end=field({**BOOLEAN, "const": True})),
                "x-one-of-name": "step",
                "oneOf": [{"required": ["next"]}, {"required": ["end"]}],
            }
        },
    ),
    "at least one of them": schema(
        {"n": field(REF)},
        {"n": {"kids": [{"end": True}]}},
        types={
            "node": {
                **record(
                    kids=field({"type": "array", "items": REF, "minItems": 1}), end=field(BOOLEAN)
                ),
                "oneOf": [{"required": ["kids"]}, {"required": ["end"]}],
            }
        },
    ),
}


@pytest.mark.parametrize("files", RECURSIVE.values(), ids=RECURSIVE)
def test_all_judges_agree(tmp_path: Path, files: Data) -> None:
    with generated(files, tmp_path) as mini:
        agree(mini)


def test_a_mistake_deep_inside_has_its_place(tmp_path: Path) -> None:
    with generated(RECURSIVE["in a key, an array and a map"], tmp_path) as mini:
        value = {"id": 1, "kids": [{"id": 2, "map": {"a/b": {"id": 3, "next": {"id": -1}}}}]}
        place = "/d/n/kids/0/map/a~1b/next/id"
        frame = {"type": "thing", "seq": 1, "d": {"n": value}}
        refused(mini, "server", frame, [("FIELD_RANGE", place)])


def nested(depth: int, key: str, innermost: Any) -> Any:
    value = innermost
    for _ in range(depth):
        value = {"id": 1, key: value}
    return value


@pytest.mark.parametrize(
    ("name", "key"), [("in a key, an array and a map", "next"), ("further keys", "next")]
)
def test_values_as_deep_as_frames_may_be_and_deeper(tmp_path: Path, name: str, key: str) -> None:
    """A frame is the first level, its payload the second, the outermost record the third."""
    with generated(RECURSIVE[name], tmp_path) as mini:
        deepest = {"type": "thing", "seq": 1, "d": {"n": nested(125, key, {"id": 1})}}
        assert mini.errors("server", deepest) == []
        assert mini.models.frames.to_wire(mini.decode("server", deepest)) == deepest
        for levels in (126, 200, 300):
            deeper = {"type": "thing", "seq": 1, "d": {"n": nested(levels, key, {"id": 1})}}
            assert mini.errors("server", deeper) == [("JSON_TOO_DEEP", "/d/n" + 126 * f"/{key}")]
        assert {mini.models.server.ThingFrame: ("n",)} == mini.models.frames.FREE_JSON


def test_drawn_values_hold_others_of_their_type(tmp_path: Path) -> None:
    """Two levels more than they must."""
    with generated(RECURSIVE["two of each other"], tmp_path) as mini:
        depths: set[int] = set()

        def depth(value: Any) -> int:
            inner = [depth(v) for v in value.values() if isinstance(v, dict)]
            return 1 + max(inner, default=0)

        wire = mini.strategies.server_wire("thing")
        drawn(wire, lambda frame: depths.add(depth({"a": frame["d"]["a"]})), 60)
        assert {2, 4} <= depths


ENDLESS: list[tuple[str, Data, list[tuple[str, str, str]]]] = [
    (
        "a record that always holds another one",
        schema({"n": field(REF)}, {}, types={"node": record("next", next=field(REF))}),
        [("REF_NO_CYCLE", "types.yaml", "node:")],
    ),
    (
        "two that always hold each other",
        schema(
            {"a": field({"$ref": "a"})},
            {},
            types={
                "a": record("b", b=field({"$ref": "b"})),
                "b": record("a", a=field({"type": "array", "items": {"$ref": "a"}, "minItems": 1})),
            },
        ),
        [("REF_NO_CYCLE", "types.yaml", "a:"), ("REF_NO_CYCLE", "types.yaml", "b:")],
    ),
    (
        "an array of itself",
        schema(
            {"l": field({"$ref": "l"})},
            {},
            types={"l": {"type": "array", "items": {"$ref": "l"}, "description": "L."}},
        ),
        [("REF_NO_CYCLE", "types.yaml", "l:")],
    ),
    (
        "a secret in a record that holds itself",
        schema(
            {"n": field(REF)},
            {},
            types={"node": record(next=field(REF), key=field(**{"x-sensitive": True}))},
        ),
        [("KEYWORD_APPLIES", "types.yaml", "node:")],
    ),
]


@pytest.mark.parametrize(("files", "found"), [r[1:] for r in ENDLESS], ids=[r[0] for r in ENDLESS])
def test_refused_schemas(tmp_path: Path, files: Data, found: list[tuple[str, str, str]]) -> None:
    assert refused_schema(files, tmp_path) == found
