"""Whether a pattern leaves texts of any length."""

from __future__ import annotations

from voxspec.patterns.lengths import whole
from voxspec.patterns.tree import Either, Group, Node, Repeat, Sequence


def is_bounded(node: Node) -> bool:
    """Whether the texts that match have a longest length: surely so when True."""
    return all(_has_end(option) for option in whole(node))


def _has_end(node: Node) -> bool:
    match node:
        case Sequence(items=parts) | Either(options=parts):
            return all(map(_has_end, parts))
        case Repeat(item=item, high=high):
            return high is not None and _has_end(item)
        case Group(item=item):
            return _has_end(item)
    return True  # a character, a place, or what a group that has an end was
