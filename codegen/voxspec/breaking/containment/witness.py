"""Values that may tell two JSON Schemas apart: what their own words suggest, and what stands beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import combinations, islice
from typing import Any

from voxspec.model import JsonValue
from voxspec.patterns.errors import PatternError
from voxspec.patterns.samples import samples
from voxspec.patterns.syntax import parse

_PLAIN: tuple[JsonValue, ...] = (None, False, True, 0, 1, -1, 1.5, "", "a", "foo", [], {})
_MOST_INNER = 40
"""How many values stand in objects and arrays."""

_LONGEST = 2000
"""The longest text or array that is tried."""


def candidates(*schemas: Mapping[str, Any] | bool) -> Iterator[JsonValue]:
    """Values to try on some schemas, the simplest first, each once."""
    seen: set[str] = set()
    for value in _candidates(schemas):
        text = json.dumps(value, sort_keys=True)
        if text not in seen:
            seen.add(text)
            yield value


def _candidates(schemas: tuple[Mapping[str, Any] | bool, ...]) -> Iterator[JsonValue]:
    said = _Said()
    for schema in schemas:
        said.read(schema)
    first = [*_PLAIN, *said.values]
    yield from first
    inner = [*dict.fromkeys(map(_Hashed, first))][:_MOST_INNER]
    level = [*_composed([hashed.value for hashed in inner], said)]
    yield from level
    yield from _composed(level[:: max(1, len(level) // _MOST_INNER)], said)


def _composed(inner: list[JsonValue], said: _Said) -> Iterator[JsonValue]:
    """Arrays and objects of some values."""
    for value in inner:
        yield [value]
    for size in sorted({2, 3, *said.sizes}):
        if size <= _LONGEST:
            yield from ([value] * size for value in inner[:8])
    names = [*said.names][:12]
    for name in [*names, "not_yet_known"]:
        for value in inner:
            yield {name: value}
    for count in (2, 3, len(names)):
        for some in islice(combinations(names, count), 30):
            for value in inner[:20]:
                yield dict.fromkeys(some, value)
    for one, two in islice(combinations(names, 2), 20):
        for value in inner[:8]:
            yield from ({one: value, two: other} for other in inner[:8])
    for size in sorted(said.sizes):
        if size <= 50:
            yield {f"key_{at}": 1 for at in range(size)}


class _Hashed:
    """A JSON value that is itself and no other: 1 is not true."""

    def __init__(self, value: JsonValue) -> None:
        self.value = value
        self._text = json.dumps(value, sort_keys=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


class _Said:
    """What schemas name: values, keys and sizes."""

    def __init__(self) -> None:
        self.values: list[JsonValue] = []
        self.names: dict[str, None] = {}
        self.sizes: set[int] = set()

    def read(self, schema: Any) -> None:
        if isinstance(schema, list):
            for inner in schema:
                self.read(inner)
        elif isinstance(schema, Mapping):
            for keyword, value in schema.items():
                self._keyword(keyword, value)

    def _keyword(self, keyword: str, value: Any) -> None:
        match keyword, value:
            case "const", _:
                self.values.append(value)
            case "enum" | "examples", list():
                self.values += value
            case "default", _:
                self.values.append(value)
            case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum", int() | float():
                self.values += [value, value + 1, value - 1, value + 0.5, value - 0.5]
            case (("minLength" | "maxLength"), int() | float()):
                sizes = [int(value) + more for more in (-1, 0, 1)]
                self.values += [
                    c * n for n in sizes if 0 <= n <= _LONGEST for c in ("a", "é", "😀")
                ]
            case (("minItems" | "maxItems" | "minProperties" | "maxProperties"), int() | float()):
                self.sizes |= {max(0, int(value) + more) for more in (-1, 0, 1)}
            case "pattern", str():
                self._pattern(value)
            case "properties" | "$defs", Mapping():
                self.names |= dict.fromkeys(value) if keyword == "properties" else {}
                for inner in value.values():
                    self.read(inner)
            case "required", list():
                self.names |= dict.fromkeys(name for name in value if isinstance(name, str))
            case _:
                self.read(value)

    def _pattern(self, pattern: str) -> None:
        try:
            found = samples(parse(pattern))
        except PatternError:
            return
        self.values += found[:12]
        self.values += [f"{text}a" for text in found[:4]]
