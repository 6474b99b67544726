"""Rules between keys: whom they hurt beside what else is said of the keys, each told once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.breaking.test_table import (
    YES,
    A,
    changes_of,
    of_side,
    one_of,
    payload,
    verdicts_of,
    wanted,
)
from tests.voxspec.mini import Data

ONLY = {"else": {"not": {"required": ["b"]}}}


def when(made: Data, *required: str, **more: Any) -> Data:
    """A record in which keys must be there when ``a`` is true."""
    condition = {"properties": {"a": {"const": True}}, "required": ["a"]}
    return {**made, "if": condition, "then": {"required": [*required]}, **more}


YES_AND_B = payload("a", a=YES, b=A)
THREE = payload("a", a=YES, b=A, c=A)

ROWS: dict[str, tuple[Data, Data, dict[str, str]]] = {
    "one that must be there becomes one of two": (
        payload("a", a=A), one_of(payload("", a=A, b=A), "a", "b"),
        {"FIELD_REQUIRED_TO_OPTIONAL": ".xx.", "ONEOF_STRICTER": "....", "FIELD_ADDED": "...."},
    ),
    "one of two must be there": (
        one_of(payload("", a=A, b=A), "a", "b"), payload("a", a=A),
        {"FIELD_OPTIONAL_TO_REQUIRED": "x..x", "ONEOF_LOOSER": "....", "FIELD_NO_DELETE": "~.~."},
    ),
    "one that was always there is asked for in one case": (
        payload("a b", a=YES, b=A), when(YES_AND_B, "b"),
        {"FIELD_REQUIRED_TO_OPTIONAL": ".xx."},
    ),
    "one that was asked for in one case is always there": (
        when(YES_AND_B, "b"), payload("a b", a=YES, b=A), {"FIELD_OPTIONAL_TO_REQUIRED": "x..x"},
    ),
    "one may be there in other cases as well": (
        when(YES_AND_B, "b", **ONLY), when(YES_AND_B, "b"), {"ONEOF_LOOSER": ".xx."},
    ),
    "one may be there in no other case": (
        when(YES_AND_B, "b"), when(YES_AND_B, "b", **ONLY), {"ONEOF_STRICTER": "x..x"},
    ),
    "one less is asked for": (when(THREE, "b", "c"), when(THREE, "b"), {"ONEOF_LOOSER": ".xx."}),
    "one more is asked for": (when(THREE, "b"), when(THREE, "b", "c"), {"ONEOF_STRICTER": "x..x"}),
    "another is asked for": (when(THREE, "b"), when(THREE, "c"), {"ONEOF_STRICTER": "xxxx"}),
    "one of two has another name, and neither is asked for": (
        one_of(payload("", a=A, user_id=A), "a", "user_id"), payload("", a=A, member_id=A),
        {"FIELD_SAME_NAME": "~~~~", "ONEOF_LOOSER": ".xx."},
    ),
    "what is asked for has another name": (
        when(payload("a", a=YES, user_id=A), "user_id"),
        when(payload("a", a=YES, member_id=A), "member_id"),
        {"FIELD_SAME_NAME": "xxxx"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("side", ["client", "server"])
def test_a_rule(row: str, side: str, tmp_path: Path) -> None:
    before, after, told = ROWS[row]
    changes = changes_of(of_side(side, before), of_side(side, after), tmp_path)
    assert {change.rule: verdicts_of(change) for change in changes} == {
        rule: wanted(side, verdicts) for rule, verdicts in told.items()
    }
    assert len(changes) == len(told)


def test_in_words(tmp_path: Path) -> None:
    before, after, _ = ROWS["one more is asked for"]
    (change,) = changes_of(of_side("client", before), of_side("client", after), tmp_path)
    assert change.subject == "client/thing/required_when/a/True/b/c"
    assert change.message == (
        'the payload of "thing" of the client must have b and c when a is true now; before, b when a is true'
    )
