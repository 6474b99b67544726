"""What differs between two captures: the form in which all of it is said."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Group: TypeAlias = Literal["messages", "contents", "conversation", "findings"]


class Amount(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often something was there, `of` how often it could have been."""

    count: int
    of: int | None = None
    per_minute: float | None = None
    per_connection: float | None = None


Value: TypeAlias = Amount | float | tuple[str, ...]


class Difference(msgspec.Struct, frozen=True):
    """Something that is not the same in both; `a` and `b` are what it is in each."""

    group: Group
    message: str
    """``s2c hello``; empty where it is about no message."""
    place: str
    """A JSON Pointer into the frame, with ``*`` for any item and any key; empty where it is about none."""
    what: str
    """What differs there, or the id of a rule."""
    a: Value
    b: Value


def is_notable(a: float, b: float, factor: float) -> bool:
    """Whether only one is nothing, or one is more than `factor` times the other."""
    least, most = sorted((a, b))
    return most > least * factor if least else most > 0
