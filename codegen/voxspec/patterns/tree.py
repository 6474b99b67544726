"""Regular expressions of ECMA-262 as trees.

JSON Schema means ECMA-262 by a pattern, matched anywhere in the text and by code points. Python
reads many of its constructs otherwise: ``$`` also before a line feed at the end, ``\\d`` and ``\\w``
also beyond ASCII, ``.`` also U+2028. So each pattern is read into a tree and written anew.
"""

from __future__ import annotations

from dataclasses import dataclass

LAST = 0x10FFFF
"""The last code point."""

Ranges = tuple[tuple[int, int], ...]
"""Code points, as sorted ranges that do not touch; both ends belong to them."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One thing after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several things; the first that fits is tried first."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something ``low`` to ``high`` times (None: without end), as often as possible or not."""

    item: Node
    low: int
    high: int | None
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Something to refer back to. The groups of a pattern are numbered by where they begin."""

    item: Node
    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """What must, or must not, stand here or before here."""

    item: Node
    behind: bool
    negative: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A place: ``^``, ``$``, ``b`` (where a word begins or ends) or ``B`` (any other)."""

    sign: str


@dataclass(frozen=True, slots=True)
class Back:
    """The text of a group again."""

    number: int


Node = Chars | Sequence | Either | Repeat | Group | Look | Edge | Back


def ranges(*pairs: tuple[int, int]) -> Ranges:
    """The sorted ranges of some that may overlap."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(pairs):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def others(given: Ranges) -> Ranges:
    """All code points that are not among these."""
    found = []
    start = 0
    for low, high in given:
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


def _each(text: str) -> list[tuple[int, int]]:
    return [(ord(character), ord(character)) for character in text]


DIGITS = ranges((0x30, 0x39))
WORD = ranges((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
LINE_ENDS = ranges(*_each("\n\r\u2028\u2029"))
SPACES = ranges(
    (0x09, 0x0D), (0x2000, 0x200A), *_each(" \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff")
)
ANY = ranges((0, LAST))
