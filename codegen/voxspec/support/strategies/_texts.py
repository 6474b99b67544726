"""Shapes of texts: of some length or form, or of an enum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voxspec.support.python._support import JsonValue
from voxspec.support.strategies._json import TEXT, Kind, either
from voxspec.support.strategies._shapes import Flaw, Several, Shape
from voxspec.support.strategies._strip import (
    LONGEST_TEXT,
    MASK,
    TEXT_WIDTH,
    Alternative,
    OneOf,
    Readable,
    Strip,
    read_text,
)

_LONG = 200
"""From this length on, texts are drawn as a repeated piece: each character takes a draw."""

_LONGEST = 2**17
"""The longest text that is drawn: longer ones take too long, and no frame is so long."""

_AS_LONG_AS_POSSIBLE = 208
"""From this byte on, a text is as long as it may be, or as short."""


@dataclass(frozen=True, eq=False, repr=False)
class String(Shape):
    """A string; lengths count code points.

    ``forms``: expressions for whole texts that match ``pattern`` and have a right length.
    ``misses``: pieces that do not match when they are repeated to the least length.
    """

    min_length: int = 0
    max_length: int | None = None
    pattern: str | None = None
    forms: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({"string"})

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        low, high = self.min_length, self.max_length
        if self.pattern is not None:
            search = re.compile(self.pattern).search
            whole = [st.from_regex(form, fullmatch=True) for form in self.forms]
            matches = either(*whole) if whole else st.from_regex(self.pattern)
            return matches.filter(
                lambda text: (
                    low <= len(text)
                    and (high is None or len(text) <= high)
                    and search(text) is not None
                )
            )
        if low > _LONG:
            return _of_length(low)
        if high is None:
            return st.text(min_size=low, max_size=low + 20) if low else TEXT
        short = st.text(min_size=low, max_size=min(high, low + 20))
        sizes = sorted({low, min(high, _LONGEST)})
        return either(short, *(_of_length(size) for size in sizes if size))

    @cached_property
    def width(self) -> int:
        return 1 + TEXT_WIDTH if self.pattern is None and self.min_length <= _LONG else 0

    def read(self, strip: Strip, at: int) -> JsonValue:
        low, high = self.min_length, self.max_length
        if not self.width:
            return strip.draw(self.values)
        if high is None:
            return read_text(strip.data, at, low, low + LONGEST_TEXT)
        at &= MASK
        first = strip.data[at]
        if first < _AS_LONG_AS_POSSIBLE:
            return read_text(strip.data, at + 1, low, min(high, low + LONGEST_TEXT))
        size = min(high, _LONGEST) if first & 1 else low
        piece = read_text(strip.data, at + 1, 1, 4)
        return (piece * size)[:size]

    def own_flaws(self) -> Iterator[Flaw]:
        low, high, pattern = self.min_length, self.max_length, self.pattern
        if pattern is not None:
            # A text of the wrong length may fail to match as well: two flaws, so none is offered.
            if self.misses:
                search = re.compile(pattern).search
                size = max(low, 1)
                known = st.sampled_from([piece * size for piece in self.misses])
                most = low + 20 if high is None else min(high, low + 20)
                texts = st.text(min_size=low, max_size=most)
                others = texts.filter(lambda text: search(text) is None)
                yield Flaw("FIELD_PATTERN", "", known if low > _LONG else either(known, others))
            return
        if high is not None and high < _LONGEST:
            yield Flaw("FIELD_LENGTH", "", _of_length(high + 1))
        if low:
            yield Flaw("FIELD_LENGTH", "", st.text(max_size=min(low, _LONG) - 1))


def _of_length(size: int) -> SearchStrategy[str]:
    """Texts of exactly ``size`` code points that take few draws: a repeated piece."""
    return st.text(min_size=1, max_size=4).map(lambda piece: (piece * size)[:size])


@dataclass(frozen=True)
class StringsBut(Readable):
    """Strings that are not among ``taken``, as :func:`strings_but` draws them, read off a strip."""

    taken: tuple[str, ...]

    @cached_property
    def width(self) -> int:
        return 1 + TEXT_WIDTH

    @cached_property
    def close(self) -> tuple[str, ...]:
        """Those that are almost one that is taken."""
        return close_strings(self.taken)

    def read(self, strip: Strip, at: int) -> JsonValue:
        at &= MASK
        first = strip.data[at]
        if first < 128 and self.close:
            return self.close[first * len(self.close) >> 7]
        text = read_text(strip.data, at + 1)
        return f"{text}?" if text in self.taken else text


def strings_but(taken: tuple[str, ...]) -> SearchStrategy[str]:
    """Strings that are not among ``taken``, some of them close to one that is."""
    free = close_strings(taken)
    others = TEXT.filter(lambda text: text not in taken)
    return either(st.sampled_from(free), others) if free else others


def close_strings(taken: tuple[str, ...]) -> tuple[str, ...]:
    """Strings that are almost one that is ``taken``."""
    close = [form for text in taken for form in (text.upper(), f"{text} ", text[:-1], f"{text}s")]
    return tuple(form for form in close if form not in taken)


@dataclass(frozen=True, eq=False, repr=False)
class Enum(Several):
    """One of some strings; an open one may be any other string too."""

    names: tuple[str, ...]
    open: bool = False

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({"string"})

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        known = st.sampled_from(self.names)
        return either(known, strings_but(self.names)) if self.open else known

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        return (*self.names, StringsBut(self.names)) if self.open else self.names

    @cached_property
    def one(self) -> OneOf:
        return OneOf(*self.alternatives)

    def own_flaws(self) -> Iterator[Flaw]:
        if not self.open:
            yield Flaw("FIELD_ENUM", "", strings_but(self.names))


STRING = String()
