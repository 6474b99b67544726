"""Shapes of JSON values: each draws valid ones, and ones with exactly one flaw.

A shape builds its strategies when they are first asked for and keeps them.
"""

from __future__ import annotations

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
    Kind,
    other_kinds,
    read_json,
    read_object,
)
from voxspec.support.strategies._strip import (
    INTEGER_WIDTH,
    MASK,
    Alternative,
    OneOf,
    Readable,
    Strip,
    common_integers,
    read_integer,
)


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


class Several(Shape):
    """A shape that is one of some alternatives."""

    @cached_property
    @abstractmethod
    def one(self) -> OneOf:
        """The alternatives as they are read."""

    @cached_property
    def width(self) -> int:
        return self.one.width

    def read(self, strip: Strip, at: int) -> JsonValue:
        return self.one.read(strip, at)


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

    @cached_property
    def width(self) -> int:
        return 1

    def read(self, strip: Strip, at: int) -> JsonValue:
        return strip.data[at & MASK] >= 128


class AnyObject(Simple):
    """Any JSON object."""

    @cached_property
    def width(self) -> int:
        return JSON_WIDTH

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

    @cached_property
    def width(self) -> int:
        return INTEGER_WIDTH

    @cached_property
    def _common(self) -> tuple[int, ...]:
        return common_integers(self.minimum, self.maximum)

    def read(self, strip: Strip, at: int) -> JsonValue:
        return read_integer(strip.data, at, self.minimum, self.maximum, self._common)

    def own_flaws(self) -> Iterator[Flaw]:
        for value in (self.minimum - 1, self.maximum + 1):
            further = value - 2**32 if value < self.minimum else value + 2**32
            yield Flaw("FIELD_RANGE", "", st.sampled_from([value, further]))


class AnyJson(Shape):
    """Any JSON value."""

    @cached_property
    def width(self) -> int:
        return JSON_WIDTH

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
INT32 = Integer(-(2**31), 2**31 - 1)
UINT32 = Integer(0, 2**32 - 1)
INT64 = Integer(-(2**63), 2**63 - 1)
UINT64 = Integer(0, 2**64 - 1)
