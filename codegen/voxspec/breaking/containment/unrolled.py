"""JSON Schemas without definitions, which engines do not follow everywhere.

Types that hold themselves are followed down to where they do; from there on a schema says more than
it should, or less. Where a reader takes more than a writer may write even if it takes less than it
does, it takes all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_DATA = frozenset({"examples", "default", "enum", "const"})
"""Keywords whose values are data and no schemas."""

_PREFIX = "#/$defs/"

_LONGEST = 200_000
"""Schemas are written out up to this size."""


def more(schema: Any) -> Any:
    """A schema of all that is valid, and more: within a type that holds itself is anything of its kind."""
    return _written_out(_cut(schema, less=False))


def less(schema: Any) -> Any:
    """A schema of nothing but what is valid: no type holds itself."""
    return _written_out(_cut(schema, less=True))


def _cut(schema: Any, *, less: bool) -> Any:
    """Definitions that lead back to themselves end where they do."""
    if not isinstance(schema, Mapping):
        return schema
    given = schema.get("$defs", {})
    circular = _circular(schema)
    ends = {name: _end(given[name], less=less) for name in circular}
    inner = {
        name: _replaced(part, ends if name in circular else {}) for name, part in given.items()
    }
    return {**schema, "$defs": inner}


def _written_out(schema: Any) -> Any:
    """The schema with each definition in the place of what refers to it; as it was if that is too much."""
    if not isinstance(schema, Mapping) or "$defs" not in schema:
        return schema
    given = schema["$defs"]
    into = {name: [n for n in _references(part) if n in given] for name, part in given.items()}
    sizes: dict[str, int] = {}

    def size(name: str) -> int:
        if name not in sizes:
            sizes[name] = 0  # what is not known by now leads back: it is not written out
            sizes[name] = len(str(given.get(name))) + sum(map(size, into.get(name, ())))
        return sizes[name]

    body = {key: value for key, value in schema.items() if key != "$defs"}
    if sum(map(size, _references(body))) > _LONGEST:
        return schema
    done: dict[str, Any] = {}

    def whole(name: str) -> Any:
        if name not in done:
            done[name] = _replaced(given[name], {other: whole(other) for other in into[name]})
        return done[name]

    return _replaced(body, {name: whole(name) for name in {*_references(body)} & {*given}})


def _end(definition: Any, *, less: bool) -> Any:
    if less:
        return {"not": {}}
    kind = definition.get("type") if isinstance(definition, Mapping) else None
    return {} if kind is None else {"type": kind}


def _replaced(part: Any, ends: Mapping[str, Any]) -> Any:
    if isinstance(part, list):
        return [_replaced(inner, ends) for inner in part]
    if not isinstance(part, Mapping):
        return part
    name = str(part.get("$ref", "")).removeprefix(_PREFIX)
    if name in ends:
        others = {key: value for key, value in part.items() if key != "$ref"}
        return {**others, "allOf": [ends[name]]} if others else ends[name]
    return {key: _under(key, value, ends) for key, value in part.items()}


def _under(keyword: str, value: Any, ends: Mapping[str, Any]) -> Any:
    if keyword == "properties" and isinstance(value, Mapping):
        return {name: _replaced(inner, ends) for name, inner in value.items()}
    return value if keyword in _DATA else _replaced(value, ends)


def _circular(schema: Any) -> frozenset[str]:
    """The names of the definitions that lead back to themselves."""
    given = schema.get("$defs", {}) if isinstance(schema, Mapping) else {}
    into = {name: {*_references(part)} for name, part in given.items()}
    return frozenset(name for name in into if name in _reached(into, name))


def _reached(into: Mapping[str, set[str]], name: str) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other in into.get(waiting.pop(), set()) - found:
            found.add(other)
            waiting.append(other)
    return found


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for inner in part:
            yield from _references(inner)
    elif isinstance(part, Mapping):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].removeprefix(_PREFIX)
        for key, value in part.items():
            if key == "properties" and isinstance(value, Mapping):
                yield from _references([*value.values()])
            elif key not in _DATA:
                yield from _references(value)
