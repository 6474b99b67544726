"""What the example of each rule breaks, for whom and where: as it is edited, and the other way round.

What is expected stands in ``both_ways.txt``: ``UPDATE_GOLDEN=1`` writes it anew, to be read in the diff.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from voxspec.breaking.compare import compare
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.revision import Revision
from voxspec.breaking.rules import RULES
from voxspec.breaking.rules.applied import edited, example, write
from voxspec.breaking.verdict import Change

EXPECTED = Path(__file__).with_name("both_ways.txt")


def test_the_examples_of_all_rules_both_ways(tmp_path: Path) -> None:
    blocks = []
    for id_, rule in RULES.items():
        files = example(rule.group)
        old = of_folder(write(files, tmp_path / id_ / "old"), "old")
        new = of_folder(write(edited(files, rule.bad), tmp_path / id_ / "new"), "new")
        if rule.backwards:
            old, new = new, old
        lines = (*_told("there", old, new), *_told("back", new, old))
        blocks.append("\n".join((f"# {id_}", *lines)))
    text = "\n\n".join(blocks) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        EXPECTED.write_text(text, "utf-8")
    assert text == EXPECTED.read_text("utf-8")


def _told(way: str, before: Revision, after: Revision) -> Iterator[str]:
    """Rule, subject and place of each change, and how bad it is for whom."""
    for change in compare(before, after):
        yield f"{way}: {change.rule} {change.subject} at {_place(change, before, after)}"
        for effect in change.effects:
            yield f"  {effect.verdict.value} · {effect.who.value}"


def _place(change: Change, before: Revision, after: Revision) -> str:
    text = str(change.where)
    for revision, name in ((before, "before"), (after, "after")):
        text = text.replace(f"{revision.name}/", f"{name}/")
    return text
