"""Heartbeats that come or go: who beats is not answered, and who waits hears none."""

from __future__ import annotations

from pathlib import Path

from tests.conversations_compared.made import made
from tests.conversations_compared.replay import replay
from tests.conversations_compared.small import files, revision
from tests.voxspec.mini import Data
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.verdict import Change, ConversationProof, Verdict, Who


def without_heartbeats() -> Data:
    """The messages are there, and are nothing special."""
    made = files()
    session = made["session.yaml"]
    del session["heartbeat"]
    for role in ("heartbeat", "heartbeat_answer"):
        del session["roles"][role]
    del session["roles"]["greeting"]["heartbeat_interval"]
    _name_rows(session)
    return made


def without_answers() -> Data:
    """The client beats, and nobody has to answer."""
    made = files()
    session = made["session.yaml"]
    del session["roles"]["heartbeat_answer"]
    del session["heartbeat"]["missed_answers"]
    _name_rows(session)
    return made


def _name_rows(session: Data) -> None:
    names = {"heartbeat": "client/ping", "heartbeat_answer": "server/pong"}
    for state in session["states"].values():
        for side in ("client", "server"):
            if side in state:
                state[side] = {
                    row if row in session["roles"] else names.get(row, row): after
                    for row, after in state[side].items()
                }


def test_heartbeats_are_one_finding_that_hurts_both(tmp_path: Path) -> None:
    for before, after in ((files(), without_heartbeats()), (without_heartbeats(), files())):
        (change,) = _compared(tmp_path, before, after)
        assert (change.rule, change.subject) == ("SESSION_HEARTBEAT_SAME", "session/heartbeat")
        assert [(e.who, e.verdict) for e in change.effects] == [
            (Who.OLD_CLIENTS, Verdict.BREAKS),
            (Who.NEW_CLIENTS, Verdict.BREAKS),
        ]


def test_a_server_that_need_not_answer(tmp_path: Path) -> None:
    changes = _compared(tmp_path, files(), without_answers())
    assert [(change.rule, len(change.effects)) for change in changes] == [
        ("SESSION_ROLE_SAME", 0),
        ("SESSION_MISSED_ANSWERS_SAME", 1),
    ]
    assert changes[0].message == 'no message has the role "heartbeat_answer" any more'
    (effect,) = changes[1].effects
    assert (effect.who, effect.verdict) == (Who.OLD_CLIENTS, Verdict.BREAKS)
    assert effect.what == (
        "a new server answers no heartbeats; an old client closes with 4000 CODE_4000 after 2"
    )
    assert [
        effect.who for effect in _compared(tmp_path, without_answers(), files())[1].effects
    ] == [Who.NEW_CLIENTS]


def _compared(folder: Path, before: Data, after: Data) -> list[Change]:
    """What is found, whose proofs are played."""
    revisions = revision(folder, "old", before), revision(folder, "new", after)
    changes = [*compare_conversations(*revisions)]
    with made(revisions[0], "old") as old, made(revisions[1], "new") as new:
        for effect in (effect for change in changes for effect in change.effects):
            refused = replay(effect, old.known, new.known)
            assert isinstance(effect.proof, ConversationProof)
            assert refused is not None
            assert refused.at == effect.proof.breaks_at
    return changes
