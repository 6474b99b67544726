"""Close codes: one that is only called otherwise breaks nothing on the wire, and what does is said in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.breaking.test_table import BREAKS, changes_of, of_side, verdicts_of
from tests.voxspec.mini import Data
from voxspec.breaking.verdict import Category, Change, Verdict, Who
from voxspec.breaking.words import amount

REASON: Data = {"recovery": "fatal", "description": "The account is gone."}


def closing(name: str = "TOO_MANY", **more: Any) -> Data:
    files = of_side("server", False)
    code = {"name": name, "recovery": "identify", "description": "The room is full.", **more}
    files["close_codes.yaml"] = {"description": "How it ends.", "close_codes": {4001: code}}
    return files


def of_code(old: Data, new: Data, folder: Path) -> Change:
    (change,) = changes_of(old, new, folder)
    return change


def test_only_the_name(tmp_path: Path) -> None:
    change = of_code(closing(), closing("ROOM_FULL"), tmp_path)
    assert (change.rule, change.subject) == ("CLOSE_CODE_RENAMED", "close_codes/4001")
    assert change.categories == {Category.SOURCE}
    assert [effect.who for effect in change.effects] == [Who.SOURCE]


def test_a_name_that_is_a_reason_for_the_other_end(tmp_path: Path) -> None:
    old, new = (closing(name, reasons={"ROOM_FULL": REASON}) for name in ("TOO_MANY", "ROOM_FULL"))
    change = of_code(old, new, tmp_path)
    assert change.rule == "CLOSE_CODE_RENAMED"
    assert verdicts_of(change) == (BREAKS, None)
    assert change.effects[0].what == "old clients give up then, for that reason"


def test_a_name_with_another_meaning(tmp_path: Path) -> None:
    change = of_code(closing(), closing("LATE", description="Closed."), tmp_path)
    assert change.rule == "CLOSE_CODE_SAME_MEANING"
    assert verdicts_of(change) == (BREAKS, BREAKS)
    assert [e.what for e in change.effects if e.who is not Who.SOURCE] == [
        "old clients take it for TOO_MANY",
        "new clients take it for LATE",
    ]


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"recovery": "fatal"}, "give up"),
        ({"delay": True}, "start a new session after a wait"),
    ],
)
def test_another_recovery(now: Data, said: str, tmp_path: Path) -> None:
    change = of_code(closing(), closing(**now), tmp_path)
    assert change.rule == "CLOSE_CODE_SAME_RECOVERY"
    assert change.message == f"after 4001 TOO_MANY clients {said}, and did not before"
    assert [(effect.verdict, effect.what) for effect in change.effects] == [
        (Verdict.BREAKS, "old clients start a new session then"),
        (Verdict.BREAKS, f"new clients {said} then"),
    ]


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1, "heartbeats", "1 heartbeat"),
        (2, "heartbeats", "2 heartbeats"),
        (1, "s", "1 s"),
        (1, "ms", "1 ms"),
        (0.5, "intervals", "0.5 intervals"),
        (5.0, "seconds", "5 seconds"),
        (1_000_001, "messages", "1000001 messages"),
    ],
)
def test_amounts(value: float, unit: str, said: str) -> None:
    assert amount(value, unit) == said
