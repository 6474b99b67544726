"""Names that are near each other, and what things are without theirs."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from voxspec.model import Field, Record

T = TypeVar("T")

_NEAR = 0.5
"""From this likeness on, a name may be another's new one: ``user_id`` and ``member_id`` have 0.625."""


def _never(old: object, new: object) -> bool:
    del old, new
    return False


def renamed(
    gone: Iterable[T],
    added: Iterable[T],
    name: Callable[[T], str],
    alike: Callable[[T, T], bool],
    surely: Callable[[T, T], bool] = _never,
) -> dict[int, T]:
    """By the ``id`` of what is gone, what it is called now: the nearest name of the same shape, and of
    what ``surely`` is the same also a far one."""
    free = [*added]
    found: dict[int, T] = {}
    gone = [*gone]
    pairs = [
        (-likeness(name(old), name(new)), at, old, new)
        for at, old in enumerate(gone)
        for new in free
        if alike(old, new)
    ]
    taken: set[int] = set()
    for ratio, _, old, new in sorted(pairs, key=lambda pair: pair[:2]):
        is_free = id(old) not in found and id(new) not in taken
        if is_free and (-ratio >= _NEAR or surely(old, new)):
            found[id(old)] = new
            taken.add(id(new))
    return found


def is_near(old: str, new: str) -> bool:
    """Whether a name may be another's new one."""
    return likeness(old, new) >= _NEAR


@lru_cache(maxsize=10_000)
def likeness(old: str, new: str) -> float:
    """How near two names are: 1 for the same one, also where one holds the other's words."""
    words = [
        set(name.lower().replace(".", "_").replace("-", "_").split("_")) for name in (old, new)
    ]
    shared = len(words[0] & words[1]) / max(len(words[0] | words[1]), 1)
    return max(difflib.SequenceMatcher(None, old.lower(), new.lower()).ratio(), shared)


def bare(field: Field) -> Field:
    """A field without its names and what people read."""
    return replace(
        field, name="", attribute="", description="", note=None, deprecated=None, since=None
    )


def bare_record(record: Record) -> object:
    """What a record is on the wire, without what people read."""
    fields = tuple((field.name, bare(field)) for field in record.fields)
    rules = (record.exactly_one_of, record.required_when, record.extra, record.closed)
    return fields, rules
