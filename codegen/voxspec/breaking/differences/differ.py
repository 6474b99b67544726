"""Compares two outlines, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from voxspec.breaking.differences.outline import Part, outline
from voxspec.model import Protocol

Kind = Literal["added", "removed", "renamed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    ``subject`` is the part, as changes call it: ``client/say/mood``. Without a ``fact`` it is the part
    as a whole, that came or went or is called otherwise; ``was`` and ``now`` are what is said of it,
    empty for nothing, or its names.
    """

    kind: Kind
    subject: str
    fact: str = ""
    was: str = ""
    now: str = ""


_NAMES: Final = frozenset("name python_name frame_name attribute wire_type".split())
"""What a part is called: of one that was renamed, that is said once."""


def differences(
    old: Protocol, new: Protocol, renames: Mapping[str, str] | None = None
) -> list[Difference]:
    """Everything that differs, in the order of the new revision.

    ``renames`` are by the subjects of what is called otherwise its names in the old revision. Messages
    among it have their new names in ``old``, wherever that refers to them.
    """
    return list(_Differ(renames or {}).all(outline(old), outline(new), ()))


class _Differ:
    def __init__(self, renames: Mapping[str, str]) -> None:
        self._renames = renames

    def all(self, old: Part, new: Part, path: tuple[str, ...]) -> Iterator[Difference]:
        """What differs in two parts."""
        subject = "/".join(path)
        was = self._renames.get(subject)
        if was is not None:
            yield Difference("renamed", subject, was=was, now=path[-1])
        yield from _facts(old, new, subject, frozenset() if was is None else _NAMES)
        before = self._paired(old, new, subject)
        for name, part in new.parts.items():
            if name in before:
                yield from self.all(old.parts[before[name]], part, (*path, name))
            else:
                yield Difference("added", "/".join((*path, name)), now=_gist(part))
        for name, part in old.parts.items():
            if name not in before.values():
                yield Difference("removed", "/".join((*path, name)), was=_gist(part))

    def _paired(self, old: Part, new: Part, subject: str) -> dict[str, str]:
        """The old names of the parts that are in both."""
        found = {}
        for name in new.parts:
            was = name if name in old.parts else self._renames.get(f"{subject}/{name}", name)
            if was in old.parts:
                found[name] = was
        return found


def _facts(old: Part, new: Part, subject: str, without: frozenset[str]) -> Iterator[Difference]:
    for fact in dict.fromkeys((*new.said, *old.said)):
        was, now = old.said.get(fact, ""), new.said.get(fact, "")
        if was != now and fact.removeprefix("payload ") not in without:
            kind: Kind = "added" if not was else "removed" if not now else "changed"
            yield Difference(kind, subject, fact, was, now)


def _gist(part: Part) -> str:
    """What a part is, in a few words."""
    words = [part.said[fact] for fact in ("type", "summary", "title") if fact in part.said]
    return ": ".join(words) or part.said.get("description", "")
