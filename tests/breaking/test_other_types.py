"""A type in another's place: told once, decided, and shown by the shortest frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.breaking.test_table import (
    NUMBER,
    TEXT,
    UINT,
    changes_of,
    of_side,
    payload,
    variant,
    verdicts_of,
    wanted,
)
from tests.voxspec.mini import ANY, Data, enum, field, record, union
from voxspec.breaking.verdict import Change, FrameProof
from voxspec.model import JsonValue

MAP: Data = {"type": "object", "additionalProperties": TEXT}
OBJECT: Data = {"type": "object"}
SHORT: Data = {"type": "object", "x-max-json-length": 9}
TYPES: dict[str, Data] = {
    "tree": record(leaf=field(), kids=field({"type": "array", "items": {"$ref": "tree"}})),
    "bag": {**record(x=field()), "x-extra": True},
    "small": {**UINT, "maximum": 9, "description": "S."},
    "limited": record(x=field(SHORT)),
    "long": {**variant("long"), "required": ["k", "x"]},
    "short": variant("short"),
    "either": union("long", "short"),
    "open": enum("a", **{"x-open": True}),
    "closed": enum("a"),
}
TYPES["long"]["properties"]["x"] = field(UINT)


def ref(name: str) -> Data:
    return {"$ref": name}


def nullable(expression: Data) -> Data:
    return {**expression, "type": [expression["type"], "null"]}


def changes(before: Data, after: Data, folder: Path, side: str = "client") -> list[Change]:
    """What a required field of another type is."""
    shapes = [payload("a", a=field(expression)) for expression in (before, after)]
    files = [of_side(side, shape, TYPES) for shape in shapes]
    return changes_of(files[0], files[1], folder)


ROWS: dict[str, tuple[Data, Data, list[tuple[str, str]]]] = {
    "text, and a number or null": (TEXT, nullable(UINT), [("FIELD_SAME_TYPE", "xxxx")]),
    "a number or null, and text": (nullable(UINT), TEXT, [("FIELD_SAME_TYPE", "xxxx")]),
    "text, and more than that": (
        TEXT, {"oneOf": [TEXT, UINT, {"type": "null"}]}, [("FIELD_TYPE_WIDENED", ".xx.")],
    ),
    "less than before": (
        {"oneOf": [TEXT, UINT, {"type": "null"}]}, TEXT, [("FIELD_TYPE_NARROWED", "x..x")],
    ),
    "more kinds, but no null": (
        nullable(TEXT), {"oneOf": [TEXT, UINT]},
        [("FIELD_LOSES_NULL", "x..x"), ("FIELD_TYPE_WIDENED", ".xx.")],
    ),
    "text, and seconds": (TEXT, {**UINT, "x-unit": "s"}, [("FIELD_SAME_TYPE", "xxxx")]),
    "seconds, and any JSON": ({**UINT, "x-unit": "s"}, ANY, [("FIELD_TYPE_WIDENED", ".xx.")]),
    "seconds, and more of other ones": (
        {**UINT, "x-unit": "s"}, {**NUMBER, "x-unit": "ms"},
        [("FIELD_SAME_UNIT", "xxxx"), ("FIELD_TYPE_WIDENED", ".xx.")],
    ),
    "seconds, and other ones beyond them": (
        {**UINT, "maximum": 9, "x-unit": "s"}, {**UINT, "minimum": 10, "x-unit": "ms"},
        [("CONSTRAINT_TIGHTENED", "x..x"), ("CONSTRAINT_LOOSENED", ".xx."), ("FIELD_SAME_UNIT", "....")],
    ),
    "text, and short objects": (TEXT, SHORT, [("FIELD_SAME_TYPE", "xxxx")]),
    "a map, and short objects": (
        MAP, SHORT, [("CONSTRAINT_TIGHTENED", "x..x"), ("FIELD_TYPE_WIDENED", ".xx.")],
    ),
    "any JSON, and short objects": (ANY, SHORT, [("FIELD_TYPE_NARROWED", "x..x")]),
    "a tree, and any object": (ref("tree"), OBJECT, [("FIELD_TYPE_WIDENED", ".xx.")]),
    "any object, and a tree": (OBJECT, ref("tree"), [("FIELD_TYPE_NARROWED", "x..x")]),
    "a map, and a tree": (MAP, ref("tree"), [("FIELD_SAME_TYPE", "xxxx")]),
    "a map, and a record that keeps other keys": (MAP, ref("bag"), [("FIELD_TYPE_WIDENED", ".xx.")]),
    "a type of its own, and a named one": ({**UINT, "maximum": 9}, ref("small"), []),
    "the same within a map": (
        {"type": "object", "additionalProperties": {**UINT, "maximum": 9}},
        {"type": "object", "additionalProperties": ref("small")}, [],
    ),
    "a map of objects, and a record of short ones": (
        {"type": "object", "additionalProperties": OBJECT}, ref("limited"), [("FIELD_TYPE_NARROWED", "?..?")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("side", ["client", "server"])
def test_each_is_told_once_and_decided(row: str, side: str, tmp_path: Path) -> None:
    before, after, told = ROWS[row]
    found = {
        change.rule: verdicts_of(change)
        for change in changes(before, after, tmp_path, side)
        if change.subject.startswith(f"{side}/thing")
    }
    assert found == {rule: wanted(side, verdicts) for rule, verdicts in told}


def shown(before: Data, after: Data, folder: Path) -> list[JsonValue]:
    """The values that show what breaks."""
    proofs = [
        effect.proof.frame
        for change in changes(before, after, folder)
        for effect in change.effects
        if isinstance(effect.proof, FrameProof)
    ]
    assert all(isinstance(frame, dict) for frame in proofs)
    return [frame["d"]["a"] for frame in proofs]  # type: ignore[call-overload, index]


@pytest.mark.parametrize(
    ("before", "after", "values"),
    [
        (TEXT, ref("either"), ["", {"k": "short"}]),
        (UINT, {"type": "integer", "format": "int64"}, [-1]),
        (UINT, {"type": "number", "maximum": 5.5}, [6, -1]),
        (ref("closed"), ref("open"), ["not_yet_known"]),
        (ref("tree"), OBJECT, [{"leaf": 0}]),
        (
            {**UINT, "x-unit": "s", "maximum": 9},
            {**UINT, "x-unit": "ms", "minimum": 4},
            [3, 10, 4, 9],
        ),
    ],
)
def test_the_shortest_frame(
    before: Data, after: Data, values: list[JsonValue], tmp_path: Path
) -> None:
    assert sorted(map(repr, shown(before, after, tmp_path))) == sorted(map(repr, values))
