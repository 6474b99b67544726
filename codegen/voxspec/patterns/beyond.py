"""The shortest text that is one of a pattern and a length, and not of others; or that there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

from voxspec.patterns.machines import Machine, NoMachineError, State, bits, machine
from voxspec.patterns.syntax import parse
from voxspec.patterns.tree import LAST, Ranges

_MOST_STATES: Final = 3000
_MOST_SIZES: Final = 3000
"""Where more would have to be looked at, nothing is said."""

_LONGEST: Final = 2_000_000
"""Longer texts are not made."""

_READABLE: Final = "a0A_-. "
"""Characters that people can read, the best first."""

_SURROGATES: Final = range(0xD800, 0xE000)


class UndecidedError(Exception):
    """It is not known whether there is such a text, or it is too long to be made."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of a pattern, with lengths between two bounds."""

    pattern: str | None = None
    low: int = 0
    high: int | None = None


def text_beyond(written: Texts, read: Texts) -> str | None:
    """The shortest of the ``written`` texts that is not to be ``read``; None where there is none.

    Raises UndecidedError.
    """
    return _beyond(written, read)


def text_in_both(one: Texts, other: Texts) -> str | None:
    """The shortest text that is one of both; None where there is none. Raises UndecidedError."""
    high = one.high if other.high is None else other.high
    if one.high is not None and other.high is not None:
        high = min(one.high, other.high)
    low = max(one.low, other.low)
    return _walk(one.pattern, other.pattern).shortest(lambda a, b: a and b, low, high)


@lru_cache(maxsize=4096)
def _beyond(written: Texts, read: Texts) -> str | None:
    walk = _walk(written.pattern, read.pattern)
    found = [walk.shortest(lambda a, b: a and not b, written.low, written.high)]
    if read.low > written.low:
        most = read.low - 1 if written.high is None else min(read.low - 1, written.high)
        found.append(walk.shortest(lambda a, _: a, written.low, most))
    if read.high is not None and (written.high is None or written.high > read.high):
        least = max(read.high + 1, written.low)
        found.append(walk.shortest(lambda a, _: a, least, written.high))
    return min((text for text in found if text is not None), key=len, default=None)


class _Walk:
    """All the states that two machines can be in after the same text, by its length."""

    def __init__(self, machines: tuple[Machine, Machine]) -> None:
        self._machines = machines
        self._characters = [*_told_apart({*machines[0].sets, *machines[1].sets})]
        self._states: list[tuple[State, State]] = []
        self._numbers: dict[tuple[State, State], int] = {}
        self._before: list[list[tuple[int, int]]] = []
        """Of each state those that one more character leads to, with the character."""
        self._sizes: list[int] = []
        """By their lengths, the states that texts can lead to, one bit for each."""
        self._again = 0
        """The length from which on all repeats itself."""
        self._explore()
        self._measure()

    def _explore(self) -> None:
        self._number((self._machines[0].last(), self._machines[1].last()))
        at = 0
        while at < len(self._states):
            states = self._states[at]
            found: dict[int, int] = {}
            for character in self._characters:
                before = [
                    m.before(character, s) for m, s in zip(self._machines, states, strict=True)
                ]
                found.setdefault(self._number((before[0], before[1])), character)
            self._before.append([*found.items()])
            at += 1

    def _number(self, states: tuple[State, State]) -> int:
        if states not in self._numbers:
            if len(self._states) >= _MOST_STATES:
                raise UndecidedError("there are too many states")
            self._numbers[states] = len(self._states)
            self._states.append(states)
        return self._numbers[states]

    def _measure(self) -> None:
        there, seen = 1, dict[int, int]()
        while there not in seen:
            if len(self._sizes) >= _MOST_SIZES:
                raise UndecidedError("lengths do not repeat themselves soon")
            seen[there] = len(self._sizes)
            self._sizes.append(there)
            after = 0
            for number in bits(there):
                for other, _ in self._before[number]:
                    after |= 1 << other
            there = after
        self._again = seen[there]

    def _of_size(self, size: int) -> int:
        if size < len(self._sizes):
            return self._sizes[size]
        period = len(self._sizes) - self._again
        return self._sizes[self._again + (size - self._again) % period]

    def shortest(
        self, wanted: Callable[[bool, bool], bool], low: int, high: int | None
    ) -> str | None:
        """The shortest text with a length between two bounds of which the patterns say what is wanted."""
        are_wanted = 0
        for number, states in enumerate(self._states):
            matched = [m.matches(s) for m, s in zip(self._machines, states, strict=True)]
            are_wanted |= wanted(matched[0], matched[1]) << number
        last = max(low, self._again) + len(self._sizes) - self._again
        for size in range(low, last + 1 if high is None else min(high, last) + 1):
            if self._of_size(size) & are_wanted:
                return self._text(self._of_size(size) & are_wanted, size)
        return None

    def _text(self, ends: int, size: int) -> str:
        """A text of a length that leads to one of some states."""
        if size > _LONGEST:
            raise UndecidedError("it is too long")
        at, found = next(bits(ends)), []
        for length in range(size - 1, -1, -1):
            at, character = self._came_from(at, self._of_size(length))
            found.append(chr(character))
        return "".join(found)

    def _came_from(self, state: int, there: int) -> tuple[int, int]:
        for number, character in self._after[state]:
            if there >> number & 1:
                return number, character
        raise AssertionError("a state is come to from somewhere")

    @cached_property
    def _after(self) -> list[list[tuple[int, int]]]:
        """Of each state those that it was come to from, with the character that was read then."""
        found: list[list[tuple[int, int]]] = [[] for _ in self._states]
        for number, ways in enumerate(self._before):
            for other, character in ways:
                found[other].append((number, character))
        return found


@lru_cache(maxsize=512)
def _walk(one: str | None, other: str | None) -> _Walk:
    try:
        return _Walk((machine(parse(one or "")), machine(parse(other or ""))))
    except NoMachineError as error:
        raise UndecidedError(str(error)) from error


def _told_apart(sets: set[Ranges]) -> Iterator[int]:
    """A character for each way to be in some of the sets and not in others, a readable one if there is."""
    edges = {0, LAST + 1, _SURROGATES.start, _SURROGATES.stop}
    for given in sets:
        edges |= {edge for low, high in given for edge in (low, high + 1)}
    found: dict[tuple[bool, ...], int] = {}
    ordered = [*map(ord, _READABLE), *range(0x21, 0x7F)]
    ordered += [low for low, _ in pairwise(sorted(edges)) if low not in _SURROGATES]
    asked = sorted(sets)
    for character in ordered:
        kind = tuple(any(low <= character <= high for low, high in given) for given in asked)
        found.setdefault(kind, character)
    yield from found.values()
