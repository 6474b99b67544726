"""Everything that differs between two revisions, breaking or not, documents among it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from voxspec.breaking.differences.differ import Difference, differences
from voxspec.breaking.differences.follows import Follows
from voxspec.breaking.differences.marked import Marked, marked
from voxspec.breaking.differences.renames import renames
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.renaming import Renaming
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change

__all__ = ["Difference", "differences", "differing"]


def differing(old: Revision, new: Revision, changes: Sequence[Change]) -> list[Marked]:
    """Everything that differs between two revisions, with what it breaks."""
    pairs = Pairs(old, new)
    before = Renaming(pairs.messages_renamed).of(old).protocol
    follows = Follows(renames(pairs, changes), _conversation(old), _conversation(new))
    return marked(differences(before, new.protocol, follows), changes)


def _conversation(revision: Revision) -> Any:
    """What the file of the conversation says."""
    source = revision.sources.get("session.yaml")
    return None if source is None else source.data
