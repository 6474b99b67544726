"""What differs in named types: each is compared once, however many messages it is part of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voxspec.breaking.frames.build import Builder, tag_of
from voxspec.breaking.frames.difference import Candidates, Difference, Trial
from voxspec.breaking.frames.enums import enums, flags
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.records import Records
from voxspec.breaking.frames.steps import Spot, TypePair, Variant, Written
from voxspec.breaking.frames.types import Types
from voxspec.breaking.frames.words import value_words
from voxspec.breaking.verdict import Age
from voxspec.model import (
    Enum,
    Flags,
    JsonValue,
    Message,
    NamedDefinition,
    NamedType,
    Record,
    Scalar,
    Union,
    Use,
)

Tag = str | int | bool


class NamedTypes:
    """Compares named types, those of the same name and those that stand in each other's place."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self.types = Types(pairs, self)
        self.records = Records(self.types)
        self._old = pairs.old.protocol
        self._new = pairs.new.protocol
        self._within: list[tuple[str, str]] = []

    def all(self) -> Iterator[Difference]:
        """What differs in the types that both revisions have."""
        for was, now in self.pairs.types.items():
            before, after = self._old.type(was), self._new.type(now)
            if before == after:
                continue
            spot = Spot(
                TypePair(was, now),
                f"types/{now}",
                Written("types.yaml", ("types", was)),
                Written("types.yaml", ("types", now)),
            )
            if was != now:
                yield Difference(
                    "TYPE_RENAMED", spot, f'the type "{was}" is called "{now}" now', was, now
                )
            yield from self._definitions(before, after, spot, now)

    def gone_and_added(self) -> Iterator[Difference]:
        """Types that only one revision has: what that means is said where they are used."""
        paired = {*self.pairs.types.values()}
        for definition in self._old.types:
            if definition.name not in self.pairs.types:
                yield self._alone(definition, "TYPE_REMOVED")
        for definition in self._new.types:
            if definition.name not in paired:
                yield self._alone(definition, "TYPE_ADDED")

    def _alone(self, definition: NamedDefinition, rule: str) -> Difference:
        name = definition.name
        written = Written("types.yaml", ("types", name))
        gone = rule == "TYPE_REMOVED"
        said = f'there is no type "{name}" any more' if gone else f'there is a new type "{name}"'
        was, now = (name, "") if gone else ("", name)
        spot = Spot(TypePair(name, name), f"types/{name}", written, written)
        return Difference(rule, spot, said, was, now, gone=gone)

    def may_compare(self, was: str, now: str) -> bool:
        """Whether types of different names are alike enough to be compared where they stand."""
        before, after = self._old.type(was), self._new.type(now)
        return type(before) is type(after) and (was, now) not in self._within

    def compare(self, was: str, now: str, spot: Spot, what: str) -> Iterator[Difference]:
        """What differs in types of different names, one in the other's place."""
        self._within.append((was, now))
        yield from self._definitions(self._old.type(was), self._new.type(now), spot, what)
        self._within.pop()

    def _definitions(
        self, old: NamedDefinition, new: NamedDefinition, spot: Spot, what: str
    ) -> Iterator[Difference]:
        match old, new:
            case Record(), Record():
                yield from self.records.compare(old, new, spot, what)
            case Scalar(), Scalar():
                yield from self.types.uses(old.use, new.use, spot, what)
            case Enum(), Enum():
                yield from enums(self.types, old, new, spot, what)
            case Flags(), Flags():
                yield from flags(self.types, old, new, spot, what)
            case Union(), Union():
                yield from self._unions(old, new, spot, what)
            case _:
                before, after = Use(NamedType(old.name)), Use(NamedType(new.name))
                yield from self.types.other(before, after, spot, what)

    # --- Unions -------------------------------------------------------------------------------

    def _unions(self, old: Union, new: Union, spot: Spot, what: str) -> Iterator[Difference]:
        if old.tag != new.tag:
            yield Difference(
                "UNION_SAME_TAG",
                spot.called("tag").within("oneOf"),
                f'variants of {what} are told apart by "{new.tag}" and not by "{old.tag}"',
                old.tag,
                new.tag,
                Trial(_variants(old, new, None)),
            )
            return
        before = dict(self._variants(old, "old"))
        after = dict(self._variants(new, "new"))
        for tag in before:
            if tag not in after:
                yield _variant(old, new, tag, spot, what, added=False)
        for tag, record in after.items():
            if tag not in before:
                yield _variant(old, new, tag, spot, what, added=True)
            elif self.pairs.types.get(before[tag].name) != record.name:
                inner = spot.to(Variant(tag), named=str(tag))
                yield from self.compare(before[tag].name, record.name, inner, f"{tag} of {what}")

    def _variants(self, union: Union, age: Age) -> Iterator[tuple[Tag, Record]]:
        protocol = self._old if age == "old" else self._new
        for name in union.variants:
            record = protocol.type(name)
            tag = tag_of(record) if isinstance(record, Record) else None
            if tag is not None and isinstance(record, Record):
                yield tag, record


def _variant(old: Union, new: Union, tag: Tag, spot: Spot, what: str, *, added: bool) -> Difference:
    said = value_words(tag)
    return Difference(
        "UNION_VARIANT_ADDED" if added else "UNION_VARIANT_REMOVED",
        spot.called(str(tag)).within("oneOf"),
        f"{what} {'can be' if added else 'cannot be'} {said} {'now' if added else 'any more'}",
        "" if added else said,
        said if added else "",
        Trial(
            _variants(old, new, tag),
            lambda problem, pointer: problem.pointer.startswith(pointer),
            safe=frozenset({"old"} if added else {"new"}),
        ),
        gone=not added,
    )


def _variants(old: Union, new: Union, tag: Tag | None) -> Candidates:
    def made(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        del message
        union = old if writer == "old" else new
        for name in union.variants:
            record = builder.protocol.type(name)
            if isinstance(record, Record) and tag in (None, tag_of(record)):
                yield builder.values.record(record)

    return made
