"""Compares two outlines, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from voxspec.breaking.differences.alike import alike
from voxspec.breaking.differences.follows import Follows
from voxspec.breaking.differences.outline import outline
from voxspec.breaking.differences.parts import CORE, Part, is_empty
from voxspec.model import Protocol

_OF_WHOLE: Final = frozenset({"", CORE, "type", "required"})
"""Facts that changes say of the part itself."""

Kind = Literal["added", "removed", "renamed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    ``subject`` is the part, as changes call it: ``client/say/mood``. Without a ``fact`` it is the part
    as a whole, that came or went or is called otherwise; ``was`` and ``now`` are what is said of it,
    empty for nothing, or its names. ``also`` are other subjects of which it is a difference.
    """

    kind: Kind
    subject: str
    fact: str = ""
    was: str = ""
    now: str = ""
    also: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def place(self) -> str:
        """The subject with the fact, as changes call it."""
        return self.subject if self.fact in _OF_WHOLE else f"{self.subject}/{self.fact}"


_DEPTH_OF_TYPES: Final = 2
"""How deep in a protocol named types are."""

_LEADING: Final = frozenset("name wire_type key value".split())
"""Facts from which the other names of a part follow."""

_FOLLOWING: Final = frozenset(
    "name x-name frame_name wire_type x-enum-names constant payload/name payload/x-name payload/kind".split()
)
"""What a part is called: where it is renamed, or first comes, that is said once."""

_OF_PAYLOAD: Final = frozenset({"additionalProperties", "x-extra"})
"""Facts about the record that is a payload: they come and go with it."""


def differences(old: Protocol, new: Protocol, follows: Follows | None = None) -> list[Difference]:
    """Everything that differs, in the order of the new revision.

    ``follows`` knows what is called otherwise, and what of the rest only follows from something else.
    """
    was, now = outline(old), outline(new)
    known = follows or Follows()
    known = replace(known, renames={**alike(was, now), **known.renames})
    return list(_Differ(known).all(was, now, ()))


class _Differ:
    def __init__(self, follows: Follows) -> None:
        self._follows = follows

    def all(self, old: Part, new: Part, path: tuple[str, ...]) -> Iterator[Difference]:
        """What differs in two parts."""
        subject = "/".join(path)
        was = self._follows.renames.get(subject)
        is_type = subject.startswith("types/") and len(path) == _DEPTH_OF_TYPES
        if is_type and _kind(old) != _kind(new):
            said = [_kind(part) or part.said.get("type", "") for part in (old, new)]
            yield Difference("changed", subject, "type", said[0], said[1])
            return
        if was is not None:
            yield Difference("renamed", subject, was=was, now=path[-1])
        yield from self._facts(old, new, subject, is_renamed=was is not None)
        before = self._paired(old, new, subject)
        for name, part in new.parts.items():
            if name in before:
                yield from self.all(old.parts[before[name]], part, (*path, name))
            elif not is_empty(part):
                at = (*path, name)
                yield Difference("added", "/".join(at), now=_gist(name, part), also=_also(part))
        for name, part in old.parts.items():
            if name not in before.values() and not is_empty(part):
                at = (*path, name)
                yield Difference("removed", "/".join(at), was=_gist(name, part), also=_also(part))

    def _paired(self, old: Part, new: Part, subject: str) -> dict[str, str]:
        """The old names of the parts that are in both."""
        found = {}
        for name in new.parts:
            was = name
            if name not in old.parts:
                was = self._follows.renames.get(f"{subject}/{name}", name)
            if was in old.parts:
                found[name] = was
        return found

    def _facts(
        self, old: Part, new: Part, subject: str, *, is_renamed: bool
    ) -> Iterator[Difference]:
        differ = {
            fact: (old.said.get(fact, ""), new.said.get(fact, ""))
            for fact in dict.fromkeys((*new.said, *old.said))
            if old.said.get(fact, "") != new.said.get(fact, "")
        }
        with_type = _with_type(differ, old.of_type | new.of_type)
        for fact, (was, now) in differ.items():
            if fact in with_type or _is_led(fact, differ, is_renamed=is_renamed):
                continue
            if fact == "payload/description" and _is_said(old) and _is_said(new):
                continue
            if self._follows.from_elsewhere(subject, fact, was, now):
                continue
            also = _items(subject, fact, was, now) | _limits(old, fact) | _limits(new, fact)
            said = was, now
            if fact == "type":
                also |= {f"{subject}/{one}" for one in with_type}
                said = _typed(differ, with_type, 0), _typed(differ, with_type, 1)
            yield Difference("changed", subject, fact, *said, frozenset(also))


