"""Generating: every target's files from one model, formatted; a pure function of the schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

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


def plan(protocol: Protocol) -> dict[str, str]:
    """All files of all targets: path below the output folder → text.

    Raises FormatterError when ruff is missing or refuses the code, and ValueError when two
    targets plan the same file.
    """
    files: dict[str, str] = {}
    for name, target in TARGETS.items():
        planned = target(protocol)
        for path in planned.keys() & files.keys():
            raise ValueError(f"the target {name} plans {path}, which another one does too")
        files |= planned
    return format_python(files)
