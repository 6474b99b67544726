"""Writing: the only stage that touches disk. Atomic, only what changed, only files marked ours."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from voxspec.output.render import MARK

_HEAD = 2048
"""How many bytes of a file are read to find the mark; headers stand in the first lines."""


class NotOursError(Exception):
    """A file that would be overwritten does not carry the generator's mark."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How a folder differs from what was planned; paths are relative to the folder."""

    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    unchanged: int = 0
    diffs: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.orphans)


def compare(files: dict[str, str], folder: Path) -> Changes:
    """Compare the planned ``files`` with ``folder`` without touching it."""
    return _compared(files, folder, with_diffs=True)


def _compared(files: dict[str, str], folder: Path, *, with_diffs: bool) -> Changes:
    missing, stale = [], []
    diffs = {}
    for path in sorted(files):
        try:
            there = (folder / path).read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            missing.append(path)
            continue
        if there != files[path]:
            stale.append(path)
            if not with_diffs:
                continue
            diffs[path] = "".join(
                difflib.unified_diff(
                    there.splitlines(keepends=True),
                    files[path].splitlines(keepends=True),
                    f"{folder / path} (on disk)",
                    f"{folder / path} (from the schema)",
                    n=1,
                )
            )
    orphans = sorted(path for path in _marked(folder) if path not in files)
    unchanged = len(files) - len(missing) - len(stale)
    return Changes(tuple(missing), tuple(stale), tuple(orphans), unchanged, diffs)


def apply(files: dict[str, str], folder: Path) -> Changes:
    """Make ``folder`` hold the planned files and no other marked ones; returns what was done.

    Raises NotOursError before anything is written when a file in the way is not marked.
    """
    changes = _compared(files, folder, with_diffs=False)
    for path in changes.stale:
        if not _is_marked(folder / path):
            raise NotOursError(
                f"{folder / path} was not made by voxspec (its mark is missing); "
                "move it away, then generate again"
            )
    for path in (*changes.missing, *changes.stale):
        _write(folder / path, files[path])
    for path in changes.orphans:
        (folder / path).unlink()
        _remove_empty_parents(folder / path, folder)
    return changes


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(text.encode("utf-8"))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_empty_parents(path: Path, stop: Path) -> None:
    for parent in path.parents:
        if parent == stop or any(parent.iterdir()):
            return
        parent.rmdir()


def _marked(folder: Path) -> Iterator[str]:
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            path = Path(root) / name
            if _is_marked(path):
                yield path.relative_to(folder).as_posix()


def _is_marked(path: Path) -> bool:
    with path.open("rb") as file:
        return MARK.encode() in file.read(_HEAD)
