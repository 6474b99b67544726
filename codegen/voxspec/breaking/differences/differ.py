"""Compares two outlines, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from voxspec.breaking.differences.outline import Part, outline
from voxspec.model import Protocol

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    ``subject`` is the part, as changes call it: ``client/say/mood``. Without a ``fact`` it is the part
    as a whole, that came or went; ``was`` and ``now`` are what is said of it, empty for nothing.
    """

    kind: Kind
    subject: str
    fact: str = ""
    was: str = ""
    now: str = ""


def differences(old: Protocol, new: Protocol) -> list[Difference]:
    """Everything that differs, in the order of the new revision."""
    return list(_differences(outline(old), outline(new), ()))


def _differences(old: Part, new: Part, path: tuple[str, ...]) -> Iterator[Difference]:
    subject = "/".join(path)
    for fact in dict.fromkeys((*new.said, *old.said)):
        was, now = old.said.get(fact, ""), new.said.get(fact, "")
        if was != now:
            kind: Kind = "added" if not was else "removed" if not now else "changed"
            yield Difference(kind, subject, fact, was, now)
    for name, part in new.parts.items():
        before = old.parts.get(name)
        if before is not None:
            yield from _differences(before, part, (*path, name))
        else:
            yield Difference("added", "/".join((*path, name)), now=_gist(part))
    for name, part in old.parts.items():
        if name not in new.parts:
            yield Difference("removed", "/".join((*path, name)), was=_gist(part))


def _gist(part: Part) -> str:
    """What a part is, in a few words."""
    words = [part.said[fact] for fact in ("type", "summary", "title") if fact in part.said]
    return ": ".join(words) or part.said.get("description", "")
