"""A capability that is gone: one finding, which says what becomes of who asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversations_compared.small import files, revision
from tests.voxspec.mini import Data
from voxspec.breaking.compare import compare
from voxspec.breaking.imported import generated
from voxspec.breaking.verdict import FrameProof, Verdict, Who

GONE = 'new servers have no capability "images", and do nothing for who asks for it'


def able(*names: str, is_open: bool, is_said: bool = False) -> Data:
    """Clients ask for these when they log in; servers may also say which they have."""
    made = files()
    asked = {"type": "array", "items": {"$ref": "ability"}, "description": "What it can."}
    made["types.yaml"] = {
        "types": {
            "ability": {
                "description": "Something that it can.",
                "type": "string",
                "enum": [*names],
                "x-open": is_open,
                "x-enum-descriptions": {name: f"It has {name}." for name in names},
            }
        }
    }
    join = made["client/main.yaml"]["messages"]["join"]
    join["payload"]["properties"]["can"] = asked
    made["session.yaml"]["roles"]["login"]["capabilities"] = "can"
    if is_said:
        made["server/main.yaml"]["messages"]["joined"]["payload"]["properties"]["can"] = asked
    return made


@pytest.mark.parametrize("is_said", [False, True])
@pytest.mark.parametrize("is_open", [False, True])
def test_a_capability_that_is_gone(is_open: bool, is_said: bool, tmp_path: Path) -> None:
    had, has = ("voice", "images"), ("voice",)
    old = revision(tmp_path, "old", able(*had, is_open=is_open, is_said=is_said))
    new = revision(tmp_path, "new", able(*has, is_open=is_open, is_said=is_said))
    (change,) = [c for c in compare(old, new) if c.rule != "VERSION_BUMPED_ON_BREAK"]
    assert (change.rule, change.subject) == ("CAPABILITY_NO_DELETE", "capabilities/images")
    of_old, *others = [e for e in change.effects if e.who is not Who.SOURCE]
    assert (of_old.who, of_old.verdict) == (Who.OLD_CLIENTS, Verdict.BREAKS)
    assert isinstance(of_old.proof, FrameProof)
    refused = generated(new.protocol).errors("client", of_old.proof.frame)
    if is_open:
        assert (of_old.what, of_old.proof.refusal, refused) == (GONE, GONE, [])
    else:
        assert of_old.proof.refusal == refused[0].message
    missed = Verdict.LOSES if is_open else Verdict.BREAKS
    assert [(e.who, e.verdict) for e in others] == [(Who.NEW_CLIENTS, missed)] * is_said
    assert change.reaches == ("client/join", *["server/joined"] * is_said)
