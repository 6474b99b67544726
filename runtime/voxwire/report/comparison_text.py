"""What differs between two captures, for people and for programs.

``version`` in the JSON changes when a key goes away or changes its meaning; new keys may come at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from voxwire.masking import mask_secrets
from voxwire.report.style import printable
from voxwire.report.summary import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.analysis.comparison import Comparison, Field, Kind, Side, WayDifference
    from voxwire.report.style import Style

VERSION: Final = 1
"""Of the JSON."""

_LISTED: Final = 20
"""Connections that get lines; the JSON has all."""


def comparison_lines(comparison: Comparison, names: tuple[str, str], style: Style) -> Iterator[str]:
    """Types, fields and conversations that differ, or that nothing does."""
    for letter, name, side in zip("AB", names, (comparison.a, comparison.b), strict=True):
        yield style.paint(f"{letter}: {printable(name)}: {_read(side)}", "place")
    types, fields = list(comparison.types()), list(comparison.fields())
    ways = list(comparison.ways())
    if types:
        yield ""
        yield style.paint("types", "place")
        width = max(len(_shown(kind)) for kind, _, _ in types)
        yield style.paint(f"  {'':{width}}  {'A':>9}  {'B':>9}", "dim")
        for kind, a, b in types:
            line = f"  {_shown(kind):{width}}  {_number(a):>9}  {_number(b):>9}"
            yield style.paint(line, "note") if not (a and b) else line
    if fields:
        yield ""
        yield style.paint("fields", "place")
        for one in fields:
            where = f"{_shown(one.kind)} {printable(mask_secrets(one.pointer))}"
            yield f"  {where}: {_between(one.a, one.b)}"
    if ways:
        yield ""
        yield style.paint("conversation", "place")
        for way in ways[:_LISTED]:
            yield from _way(way)
        if len(ways) > _LISTED:
            yield f"  and {counted(len(ways) - _LISTED, 'more connection')}; --format json has all"
    if not (types or fields or ways):
        yield "alike in types, fields and conversation"


def comparison_json(comparison: Comparison, names: tuple[str, str]) -> str:
    """One line of JSON."""
    value = {
        "version": VERSION,
        "a": {
            "file": names[0],
            "frames": comparison.a.frames,
            "connections": len(comparison.a.ways),
        },
        "b": {
            "file": names[1],
            "frames": comparison.b.frames,
            "connections": len(comparison.b.ways),
        },
        "types": [
            {"direction": kind.direction, "type": _type(kind), "a": a, "b": b}
            for kind, a, b in comparison.types()
        ],
        "fields": [
            {
                "direction": one.kind.direction,
                "type": _type(one.kind),
                "pointer": mask_secrets(one.pointer),
                "a": _field(one.a),
                "b": _field(one.b),
            }
            for one in comparison.fields()
        ],
        "conversation": [
            {
                "connection": way.number,
                "alike": way.alike,
                "a": None if way.a is None else _shown(way.a),
                "b": None if way.b is None else _shown(way.b),
                "path_a": way.path_a,
                "path_b": way.path_b,
            }
            for way in comparison.ways()
        ],
    }
    return f"{msgspec.json.encode(value).decode()}\n"


def _read(side: Side) -> str:
    return f"{counted(len(side.ways), 'connection')}, {counted(side.frames, 'frame')}"


def _shown(kind: Kind) -> str:
    return printable(mask_secrets(str(kind)))


def _type(kind: Kind) -> str | None:
    return None if kind.type is None else mask_secrets(kind.type)


def _number(count: int) -> str:
    return f"{count:,}" if count else "-"


def _between(a: Field | None, b: Field | None) -> str:
    if a is None or b is None:
        only = a or b
        assert only is not None
        return f"only in {'A' if b is None else 'B'}, {_share(only)}, {_types(only)}"
    if a.types != b.types:
        return f"{_types(a)} in A, {_types(b)} in B"
    return f"{_share(a)} in A, {_share(b)} in B"


def _share(field: Field) -> str:
    if field.count == field.of:
        return f"in all of {field.of:,}"
    return f"in {field.count:,} of {field.of:,}"


def _types(field: Field) -> str:
    return " or ".join(field.types)


def _field(field: Field | None) -> dict[str, Any] | None:
    return None if field is None else msgspec.structs.asdict(field)


def _way(way: WayDifference) -> Iterator[str]:
    next_a, next_b = ("no more" if kind is None else _shown(kind) for kind in (way.a, way.b))
    yield f"  connection {way.number}: {counted(way.alike, 'frame')} alike, then {next_a} in A, {next_b} in B"
    if way.path_a != way.path_b:
        for letter, path in (("A", way.path_a), ("B", way.path_b)):
            yield f"    {letter}: {', '.join(map(printable, path)) or 'not there'}"
