"""Shapes of JSON values: each draws valid ones, and ones with exactly one flaw.

A shape builds its strategies when they are first asked for and keeps them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voxspec.support.python._support import JsonValue
from voxspec.support.strategies._json import (
    ANY,
    JSON_WIDTH,
    KINDS,
    OBJECTS,
    TEXT,
    Kind,
    either,
    other_kinds,
    read_json,
    read_object,
)
from voxspec.support.strategies._strip import (
    INTEGER_WIDTH,
    LONGEST_TEXT,
    MASK,
    TEXT_WIDTH,
    Alternative,
    OneOf,
    Readable,
    Strip,
    common_integers,
    read_integer,
    read_text,
)

_LONG = 200
"""From this length on, texts are drawn as a repeated piece: each character takes a draw."""

_LONGEST = 2**17
"""The longest text that is drawn: longer ones take too long, and no frame is so long."""


_AS_LONG_AS_POSSIBLE = 208
"""From this byte on, a text is as long as it may be, or as short."""


@dataclass(frozen=True)
class Flaw:
    """Values that break one rule at one place, and are valid in every other way.

    ``pointer`` leads from the value to the place; ``json_schema`` is False when JSON Schema has no
    keyword for the rule.
    """

    rule: str
    pointer: str
    values: SearchStrategy[JsonValue]
    json_schema: bool = True

    def under(self, step: str, values: SearchStrategy[JsonValue]) -> Flaw:
        """The same flaw seen from the container that has this value below ``step``."""
        return replace(self, pointer=step + self.pointer, values=values)


class Shape(Readable, ABC):
    """What a JSON value may be.

    Its values are drawn, unless the shape knows how to read them off a strip.
    """

    @property
    @abstractmethod
    def kinds(self) -> frozenset[Kind]:
        """The JSON kinds that the shape accepts."""

    @cached_property
    @abstractmethod
    def values(self) -> SearchStrategy[JsonValue]:
        """Valid values."""

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Valid values, with those that can be listed one by one."""
        return (self,)

    @cached_property
    def width(self) -> int:
        return 0

    def read(self, strip: Strip, at: int) -> JsonValue:  # noqa: ARG002
        return strip.draw(self.values)

    @property
    def is_ended(self) -> bool:
        """Whether there are no values, as types that hold themselves end here."""
        return False

    def own_flaws(self) -> Iterator[Flaw]:
        """Flaws of values of the right kind."""
        return iter(())

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"  # Hypothesis shows it, and all of it is long

    def flaws(self) -> Iterator[Flaw]:
        """All flaws, the wrong kind among them."""
        for values in other_kinds(self.kinds):
            yield Flaw("FIELD_TYPE", "", values)
        yield from self.own_flaws()


@dataclass(frozen=True, eq=False, repr=False)
class Simple(Shape):
    """A kind of value without any rule, such as a boolean."""

    kind: Kind
    drawn: SearchStrategy[JsonValue]

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({self.kind})

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return self.drawn


class Boolean(Simple):
    """True or false."""

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        return (False, True)


class AnyObject(Simple):
    """Any JSON object."""

    width = JSON_WIDTH

    def read(self, strip: Strip, at: int) -> JsonValue:
        return read_object(strip.data, at)


@dataclass(frozen=True, eq=False, repr=False)
class Integer(Shape):
    """An integer between two bounds, which Hypothesis draws more often than others."""

    minimum: int
    maximum: int

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({"integer"})

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return st.integers(self.minimum, self.maximum)

    width = INTEGER_WIDTH

    @cached_property
    def _common(self) -> tuple[int, ...]:
        return common_integers(self.minimum, self.maximum)

    def read(self, strip: Strip, at: int) -> JsonValue:
        return read_integer(strip.data, at, self.minimum, self.maximum, self._common)

    def own_flaws(self) -> Iterator[Flaw]:
        for value in (self.minimum - 1, self.maximum + 1):
            further = value - 2**32 if value < self.minimum else value + 2**32
            yield Flaw("FIELD_RANGE", "", st.sampled_from([value, further]))


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


@dataclass(frozen=True, eq=False, repr=False)
class Const(Shape):
    """Exactly one string, integer or boolean."""

    value: str | int | bool

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({_kind_of(self.value)})

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return st.just(self.value)

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        return (self.value,)

    def own_flaws(self) -> Iterator[Flaw]:
        yield Flaw("FIELD_CONST", "", others_than(self.value))


def _kind_of(value: str | int | bool) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "integer"


def others_than(*taken: str | int | bool) -> SearchStrategy[JsonValue]:
    """Values of the kind of those that are ``taken``, but others; some of them are close."""
    match _kind_of(taken[0]):
        case "boolean":
            return st.sampled_from([value for value in (False, True) if value not in taken])
        case "string":
            return strings_but(tuple(map(str, taken)))
    return integers_but(tuple(map(int, taken)), -(2**63), 2**63 - 1)


def integers_but(taken: tuple[int, ...], least: int, most: int) -> SearchStrategy[int]:
    """Integers within bounds that are not among ``taken``, some of them close to one that is."""
    close = [near for value in taken for near in (value - 1, value + 1, -value)]
    free = [value for value in close if value not in taken and least <= value <= most]
    others = st.integers(least, most).filter(lambda value: value not in taken)
    return either(st.sampled_from(free), others) if free else others


@dataclass(frozen=True)
class StringsBut(Readable):
    """Strings that are not among ``taken``, as :func:`strings_but` draws them, read off a strip."""

    taken: tuple[str, ...]

    width = 1 + TEXT_WIDTH

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
class Enum(Shape):
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
    def _one(self) -> OneOf:
        return OneOf(*self.alternatives)

    @cached_property
    def width(self) -> int:
        return self._one.width

    def read(self, strip: Strip, at: int) -> JsonValue:
        return self._one.read(strip, at)

    def own_flaws(self) -> Iterator[Flaw]:
        if not self.open:
            yield Flaw("FIELD_ENUM", "", strings_but(self.names))


class AnyJson(Shape):
    """Any JSON value."""

    width = JSON_WIDTH

    def read(self, strip: Strip, at: int) -> JsonValue:
        return read_json(strip.data, at)

    @property
    def kinds(self) -> frozenset[Kind]:
        return KINDS

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return ANY


ANY_JSON = AnyJson()
NULL = Simple("null", st.none())
BOOLEAN = Boolean("boolean", st.booleans())
NUMBER = Simple(
    "number",
    st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53)),
)
ANY_OBJECT = AnyObject("object", OBJECTS)
STRING = String()
INT32 = Integer(-(2**31), 2**31 - 1)
UINT32 = Integer(0, 2**32 - 1)
INT64 = Integer(-(2**63), 2**63 - 1)
UINT64 = Integer(0, 2**64 - 1)
