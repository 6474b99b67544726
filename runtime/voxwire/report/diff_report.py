"""What differs between two captures, for people and for programs: text and JSON.

``version`` in the JSON changes when a key goes away or changes its meaning; new keys may come at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

import msgspec

from voxwire.analysis.difference import Amount, Difference, Group
from voxwire.capture import Lacks
from voxwire.report.style import printable
from voxwire.report.summary import counted, lacking
from voxwire.rules.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.analysis.comparison import Comparison
    from voxwire.analysis.difference import Value
    from voxwire.analysis.side import Side
    from voxwire.report.style import Style

VERSION: Final = 1
"""Of the JSON."""

_HEADINGS: Final[dict[Group, str]] = {
    "messages": "how often messages come",
    "contents": "what is in messages",
    "conversation": "the conversation",
    "findings": "findings that only one has",
}
_NAMED: Final = 10
"""Values that the text names; the JSON has all."""

_WIDEST: Final = 70
"""Characters of a column; what is longer sticks out."""

_NEVER_COMPARED: Final = Lacks.CONTROL | Lacks.ADDRESS


def diff_lines(
    comparison: Comparison, differences: Sequence[Difference], style: Style
) -> Iterator[str]:
    """Both captures, a table for each kind of difference, and what could not be compared."""
    for letter, side in (("A", comparison.a), ("B", comparison.b)):
        yield f"{style.paint(letter, 'place')}  {_read(side)}"
    for group in get_args(Group):
        found = [one for one in differences if one.group == group]
        if found:
            yield ""
            yield from _table(_HEADINGS[group], found, style)
    yield ""
    yield from _not_compared(comparison, style)
    yield counted(len(differences), "difference") if differences else "nothing differs"


def _read(side: Side) -> str:
    traffic = side.traffic
    frames, connections = traffic.frames, len(traffic.connections)
    what = f"{counted(connections, 'connection')}, {counted(frames, 'frame')}"
    cut = "" if side.failure is None else "; not read to its end"
    return f"{printable(side.file)}: {what}{cut}"


def _table(heading: str, found: Sequence[Difference], style: Style) -> Iterator[str]:
    rows = [(f"  {_subject(one)}", _words(one.a), _words(one.b)) for one in found]
    columns = [(heading, "A", "B"), *rows]
    width, width_a = (min(max(len(row[column]) for row in columns), _WIDEST) for column in range(2))
    yield style.paint(f"{heading:{width}}  {'A':{width_a}}  B", "dim")
    for one, (subject, a, b) in zip(found, rows, strict=True):
        line = f"{subject:{width}}  {a:{width_a}}  {b}"
        yield style.paint(line, colour) if (colour := _colour(one)) else line


def _subject(one: Difference) -> str:
    match one.group:
        case "messages":
            return printable(one.message)
        case "findings":
            return f"{one.what} ({RULES[one.what].headline})"
        case _:
            return " ".join(printable(part) for part in (one.message, one.place, one.what) if part)


def _words(value: Value) -> str:
    match value:
        case Amount(count, of, per_minute, per_connection):
            if of is not None:
                return f"{count:,} of {of:,}"
            if not count:
                return "-"
            if per_minute is not None:
                return f"{count:,} ({per_minute:,.4g} a minute)"
            if per_connection is not None:
                return f"{count:,} ({per_connection:,.4g} a connection)"
            return f"{count:,}"
        case tuple():
            more = f" and {len(value) - _NAMED} more" if len(value) > _NAMED else ""
            return printable(", ".join(value[:_NAMED])) + more or "-"
        case _:
            return f"{value:,.4g}"


def _colour(one: Difference) -> str | None:
    """Of what only one has."""
    if _is_nothing(one.a):
        return "good"
    return "error" if _is_nothing(one.b) else None


def _is_nothing(value: Value) -> bool:
    return value == () or (isinstance(value, Amount) and not value.count)


def _not_compared(comparison: Comparison, style: Style) -> Iterator[str]:
    for letter, side in (("A", comparison.a), ("B", comparison.b)):
        lacks = side.lacks & ~_NEVER_COMPARED
        if lacks:
            line = f"not compared, as {letter} does not have it: {lacking(lacks)}"
            yield style.paint(line, "dim")
        if side.is_partial:
            line = f"not compared, as parts of {letter} are missing: what it lacks, or has less of"
            yield style.paint(line, "dim")
        if side.contents.is_cut:
            line = f"compared in part, as {letter} has too many different keys: what is in messages"
            yield style.paint(line, "dim")


def diff_json(comparison: Comparison, differences: Sequence[Difference]) -> str:
    """One line of JSON."""
    protocol = comparison.a.protocol
    value = {
        "version": VERSION,
        "protocol": {"name": protocol.name, "version": protocol.version},
        "same": not differences,
        "factor": comparison.limits.factor,
        "at_least": comparison.limits.at_least,
        "a": _side(comparison.a),
        "b": _side(comparison.b),
        "not_compared": (comparison.lacks & ~_NEVER_COMPARED).names,
        "differences": differences,
    }
    return f"{msgspec.json.encode(value).decode()}\n"


def _side(side: Side) -> dict[str, Any]:
    return {
        "file": side.file,
        "failure": side.failure,
        "connections": len(side.traffic.connections),
        "frames": side.traffic.frames,
        "not_recorded": side.lacks.names,
        "unread": side.unread.parts,
        "cut": side.contents.is_cut,
    }
