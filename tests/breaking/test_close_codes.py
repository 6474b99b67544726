"""Close codes: one that is only called otherwise breaks nothing on the wire, and what does is said in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.breaking.test_table import BREAKS, changes_of, of_side, verdicts_of
from tests.conversations_compared.small import files as small
from tests.conversations_compared.small import revision
from tests.voxspec.mini import Data
from voxspec.breaking.compare import compare
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


def told(change: Change) -> list[tuple[Verdict, str]]:
    return [(effect.verdict, effect.what) for effect in change.effects]


def test_another_recovery_where_clients_give_up_or_come_back(tmp_path: Path) -> None:
    change = of_code(closing(), closing(recovery="fatal"), tmp_path)
    assert change.rule == "CLOSE_CODE_SAME_RECOVERY"
    assert change.message == "after 4001 TOO_MANY clients give up, and did not before"
    assert told(change) == [
        (Verdict.BREAKS, "old clients start a new session then"),
        (Verdict.BREAKS, "new clients give up then"),
    ]


@pytest.mark.parametrize(
    ("now", "said"),
    [({"recovery": "resume"}, "resume"), ({"delay": True}, "start a new session after a wait")],
)
def test_another_recovery_where_everybody_comes_back(now: Data, said: str, tmp_path: Path) -> None:
    """Nobody is refused, and nobody gives up: to log in and to resume is always possible."""
    old, new = small(), small()
    new["close_codes.yaml"]["close_codes"]["4001"] |= now
    (change,) = compare(revision(tmp_path, "old", old), revision(tmp_path, "new", new))
    assert change.categories == {Category.NOTE}
    assert told(change) == [
        (
            Verdict.LOSES,
            f"a new server closes with 4001, for clients to {said}; old clients start a new session then",
        ),
        (
            Verdict.LOSES,
            f"an old server closes with 4001, for clients to start a new session; new clients {said} then",
        ),
    ]


def listing(*codes: tuple[int, str, str]) -> Data:
    """Codes with their names and recoveries."""
    made = closing()
    made["close_codes.yaml"]["close_codes"] = {
        number: {"name": name, "recovery": recovery, "description": "It ends."}
        for number, name, recovery in codes
    }
    return made


def of_wire(change: Change) -> list[tuple[Who, Verdict, str]]:
    return [(e.who, e.verdict, e.what) for e in change.effects if e.who is not Who.SOURCE]


def test_what_nobody_sends_is_nobodys_break(tmp_path: Path) -> None:
    """1006 is that there was no close: what follows it, each client decides for itself."""
    for was, now in (("fatal", "identify"), ("identify", "fatal")):
        files = listing((1006, "LOST", was)), listing((1006, "LOST", now))
        change = of_code(*files, tmp_path)
        assert (change.rule, of_wire(change)) == ("CLOSE_CODE_SAME_RECOVERY", [])
    change = of_code(listing((1006, "LOST", "fatal")), listing(), tmp_path)
    assert (change.rule, of_wire(change)) == ("CLOSE_CODE_REMOVED", [])


def test_a_code_under_another_number_is_one_change(tmp_path: Path) -> None:
    change = of_code(
        listing((4002, "OUT", "identify")), listing((4042, "OUT", "identify")), tmp_path
    )
    assert (change.rule, change.subject) == ("CLOSE_CODE_REMOVED", "close_codes/4002")
    assert change.message == "the close code OUT is 4042 and not 4002"
    assert of_wire(change) == [
        (Who.OLD_CLIENTS, Verdict.LOSES, "old clients know nothing of 4042"),
        (Who.NEW_CLIENTS, Verdict.LOSES, "new clients know nothing of 4002"),
    ]


def test_clients_that_gave_up_come_back_after_a_code_that_they_do_not_know(tmp_path: Path) -> None:
    moved = of_code(listing((4002, "OUT", "fatal")), listing((4042, "OUT", "fatal")), tmp_path)
    said = "clients do not know that code, and connect again each time"
    assert of_wire(moved) == [
        (Who.OLD_CLIENTS, Verdict.BREAKS, f"old {said}"),
        (Who.NEW_CLIENTS, Verdict.BREAKS, f"new {said}"),
    ]
    gone = of_code(listing((4002, "OUT", "fatal")), listing(), tmp_path)
    assert of_wire(gone) == [(Who.NEW_CLIENTS, Verdict.BREAKS, f"new {said}")]
    come = of_code(listing(), listing((4002, "OUT", "fatal")), tmp_path)
    assert (come.rule, of_wire(come)) == (
        "CLOSE_CODE_ADDED",
        [
            (
                Who.OLD_CLIENTS,
                Verdict.LOSES,
                "old clients know nothing of 4002, and connect again where new ones give up",
            )
        ],
    )


def test_a_reason_that_only_one_revision_lists(tmp_path: Path) -> None:
    """Who does not list it does what the code says."""
    change = of_code(closing(reasons={"BANNED": REASON}), closing(reasons={}), tmp_path)
    assert (change.rule, change.subject) == (
        "CLOSE_CODE_SAME_RECOVERY",
        "close_codes/4001/reasons/BANNED",
    )
    assert told(change) == [
        (Verdict.BREAKS, "old clients give up then"),
        (Verdict.BREAKS, "new clients start a new session then"),
    ]
    same = {**REASON, "recovery": "identify"}
    assert changes_of(closing(reasons={"FULL": same}), closing(reasons={}), tmp_path) == []


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
