"""Where a change is shown beside code: in a file that is there, as a path from the current folder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from voxspec.breaking.result import Result
from voxspec.breaking.verdict import Change
from voxspec.findings import Findings, Place
from voxspec.load.source import parse
from voxspec.report.places import Root


class Shown(NamedTuple):
    """A file, and the line and column in it; without them it is about the file as a whole."""

    path: str
    line: int | None = None
    column: int | None = None


def shown(result: Result, change: Change) -> Shown | None:
    """Where programs that show files show a change.

    What is gone stands in no file of today: it is shown in the file that it was in, at what it was part
    of, or else at the protocol's file. None where the new revision is no folder.
    """
    where = change.where
    inside = where.file.removeprefix(f"{result.old}/")
    was_in = Path(result.schema) / inside
    if result.schema and inside != where.file and was_in.is_file():
        return _nearest(was_in, change.subject)
    if Path(where.file).is_file():
        return Shown(Root().relative(where.file), where.line, where.column)
    whole = Path(result.schema) / "protocol.yaml"
    return Shown(Root().relative(str(whole))) if result.schema and whole.is_file() else None


def _nearest(file: Path, subject: str) -> Shown:
    """The place in a file of what is named by as much of a subject as is there."""
    first, *names = subject.split("/")
    path, keys = Root().relative(str(file)), _keys(file.read_text("utf-8"))
    for wanted in (names, [first]):
        ranked = [(_matched(key, wanted), -len(key), place) for key, place in keys]
        count, _, place = max(ranked, key=lambda one: one[:2], default=(0, 0, Place("")))
        if count:
            return Shown(path, place.line, place.column)
    return Shown(path)


def _matched(path: tuple[str, ...], names: list[str]) -> int:
    """How many of the first names stand in a path, in their order, if it ends with one of them."""
    count, is_next = 0, False
    for step in path:
        is_next = count < len(names) and step == names[count]
        count += is_next
    return count if is_next else 0


@lru_cache(maxsize=8)
def _keys(text: str) -> tuple[tuple[tuple[str, ...], Place], ...]:
    """Every key of a file with its place."""
    source = parse(text, "", Findings())
    keys = {} if source is None else source.keys
    return tuple((tuple(map(str, path)), place) for path, place in keys.items())
