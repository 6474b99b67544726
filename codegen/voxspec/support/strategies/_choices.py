"""Shapes made of other shapes: null as well, one of several, anything at all, not too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voxspec.support.python._support import JsonValue, json_length
from voxspec.support.strategies._containers import Map
from voxspec.support.strategies._json import (
    ANY,
    JSON_WIDTH,
    KINDS,
    SPOILED_WIDTH,
    Kind,
    either,
    spoiled,
)
from voxspec.support.strategies._records import Record, Union
from voxspec.support.strategies._shapes import ANY_JSON, ANY_OBJECT, Flaw, Integer, Several, Shape
from voxspec.support.strategies._strip import Alternative, OneOf, Readable, Strip
from voxspec.support.strategies._texts import STRING

_LONGEST = 2**17
"""The longest JSON that is drawn: longer takes too long, and no frame is so long."""

_ROOM = 30
"""With fewer characters than this, hardly any other flaw has room."""

_NULL: frozenset[Kind] = frozenset({"null"})


def _mostly(shape: Shape, times: int) -> list[Shape]:
    """A shape some times, so that it is taken as often as some alternatives; not at all without
    values."""
    return [] if shape.is_ended else [shape] * times


def _own(shape: Shape) -> int:
    """How many places a value has that is mostly of a shape, and otherwise anything."""
    return JSON_WIDTH if shape.is_ended else shape.width


@dataclass(frozen=True)
class _Almost(Readable):
    """A value of a shape that was changed somewhere, so that it mostly is of the shape no longer."""

    shape: Shape

    @cached_property
    def width(self) -> int:
        return SPOILED_WIDTH + self.shape.width

    def read(self, strip: Strip, at: int) -> JsonValue:
        return spoiled(self.shape.read(strip, at + SPOILED_WIDTH), strip.data, at)


@dataclass(frozen=True, eq=False, repr=False)
class Choice(Several):
    """One of several shapes of different kinds."""

    options: tuple[Shape, ...]

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(kind for option in self.options for kind in option.kinds)

    @property
    def is_ended(self) -> bool:
        return all(option.is_ended for option in self.options)

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return either(*(option.values for option in self.options))

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        return tuple(option for option in self.options if not option.is_ended)

    @cached_property
    def one(self) -> OneOf:
        return OneOf(*self.alternatives)

    def own_flaws(self) -> Iterator[Flaw]:
        for option in self.options:
            yield from option.own_flaws()


@dataclass(frozen=True, eq=False, repr=False)
class Nullable(Several):
    """Null or another shape."""

    shape: Shape

    @property
    def kinds(self) -> frozenset[Kind]:
        return self.shape.kinds.union(_NULL)

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return either(st.none(), self.shape.values)

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        return (None, *self.shape.alternatives)

    @cached_property
    def one(self) -> OneOf:
        return OneOf(None, *([] if self.shape.is_ended else [self.shape]))

    def own_flaws(self) -> Iterator[Flaw]:
        return self.shape.own_flaws()


@dataclass(frozen=True, eq=False, repr=False)
class Open(Several):
    """A shape that writers keep to and readers do not insist on: nothing is refused."""

    shape: Shape

    @property
    def kinds(self) -> frozenset[Kind]:
        return KINDS

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return either(self.shape.values, self._almost, ANY)

    @property
    def _almost(self) -> SearchStrategy[JsonValue]:
        return either(*(flaw.values for flaw in self.shape.own_flaws()))

    @cached_property
    def one(self) -> OneOf:
        usual = _mostly(self.shape, 21)
        almost = [_Almost(shape) for shape in usual[:3]]
        return OneOf(*usual, *almost, *[ANY_JSON] * 8, width=_own(self.shape))


@dataclass(frozen=True, eq=False, repr=False)
class Relayed(Several):
    """What another client gave: mostly of its usual shape, but nothing is refused."""

    shape: Shape

    @property
    def kinds(self) -> frozenset[Kind]:
        return KINDS

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        usual, almost = self.shape.values, self._almost
        return either(usual, usual, usual, usual, usual, usual, almost, ANY)

    @property
    def _almost(self) -> SearchStrategy[JsonValue]:
        return either(*(flaw.values for flaw in self.shape.own_flaws()))

    @cached_property
    def one(self) -> OneOf:
        usual = _mostly(self.shape, 25)
        almost = [_Almost(shape) for shape in usual[:3]]
        return OneOf(*usual, *almost, *[ANY_JSON] * 4, width=_own(self.shape))


@dataclass(frozen=True, eq=False, repr=False)
class RelayedInteger(Several):
    """An integer that another client gave: mostly of its usual range, always one of ``wide``."""

    shape: Shape
    wide: Integer

    @property
    def kinds(self) -> frozenset[Kind]:
        return self.shape.kinds

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return either(self.shape.values, self.shape.values, self.shape.values, self.wide.values)

    @cached_property
    def one(self) -> OneOf:
        return OneOf(self.shape, self.shape, self.shape, self.wide)

    def own_flaws(self) -> Iterator[Flaw]:
        return self.wide.own_flaws()


@dataclass(frozen=True, eq=False, repr=False)
class JsonLength(Several):
    """A shape whose values have at most ``limit`` characters as compact JSON.

    With ``spaced_ascii`` they are counted as JSON with a space after each comma and colon and with
    ``\\u`` escapes.
    """

    shape: Shape
    limit: int
    spaced_ascii: bool = False

    @property
    def kinds(self) -> frozenset[Kind]:
        return self.shape.kinds

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        values = self.shape.values
        full = [self._padded(self.limit)] if self.limit <= _LONGEST else []
        return either(values, values, values, *full).filter(self._fits)

    @cached_property
    def one(self) -> OneOf:
        full = [self._padded(self.limit)] if self.limit <= _LONGEST else []
        return OneOf(*_mostly(self.shape, 15), *full)

    def read(self, strip: Strip, at: int) -> JsonValue:
        value = self.one.read(strip, at)
        return value if self._fits(value) else strip.draw(self.values)

    def _fits(self, value: JsonValue) -> bool:
        return json_length(value, spaced_ascii=self.spaced_ascii) <= self.limit

    def own_flaws(self) -> Iterator[Flaw]:
        sizes = (self.limit + 1, 2 * self.limit + 2) if self.limit <= _LONGEST else ()
        for size in sizes:
            yield Flaw("JSON_LENGTH", "", self._padded(size), json_schema=False)
        for flaw in self.shape.own_flaws() if self.limit >= _ROOM else ():
            yield flaw.under("", flaw.values.filter(self._fits))

    def _padded(self, size: int) -> SearchStrategy[JsonValue]:
        """Objects of exactly ``size`` characters, or a few more when they are that long anyway."""
        return either(
            *(self._filled(shape, key, size) for shape, key in _padding_keys(self.shape)),
            *(self._long_key(shape, size) for shape in _maps(self.shape)),
        )

    def _filled(self, shape: Shape, key: str, size: int) -> SearchStrategy[JsonValue]:
        def pad(value: JsonValue) -> JsonValue:
            if not isinstance(value, dict):
                return value
            value = {**value, key: ""}
            length = json_length(value, spaced_ascii=self.spaced_ascii)
            return {**value, key: "x" * (size - length)}

        return shape.values.map(pad)

    def _long_key(self, shape: Map, size: int) -> SearchStrategy[JsonValue]:
        def pad(drawn: tuple[JsonValue, JsonValue]) -> JsonValue:
            value, item = drawn
            others = {k: v for k, v in value.items() if k} if isinstance(value, dict) else {}
            length = json_length({**others, "": item}, spaced_ascii=self.spaced_ascii)
            return {**others, "x" * (size - length): item}

        return st.tuples(shape.values, shape.items.values).map(pad)


def _maps(shape: Shape) -> Iterator[Map]:
    """Maps in which no value can be padded, but a key can."""
    match shape:
        case Nullable(shape=inner):
            yield from _maps(inner)
        case Choice(options=options):
            for option in options:
                yield from _maps(option)
        case Map(items=items) if items is not STRING:
            yield shape


def _padding_keys(shape: Shape) -> Iterator[tuple[Shape, str]]:
    """Shapes of objects, each with a key that takes any text: a field, or one that nobody knows."""
    match shape:
        case Nullable(shape=inner):
            yield from _padding_keys(inner)
        case Choice(options=options):
            for option in options:
                yield from _padding_keys(option)
        case Union(variants=variants):
            for variant in variants.values():
                yield from _padding_keys(variant)
        case Record(extra=extra):
            bound = {key for group in shape.exactly_one_of for key in group}
            bound |= {key for rule in shape.required_when for key in (rule.key, *rule.required)}
            free = {key: field for key, field in shape.fields.items() if key not in bound}
            texts = [key for key, field in free.items() if field is STRING]
            unknown = ["x_padding"] if extra and "x_padding" not in shape.fields else []
            for key in [*texts, *unknown][:1]:
                yield (shape, key)
        case _ if shape is ANY_OBJECT or (isinstance(shape, Map) and shape.items is STRING):
            yield (shape, "x_padding")
