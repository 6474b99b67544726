"""Heartbeats that a server waits for and did not."""

from __future__ import annotations

from pathlib import Path

from tests.conversations_compared.made import compared
from tests.conversations_compared.small import files
from voxspec.breaking.verdict import Verdict, Who


def test_a_client_that_beats_as_it_is_to_is_not_given_up_on(tmp_path: Path) -> None:
    before = files()
    before["session.yaml"]["heartbeat"].pop("silence")
    (change,) = compared(tmp_path, before, files())
    assert (change.rule, change.subject) == (
        "SESSION_HEARTBEAT_SAME",
        "session/heartbeat/silence",
    )
    assert [(effect.who, effect.verdict) for effect in change.effects] == [
        (Who.OLD_CLIENTS, Verdict.LOSES)
    ]
