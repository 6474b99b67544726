"""Where a change is shown beside code: in a file that is there, as a path from the current folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from voxspec.breaking.result import Result
from voxspec.breaking.verdict import Change


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
        return Shown(_relative(where.file), where.line, where.column)
    whole = Path(result.schema) / "protocol.yaml"
    return Shown(_relative(str(whole))) if result.schema and whole.is_file() else None


def _relative(path: str) -> str:
    here, absolute = Path.cwd(), Path(os.path.abspath(path))  # noqa: PTH100 - links stay as named
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()
