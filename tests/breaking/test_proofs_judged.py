"""Proofs of messages under other names, of close codes and of first numbers, judged by the packages of both
revisions: nothing in them is the writer's fault, and the reader's names what breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.breaking.test_renamed import PARTS, REFUSING, Edit, renamed, revised
from tests.conversations_compared.proofs import Judged, judged
from voxspec.breaking.compare import compare

PASSED_OVER: dict[str, set[str]] = {"heartbeat_answer": {"close"}}
"""Parts of messages that the reader passes over without a word: that it gives up is all that shows."""


def proofs(folder: Path, *edits: Edit, both: tuple[Edit, ...] = ()) -> list[Judged]:
    old, new = revised(folder / "old", *both), revised(folder / "new", *both, *edits)
    found = [*judged(old, new, compare(old, new))]
    assert [proof.against_the_writer for proof in found] == [[] for _ in found]
    return found


@pytest.mark.parametrize("refuses", [False, True])
@pytest.mark.parametrize(("side", "name", "role"), PARTS)
def test_another_name(side: str, name: str, role: str, refuses: bool, tmp_path: Path) -> None:
    both = (REFUSING,) if refuses else ()
    found = proofs(tmp_path, *renamed(side, name, f"{name}_now"), both=both)
    assert {proof.shown for proof in found} == (
        {"finding"} if refuses else PASSED_OVER.get(role, {"finding"})
    )


def test_frames(tmp_path: Path) -> None:
    """Nobody misses what came before a frame that is shown alone."""
    shorter = ("client/talk.yaml", "maxLength: 500", "maxLength: 400")
    renamed_key = ("server/talk.yaml", "session_id", "session")
    role = ("session.yaml", "session: session_id", "session: session")
    found = proofs(tmp_path, shorter, renamed_key, role)
    told = {(proof.change.rule, finding.rule.id) for proof in found for finding in proof.by_reader}
    assert told >= {("CONSTRAINT_TIGHTENED", "FIELD_LENGTH"), ("FIELD_SAME_NAME", "FIELD_MISSING")}
    assert {proof.shown for proof in found} == {"finding"}
    assert {finding.severity for proof in found for finding in proof.by_writer} == set()


def test_another_first_number(tmp_path: Path) -> None:
    first = ("protocol.yaml", "first: 1", "first: 3")
    found = proofs(tmp_path, first, ("protocol.yaml", "minimum: 1", "minimum: 0"))
    told = {
        str(finding.rule)
        for proof in found
        if proof.change.rule == "SEQ_SAME_START"
        for finding in proof.by_reader
    }
    assert told == {"SEQ_START"}


def test_a_close_that_means_something_else(tmp_path: Path) -> None:
    """Each package says what its own clients do then."""
    edit = ("close_codes.yaml", "SILENT, recovery: identify", "SILENT, recovery: fatal")
    found = [p for p in proofs(tmp_path, edit) if p.change.rule == "CLOSE_CODE_SAME_RECOVERY"]
    assert {proof.shown for proof in found} == {"close"}
    for proof in found:
        hints = [finding.hint for finding in (*proof.by_writer, *proof.by_reader)]
        assert set(hints) == {"next: connect again", "next: do not reconnect"}
