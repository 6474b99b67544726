"""What ``voxspec diff`` and ``voxspec changelog`` say of edits of every kind, word by word.

What is expected stands in ``told.txt``: ``UPDATE_GOLDEN=1`` writes it anew, to be read in the diff.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.breaking.edits import OF_ROOM
from tests.breaking.edits_of_conversations import BEFORE, OF_LINE
from voxspec.breaking.compare import compare
from voxspec.breaking.differences import differing
from voxspec.breaking.differences.changelog import changelog
from voxspec.breaking.differences.marked import Marked
from voxspec.breaking.differences.report import text_lines
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.revision import Revision
from voxspec.breaking.rules import RULES, Edit, Group
from voxspec.breaking.rules.applied import edited, example, write
from voxspec.breaking.verdict import Category, Change
from voxspec.report.style import Style

TOLD = Path(__file__).with_name("told.txt")


def revisions(group: Group, edits: tuple[Edit, ...], folder: Path) -> tuple[Revision, Revision]:
    """An example before and after edits."""
    files = example(group)
    if group is Group.CONVERSATION:
        files = edited(files, BEFORE)
    before, after = files, edited(files, edits)
    return of_folder(write(before, folder / "before"), "before"), of_folder(
        write(after, folder / "schema"), "schema"
    )


def compared(old: Revision, new: Revision) -> tuple[list[Change], list[Marked]]:
    changes = compare(old, new)
    return changes, differing(old, new, changes)


def told(group: Group, edits: tuple[Edit, ...], folder: Path) -> Iterator[str]:
    """What both commands print."""
    old, new = revisions(group, edits, folder)
    changes, found = compared(old, new)
    yield from text_lines(old, new, found, Style())
    yield ""
    for line in "\n".join(changelog(old, new, found, changes)).split("\n")[1:]:
        if line:
            yield f"    {line}"


def test_what_is_told_of_edits(tmp_path: Path) -> None:
    blocks = []
    edits_of = [(Group.FIELDS, *one) for one in OF_ROOM.items()]
    edits_of += [(Group.CONVERSATION, *one) for one in OF_LINE.items()]
    for at, (group, name, edits) in enumerate(edits_of):
        lines = told(group, edits, tmp_path / str(at))
        blocks.append("\n".join((f"# {name}", *lines)))
    text = "\n\n".join(blocks) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        TOLD.write_text(text, "utf-8")
    assert text == TOLD.read_text("utf-8")


@pytest.mark.parametrize("id_", sorted(RULES.keys() - {"MESSAGE_STAYS_READABLE"}))
def test_every_break_is_a_difference_at_its_place(id_: str, tmp_path: Path) -> None:
    rule = RULES[id_]
    files = example(rule.group)
    pair = [
        of_folder(write(texts, tmp_path / name), name)
        for name, texts in (("before", files), ("schema", edited(files, rule.bad)))
    ]
    old, new = reversed(pair) if rule.backwards else pair
    changes, found = compared(old, new)
    breaking = [change for change in changes if change.categories - {Category.NOTE}]
    assert all(one.difference for one in found)
    marked = {change.fingerprint for one in found for change in one.changes}
    assert {change.fingerprint for change in breaking} <= marked
    assert found or id_ == "VERSION_BUMPED_ON_BREAK"
    count = len({change.fingerprint for change in breaking})
    *_, last = text_lines(old, new, found, Style())
    said = f"{count} break{'s' * (count > 1)}" if count else "nothing breaks"
    assert last.endswith(f"difference{'s' * (len(found) > 1)}, {said}")
