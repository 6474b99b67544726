"""Differences with the changes that say what they break."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from voxspec.breaking.differences.differ import Difference
from voxspec.breaking.verdict import Category, Change

_PROSE: Final = frozenset(
    "description summary title note text deprecated since audience examples body".split()
)
"""Facts that are for people: nothing breaks by them."""


_RENAMES: Final = frozenset({"MESSAGE_SAME_NAME", "FIELD_SAME_NAME"})


@dataclass(frozen=True, slots=True)
class Marked:
    """A difference, or None for a change that is none of a single part; and the changes that it is."""

    difference: Difference | None
    changes: tuple[Change, ...]

    @property
    def subject(self) -> str:
        return self.changes[0].subject if self.difference is None else self.difference.subject

    @property
    def group(self) -> str:
        """The message, the type or whatever else it is in."""
        depth = 3 if self.subject.startswith("session/") else 2
        return "/".join(self.subject.split("/")[:depth])

    @property
    def within(self) -> str:
        """Where it is there."""
        return self.subject.removeprefix(self.group).removeprefix("/")

    @property
    def categories(self) -> tuple[Category, ...]:
        """What it breaks."""
        found = {category for change in self.changes for category in change.categories}
        return tuple(sorted(found - {Category.NOTE}))


def marked(differences: Iterable[Difference], changes: Sequence[Change]) -> list[Marked]:
    """Every difference, with what it breaks; then what else breaks somebody."""
    found = [Marked(one, tuple(c for c in changes if _is_of(c, one))) for one in differences]
    seen = {change.fingerprint for one in found for change in one.changes}
    others = [Marked(None, (change,)) for change in changes if change.fingerprint not in seen]
    return [*found, *(one for one in others if one.categories)]


def is_prose(difference: Difference) -> bool:
    """Whether it is of the documents alone."""
    return difference.fact.rpartition(" ")[2] in _PROSE


def _is_of(change: Change, difference: Difference) -> bool:
    if is_prose(difference):
        return False
    if difference.kind == "renamed":
        record, _, _ = difference.subject.rpartition("/")
        return change.subject == difference.subject or (
            change.rule in _RENAMES and change.subject == f"{record}/{difference.was}"
        )
    if change.rule in _RENAMES:
        return False
    if not difference.fact:
        return change.subject == difference.subject or change.subject.startswith(
            f"{difference.subject}/"
        )
    bound = f"{difference.subject}/{_camel(difference.fact)}"
    if change.session and difference.subject.startswith(f"{change.subject}/"):
        return True
    return change.subject in (difference.subject, bound)


def _camel(fact: str) -> str:
    """``max_length`` as JSON Schema calls it."""
    first, *others = fact.split("_")
    return first + "".join(word.capitalize() for word in others)
