"""What a check of one rule finds, before anybody has said that it may be so."""

from __future__ import annotations

from dataclasses import dataclass

from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_


@dataclass(frozen=True, slots=True)
class Insert:
    """A key that can be written into the mapping at ``path``, before its key ``before`` if that is there."""

    path: Path_
    key: str
    value: str
    before: str = "description"


@dataclass(frozen=True, slots=True)
class Replace:
    """Text that can stand instead of the plain value at ``path``."""

    path: Path_
    value: str


@dataclass(frozen=True, slots=True)
class Remove:
    """An entry of a list that can go; with the last one goes its key."""

    path: Path_


Mend = Insert | Replace | Remove


def written(mend: Mend) -> str:
    """What a mend makes of the file, in a few words: ``seq: never``."""
    match mend:
        case Insert(key=key, value=value):
            return f"{key}: {value}"
        case Replace(value=value):
            return value
        case Remove():
            return "deleted"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that breaks a rule: in which file, and the path to it. ``mend`` would put it right.

    ``value`` leads to the value that it is said of, where what is found is its key: what is to be
    ignored may stand beside it.
    """

    source: Source
    path: Path_
    message: str
    hint: str = ""
    is_key: bool = False
    mend: Mend | None = None
    value: Path_ = ()
