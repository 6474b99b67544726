"""Whether a bundle was read as it is meant: what is generated of what was read says the same again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from voxspec.breaking.containment import is_covered, is_same
from voxspec.model import Protocol
from voxspec.targets import jsonschema

_CHOICES = ("server_frame", "client_frame")
"""Definitions that only choose among others."""


def misread(bundle: Mapping[str, Any], protocol: Protocol) -> str | None:
    """Where a bundle says something that was not read; None where all of it was."""
    plan = jsonschema.TARGET.plan(protocol)
    made = json.loads(plan[f"jsonschema/{protocol.module}/bundle.json"])["$defs"]
    given = bundle["$defs"]
    for key in dict.fromkeys((*given, *made)):
        if key in _CHOICES:
            continue
        if key not in given or key not in made:
            return f"#/$defs/{key}"
        if not is_same(given[key], made[key]) and not _means_the_same(key, given, made):
            return next(_apart(given[key], made[key], f"#/$defs/{key}"), f"#/$defs/{key}")
    return None


def _means_the_same(key: str, given: Mapping[str, Any], made: Mapping[str, Any]) -> bool:
    one, other = ({"$ref": f"#/$defs/{key}", "$defs": each} for each in (given, made))
    return is_covered(one, other) and is_covered(other, one)


def _apart(one: Any, other: Any, at: str) -> Iterator[str]:
    """The places in which two schemas differ by more than what people read."""
    if not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        if one != other:
            yield at
        return
    for key in dict.fromkeys((*one, *other)):
        there = f"{at}/{key}"
        if key not in one or key not in other:
            if not is_same({key: one.get(key)}, {key: other.get(key)}):
                yield there
        elif not is_same({key: one[key]}, {key: other[key]}):
            yield from _apart(one[key], other[key], there)
