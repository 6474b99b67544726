"""No two edits of a conversation share a fingerprint, though they are of the same place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conversations_compared.cases import CASES
from tests.conversations_compared.made import compared
from tests.conversations_compared.small import files
from tests.voxspec.mini import Data

Edit = Callable[[Data], Any]

PAIRS: dict[str, tuple[Edit, Edit]] = {
    "what is masked of a token": (
        lambda s: s["tokens"][0].update(masked="[0-9]+"),
        lambda s: s["tokens"][0].update(masked="[A-Z]+"),
    ),
    "the reason of a close": (
        lambda s: s["refusals"].update(token={"close": 4000, "reason": "one"}),
        lambda s: s["refusals"].update(token={"close": 4000, "reason": "other"}),
    ),
    "every digit of a number": (
        lambda s: s["backoff"]["maximum"].update(value=1_000_001),
        lambda s: s["backoff"]["maximum"].update(value=1_000_002),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_two_edits_of_one_place(name: str, tmp_path: Path) -> None:
    found = [fingerprints(edit, tmp_path) for edit in PAIRS[name]]
    assert all(found)
    assert not found[0] & found[1]


def test_what_people_read_is_no_part_of_one(tmp_path: Path) -> None:
    """Where all of a conversation is new, it counts as it is, but for its rules in words."""
    (unstated,) = (case for case in CASES if case.rule == "SESSION_STATED")

    def told(text: str) -> set[str]:
        after = files()
        rule = {"id": "beats", "title": "Beats", "text": text}
        after["session.yaml"]["heartbeat"]["rules"] = [rule]
        return {change.fingerprint for change in compared(tmp_path, unstated.files(), after)}

    assert told("A client beats.") == told("Each client beats.")


def fingerprints(edit: Edit, folder: Path) -> set[str]:
    after = copy.deepcopy(files())
    edit(after["session.yaml"])
    return {change.fingerprint for change in compared(folder, files(), after)}


def test_all_cases(tmp_path: Path) -> None:
    told: dict[str, str] = {}
    for case in CASES:
        (change,) = compared(tmp_path, files(), case.files())
        assert change.was != change.now
        assert told.setdefault(change.fingerprint, case.name) == case.name
