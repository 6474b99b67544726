"""Generating: every target's files from one model, formatted; a pure function of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from voxspec.load.dialect import keywords
from voxspec.model import Protocol
from voxspec.output.formatting import format_python
from voxspec.output.target import Target
from voxspec.targets import docs, jsonschema, python, strategies

TARGETS: Mapping[str, Target[Protocol]] = MappingProxyType(
    {
        "python": python.TARGET,
        "strategies": strategies.TARGET,
        "jsonschema": jsonschema.TARGET,
        "docs": docs.TARGET,
    }
)
"""The targets by name, in the order in which they are planned."""


def plan(protocol: Protocol) -> dict[str, str]:
    """All files of all targets: path below the output folder → text.

    Raises UnhandledKeywordError when a target forgets a keyword of the dialect, FormatterError when
    ruff is missing or refuses the code, and ValueError when two targets plan the same file.
    """
    files: dict[str, str] = {}
    dialect = keywords()
    for name, target in TARGETS.items():
        target.keywords.check(name, dialect)
        planned = target.plan(protocol)
        for path in planned.keys() & files.keys():
            raise ValueError(f"the target {name} plans {path}, which another one does too")
        files |= planned
    return format_python(files)
