"""What differs in enums and in flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from voxspec.breaking.exact import exactly
from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.comparing import ComparesTypes
from voxspec.breaking.frames.constraints import integers
from voxspec.breaking.frames.difference import Candidates, Difference, Trial
from voxspec.breaking.frames.names import is_near
from voxspec.breaking.frames.steps import Spot
from voxspec.breaking.frames.words import value_words
from voxspec.breaking.meanings import bits
from voxspec.breaking.verdict import Age
from voxspec.model import Enum, EnumValue, Flags, JsonValue, Message, StringType, Use

_BOTH: frozenset[Age] = frozenset({"old", "new"})
_SENT_BY_OLD = ("client/old", "server/old")
_SENT_BY_NEW = ("client/new",)
"""Who sends what the other end does not know, or not any more. What is new of a server its old clients
never waited for."""


def enums(
    types: ComparesTypes, old: Enum, new: Enum, spot: Spot, what: str
) -> Iterator[Difference]:
    """The values of an enum, each by itself, and whether readers keep others."""
    if (old.integer is None) != (new.integer is None):
        before, after = _any_value(old), _any_value(new)
        for difference in types.other(before, after, spot, what):
            yield replace(difference, exact=exactly(old, new))
        return
    before_values = {value.value: value for value in old.values}
    after_values = {value.value: value for value in new.values}
    gone = [value for key, value in before_values.items() if key not in after_values]
    added = [value for key, value in after_values.items() if key not in before_values]
    if len(gone) == len(added) == 1 and _is_renamed(gone[0], added[0]):
        yield _renamed(old, new, gone[0], added[0], spot, what)
        gone, added = [], []
    for value in gone:
        yield _value(old, new, value.value, spot, what, added=False)
    for value in added:
        yield _value(old, new, value.value, spot, what, added=True)
    if old.integer is not None:
        yield from _meanings(old, new, spot, what)
    if old.open != new.open:
        yield Difference(
            "ENUM_OPENED" if new.open else "ENUM_CLOSED",
            spot.called("x-open").within("x-open"),
            f"readers of {what} {'keep' if new.open else 'refuse'} values that they do not know",
            "open" if old.open else "closed",
            "open" if new.open else "closed",
            Trial(
                lambda *_: ["not_yet_known"] if new.integer is None else _unlisted(old, new),
                safe=frozenset({"old"} if new.open else {"new"}),
            ),
        )
    if old.integer is not None and new.integer is not None and old.open and new.open:
        yield from integers(types.pairs.old.protocol, old.integer, new.integer, spot, what)


def _value(
    old: Enum, new: Enum, value: str | int, spot: Spot, what: str, *, added: bool
) -> Difference:
    said = value_words(value)
    reader_keeps = old.open if added else new.open
    sender: Age = "old" if added else "new"
    loses = _SENT_BY_NEW if added else _SENT_BY_OLD
    place = spot.called("values", str(value)).within("enum")
    return Difference(
        "ENUM_VALUE_ADDED" if added else "ENUM_VALUE_REMOVED",
        place,
        f"{what} {'has a new value' if added else 'does not have the value any more:'} {said}",
        "" if added else said,
        said if added else "",
        Trial(lambda *_: [value], safe=_BOTH if reader_keeps else frozenset({sender})),
        gone=not added,
        hint="" if reader_keeps or not added else "an open enum (x-open: true) can grow",
        loses=loses if reader_keeps else (),
    )


def _meanings(old: Enum, new: Enum, spot: Spot, what: str) -> Iterator[Difference]:
    """Integers that are listed as before and mean another thing: nothing else says what they mean."""
    after = {value.value: value for value in new.values}
    members = [{value.member for value in enum.values} for enum in (old, new)]
    for was in old.values:
        now = after.get(was.value)
        if now is None or was.member == now.member or was.description == now.description:
            continue
        is_elsewhere = was.member in members[1] or now.member in members[0]
        if not is_elsewhere and is_near(was.member, now.member):
            continue
        number, place = was.value, spot.called("values", str(was.value))
        yield Difference(
            "ENUM_VALUE_SAME_NAME",
            place.within("x-enum-names", str(number)),
            f"{number} of {what} means {now.member} now and meant {was.member}",
            was.member,
            now.member,
            Trial(
                lambda *_, number=number: [number],
                misread=f"{number} means {was.member} to the old end and {now.member} to the new one",
            ),
            hint="leave the number what it means; a new meaning gets a new number",
        )


def _is_renamed(gone: EnumValue, added: EnumValue) -> bool:
    """Whether a value is another's new name: it means the same, code calls it the same, or it is near."""
    texts = [value.description for value in (gone, added)]
    is_called_alike = gone.member == added.member
    is_text = isinstance(gone.value, str)
    near = is_text and is_near(str(gone.value), str(added.value))
    return is_called_alike or near or texts[0] == texts[1]


