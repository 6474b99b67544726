"""How reports name the place of a finding: the file as others will find it, the connection, the frame."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from voxwire.checks import Finding

STDIN: Final = "<stdin>"
"""What findings about standard input name as their file."""

_LINE: Final = re.compile(r"line (\d+)(?:,|$)")


class Root:
    """The folder that paths in a report are relative to, by default the current one.

    Programs that show findings beside files, such as those of a code review, look for them from the
    root of the repository.
    """

    def __init__(self, folder: str | None = None) -> None:
        self._folder: Final = _normal(folder or ".")

    def relative(self, file: str) -> str:
        """`file` below the folder, with slashes; the absolute path where it is not below. What is no path
        stays as it is."""
        if file == STDIN or "://" in file:
            return file
        path = _normal(file)
        below = path.relative_to(self._folder) if path.is_relative_to(self._folder) else path
        return below.as_posix()


def _normal(path: str) -> Path:
    """An absolute path without ``..``; links stay as they were named."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - pathlib only does so by following links


def line_of(finding: Finding) -> int | None:
    """The line in the file, where the capture's format counts lines."""
    found = _LINE.match(finding.location or "")
    return int(found[1]) if found else None


def short_place(file: str, connection: int | None, frame: int | None = None) -> str:
    """Such as ``main.ndjson#c1:25``: the file, the connection and the frame."""
    if connection is None:
        return file
    place = f"{file}#c{connection}"
    return place if frame is None else f"{place}:{frame}"


def place_in_file(finding: Finding) -> str:
    """In words, such as ``connection 1, frame 25 (packet 17)``; empty where it is the whole file."""
    parts = []
    if finding.connection is not None:
        parts.append(f"connection {finding.connection}")
    if finding.frame is not None:
        parts.append(f"frame {finding.frame}")
    place = ", ".join(parts)
    return f"{place} ({finding.location})" if finding.location else place
