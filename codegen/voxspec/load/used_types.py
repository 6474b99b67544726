"""Checks that every named type is part of some message, and stands where it can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voxspec.findings import Findings
from voxspec.load.source import Source
from voxspec.model import ConstType, NamedDefinition, Protocol, Record, Union
from voxspec.model.walk import references


def check_used(
    source: Source | None, protocol: Protocol, used: Iterable[str], findings: Findings
) -> None:
    """Every type is used by a message, and variants by their unions alone. ``used``: the names that
    messages and the envelope refer to."""
    if source is None:
        return
    # Of broken files it is not known what they use.
    unused = set() if findings else {definition.name for definition in _unused(protocol, used)}
    variants = {v for d in protocol.types if isinstance(d, Union) for v in d.variants}
    elsewhere = set(_plain_references(protocol))
    for definition in protocol.types:
        place = source.key_place("types", definition.name)
        if definition.name in unused:
            findings.error(
                "TYPE_USED", f'no message uses the type "{definition.name}"', place, "delete it"
            )
        if isinstance(definition, Record) and _is_like_a_variant(definition):
            if definition.name not in variants:
                findings.error(
                    "UNION_HAS_TAG",
                    f'"{definition.name}" has a constant property but is no variant of a union',
                    place,
                )
            elif definition.name in elsewhere:
                findings.error(
                    "UNION_HAS_TAG",
                    f'"{definition.name}" is a variant of a union and used by itself too',
                    place,
                    "refer to the union",
                )


def _unused(protocol: Protocol, used: Iterable[str]) -> Iterator[NamedDefinition]:
    """The types that no message leads to; of those that only stand in each other, the outermost."""
    sent = _within(protocol, used)
    unused = [definition for definition in protocol.types if definition.name not in sent]
    inside = {one.name: _within(protocol, [one.name]) for one in unused}
    for at, one in enumerate(unused):
        is_told = any(
            one.name in inside[other.name] and (other.name not in inside[one.name] or before < at)
            for before, other in enumerate(unused)
            if other is not one
        )
        if not is_told:
            yield one


def _within(protocol: Protocol, names: Iterable[str]) -> set[str]:
    """Some types and all that they are made of, by name."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += (reference.name for reference in references(protocol.type(name)))
    return found


def _plain_references(protocol: Protocol) -> Iterable[str]:
    """The names that fields, keys and payloads refer to (a union's variants do not count)."""
    payloads = (m.payload for m in protocol.messages() if m.payload is not None)
    keys = (further.field.use.type for further in protocol.envelope.further)
    for shape in (*(d for d in protocol.types if isinstance(d, Record)), *payloads, *keys):
        yield from (reference.name for reference in references(shape))


def _is_like_a_variant(record: Record) -> bool:
    """Whether a record is a variant of a union, or has the constant text that makes it look so."""
    return record.tag is not None or any(
        isinstance(field.use.type, ConstType) and field.use.type.json_type == "string"
        for field in record.fields
    )
