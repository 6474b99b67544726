"""How reports name files: as those who read them will find them."""

from __future__ import annotations

import os
from pathlib import Path


class Root:
    """The folder that paths in a report are relative to, by default the current one.

    Programs that show findings beside files, such as those of a code review, look for them from the
    root of the repository.
    """

    def __init__(self, folder: str = ".") -> None:
        self._folder = _normal(folder)

    def relative(self, file: str) -> str:
        """A file below the folder, with slashes; the absolute path where it is not below."""
        path = _normal(file)
        below = path.relative_to(self._folder) if path.is_relative_to(self._folder) else path
        return below.as_posix()


def _normal(path: str) -> Path:
    """An absolute path without ``..``; links stay as they were named."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - pathlib only does so by following links
