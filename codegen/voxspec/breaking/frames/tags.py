"""What tells the variants of a union apart: what differs in that is said of the union, once."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.frames.build import tag_of
from voxspec.breaking.frames.pairs import Pairs
from voxspec.model import Protocol, Record, Union

Tag = str | int | bool


def variants(protocol: Protocol, union: Union) -> Iterator[tuple[Tag, Record]]:
    """The records of a union, each with the constant that it is told by."""
    for name in union.variants:
        record = protocol.type(name)
        if isinstance(record, Record) and (tag := tag_of(record)) is not None:
            yield tag, record


def is_renamed(pairs: Pairs, old: Union, new: Union) -> bool:
    """Whether a tag is called otherwise, and has the constants that it had."""
    before = dict(variants(pairs.old.protocol, old))
    after = dict(variants(pairs.new.protocol, new))
    return (
        old.tag != new.tag
        and bool(before.keys() & after.keys())
        and not any(_has(record, new.tag) for record in before.values())
        and not any(_has(record, old.tag) for record in after.values())
    )


def told_by_unions(pairs: Pairs) -> frozenset[str]:
    """The old names of records that are variants of a union in both revisions: of nothing else, then.

    Their tags are compared with their unions.
    """
    found: set[str] = set()
    for was, now in pairs.types.items():
        before, after = pairs.old.protocol.type(was), pairs.new.protocol.type(now)
        if isinstance(before, Union) and isinstance(after, Union):
            found |= {n for n in before.variants if pairs.types.get(n) in after.variants}
    return frozenset(found)


def _has(record: Record, name: str) -> bool:
    return any(field.name == name for field in record.fields)
