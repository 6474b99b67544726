"""The keywords of JSON Schema: which of them a schema uses, and whose values are no schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

DATA: Final = frozenset({"examples", "default", "enum", "const", "dependentRequired"})
"""Keywords whose values are data and no schemas."""

_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})


def is_named(keyword: str, value: Any) -> bool:
    """Whether a keyword's value has names, with a schema each."""
    return keyword in _NAMED and isinstance(value, Mapping)


def keywords(schema: Any) -> set[str]:
    """The keywords that are anywhere in a schema."""
    if isinstance(schema, list):
        return set().union(*map(keywords, schema))
    if not isinstance(schema, Mapping):
        return set()
    found = {*schema}
    for keyword, value in schema.items():
        if is_named(keyword, value):
            found |= keywords([*value.values()])
        elif keyword not in DATA:
            found |= keywords(value)
    return found
