"""What the small protocol does not have: streams, heartbeats of servers; and Vox itself."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conversations_compared.made import compared, made
from tests.conversations_compared.proofs import judged
from tests.conversations_compared.replay import replay
from tests.conversations_compared.small import revision
from tests.voxspec import tide
from tests.voxspec.mini import Data
from tests.voxwire import operations
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import ConversationProof, Effect, Verdict, Who
from voxspec.model.session import Close, Ignored, Reaction, Read
from voxspec.pipeline import load_with_sources

ROOT = Path(__file__).parents[2]
SCHEMAS = (
    ROOT / "schema" / "v1",
    ROOT / "examples" / "protocols" / "graphql-transport-ws" / "schema",
    tide.SCHEMA,
)


@pytest.mark.parametrize("folder", SCHEMAS, ids=lambda folder: folder.parts[-2])
def test_a_protocol_is_as_it_is(folder: Path) -> None:
    protocol, sources = load_with_sources(folder)
    revision = Revision("now", protocol, sources)
    assert [*compare_conversations(revision, revision)] == []


def test_revisions_without_files_have_their_name_for_a_place(tmp_path: Path) -> None:
    before, after = operations.schema(), _changed(lambda s: s["rates"].pop("knocks"))
    revisions = revision(tmp_path, "old", before), revision(tmp_path, "new", after)
    bare = [Revision(one.name, one.protocol, {}) for one in revisions]
    (change,) = compare_conversations(bare[0], bare[1])
    assert (change.rule, change.subject) == ("SESSION_RATE_SAME", "session/rates/knocks")
    assert change.where.file == "new"


def test_a_client_does_not_end_a_stream_any_more(tmp_path: Path) -> None:
    """It takes the key for free again, and the server does not."""
    change, effects = _one(
        tmp_path, lambda s: s["streams"]["operation"].update(ended_by=["server/complete"])
    )
    assert change == ("SESSION_STREAM_SAME", "session/streams/operation")
    begun = ["the connection opens", "connection_init", "connection_ack"]
    assert [(e.who, e.verdict, _said(e)) for e in effects] == [
        (Who.OLD_CLIENTS, Verdict.BREAKS, [*begun, "subscribe", "complete", "subscribe"]),
        (Who.NEW_CLIENTS, Verdict.LOSES, [*begun, "complete"]),
    ]


def test_a_stream_has_another_name(tmp_path: Path) -> None:
    def rename(session: Data) -> None:
        session["streams"] = {"search": session["streams"]["operation"]}

    assert compared(tmp_path, operations.schema(), _changed(rename)) == []


def test_heartbeats_of_the_server_come_less_often(tmp_path: Path) -> None:
    change, effects = _one(tmp_path, lambda s: s["server_heartbeat"]["interval"].update(value=30))
    assert change == ("SESSION_HEARTBEAT_SAME", "session/server_heartbeat/interval")
    ((who, verdict, said),) = [(e.who, e.verdict, _said(e)) for e in effects]
    assert (who, verdict) == (Who.OLD_CLIENTS, Verdict.BREAKS)
    assert said[-1] == "20 seconds pass without a heartbeat"


def test_the_server_is_less_patient_with_its_own_heartbeats(tmp_path: Path) -> None:
    change, effects = _one(
        tmp_path, lambda s: s["server_heartbeat"]["missed_answers"].update(value=1)
    )
    assert change == ("SESSION_MISSED_ANSWERS_SAME", "session/server_heartbeat/missed_answers")
    (effect,) = effects  # who answers each of them is never closed for that
    assert (effect.who, effect.verdict, effect.proof) == (Who.OLD_CLIENTS, Verdict.LOSES, None)
    assert effect.what.endswith(
        "after 1 heartbeat without an answer, where an old server waits for 2 heartbeats"
    )


def test_answers_do_not_give_the_payload_back_any_more() -> None:
    protocol, sources = load_with_sources(SCHEMAS[1])
    session = protocol.session
    assert session.heartbeat is not None
    silent = replace(session, heartbeat=replace(session.heartbeat, echoes_payload=False))
    after = Revision("new", replace(protocol, session=silent), sources)
    (change,) = compare_conversations(Revision("old", protocol, sources), after)
    assert (change.rule, change.subject) == (
        "SESSION_HEARTBEAT_MANNERS",
        "session/heartbeat/echoes_payload",
    )
    assert [(e.who, e.verdict) for e in change.effects] == [(Who.OLD_CLIENTS, Verdict.LOSES)]


@pytest.mark.parametrize("reaction", [Ignored(), Close(1003)], ids=["ignored", "closed"])
def test_what_was_read_as_binary_is_not_any_more(reaction: Reaction) -> None:
    """Where every message has a part, the first one shows it."""
    protocol, sources = load_with_sources(SCHEMAS[1])
    session = protocol.session
    assert session.mistakes_of_client.binary == Read()
    mistakes = replace(session.mistakes_of_client, binary=reaction)
    after = replace(protocol, session=replace(session, mistakes_of_client=mistakes))
    revisions = Revision("old", protocol, sources), Revision("new", after, sources)
    for one, other, who in (
        (*revisions, Who.OLD_CLIENTS),
        (*revisions[::-1], Who.NEW_CLIENTS),
    ):
        (change,) = compare_conversations(one, other)
        assert change.subject == "session/mistakes/of_client/binary"
        ((whom, verdict, said),) = [(e.who, e.verdict, _said(e)) for e in change.effects]
        assert (whom, verdict) == (who, Verdict.BREAKS)
        assert said == ["the connection opens", "connection_init"]


def test_a_user_has_several_addresses_and_an_address_several_users() -> None:
    protocol, sources = load_with_sources(SCHEMAS[0])
    session = protocol.session
    quota = session.refusals.sessions
    assert quota is not None
    refusals = replace(session.refusals, sessions=replace(quota, by="address"))
    after = replace(protocol, session=replace(session, refusals=refusals))
    (change,) = compare_conversations(
        Revision("old", protocol, sources), Revision("new", after, sources)
    )
    assert [(e.who, e.verdict, e.what) for e in change.effects] == [
        (
            Who.OLD_CLIENTS,
            Verdict.BREAKS,
            "an old client may count on 5 sessions for each user; a new server closes with 4006 "
            "RATE_LIMITED after 5 for each address",
        ),
        (
            Who.NEW_CLIENTS,
            Verdict.BREAKS,
            "a new client may count on 5 sessions for each address; an old server closes with 4006 "
            "RATE_LIMITED after 5 for each user",
        ),
    ]


def test_a_smaller_replay_window_and_a_state_out_of_order(tmp_path: Path) -> None:
    """Both are told of Vox, each by a conversation of its own."""
    shutil.copytree(SCHEMAS[0], tmp_path / "v1")
    path = tmp_path / "v1" / "session.yaml"
    text = path.read_text("utf-8")
    for before, after in (
        ("    value: 1000\n    unit: messages", "    value: 100\n    unit: messages"),
        ("    value: 999\n    unit: messages", "    value: 99\n    unit: messages"),
        ("{established: ready, heartbeat_answer", "{established: resuming, heartbeat_answer"),
    ):
        assert text.count(before) == 1
        text = text.replace(before, after)
    path.write_text(text, "utf-8")
    revisions = [
        Revision(n, *load_with_sources(f))
        for n, f in (("old", SCHEMAS[0]), ("new", tmp_path / "v1"))
    ]
    changes = [*compare_conversations(*revisions)]
    assert [(change.rule, change.subject) for change in changes] == [
        ("SESSION_SAME_COURSE", "session/states/identifying/server/ready"),
        ("SESSION_RESUME_WINDOW_SAME", "session/resume/reach"),
    ]
    with made(revisions[0], "old") as old, made(revisions[1], "new") as new:
        for effect in (effect for change in changes for effect in change.effects):
            if effect.verdict is Verdict.LOSES and effect.proof is None:
                continue
            assert isinstance(effect.proof, ConversationProof)
            refused = replay(effect, old.known, new.known)
            assert refused is not None
            assert refused.at == effect.proof.breaks_at
    found = [*judged(revisions[0], revisions[1], changes)]
    assert [proof.against_the_writer for proof in found] == [[]] * len(found)
    told = {(proof.change.subject, proof.shown) for proof in found}
    assert told == {
        ("session/states/identifying/server/ready", "finding"),
        ("session/states/identifying/server/ready", "close"),
        ("session/resume/reach", "close"),
    }


def _changed(change: Callable[[Any], object]) -> Data:
    files = copy.deepcopy(operations.schema())
    change(files["session.yaml"])
    return files


def _one(
    folder: Path, change: Callable[[Any], object]
) -> tuple[tuple[str, str], tuple[Effect, ...]]:
    """The only finding for a change, whose proofs are played."""
    revisions = (
        revision(folder, "old", operations.schema()),
        revision(folder, "new", _changed(change)),
    )
    (found,) = compare_conversations(*revisions)
    with made(revisions[0], "old") as old, made(revisions[1], "new") as new:
        for effect in found.effects:
            if effect.verdict is Verdict.LOSES and effect.proof is None:
                continue
            assert isinstance(effect.proof, ConversationProof)
            refused = replay(effect, old.known, new.known)
            assert refused is not None
            assert refused.at == effect.proof.breaks_at
    return (found.rule, found.subject), found.effects


def _said(effect: Effect) -> list[str]:
    assert isinstance(effect.proof, ConversationProof)
    return [step.said for step in effect.proof.steps]
