"""Checks schema files against the dialect's own JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from voxspec.findings import Findings
from voxspec.load.conformance import Conformance
from voxspec.load.meta_schema import ENDING, document
from voxspec.load.source import Source


def check(source: Source, kind: str, findings: Findings) -> bool:
    """Check one file against its kind's schema. True when its structure can be relied upon."""
    if source.unread:
        return False  # what stands in for a value that could not be read has no mistakes of its own
    if _conformance(kind).surely(document(kind), source.data):
        return True
    from voxspec.load import meta_mistakes  # jsonschema takes longer to import than most files

    before = len(findings.items)
    meta_mistakes.report(source, kind, findings)
    return len(findings.items) == before


@cache
def _conformance(kind: str) -> Conformance:
    return _InDocument(document(kind))


class _InDocument(Conformance):
    """Values as one document sees them: its references may leave out its name."""

    def __init__(self, within: Mapping[str, Any]) -> None:
        super().__init__(lambda reference: _part(within, reference), {"pattern": _pattern})

    def refer(self, reference: str, value: Any) -> bool:
        name, _, part = reference.partition("#")
        if not name:
            return super().refer(part, value)
        return _conformance(name.removesuffix(ENDING)).refer(f"#{part}", value)


def _part(within: Mapping[str, Any], pointer: str) -> Any:
    found: Any = within
    for step in pointer.split("/")[1:]:
        found = found[step]
    return found


def _pattern(_: Conformance, asked: Any, value: Any, __: Mapping[str, Any]) -> bool:
    return not isinstance(value, str) or _whole(asked).search(value) is not None


@cache
def _whole(pattern: str) -> re.Pattern[str]:
    """A pattern in which "$" is the end of the text, as JSON Schema means it."""
    return re.compile(pattern.replace("$", r"\Z"))
