"""What differences do together to a message, said of the one that it comes from, where that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.verdict import Change, Verdict, Who, worst
from voxspec.model import Field, Message, Protocol, Record
from voxspec.model.walk import definitions

_MOST = 3
"""So many differences of a message are named, where it is not known which it is."""


def together(pairs: Pairs, changes: Sequence[Change], whole: Sequence[Change]) -> Iterator[Change]:
    """All changes: what is of a whole message is said of what the server passes on there, as other clients
    gave it, if one part of that is another. Elsewhere it stays, and says what else differs in the message."""
    found = [*changes]
    rest = []
    for change in whole:
        passed_on = _passed_on(pairs, change)
        hurt = {effect.who for effect in change.effects}
        there = [at for at, one in enumerate(found) if _is_of(one, passed_on)]
        fitting = [at for at in there if hurt <= _hurt(found[at])] or there
        if len(there) > 1 and fitting == there:
            fitting = []
        if not fitting:
            rest.append((change, passed_on))
            continue
        told = found[fitting[0]]
        reaches = told.reaches
        if not told.subject.startswith(f"{change.subject}/"):
            reaches = tuple(dict.fromkeys((*reaches, change.subject)))
        found[fitting[0]] = replace(told, effects=worst(told, change), reaches=reaches)
    yield from found
    yield from (_named(change, passed_on, found) for change, passed_on in rest)


def _passed_on(pairs: Pairs, whole: Change) -> set[str]:
    """The subjects of what other clients gave in a message: its fields, and types by their new names."""
    found: set[str] = set()
    for old, new in pairs.messages:
        if f"{new.direction}/{new.text}" == whole.subject:
            types = {pairs.types.get(name, "") for name in _types(pairs.old.protocol, old)}
            types |= _types(pairs.new.protocol, new)
            found |= {f"types/{name}" for name in types}
            found |= {f"{whole.subject}/{field.name}" for field in _own(old) + _own(new)}
    return found


def _hurt(change: Change) -> set[Who]:
    return {effect.who for effect in change.effects if effect.verdict is not Verdict.LOSES}


def _is_of(change: Change, subjects: set[str]) -> bool:
    """Whether a change is of one of some things, or of a part of it."""
    return any(f"{change.subject}/".startswith(f"{subject}/") for subject in subjects)


def _own(message: Message) -> list[Field]:
    """The fields of a message of which other clients give the value."""
    own = message.payload.fields if isinstance(message.payload, Record) else ()
    return [field for field in (*own, *message.keys) if field.relayed is not None]


def _types(protocol: Protocol, message: Message) -> set[str]:
    """The types of what other clients gave, in a message and in what it is made of."""
    found = [*_own(message)]
    if message.payload is not None:
        shapes = definitions(protocol, message.payload)
        records = [shape for shape in shapes if isinstance(shape, Record)]
        found += [f for record in records for f in record.fields if f.relayed is not None]
    return {
        definition.name for field in found for definition in definitions(protocol, field.use.type)
    }


def _named(change: Change, passed_on: set[str], others: Sequence[Change]) -> Change:
    """With what differs in the message."""
    differing = [
        other
        for other in others
        if other.subject.startswith(f"{change.subject}/")
        or change.subject in other.reaches
        or _is_of(other, passed_on)
    ]
    if not differing:
        return change
    shown, more = differing[:_MOST], len(differing) - _MOST
    further = f" and {more} others" if more > 0 else ""
    return replace(
        change,
        message=f"{change.message}: {', '.join(one.subject for one in shown)}{further}",
        was=", ".join(one.was or "nothing" for one in shown),
        now=", ".join(one.now or "nothing" for one in shown),
    )
