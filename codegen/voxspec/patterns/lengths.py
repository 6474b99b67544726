"""What a pattern and a length leave together: whether any text at all, and how to draw one.

The lengths that a tree can have are the bits of an integer: bit 5 is set when a text of five
characters is one of them. Places and looks have no length here, so there may be fewer texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from voxspec.patterns.tree import (
    ANY,
    WORD,
    Back,
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
from voxspec.patterns.writing import chars, counted, to_python

_FREE = Repeat(Chars(ANY), 0, None)
_BEYOND = 64
"""How far above the least length lengths are looked at; more texts there show nothing new."""

_LONG = 1024
"""Least lengths above this are not looked at: it would take long."""

_INSIDE = (Edge("b"), Edge("B"))
_MOST_FORMS = 8
_READABLE = "aA0_-. "
"""Characters that people can read, the best first."""

_PIECES = ("\n", " ", "a", "A", "0", "!", "\x00", "é", "\U0001f600")


def holds_back(node: Node) -> bool:
    """Whether a pattern refers to its own groups: its lengths are not looked at then."""
    return any(isinstance(part, Back) for part in _within(node))


def holds_look(node: Node) -> bool:
    """Whether a pattern looks around, which Hypothesis draws as more text."""
    return any(isinstance(part, Look) or part in _INSIDE for part in _within(node))


def _within(node: Node) -> Iterator[Node]:
    """A tree and everything in it."""
    yield node
    match node:
        case Sequence(items=parts) | Either(options=parts):
            for part in parts:
                yield from _within(part)
        case Repeat(item=item) | Group(item=item) | Look(item=item):
            yield from _within(item)


def is_possible(node: Node, low: int, high: int | None) -> bool:
    """Whether some text of ``low`` to ``high`` characters may match; not sure of it when True."""
    if low > _LONG or holds_back(node):
        return True
    return any(_may_have(option, low, high) for option in whole(node))


def _may_have(option: Node, low: int, high: int | None) -> bool:
    if _is_nothing(option):
        return False
    least, greatest = _least(option), _greatest(option)
    if greatest is not None and (high is None or greatest <= high):
        return greatest >= low
    if high is None or max(low, least) + _LONG < high:  # however far lengths are apart
        return True
    return bool(_Lengths(high).of(option) >> low)


def _is_nothing(node: Node) -> bool:
    """Whether no text matches, for want of a character."""
    match node:
        case Chars(ranges=ranges):
            return not ranges
        case Sequence(items=items):
            return any(map(_is_nothing, items))
        case Either(options=options):
            return all(map(_is_nothing, options))
        case Repeat(item=item, low=low):
            return low > 0 and _is_nothing(item)
        case Group(item=item):
            return _is_nothing(item)
    return False


def is_bounded(node: Node) -> bool:
    """Whether the texts that match have a longest length."""
    return all(_greatest(option) is not None for option in whole(node))


def bounds(node: Node) -> tuple[int, int | None]:
    """The least and the greatest length of texts that match, as far as they are known."""
    if holds_back(node):
        return 0, None
    options = [*whole(node)]
    greatest = [_greatest(option) for option in options]
    most = None if None in greatest else max(size or 0 for size in greatest)
    return min(map(_least, options)), most


def forms(node: Node, low: int, high: int | None) -> tuple[str, ...]:
    """Expressions whose whole texts have ``low`` to ``high`` characters, and match but for looks.

    () when it is not known how to write them.
    """
    if low > _LONG or holds_back(node):
        return ()
    read = _read(node)
    if read != node:  # what is looked at may be there already, or not
        texts = (*_forms(read, low, high)[: _MOST_FORMS // 2], *_forms(node, low, high))
    else:
        texts = _forms(node, low, high)
    return tuple(dict.fromkeys(texts))[:_MOST_FORMS]


def texts_of_size(node: Node, size: int) -> Iterator[str]:
    """Texts of exactly so many characters that match but for looks and places; none where that is long."""
    if size > _LONG or holds_back(node):
        return
    for option in whole(node):
        lengths = _Texts(size)
        if lengths.of(option) >> size & 1:
            yield from (lengths.form(option, size, longest) for longest in (True, False))


def _read(node: Node) -> Node:
    """A pattern in which what must stand before or after a place is read as well."""
    match node:
        case Look(item=item, negative=False):
            return _read(item)
        case Edge(sign="B"):
            return Chars(WORD)
        case Sequence(items=items):
            return Sequence(tuple(map(_read, items)))
        case Either(options=options):
            return Either(tuple(map(_read, options)))
        case Repeat(item=item) | Group(item=item):
            return replace(node, item=_read(item))
    return node


def _forms(node: Node, low: int, high: int | None) -> tuple[str, ...]:
    found: list[str] = []
    for option in whole(node):
        most = _most(option, low, high)
        lengths = _Lengths(most)
        bits = lengths.of(option)
        fitting = [size for size in range(low, most + 1) if bits >> size & 1]
        sizes = dict.fromkeys(
            fitting[i] for i in (0, -1, 1, len(fitting) // 2) if -2 < i < len(fitting)
        )
        found += [
            lengths.form(option, size, longest) for size in sizes for longest in (True, False)
        ]
    return tuple(dict.fromkeys(found))


def misses(node: Node, low: int, high: int | None) -> tuple[str, ...]:
    """Pieces that do not match when they are repeated to the least length; () when none is known."""
    pieces = ["", *_PIECES] if low == 0 else [*_PIECES]
    search = re.compile(to_python(node)).search
    fitting = [piece for piece in pieces if high != 0 or not piece]
    return tuple(piece for piece in fitting if search(piece * max(low, 1)) is None)


def _most(option: Node, low: int, high: int | None) -> int:
    """The greatest length to look at."""
    most = max(low, _least(option)) + _BEYOND
    return most if high is None else min(most, high)


def _least(node: Node) -> int:
    """The length of the shortest texts."""
    match node:
        case Chars():
            return 1
        case Sequence(items=items):
            return sum(map(_least, items))
        case Either(options=options):
            return min(map(_least, options))
        case Repeat(item=item, low=low):
            return _least(item) * low
        case Group(item=item):
            return _least(item)
    return 0


def whole(node: Node) -> Iterator[Node]:
    """The alternatives of a pattern as expressions for whole texts, with what may stand around."""
    if isinstance(node, Group):
        yield from whole(node.item)
    elif isinstance(node, Either):
        for option in node.options:
            yield from whole(option)
    else:
        items = node.items if isinstance(node, Sequence) else (node,)
        before = () if _is_edge(items[:1], "^") else (_FREE,)
        after = () if _is_edge(items[-1:], "$") else (_FREE,)
        yield Sequence((*before, *items, *after))


def _is_edge(items: tuple[Node, ...], sign: str) -> bool:
    return bool(items) and items[0] == Edge(sign)


def _greatest(node: Node) -> int | None:
    """The length of the longest texts; None where there is no longest."""
    match node:
        case Chars():
            return 1
        case Sequence(items=items):
            sizes = [_greatest(item) for item in items]
            return None if None in sizes else sum(size or 0 for size in sizes)
        case Either(options=options):
            sizes = [_greatest(option) for option in options]
            return None if None in sizes else max(size or 0 for size in sizes)
        case Repeat(item=item, high=high):
            size = _greatest(item)
            if size == 0 or high == 0:
                return 0
            return None if size is None or high is None else size * high
        case Group(item=item):
            return _greatest(item)
    return 0


@dataclass(frozen=True, slots=True)
class _Lengths:
    """Lengths up to ``most``."""

    most: int

    @property
    def mask(self) -> int:
        return (2 << self.most) - 1

    def of(self, node: Node) -> int:
        """The lengths that texts of ``node`` can have."""
        match node:
            case Chars(ranges=given):
                return 2 & self.mask if given else 0
            case Sequence(items=items):
                bits = 1
                for item in items:
                    bits = self.joined(bits, self.of(item))
                return bits
            case Either(options=options):
                bits = 0
                for option in options:
                    bits |= self.of(option)
                return bits
            case Repeat(item=item, low=low, high=high):
                return self.repeated(self.of(item), low, high)
            case Group(item=item):
                return self.of(item)
        return 1

    def joined(self, first: int, second: int) -> int:
        """The sums of two lengths."""
        fewer, more = sorted((first, second), key=int.bit_count)
        result = 0
        for size in _sizes(fewer):
            result |= more << size
        return result & self.mask

    def repeated(self, bits: int, low: int, high: int | None) -> int:
        """The sums of ``low`` to ``high`` lengths."""
        further = self.most if high is None else high - low
        return self.joined(self.power(bits, low), self.power(bits | 1, further))

    def power(self, bits: int, times: int) -> int:
        """The sums of exactly so many lengths."""
        if bits & 1:
            times = min(times, self.most)  # nothing adds to what is that long
        elif times > self.most:
            return 0
        result = 1
        while times:
            if times & 1:
                result = self.joined(result, bits)
            bits = self.joined(bits, bits)
            times >>= 1
        return result

    def form(self, node: Node, size: int, longest: bool) -> str:
        """An expression for the texts of ``node`` that have exactly ``size`` characters."""
        match node:
            case Chars(ranges=given):
                return self.some(given, 1)
            case Sequence(items=items):
                return "".join(self.parts(items, size, longest))
            case Either(options=options):
                fitting = [option for option in options if self.of(option) >> size & 1]
                return self.form(fitting[0 if longest else -1], size, longest)
            case Repeat(item=Chars(ranges=given)):
                return self.some(given, size) if size else ""
            case Repeat(item=item, low=low, high=high):
                most = size + low if high is None else min(high, size + low)
                count = next(
                    count
                    for count in range(low, most + 1)
                    if self.power(self.of(item), count) >> size & 1
                )
                return "".join(self.parts((item,) * count, size, longest))
            case Group(item=item):
                return self.form(item, size, longest)
        return self.place(node)

    def some(self, ranges: Ranges, count: int) -> str:
        """So many characters of these."""
        return chars(ranges) if count == 1 else f"{chars(ranges)}{counted(count, count)}"

    def place(self, node: Node) -> str:
        """What has no length."""
        return "" if isinstance(node, Look) or node in _INSIDE else to_python(node)

    def parts(self, items: tuple[Node, ...], size: int, longest: bool) -> Iterator[str]:
        """The forms of ``items``, whose sizes add up to ``size``."""
        rests = [1]
        for item in reversed(items):
            rests.append(self.joined(rests[-1], self.of(item)))
        for item, rest in zip(items, reversed(rests[:-1]), strict=True):
            sizes = [s for s in _sizes(self.of(item)) if s <= size and rest >> (size - s) & 1]
            taken = sizes[-1 if longest else 0]
            yield self.form(item, taken, longest)
            size -= taken


class _Texts(_Lengths):
    """The same, which writes texts and no expressions for them."""

    def some(self, ranges: Ranges, count: int) -> str:
        wanted = (c for c in _READABLE if any(low <= ord(c) <= high for low, high in ranges))
        return next(wanted, chr(ranges[0][0])) * count

    def place(self, node: Node) -> str:
        del node
        return ""


def _sizes(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
