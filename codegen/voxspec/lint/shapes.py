"""What values may be: closed records, texts without an end, secrets, and types that not all languages have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from voxspec.lint.found import Found, Insert
from voxspec.lint.schema import Schema, Site
from voxspec.lint.snake import snake
from voxspec.load.json_types import Expression, kind_of
from voxspec.patterns.errors import PatternError
from voxspec.patterns.lengths import is_bounded
from voxspec.patterns.syntax import parse

_SECRETS: Final = frozenset(
    "token tokens password passwords passwd passphrase passphrases secret secrets credential "
    "credentials authorization cookie apikey passcode pwd jwt".split()
)
"""The last words of names of secrets."""

_KEYS: Final = frozenset(
    "api access private secret signing encryption decryption master shared".split()
)
"""What stands before "key" where it is a secret."""


def open_records(schema: Schema) -> Iterator[Found]:
    """Records from servers that refuse keys which they have not."""
    hint = "leave it out: readers then pass over keys that a later version adds"
    for site in schema.records:
        if site.expression.get("additionalProperties") is False and "server" in site.sides:
            said = "clients refuse keys that a later server adds here"
            yield Found(site.source, (*site.path, "additionalProperties"), said, hint, is_key=True)
    source = schema.files.protocol
    if source is None or not any("server" in m.file.directions for m in schema.messages):
        return
    if cast(dict[str, object], source.data["envelope"]).get("closed"):
        said = "clients refuse frames with keys that a later server adds"
        yield Found(source, ("envelope", "closed"), said, hint, is_key=True)


def bounded_texts(schema: Schema) -> Iterator[Found]:
    """Texts from clients that can be of any length."""
    for site in schema.values:
        is_free = "client" in site.sides - site.limited
        if site.type == "string" and is_free and not _has_end(site.expression):
            yield Found(
                site.source,
                (*site.path, "type"),
                f'clients may send a text of any length as "{site.name}"',
                "state a maxLength that servers hold clients to",
            )


def _has_end(text: Expression) -> bool:
    """Whether texts have a longest length."""
    if {"maxLength", "const", "enum"} & text.keys() or text.get("format") == "date-time":
        return True
    try:
        return "pattern" in text and is_bounded(parse(str(text["pattern"])))
    except PatternError:
        return True  # PATTERN_PORTABLE is said of it


def secrets(schema: Schema) -> Iterator[Found]:
    """Keys that are called like secrets, and are not marked as such."""
    for field in schema.fields:
        if not _is_secret(field.key) or "x-sensitive" in field.site.expression:
            continue
        inside = [*schema.inside(field.site)]
        marked = any(_is_marked(schema, site) for site in inside)
        texts = [site for site in inside if _is_text(schema.resolved(site.expression))]
        if texts and not marked:
            yield Found(
                field.site.source,
                field.path,
                f'"{field.key}" is called like a secret',
                "x-sensitive: true masks it in findings, logs and redacted captures",
                is_key=True,
                mend=Insert(field.site.path, "x-sensitive", "true"),
                value=texts[0].path,
            )


def _is_secret(key: str) -> bool:
    *before, last = snake(key).split("_")
    return last in _SECRETS or (last in ("key", "keys") and bool(before) and before[-1] in _KEYS)


def _is_marked(schema: Schema, site: Site) -> bool:
    return "x-sensitive" in site.expression or "x-sensitive" in schema.resolved(site.expression)


def _is_text(expression: Expression) -> bool:
    kinds = ("string", ["string", "null"])
    return expression.get("type") in kinds and not {"enum", "const"} & expression.keys()


def any_objects(schema: Schema) -> Iterator[Found]:
    """Values of which nothing is said."""
    hint = "say what is in it: a record, or a map of values of one type"
    for site in schema.values:
        expression = site.expression
        if "x-any-json" in expression:
            yield Found(
                site.source,
                (*site.path, "x-any-json"),
                f'"{site.name}" is any JSON value',
                hint,
                is_key=True,
            )
        elif "$ref" in expression and "x-open" in expression:
            yield Found(
                site.source,
                (*site.path, "x-open"),
                f'"{site.name}" is any JSON value',
                hint,
                is_key=True,
            )
        elif site.type == "object" and not {"properties", "additionalProperties"} & set(expression):
            yield Found(
                site.source, (*site.path, "type"), f'"{site.name}" is any JSON object', hint
            )


def union_types(schema: Schema) -> Iterator[Found]:
    """Values of several types that only their JSON type tells apart."""
    for site in schema.values:
        options = cast(list[Expression], site.expression.get("oneOf", []))
        if "properties" in site.expression or kind_of(site.expression) == "union":
            continue
        if sum(option.get("type") != "null" for option in options) > 1:
            said = f'"{site.name}" is of one of {len(options)} types'
            hint = "give each a key of its own, or make a tagged union of records of it"
            yield Found(site.source, (*site.path, "oneOf"), said, hint, is_key=True)
