"""What a bit or a number means in two revisions, by the names that they have for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from voxspec.breaking.frames.names import is_near


class NamedBit(Protocol):
    """A flag or a permission."""

    @property
    def name(self) -> str: ...

    @property
    def bit(self) -> int: ...

    @property
    def description(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Bits:
    """Bits whose old names are gone, and that have new ones now: old names to new ones."""

    renamed: dict[str, str]
    reused: dict[str, str]
    """Those that mean another thing."""


def means_the_same(was: tuple[str, str], now: tuple[str, str]) -> bool:
    """Whether one name with its description is only another's new one."""
    return was[1] == now[1] or is_near(was[0], now[0])


def bits(old: Iterable[NamedBit], new: Iterable[NamedBit]) -> Bits:
    """What has become of names that are gone, where their bits have others."""
    before, after = [*old], [*new]
    names = [{one.name for one in each} for each in (before, after)]
    added = {one.bit: one for one in after if one.name not in names[0]}
    found = Bits({}, {})
    for was in before:
        now = added.get(was.bit)
        if was.name not in names[1] and now is not None:
            same = means_the_same((was.name, was.description), (now.name, now.description))
            (found.renamed if same else found.reused)[was.name] = now.name
    return found