def _kind(part: Part) -> str:
    """What kind of thing a named type is, but for names of values: parts of different kinds are not compared."""
    kind, type_ = part.said.get("kind"), part.said.get("type")
    if kind == "enum":
        return f"enum of {type_ or 'string'}"
    return kind or ("union" if type_ is None else "flags" if part.parts else "")


def _is_led(fact: str, differ: Mapping[str, tuple[str, str]], *, is_renamed: bool) -> bool:
    """Whether a fact of a part is another because a fact beside it is."""
    whole, _, name = fact.rpartition("/")
    if not all(differ[fact]) and not all(differ.get(whole, ("x", "x"))):
        return True  # it came or went with what it is of
    if fact in _OF_PAYLOAD:
        return "payload" in differ
    if whole and name == "x-name" and f"{whole}/limit" in differ:
        return True
    if fact not in _FOLLOWING or is_renamed:
        return fact in _FOLLOWING
    return fact not in _LEADING and ("payload" in differ or not _LEADING.isdisjoint(differ))


def _is_said(message: Part) -> bool:
    """Whether a message says all that its payload does."""
    return message.said.get("payload/description", "") in ("", message.said.get("description"))


def _with_type(differ: Mapping[str, tuple[str, str]], of_type: set[str]) -> list[str]:
    """Bounds that come and go with a type that is another."""
    if "type" not in differ:
        return []
    return [fact for fact in differ if fact in of_type and fact != "type" and not all(differ[fact])]


def _typed(differ: Mapping[str, tuple[str, str]], with_type: list[str], at: int) -> str:
    """A type with the bounds that only it has: "string, maxLength 500"."""
    bounds = (f"{fact} {differ[fact][at]}" for fact in with_type if differ[fact][at])
    return ", ".join((differ["type"][at], *bounds))


def _items(subject: str, fact: str, was: str, now: str) -> set[str]:
    """What changes call the members of a list that came or went, and a limit that did."""
    if fact.rpartition("/")[2] == "limit":
        return {f"limits/{name}" for name in (was, now) if name}
    changed = {*was.split(", ")} ^ {*now.split(", ")}
    if fact == "timers":
        return {f"session/timers/{name}" for name in changed}
    if fact in ("values", "subprotocols"):
        return {f"{at}/{name}" for at in (subject, f"{subject}/{fact}") for name in changed}
    return set()


def _limits(part: Part, fact: str) -> set[str]:
    """The limit that a number of a part is."""
    name = part.said.get("limit" if fact == "value" else f"{fact}/limit")
    return set() if name is None else {f"limits/{name}"}


def _also(part: Part) -> frozenset[str]:
    """What else changes are about that are of a part, or of a part of it."""
    return frozenset(part.also).union(*map(_also, part.parts.values()))


def _gist(name: str, part: Part) -> str:
    """What a part is, in a few words; none where its name says it."""
    words = [part.said[fact] for fact in ("type", "summary", "title", CORE) if fact in part.said]
    if part.said == {CORE: name}:
        return ""
    if words or "description" in part.said:
        return ": ".join(words) or part.said["description"]
    facts = [f"{fact}: {said}" for fact, said in part.said.items() if not _is_aside(fact)]
    inner = [f"{name}: {_gist(name, one)}" for name, one in part.parts.items() if not is_empty(one)]
    return ", ".join(facts or inner)


def _is_aside(fact: str) -> bool:
    return fact.rpartition("/")[2] in ("name", "description", "x-name", "note", "limit")
