"""The attributes of classes, and what these cannot be made without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from voxspec.breaking.frames.renamed_fields import renamed_fields
from voxspec.breaking.source.annotations import Annotations
from voxspec.breaking.source.said import attribute, breaking, needed, typed
from voxspec.breaking.verdict import Change
from voxspec.findings import Place
from voxspec.model import Field, Record, naming


@dataclass(frozen=True)
class Spot:
    """Where something is said: the ``subject`` that its name belongs to, its class, its place."""

    subject: str
    class_: str
    where: Place


@dataclass(frozen=True)
class Records:
    """Compares records by what their classes offer."""

    annotations: Annotations

    def compare(self, old: Record, new: Record, spot: Spot) -> Iterator[Change]:
        """What is another for those who make or read objects of a class."""
        yield from self.fields(self._fields(old, new), self._fields(new, old), spot)
        if old.extra and not new.extra:
            yield attribute(f"{spot.subject}/x-extra", spot.class_, "extra", None, spot.where)
        yield from self._choice(old, new, spot)

    def _fields(self, record: Record, other: Record) -> tuple[Field, ...]:
        """Those that are attributes. The tag of a variant is none: what becomes of it, its union says."""
        tags = {record.tag, other.tag}
        return tuple(field for field in record.fields if field.name not in tags)

    def fields(self, old: Sequence[Field], new: Sequence[Field], spot: Spot) -> Iterator[Change]:
        """What is another in the attributes of a class."""
        after = {field.name: field for field in new}
        names = {field.name for field in old}
        gone = [field for field in old if field.name not in after]
        added = [field for field in new if field.name not in names]
        moved = renamed_fields(gone, added)
        for field in old:
            at = f"{spot.subject}/{field.name}"
            now = after.get(field.name) or moved.get(id(field))
            if now is None or now.attribute != field.attribute:
                called = now.attribute if now is not None else None
                yield attribute(at, spot.class_, field.attribute, called, spot.where)
            else:
                yield from self._field(field, now, replace(spot, subject=at))
        taken = {id(field) for field in moved.values()}
        for field in added:
            if field.required and id(field) not in taken:
                at = f"{spot.subject}/{field.name}"
                yield needed(at, spot.class_, field.attribute, spot.where)

    def _field(self, old: Field, new: Field, spot: Spot) -> Iterator[Change]:
        differing = self.annotations.fields(old, new)
        what = f"{new.attribute} of {spot.class_}"
        if differing is not None:
            yield typed(spot.subject, what, *differing, spot.where)
        elif new.required and not old.required:
            yield needed(spot.subject, spot.class_, new.attribute, spot.where)

    # --- Named choices between keys -----------------------------------------------------------

    def _choice(self, old: Record, new: Record, spot: Spot) -> Iterator[Change]:
        """The property that says which of some keys is there, and the classes of what it says."""
        name = old.one_of_name
        if name is None:
            return
        if name != new.one_of_name:
            offered = (naming.class_name(name), *_cases(old, name).values())
            now = new.one_of_name
            said = "is gone" if now is None else f"is called {now} now"
            yield breaking(
                "ATTRIBUTE_SAME_NAME",
                f"{spot.subject}/exactly_one_of",
                f"the attribute {name} of {spot.class_} {said}, and with it {', '.join(offered)}",
                spot.where,
                name,
                now or "",
            )
            return
        cases = _cases(new, name)
        for key, case in _cases(old, name).items():
            if case not in cases.values():
                yield breaking(
                    "CLASS_NO_DELETE",
                    f"{spot.subject}/{key}",
                    f"{name} of {spot.class_} is no {case} any more",
                    spot.where,
                    case,
                )


def _cases(record: Record, name: str) -> dict[str, str]:
    """By the keys of a choice, the classes of its values."""
    return {
        key: naming.case_name(record.field(key).attribute, name) for key in record.exactly_one_of[0]
    }
