"""Shapes of objects with known keys, with the rules that hold between the keys."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voxspec.support.python._support import JsonValue
from voxspec.support.strategies._cases import Case, Entries, Layouts, When, objects
from voxspec.support.strategies._constants import others_than
from voxspec.support.strategies._json import (
    ANY,
    STRANGE_KEYS,
    Kind,
    UnknownEntries,
    either,
    pointer_to,
)
from voxspec.support.strategies._shapes import Flaw, Several, Shape
from voxspec.support.strategies._strip import Alternative, OneOf, Strip


@dataclass(frozen=True, eq=False, repr=False)
class Record(Shape):
    """An object with known keys. It may have others, which readers ignore or, with ``extra``, keep,
    unless it is ``closed``.

    ``exactly_one_of``: groups of optional keys of which one is there. ``required_when``: optional
    keys that the value of another key asks for.
    """

    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)
    exactly_one_of: tuple[tuple[str, ...], ...] = ()
    required_when: tuple[When, ...] = ()
    extra: bool = False
    closed: bool = False

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({"object"})

    @cached_property
    def fields(self) -> dict[str, Shape]:
        """All known keys."""
        return {**self.required, **self.optional}

    @property
    def is_ended(self) -> bool:
        return not self._cases

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return objects(*self._cases, unknown=self._unknown)

    @cached_property
    def _unknown(self) -> UnknownEntries | None:
        return None if self.closed else UnknownEntries(self.fields)

    @cached_property
    def _layouts(self) -> Layouts:
        return Layouts(self._cases, self._unknown)

    @cached_property
    def width(self) -> int:
        return self._layouts.width

    def read(self, strip: Strip, at: int) -> JsonValue:
        return self._layouts.read(strip, at)

    # --- cases ----------------------------------------------------------------------------

    @cached_property
    def _cases(self) -> tuple[Case, ...]:
        """The valid cases."""
        return tuple(
            case
            for bare in self._bare_cases
            for case in [self._with_switches(bare)]
            if case is not None
        )

    @cached_property
    def _bare_cases(self) -> tuple[Case, ...]:
        """The cases without the switches whose value decides nothing."""
        values: dict[str, list[str | int | bool | None]] = {
            rule.key: [None] for rule in self.required_when
        }
        for rule in self.required_when:
            if rule.equals not in values[rule.key]:
                values[rule.key].append(rule.equals)
        return tuple(
            case
            for members in itertools.product(*self.exactly_one_of)
            for chosen in itertools.product(*values.values())
            for case in [self._bare_case(members, dict(zip(values, chosen, strict=True)))]
            if case is not None
        )

    def _bare_case(
        self, members: tuple[str, ...], switches: Mapping[str, str | int | bool | None]
    ) -> Case | None:
        """The case with these members of the groups; None when it contradicts itself."""
        needed = set(members)
        absent = {key for group in self.exactly_one_of for key in group} - needed
        for rule in self.required_when:
            if switches[rule.key] == rule.equals:
                needed |= set(rule.required)
            elif rule.otherwise_absent:
                absent |= set(rule.required)
        if needed & absent:
            return None
        must: Entries = {}
        may: Entries = {}
        for key, shape in self.fields.items():
            if key in switches:
                if (value := switches[key]) is not None:
                    must[key] = (value,)
            elif key in self.required or key in needed:
                if shape.is_ended:
                    return None
                must[key] = shape.alternatives
            elif key not in absent and not shape.is_ended:
                may[key] = shape.alternatives
        return Case(must, may, switches)

    def _with_switches(self, case: Case) -> Case | None:
        """The case with the values that decide nothing; None when there is no such value."""
        for key, value in case.switches.items():
            if value is not None:
                continue
            deciding = [rule.equals for rule in self.required_when if rule.key == key]
            others = _alternatives_but(self.fields[key], tuple(deciding))
            if key not in self.required:
                case = case.allowing(key, *others)
            elif others:
                case = case.having(key, *others)
            else:
                return None
        return case

    def _around(self, key: str) -> Case | None:
        """A case without ``key`` that is valid as far as the other keys go."""
        for case in self._bare_cases if key in self._switches else self._cases:
            if key in self._switches:
                if case.switches[key] is None:
                    return case
            elif case.allows(key):
                return case.without(key)
        return None

    @cached_property
    def _switches(self) -> frozenset[str]:
        return frozenset(rule.key for rule in self.required_when)

    # --- flaws ----------------------------------------------------------------------------

    def own_flaws(self) -> Iterator[Flaw]:
        for key, shape in self.fields.items():
            case = self._around(key)
            if case is None:
                continue
            if key in self.required:
                yield Flaw("FIELD_MISSING", "", objects(case))
            for flaw in shape.flaws():
                yield flaw.under(pointer_to(key), objects(case.having(key, flaw.values)))
        yield from self._group_flaws()
        yield from self._switch_flaws()
        if self.closed:
            yield from self._unknown_flaws()

    def _group_flaws(self) -> Iterator[Flaw]:
        """None of a group, and two of it."""
        for group in self.exactly_one_of:
            case = self._around(group[0])
            if case is None:
                continue
            yield Flaw("EXACTLY_ONE_OF", "", objects(case))
            one = case.having(group[0], *self.fields[group[0]].alternatives)
            for other in group[1:]:
                two = one.having(other, *self.fields[other].alternatives)
                yield Flaw("EXACTLY_ONE_OF", "", objects(two))

    def _unknown_flaws(self) -> Iterator[Flaw]:
        """A key that a closed record has not."""
        unknown = [key for key in STRANGE_KEYS if key not in self.fields]
        for case in self._cases[:1]:
            for key in unknown[:2]:
                yield Flaw("UNKNOWN_FIELD", pointer_to(key), objects(case.having(key, ANY)))

    def _switch_flaws(self) -> Iterator[Flaw]:
        """A key that is missing although a switch asks for it, or there although it may not be."""
        grouped = {key for group in self.exactly_one_of for key in group}
        for rule in self.required_when:
            on = [case for case in self._cases if case.switches[rule.key] == rule.equals][:1]
            off = [case for case in self._cases if case.switches[rule.key] is None][:1]
            for key in sorted(set(rule.required) - grouped):
                for case in on:
                    yield Flaw("REQUIRED_WHEN", "", objects(case.without(key)))
                for case in off if rule.otherwise_absent else []:
                    one = case.having(key, *self.fields[key].alternatives)
                    yield Flaw("FORBIDDEN_WHEN", pointer_to(key), objects(one))


def _alternatives_but(shape: Shape, taken: tuple[str | int | bool, ...]) -> tuple[Alternative, ...]:
    """The values of ``shape`` that are not among ``taken``."""
    drawn = (
        choice.values if isinstance(choice, Shape) else choice for choice in shape.alternatives
    )
    return tuple(
        choice.filter(lambda value: value not in taken)
        if isinstance(choice, SearchStrategy)
        else choice
        for choice in drawn
        if choice not in taken
    )


@dataclass(frozen=True, eq=False, repr=False)
class Union(Several):
    """One of several records, told apart by the string or integer under ``tag``."""

    tag: str
    variants: Mapping[str | int, Shape]

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({"object"})

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return either(*(variant.values for variant in self.variants.values()))

    @cached_property
    def one(self) -> OneOf:
        return OneOf(*(variant for variant in self.variants.values() if not variant.is_ended))

    @property
    def is_ended(self) -> bool:
        return all(variant.is_ended for variant in self.variants.values())

    def own_flaws(self) -> Iterator[Flaw]:
        tag = pointer_to(self.tag)
        for variant in self.variants.values():
            for flaw in variant.own_flaws():
                if (flaw.rule, flaw.pointer) != ("FIELD_CONST", tag):
                    yield flaw
            if not variant.is_ended:
                wrong = st.tuples(variant.values, others_than(*self.variants))
                yield Flaw("VARIANT_UNKNOWN", tag, wrong.map(self._retagged))

    def _retagged(self, drawn: tuple[JsonValue, JsonValue]) -> JsonValue:
        value, tag = drawn
        return {**value, self.tag: tag} if isinstance(value, dict) else value
