"""A folder of pages that a module makes: written, or held against what it would write."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path


def stale(folder: Path, pages: Mapping[str, str]) -> list[str]:
    """The names of pages that are missing, out of date, or made no more."""
    there = {path.name for path in folder.glob("*.md")}
    wrong = {
        name
        for name, text in pages.items()
        if name not in there or (folder / name).read_text("utf-8") != text
    }
    return sorted(wrong | (there - set(pages)))


def write(folder: Path, pages: Mapping[str, str]) -> None:
    """Write all pages, by their names, and remove those that are made no more."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")


def run(pages: Mapping[str, str], description: str, arguments: Sequence[str] | None = None) -> int:
    """The command of such a module: write the pages, or with ``--check`` name those that are stale."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("folder", type=Path, help="where the pages go")
    parser.add_argument("--check", action="store_true", help="only say which pages are out of date")
    options = parser.parse_args(arguments)
    if not options.check:
        write(options.folder, pages)
        return 0
    wrong = stale(options.folder, pages)
    for name in wrong:
        print(f"{options.folder / name} is not what the rules say")
    return 1 if wrong else 0
