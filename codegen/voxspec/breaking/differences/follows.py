"""What is called otherwise in two revisions, and what differs by that alone, or by a text's parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

PROSE: Final = frozenset("description summary title note text since audience body".split())
"""Facts that are for people: nothing breaks by them."""


def is_prose(subject: str, fact: str) -> bool:
    """Whether a fact is of the documents alone."""
    last = fact.rpartition("/")[2]
    is_of_url = last == "when_absent" and subject.startswith("endpoint/")
    return last in PROSE or is_of_url or "/examples/" in subject


@dataclass(frozen=True)
class Follows:
    """``renames``: by the subject of what is called otherwise, the name that it had.

    ``old`` and ``new`` are what the files of conversations say, by their keys: texts there are made of
    what stands elsewhere.
    """

    renames: Mapping[str, str] = field(default_factory=dict)
    old: Any = None
    new: Any = None

    def from_elsewhere(self, subject: str, fact: str, was: str, now: str) -> bool:
        """Whether a fact is another only because something is that is told by itself."""
        prose = is_prose(subject, fact)
        if "/examples/" in subject:
            keys = {f'"{name}":': f'"{new}":' for name, new in self._names.items()}
            return _renamed(was, keys) == now
        if prose and subject.startswith("session/") and self._is_written_alike(subject, fact):
            return True
        if fact == "type":
            return _renamed(was, self._names_of_types) == now
        return (prose or subject.startswith("session/")) and _renamed(was, self._names) == now

    @cached_property
    def _names(self) -> dict[str, str]:
        return {was: subject.rpartition("/")[2] for subject, was in self.renames.items()}

    @cached_property
    def _names_of_types(self) -> dict[str, str]:
        types = (
            name for name in self.renames if name.startswith("types/") and name.count("/") == 1
        )
        return {self.renames[subject]: subject.removeprefix("types/") for subject in types}

    def _is_written_alike(self, subject: str, fact: str) -> bool:
        """Whether a text of a conversation is written as it was."""
        path = [*subject.split("/")[1:], *fact.split("/")]
        was, now = _at(self.old, path), _at(self.new, path)
        return isinstance(now, str) and was == now


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """A text under the names of today."""
    if not names:
        return text
    found = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?!\w)")
    return found.sub(lambda name: names[name[0]], text)


def _at(value: Any, path: list[str]) -> Any:
    """What stands at a path, whose members of a list have an ``id``; None if there is nothing."""
    for step in path:
        if isinstance(value, list):
            value = next((v for v in value if isinstance(v, dict) and v.get("id") == step), None)
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value
