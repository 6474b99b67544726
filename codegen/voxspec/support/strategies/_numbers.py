"""Shapes of numbers beyond plain integers: between bounds, of an enum, made of flags."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voxspec.support.python._support import JsonValue
from voxspec.support.strategies._constants import integers_but
from voxspec.support.strategies._json import Kind, either
from voxspec.support.strategies._shapes import Flaw, Integer, Several, Shape
from voxspec.support.strategies._strip import (
    INTEGER_WIDTH,
    MASK,
    Alternative,
    OneOf,
    Strip,
    read_integer,
)


@dataclass(frozen=True, eq=False, repr=False)
class Number(Shape):
    """A number between bounds; ``above`` and ``below`` are bounds that it never reaches."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({"number"})

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        low = self.minimum if self.above is None else self.above
        high = self.maximum if self.below is None else self.below
        floats = st.floats(
            None if low is None else float(low),
            None if high is None else float(high),
            exclude_min=self.above is not None,
            exclude_max=self.below is not None,
            allow_nan=False,
            allow_infinity=False,
        )
        known = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        ends = st.sampled_from(known) if known else st.nothing()
        return either(floats.filter(self._fits), self._integers(low, high), ends)

    def _integers(self, low: float | None, high: float | None) -> SearchStrategy[int]:
        least = -(2**53) if low is None else math.ceil(low)
        most = 2**53 if high is None else math.floor(high)
        if low is None or high is None:  # one side has no bound: not far beyond the other
            least, most = (most - 2**53, most) if low is None else (least, least + 2**53)
        return st.integers(least, most).filter(self._fits) if least <= most else st.nothing()

    def _fits(self, value: float) -> bool:
        return (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def own_flaws(self) -> Iterator[Flaw]:
        for bound, away in (
            (self.minimum, -math.inf),
            (self.maximum, math.inf),
            (self.above, -math.inf),
            (self.below, math.inf),
        ):
            if bound is None:
                continue
            step = math.copysign(1, away)
            near = [bound, math.nextafter(bound, away), bound + step, 2 * bound + step]
            beyond = [v for v in near if math.isfinite(v) and not self._fits(v)]
            if beyond:
                yield Flaw("FIELD_RANGE", "", st.sampled_from(beyond))


@dataclass(frozen=True, eq=False, repr=False)
class Flags(Integer):
    """An integer of flags: mostly of those bits that have a name, but any others can be set."""

    known: int

    @cached_property
    def width(self) -> int:
        return 1 + INTEGER_WIDTH

    def read(self, strip: Strip, at: int) -> JsonValue:
        at &= MASK
        value = read_integer(strip.data, at + 1, self.minimum, self.maximum, self._common)
        return value & self.known if strip.data[at] < 128 else value

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        every = st.integers(self.minimum, self.maximum)
        return either(every.map(lambda value: value & self.known), every)


@dataclass(frozen=True, eq=False, repr=False)
class IntegerEnum(Several):
    """One of some integers; an open one may be any other from ``minimum`` to ``maximum`` too."""

    values_listed: tuple[int, ...]
    minimum: int
    maximum: int
    open: bool = False

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({"integer"})

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        known = st.sampled_from(self.values_listed)
        return either(known, self._others) if self.open else known

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        return (*self.values_listed, self._others) if self.open else self.values_listed

    @cached_property
    def one(self) -> OneOf:
        return OneOf(*self.alternatives)

    @property
    def _others(self) -> SearchStrategy[int]:
        return integers_but(self.values_listed, self.minimum, self.maximum)

    def own_flaws(self) -> Iterator[Flaw]:
        if self.open:
            yield from Integer(self.minimum, self.maximum).own_flaws()
        else:
            yield Flaw("FIELD_ENUM", "", self._others)
