"""What a rule about changes is: what it is about, why that matters, and what to do instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """What a rule is about."""

    FIELDS = "Fields"
    TYPES = "Types that have a name"
    MESSAGES = "Messages"
    CONNECTION = "The connection"
    CONVERSATION = "The conversation"
    SOURCE = "Source code"


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a file of the example, and what it becomes. Without pieces the file goes away."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakingRule:
    """One rule. Its id is stable.

    ``bad`` is an edit of the example that the rule is about; ``good``, where something breaks, is
    how the same is reached so that nothing does. Both are shown to people, and are the rule's tests.
    """

    id: str
    group: Group
    headline: str
    why: str
    fix: str
    bad: tuple[Edit, ...]
    good: tuple[Edit, ...] = ()
    backwards: bool = False
    """Whether the example goes the other way: what the edit makes of it is the earlier schema."""


def about(
    group: Group,
    id_: str,
    headline: str,
    why: str,
    fix: str,
    *edits: Edit,
    good: tuple[Edit, ...] = (),
    backwards: bool = False,
) -> BreakingRule:
    """A rule of a group, as the modules beside this one write them: with the bad edits at the end."""
    return BreakingRule(
        id=id_,
        group=group,
        headline=headline,
        why=why,
        fix=fix,
        bad=edits,
        good=good,
        backwards=backwards,
    )
