"""What a receiver does with mistakes: it hurts whoever is let send such a thing by its own revision, and
nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conversations_compared.small import files, revision
from tests.voxspec.mini import Data
from voxspec.breaking.compare import compare
from voxspec.breaking.verdict import Category, Change, Verdict, Who

CLOSE = {"close": 4000}

MISTAKES = (
    "not_json",
    "not_object",
    "payload_not_object",
    "binary",
    "unknown_type",
    "invalid",
    "out_of_place",
    "wrong_direction",
)


def found(folder: Path, old: Data, new: Data) -> list[Change]:
    changes = compare(revision(folder, "old", old), revision(folder, "new", new))
    return [change for change in changes if change.rule != "VERSION_BUMPED_ON_BREAK"]


def taking(name: str, then: Any, side: str = "of_client") -> Data:
    made = files()
    made["session.yaml"]["mistakes"][side][name] = then
    return made


@pytest.mark.parametrize("side", ["of_client", "of_server"])
@pytest.mark.parametrize("name", MISTAKES)
def test_what_nobody_sends_hurts_nobody(name: str, side: str, tmp_path: Path) -> None:
    """Either way, for every mistake, a note says it."""
    lenient, strict = taking(name, "ignored", side), taking(name, CLOSE, side)
    for old, new in ((lenient, strict), (strict, lenient)):
        (change,) = found(tmp_path, old, new)
        assert (change.rule, change.subject) == (
            "SESSION_MISTAKES_SAME",
            f"session/mistakes/{side}/{name}",
        )
        assert change.categories == {Category.NOTE}
        assert change.effects == ()


def test_a_stricter_receiver_says_what_it_will_hurt(tmp_path: Path) -> None:
    lenient, strict = taking("unknown_type", "ignored"), taking("unknown_type", CLOSE)
    (stricter,) = found(tmp_path, lenient, strict)
    assert stricter.hint == (
        "each message that a later revision adds ends the connection to servers of this one"
    )
    (laxer,) = found(tmp_path, strict, lenient)
    assert laxer.hint == ""


def test_a_message_that_is_gone_for_a_stricter_receiver(tmp_path: Path) -> None:
    """The same change hurts whoever has what the receiver does not know: by that message."""
    new = taking("unknown_type", CLOSE)
    new["client/main.yaml"]["messages"].pop("wave")
    changes = {change.rule: change for change in found(tmp_path, files(), new)}
    assert changes["SESSION_MISTAKES_SAME"].effects == ()
    gone = changes["MESSAGE_NO_DELETE"]
    assert [(e.who, e.verdict) for e in gone.effects if e.who is not Who.SOURCE] == [
        (Who.OLD_CLIENTS, Verdict.BREAKS)
    ]
    assert "close with 4000" in gone.effects[0].what


def test_naming_all_that_there_is_hurts_nobody(tmp_path: Path) -> None:
    """Where "any" was, all messages of today are listed: only what is added later is refused."""
    old, new = files(), files()
    named = dict.fromkeys(("heartbeat", "client/say", "client/look", "client/wave"), "stays")
    for made in (old, new):
        rejoining = made["session.yaml"]["states"]["rejoining"]
        rejoining["client_otherwise"].pop("any")
        rejoining["client"] = {**named, "any": "stays"}
        made["session.yaml"]["states"]["talking"]["client"] = {**named, "any": "stays"}
    new["session.yaml"]["states"]["talking"]["client"].pop("any")
    new["session.yaml"]["states"]["talking"]["client_otherwise"]["any"] = {"close": 4003}
    (change,) = found(tmp_path, old, new)
    assert (change.rule, change.subject) == (
        "SESSION_MOVE_NO_DELETE",
        "session/states/talking/client/any",
    )
    assert change.categories == {Category.NOTE}
    assert change.effects == ()
    assert change.hint == (
        "nobody has such a message today: one that a later revision adds is refused there"
    )
