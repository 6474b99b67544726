"""Values just beyond a bound that one end has and the other not: the nearest ones that show it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.difference import Candidates
from voxspec.breaking.frames.edges import edges_at
from voxspec.breaking.frames.texts import shortest_beyond, sized_texts
from voxspec.breaking.frames.values import NoValueError, Values, is_within
from voxspec.breaking.verdict import Age
from voxspec.model import (
    ArrayType,
    IntegerType,
    JsonValue,
    Message,
    NumberType,
    StringType,
    Use,
)

_SIZES = 64
"""How many sizes are tried: a pattern may have texts of even lengths only."""

_MOST_ITEMS = 100_000
"""Longer arrays show nothing that people would look at."""

_FINER = 6
"""By how many decimal places a number may be nearer to a bound than the bound is exact."""


def nearest(old: Use, new: Use) -> Candidates:
    """Values that the writer allows and that are the least beyond what the reader does, then others."""

    def values(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        mine, other = (old, new) if writer == "old" else (new, old)
        yield from _beyond(builder.values, mine, other)
        yield from edges_at(old, new)(builder, writer, message)

    return values


def other_pattern(old: Use, new: Use) -> Candidates:
    """The shortest text of the writer that is not of the reader's pattern, then others."""

    def values(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        mine, other = (old, new) if writer == "old" else (new, old)
        assert isinstance(mine.type, StringType)
        assert isinstance(other.type, StringType)
        yield from shortest_beyond(mine.type, StringType(pattern=other.type.pattern))
        yield from edges_at(old, new)(builder, writer, message)

    return values


def _beyond(values: Values, mine: Use, other: Use) -> Iterator[JsonValue]:
    if other.max_json_length is not None:
        yield from _objects(values, mine, other.max_json_length + 1)
    match mine.type, other.type:
        case IntegerType() as written, IntegerType() as read:
            yield from _integers(written, read)
        case NumberType() as written, NumberType() as read:
            yield from _numbers(written, read)
        case StringType() as written, StringType() as read:
            for size in _sizes(
                written.min_length, written.max_length, read.min_length, read.max_length
            ):
                yield from islice(sized_texts(written, size, values.known_texts), 1)
            yield from shortest_beyond(written, StringType(max_length=read.max_length))
            yield from shortest_beyond(written, StringType(min_length=read.min_length))
        case ArrayType() as written, ArrayType() as read:
            yield from _arrays(values, written, read)


# --- Numbers --------------------------------------------------------------------------------------


def _integers(written: IntegerType, read: IntegerType) -> Iterator[int]:
    above, below = max(read.maximum + 1, written.minimum), min(read.minimum - 1, written.maximum)
    nearest = sorted((above, below), key=lambda value: len(str(value)))
    yield from (value for value in nearest if written.minimum <= value <= written.maximum)


def _numbers(written: NumberType, read: NumberType) -> Iterator[int | float]:
    """As exact as the bound is where that is enough: 5.6 is beyond 5.5, and 6 beyond 5."""
    for bound, away in (
        (read.maximum, 1),
        (read.minimum, -1),
        (read.below, 1),
        (read.above, -1),
    ):
        if bound is not None:
            tried = (bound, *_steps(bound, away))
            yield from (
                value for value in tried if is_within(written, value) and not is_within(read, value)
            )
    ends = (written.minimum, written.maximum)
    yield from (end for end in ends if end is not None and not is_within(read, end))


def _steps(bound: float, away: int) -> Iterator[int | float]:
    exact = Decimal(repr(int(bound) if bound == int(bound) else bound))
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)
    for finer in range(_FINER):
        value = exact + away * Decimal(10) ** (exponent - finer)
        yield int(value) if value == int(value) else float(value)


# --- Texts and arrays -----------------------------------------------------------------------------


def _sizes(
    least: int | None, most: int | None, read_least: int | None, read_most: int | None
) -> Iterator[int]:
    """The sizes that the writer allows beyond those of the reader, the nearest first."""
    low = least or 0
    if read_most is not None:
        first = max(read_most + 1, low)
        last = first + _SIZES if most is None else min(most, first + _SIZES)
        yield from range(first, last + 1)
    if read_least is not None:
        first = read_least - 1 if most is None else min(read_least - 1, most)
        yield from range(first, max(low, first - _SIZES) - 1, -1)


def _arrays(values: Values, written: ArrayType, read: ArrayType) -> Iterator[JsonValue]:
    try:
        one = values.least(written.items)
    except NoValueError:
        return
    sizes = _sizes(written.min_items, written.max_items, read.min_items, read.max_items)
    for size in islice(sizes, 1):
        if size <= _MOST_ITEMS:
            yield [one] * size


# --- Objects by the length of their JSON ----------------------------------------------------------


def _objects(values: Values, use: Use, length: int) -> Iterator[JsonValue]:
    """Objects of a type whose JSON has so many characters, by one text or key in them that is longer."""
    for value in values.edges(Use(use.type)):
        missing = length - _length(value, use)
        if missing <= 0:
            yield value
        elif isinstance(value, dict):
            yield from _longer(value, missing)
            if not value:
                missing = length - _length({"a": ""}, use)
                yield {"a": "a" * missing} if missing >= 0 else {"": 0}


def _longer(value: JsonValue, missing: int) -> Iterator[JsonValue]:
    """The value with each of its texts, and each of its keys, longer by so many characters."""
    match value:
        case str():
            yield value + "a" * missing
        case list():
            for at, item in enumerate(value):
                yield from (
                    [*value[:at], longer, *value[at + 1 :]] for longer in _longer(item, missing)
                )
        case dict():
            for key, inner in value.items():
                yield from ({**value, key: longer} for longer in _longer(inner, missing))
            for key in value:
                longer_key: JsonValue = {
                    f"{name}{'a' * missing}" if name == key else name: v
                    for name, v in value.items()
                }
                yield longer_key


def _length(value: JsonValue, use: Use) -> int:
    if use.json_form == "spaced-ascii":
        return len(json.dumps(value))
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
