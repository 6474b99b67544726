"""Heartbeats that a server waits for and did not."""

from __future__ import annotations

import copy
from pathlib import Path

from tests.conversations_compared.made import compared, made
from tests.conversations_compared.replay import replay
from tests.conversations_compared.small import files, revision
from tests.voxspec.mini import Data
from tests.voxwire import operations
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.verdict import ConversationProof, Verdict, Who


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


def test_the_other_side_goes_on_with_its_own_heartbeats_meanwhile(tmp_path: Path) -> None:
    """They are answered, or something else would end the connection before."""

    def beating(seconds: float) -> Data:
        schema = copy.deepcopy(operations.schema())
        session = schema["session.yaml"]
        given_up = {"value": 1, "unit": "heartbeats", "then": {"close": 4400}}
        session["heartbeat"] = {
            "interval": operations.number(8, "s"),
            "missed_answers": given_up,
        }
        session["server_heartbeat"] = {
            "interval": operations.number(seconds, "s"),
            "silence": {"value": 2, "unit": "intervals", "then": {"close": 4004}},
        }
        return schema

    revisions = (revision(tmp_path, "old", beating(10)), revision(tmp_path, "new", beating(30)))
    (change,) = compare_conversations(*revisions)
    (effect,) = (each for each in change.effects if each.who is Who.OLD_CLIENTS)
    assert isinstance(effect.proof, ConversationProof)
    said = [step.said for step in effect.proof.steps]
    begun = ["the connection opens", "connection_init", "connection_ack"]
    passes = "8 seconds pass without a heartbeat of the server"
    last = "4 seconds pass without a heartbeat of the server"
    assert said == [*begun, passes, "ping", "pong", passes, "ping", "pong", last]
    with made(revisions[0], "old") as old, made(revisions[1], "new") as new:
        refused = replay(effect, old.known, new.known)
    assert refused is not None
    assert (refused.at, refused.code) == (len(said) - 1, 4004)
