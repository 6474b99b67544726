"""Where objects stood, and which of these places have one type: the shapes of a draft's records.

Objects under one key, wherever it is, are one type when they have most of their keys in common. What
stands below such objects is then of one type as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from voxspec.infer import plain
from voxspec.infer.plain import Shape
from voxspec.infer.words import singular, snake

_ALIKE: Final = 0.5
"""Part of all keys of two objects that both have when they are of one type."""


@dataclass(slots=True, eq=False)
class Place:
    """A place where objects stood. ``below`` leads from a key to the places in what stands there."""

    objects: Shape
    base: str
    owner: str
    below: dict[str, list[Place]] = field(default_factory=dict)
    variants: dict[str, Place] = field(default_factory=dict)
    is_root: bool = False
    group: Group = field(init=False)

    def __post_init__(self) -> None:
        self.group = Group([self])


@dataclass(slots=True, eq=False)
class Group:
    """Places of one type."""

    places: list[Place]
    name: str = ""

    @property
    def base(self) -> str:
        return self.places[0].base

    def objects(self) -> Shape:
        """What was seen at all of its places."""
        first, *rest = (place.objects for place in self.places)
        for other in rest:
            first = plain.merged_objects(first, other)
        return first


class Places:
    """All places of objects in a protocol."""

    def __init__(self) -> None:
        self.all: list[Place] = []

    def add(self, shape: Shape, base: str, owner: str, *, is_root: bool = False) -> list[Place]:
        """The places of objects in a shape, in arrays and all."""
        found: list[Place] = []
        if "object" in shape:
            found.append(self._place(shape["object"], base, owner, is_root=is_root))
        if "array" in shape and shape["array"]["items"] is not None:
            found += self.add(shape["array"]["items"], singular(base), owner)
        for other in found[1:]:  # one under a key, and a list of such under the same
            _join(found[0].group, other.group)
        return found

    def _place(self, objects: Shape, base: str, owner: str, *, is_root: bool = False) -> Place:
        place = Place(objects, base, owner, is_root=is_root)
        self.all.append(place)
        inside = owner if is_root else base
        if plain.is_map(objects):
            values = plain.values_of(objects)
            if values is not None:
                place.below["{}"] = self.add(values, singular(base), inside)
            return place
        for key, shape in objects["keys"].items():
            place.below[key] = self.add(shape, snake(key), inside)
        for value, shape in objects.get("variants", {"shapes": {}})["shapes"].items():
            variant = f"{snake(value)}_{base}"
            place.variants[value] = self._place(shape["object"], variant, inside)
        return place

    def unite(self) -> None:
        """Find the places of one type."""
        by_base: dict[str, list[Group]] = {}
        for place in self.all:
            if place.is_root or plain.is_map(place.objects):
                continue
            groups = by_base.setdefault(place.base, [])
            for group in groups:
                if _are_alike(group.places[0].objects, place.objects):
                    _join(group, place.group)
                    break
            else:
                groups.append(place.group)
        while self._unite_below():
            pass

    def groups(self) -> Iterator[Group]:
        """The groups, each once."""
        yield from dict.fromkeys(place.group for place in self.all)

    def _unite_below(self) -> bool:
        changed = False
        for group in [*self.groups()]:
            is_map = plain.is_map(group.objects()) if len(group.places) > 1 else False
            together: dict[Any, list[Place]] = {}
            for place in group.places:
                for key, below in place.below.items():
                    together.setdefault("{}" if is_map else key, []).extend(below)
                for value, variant in place.variants.items():
                    together.setdefault(("variant", value), []).append(variant)
            for first, *rest in filter(None, together.values()):
                for other in rest:
                    if other.group is not first.group:
                        _join(first.group, other.group)
                        changed = True
        return changed


def _are_alike(one: Shape, other: Shape) -> bool:
    first, second = set(one.get("keys", ())), set(other.get("keys", ()))
    tags = [objects.get("variants", {}).get("key") for objects in (one, other)]
    if not first or not second:
        return first == second
    return tags[0] == tags[1] and len(first & second) >= _ALIKE * len(first | second)


def _join(group: Group, other: Group) -> None:
    if group is other:
        return
    for place in other.places:
        place.group = group
    group.places += other.places
