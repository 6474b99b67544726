"""Findings for people: a line each, with file, line and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voxspec.report.items import Item
from voxspec.report.style import Style, printable


def text_lines(items: Iterable[Item], style: Style) -> Iterator[str]:
    """A line for each item, which no terminal acts on."""
    for item in items:
        where = style.paint(f"{printable(str(item.where))}:", "place")
        level = style.paint(f"{item.level}[{item.rule}]", item.level)
        yield f"{where} {level} {printable(item.message)}"


def counted(count: int, noun: str) -> str:
    """``1 mistake``, ``2 mistakes``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
