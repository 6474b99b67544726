"""Comparing two revisions: all that differs, by whoever knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from voxspec.breaking.connection import (
    compare_connections,
    compare_envelopes,
    told_of_capabilities,
    version_bumped,
)
from voxspec.breaking.connection.keys import keys_told_once
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.frames.compare import compare_frames
from voxspec.breaking.revision import Revision
from voxspec.breaking.source import compare_source, merged
from voxspec.breaking.verdict import Change, worst

Comparer = Callable[[Revision, Revision], Iterator[Change]]
"""Compares an old revision with a new one, in what it knows of."""

COMPARERS: Final[tuple[Comparer, ...]] = (
    compare_frames,
    compare_conversations,
    compare_connections,
    compare_source,
)
"""All of them, in the order in which their changes are said."""

_OF_FRAMES: Final[tuple[Comparer, ...]] = (compare_frames, compare_envelopes)


def compare(old: Revision, new: Revision) -> list[Change]:
    """Everything that differs between two revisions.

    Raises MissingToolError where something is not installed that a judgement needs.
    """
    if old.is_partial or new.is_partial:
        of_frames = [change for comparer in _OF_FRAMES for change in comparer(old, new)]
        return [*keys_told_once(of_frames, old, new)]
    found = [change for comparer in COMPARERS for change in comparer(old, new)]
    changes = [*keys_told_once(told_of_capabilities(new, merged(_once(found))), old, new)]
    return [*changes, *version_bumped(old, new, changes)]


def _once(changes: list[Change]) -> list[Change]:
    """The changes, with what several comparers say of the same one put together: the worst of it"""
    found: dict[str, Change] = {}
    for change in changes:
        before = found.setdefault(change.fingerprint, change)
        if before is not change:
            found[change.fingerprint] = replace(before, effects=worst(before, change))
    return [*found.values()]
