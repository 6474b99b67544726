"""What differs in two types, exactly: also in those that only one revision has, which nothing else compares."""

from __future__ import annotations

from voxspec.breaking.exact import exactly
from voxspec.breaking.frames.pairs import Pairs
from voxspec.model import Field, NamedDefinition, Protocol, Record, Type, Use
from voxspec.model.walk import references

_Shape = Record | Type | NamedDefinition
_Told = Use | Field | _Shape | None


def told_apart(pairs: Pairs, old: _Told, new: _Told) -> str:
    """What was and what is, with the types in it that have no counterpart."""
    was = _alone(pairs.old.protocol, old, {*pairs.types})
    now = _alone(pairs.new.protocol, new, {*pairs.types.values()})
    return exactly(old, was, new, now)


def _alone(protocol: Protocol, thing: _Told, paired: set[str]) -> list[NamedDefinition]:
    found: dict[str, NamedDefinition] = {}
    waiting = [*_shapes(thing)]
    while waiting:
        for name in {reference.name for reference in references(waiting.pop())}:
            if name not in paired and name not in found:
                found[name] = protocol.type(name)
                waiting.append(found[name])
    return [found[name] for name in sorted(found)]


def _shapes(thing: _Told) -> list[_Shape]:
    match thing:
        case None:
            return []
        case Field(use=use):
            return [use.type]
        case Use(type=type_):
            return [type_]
    return [thing]
