"""Flat frames: what is of the whole envelope is said once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conversations_compared.small import revision
from tests.voxspec.mini import UINT, Data, area, field, message, schema
from voxspec.breaking.compare import compare
from voxspec.breaking.differences import differing
from voxspec.breaking.verdict import Category


def flat(*, closed: bool, **payloads: Any) -> Data:
    made = schema()
    made["protocol.yaml"]["envelope"].pop("payload")
    made["protocol.yaml"]["envelope"]["closed"] = closed
    messages = {"move": message({"x": field(UINT)}, {"x": 1}, seq="never")}
    messages["stay"] = message({"y": field(UINT), "z": field(UINT)}, {}, seq="never")
    for name, payload in payloads.items():
        messages[name]["payload"] = payload
    made["client/main.yaml"] = area("main", **messages)
    made["server/main.yaml"] = area("main", moved=message({"x": field(UINT)}, {"x": 1}))
    return made


def test_frames_that_are_opened_or_closed(tmp_path: Path) -> None:
    open_, closed = (
        revision(tmp_path, name, flat(closed=name == "new")) for name in ("old", "new")
    )
    for before, after, rule in (
        (open_, closed, "ENVELOPE_CLOSED"),
        (closed, open_, "ENVELOPE_OPENED"),
    ):
        changes = compare(before, after)
        assert [change.rule for change in changes] == [rule]
        (one,) = differing(before, after, changes)
        assert one.subject == "envelope"


def test_all_fields_of_a_message_are_gone(tmp_path: Path) -> None:
    """With its payload: that is one thing, on the wire and in source code."""
    old = revision(tmp_path, "old", flat(closed=True))
    without = flat(closed=True, stay=False)
    without["client/main.yaml"]["messages"]["stay"]["examples"] = [{"summary": "One"}]
    changes = compare(old, revision(tmp_path, "new", without))
    (change,) = [change for change in changes if change.rule != "VERSION_BUMPED_ON_BREAK"]
    assert change.rule == "MESSAGE_PAYLOAD_REMOVED"
    assert change.categories == {Category.CLIENT, Category.SOURCE}
    assert change.effects[-1].what == "the attributes y and z of Stay are gone"
