"""Random edits of how a conversation goes, judged by conversations that are played."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.conversations_compared import edits
from tests.conversations_compared.made import Made, compared, made
from tests.conversations_compared.refusals import (
    Called,
    first_refusal,
    no_longer_passed_over,
    refused_step,
)
from tests.conversations_compared.replay import replay
from tests.conversations_compared.small import files, revision
from tests.properties.messages import examples
from tests.strategies.test_conversations import ASIDE
from tests.voxspec.mini import Data
from tests.voxwire import operations
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.frames.compare import compare_frames
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.verdict import Change, ConversationProof, Verdict, Who
from voxspec.findings import SchemaError
from voxwire.capture import read_capture
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.testing import capture_of

pytestmark = pytest.mark.hypothesis  # one of them is about what the other ones draw


def lenient(share: float) -> settings:
    """A share of the profile's examples, though many edits make no protocol."""
    slow = [HealthCheck.filter_too_much, HealthCheck.too_slow]
    drawn = [Phase.explicit, Phase.reuse, Phase.generate]  # to shrink an edit takes minutes
    return settings(examples(share), suppress_health_check=slow, phases=drawn)


OF_STATES = {
    "SESSION_MOVE_NO_DELETE",
    "SESSION_MOVE_ADDED",
    "SESSION_SAME_COURSE",
    "SESSION_REACTION_SAME",
}

_DRAWN = 2
"""Conversations of each revision that one edit is judged by."""


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("old")
    with made(revision(folder, "old", files()), "old") as before:
        yield before


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("edited")


def test_what_changes_nothing_is_no_finding(folder: Path) -> None:
    @lenient(1)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        after = files()
        edits.edited(data.draw, after, edits.HARMLESS)
        assert compared(folder, files(), after) == []
        assert compared(folder, after, files()) == []

    holds()


def test_what_is_played_and_refused_was_found(folder: Path, old: Made) -> None:
    """Conversations of either revision are played to the other one: what that refuses is somebody who
    is hurt, and what is said to prove it is refused where it says."""
    _plays(folder, old, files, edits.ANY, 1)


def test_what_is_refused_of_operations_was_found(folder: Path) -> None:
    """The same where there are streams and heartbeats of the server, and neither numbers nor resumes."""
    states = operations.SESSION["states"].values()
    rows = {
        side: ("any", *{row: 0 for s in states for row in s.get(side, {})}) for side in edits.SIDES
    }
    kinds = (edits.rename_state, edits.reorder, edits.reorder_rows, *edits.of_states(rows))
    begun = revision(folder, "old", operations.schema())
    with made(begun, "old", "old_operations") as old:
        _plays(folder, old, lambda: copy.deepcopy(operations.schema()), kinds, 0.4)


def _ignoring() -> Data:
    return files()


def _refusing() -> Data:
    """Whoever gets a message of an unknown type closes."""
    made = files()
    for side in ("of_client", "of_server"):
        made["session.yaml"]["mistakes"][side]["unknown_type"] = {"close": 4000}
    return made


@pytest.mark.parametrize("begun", [_ignoring, _refusing])
def test_what_the_other_side_does_not_know_was_found(
    begun: Callable[[], Data], folder: Path
) -> None:
    """The same where messages are renamed, come and go: what becomes of them, the tables say of whoever
    gets them."""
    name = begun.__name__.strip("_")
    with made(revision(folder, "old", begun()), "old", f"old_{name}") as old:
        kinds = edits.of_states(edits.ROWS)
        _plays(folder, old, begun, kinds, 1, edits.OF_MESSAGES)


def _plays(
    folder: Path,
    old: Made,
    begun: Callable[[], Data],
    kinds: tuple[edits.Edit, ...],
    share: float,
    of_messages: tuple[edits.Edit, ...] = (),
) -> None:
    @lenient(share)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        after = begun()
        if of_messages:
            for _ in range(data.draw(st.integers(1, 2))):
                data.draw(st.sampled_from(of_messages))(data.draw, after)
        if not of_messages or data.draw(st.booleans()):
            edits.edited(data.draw, after, kinds)
        try:
            revised = revision(folder, "new", after)
        except SchemaError:
            assume(False)
        proven = [*compare_conversations(old.revision, revised)]
        told = [*compare_frames(old.revision, revised)] if of_messages else []
        changes = [*proven, *told]
        with made(revised, "new") as new:
            for writer, reader in ((old, new), (new, old)):
                for _ in range(_DRAWN):
                    conversation = data.draw(writer.known.strategies.conversations(max_size=20))
                    _judge(changes, conversation, writer, reader, old)
            for change in proven:
                _prove(change, old, new)

    holds()


def _judge(changes: list[Change], conversation: Any, writer: Made, reader: Made, old: Made) -> None:
    """A conversation of one revision is taken by the other, with all that may be said in between, or
    somebody is hurt who is named."""
    moved = first_refusal(conversation, writer.known, reader.known)
    passed_over = no_longer_passed_over(conversation, writer.known, reader.known)
    for refused in filter(None, (moved, passed_over)):
        is_old_client = (refused.side == "client") == (writer is old)
        who = Who.OLD_CLIENTS if is_old_client else Who.NEW_CLIENTS
        verdicts = {e.verdict for c in changes for e in c.effects if e.who is who}
        assert verdicts & ({Verdict.BREAKS} if refused.breaks else {*Verdict}), (refused, who)
    if not changes:
        assert _found(conversation, reader) == set()


def _prove(change: Change, old: Made, new: Made) -> None:
    """What proves something is refused where it says: by the tables, where it is about the states, and
    else by the end that reads it, with its clock and its sessions."""
    if change.rule == "SESSION_MISTAKES_SAME" and not change.subject.endswith("/binary"):
        assert change.effects == ()
    for effect in change.effects:
        if not isinstance(effect.proof, ConversationProof):
            assert effect.verdict is not Verdict.BREAKS
            continue
        proof = effect.proof
        reader = new if proof.writer == "old" else old
        called, passed_over = _names(change, proof, old, new)
        if change.rule == "SESSION_NO_STANDSTILL":
            assert refused_step(proof.steps, reader.known, called) is None
            continue
        if change.rule in OF_STATES and proof.steps[-1].side is not None:
            at = refused_step(proof.steps, reader.known, called)
        else:
            refused = replay(effect, old.known, new.known, called, passed_over)
            at = None if refused is None else refused.at
            if at is None and "does not take it for" in proof.refusal:
                continue
        assert at == proof.breaks_at, (change.rule, change.subject, effect)


def _names(
    change: Change, proof: ConversationProof, old: Made, new: Made
) -> tuple[Called, frozenset[str]]:
    """What the reader calls messages that are renamed, but for the one that a change is about; and both
    names of that, which may be passed over."""
    called: dict[tuple[str, Any], Any] = {}
    passed_over: set[str] = set()
    for before, after in Pairs(old.revision, new.revision).messages_renamed:
        if change.rule == "MESSAGE_SAME_NAME" and change.now.rpartition("/")[2] == after.text:
            passed_over |= {before.text, after.text}
        elif proof.writer == "old":
            called[before.direction, before.type] = after.type
        else:
            called[before.direction, after.type] = before.type
    return called, frozenset(passed_over)


def _found(conversation: Any, reader: Made) -> set[str]:
    """What the checks of the other revision find in a conversation."""
    check = CaptureCheck("c.ndjson", Selection(), Statistics(), Sessions(), protocol=reader.known)
    findings = check.findings_in(read_capture(io.BytesIO(capture_of(conversation))))
    return {str(finding.rule) for finding in findings if finding.rule not in ASIDE}
