"""The example of the rules, and what edits make of it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from voxspec.breaking.compare import compare
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.rules.rule import BreakingRule, Edit, Group
from voxspec.breaking.verdict import Change

OLD: Final = "main:schema"
"""What the earlier schema of an example is called."""


def example(group: Group | None = None) -> dict[str, str]:
    """The files of an example: path in the schema folder to text. Conversations have one of their own."""
    name = "example_of_conversations" if group is Group.CONVERSATION else "example"
    return dict(sorted(_files(resources.files("voxspec") / "breaking" / "rules" / name, "")))


def edited(files: dict[str, str], edits: Iterable[Edit]) -> dict[str, str]:
    """The files with pieces of them replaced. ValueError for a piece that is not there once."""
    made = dict(files)
    for edit in edits:
        if not edit.old and not edit.new:
            del made[edit.file]
            continue
        count = made[edit.file].count(edit.old)
        if count != 1:
            raise ValueError(f"{edit.file} has {count} times {edit.old!r}")
        made[edit.file] = made[edit.file].replace(edit.old, edit.new)
    return made


def found(rule: BreakingRule, edits: Iterable[Edit]) -> list[Change]:
    """All that differs when the example of a rule is edited."""
    files = example(rule.group)
    with TemporaryDirectory(prefix="voxspec-") as temporary:
        revisions = [
            of_folder(write(texts, Path(temporary) / name), name)
            for name, texts in ((OLD, files), ("schema", edited(files, edits)))
        ]
        old, new = reversed(revisions) if rule.backwards else revisions
        return compare(old, new)


def write(files: dict[str, str], folder: Path) -> Path:
    """Write the files of a schema."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def _files(folder: Traversable, before: str) -> Iterable[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{before}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield f"{before}{entry.name}", entry.read_text("utf-8")
