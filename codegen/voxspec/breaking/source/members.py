"""Members of enums and other names of values: what code that names them gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from voxspec.breaking.meanings import bits
from voxspec.breaking.source.said import member
from voxspec.breaking.verdict import Change
from voxspec.findings import Place
from voxspec.model import Flag, Permission

ValueT = TypeVar("ValueT")


def members(
    old: Mapping[ValueT, str],
    new: Mapping[ValueT, str],
    subject: str,
    class_: str,
    where: Place,
) -> Iterator[Change]:
    """By values, their names: those that are gone, and those that mean a value which has another name.

    A name for another value is no change of source code by itself: the value is what changed.
    """
    names = {name: value for value, name in new.items()}
    for value, name in old.items():
        at = f"{subject}/{value}"
        if name not in names:
            called = new.get(value)
            is_renamed = called is not None and called not in old.values()
            said = f"is called {called} now" if is_renamed else "is gone"
            yield member(at, f"{class_}.{name}", said, where, name, called or "")
        elif names[name] != value and value in new:
            said = f"is {names[name]} now, and {value} is called {new[value]}"
            yield member(at, f"{class_}.{name}", said, where, name, new[value])


def named_bits(
    old: Sequence[Flag | Permission],
    new: Sequence[Flag | Permission],
    subject: str,
    class_: str,
    where: Place,
) -> Iterator[Change]:
    """The members of what is told by bits: what has another bit is called what it was."""
    taken = bits(old, new)
    called = {name: was for was, name in (taken.renamed | taken.reused).items()}
    was = {one.name: one.member for one in old}
    now = {called.get(one.name, one.name): one.member for one in new}
    yield from members(was, now, subject, class_, where)