def _renamed(
    old: Enum, new: Enum, gone: EnumValue, added: EnumValue, spot: Spot, what: str
) -> Difference:
    was, now = value_words(gone.value), value_words(added.value)
    kept: dict[Age, bool] = {"old": new.open, "new": old.open}
    return Difference(
        "ENUM_VALUE_SAME_NAME",
        spot.called("values", str(gone.value)).within("enum"),
        f"the value {was} of {what} is {now} now",
        was,
        now,
        Trial(
            lambda _, writer, __: [gone.value if writer == "old" else added.value],
            safe=frozenset(age for age, keeps in kept.items() if keeps),
        ),
        hint=f"leave it {was} on the wire; in the models alone its name can be another (x-enum-names)",
        loses=tuple(f"{side}/{age}" for age in kept if kept[age] for side in ("client", "server")),
    )


def _unlisted(old: Enum, new: Enum) -> list[JsonValue]:
    """Integers that neither end lists: the next ones after those that are."""
    listed = [value.value for enum in (old, new) for value in enum.values]
    numbers = [value for value in listed if isinstance(value, int)]
    return [max(numbers) + 1, min(numbers) - 1, *({*range(len(numbers) + 1)} - {*numbers})]


def _any_value(enum: Enum) -> Use:
    return Use(StringType() if enum.integer is None else enum.integer)


def flags(
    types: ComparesTypes, old: Flags, new: Flags, spot: Spot, what: str
) -> Iterator[Difference]:
    """The bits of a set of flags: readers keep those that they do not know."""
    before = {flag.name: flag.bit for flag in old.flags}
    after = {flag.name: flag.bit for flag in new.flags}
    taken = bits(old.flags, new.flags)
    for name, bit in before.items():
        if name in taken.reused:
            yield _reused(bit, name, taken.reused[name], spot, what)
        elif name not in after and name not in taken.renamed:
            yield Difference(
                "FLAG_REMOVED",
                spot.called("flags", name).within("x-flags"),
                f'{what} does not have the flag "{name}" any more (bit {bit})',
                f"bit {bit}",
                "",
                gone=True,
                loses=_SENT_BY_OLD,
                trial=Trial(lambda *_: [], safe=_BOTH),
            )
        elif after.get(name, bit) != bit:
            yield Difference(
                "FLAG_SAME_BIT",
                spot.called("flags", name).within("x-flags", name),
                f'the flag "{name}" of {what} is bit {after[name]} and not bit {bit}',
                f"bit {bit}",
                f"bit {after[name]}",
                Trial(
                    _bit(bit, after[name]),
                    misread=f'the bit that is "{name}" to one end is not to the other',
                ),
            )
    known = {*before, *taken.renamed.values(), *taken.reused.values()}
    for name, bit in after.items():
        if name not in known:
            yield Difference(
                "FLAG_ADDED",
                spot.called("flags", name).within("x-flags", name),
                f'{what} has a new flag "{name}" (bit {bit})',
                "",
                f"bit {bit}",
                loses=_SENT_BY_NEW,
                trial=Trial(lambda *_: [], safe=_BOTH),
            )
    yield from integers(types.pairs.old.protocol, old.integer, new.integer, spot, what)


def _reused(bit: int, was: str, now: str, spot: Spot, what: str) -> Difference:
    """A bit that was one flag and is another one."""
    return Difference(
        "FLAG_SAME_BIT",
        spot.called("flags", was).within("x-flags", now),
        f'bit {bit} of {what} is "{now}" now and was "{was}"',
        was,
        now,
        Trial(
            _bit(bit, bit),
            misread=f'bit {bit} is "{was}" to the old end and "{now}" to the new one',
        ),
    )


def _bit(old: int, new: int) -> Candidates:
    """The bit of a flag as the writer has it."""

    def values(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        del builder, message
        yield 1 << (old if writer == "old" else new)

    return values
