"""What editors need for schema files: the dialect's JSON Schema beside them, and a line that names it.

The line is the one that the YAML language server reads, and with it the editors that use it::

    # yaml-language-server: $schema=.meta/types.schema.json
"""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from voxspec.load.meta_schema import ENDING, KINDS, meta_folder

META: Final = ".meta"
"""The folder in a schema folder for the dialect's JSON Schema; what is hidden there is no part of it."""

_FILES: Final = frozenset(KINDS) - {"expression", "messages"}
_AREAS: Final = ("client", "server", "both")
_LINE: Final = re.compile(rb"[ \t]*#[ \t]*yaml-language-server:[^\r\n]*(\r?\n|\Z)")
_COMMENTS: Final = re.compile(rb"(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*")


def meta_schemas() -> dict[str, str]:
    """The dialect's JSON Schema: its files, by their name."""
    return {
        f"{kind}{ENDING}": (meta_folder() / f"{kind}{ENDING}").read_text("utf-8") for kind in KINDS
    }


def schema_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """The schema files in a folder, and the kind of each."""
    for kind in sorted(_FILES):
        path = folder / f"{kind}.yaml"
        if path.is_file():
            yield path, kind
    for area in _AREAS:
        for path in sorted((folder / area).glob("*.yaml")):
            if path.is_file() and not path.name.startswith("."):
                yield path, "messages"


def modeline(path: Path, kind: str, meta: Path) -> str:
    """The line for the file ``path``, with the way from it to the folder ``meta``."""
    way = Path(os.path.relpath(meta, path.parent)).as_posix()
    return f"# yaml-language-server: $schema={way}/{kind}{ENDING}"


def with_modeline(data: bytes, line: str) -> bytes:
    """A file with the line: in place of the one that it has at its head, or before everything."""
    if data.startswith(BOM_UTF8):
        return BOM_UTF8 + with_modeline(data.removeprefix(BOM_UTF8), line)
    end = b"\r\n" if b"\r\n" in data[:4096] else b"\n"
    head = _COMMENTS.match(data)
    for found in _LINE.finditer(data, 0, head.end() if head else 0):
        if found.start() == 0 or data[found.start() - 1 : found.start()] == b"\n":
            return data[: found.start()] + line.encode() + (found[1] or end) + data[found.end() :]
    return line.encode() + end + data
