"""Members of enums and other names of values: what code that names them gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from voxspec.breaking.source.said import member
from voxspec.breaking.verdict import Change
from voxspec.findings import Place

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
