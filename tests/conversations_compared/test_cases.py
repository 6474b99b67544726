"""Each kind of change, in both directions: what is found, whom it hurts, and that the proof holds.

What is expected stands in ``found.txt``: ``UPDATE_GOLDEN=1`` writes it anew, to be read in the diff.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversations_compared.cases import CASES, Case
from tests.conversations_compared.made import Made, compared, made
from tests.conversations_compared.replay import replay
from tests.conversations_compared.small import files, revision
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.rules.conversation import RULES
from voxspec.breaking.verdict import Category, Change, ConversationProof, Verdict

FOUND = Path(__file__).with_name("found.txt")

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))

ELSEWHERE = {"SESSION_STREAM_SAME", "SESSION_NO_STANDSTILL"}
"""Rules that are about more than this protocol has."""

TOLD = {
    "HEARTBEAT_SAME_UNIT",
    "SESSION_ROLE_SAME",
    "SESSION_ROLE_SAME_FIELD",
    "SESSION_ROLE_SAME_ABSENCE",
    "SESSION_CLOSE_CODE_SAME_RECOVERY",
    "SESSION_QUOTA_SAME",
    "SESSION_STATED",
}
"""Rules whose proofs end with something that is misunderstood, and not with a refusal; or with one that is
up to whoever runs the server; or before it has greeted, which a real one does at once."""


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in RULES} == {
        *(case.rule for case in CASES),
        *(case.back for case in CASES if case.back),
        *ELSEWHERE,
    }


def test_nothing_changes_nothing(tmp_path: Path) -> None:
    assert compared(tmp_path, files(), files()) == []


@each_case
def test_one_finding_in_each_direction(case: Case, tmp_path: Path) -> None:
    there, back = (
        [(change.rule, change.subject, change.session) for change in changes]
        for changes in _both_ways(case, tmp_path)
    )
    assert there == [(case.rule, case.subject, True)]
    assert back == [(case.back or case.rule, case.subject, True)]


@each_case
def test_who_is_hurt_and_how(case: Case, tmp_path: Path) -> None:
    there, back = _both_ways(case, tmp_path)
    told = "\n".join((f"# {case.name}", *_lines("there", there), *_lines("back", back)))
    known = _expected()
    if os.environ.get("UPDATE_GOLDEN"):
        known[case.name] = told
        FOUND.write_text(
            "\n\n".join(known[c.name] for c in CASES if c.name in known) + "\n", "utf-8"
        )
    assert told == known[case.name]


@each_case
def test_what_proves_it_is_refused_there(case: Case, tmp_path: Path) -> None:
    revisions = revision(tmp_path, "old", files()), revision(tmp_path, "new", case.files())
    for before, after in (revisions, revisions[::-1]):
        changes = [*compare_conversations(before, after)]
        with made(before, "old") as old, made(after, "new") as new:
            for change in changes:
                _prove(change, old, new)


def test_what_breaks_a_conversation_is_of_its_own_category(tmp_path: Path) -> None:
    by_name = {case.name: case for case in CASES}
    (breaking,) = compared(tmp_path, files(), by_name["sessions live shorter"].files())
    assert breaking.categories == {Category.SESSION}
    (note,) = compared(tmp_path, files(), by_name["clients wait longer"].files())
    assert note.categories == {Category.NOTE}


def test_where_it_stands(tmp_path: Path) -> None:
    """In the new files; in the old ones, if it is gone."""
    by_name = {case.name: case for case in CASES}
    (kept,) = compared(tmp_path, files(), by_name["sessions live shorter"].files())
    line = Path(kept.where.file).read_text("utf-8").split("\n")[kept.where.line - 1]
    assert (line[kept.where.column - 1 :], Path(kept.where.file).name) == (
        "value: 60",
        "session.yaml",
    )
    (gone,) = compared(tmp_path, files(), by_name["a message is not allowed any more"].files())
    line = Path(gone.where.file).read_text("utf-8").split("\n")[gone.where.line - 1]
    assert line.strip() == "heartbeat: stays"


def _both_ways(case: Case, folder: Path) -> tuple[list[Change], list[Change]]:
    return (
        compared(folder, files(), case.files()),
        compared(folder, case.files(), files()),
    )


def _prove(change: Change, old: Made, new: Made) -> None:
    for effect in change.effects:
        if not isinstance(effect.proof, ConversationProof):
            assert effect.verdict is not Verdict.BREAKS
        elif change.rule not in TOLD and "binary" not in change.subject:
            refused = replay(effect, old.known, new.known)
            assert refused is not None, effect
            assert refused.at == effect.proof.breaks_at, effect
            code = "passes over it" if refused.code is None else f"closes with {refused.code} "
            assert code in effect.proof.refusal


def _expected() -> dict[str, str]:
    """The expectations by the names of their cases."""
    blocks = FOUND.read_text("utf-8").rstrip("\n").split("\n\n") if FOUND.exists() else []
    return {block.split("\n")[0].removeprefix("# "): block for block in blocks if block}


def _lines(way: str, changes: list[Change]) -> Iterator[str]:
    for change in changes:
        yield f"{way}: {change.message} ({change.was} → {change.now})"
        if change.reaches:
            yield f"    in {', '.join(change.reaches)}"
        for effect in change.effects:
            yield f"  {effect.verdict} for {effect.who}: {effect.what}"
            if isinstance(effect.proof, ConversationProof):
                said = [
                    f"{s.said} × {s.times}" if s.times > 1 else s.said for s in effect.proof.steps
                ]
                yield f"    {', '.join(said)}"
