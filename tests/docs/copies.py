"""Copies of the repository, to follow the recipes of CONTRIBUTING.md on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.blocks import ROOT


@dataclass(frozen=True)
class Copy:
    """A copy of what git tracks, or would."""

    folder: Path

    def run(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module with the packages of the copy; its status is the caller's to check."""
        return self.python("-m", module, *arguments)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same for any arguments of Python."""
        paths = (str(self.folder / folder) for folder in ("codegen", "generated", "runtime"))
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def edit(self, path: str, before: str, after: str) -> None:
        """Replace the one place that ``before``, a regular expression, matches."""
        file = self.folder / path
        text, count = re.subn(before, after, file.read_text("utf-8"), flags=re.MULTILINE)
        assert count == 1, f"{path} has {count} places like {before!r}"
        file.write_text(text, "utf-8")


def copied(folder: Path) -> Copy:
    """A copy of the repository in a new folder below ``folder``."""
    copy = folder / "vox-protocol"
    for name in _files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    return Copy(copy)


def _files() -> list[str]:
    """What git tracks or would."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
