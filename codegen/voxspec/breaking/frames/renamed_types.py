"""Which types of two revisions are the same: by their names, or called otherwise where they are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from voxspec.breaking.frames.names import bare_record, is_near, likeness
from voxspec.model import NamedDefinition, NamedType, Protocol, Record, Union
from voxspec.model.walk import Shape, references, uses

T = TypeVar("T")
_Place = tuple[str, ...]
"""Where a type is used: of what, in which part of it."""


def paired_types(old: Protocol, new: Protocol) -> dict[str, str]:
    """By the old name of a type, its new one.

    One of another name is of the same shape, and has a near name or stands where the old one stood. What
    is renamed together is found step by step: a record and what it is made of.
    """
    there = {definition.name for definition in new.types}
    found = {d.name: d.name for d in old.types if d.name in there}
    while further := _further(old, new, found):
        found |= further
    return {d.name: found[d.name] for d in old.types if d.name in found}


def _further(old: Protocol, new: Protocol, found: Mapping[str, str]) -> dict[str, str]:
    """Those that can be told by what is known so far, the surest first."""
    taken = {*found.values()}
    gone = [d for d in old.types if d.name not in found]
    added = [d for d in new.types if d.name not in taken]
    if not gone or not added:
        return {}
    before, after = _places(old, found), _places(new, {})
    ranked = []
    for one in gone:
        for other in added:
            shared = len(before.get(one.name, set()) & after.get(other.name, set()))
            near = is_near(one.name, other.name)
            if (near or shared) and _is_same((old, one), (new, other), found):
                rank = (not near, -shared, -likeness(one.name, other.name))
                ranked.append((rank, one.name, other.name))
    pairs: dict[str, str] = {}
    for _, name, now in sorted(ranked, key=lambda pair: pair[0]):
        if name not in pairs and now not in pairs.values():
            pairs[name] = now
    return pairs


def _is_same(
    old: tuple[Protocol, NamedDefinition],
    new: tuple[Protocol, NamedDefinition],
    found: Mapping[str, str],
) -> bool:
    """Whether two are of the same shape, with the names in it as they are now: those of types that are
    renamed with them are taken for what stands in their place, if these are of one shape as well."""
    (before, one), (after, other) = old, new
    if type(one) is not type(other):
        return False
    names = {**found, one.name: other.name}
    inside = [[reference.name for reference in references(each)] for each in (one, other)]
    if len(inside[0]) != len(inside[1]):
        return False
    for was, now in zip(*inside, strict=True):
        if was not in names:
            inner = (before, before.type(was)), (after, after.type(now))
            if not _is_same(*inner, names):
                return False
            names[was] = now
    return _is_equal(with_names(one, names), other)


def _is_equal(old: NamedDefinition, new: NamedDefinition) -> bool:
    if isinstance(old, Record) and isinstance(new, Record):
        return bool(old.fields) and bare_record(old) == bare_record(new)
    if isinstance(old, Union) and isinstance(new, Union):
        return old.variants == new.variants
    plain = {"name": "", "python_name": "", "description": "", "note": None}
    return replace(old, **plain) == replace(new, **plain)  # type: ignore[arg-type]


def _places(protocol: Protocol, found: Mapping[str, str]) -> dict[str, set[_Place]]:
    """By the name of a type, where it is used; of types that go by the names that they have now."""
    places: dict[str, set[_Place]] = {}
    for place, name in _used(protocol, found):
        places.setdefault(name, set()).add(place)
    return places


def _used(protocol: Protocol, found: Mapping[str, str]) -> Iterator[tuple[_Place, str]]:
    for message in protocol.messages():
        owner = (message.direction, message.text)
        if message.payload is not None:
            yield from _inside(message.payload, owner)
        for field in message.keys:
            yield from _inside(field.use.type, (*owner, "keys", field.name))
    for definition in protocol.types:
        yield from _inside(definition, ("types", found.get(definition.name, definition.name)))


def _inside(shape: Shape, place: _Place) -> Iterator[tuple[_Place, str]]:
    match shape:
        case NamedType(name=name):
            yield place, name
        case Record():
            for field in shape.fields:
                yield from _inside(field.use.type, (*place, field.name))
        case Union():
            yield from ((place, variant) for variant in shape.variants)
        case _:
            for use in uses(shape):
                yield from _inside(use.type, place)


def with_names(value: T, names: Mapping[str, str]) -> T:
    """A part of the model, with the types that it refers to called otherwise."""
    return _with_names(value, names)  # type: ignore[no-any-return]


def _with_names(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, NamedType):
        return replace(value, name=names.get(value.name, value.name))
    if isinstance(value, Union):
        return replace(value, variants=tuple(names.get(name, name) for name in value.variants))
    if isinstance(value, tuple):
        return tuple(_with_names(inner, names) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {
            field.name: _with_names(getattr(value, field.name), names) for field in fields(value)
        }
        return replace(value, **parts)
    return value
