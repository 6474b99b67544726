"""Values at the edges of what two types allow: one of them may show that these differ."""

from __future__ import annotations

import json
from collections.abc import Iterable

from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.difference import Candidates
from voxspec.breaking.verdict import Age
from voxspec.model import JsonValue, Message, Use
from voxspec.model.walk import references, uses


def edges_at(old: Use, new: Use) -> Candidates:
    """Values at the edges of what the writer or the reader allows, the shortest first."""

    def values(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        del message
        first, second = (old, new) if writer == "old" else (new, old)
        found = [*builder.values.edges(first)]
        if not _names(second):
            found += builder.values.edges(second)
        yield from sorted(found, key=lambda value: len(json.dumps(value)))

    return values


def _names(use: Use) -> bool:
    """Whether a use refers to types by name: the other revision's may be others."""
    return any(True for _ in references(use.type)) or any(_names(inner) for inner in uses(use.type))
