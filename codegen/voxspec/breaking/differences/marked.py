"""Differences with the changes that say what they break."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from voxspec.breaking.differences.differ import Difference
from voxspec.breaking.differences.follows import is_prose
from voxspec.breaking.differences.parts import CORE
from voxspec.breaking.verdict import Category, Change
from voxspec.model.naming import class_name

_RENAMES: Final = frozenset({"MESSAGE_SAME_NAME", "FIELD_SAME_NAME"})

_OF_REQUIRED: Final = frozenset({"FIELD_REQUIRED_TO_OPTIONAL", "FIELD_OPTIONAL_TO_REQUIRED"})

_OF_PRESENCE: Final = (
    (_OF_REQUIRED, frozenset({"required"})),
    (
        frozenset({"MESSAGE_PAYLOAD_REQUIRED", "MESSAGE_PAYLOAD_OPTIONAL"}),
        frozenset({"payload_nullable", "payload_optional"}),
    ),
)
"""Rules and facts about whether something is there, which say the same place as what it is."""

_CALLED: Final = {
    "x-unit": "unit",
    "x-sensitive": "secret",
    "x-words": "words",
    "area": "module",
    "payload_nullable": "payload",
    "payload_optional": "payload",
    "package": "module",
    "version": "module",
}
"""Facts that changes call otherwise."""

_STAND_INS: Final = frozenset({"any", "sequenced"})


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
        depth = 3 if self.subject.startswith(("session/", "areas/")) else 2
        return "/".join(self.subject.split("/")[:depth])

    @property
    def within(self) -> str:
        """Where it is there."""
        place = self.subject if self.difference is None else self.difference.place
        return place.removeprefix(self.group).removeprefix("/")

    @property
    def is_prose(self) -> bool:
        """Whether it is of the documents alone."""
        found = self.difference
        return found is not None and is_prose(found.subject, found.fact)

    @property
    def categories(self) -> tuple[Category, ...]:
        """What it breaks."""
        found = {category for change in self.changes for category in change.categories}
        return tuple(sorted(found - {Category.NOTE}))


def marked(differences: Iterable[Difference], changes: Sequence[Change]) -> list[Marked]:
    """Every difference, with what it breaks; then what else breaks somebody."""
    listed = list(differences)
    of = {id(change): _nearest(change, listed) for change in changes}
    found = [
        Marked(one, tuple(c for c in changes if any(one is other for other in of[id(c)])))
        for one in listed
    ]
    others = [Marked(None, (change,)) for change in changes if not of[id(change)]]
    return [*found, *(one for one in others if one.categories)]


def breaks(found: Iterable[Marked]) -> int:
    """How many changes break somebody: one may be several differences."""
    return len(
        {c.fingerprint for one in found for c in one.changes if c.categories - {Category.NOTE}}
    )


def _nearest(change: Change, listed: Sequence[Difference]) -> list[Difference]:
    """The differences that a change is: those at its place, or else those of what it is about."""
    for is_of in (_is_at, _is_about, _is_in_its_row, _is_of_its_class):
        found = [one for one in listed if not _is_of_documents(one) and is_of(change, one)]
        if found:
            return found
    return []


def _is_of_documents(difference: Difference) -> bool:
    return is_prose(difference.subject, difference.fact)


def _is_at(change: Change, difference: Difference) -> bool:
    """Whether a change is exactly of a difference."""
    record, _, _ = difference.subject.rpartition("/")
    if change.rule in _RENAMES:
        was = {f"{record}/{difference.was}", f"{difference.subject}/{difference.was}"}
        return (difference.kind == "renamed" and change.subject in (difference.subject, *was)) or (
            difference.fact == "tag" and change.subject in was
        )
    if difference.kind == "renamed":
        return change.subject in (difference.subject, f"{record}/{difference.was}")
    places = {difference.place, *difference.also}
    if difference.fact in _CALLED:
        called = _CALLED[difference.fact]
        is_root = difference.subject == "protocol"
        places.add(called if is_root else f"{difference.subject}/{called}")
    if difference.fact == "required" and change.subject == f"{difference.subject}/required":
        return True
    is_key = difference.fact.startswith("keys/")
    return change.subject in places and (
        is_key
        or all(
            (change.rule in rules) == (difference.fact in facts) for rules, facts in _OF_PRESENCE
        )
    )


def _is_about(change: Change, difference: Difference) -> bool:
    """Whether a change is of what a difference is in, or of something in that."""
    if change.rule in _RENAMES or difference.kind == "renamed":
        return False
    is_whole = difference.fact in ("", CORE, "type") or difference.place != difference.subject
    if is_whole and change.subject.startswith(f"{difference.place}/"):
        return True
    if change.session and f"{difference.place}/".startswith(f"{change.subject}/"):
        return True
    is_aside = difference.fact in ("required", "default")
    return change.subject == difference.subject and bool(difference.fact) and not is_aside


def _is_in_its_row(change: Change, difference: Difference) -> bool:
    """Whether a change is of a message for which something stands that differs, or of what a value of an
    enum says."""
    what, _, value = change.subject.partition("/")
    if what == "capabilities":
        return difference.subject.endswith(f"/values/{value}")
    state, _, name = difference.place.rpartition("/")
    return name in _STAND_INS and change.subject.startswith(f"{state}/")


def _is_of_its_class(change: Change, difference: Difference) -> bool:
    """Whether a change is of the class of a type that is called otherwise."""
    if difference.kind != "renamed" or not difference.subject.startswith("types/"):
        return False
    classes = map(class_name, (difference.was, difference.now))
    return all(name in text for name, text in zip(classes, (change.was, change.now), strict=True))
