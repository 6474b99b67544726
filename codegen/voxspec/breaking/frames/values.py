"""Values that a revision allows at a place: the smallest one, and those at the edges of what is allowed."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import TypeVar, assert_never

from voxspec.breaking.frames.texts import texts
from voxspec.model import (
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    Enum,
    Flags,
    IntegerType,
    JsonValue,
    MapType,
    NamedDefinition,
    NamedType,
    NullType,
    NumberType,
    Protocol,
    Record,
    Scalar,
    StringType,
    Type,
    Union,
    Use,
)

T = TypeVar("T")

_MOST = 24
"""How many values of a part are looked at."""

_DEEP = 4
"""How far down values at the edges are looked for."""

_UNKNOWN = "not_yet_known"

_SIMPLE: tuple[JsonValue, ...] = (0, "", None, False, [], {}, 1.5)
"""Any JSON, the shortest first."""

Object = dict[str, JsonValue]


class NoValueError(Exception):
    """No value could be made: of a pattern that cannot be followed, for example."""


class Values:
    """Makes values of a protocol's types."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._least: dict[str, JsonValue] = {}
        self._turns = 0
        """How often a type has led back to itself: what was made meanwhile is not the least everywhere."""

    def least(self, use: Use, above: tuple[str, ...] = ()) -> JsonValue:
        """The smallest value that says something: null only where else it would not end."""
        try:
            return self._least_of(use.type, above)
        except NoValueError:
            if use.nullable:
                return None
            raise

    def _least_of(self, type_: Type, above: tuple[str, ...]) -> JsonValue:
        match type_:
            case StringType():
                text = next(texts(type_, self.known_texts), None)
                if text is None:
                    raise NoValueError(type_.pattern)
                return text
            case IntegerType(minimum=low, maximum=high):
                return min(max(low, min(1, high)), high)
            case NumberType():
                return _number(type_)
            case BooleanType():
                return False
            case ConstType(value=value):
                return value
            case ArrayType(items=items, min_items=least):
                return [self.least(items, above) for _ in range(least or 0)]
            case MapType() | AnyObjectType():
                return {}
            case AnyType() | NullType():
                return None
            case ChoiceType(options=options):
                return _shortest(options, lambda option: self.least(option, above))
            case NamedType(name=name):
                return self._least_named(name, above)
            case _:
                assert_never(type_)

    def _least_named(self, name: str, above: tuple[str, ...]) -> JsonValue:
        if name in self._least:
            return self._least[name]
        if name in above:
            self._turns += 1
            raise NoValueError(f"{name} holds itself")
        turns = self._turns
        value = self.least_definition(self._protocol.type(name), (*above, name))
        if not above or turns == self._turns:
            self._least[name] = value
        return value

    def least_definition(self, definition: NamedDefinition, above: tuple[str, ...]) -> JsonValue:
        """The smallest value of a named type."""
        match definition:
            case Scalar(use=use):
                return self.least(use, above)
            case Enum(values=values):
                return min((value.value for value in values), key=_length, default=_UNKNOWN)
            case Flags():
                return 0
            case Record():
                return self.record(definition, above=above)
            case Union(variants=variants):
                return _shortest(variants, lambda name: self._least_named(name, above))
            case _:
                assert_never(definition)

    def record(
        self,
        record: Record,
        given: Mapping[str, JsonValue] | None = None,
        without: frozenset[str] = frozenset(),
        above: tuple[str, ...] = (),
    ) -> Object:
        """The smallest record that has what is ``given`` and nothing of what it is to be ``without``.

        Rules between its keys are kept as far as these allow.
        """
        given = given or {}
        value: Object = dict(given)
        by_name = {field.name: field for field in record.fields}

        def add(name: str) -> None:
            if name in value or name in without or name not in by_name:
                return
            value[name] = self.least(by_name[name].use, above)

        for rule in record.required_when:
            if rule.otherwise_absent and rule.field not in given:
                for name in rule.required:
                    if name in value and rule.field not in without:
                        value[rule.field] = rule.equals
        for field in record.fields:
            if field.always_there or field.name == record.tag:
                add(field.name)
        for group in record.exactly_one_of:
            if not any(name in value for name in group):
                self._one_of(group, add, value)
        for rule in record.required_when:
            if value.get(rule.field) == rule.equals and rule.field in value:
                for name in rule.required:
                    add(name)
        return {name: value[name] for name in (*by_name, *value) if name in value}

    def _one_of(self, group: tuple[str, ...], add: Callable[[str], None], value: Object) -> None:
        for name in group:
            with contextlib.suppress(NoValueError):
                add(name)
            if name in value:
                return

    # --- Edges --------------------------------------------------------------------------------

    def edges(self, use: Use, deep: int = 0, above: tuple[str, ...] = ()) -> Iterator[JsonValue]:
        """Values at the edges of what is allowed, the simplest first; also some just beyond them."""
        seen: set[str] = set()
        for value in islice(self._edges(use, deep, above), _MOST * 8):
            said = f"{type(value).__name__}{value!r}"
            if said not in seen:
                seen.add(said)
                yield value

    def _edges(self, use: Use, deep: int, above: tuple[str, ...]) -> Iterator[JsonValue]:
        yield from self._edges_of(use.type, deep, above)
        if use.nullable:
            yield None

    def _edges_of(self, type_: Type, deep: int, above: tuple[str, ...]) -> Iterator[JsonValue]:
        match type_:
            case StringType():
                yield from islice(texts(type_, self.known_texts), _MOST)
            case IntegerType(minimum=low, maximum=high):
                yield from _integers(low, high)
            case NumberType():
                yield from _numbers(type_)
            case BooleanType():
                yield from (False, True)
            case ConstType(value=value):
                yield value
            case ArrayType(items=items):
                yield from self._arrays(type_, items, deep, above)
            case MapType(values=values):
                yield {}
                if deep < _DEEP:
                    for inner in islice(self.edges(values, deep + 1, above), _MOST):
                        yield {"a": inner}
            case AnyObjectType():
                yield {}
                yield {"a": 1}
            case AnyType():
                yield from _SIMPLE
            case NullType():
                yield None
            case ChoiceType(options=options):
                for option in options:
                    yield from islice(self.edges(option, deep, above), _MOST)
            case NamedType(name=name, open=is_open):
                yield from _SIMPLE if is_open else ()
                if deep < _DEEP or name not in above:
                    definition = self._protocol.type(name)
                    yield from self.edges_of_definition(definition, deep, (*above, name))
            case _:
                assert_never(type_)

    def _arrays(
        self, type_: ArrayType, items: Use, deep: int, above: tuple[str, ...]
    ) -> Iterator[JsonValue]:
        low, high = type_.min_items or 0, type_.max_items
        try:
            one = self.least(items, above)
        except NoValueError:
            if low == 0:
                yield []
            return
        sizes = {low, low + 1, max(low - 1, 0)} | ({high, high + 1} if high is not None else set())
        for size in sorted(sizes):
            if size <= 5000:
                yield [one] * size
        if deep < _DEEP and high != 0:
            for value in islice(self.edges(items, deep + 1, above), _MOST):
                yield [value, *[one] * (max(low, 1) - 1)]

    def edges_of_definition(
        self, definition: NamedDefinition, deep: int, above: tuple[str, ...]
    ) -> Iterator[JsonValue]:
        """The same for a named type."""
        match definition:
            case Scalar(use=use):
                yield from self.edges(use, deep, above)
            case Enum(values=values):
                yield from (value.value for value in values)
                if definition.open:
                    if definition.integer is None:
                        yield from (_UNKNOWN, "")
                    else:
                        yield from _integers(definition.integer.minimum, definition.integer.maximum)
            case Flags(integer=integer):
                yield from _integers(integer.minimum, integer.maximum)
            case Union(variants=variants):
                for variant in variants:
                    yield from islice(self._edges_of(NamedType(variant), deep + 1, above), _MOST)
            case Record():
                yield from self._records(definition, deep, above)
            case _:
                assert_never(definition)

    def _records(self, record: Record, deep: int, above: tuple[str, ...]) -> Iterator[JsonValue]:
        with contextlib.suppress(NoValueError):
            yield self.record(record, above=above)
        if deep >= _DEEP:
            return
        for field in record.fields:
            for value in islice(self.edges(field.use, deep + 1, above), 4):
                try:
                    yield self.record(record, {field.name: value}, above=above)
                except NoValueError:
                    break

    @cached_property
    def known_texts(self) -> tuple[str, ...]:
        """Short texts of the examples: some pattern may be matched by none that is made of its tree."""
        found: dict[str, None] = {}
        for message in self._protocol.messages():
            for example in message.examples:
                for text in _texts_in([example.payload, dict(example.keys)]):
                    if len(text) <= 200:
                        found[text] = None
        return tuple(sorted(found, key=lambda text: (len(text), text)))


