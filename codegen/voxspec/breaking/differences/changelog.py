"""What is new between two revisions, as Markdown for the people who use the protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from voxspec.breaking.differences.contrast import short
from voxspec.breaking.differences.differ import Difference
from voxspec.breaking.differences.marked import Marked
from voxspec.breaking.differences.report import was_and_now
from voxspec.breaking.report.markdown import code, escaped
from voxspec.breaking.report.words import verb
from voxspec.breaking.report.words import was_and_now as was_and_now_of
from voxspec.breaking.result import worst_first
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Category, Change

_TITLES: Final = {
    "added": "Added",
    "removed": "Removed",
    "renamed": "Renamed",
    "changed": "Changed",
}
_WORDS: Final = {
    "client": "client message",
    "server": "server message",
    "types": "type",
    "close_codes": "close code",
    "permissions": "permission",
    "limits": "limit",
    "areas": "area",
    "pages": "page",
}

_NOTHING: Final = ("", "none", "nothing")
"""Words for what was not there, or is not any more: a sentence says that otherwise."""


def changelog(
    old: Revision, new: Revision, found: Sequence[Marked], changes: Sequence[Change]
) -> Iterator[str]:
    """The lines: what breaks and for whom, then what else came, what went and what is another, by message.

    What is called otherwise did neither come nor go, and what breaks is said once."""
    yield f"# {escaped(new.protocol.title)}: changes since {code(old.name)}"
    breaking = [c for c in worst_first(changes) if c.categories - {Category.NOTE}]
    if breaking:
        yield "\n## Breaking\n"
        for change in breaking:
            yield from _break(change)
    others = [one for one in found if not one.categories and not one.is_prose]
    for kind, title in _TITLES.items():
        listed = [
            (one, d) for one in others if (d := one.difference) is not None and d.kind == kind
        ]
        if listed:
            yield f"\n## {title}\n"
            yield from _grouped(listed)
    documents = [one for one in found if one.is_prose]
    if documents:
        yield "\n## Said otherwise\n"
        groups = dict.fromkeys(_named(one) for one in documents)
        yield f"Descriptions, notes or examples: {', '.join(groups)}."
    if not found:
        yield "\nNothing has changed."


def _break(change: Change) -> Iterator[str]:
    is_said = all(text in _NOTHING or text in change.message for text in (change.was, change.now))
    differs = "" if is_said else was_and_now_of(change)
    what = f"{escaped(change.message)}{f' ({code(differs)})' if differs else ''}"
    yield f"- {code(change.subject)}: {what}"
    for effect in change.effects:
        why = f": {escaped(effect.what)}" if effect.what != change.message else ""
        yield f"  - **{escaped(verb(effect))}**{why}"
    if change.hint:
        yield f"  - {escaped(change.hint)}"


def _grouped(listed: Sequence[tuple[Marked, Difference]]) -> Iterator[str]:
    """What differs, below the message, type or whatever else it is in."""
    names = [*dict.fromkeys(_named(one) for one, _ in listed)]
    ordered = sorted(listed, key=lambda pair: names.index(_named(pair[0])))
    for name, members in groupby(ordered, key=lambda pair: _named(pair[0])):
        pairs = [*members]
        whole = next((found for one, found in pairs if _is_whole(one, found)), None)
        said = "" if whole is None else _gist(whole)
        yield f"- {name}{f': {said}' if said else ''}"
        for one, found in pairs:
            if found is not whole:
                yield f"  - {_entry(one, found)}"


def _is_whole(one: Marked, found: Difference) -> bool:
    """Whether it is the message itself that came, went or is called otherwise."""
    return not found.fact and one.subject == one.group


def _gist(found: Difference) -> str:
    if found.kind == "renamed":
        return f"was {code(found.was)}"
    return escaped(short(found.now or found.was))


def _entry(one: Marked, found: Difference) -> str:
    if found.kind == "changed":
        was, now = was_and_now(found)
        return f"{code(one.within or found.fact)}: {code(was)} → {code(now)}"
    said = _gist(found)
    return f"{code(one.within)}{f': {said}' if said else ''}"


def _named(one: Marked) -> str:
    """What people call what it is in: "client message `say`"."""
    first, _, rest = one.group.partition("/")
    return f"{_WORDS.get(first, first)} {code(rest)}" if rest else first.replace("_", " ")
