"""A map that becomes a record, or a record that becomes a map: who reads the record makes nothing of most keys."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.frames.difference import Difference, Trial
from voxspec.breaking.frames.edges import edges_at
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.steps import Spot
from voxspec.breaking.frames.told_apart import told_apart
from voxspec.breaking.frames.words import use_words
from voxspec.breaking.verdict import Age
from voxspec.model import NamedType, Protocol, Record, Use


def other_keys(pairs: Pairs, old: Use, new: Use, spot: Spot, what: str) -> Iterator[Difference]:
    """What is lost where each end takes all that the other one writes."""
    was, now = _passes_over(pairs.old.protocol, old), _passes_over(pairs.new.protocol, new)
    if was == now:
        return
    writer: Age = "old" if now else "new"
    yield Difference(
        "FIELD_TYPE_NARROWED" if now else "FIELD_TYPE_WIDENED",
        spot,
        f"{what} {'has certain keys now and not any' if now else 'may have any keys now'}: "
        f"{use_words(new)} and not {use_words(old)}",
        use_words(old),
        use_words(new),
        Trial(edges_at(old, new), safe=frozenset({"old", "new"})),
        exact=told_apart(pairs, old, new),
        loses=(f"client/{writer}", f"server/{writer}"),
        lost="pass over keys that the record does not have",
    )


def _passes_over(protocol: Protocol, use: Use) -> bool:
    """Whether it is a record whose readers pass over other keys."""
    match use.type:
        case NamedType(name=name, open=False):
            shape = protocol.type(name)
            return isinstance(shape, Record) and not shape.extra
    return False
