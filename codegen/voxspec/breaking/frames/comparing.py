"""What those who compare types, records and named types, which hold each other, ask of each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from voxspec.breaking.frames.difference import Difference, Shape
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.steps import Spot
from voxspec.breaking.verdict import Age
from voxspec.model import Use


class ComparesTypes(Protocol):
    """Compares types at a place."""

    @property
    def pairs(self) -> Pairs: ...

    def uses(self, old: Use, new: Use, spot: Spot, what: str) -> Iterator[Difference]:
        """What differs in a type at a place; ``what`` is what sentences call it."""
        ...

    def other(self, old: Use, new: Use, spot: Spot, what: str) -> Iterator[Difference]:
        """That types are of different kinds."""
        ...

    def takes(self, old: Shape, new: Shape, *, reader: Age) -> bool:
        """Whether a reader takes all that the other end writes at a place."""
        ...


class ComparesNamed(Protocol):
    """Compares named types."""

    def may_compare(self, was: str, now: str) -> bool:
        """Whether types of different names are alike enough to be compared where they stand."""
        ...

    def compare(self, was: str, now: str, spot: Spot, what: str) -> Iterator[Difference]:
        """What differs in types of different names, one in the other's place."""
        ...