def _shortest(parts: Iterable[T], value: Callable[[T], JsonValue]) -> JsonValue:
    """The shortest of the values of some parts, as far as there are any."""
    found: list[JsonValue] = []
    for part in parts:
        with contextlib.suppress(NoValueError):
            found.append(value(part))
    if not found:
        raise NoValueError("any of some parts")
    return min(found, key=_length)


def _length(value: JsonValue) -> int:
    return len(json.dumps(value))


def _texts_in(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts_in(inner)
        case list():
            for inner in value:
                yield from _texts_in(inner)


def _integers(low: int, high: int) -> Iterator[int]:
    inner = [min(max(low, 1), high), min(max(low, 0), high)]
    yield from (*inner, low, high, low - 1, high + 1, low + 1, high - 1)
    yield from (-1, 2**31, 2**32, 2**53 + 1, 2**63, 2**64)


def _number(type_: NumberType) -> JsonValue:
    for value in _numbers(type_):
        if is_within(type_, value):
            return value
    raise NoValueError("a number")


def is_within(type_: NumberType, value: int | float) -> bool:
    """Whether a number is within the bounds of a type."""
    return (
        (type_.minimum is None or value >= type_.minimum)
        and (type_.maximum is None or value <= type_.maximum)
        and (type_.above is None or value > type_.above)
        and (type_.below is None or value < type_.below)
    )


def _numbers(type_: NumberType) -> Iterator[int | float]:
    yield from (1, 0, 0.5, 1.5)
    bounds = [*type_.bounds.values()]
    for bound in bounds:
        yield from (bound, bound + 1, bound - 1, bound + 0.5, bound - 0.5, float(bound))
        yield from (math.floor(bound), math.ceil(bound))
    if len(bounds) > 1:
        yield (bounds[0] + bounds[1]) / 2
    yield from (1.0, -1, -0.5, 2**53 + 1, 1e300, -1e300)
