"""What differs in two records: their fields, the rules between these, and which other keys there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from voxspec.breaking.exact import exactly
from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.comparing import ComparesTypes
from voxspec.breaking.frames.conditions import called, keeping
from voxspec.breaking.frames.difference import Candidates, Concerns, Difference, Trial
from voxspec.breaking.frames.groups import groups
from voxspec.breaking.frames.names import bare
from voxspec.breaking.frames.renamed_fields import renamed_fields
from voxspec.breaking.frames.renamed_types import with_names
from voxspec.breaking.frames.skeleton import skeleton, with_field, without_field
from voxspec.breaking.frames.steps import Key, Spot
from voxspec.breaking.frames.tags import told_by_unions
from voxspec.breaking.frames.told_apart import told_apart
from voxspec.breaking.frames.words import LATER_KEYS, use_words, value_words
from voxspec.breaking.imported import Problem
from voxspec.breaking.verdict import Age
from voxspec.model import AnyType, Field, JsonValue, Message, Record

_STRANGE: tuple[JsonValue, ...] = (1, "", None, [], {}, False)
"""What may stand under a key that one end knows nothing of."""

_LONG = "…"
"""What words for a long value end with."""

_MISSING = frozenset({"FIELD_MISSING", "REQUIRED_WHEN"})


class Records:
    """Compares records; ``types`` compares what is in their fields."""

    def __init__(self, types: ComparesTypes) -> None:
        self._types = types
        self._old = types.pairs.old.protocol
        self._new = types.pairs.new.protocol

    @cached_property
    def _told_by_unions(self) -> frozenset[str]:
        return told_by_unions(self._types.pairs)

    def compare(self, old: Record, new: Record, spot: Spot, what: str) -> Iterator[Difference]:
        """Everything that differs in two records at a place."""
        before = {field.name: field for field in old.fields}
        after = {field.name: field for field in new.fields}
        tags = {old.tag, new.tag} if old.name in self._told_by_unions else set()
        gone = [field for name, field in before.items() if name not in {*after, *tags}]
        added = [field for name, field in after.items() if name not in {*before, *tags}]
        moved = renamed_fields(gone, added)
        now_called = {field.name: moved[id(field)].name for field in gone if id(field) in moved}
        grouped: set[str] = set()
        for difference, members in groups(old, new, spot, what, now_called):
            grouped |= members
            yield self._of_group(old, new, difference, members)
        for field in gone:
            if field.name in now_called:
                yield self._renamed(old, new, field, moved[id(field)], spot, what)
            elif field.name not in grouped:
                yield self._gone(old, new, field, spot, what)
        taken = set(now_called.values())
        for field in added:
            if field.name not in taken and field.name not in grouped:
                yield self._added(old, new, field, spot, what)
        for name, field in after.items():
            if name in before:
                yield from self._field(old, new, before[name], field, spot, what)
        yield from self._whole(old, new, spot, what)

    def _of_group(
        self, old: Record, new: Record, difference: Difference, members: set[str]
    ) -> Difference:
        """A difference of a choice, with what its members are that come or go with it."""
        was = [field for field in old.fields if field.name in members]
        now = [field for field in new.fields if field.name in members]
        told = [told_apart(self._types.pairs, field, None) for field in was]
        told += [told_apart(self._types.pairs, None, field) for field in now]
        return replace(difference, exact="".join(told))

    # --- Fields that are there or not ---------------------------------------------------------

    def _added(self, old: Record, new: Record, field: Field, spot: Spot, what: str) -> Difference:
        needed = field.always_there
        return Difference(
            "FIELD_NO_ADD_REQUIRED" if needed else "FIELD_ADDED",
            _of_field(spot, field.name),
            f'{what} {"must" if needed else "may"} have "{field.name}" now ({use_words(field.use)})',
            "no such field",
            "required" if needed else "optional",
            Trial(
                _records(old, new, {field.name}, loose=old.extra),
                _about({field.name}),
                old=replace(skeleton(old), closed=old.closed),
                new=with_field(old, field, closed=new.closed),
            ),
            hint="let it be optional, and say what its absence means" if needed else "",
            exact=told_apart(self._types.pairs, None, field),
        )

    def _gone(self, old: Record, new: Record, field: Field, spot: Spot, what: str) -> Difference:
        needed = field.always_there
        bare_old = replace(skeleton(old), extra=new.extra)
        return Difference(
            "FIELD_NO_DELETE_REQUIRED" if needed else "FIELD_NO_DELETE",
            _of_field(spot, field.name),
            f'{what} has no "{field.name}" any more ({use_words(field.use)})',
            "required" if needed else "optional",
            "no such field",
            Trial(
                _records(old, new, {field.name}, loose=new.extra),
                _about({field.name}),
                old=with_field(bare_old, field, closed=old.closed),
                new=replace(without_field(bare_old, field.name), closed=new.closed),
            ),
            gone=True,
            hint="keep it and mark it deprecated" if needed else "",
            exact=told_apart(self._types.pairs, field, None),
            loses=("client/old",),
            missed=("server/new",),
        )

    def _renamed(
        self, old: Record, new: Record, field: Field, to: Field, spot: Spot, what: str
    ) -> Difference:
        both = {field.name, to.name}
        rules = [
            rule
            for rule in (*old.required_when, *new.required_when)
            if both & {rule.field, *rule.required}
        ]
        kept = keeping(old, new, {field.name: to.name})
        after = called(without_field(kept, field.name), {field.name: to.name})
        return Difference(
            "FIELD_SAME_NAME",
            _of_field(spot, field.name),
            f'"{field.name}" of {what} is called "{to.name}" now',
            field.name,
            to.name,
            Trial(
                _records(old, new, both | {rule.field for rule in rules}),
                _about(both),
                old=with_field(kept, field, closed=old.closed),
                new=with_field(after, to, closed=new.closed),
            ),
            gone=True,
            hint=f'leave "{field.name}" and add "{to.name}" beside it as an optional field, or let its '
            "name be another in the models alone (x-name)",
            loses=("client/old", "client/new", "server/old", "server/new"),
        )

    # --- Fields that are in both --------------------------------------------------------------

    def _field(
        self, old: Record, new: Record, before: Field, after: Field, spot: Spot, what: str
    ) -> Iterator[Difference]:
        name = after.name
        inner = spot.to(Key(name), *_path(name), named=name)
        said = f'"{name}" of {what}'
        if (
            before.always_there != after.always_there
            and name not in (old.tag, new.tag)
            and not _is_relayed_otherwise(before, after)
        ):
            needed = after.always_there
            yield Difference(
                "FIELD_OPTIONAL_TO_REQUIRED" if needed else "FIELD_REQUIRED_TO_OPTIONAL",
                _of_field(spot, name),
                f"{said} {'must be there now' if needed else 'need not be there any more'}",
                "optional" if needed else "required",
                "required" if needed else "optional",
                Trial(
                    _records(old, new, {name}),
                    _about({name}),
                    old=with_field(skeleton(old), before, bare=True),
                    new=with_field(skeleton(old), after, bare=True),
                ),
            )
        if name == old.tag == new.tag and old.name in self._told_by_unions:
            pass  # the constants tell variants apart: unions compare them
        elif before.relayed is not None or after.relayed is not None:
            yield from self._relayed(before, after, inner, said)
        else:
            yield from self._types.uses(before.use, after.use, inner, said)
        yield from _notes(before, after, inner, said)

    def _relayed(self, before: Field, after: Field, spot: Spot, said: str) -> Iterator[Difference]:
        """Fields of which other clients gave the value: readers need not take the usual shape."""
        if bare(with_names(before, self._types.pairs.types)) == bare(after):
            return
        if before.relayed == after.relayed == "json":
            for inner in self._types.uses(before.use, after.use, spot, said):
                yield replace(inner, trial=None)
            return
        one, other = replace(before, required=True), replace(after, required=True)
        widens = self._types.takes(one, other, reader="new")
        narrows = self._types.takes(one, other, reader="old")
        rule = (
            "FIELD_TYPE_WIDENED"
            if widens
            else "FIELD_TYPE_NARROWED"
            if narrows
            else "FIELD_SAME_TYPE"
        )
        was, now = _relay_words(before, after), _relay_words(after, before)
        if was == now and widens and narrows:
            return
        yield Difference(
            rule,
            spot,
            f"what {said} may be is {now} and not {was}",
            was,
            now,
            Trial(_relayed_values(before, after), old=one, new=other, alone=False),
            exact=told_apart(self._types.pairs, before, after),
        )

    # --- The record as a whole ----------------------------------------------------------------

    def _whole(self, old: Record, new: Record, spot: Spot, what: str) -> Iterator[Difference]:
        if old.closed != new.closed:
            yield Difference(
                "RECORD_CLOSED" if new.closed else "RECORD_OPENED",
                spot.called("additionalProperties").within("additionalProperties"),
                f"readers {'refuse' if new.closed else 'pass over'} keys of {what} that they do not know",
                "closed" if old.closed else "open",
                "closed" if new.closed else "open",
                hint=LATER_KEYS if new.closed and not old.extra else "",
            )
        if old.extra != new.extra:
            yield Difference(
                "RECORD_KEEPS_EXTRA" if new.extra else "RECORD_NO_EXTRA",
                spot.called("x-extra").within("x-extra"),
                f"other keys of {what} are {'' if new.extra else 'no '}part of it "
                f"{'now' if new.extra else 'any more'}",
                "kept" if old.extra else "passed over",
                "kept" if new.extra else "passed over",
                Trial(
                    _records(old, new, set(), loose=True),
                    old=replace(skeleton(old), extra=old.extra),
                    new=replace(skeleton(old), extra=new.extra, closed=new.closed),
                ),
                loses=("client/new",) if new.extra else ("client/old", "server/old"),
                missed=("server/old",) if new.extra else ("server/new",),
                lost="pass over other keys",
            )


def _path(name: str) -> tuple[str, ...]:
    return ("properties", name)


def _of_field(spot: Spot, name: str) -> Spot:
    """The spot of the record, called like a field of it: whether the field is there is the record's."""
    return spot.called(name).within(*_path(name))


