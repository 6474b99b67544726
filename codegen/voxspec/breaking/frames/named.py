"""What differs in named types: each is compared once, however many messages it is part of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from voxspec.breaking.exact import exactly
from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.difference import Candidates, Difference, Trial
from voxspec.breaking.frames.enums import enums, flags
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.records import Records
from voxspec.breaking.frames.steps import Spot, TypePair, Variant, Written
from voxspec.breaking.frames.tags import Tag, is_renamed, variants
from voxspec.breaking.frames.told_apart import told_apart
from voxspec.breaking.frames.types import Types
from voxspec.breaking.frames.words import definition_words, value_words
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
            if before == after and not self._is_told_otherwise(before, after):
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
        return Difference(rule, spot, said, was, now, gone=gone, exact=exactly(definition))

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
                words = definition_words(old), definition_words(new)
                for difference in self.types.other(before, after, spot, what, words=words):
                    yield replace(difference, exact=exactly(old, new))

    # --- Unions -------------------------------------------------------------------------------

    def _is_told_otherwise(self, old: NamedDefinition, new: NamedDefinition) -> bool:
        """Whether a union has the same variants, and they have other constants."""
        if not isinstance(old, Union) or not isinstance(new, Union):
            return False
        return dict(self._variants(old, "old")).keys() != dict(self._variants(new, "new")).keys()

    def _unions(self, old: Union, new: Union, spot: Spot, what: str) -> Iterator[Difference]:
        if old.tag != new.tag:
            renamed = is_renamed(self.pairs, old, new)
            told = exactly([*self._variants(old, "old")], [*self._variants(new, "new")])
            difference = _tag(old, new, spot, what, renamed=renamed)
            yield difference if renamed else replace(difference, exact=told)
            if not renamed:
                return
        before = dict(self._variants(old, "old"))
        after = dict(self._variants(new, "new"))
        constants = self._other_constants(before, after)
        for tag, record in before.items():
            if tag in constants:
                yield _constant(old, new, (tag, constants[tag]), spot, what)
            elif tag not in after:
                gone = _variant(old, new, tag, spot, what, added=False)
                yield replace(gone, exact=told_apart(self.pairs, NamedType(record.name), None))
        for tag, record in after.items():
            if tag in constants.values():
                continue
            if tag not in before:
                added = _variant(old, new, tag, spot, what, added=True)
                yield replace(added, exact=told_apart(self.pairs, None, NamedType(record.name)))
            elif self.pairs.types.get(before[tag].name) != record.name:
                inner = spot.to(Variant(tag), named=str(tag))
                yield from self.compare(before[tag].name, record.name, inner, f"{tag} of {what}")

    def _variants(self, union: Union, age: Age) -> Iterator[tuple[Tag, Record]]:
        return variants(self._old if age == "old" else self._new, union)

    def _other_constants(
        self, before: Mapping[Tag, Record], after: Mapping[Tag, Record]
    ) -> dict[Tag, Tag]:
        """The constants of variants that are still there, by others."""
        now = {record.name: tag for tag, record in after.items() if tag not in before}
        found = {
            tag: now.get(self.pairs.types.get(record.name, ""))
            for tag, record in before.items()
            if tag not in after
        }
        return {tag: other for tag, other in found.items() if other is not None}


def _tag(old: Union, new: Union, spot: Spot, what: str, *, renamed: bool) -> Difference:
    if renamed:
        return Difference(
            "FIELD_SAME_NAME",
            spot.called(old.tag).within("oneOf"),
            f'"{old.tag}", by which variants of {what} are told apart, is called "{new.tag}" now',
            old.tag,
            new.tag,
            Trial(_of_variants(old, new, None)),
            hint=f'leave it "{old.tag}" on the wire; in the models alone its name can be another (x-name)',
        )
    return Difference(
        "UNION_SAME_TAG",
        spot.called("tag").within("oneOf"),
        f'variants of {what} are told apart by "{new.tag}" and not by "{old.tag}"',
        old.tag,
        new.tag,
        Trial(_of_variants(old, new, None)),
    )


def _variant(old: Union, new: Union, tag: Tag, spot: Spot, what: str, *, added: bool) -> Difference:
    said = value_words(tag)
    return Difference(
        "UNION_VARIANT_ADDED" if added else "UNION_VARIANT_REMOVED",
        spot.called(str(tag)).within("oneOf"),
        f"{what} {'can be' if added else 'cannot be'} {said} {'now' if added else 'any more'}",
        "" if added else said,
        said if added else "",
        Trial(
            _of_variants(old, new, tag),
            lambda problem, pointer: problem.pointer.startswith(pointer),
            safe=frozenset({"old"} if added else {"new"}),
        ),
        gone=not added,
    )


def _constant(old: Union, new: Union, tags: tuple[Tag, Tag], spot: Spot, what: str) -> Difference:
    """A variant that is told by another constant."""
    was, now = map(value_words, tags)
    return Difference(
        "UNION_VARIANT_SAME_NAME",
        spot.called(str(tags[0])).within("oneOf"),
        f"the variant {was} of {what} is {now} now",
        was,
        now,
        Trial(
            lambda builder, writer, message: _of_variants(old, new, tags[writer == "new"])(
                builder, writer, message
            ),
            lambda problem, pointer: problem.pointer.startswith(pointer),
        ),
        hint=f"leave its constant {was} on the wire",
    )


def _of_variants(old: Union, new: Union, tag: Tag | None) -> Candidates:
    def made(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        del message
        union = old if writer == "old" else new
        for constant, record in variants(builder.protocol, union):
            if tag in (None, constant):
                yield builder.values.record(record)

    return made
