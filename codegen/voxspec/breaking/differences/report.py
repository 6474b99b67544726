"""Everything that differs, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any, Final

from voxspec.breaking.differences.differ import Difference
from voxspec.breaking.differences.marked import Marked
from voxspec.breaking.revision import Revision
from voxspec.report.style import Style, printable
from voxspec.report.text import counted

VERSION: Final = 1
"""Of the JSON."""

_SIGNS: Final = {"added": "+", "removed": "-", "renamed": "~", "changed": "~"}
_COLOURS: Final = {"added": "good", "removed": "error", "renamed": "warning", "changed": "warning"}
_LONG: Final = 70
"""Characters of a text that are shown of it."""


def text_lines(
    old: Revision, new: Revision, found: Sequence[Marked], style: Style
) -> Iterator[str]:
    """A line for each difference, below the message or type that it is in."""
    for group, members in groupby(_in_order(found), key=lambda one: one.group):
        yield style.paint(printable(group), "place")
        for one in members:
            yield f"  {_line(one, style)}"
    if not found:
        yield f"{new.name} says the same as {old.name}"
        return
    breaking = sum(bool(one.categories) for one in found)
    yield (
        f"{new.name} against {old.name}: {counted(len(found), 'difference')}, "
        f"{breaking:,} of them breaking"
    )


def json_text(old: Revision, new: Revision, found: Sequence[Marked]) -> str:
    """One object: each difference with its kind, what it is of, what was and is said, and what it breaks."""
    listed = [_object(one) for one in _in_order(found)]
    whole = {"version": VERSION, "old": old.name, "new": new.name, "differences": listed}
    return json.dumps(whole, indent=2, ensure_ascii=False)


def said(difference: Difference) -> str:
    """What a difference is, in words without its subject."""
    was, now = _short(difference.was), _short(difference.now)
    if difference.kind == "renamed":
        return f"renamed, was {was}"
    if not difference.fact:
        gist = now or was
        return f"({gist})" if gist else ""
    name = difference.fact.replace("_", " ")
    if (was, now) in (("", "true"), ("true", "")):
        return f"{'now' if now else 'no longer'} {name}"
    if difference.kind == "changed":
        return f"{name}: {was} → {now}"
    return f"{name}: {now or was}"


def _in_order(found: Sequence[Marked]) -> list[Marked]:
    """The same, with what is of one group together."""
    first: dict[str, int] = {}
    for index, one in enumerate(found):
        first.setdefault(one.group, index)
    return sorted(found, key=lambda one: first[one.group])


def _line(one: Marked, style: Style) -> str:
    breaks = ", ".join(one.categories)
    rules = ", ".join(dict.fromkeys(change.rule for change in one.changes))
    marks = f"  [{style.paint(breaks, 'error')}: {rules}]" if breaks else ""
    if one.difference is None:
        return f"! {printable(one.subject)}: {printable(one.changes[0].message)}{marks}"
    kind = one.difference.kind
    words = " ".join(part for part in (one.within, said(one.difference)) if part)
    return f"{style.paint(_SIGNS[kind], _COLOURS[kind])} {printable(words) or kind}{marks}"


def _object(one: Marked) -> dict[str, Any]:
    found = one.difference or Difference("changed", one.subject)
    return asdict(found) | {
        "message": one.changes[0].message if one.changes else "",
        "categories": list(one.categories),
        "rules": list(dict.fromkeys(change.rule for change in one.changes)),
        "fingerprints": [change.fingerprint for change in one.changes],
    }


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
