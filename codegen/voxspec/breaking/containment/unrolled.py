"""JSON Schemas without definitions, which engines do not follow everywhere.

Types that hold themselves are followed down to where they do; from there on a schema says more than
it should, or less. Where a reader takes more than a writer may write even if it takes less than it
does, it takes all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from voxspec.breaking.containment.keywords import DATA, is_named

_TURNING = frozenset(
    {"not", "if", "oneOf", "contains", "unevaluatedProperties", "unevaluatedItems"}
)
"""Keywords by which more may be valid because less of what they hold is."""

_PREFIX = "#/$defs/"

_LONGEST = 200_000
"""Schemas are written out up to this size."""


def more(schema: Any) -> Any:
    """A schema of all that is valid, and more: within a type that holds itself is anything of its kind."""
    return _told(schema, less=False)


def less(schema: Any) -> Any:
    """A schema of nothing but what is valid: no type holds itself."""
    return _told(schema, less=True)


def _told(schema: Any, *, less: bool) -> Any:
    """As it was where less of a part may be more of the whole, and where it refers to anything else."""
    if not isinstance(schema, Mapping) or {*_references(schema)} - {*schema.get("$defs", {})}:
        return schema
    plain = _without_one_of(schema, schema)
    circular = _circular(plain)
    into = {name: {*_references(part)} for name, part in plain.get("$defs", {}).items()}
    changed = frozenset(name for name in into if circular & ({name} | _reached(into, name)))
    if _turns(plain, changed):
        return schema
    return _written_out(_cut(plain, circular, less=less))


def _turns(part: Any, changed: frozenset[str]) -> bool:
    """Whether a definition that is changed stands where less of it is more of the whole."""
    if isinstance(part, list):
        return any(_turns(inner, changed) for inner in part)
    if not isinstance(part, Mapping):
        return False
    for keyword, value in part.items():
        if keyword in _TURNING and not changed.isdisjoint(_references(value)):
            return True
        inner = [*value.values()] if is_named(keyword, value) else value
        if keyword not in DATA and _turns(inner, changed):
            return True
    return False


def _without_one_of(part: Any, whole: Mapping[str, Any]) -> Any:
    """The same with "any of" for "one of", where nothing can be two of the options."""
    if isinstance(part, list):
        return [_without_one_of(inner, whole) for inner in part]
    if not isinstance(part, Mapping):
        return part
    made = {keyword: _in_keyword(keyword, value, whole) for keyword, value in part.items()}
    if "oneOf" in made and "anyOf" not in made and _are_apart(made["oneOf"], whole):
        made["anyOf"] = made.pop("oneOf")
    return made


def _in_keyword(keyword: str, value: Any, whole: Mapping[str, Any]) -> Any:
    if is_named(keyword, value):
        return {name: _without_one_of(inner, whole) for name, inner in value.items()}
    return value if keyword in DATA else _without_one_of(value, whole)


def _are_apart(options: Any, whole: Mapping[str, Any]) -> bool:
    """Whether they are objects of which each has a text of its own at the same key."""
    tags = [dict(_tags(option, whole)) for option in options]
    keys = {key for of_one in tags for key in of_one}
    return any(
        all(key in of_one for of_one in tags) and len({of_one[key] for of_one in tags}) == len(tags)
        for key in keys
    )


def _tags(option: Any, whole: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys that an object must have with one text."""
    if isinstance(option, Mapping) and {*option} == {"$ref"}:
        option = whole.get("$defs", {}).get(str(option["$ref"]).removeprefix(_PREFIX))
    if isinstance(option, Mapping) and option.get("type") == "object":
        for key in option.get("required", ()):
            value = option.get("properties", {}).get(key)
            if isinstance(value, Mapping) and isinstance(value.get("const"), str):
                yield key, value["const"]


def _cut(schema: Mapping[str, Any], circular: frozenset[str], *, less: bool) -> Any:
    """Definitions that lead back to themselves end where they do."""
    given = schema.get("$defs", {})
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
        others = {key: _under(key, value, ends) for key, value in part.items() if key != "$ref"}
        return {**others, "allOf": [*others.get("allOf", ()), ends[name]]} if others else ends[name]
    return {key: _under(key, value, ends) for key, value in part.items()}


def _under(keyword: str, value: Any, ends: Mapping[str, Any]) -> Any:
    if is_named(keyword, value):
        return {name: _replaced(inner, ends) for name, inner in value.items()}
    return value if keyword in DATA else _replaced(value, ends)


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
            if is_named(key, value):
                yield from _references([*value.values()])
            elif key not in DATA:
                yield from _references(value)
