"""What is new between two revisions, as Markdown for the people who use the protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from voxspec.breaking.differences.marked import Marked, is_prose
from voxspec.breaking.differences.report import said
from voxspec.breaking.report.markdown import code, escaped
from voxspec.breaking.report.words import verb, was_and_now
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


def changelog(
    old: Revision, new: Revision, found: Sequence[Marked], changes: Sequence[Change]
) -> Iterator[str]:
    """The lines: what breaks and for whom, then what came, what went and what is another, by message.

    What is called otherwise did neither come nor go."""
    yield f"# {escaped(new.protocol.title)}: changes since {code(old.name)}"
    breaking = [c for c in worst_first(changes) if c.categories - {Category.NOTE}]
    if breaking:
        yield "\n## Breaking\n"
        for change in breaking:
            yield from _break(change)
    for kind, title in _TITLES.items():
        listed = [one for one in found if _is_listed(one, kind)]
        if listed:
            yield f"\n## {title}\n"
            yield from _grouped(listed)
    documents = [one for one in found if one.difference is not None and is_prose(one.difference)]
    if documents:
        yield "\n## Said otherwise\n"
        groups = dict.fromkeys(_named(one) for one in documents)
        yield f"The descriptions, notes or examples of {', '.join(groups)}."
    if not found:
        yield "\nNothing has changed."


def _break(change: Change) -> Iterator[str]:
    differs = was_and_now(change)
    what = f"{escaped(change.message)}{f' ({code(differs)})' if differs else ''}"
    yield f"- {code(change.subject)}: {what}"
    for effect in change.effects:
        yield f"  - **{escaped(verb(effect))}**: {escaped(effect.what)}"
    if change.hint:
        yield f"  - {escaped(change.hint)}"


def _is_listed(one: Marked, kind: str) -> bool:
    found = one.difference
    if found is None:
        return kind == "changed"
    if is_prose(found):
        return False
    return found.kind == kind if not found.fact else kind == "changed"


def _grouped(listed: Sequence[Marked]) -> Iterator[str]:
    ordered = sorted(
        listed, key=lambda one: [*dict.fromkeys(map(_named, listed))].index(_named(one))
    )
    for name, members in groupby(ordered, key=_named):
        lines = [_entry(one) for one in members]
        inner = [line for line in lines if line]
        whole = [one for one in listed if _named(one) == name and _is_whole(one)]
        gist = (
            f": {escaped(said(whole[0].difference)[1:-1])}" if whole and whole[0].difference else ""
        )
        yield f"- {name}{gist}"
        yield from (f"  - {line}" for line in inner)


def _is_whole(one: Marked) -> bool:
    """Whether it is the message itself that came or went."""
    found = one.difference
    came_or_went = found is not None and found.kind in ("added", "removed") and not found.fact
    return came_or_went and one.subject == one.group


def _entry(one: Marked) -> str:
    if _is_whole(one):
        return ""
    breaks = f" (breaks: {', '.join(one.categories)})" if one.categories else ""
    if one.difference is None:
        return f"{escaped(one.changes[0].message)}{breaks}"
    words = [code(one.within)] if one.within else []
    words += [escaped(text)] if (text := said(one.difference)) else []
    return f"{' '.join(words)}{breaks}"


def _named(one: Marked) -> str:
    """What people call what it is in: "client message `say`"."""
    first, _, rest = one.group.partition("/")
    word = _WORDS.get(first, first)
    return f"{word} {code(rest)}" if rest else word
