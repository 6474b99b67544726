"""Where the schema says what stands at a place of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from voxwire.analysis.observed import kind_of
from voxwire.analysis.shape_kinds import kinds_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Section: TypeAlias = Literal["client", "server", "types", "envelope"]


class SchemaPlace(msgspec.Struct, frozen=True):
    """The kind of file, and the keys that lead there."""

    section: Section
    path: tuple[str, ...]

    def __truediv__(self, step: str) -> SchemaPlace:
        return SchemaPlace(self.section, (*self.path, step))

    @classmethod
    def of_type(cls, name: str) -> SchemaPlace:
        """The place of a type with a name."""
        return cls("types", ("types", name))


class Found(msgspec.Struct, frozen=True):
    """What a JSON Pointer leads to."""

    place: SchemaPlace
    value: Any
    is_relayed: bool
    """Whether it comes from another client, who may put anything there."""


def found(
    types: Mapping[str, Any], shape: Any, place: SchemaPlace, value: Any, pointer: str
) -> Found | None:
    """What `pointer` leads to in `value`, which is of `shape` and described at `place`; None where the
    shapes say nothing of it. `types` are the shapes with names."""
    is_relayed = False
    steps = _steps(pointer)
    while True:
        shape, place, is_open = _concrete(types, shape, place, value)
        is_relayed = is_relayed or is_open
        step = next(steps, None)
        if step is None:
            return Found(place, value, is_relayed)
        match type(shape).__name__:
            case "Record" if isinstance(value, dict) and step in value:
                key = next((key for key in shape.keys if key.name == step), None)
                if key is None:
                    return None
                is_relayed = is_relayed or key.relayed
                shape, place, value = key.shape, place / "properties" / step, value[step]
            case "Items" if isinstance(value, list) and _is_index(step, value):
                shape, place, value = shape.item, place / "items", value[int(step)]
            case "Entries" if isinstance(value, dict) and step in value:
                shape, place, value = shape.value, place / "additionalProperties", value[step]
            case _:
                return None


def _concrete(
    types: Mapping[str, Any], shape: Any, place: SchemaPlace, value: Any
) -> tuple[Any, SchemaPlace, bool]:
    """The shape that `value` has by a name or a choice, and whether any other may stand there."""
    is_open = False
    while True:
        match type(shape).__name__:
            case "Named":
                is_open = is_open or shape.open
                place, shape = SchemaPlace.of_type(shape.name), types[shape.name]
            case "Choice":
                kind = kind_of(value)
                arms = (arm for arm in shape.arms if _takes(types, arm, kind))
                shape = next(arms, None)
            case "Tagged":
                tag = value.get(shape.key) if isinstance(value, dict) else None
                name = shape.records.get(tag) if isinstance(tag, str | int) else None
                if name is None:
                    return None, place, is_open
                place, shape = SchemaPlace.of_type(name), types[name]
            case _:
                return shape, place, is_open


def _takes(types: Mapping[str, Any], shape: Any, kind: str) -> bool:
    kinds = kinds_of(shape, types)
    return kinds is None or kind in kinds


def _steps(pointer: str) -> Iterator[str]:
    return (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _is_index(step: str, value: list[Any]) -> bool:
    return step.isdecimal() and int(step) < len(value)
