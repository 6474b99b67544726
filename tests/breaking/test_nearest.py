"""The value that shows a bound is the nearest one beyond it, whatever the other end's bound is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.breaking.test_table import NUMBER, TEXT, UINT, changes_of, of_side, typed
from tests.voxspec.mini import Data
from voxspec.breaking.verdict import Change, FrameProof

MAP: Data = {"type": "object", "additionalProperties": UINT}
SPACED: Data = {"type": "object", "x-json-form": "spaced-ascii"}


def text(least: int = 0, most: int = 0, pattern: str = "") -> Data:
    said = {"minLength": least, "maxLength": most, "pattern": pattern}
    return {**TEXT, **{keyword: value for keyword, value in said.items() if value}}


def array(**more: int) -> Data:
    return {"type": "array", "items": UINT, **more}


def number(**more: float) -> Data:
    return {**NUMBER, **more}


CASES: dict[str, tuple[Data, Data, Any]] = {
    "a text, much shorter": (text(most=500), text(most=200), "a" * 201),
    "a text, much longer": (text(most=500), text(most=100_000), "a" * 501),
    "a text of any length": (text(most=500), TEXT, "a" * 501),
    "beyond what is made by the way": (text(most=300_000), text(most=150_000), "a" * 150_001),
    "a least length": (text(least=2), text(least=10), "a" * 9),
    "a pattern": (text(most=500, pattern="^[a-z]+$"), text(most=200, pattern="^[a-z]+$"), "a" * 201),
    "a pattern of even lengths": (
        text(most=500, pattern="^(ab)+$"), text(most=201, pattern="^(ab)+$"), "ab" * 101,
    ),
    "a pattern of even lengths, next to an odd one": (
        text(most=500, pattern="^(ab)+$"), text(most=200, pattern="^(ab)+$"), "ab" * 101,
    ),
    "a pattern of even lengths, from below": (
        text(least=3, pattern="^(ab)+$"), text(least=9, pattern="^(ab)+$"), "ab" * 4,
    ),
    "a pattern that is long": (
        text(most=5000, pattern="^<[a-z]*>$"), text(most=2000, pattern="^<[a-z]*>$"),
        f"<{'a' * 1999}>",
    ),
    "a pattern for a part": (
        text(most=20, pattern="[0-9]-[0-9]"), text(most=10, pattern="[0-9]-[0-9]"), "aaaaaaaa0-0",
    ),
    "items": (array(maxItems=100), array(maxItems=20), [1] * 21),
    "more items": (array(maxItems=20), array(maxItems=1000), [1] * 21),
    "very many items": (array(), array(maxItems=7000), [1] * 7001),
    "least items": (array(minItems=1), array(minItems=8), [1] * 7),
    "JSON": (
        {"type": "object", "x-max-json-length": 1000}, {"type": "object", "x-max-json-length": 50},
        {"a": "a" * 43},
    ),
    "spaced JSON": (
        {**SPACED, "x-max-json-length": 50}, {**SPACED, "x-max-json-length": 1000},
        {"a": "a" * 42},
    ),
    "JSON of a map": (
        {**MAP, "x-max-json-length": 100}, {**MAP, "x-max-json-length": 40}, {"a" * 35: 1},
    ),
    "hardly any JSON": (
        {"type": "object", "x-max-json-length": 9}, {"type": "object", "x-max-json-length": 2},
        {"": 0},
    ),
    "a maximum": ({**UINT, "maximum": 1000}, {**UINT, "maximum": 100}, 101),
    "a minimum": (UINT, {**UINT, "minimum": 50}, 49),
    "a minimum that is lower": ({**UINT, "minimum": 50}, {**UINT, "minimum": 5}, 49),
    "a width": (UINT, {"type": "integer", "format": "uint64"}, 2**32),
    "a number": (number(maximum=1000), number(maximum=5.5), 5.6),
    "a whole number": (number(maximum=1000), number(maximum=5), 6),
    "a number with little room": (number(maximum=1), number(maximum=0.95), 0.96),
    "a number with less room": (number(maximum=1.25), number(maximum=1), 1.1),
    "a number without room for a step": (number(maximum=1.000001), number(maximum=1), 1.000001),
    "a number from above": (number(exclusiveMinimum=0), number(exclusiveMinimum=10), 10),
    "a number from below": (number(exclusiveMaximum=10), number(exclusiveMaximum=3), 3),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("side", ["client", "server"])
def test_the_nearest_value(case: str, side: str, tmp_path: Path) -> None:
    before, after, value = CASES[case]
    old, new = (of_side(side, expression) for expression in typed(before, after))
    assert values(changes_of(old, new, tmp_path)) == [value]


def values(changes: list[Change]) -> list[Any]:
    """What stands in the field in all frames that show something."""
    proofs = [effect.proof for change in changes for effect in change.effects]
    frames: list[Any] = [proof.frame for proof in proofs if isinstance(proof, FrameProof)]
    return [frame["d"]["a"] for frame in frames]


APART: dict[str, tuple[Data, Data, list[Any]]] = {
    "items": (array(minItems=50, maxItems=60), array(maxItems=10), [[1] * 10, [1] * 50]),
    "a text": (text(least=50, most=60), text(most=10), ["a" * 10, "a" * 50]),
    "an integer": (
        {**UINT, "minimum": 50, "maximum": 60}, {**UINT, "minimum": 5, "maximum": 10}, [10, 50],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", APART)
def test_bounds_that_share_nothing(case: str, tmp_path: Path) -> None:
    before, after, both = APART[case]
    old, new = (of_side("client", expression) for expression in typed(before, after))
    assert values(changes_of(old, new, tmp_path)) == both
