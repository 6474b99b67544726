"""What the generated models are called and offer, compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.revision import Revision
from voxspec.breaking.source.annotations import Annotations
from voxspec.breaking.source.connection import compare_connection
from voxspec.breaking.source.fields import Records
from voxspec.breaking.source.messages import Messages
from voxspec.breaking.source.said import breaking
from voxspec.breaking.source.types import Types
from voxspec.breaking.verdict import Change, Who
from voxspec.model import Protocol


def compare_source(old: Revision, new: Revision) -> Iterator[Change]:
    """Compare the names that source code uses, and what it gets and gives by them.

    Where a version has a module of its own, the models of the old one stay beside it.
    """
    before, after = _module(old.protocol), _module(new.protocol)
    if before != after:
        yield breaking(
            "MODULE_SAME_PATH",
            "module",
            f"the models are in {after} and not in {before}",
            new.place(
                "protocol.yaml",
                "python" if old.protocol.package != new.protocol.package else "version",
            ),
            before,
            after,
        )
        return
    pairs = Pairs(old, new)
    records = Records(Annotations(pairs))
    yield from Messages(pairs, records).compare()
    yield from Types(pairs, records).compare()
    yield from compare_connection(old, new)


def merged(changes: Sequence[Change]) -> list[Change]:
    """The changes, with what follows for source code said with what it follows from."""
    found: list[Change] = []
    for change in changes:
        of_source = [effect for effect in change.effects if effect.who is Who.SOURCE]
        at = (
            _about_the_same(found, change) if of_source == [*change.effects] and of_source else None
        )
        if at is None:
            found.append(change)
        else:
            found[at] = replace(found[at], effects=(*found[at].effects, *of_source))
    return found


def _about_the_same(found: list[Change], change: Change) -> int | None:
    """Which change is of the same thing, or of a part of it; of a class, what its parts are is another."""
    parts = () if change.rule == "CLASS_NO_DELETE" else (f"{change.subject}/",)
    for at, other in enumerate(found):
        is_same = other.subject == change.subject or other.subject.startswith(parts)
        if is_same and not any(effect.who is Who.SOURCE for effect in other.effects):
            return at
    return None


def _module(protocol: Protocol) -> str:
    return f"{protocol.package}.{protocol.module}"
