"""How much is remembered, so that memory does not grow with traffic, whatever that holds."""

from __future__ import annotations

from typing import Final

MOST_KEYS: Final = 250
"""Keys of an object that are told apart; an object with more is taken for a map."""

MOST_VALUES: Final = 48
"""Different texts or integers that are remembered of one place."""

MOST_VARIANTS: Final = 16
"""Values of a key that may tell variants apart."""

LONGEST_VALUE: Final = 64
"""Characters of a text that is remembered; a longer one is no word of a list."""

DEEPEST: Final = 24
"""Levels below a payload that are looked into; what is deeper is any JSON."""

MOST_PLACES: Final = 60_000
"""Places that are told apart in all, a few hundred bytes each."""


class Budget:
    """Places that may still be told apart."""

    __slots__ = ("left",)

    def __init__(self, places: int = MOST_PLACES) -> None:
        self.left = places

    def take(self) -> bool:
        """Whether there is room for one more."""
        if self.left <= 0:
            return False
        self.left -= 1
        return True
