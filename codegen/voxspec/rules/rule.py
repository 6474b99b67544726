"""What a rule for schema files is: what it asks for, why, and what breaks and keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PAGES = "https://github.com/vox-protocol/vox-protocol/blob/main/docs/schema-rules"
"""Where the pages about rules are."""


class Category(StrEnum):
    """How much a rule asks for, from the least on."""

    MINIMAL = "MINIMAL"
    """Without it nothing can be read."""
    BASIC = "BASIC"
    """Without it there is no code or it does not say what was meant; names are alike."""
    STANDARD = "STANDARD"
    """What keeps a protocol safe to change and to read in every language."""
    DOCS = "DOCS"
    """What people need who read about it."""
    STRICT = "STRICT"
    """Types that every language has alike, and nothing else."""


SELECTED = {
    Category.MINIMAL: (Category.MINIMAL,),
    Category.BASIC: (Category.MINIMAL, Category.BASIC),
    Category.STANDARD: (Category.MINIMAL, Category.BASIC, Category.STANDARD),
    Category.DOCS: (Category.DOCS,),
    Category.STRICT: (Category.STRICT,),
}
"""The categories whose rules are chosen with each: the first three contain each other."""


@dataclass(frozen=True, slots=True)
class Part:
    """Part of a schema file: what stands in ``file`` besides what does so in every example, or, when
    it ``is_whole``, instead of it."""

    file: str
    text: str
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. Its id is stable.

    ``bad`` breaks it and nothing else, ``good`` breaks nothing: they are shown to people, and are the
    rule's tests. What ``is_loaded`` is asked for whenever a schema is read, and nobody can ignore it.
    ``mend`` is what ``--fix`` writes, where it can; it then makes ``good`` of ``bad``.
    """

    id: str
    category: Category
    sentence: str
    why: str
    fix: str
    bad: tuple[Part, ...]
    good: tuple[Part, ...]
    is_loaded: bool = False
    mend: str = ""

    @property
    def page(self) -> str:
        """Where the page about it is."""
        return f"{PAGES}/{self.id}.md"
