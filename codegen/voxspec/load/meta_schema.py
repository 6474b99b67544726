"""The dialect's own JSON Schema: where it lies, and its documents."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

KINDS = (
    "expression",
    "protocol",
    "close_codes",
    "permissions",
    "types",
    "messages",
    "session",
)
"""The kinds of files, and the expressions that several of them hold."""

ENDING = ".schema.json"
"""Of the files, which refer to each other by their names, so that editors find them beside each other."""


def meta_folder() -> Path:
    """Where the dialect's JSON Schema lies: inside the installed package, or in the source tree."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "schema" / "meta"
    return installed if installed.is_dir() else package.parents[1] / "schema" / "meta"


@cache
def document(kind: str) -> dict[str, Any]:
    """The schema of one kind."""
    text = (meta_folder() / f"{kind}{ENDING}").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
