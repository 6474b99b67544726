"""Limits on the length of JSON, which JSON Schema cannot say and engines know nothing of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_LIMIT = "x-max-json-length"
_FORM = "x-json-form"


def has_limits(reader: Any, writer: Any) -> bool:
    """Whether what the reader limits, the writer limits at the same place, by no more."""
    own = dict(_limits(writer, ()))
    return all(
        at in own and own[at][0] <= most and own[at][1] == form
        for at, (most, form) in _limits(reader, ())
    )


def _limits(part: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], tuple[int, Any]]]:
    if isinstance(part, list):
        for number, inner in enumerate(part):
            yield from _limits(inner, (*at, str(number)))
    elif isinstance(part, Mapping):
        if isinstance(part.get(_LIMIT), int):
            yield at, (part[_LIMIT], part.get(_FORM))
        for key, inner in part.items():
            is_name = at[-1:] in (("properties",), ("$defs",))
            if is_name or not key.startswith("x-"):
                yield from _limits(inner, (*at, key))
