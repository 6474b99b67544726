"""Subprotocols: a client goes away where a server chooses none of those that it offers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversations_compared.small import files, revision
from tests.voxspec.mini import Data
from voxspec.breaking.connection.endpoint import endpoint
from voxspec.breaking.verdict import Verdict, Who

BREAKS, LOSES = Verdict.BREAKS, Verdict.LOSES
OLD, NEW = Who.OLD_CLIENTS, Who.NEW_CLIENTS


def speaking(*names: str, refuses: bool = True) -> Data:
    made = files()
    if names:
        made["protocol.yaml"]["endpoint"]["subprotocols"] = [*names]
        if refuses:
            made["session.yaml"]["refusals"]["subprotocol"] = {"close": 4004}
    return made


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            speaking("v1"),
            speaking("v2"),
            {"SUBPROTOCOL_NO_DELETE": {OLD: BREAKS}, "SUBPROTOCOL_ADDED": {NEW: BREAKS}},
        ),
        (speaking("v1"), speaking("v2", "v1"), {"SUBPROTOCOL_ADDED": {NEW: LOSES}}),
        (speaking("v1"), speaking(), {"SUBPROTOCOL_NO_DELETE": {OLD: BREAKS, NEW: BREAKS}}),
        (speaking(), speaking("v1"), {"SUBPROTOCOL_ADDED": {OLD: BREAKS, NEW: BREAKS}}),
        (
            speaking("v1", refuses=False),
            speaking(),
            {"SUBPROTOCOL_NO_DELETE": {OLD: BREAKS}},
        ),
        (speaking(), speaking("v1", refuses=False), {"SUBPROTOCOL_ADDED": {NEW: BREAKS}}),
    ],
    ids=["another", "one more", "none any more", "a first one", "a loose one", "a first loose one"],
)
def test_who_finds_nobody_to_speak_with(
    old: Data, new: Data, told: dict[str, dict[Who, Verdict]], tmp_path: Path
) -> None:
    found = endpoint(revision(tmp_path, "old", old), revision(tmp_path, "new", new))
    assert {
        change.rule: {effect.who: effect.verdict for effect in change.effects} for change in found
    } == told


def test_how_a_server_turns_away_who_offers_none(tmp_path: Path) -> None:
    old, new = revision(tmp_path, "old", speaking("v1")), revision(tmp_path, "new", speaking())
    (change,) = endpoint(old, new)
    assert [effect.what for effect in change.effects] == [
        "new servers do not speak v1",
        "old servers close with 4004 CODE_4004 where none is offered",
    ]
