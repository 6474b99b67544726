"""The classes of types, and what names of scalars stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.tags import variants
from voxspec.breaking.source.fields import Records, Spot
from voxspec.breaking.source.members import members, named_bits
from voxspec.breaking.source.said import breaking, classes, typed
from voxspec.breaking.verdict import Change
from voxspec.model import Enum, Flags, NamedDefinition, Record, Scalar, Union


@dataclass(frozen=True)
class Types:
    """Compares types by what their names offer."""

    pairs: Pairs
    records: Records

    def compare(self) -> Iterator[Change]:
        """What is another for those who name types."""
        for definition in self.pairs.old.protocol.types:
            name = self.pairs.types.get(definition.name)
            if name is not None:
                yield from self._type(definition, self.pairs.new.protocol.type(name))
            else:
                where = self.pairs.old.place("types.yaml", "types", definition.name)
                yield classes(f"types/{definition.name}", (definition.python_name,), (), where)

    def _type(self, old: NamedDefinition, new: NamedDefinition) -> Iterator[Change]:
        where = self.pairs.new.place("types.yaml", "types", new.name)
        spot = Spot(f"types/{new.name}", new.python_name, where)
        if old.python_name != new.python_name:
            yield classes(spot.subject, (old.python_name,), (new.python_name,), where)
        match old, new:
            case Record(), Record():
                yield from self.records.compare(old, new, spot)
            case Union(), Union():
                yield from self._union(old, new, spot)
            case Scalar(), Scalar():
                differing = self.records.annotations.uses(old.use, new.use)
                if differing is not None:
                    yield typed(spot.subject, spot.class_, *differing, where)
            case Enum(), Enum():
                if (old.integer is None) != (new.integer is None):
                    yield typed(spot.subject, spot.class_, _kind(old), _kind(new), where)
                elif old.open and not new.open:
                    yield breaking(
                        "ATTRIBUTE_SAME_TYPE",
                        f"{spot.subject}/x-open",
                        f"{spot.class_} cannot be made of values that it does not list any more, "
                        "and has no is_known",
                        where,
                        "open",
                        "closed",
                    )
                was = {value.value: value.member for value in old.values}
                now = {value.value: value.member for value in new.values}
                yield from members(was, now, f"{spot.subject}/values", spot.class_, where)
            case Flags(), Flags():
                yield from named_bits(
                    old.flags, new.flags, f"{spot.subject}/flags", spot.class_, where
                )
            case _:
                yield typed(spot.subject, spot.class_, _kind(old), _kind(new), where)

    def _union(self, old: Union, new: Union, spot: Spot) -> Iterator[Change]:
        """What a union is no more. A class that is gone altogether is said by itself."""
        for tag, record in variants(self.pairs.old.protocol, old):
            name = self.pairs.types.get(record.name)
            if name is not None and name not in new.variants:
                class_ = self.pairs.new.protocol.type(name).python_name
                yield breaking(
                    "ATTRIBUTE_SAME_TYPE",
                    f"{spot.subject}/{tag}",
                    f"{spot.class_} is never {class_} any more",
                    spot.where,
                    class_,
                )


def _kind(definition: NamedDefinition) -> str:
    match definition:
        case Record():
            return "a class"
        case Union():
            return "one of several classes"
        case Flags():
            return "a set of flags"
        case Enum(integer=None):
            return "an enum of texts"
        case Enum():
            return "an enum of integers"
        case Scalar():
            return "a name for a value"
