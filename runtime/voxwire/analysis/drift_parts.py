"""The values at the places of a schema, each compared with what is said there.

Types are followed by their names, so that what is new about one is said once, wherever it is used.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from voxwire.analysis.drift_difference import SchemaDifference
from voxwire.analysis.evidence import Evidence, Sight
from voxwire.analysis.observed import Kind, Observed, kind_of
from voxwire.analysis.schema_place import SchemaPlace
from voxwire.analysis.shape_kinds import kinds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.analysis.drift_difference import What
    from voxwire.protocol.shapes import Shapes

MOST_NEW: Final = 200
"""New types, new keys of a record, and new values of an enum that are told apart."""


class Seen:
    """Values that the schema does not know."""

    def __init__(self) -> None:
        self.observed: Final = Observed()
        self.evidence: Final = Evidence()

    def add(self, value: Any, sight: Sight) -> None:
        """One more."""
        self.observed.add(value)
        self.evidence.add(sight)


class Part:
    """A value at a place of the schema."""

    def see(self, value: Any, sight: Sight) -> None:
        """One more."""

    def differences(self, enough: int) -> Iterator[SchemaDifference]:
        """What is new about it."""
        del enough
        yield from ()


class Walk:
    """Makes parts of shapes; those of named types are shared."""

    def __init__(self, shapes: Shapes) -> None:
        self._types: Final = shapes.types
        self.named: Final[dict[str, Part]] = {}

    def part(self, shape: Any, place: SchemaPlace, *, lenient: bool = False) -> Part:
        """The part of a shape; `lenient` where anything may come."""
        match type(shape).__name__:
            case "Named":
                return self._checked(shape, place, self._named(shape.name), lenient or shape.open)
            case "Record":
                return self._checked(shape, place, Record(self, shape, place), lenient)
            case "Values":
                return self._checked(shape, place, _Values(shape, place), lenient)
            case "Items":
                inner = self.part(shape.item, place / "items")
                return self._checked(shape, place, _Items(inner), lenient)
            case "Entries":
                inner = self.part(shape.value, place / "additionalProperties")
                return self._checked(shape, place, _Entries(inner), lenient)
            case "Choice":
                arms = [
                    (self.kinds(arm), self.part(arm, place, lenient=True)) for arm in shape.arms
                ]
                return self._checked(shape, place, _Choice(arms), lenient)
            case "Tagged":
                return self._checked(shape, place, _Tagged(self, shape, place), lenient)
        return self._checked(shape, place, Part(), lenient)

    def named_record(self, name: str) -> Part:
        """The part of a named record."""
        return self._named(name)

    def _named(self, name: str) -> Part:
        if name not in self.named:
            self.named[name] = _Later()
            later = self.named[name]
            assert isinstance(later, _Later)
            later.part = self.part(self._types[name], SchemaPlace.of_type(name), lenient=True)
        return self.named[name]

    def _checked(self, shape: Any, place: SchemaPlace, part: Part, lenient: bool) -> Part:
        kinds = self.kinds(shape)
        is_named = type(shape).__name__ == "Named"
        if lenient or kinds is None:
            return _Elsewhere(part) if is_named else part
        if is_named:
            return _Typed(_Elsewhere(part), kinds, place, shape.name)
        return _Typed(part, kinds, place)

    def kinds(self, shape: Any) -> frozenset[Kind] | None:
        """The JSON types that a shape takes; None for all."""
        return kinds_of(shape, self._types)


class _Later(Part):
    """A named type, which may hold itself."""

    part: Part

    def see(self, value: Any, sight: Sight) -> None:
        self.part.see(value, sight)

    def differences(self, enough: int) -> Iterator[SchemaDifference]:
        yield from self.part.differences(enough)


class _Elsewhere(Part):
    """A use of a named type: what is new about that is said there."""

    def __init__(self, part: Part) -> None:
        self._part: Final = part

    def see(self, value: Any, sight: Sight) -> None:
        self._part.see(value, sight)


class _Typed(Part):
    """Notices values of another JSON type."""

    def __init__(
        self, part: Part, kinds: frozenset[Kind], place: SchemaPlace, name: str = ""
    ) -> None:
        self._name: Final = name
        self._part: Final = part
        self._kinds: Final = kinds
        self._place: Final = place
        self._count = 0
        self._others: Final[dict[Kind, Seen]] = {}

    def see(self, value: Any, sight: Sight) -> None:
        self._count += 1
        kind = kind_of(value)
        if kind in self._kinds:
            self._part.see(value, sight)
            return
        self._others.setdefault(kind, Seen()).add(value, sight)

    def differences(self, enough: int) -> Iterator[SchemaDifference]:
        for seen in self._others.values():
            yield SchemaDifference(
                "other type",
                self._place,
                seen.evidence,
                self._count,
                self._name,
                kinds=tuple(sorted(self._kinds)),
                observed=seen.observed,
                contradicts=True,
            )
        yield from self._part.differences(enough)


class _Values(Part):
    def __init__(self, shape: Any, place: SchemaPlace) -> None:
        self._known: Final = {(type(value), value) for value in shape.values}
        self._is_open: Final = shape.open
        self._place: Final = place
        self._count = 0
        self._new: Final[dict[str | int | bool, Evidence]] = {}

    def see(self, value: Any, sight: Sight) -> None:
        self._count += 1
        if not isinstance(value, str | int) or (type(value), value) in self._known:
            return
        if value in self._new or len(self._new) < MOST_NEW:
            self._new.setdefault(value, Evidence()).add(sight)

    def differences(self, enough: int) -> Iterator[SchemaDifference]:
        del enough
        for value, evidence in sorted(self._new.items(), key=lambda item: str(item[0])):
            yield SchemaDifference(
                "new value",
                self._place,
                evidence,
                self._count,
                values=(value,),
                contradicts=not self._is_open,
            )


class _Items(Part):
    def __init__(self, part: Part) -> None:
        self._part: Final = part

    def see(self, value: Any, sight: Sight) -> None:
        if isinstance(value, list):
            for item in value:
                self._part.see(item, sight)

    def differences(self, enough: int) -> Iterator[SchemaDifference]:
        yield from self._part.differences(enough)


class _Entries(_Items):
    def see(self, value: Any, sight: Sight) -> None:
        if isinstance(value, dict):
            super().see(list(value.values()), sight)


class _Choice(Part):
    def __init__(self, arms: list[tuple[frozenset[Kind] | None, Part]]) -> None:
        self._arms: Final = arms

    def see(self, value: Any, sight: Sight) -> None:
        kind = kind_of(value)
        for kinds, part in self._arms:
            if kinds is None or kind in kinds:
                part.see(value, sight)
                return

    def differences(self, enough: int) -> Iterator[SchemaDifference]:
        for _, part in self._arms:
            yield from part.differences(enough)


class _Tagged(Part):
    """One of several records. An unknown one shows by the value that tells it apart."""

    def __init__(self, walk: Walk, shape: Any, place: SchemaPlace) -> None:
        self._key: Final = shape.key
        self._arms: Final = {
            value: walk.named_record(name) for value, name in shape.records.items()
        }
        self._place: Final = place
        self._count = 0
        self._new: Final[dict[str | int, Seen]] = {}

    def see(self, value: Any, sight: Sight) -> None:
        self._count += 1
        tag = value.get(self._key) if isinstance(value, dict) else None
        if not isinstance(tag, str | int):
            return
        if tag in self._arms:
            self._arms[tag].see(value, sight)
        elif tag in self._new or len(self._new) < MOST_NEW:
            self._new.setdefault(tag, Seen()).add(value, sight)

    def differences(self, enough: int) -> Iterator[SchemaDifference]:
        del enough
        for tag, seen in self._new.items():
            yield SchemaDifference(
                "new variant",
                self._place,
                seen.evidence,
                self._count,
                str(tag),
                values=(tag,),
                observed=seen.observed,
            )


class Record(Part):
    """Keys that are new, missing, always or never there."""

    def __init__(self, walk: Walk, shape: Any, place: SchemaPlace) -> None:
        self._place: Final = place
        self._takes_others: Final = shape.extra
        self._keys: Final = {
            key.name: (
                key,
                walk.part(key.shape, place / "properties" / key.name, lenient=key.relayed),
            )
            for key in shape.keys
        }
        self._records: Final = Evidence()
        self._present: Final[Counter[str]] = Counter()
        self._new: Final[dict[str, Seen]] = {}
        self._lacking: Final[dict[str, Evidence]] = {}

    def see(self, value: Any, sight: Sight) -> None:
        if not isinstance(value, dict):
            return
        self._records.add(sight)
        for name, inner in value.items():
            known = self._keys.get(name)
            if known is not None:
                self._present[name] += 1
                known[1].see(inner, sight)
            elif not self._takes_others and (name in self._new or len(self._new) < MOST_NEW):
                self._new.setdefault(name, Seen()).add(inner, sight)
        for name, (key, _) in self._keys.items():
            if key.required and name not in value:
                self._lacking.setdefault(name, Evidence()).add(sight)

    def differences(self, enough: int) -> Iterator[SchemaDifference]:
        for name, seen in self._new.items():
            yield self._said("new key", name, seen.evidence, seen.observed)
        for name, (key, part) in self._keys.items():
            is_certain = not key.required and self._records.count >= enough
            if name in self._lacking and not key.relayed:
                yield self._said("missing", name, self._lacking[name])
            elif is_certain and self._present[name] == self._records.count:
                yield self._said("always there", name, self._records)
            elif is_certain and not self._present[name]:
                yield self._said("never there", name, self._records)
            yield from part.differences(enough)

    def _said(
        self, what: What, name: str, evidence: Evidence, observed: Observed | None = None
    ) -> SchemaDifference:
        return SchemaDifference(
            what,
            self._place,
            evidence,
            self._records.count,
            name,
            observed=observed,
            contradicts=what == "missing",
        )
