"""Numbers: those that JavaScript cannot hold, ids, times, and fractions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, cast

from voxspec.lint.found import Found, Insert
from voxspec.lint.schema import Field, Schema, Site
from voxspec.lint.snake import snake
from voxspec.load.json_types import Expression
from voxspec.model import INT_BOUNDS

_MOST: Final = 2**53 - 1
"""The highest integer up to which JavaScript, and every reader of doubles, tells neighbours apart."""

_IN_WORDS: Final = re.compile(
    r"2\s?(\^|\*\*|<sup>|⁵³)|9.?007.?199.?254.?740.?99[12]|\bbig[ -]?ints?\b|\bbig integers?\b",
    re.I,
)
"""How people say that a number is beyond doubles, or is not."""

_UNITS: Final = {
    "ms": "ms", "millis": "ms", "milliseconds": "ms",
    "sec": "s", "secs": "s", "seconds": "s",
    "mins": "min", "minutes": "min", "hours": "h", "days": "days",
}  # fmt: skip
"""The units that names end with."""

_SHORT: Final = {"s": "s", "h": "h"}
"""The units that names of times end with, and that would be anything at the end of others."""

_TIMES: Final = frozenset(
    "at time timestamp interval timeout duration expiry expires expiration ttl delay deadline latency "
    "uptime until lifetime period cooldown backoff elapsed countdown".split()
)
"""The last words of names of times."""


def big_integers(schema: Schema) -> Iterator[Found]:
    """Integers that may be beyond 2^53, of which nobody says whether they are."""
    for site in schema.values:
        if _may_be_big(site.expression) and not _IN_WORDS.search(_said(site)):
            yield Found(
                site.source,
                (*site.path, "format"),
                f'"{site.name}" can be beyond 2^53, and its description does not say whether it is',
                "say it there, with 2^53 in the sentence, or state a minimum and a maximum",
            )


def _may_be_big(expression: Expression) -> bool:
    width = expression.get("format")
    if expression.get("type") not in ("integer", ["integer", "null"]) or "const" in expression:
        return False
    if width not in ("int64", "uint64") or "enum" in expression:
        return False
    if "x-flags" in expression:
        flags = cast(dict[str, dict[str, int]], expression["x-flags"])
        return any(flag["bit"] >= 53 for flag in flags.values())
    low, high = INT_BOUNDS[str(width)]
    bounds = cast(Mapping[str, int], expression)
    least = bounds.get("minimum", bounds.get("exclusiveMinimum", low - 1) + 1)
    most = bounds.get("maximum", bounds.get("exclusiveMaximum", high + 1) - 1)
    return least < -_MOST or most > _MOST


def _said(site: Site) -> str:
    own = (site.expression.get("description", ""), site.expression.get("x-note", ""))
    return " ".join((site.said, *map(str, own)))


def ids(schema: Schema) -> Iterator[Found]:
    """Integers that are ids by their names, and of no named type."""
    for field in schema.fields:
        if snake(field.key).split("_")[-1] not in ("id", "ids"):
            continue
        for site in schema.inside(field.site):
            if site.type in ("integer", "number") and "const" not in site.expression:
                yield Found(
                    field.site.source,
                    (*site.path, "type"),
                    f'the id "{field.key}" is a plain {site.type}',
                    "give ids of its kind a name in types.yaml and refer to it with $ref",
                )


def times(schema: Schema) -> Iterator[Found]:
    """Numbers that are times by their names, and have no unit."""
    for field in schema.fields:
        *before, last = snake(field.key).split("_")
        unit = _UNITS.get(last) or (_SHORT.get(last) if before and before[-1] in _TIMES else None)
        if unit is None and last not in _TIMES:
            continue
        for site in schema.inside(field.site):
            if not _has_unit(schema, field, site) and _is_number(schema.resolved(site.expression)):
                mend = None if unit is None else Insert(site.path, "x-unit", unit)
                hint = "x-unit says it: ms, s, min, h or days"
                said = f'"{field.key}" is a time without a unit'
                yield Found(
                    field.site.source,
                    field.path,
                    said,
                    hint,
                    is_key=True,
                    mend=mend,
                    value=site.path,
                )


def _has_unit(schema: Schema, field: Field, site: Site) -> bool:
    named = schema.resolved(site.expression)
    return any("x-unit" in one for one in (field.site.expression, site.expression, named))


def _is_number(expression: Expression) -> bool:
    stated = expression.get("type")
    kind = stated[0] if isinstance(stated, list) else stated
    return kind in ("integer", "number") and not {"enum", "x-flags", "const"} & expression.keys()


def fractions(schema: Schema) -> Iterator[Found]:
    """Numbers that are no integers."""
    for site in schema.values:
        if site.type == "number":
            yield Found(
                site.source,
                (*site.path, "type"),
                f'"{site.name}" is a number with a fraction',
                "count in a smaller unit and make it an integer",
            )
