"""Types of a draft that hold themselves: secrets in them have no places that a list could name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Expression = dict[str, Any]


def without_secrets_in_circles(types: Mapping[str, Expression]) -> dict[str, Expression]:
    """The same types; those in which there is no end of places do not mark secrets, and say so."""
    below = {name: set(_references(expression)) for name, expression in types.items()}
    reached = {name: _reached(name, below) for name in types}
    circular = {name for name in types if name in reached[name]}
    endless = circular.union(*(reached[name] for name in circular))
    return {
        name: _unmarked(expression) if name in endless else expression
        for name, expression in types.items()
    }


def _reached(name: str, below: Mapping[str, set[str]]) -> set[str]:
    """The types that one holds, however deep."""
    found: set[str] = set()
    todo = list(below[name])
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += below.get(one, ())
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unmarked(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _unmarked(inner) for key, inner in value.items() if key != "x-sensitive"}
    if "x-sensitive" in value and isinstance(kept.get("description"), str):
        kept["description"] += " A secret, in a record that holds itself: give it another place."
    return kept
