"""Findings as workflow commands of GitHub Actions, which shows them beside the code of a change.

Of each level it shows ten that one step writes, and no others: these are the first ten, errors first.

::

    ::error file=schema/types.yaml,line=4,col=3,title=TYPE_USED::no message uses the type "mood"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from voxspec.report.items import LEVELS, Item
from voxspec.report.places import Root
from voxspec.report.style import printable

MOST: Final = 10
"""Annotations of one level that GitHub keeps of a step."""

COMMANDS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def github_lines(items: Iterable[Item], root: Root) -> Iterator[str]:
    """At most ten commands of each level, and how many more there are."""
    listed = [*items]
    shown = 0
    for level in LEVELS:
        for item in [item for item in listed if item.level == level][:MOST]:
            yield _command(item, root)
            shown += 1
    if len(listed) > shown:
        yield f"… and {len(listed) - shown:,} more"


def _command(item: Item, root: Root) -> str:
    properties = {
        "file": root.relative(item.where.file),
        "line": str(item.where.line),
        "col": str(item.where.column),
        "title": item.rule,
    }
    named = ",".join(f"{name}={property_text(value)}" for name, value in properties.items())
    return f"::{COMMANDS[item.level]} {named}::{data_text(item.message)}"


def data_text(text: str) -> str:
    """A text as the message of a command."""
    return printable(text).replace("%", "%25")


def property_text(text: str) -> str:
    """A text as the value of a property, which a colon or a comma would end."""
    return data_text(text).replace(":", "%3A").replace(",", "%2C")
