"""How rules between keys are tried out: the records that they stand in, without what else is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations

from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.difference import Candidates
from voxspec.breaking.frames.skeleton import of_anything, skeleton
from voxspec.breaking.verdict import Age
from voxspec.model import Field, JsonValue, Message, Record, RequiredWhen

Group = tuple[str, ...]


def without_rules(record: Record) -> Record:
    """The skeleton without any rule, and without any type that only one revision may have."""
    free = replace(record, exactly_one_of=(), required_when=(), closed=False, tag=None)
    return skeleton(free)


def optional(field: Field) -> Field:
    """A field that may be absent, and takes any value."""
    return replace(of_anything(field), required=False)


def with_each(
    old: Record, new: Record, names: set[str], values: Mapping[str, JsonValue] | None = None
) -> Candidates:
    """Records with none, one, and two of some fields, and each again with given values."""

    def made(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        del message
        record = old if writer == "old" else new
        there = frozenset(field.name for field in record.fields if field.name in names)
        yield from builder.variants(record, there)
        for name, value in (values or {}).items():
            if name in there:
                for count in (0, 1, 2):
                    for others in combinations(sorted(there - {name}), count):
                        without = there - {name, *others}
                        given: dict[str, JsonValue] = {name: value}
                        for other in others:
                            given[other] = builder.values.least(record.field(other).use)
                        yield builder.values.record(record, given, without)

    return made


def crossed_by(
    old: Record,
    new: Record,
    members: tuple[Group, Group] = ((), ()),
    rules: tuple[RequiredWhen | None, RequiredWhen | None] = (None, None),
) -> dict[Age, tuple[Record, Record]]:
    """Each end's own keys, and what they would be if a rule were as the other end has it."""

    def pair(record: Record, before: int, after: int) -> tuple[Record, Record]:
        asked = tuple(rule for rule in rules if rule is not None)
        own = skeleton(replace(record, required_when=(*record.required_when, *asked)))
        own = replace(own, required_when=record.required_when)
        groups = [group for group in own.exactly_one_of if {*group} != {*members[before]}]
        whens = [rule for rule in own.required_when if rule != rules[before]]
        groups += [members[after]] if members[after] else []
        whens += [rule for rule in (rules[after],) if rule is not None]
        return own, replace(own, exactly_one_of=tuple(groups), required_when=tuple(whens))

    return {"old": pair(old, 0, 1), "new": pair(new, 1, 0)}
