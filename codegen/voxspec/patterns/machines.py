"""Patterns as machines that read a text from its end: after each character it is known, of each place in
the pattern, whether the rest of it matches from there.

So what must stand ahead is known where it is asked for, and one text leads to one state. What a look
behind or a reference to a group asks for is not: of such patterns there is no machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from voxspec.patterns.tree import (
    ANY,
    WORD,
    Chars,
    Edge,
    Either,
    Group,
    Look,
    Node,
    Ranges,
    Repeat,
    Sequence,
)

_LONGEST: Final = 1500
"""Machines of more steps are not made: they would take long."""

State = tuple[int, int, int]
"""The steps from which the rest of a text matches, one bit for each: at the start of the text, behind a
character of a word, and behind any other."""

_START, _IN_WORD, _OUTSIDE = range(3)


class NoMachineError(Exception):
    """There is none of this pattern, or it would be too large."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A character of a set, and on."""

    ranges: Ranges
    then: int


@dataclass(frozen=True, slots=True)
class _Fork:
    """Any of some ways on."""

    ways: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """On, where it is a place of this sign."""

    sign: str
    then: int


@dataclass(frozen=True, slots=True)
class _Ahead:
    """On, where what is ahead matches from another step, or does not."""

    start: int
    negative: bool
    then: int


@dataclass(frozen=True, slots=True)
class _End:
    """The pattern has matched, whatever follows."""


_Step = _Read | _Fork | _Place | _Ahead | _End
_END: Final = _End()


class Machine:
    """Reads texts for one pattern, which may match anywhere in them."""

    def __init__(self, node: Node) -> None:
        self._steps: list[_Step] = []
        self._depths: list[int] = []
        """How many looks each step is within: what they look for is known first."""
        matched = self._added(_END)
        self._start = self._added(_END)
        begun = self._compiled(node, matched)
        self._steps[self._start] = _Fork((begun, self._added(_Read(ANY, self._start))))
        self._has_places = any(isinstance(step, _Place) for step in self._steps)
        self._readers: list[list[int]] = [[] for _ in self._steps]
        """Of each step those that a character leads to it from."""
        self._behind: list[list[int]] = [[] for _ in self._steps]
        """Of each step those that lead to it without one."""
        for at, step in enumerate(self._steps):
            match step:
                case _Read(then=then):
                    self._readers[then].append(at)
                case _Fork(ways=ways):
                    for way in ways:
                        self._behind[way].append(at)
                case _Place(then=then) | _Ahead(then=then):
                    self._behind[then].append(at)
        self._ends = [at for at, step in enumerate(self._steps) if isinstance(step, _End)]
        self._known: dict[tuple[int, State], State] = {}

    # --- Reading ------------------------------------------------------------------------------

    @property
    def sets(self) -> set[Ranges]:
        """The sets of characters that it tells apart."""
        places = {WORD} if self._has_places else set()
        return {step.ranges for step in self._steps if isinstance(step, _Read)} | places

    def last(self) -> State:
        """The state at the end of a text."""
        return self._at(None, [])

    def before(self, character: int, state: State) -> State:
        """The state before a character, by the one behind it."""
        if (character, state) not in self._known:
            self._known[character, state] = self._before(character, state)
        return self._known[character, state]

    def _before(self, character: int, state: State) -> State:
        rest = state[_IN_WORD if _is_in(character, WORD) else _OUTSIDE]
        read = [
            at for then in bits(rest) for at in self._readers[then] if self._takes(at, character)
        ]
        return self._at(character, read)

    def matches(self, state: State) -> bool:
        """Whether the text that was read so far matches, if it is all there is."""
        return bool(state[_START] >> self._start & 1)

    def _takes(self, at: int, character: int) -> bool:
        step = self._steps[at]
        return isinstance(step, _Read) and _is_in(character, step.ranges)

    def _at(self, character: int | None, read: list[int]) -> State:
        if not self._has_places:
            found = self._from(_OUTSIDE, character, read)
            return found, found, found
        start, in_word, outside = (self._from(kind, character, read) for kind in range(3))
        return start, in_word, outside

    def _from(self, before: int, character: int | None, read: list[int]) -> int:
        """The steps that hold behind a kind of character and before another one."""
        found = 0
        for depth in range(max(self._depths), -1, -1):
            waiting = [at for at in (*self._ends, *read) if self._depths[at] == depth]
            while waiting:
                at = waiting.pop()
                if not found >> at & 1:
                    found |= 1 << at
                    waiting += [
                        on for on in self._behind[at] if self._leads(on, before, character, found)
                    ]
        return found

    def _leads(self, at: int, before: int, character: int | None, found: int) -> bool:
        step = self._steps[at]
        if isinstance(step, _Place):
            return _is_place(step.sign, before, character)
        if isinstance(step, _Ahead):
            return bool(found >> step.start & 1) != step.negative
        return True

    # --- Making -------------------------------------------------------------------------------

    def _added(self, step: _Step, depth: int = 0) -> int:
        if len(self._steps) >= _LONGEST:
            raise NoMachineError("it is too large")
        self._steps.append(step)
        self._depths.append(depth)
        return len(self._steps) - 1

    def _compiled(self, node: Node, then: int, depth: int = 0) -> int:
        """The first step of a part, with what comes ``then``."""
        match node:
            case Chars(ranges=given):
                return self._added(_Read(given, then), depth)
            case Sequence(items=items):
                for item in reversed(items):
                    then = self._compiled(item, then, depth)
                return then
            case Either(options=options):
                ways = tuple(self._compiled(option, then, depth) for option in options)
                return self._added(_Fork(ways), depth)
            case Group(item=item):
                return self._compiled(item, then, depth)
            case Repeat():
                return self._repeated(node, then, depth)
            case Edge(sign=sign):
                return self._added(_Place(sign, then), depth)
            case Look(item=item, behind=False, negative=negative):
                inner = depth + 1
                start = self._compiled(item, self._added(_END, inner), inner)
                return self._added(_Ahead(start, negative, then), depth)
        raise NoMachineError("what is behind is not known yet")

    def _repeated(self, node: Repeat, then: int, depth: int) -> int:
        end = then
        if node.high is None:
            then = self._added(_END, depth)
            self._steps[then] = _Fork((self._compiled(node.item, then, depth), end))
        else:
            for _ in range(node.high - node.low):
                then = self._added(_Fork((self._compiled(node.item, then, depth), end)), depth)
        for _ in range(node.low):
            then = self._compiled(node.item, then, depth)
        return then


@lru_cache(maxsize=512)
def machine(node: Node) -> Machine:
    """The machine of a pattern, made once. Raises NoMachineError."""
    return Machine(node)


def bits(given: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while given:
        lowest = given & -given
        yield lowest.bit_length() - 1
        given ^= lowest


def _is_in(character: int, given: Ranges) -> bool:
    return any(low <= character <= high for low, high in given)


def _is_place(sign: str, before: int, character: int | None) -> bool:
    if sign == "^":
        return before == _START
    if sign == "$":
        return character is None
    is_word = character is not None and _is_in(character, WORD)
    is_edge = (before == _IN_WORD) != is_word
    return is_edge == (sign == "b")