def _about(names: set[str]) -> Concerns:
    """What a reader says about these keys being there, or not, in the record at a pointer."""
    pointers = {f"/{name.replace('~', '~0').replace('/', '~1')}" for name in names}

    def concerns(problem: Problem, pointer: str) -> bool:
        if problem.pointer == pointer and problem.rule in _MISSING:
            return problem.expected.strip('"') in names
        if problem.pointer == pointer and problem.rule == "EXACTLY_ONE_OF":
            return any(f'"{name}"' in problem.message for name in names)
        below = problem.pointer.removeprefix(pointer)
        return any(below == at or below.startswith(f"{at}/") for at in pointers)

    return concerns


def _records(old: Record, new: Record, names: set[str], *, loose: bool = False) -> Candidates:
    """Records of the writer with and without some fields; where other keys count, also with those."""

    def values(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        del message
        record = old if writer == "old" else new
        small = [*builder.variants(record, frozenset(names))]
        yield from small
        if loose:
            for name in sorted(names) or ["not_yet_known"]:
                for value in _STRANGE:
                    for one in small[:1]:
                        if not any(field.name == name for field in record.fields):
                            yield {**one, name: value}

    return values


def _is_relayed_otherwise(before: Field, after: Field) -> bool:
    """Whether a field is as needed as it was, but that what others give may be missing: its type says so."""
    is_any = isinstance(before.use.type, AnyType) or isinstance(after.use.type, AnyType)
    return before.relayed != after.relayed and before.required == after.required and not is_any


def _relayed_values(before: Field, after: Field) -> Candidates:
    def values(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        del message
        yield from builder.values.edges((before if writer == "old" else after).use)
        yield from (0, -1, 2**63 - 1, -(2**63), None, "", "a", False, [], {}, 1.5)

    return values


def _relay_words(field: Field, other: Field) -> str:
    """What may be there; of two that are relayed alike, what usually is says how they differ."""
    words = {"json": "any JSON that a client gave", "int64": "any integer that a client gave"}
    if field.relayed is None:
        return use_words(field.use)
    usually = f"{use_words(field.use)} or " if field.relayed == other.relayed else ""
    return usually + words[field.relayed]


def _notes(before: Field, after: Field, spot: Spot, said: str) -> Iterator[Difference]:
    """What nothing on the wire follows from."""
    defaults = [
        value_words(field.default) if field.default is not None or field.null_default else "none"
        for field in (before, after)
    ]
    if (before.default, before.null_default) != (after.default, after.null_default):
        yield Difference(
            "DEFAULT_CHANGED",
            spot.called("default").within("default"),
            f"the default of {said} is {defaults[1]} and not {defaults[0]}",
            defaults[0],
            defaults[1],
            exact=exactly(before.default, after.default) if _LONG in "".join(defaults) else "",
        )
    for keyword, was, now in (
        ("deprecated", before.deprecated, after.deprecated),
        ("since", before.since, after.since),
    ):
        if was != now:
            yield status(keyword, was, now, spot, said)


def status(keyword: str, was: str | None, now: str | None, spot: Spot, said: str) -> Difference:
    """That something is deprecated, or since when it is there."""
    verb = {
        ("deprecated", True): f"{said} is deprecated: {now}",
        ("deprecated", False): f"{said} is not deprecated any more",
        ("since", True): f"{said} is there since {now}",
        ("since", False): f"it is not said any more since when {said} is there",
    }[keyword, now is not None]
    return Difference(
        "DEPRECATED_CHANGED" if keyword == "deprecated" else "SINCE_CHANGED",
        spot.called(keyword).within(keyword),
        verb,
        was or "",
        now or "",
    )
