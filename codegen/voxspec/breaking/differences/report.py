"""Everything that differs, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from voxspec.breaking.differences.contrast import contrast, short
from voxspec.breaking.differences.differ import Difference
from voxspec.breaking.differences.marked import Marked, breaks
from voxspec.breaking.differences.parts import CORE
from voxspec.breaking.differences.spelling import MARKS
from voxspec.breaking.revision import Revision
from voxspec.report.style import Style, printable
from voxspec.report.text import counted

VERSION: Final = 1
"""Of the JSON."""

_SIGNS: Final = {"added": "+", "removed": "-", "renamed": "~", "changed": "~"}
_COLOURS: Final = {"added": "good", "removed": "error", "renamed": "warning", "changed": "warning"}


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
    count = breaks(found)
    breaking = counted(count, "break") if count else "nothing breaks"
    yield f"{new.name} against {old.name}: {counted(len(found), 'difference')}, {breaking}"


def json_text(old: Revision, new: Revision, found: Sequence[Marked]) -> str:
    """One object: each difference with its kind, what it is of, what was and is said, and what it breaks."""
    listed = [_object(one) for one in _in_order(found)]
    whole = {"version": VERSION, "old": old.name, "new": new.name, "differences": listed}
    return json.dumps(whole, indent=2, ensure_ascii=False)


def was_and_now(difference: Difference) -> tuple[str, str]:
    """The two sides of a change, short, so that they can be told apart; "none" where nothing is said."""
    was, now = contrast(difference.was, difference.now)
    is_flag = difference.fact.rpartition("/")[2] in MARKS
    nothing = "false" if is_flag else "none"
    return was or nothing, now or nothing


def _in_order(found: Sequence[Marked]) -> list[Marked]:
    """The same, with what is of one group together."""
    first: dict[str, int] = {}
    for index, one in enumerate(found):
        first.setdefault(one.group, index)
    return sorted(found, key=lambda one: first[one.group])


def _line(one: Marked, style: Style) -> str:
    marks = ", ".join(one.categories)
    rules = ", ".join(
        dict.fromkeys(c.rule for c in one.changes if c.categories & {*one.categories})
    )
    mark = f"  [{style.paint(marks, 'error')}: {rules}]" if marks else ""
    if one.difference is None:
        return f"! {printable(one.subject)}: {printable(one.changes[0].message)}{mark}"
    kind = one.difference.kind
    return (
        f"{style.paint(_SIGNS[kind], _COLOURS[kind])} {printable(_said(one, one.difference))}{mark}"
    )


def _said(one: Marked, difference: Difference) -> str:
    """What a difference is, with where it is in its group."""
    if difference.kind == "renamed":
        return " ".join(filter(None, (one.within, f"renamed, was {difference.was}")))
    if difference.kind == "changed":
        was, now = was_and_now(difference)
        return f"{one.within or _named(difference)}: {was} → {now}"
    gist = short(difference.now or difference.was)
    return " ".join(filter(None, (one.within, f"({gist})" if gist else ""))) or difference.kind


def _named(difference: Difference) -> str:
    """What a fact is called that is of a whole group."""
    return "value" if difference.fact == CORE else difference.fact


def _object(one: Marked) -> dict[str, Any]:
    found = one.difference or Difference("changed", one.subject)
    return {
        "kind": found.kind,
        "subject": found.subject,
        "fact": "" if found.fact == CORE else found.fact,
        "was": found.was,
        "now": found.now,
        "message": one.changes[0].message if one.changes else "",
        "categories": list(one.categories),
        "rules": list(dict.fromkeys(change.rule for change in one.changes)),
        "fingerprints": [change.fingerprint for change in one.changes],
    }
