"""What a run of ``voxspec breaking`` found, as reports show it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from voxspec.breaking.accepted import NONE, Acceptance, Acceptances
from voxspec.breaking.hits import Hits
from voxspec.breaking.verdict import Category, Change, Verdict
from voxspec.findings import Finding
from voxspec.report.items import RuleWords

Level = Literal["error", "warning", "note"]
"""``error``: the run fails by it. ``warning``: it breaks somebody who is not looked at, or was accepted.
``note``: nothing breaks."""

LEVELS: tuple[Level, ...] = ("error", "warning", "note")

ALL: frozenset[Category] = frozenset(Category) - {Category.NOTE}
"""What a run fails on where nobody says otherwise: whatever breaks."""


@dataclass(frozen=True, slots=True)
class Result:
    """Two revisions compared. ``old`` and ``new`` are what they are called, ``old`` is empty where there
    is no earlier one; ``changes`` the worst first.

    ``schema`` is the folder of the new schema as it was named, empty for one that is no folder; a
    change whose place is in no file of it is shown at its ``protocol.yaml``. ``left``: how many changes
    of other categories are not listed. ``rules`` has words
    about each rule. ``hits``: what recorded traffic would have met, where there is some. ``mistakes``
    are in the files of the new schema; nothing was compared then. ``unsaid`` is what the earlier one does
    not say, so that it was not compared.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    fails_on: frozenset[Category] = ALL
    accepted: Acceptances = NONE
    hits: Hits | None = None
    schema: str = ""
    left: int = 0
    rules: Mapping[str, RuleWords] = field(default_factory=dict)
    mistakes: tuple[Finding, ...] = ()
    unsaid: str = ""

    def level(self, change: Change) -> Level:
        fails = bool(change.categories & self.fails_on)
        if change.categories <= {Category.NOTE} and not fails:
            return "note"
        return "error" if fails and self.acceptance(change) is None else "warning"

    def acceptance(self, change: Change) -> Acceptance | None:
        """By which a change is accepted."""
        return self.accepted.holding.get(change.fingerprint)

    def expired(self, change: Change) -> Acceptance | None:
        """By which it was accepted, up to a day that is over."""
        return self.accepted.expired.get(change.fingerprint)

    @property
    def failing(self) -> tuple[Change, ...]:
        """The changes by which the run fails."""
        return tuple(change for change in self.changes if self.level(change) == "error")

    @property
    def fails(self) -> bool:
        return bool(self.failing or self.mistakes)

    def hint(self, change: Change) -> str:
        """What to do: the nearest that is known of a change, or else what its rule advises where it breaks
        something."""
        words = self.rules.get(change.rule)
        if change.hint or words is None or not change.effects:
            return change.hint
        return f"{words.fix[:1].lower()}{words.fix[1:].removesuffix('.')}"

    def counts(self) -> dict[Level, int]:
        levels = [self.level(change) for change in self.changes]
        return {level: levels.count(level) for level in LEVELS}

    def worst_first(self) -> Iterator[tuple[Level, Change]]:
        """The changes by level, and within one as they are."""
        for level in LEVELS:
            for change in self.changes:
                if self.level(change) == level:
                    yield level, change


def worst_first(changes: Collection[Change]) -> tuple[Change, ...]:
    """What breaks before what may break, who is out there before who is yet to come, then by subject."""
    return tuple(sorted(changes, key=_badness))


_ORDER = (Category.CLIENT, Category.SERVER, Category.SESSION, Category.SOURCE, Category.NOTE)


def _badness(change: Change) -> tuple[int, bool, str, str, str]:
    rank = min(_ORDER.index(category) for category in change.categories)
    surely = any(effect.verdict is Verdict.BREAKS for effect in change.effects)
    return rank, not surely, change.subject, change.rule, change.fingerprint
