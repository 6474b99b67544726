"""Values that are built as a JSON Schema describes them, from the inside out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from voxspec.breaking.containment.implied import texts_of
from voxspec.breaking.containment.keywords import DATA, is_named
from voxspec.breaking.containment.spelled import found
from voxspec.model import JsonValue
from voxspec.patterns.beyond import Texts, UndecidedError, text_beyond, text_in_both
from voxspec.patterns.errors import PatternError

_PLAIN: tuple[JsonValue, ...] = (None, 0, "a", "", [], {}, True, 1.5)
_DEEPEST = 4
_MOST = 12
"""How many values of a part are tried in the whole."""

_LONGEST = 200


def described(*schemas: Mapping[str, Any] | bool) -> Iterator[JsonValue]:
    """Values of which many are valid by one of some schemas, and not by another."""
    asked = dict.fromkeys(texts for schema in schemas for texts in _asked(schema))
    texts = tuple(dict.fromkeys(_apart([*islice(asked, _MOST)])))
    yield from texts
    for schema in schemas:
        yield from _Described(schema, texts).of(schema, _DEEPEST)


def _asked(schema: Any) -> Iterator[Texts]:
    """The texts that are asked for anywhere in a schema."""
    if isinstance(schema, list):
        for inner in schema:
            yield from _asked(inner)
    elif isinstance(schema, Mapping):
        if isinstance(schema.get("pattern"), str):
            yield texts_of(schema)
        for keyword, value in schema.items():
            if keyword not in DATA:
                yield from _asked([*value.values()] if is_named(keyword, value) else value)


def _apart(asked: list[Texts]) -> Iterator[str]:
    """The shortest texts that are of one and not of another, or of both."""
    for one, other in product(asked, [Texts(), *asked]):
        for of_two in (text_in_both, text_beyond):
            try:
                text = of_two(one, other)
            except (UndecidedError, PatternError):
                continue
            if text is not None and len(text) <= _LONGEST:
                yield text


class _Described:
    def __init__(self, whole: Mapping[str, Any] | bool, texts: tuple[str, ...]) -> None:
        self._whole = whole
        self._texts = texts

    def of(self, schema: Any, deep: int) -> Iterator[JsonValue]:
        if not isinstance(schema, Mapping) or not schema or deep == 0:
            yield from _PLAIN
            return
        if "const" in schema:
            yield schema["const"]
        yield from schema.get("enum", ())
        inner = [value for part in self._parts(schema) for value in self._some(part, deep - 1)]
        yield from inner
        yield from self._numbers(schema)
        yield from self._strings(schema)
        yield from self._arrays(schema, deep)
        for value in self._objects(schema, deep):
            yield value
            yield from ({**value, **more} for more in inner if isinstance(more, dict) and more)
        yield from _PLAIN

    def _parts(self, schema: Mapping[str, Any]) -> Iterator[Any]:
        """What is to be valid as well, or may be."""
        for keyword in ("allOf", "anyOf", "oneOf"):
            yield from schema.get(keyword, ())
        yield from (
            schema[keyword] for keyword in ("if", "then", "else", "not") if keyword in schema
        )
        try:
            yield from (found(self._whole, schema[key]) for key in ("$ref",) if key in schema)
        except LookupError:
            return

    def _some(self, schema: Any, deep: int) -> list[JsonValue]:
        return [*islice(self.of(schema, deep), _MOST)]

    @staticmethod
    def _numbers(schema: Mapping[str, Any]) -> Iterator[JsonValue]:
        for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
            if isinstance(schema.get(keyword), int | float):
                yield from (schema[keyword] + more for more in (0, 1, -1, 0.5))

    def _strings(self, schema: Mapping[str, Any]) -> Iterator[JsonValue]:
        sizes = [schema[keyword] for keyword in ("minLength", "maxLength") if keyword in schema]
        if sizes or "pattern" in schema or schema.get("type") == "string":
            yield from self._texts
            yield from ("a" * int(size) for size in sizes if size <= _LONGEST)

    def _arrays(self, schema: Mapping[str, Any], deep: int) -> Iterator[list[JsonValue]]:
        first = [self._some(part, deep - 1)[0] for part in schema.get("prefixItems", ())]
        low = int(schema.get("minItems", 0))
        sizes = {low, low + 1, len(first), int(schema.get("maxItems", 1))}
        if {"items", "prefixItems", "minItems", "maxItems", "contains"}.isdisjoint(schema):
            return
        for keyword in ("items", "contains"):
            for value in self._some(schema.get(keyword), deep - 1):
                for size in sorted(size for size in sizes if size <= _LONGEST):
                    yield [*first[:size], *[value] * (size - len(first))]

    def _objects(self, schema: Mapping[str, Any], deep: int) -> Iterator[dict[str, JsonValue]]:
        fields, others = schema.get("properties", {}), schema.get("additionalProperties")
        if {"properties", "required", "additionalProperties"}.isdisjoint(schema):
            return
        values = {
            name: self._some(fields.get(name, others), deep - 1)
            for name in dict.fromkeys((*schema.get("required", ()), *fields))
        }
        least = {name: values[name][0] for name in schema.get("required", ())}
        most = {name: some[0] for name, some in values.items()}
        yield from (least, most)
        for name, some in values.items():
            for value in some:
                yield {**least, name: value}
                yield {**most, name: value}
        for value in self._some(others, deep - 1):
            yield {**least, "not_yet_known": value}
