"""A writer's JSON Schema with what its patterns say of those of its reader.

Engines take a pattern for nothing but its own text. That all texts of one are texts of another, and
that none is, is found out here and said beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from voxspec.breaking.containment.keywords import DATA, is_named
from voxspec.patterns.beyond import Texts, UndecidedError, text_beyond, text_in_both
from voxspec.patterns.errors import PatternError


def with_implied(writer: Any, reader: Any) -> Any:
    """The writer's schema, which means the same, with the reader's patterns beside its own."""
    asked = tuple(sorted({*_patterns(reader)}))
    return _told(writer, asked) if asked else writer


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for inner in schema:
            yield from _patterns(inner)
    elif isinstance(schema, Mapping):
        for keyword, value in schema.items():
            if keyword == "pattern" and isinstance(value, str):
                yield value
            elif is_named(keyword, value):
                yield from _patterns([*value.values()])
            elif keyword not in DATA:
                yield from _patterns(value)


def _told(schema: Any, asked: tuple[str, ...]) -> Any:
    if isinstance(schema, list):
        return [_told(inner, asked) for inner in schema]
    if not isinstance(schema, Mapping):
        return schema
    made = {keyword: _under(keyword, value, asked) for keyword, value in schema.items()}
    if schema.get("type") == "string" or "pattern" in schema:
        more = [*_implied(texts_of(schema), asked)]
        if more:
            made["allOf"] = [*made.get("allOf", []), *more]
    return made


def _under(keyword: str, value: Any, asked: tuple[str, ...]) -> Any:
    if keyword in DATA or keyword == "not":
        return value
    if is_named(keyword, value):
        return {name: _told(inner, asked) for name, inner in value.items()}
    return _told(value, asked)


def texts_of(schema: Mapping[str, Any]) -> Texts:
    """The texts that may be valid by the pattern and the lengths of a schema."""
    pattern, low, high = (schema.get(name) for name in ("pattern", "minLength", "maxLength"))
    return Texts(
        pattern if isinstance(pattern, str) else None,
        low if isinstance(low, int) else 0,
        high if isinstance(high, int) else None,
    )


def _implied(texts: Texts, asked: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for pattern in asked:
        if pattern == texts.pattern:
            continue
        all_of_it, none_of_it = _relation(texts, pattern)
        if all_of_it:
            yield {"pattern": pattern}
        elif none_of_it:
            yield {"not": {"type": "string", "pattern": pattern}}


@lru_cache(maxsize=4096)
def _relation(texts: Texts, pattern: str) -> tuple[bool, bool]:
    """Whether it is certain that all texts match, and that none does."""
    other = Texts(pattern)
    try:
        return text_beyond(texts, other) is None, text_in_both(texts, other) is None
    except (UndecidedError, PatternError):
        return False, False
