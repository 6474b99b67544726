"""Which JSON types a shape of a protocol takes (:mod:`voxwire.protocol.shapes`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voxwire.analysis.observed import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping


_NUMBERS: Final[frozenset[Kind]] = frozenset(("integer", "number"))
_ARRAY: Final[frozenset[Kind]] = frozenset(("array",))
_OBJECT: Final[frozenset[Kind]] = frozenset(("object",))


def kinds_of(shape: Any, types: Mapping[str, Any]) -> frozenset[Kind] | None:
    """The JSON types that a shape takes; None for all. `types` are those with names."""
    match type(shape).__name__:
        case "Named":
            return kinds_of(types[shape.name], types)
        case "Plain":
            if shape.kind == "any":
                return None
            return _NUMBERS if shape.kind == "number" else frozenset((shape.kind,))
        case "Values":
            return frozenset[Kind](kind_of(value) for value in shape.values)
        case "Items":
            return _ARRAY
        case "Choice":
            found = [kinds_of(arm, types) for arm in shape.arms]
            if None in found:
                return None
            return frozenset[Kind]().union(*(kinds for kinds in found if kinds is not None))
    return _OBJECT
