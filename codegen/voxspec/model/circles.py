"""Types that hold themselves, how soon a value of one can end, and an order for all types."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter

from voxspec.model.definitions import NamedDefinition, Record, Union
from voxspec.model.types import ArrayType, ChoiceType, MapType, NamedType, Use
from voxspec.model.walk import Shape, parts, references

Circles = Mapping[str, frozenset[str]]


def circles(definitions: Iterable[NamedDefinition]) -> Circles:
    """The types that hold themselves, each with all those of its circle."""
    edges = {d.name: {reference.name for reference in references(d)} for d in definitions}
    reached = {name: _reached(name, edges) for name in edges}
    return {
        name: frozenset(other for other in inside if name in reached.get(other, ()))
        for name, inside in reached.items()
        if name in inside
    }


def _reached(name: str, edges: Mapping[str, set[str]]) -> set[str]:
    """What a type refers to, directly or not."""
    found: set[str] = set()
    waiting = [*edges[name]]
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting += edges.get(other, ())
    return found


def ordered(definitions: Iterable[NamedDefinition]) -> list[NamedDefinition]:
    """The types in the order of the schema, but each after those that it refers to.

    The types of a circle stand together: first its records, which can refer to what comes later.
    """
    types = [*definitions]
    circle_of = circles(types)
    first: dict[str, int] = {}  # the place of each type, for all of a circle that of its first one
    members: dict[int, list[NamedDefinition]] = {}
    for index, definition in enumerate(types):
        circle = circle_of.get(definition.name, ())
        place = next((first[name] for name in circle if name in first), index)
        first[definition.name] = place
        members.setdefault(place, []).append(definition)
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for place, group in members.items():
        needed = {first[reference.name] for d in group for reference in references(d)}
        sorter.add(place, *(needed - {place}))
    return [
        definition
        for place in _lowest_first(sorter)
        for definition in _records_first(members[place])
    ]


def _lowest_first(sorter: TopologicalSorter[int]) -> Iterator[int]:
    sorter.prepare()
    ready: list[int] = []
    while sorter.is_active():
        for index in sorter.get_ready():
            heapq.heappush(ready, index)
        first = heapq.heappop(ready)
        yield first
        sorter.done(first)


def _records_first(members: list[NamedDefinition]) -> Iterator[NamedDefinition]:
    others = {d.name: d for d in members if not isinstance(d, Record)}
    yield from (d for d in members if isinstance(d, Record))
    sorter = TopologicalSorter(
        {name: [r.name for r in references(d) if r.name in others] for name, d in others.items()}
    )
    yield from (others[name] for name in sorter.static_order())


def levels(definitions: Iterable[NamedDefinition]) -> dict[str, int]:
    """How many types of its circle a value of a type holds in each other at least, itself among
    them; types whose values cannot end are left out."""
    by_name = {d.name: d for d in definitions}
    circle_of = circles(by_name.values())
    found: dict[str, int] = {}
    while True:
        new = {
            name: 1 + inside
            for name, circle in circle_of.items()
            if name not in found and (inside := _least(by_name[name], circle, found)) is not None
        }
        if not new:
            return found
        found |= new


def _least(shape: Shape, circle: frozenset[str], found: Mapping[str, int]) -> int | None:
    """The levels that a value of a shape needs, as far as ``found`` tells; None: not known yet."""

    def of_use(use: Use) -> int | None:
        return 0 if use.nullable else _least(use.type, circle, found)

    match shape:
        case NamedType(name=name, open=is_open):
            return found.get(name) if name in circle and not is_open else 0
        case MapType():
            return 0
        case ArrayType(min_items=low) if not low:
            return 0
        case ChoiceType() | Union():
            return _fewest(of_use(part.use) for part in parts(shape))
        case Record(fields=fields, exactly_one_of=groups):
            needed = [of_use(field.use) for field in fields if field.always_there]
            needed += [_fewest(of_use(shape.field(key).use) for key in group) for group in groups]
        case _:
            needed = [of_use(part.use) for part in parts(shape)]
    known = [level for level in needed if level is not None]
    return max(known, default=0) if len(known) == len(needed) else None


def _fewest(levels_: Iterable[int | None]) -> int | None:
    return min((level for level in levels_ if level is not None), default=None)
