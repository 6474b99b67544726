"""Where a change is shown beside code: in a file that is there, as a path from the current folder."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from voxspec.breaking.result import Result
from voxspec.breaking.verdict import Change
from voxspec.report.places import Root


class Shown(NamedTuple):
    """A file, and the line and column in it; without them it is about the file as a whole."""

    path: str
    line: int | None = None
    column: int | None = None


def shown(result: Result, change: Change) -> Shown | None:
    """Where programs that show files show a change.

    What is gone stands in no file of today: it is shown at the protocol's file. None where the new
    revision is no folder.
    """
    where = change.where
    if Path(where.file).is_file():
        return Shown(Root().relative(where.file), where.line, where.column)
    whole = Path(result.schema) / "protocol.yaml"
    return Shown(Root().relative(str(whole))) if result.schema and whole.is_file() else None
