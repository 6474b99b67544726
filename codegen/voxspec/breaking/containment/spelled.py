"""JSON Schemas in words that engines understand more of; what is valid by them stays the same.

Objects and arrays that are values become schemas of them, every definition stands in ``$defs``, and
of patterns what they come to where that is all texts or none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from voxspec.breaking.containment.implied import texts_of
from voxspec.breaking.containment.keywords import DATA, is_named
from voxspec.patterns.beyond import Texts, UndecidedError, text_beyond, text_in_both
from voxspec.patterns.errors import PatternError

_PREFIX = "#/$defs/"


def spelled(schema: Mapping[str, Any] | bool) -> Any:
    """The same schema; as it is where it refers to nothing that can be found in it."""
    try:
        return _Spelled(schema).whole() if isinstance(schema, Mapping) else schema
    except LookupError:
        return schema


class _Spelled:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._names: dict[str, str] = {}
        self._made: dict[str, Any] = {}

    def whole(self) -> Any:
        made = self._told(self._schema)
        return _named_once({**made, "$defs": self._made}) if self._made else made

    def _told(self, part: Any) -> Any:
        if isinstance(part, list):
            return [self._told(inner) for inner in part]
        if not isinstance(part, Mapping):
            return part
        made: dict[str, Any] = {}
        for keyword, value in part.items():
            made |= self._keyword(keyword, value)
        more = [_value(part["const"])] if _is_composed(part.get("const")) else []
        if any(map(_is_composed, part.get("enum", ()))):
            more.append({"anyOf": [*map(_value, part["enum"])]})
        more += _of_texts(made)
        return {**made, "allOf": [*made.get("allOf", ()), *more]} if more else made

    def _keyword(self, keyword: str, value: Any) -> dict[str, Any]:
        if keyword == "$ref":
            return {keyword: self._reference(value)}
        if keyword == "$defs":
            return {}
        if is_named(keyword, value):
            return {keyword: {name: self._told(inner) for name, inner in value.items()}}
        if keyword in DATA:
            is_told = keyword == "const" and _is_composed(value)
            is_told = is_told or (keyword == "enum" and any(map(_is_composed, value)))
            return {} if is_told else {keyword: value}
        return {keyword: self._told(value)}

    def _reference(self, given: str) -> str:
        if given not in self._names:
            name = self._names[given] = str(len(self._names))
            self._made[name] = {}  # in the order in which they are come to
            self._made[name] = self._told(found(self._schema, given))
        return _PREFIX + self._names[given]


def _named_once(schema: dict[str, Any]) -> Any:
    """Definitions that are the same, also by what they refer to, have one name."""
    given = schema["$defs"]
    names = dict.fromkeys(given, "0")
    while True:
        texts = {
            name: json.dumps(_renamed(part, names), sort_keys=True) for name, part in given.items()
        }
        first = {text: name for name, text in reversed(texts.items())}
        finer = {name: first[text] for name, text in texts.items()}
        if len({*finer.values()}) == len({*names.values()}):
            break
        names = finer
    made = _renamed({key: part for key, part in schema.items() if key != "$defs"}, finer)
    return {**made, "$defs": {name: _renamed(given[name], finer) for name in {*finer.values()}}}


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    if isinstance(part, list):
        return [_renamed(inner, names) for inner in part]
    if not isinstance(part, Mapping):
        return part
    return {
        keyword: _PREFIX + names[value.removeprefix(_PREFIX)]
        if keyword == "$ref"
        else {name: _renamed(inner, names) for name, inner in value.items()}
        if is_named(keyword, value)
        else value
        if keyword in DATA
        else _renamed(value, names)
        for keyword, value in part.items()
    }


def found(schema: Any, reference: str) -> Any:
    """What a reference to a place in a schema refers to. Raises LookupError."""
    start, *path = reference.split("/")
    if start != "#":
        raise LookupError(reference)
    for step in path:
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(schema, list) and name.isdecimal():
            schema = schema[int(name)]
        elif isinstance(schema, Mapping):
            schema = schema[name]
        else:
            raise LookupError(reference)
    if not isinstance(schema, Mapping | bool):
        raise LookupError(reference)
    return schema


def _is_composed(value: Any) -> bool:
    return bool(value) and isinstance(value, list | Mapping)


def _value(value: Any) -> dict[str, Any]:
    """What is valid for one value alone."""
    if not _is_composed(value):
        return {"const": value}
    if isinstance(value, Mapping):
        fields = {name: _value(inner) for name, inner in value.items()}
        made = {"type": "object", "required": [*fields], "properties": fields}
        return {**made, "additionalProperties": False}
    size = len(value)
    return {
        "type": "array", "prefixItems": [*map(_value, value)], "minItems": size, "maxItems": size
    }  # fmt: skip


def _of_texts(made: dict[str, Any]) -> list[Any]:
    """Takes a pattern away that all texts are of; no text at all where there is none."""
    if not isinstance(made.get("pattern"), str):
        return []
    texts = texts_of(made)
    try:
        if text_beyond(Texts(), Texts(texts.pattern)) is None:
            del made["pattern"]
        return [{"not": {"type": "string"}}] if text_in_both(texts, Texts()) is None else []
    except (UndecidedError, PatternError):
        return []
