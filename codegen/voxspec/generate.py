"""Generating: every target's files from one model, formatted; a pure function of the schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from voxspec.keywords import Keywords
from voxspec.load.dialect import keywords
from voxspec.model import Protocol
from voxspec.output.formatting import format_python
from voxspec.targets import docs, jsonschema, python, strategies

TARGETS: Mapping[str, Callable[[Protocol], dict[str, str]]] = MappingProxyType(
    {
        "python": python.plan,
        "strategies": strategies.plan,
        "jsonschema": jsonschema.plan,
        "docs": docs.plan,
    }
)
"""The targets by name, in the order in which they are planned."""

KEYWORDS: Mapping[str, Keywords] = MappingProxyType(
    {
        "python": python.KEYWORDS,
        "strategies": strategies.KEYWORDS,
        "jsonschema": jsonschema.KEYWORDS,
        "docs": docs.KEYWORDS,
    }
)
"""What each target makes of the keywords of the dialect."""


def plan(protocol: Protocol) -> dict[str, str]:
    """All files of all targets: path below the output folder → text.

    Raises UnhandledKeywordError when a target forgets a keyword of the dialect, FormatterError when
    ruff is missing or refuses the code, and ValueError when two targets plan the same file.
    """
    files: dict[str, str] = {}
    dialect = keywords()
    for name, target in TARGETS.items():
        KEYWORDS[name].check(name, dialect)
        planned = target(protocol)
        for path in planned.keys() & files.keys():
            raise ValueError(f"the target {name} plans {path}, which another one does too")
        files |= planned
    return format_python(files)
