"""What a command must not write to: what it reads, and what it has written before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def overwritten(written: Iterable[Path], read: Iterable[Path]) -> str:
    """A sentence about the first of the files that would take the place of something; empty if none does.

    ``read`` are files, and folders of schema files. What is there and no plain file loses nothing.
    """
    before: set[Path] = set()
    sources = [source.resolve() for source in read]
    for path in written:
        file = path.resolve()
        if file.exists() and not file.is_file():
            continue
        if file in before:
            return f"{path} would be written twice; give each report a file of its own"
        before.add(file)
        if any(_is_of(file, source) for source in sources):
            return f"{path} is what is read; write to another file"
    return ""


def _is_of(file: Path, source: Path) -> bool:
    return file == source or (file.suffix == ".yaml" and file.is_relative_to(source))
