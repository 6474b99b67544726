"""JSON values to draw: of any kind, of every kind but some, and under keys that nobody knows."""

from __future__ import annotations

import copy
import math
import struct
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Generic, Literal, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from voxspec.support.python._support import JsonValue
from voxspec.support.strategies._strip import (
    MASK,
    Readable,
    Strip,
    common_integers,
    read_integer,
    read_text,
)

ValueT = TypeVar("ValueT")

Kind = Literal["null", "boolean", "integer", "number", "string", "array", "object"]

_SAMPLES: dict[Kind, tuple[JsonValue, ...]] = {
    "null": (None,),
    "boolean": (False, True),
    "integer": (0, 1, -1, 2**53 + 1),
    "number": (0.5, -1.25, 1e300),
    "string": ("", "1", "true", "null"),
    "array": ([], [0], [[]]),
    "object": ({}, {"id": 1}),
}

KINDS = frozenset(_SAMPLES)

_SAMPLE_VALUES: dict[Kind, SearchStrategy[JsonValue]] = {
    kind: st.sampled_from(values).map(copy.deepcopy) for kind, values in _SAMPLES.items()
}

STRANGE_KEYS = (
    "x_unknown",
    "",
    "extra",
    "self",
    "__class__",
    "__proto__",
    "a/b~c",
    'quote"back\\slash',
    "\x00\x1f\x7f",
    "\u2028",
    "\U0001d11e",
)
"""Keys that a reader could stumble over: Python's names, JSON Pointer's signs, escapes."""

TEXT = st.text(max_size=20)


def either(*strategies: SearchStrategy[ValueT]) -> SearchStrategy[ValueT]:
    """One of ``strategies``, each as likely as the next.

    ``st.one_of`` would count the branches of those that are choices themselves.
    """
    some = [strategy for strategy in strategies if not strategy.is_empty]
    return _either(_Options(some)) if some else st.nothing()


class _Options(Generic[ValueT]):
    """Some strategies, shown in short: Hypothesis prints them with a failing example."""

    def __init__(self, strategies: list[SearchStrategy[ValueT]]) -> None:
        self.strategies = strategies
        self.places = st.integers(0, len(strategies) - 1)

    def __repr__(self) -> str:
        count = len(self.strategies)
        return " | ".join(map(repr, self.strategies)) if count < 4 else f"one of {count}"


@st.composite
def _either(draw: DrawFn, options: _Options[ValueT]) -> ValueT:
    return draw(options.strategies[draw(options.places)])


SCALARS: SearchStrategy[JsonValue] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    TEXT,
    st.floats(allow_nan=False, allow_infinity=False),
)


def _nested(values: SearchStrategy[JsonValue]) -> SearchStrategy[JsonValue]:
    """Scalars half of the time, else arrays and objects of ``values``."""
    arrays = st.lists(values, max_size=3)
    return either(SCALARS, SCALARS, arrays, st.dictionaries(TEXT, values, max_size=3))


ANY = _nested(_nested(SCALARS))
"""Any JSON value, two containers deep at most, with numbers that fit 64 bits."""

OBJECTS: SearchStrategy[dict[str, JsonValue]] = st.dictionaries(
    either(st.sampled_from(STRANGE_KEYS), TEXT), ANY, max_size=3
)


def other_kinds(
    kinds: frozenset[Kind], *, null_too: bool = False
) -> Iterator[SearchStrategy[JsonValue]]:
    """One strategy for every JSON kind that is not among ``kinds``. An integer is a number too."""
    for kind, values in _SAMPLE_VALUES.items():
        is_accepted = kind in kinds or (kind == "integer" and "number" in kinds)
        if not is_accepted and not (null_too and kind == "null"):
            yield values


_EACH_KIND = (*[(None,)] * 2, *_SAMPLES.values())
"""Samples of any kind; null more often, as it is where something goes wrong."""

_ALL_SAMPLES = tuple(sample for samples in _SAMPLES.values() for sample in samples)

_COMMON = common_integers(-(2**63), 2**64 - 1)

_JSON_DEPTH = 2
"""How many arrays and objects stand in each other in JSON that is read."""

JSON_WIDTH = 24


def read_json(data: bytes, at: int, depth: int = _JSON_DEPTH) -> JsonValue:
    """Any JSON value, with numbers that fit 64 bits."""
    at &= MASK
    first = data[at]
    if first < 64:
        return copy.deepcopy(_ALL_SAMPLES[first * len(_ALL_SAMPLES) >> 6])
    kind, size = first >> 4, first & 3
    if kind < 7:
        return read_integer(data, at + 1, -(2**63), 2**64 - 1, _COMMON)
    if kind < 10:
        return read_text(data, at + 1)
    if kind == 10:
        number: float = struct.unpack_from(">d", data, at + 1)[0]
        return number if math.isfinite(number) else 0.5
    if kind == 11 or not depth:
        return first & 1 == 1
    if kind < 14:
        return [read_json(data, at + 1 + 7 * place, depth - 1) for place in range(size)]
    return read_object(data, at, depth)


def read_object(data: bytes, at: int, depth: int = _JSON_DEPTH) -> dict[str, JsonValue]:
    """Any JSON object."""
    return {
        _read_key(data, at + 1 + 7 * place): read_json(data, at + 3 + 7 * place, depth - 1)
        for place in range(data[at & MASK] & 3)
    }


def _read_key(data: bytes, at: int) -> str:
    first = data[at & MASK]
    return STRANGE_KEYS[first * len(STRANGE_KEYS) >> 7] if first < 128 else read_text(data, at + 1)


class UnknownEntries(Readable):
    """One or two entries whose keys are not among those that are known."""

    @cached_property
    def width(self) -> int:
        return 2 * (1 + JSON_WIDTH)

    def __init__(self, known: Iterable[str]) -> None:
        taken = frozenset(known)
        self._keys = [key for key in STRANGE_KEYS if key not in taken]

    def read(self, strip: Strip, at: int) -> JsonValue:
        at &= MASK
        first = strip.data[at]
        value: dict[str, JsonValue] = {}
        for place in (at, at + 1 + JSON_WIDTH)[: 1 + (first & 1)]:
            key = self._keys[(strip.data[place & MASK] >> 1) * len(self._keys) >> 7]
            value[key] = read_json(strip.data, place + 1)
        return value


SPOILED_WIDTH = 3
"""So many bytes say what is changed, one for each object or array around it."""


def spoiled(value: JsonValue, data: bytes, at: int) -> JsonValue:
    """A value that is almost another one: a part of it is gone, of any kind, or near what it was."""
    first = data[at & MASK]
    if isinstance(value, dict) and value:
        key = [*value][first * len(value) >> 8]
        if first & 7 == 7:
            return {name: item for name, item in value.items() if name != key}
        return {**value, key: spoiled(value[key], data, at + 1)}
    if isinstance(value, list) and value:
        place = first * len(value) >> 8
        return [*value[:place], spoiled(value[place], data, at + 1), *value[place + 1 :]]
    if isinstance(value, str) and first & 3 == 3:
        return (value.upper(), f"{value} ", value[:-1], f"{value}s")[first >> 2 & 3]
    if isinstance(value, int) and not isinstance(value, bool) and first & 3 == 3:
        near = (-1 - value, value + 2**32, 2**63 - 1 - value, value - 2**32)[first >> 2 & 3]
        return near if -(2**63) <= near < 2**64 else -1
    samples = _EACH_KIND[first * len(_EACH_KIND) >> 8]
    return copy.deepcopy(samples[first % len(samples)])


def pointer_to(key: str) -> str:
    """The JSON Pointer that leads to ``key`` of an object."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
