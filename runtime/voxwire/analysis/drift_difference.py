"""What traffic shows that a schema does not say: the form in which all of it is said, and what it is worth."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from voxwire.analysis.evidence import Evidence
from voxwire.analysis.observed import Kind, Observed
from voxwire.analysis.schema_place import SchemaPlace

What = Literal[
    "new message",
    "new key",
    "forbidden key",
    "new value",
    "new variant",
    "other type",
    "other bound",
    "other condition",
    "missing",
    "always there",
    "never there",
]


class SchemaDifference(msgspec.Struct, frozen=True):
    """Something that the schema does not say. `of` is how many there were that may have shown it."""

    what: What
    place: SchemaPlace
    evidence: Evidence
    of: int
    name: str = ""
    """The key, type or keyword."""
    values: tuple[str | float | bool, ...] = ()
    kinds: tuple[Kind, ...] = ()
    """The JSON types that are due, where another came."""
    expected: str = ""
    """What is due, where it is a bound, or what is wrong where it is a condition."""
    observed: Observed | None = None
    is_numbered: bool = False
    """Whether frames of a new message have sequence numbers."""
    contradicts: bool = False
    """Whether it is wrong by the schema, and not only unknown to it."""

    @property
    def is_of_presence(self) -> bool:
        """Whether it only says that an optional key is always or never there."""
        return self.what in ("always there", "never there")


class Worth(NamedTuple):
    """From what on a difference is more than a mistake of whoever sent it."""

    frames: int = 3
    """So many frames that show it."""
    percent: float = 5.0
    """Such a part of those that may have shown it, where the schema forbids it."""

    def is_weak(self, one: SchemaDifference) -> bool:
        """Whether it rests on few frames."""
        return not one.is_of_presence and one.evidence.frames < self.frames

    def is_held_back(self, one: SchemaDifference) -> bool:
        """Whether it is rather a mistake than a proposal: wrong by the schema, and seldom."""
        is_rare = one.evidence.count * 100 < self.percent * one.of
        return one.contradicts and (self.is_weak(one) or is_rare)
