"""What a draft says of what was seen, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voxspec.infer.plain import KINDS, Shape
from voxspec.infer.yaml_text import flow

_WORDS = {
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "string": "a text",
    "array": "a list",
    "object": "an object",
}


def said_of(shape: Shape, of: int | None = None) -> str:
    """A sentence about a place; `of`: how often it could have been there.

    >>> said_of({"count": 3, "boolean": 3}, 4), said_of({"count": 3, "boolean": 3}, 3)
    ('Seen in 3 of 4: true or false.', 'Seen each time: true or false.')
    """
    parts = [_kind(kind, shape[kind]) for kind in KINDS if kind in shape]
    if "null" in shape:
        parts.append("null")
    what = " or ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} or {parts[-1]}"
    count = shape["count"]
    if of is None:
        return f"Seen {times(count)}: {what}."
    return f"Seen each time: {what}." if count == of else f"Seen in {count} of {of}: {what}."


def times(count: int) -> str:
    """How often something was seen."""
    return "once" if count == 1 else f"{count} times"


def not_drafted(observed: dict[str, Any]) -> Iterator[str]:
    """What was seen of a conversation, of which nothing is drafted: how connections began and closed."""
    for opening in observed["openings"]:
        first = ", ".join(f"{one['direction']} {flow(one['type'])}" for one in opening["messages"])
        yield f"connections began with {first} ({times(opening['connections'])})"
    closes = [f"{code} ({times(count)})" for code, count in observed["close_codes"].items()]
    if closes:
        yield f"connections closed with {', '.join(closes)}"


def _kind(kind: str, seen: Shape) -> str:
    word = _WORDS[kind]
    if kind == "boolean" or seen == {} or seen.get("secret"):
        return word
    if kind in ("integer", "number"):
        least, greatest = seen["least"], seen["greatest"]
        return f"{word}, {least}" if least == greatest else f"{word} from {least} to {greatest}"
    if kind in ("string", "array"):
        unit = "character" if kind == "string" else "item"
        return f"{word} of {_range(seen['shortest'], seen['longest'], unit)}"
    return word


def _range(low: int, high: int, unit: str) -> str:
    noun = unit if high == 1 else f"{unit}s"
    return f"{high} {noun}" if low == high else f"{low} to {high} {noun}"
