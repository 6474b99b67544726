"""Values beyond the bounds that the schema gives them, and keys that its conditions rule out: what the
validator of a protocol says of frames, by the place in the schema that says otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from voxwire.analysis.drift_difference import SchemaDifference
from voxwire.analysis.evidence import Evidence, Sight
from voxwire.analysis.schema_place import SchemaPlace, found
from voxwire.rules.fields import (
    EXACTLY_ONE_OF,
    FIELD_ITEMS,
    FIELD_LENGTH,
    FIELD_PATTERN,
    FIELD_RANGE,
    FORBIDDEN_WHEN,
    JSON_LENGTH,
    REQUIRED_WHEN,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from voxwire.protocol import Problem

_BOUNDS: Final = {
    FIELD_RANGE.id: ("minimum", "maximum"),
    FIELD_LENGTH.id: ("minLength", "maxLength"),
    FIELD_ITEMS.id: ("minItems", "maxItems"),
    JSON_LENGTH.id: ("", "x-max-json-length"),
    FIELD_PATTERN.id: ("", ""),
}
"""The keywords of the schema for the least and the most."""

_CONDITIONS: Final = frozenset(rule.id for rule in (EXACTLY_ONE_OF, REQUIRED_WHEN, FORBIDDEN_WHEN))
_MOST: Final = 1000
"""Places and bounds that are told apart."""

_CONDITION: Final = "condition"
"""Stands for the keyword where keys depend on each other."""

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")


class Message(msgspec.Struct):
    """A message: its frame as a record, where the schema describes it, and how many came."""

    shape: Any
    place: SchemaPlace
    frames: int = 0


class _Beyond(msgspec.Struct):
    """Values at one place beyond one bound."""

    key: str
    expected: str
    least: float | None = None
    most: float | None = None
    evidence: Evidence = msgspec.field(default_factory=Evidence)
    messages: dict[int, Message] = msgspec.field(default_factory=dict[int, Message])


class Bounds:
    """Collects them. `types` are the shapes with names."""

    def __init__(self, types: Mapping[str, Any]) -> None:
        self._types: Final = types
        self._beyond: Final[dict[tuple[SchemaPlace, str, str], _Beyond]] = {}

    def see(
        self, message: Message, fields: Mapping[str, Any], problems: Sequence[Problem], sight: Sight
    ) -> None:
        """What a validator says of a frame with these `fields`."""
        for problem in problems:
            is_bound = problem.rule in _BOUNDS
            if problem.severity != "error" or not (is_bound or problem.rule in _CONDITIONS):
                continue
            at = found(self._types, message.shape, message.place, fields, problem.pointer)
            if at is None or at.is_relayed:
                continue
            size = _size(problem, at.value) if is_bound else None
            key, expected = _bound(problem, size)
            beyond = self._of(at.place, key, expected)
            if beyond is None:
                continue
            beyond.evidence.add(sight)
            beyond.messages[id(message)] = message
            if size is not None:
                beyond.least = size if beyond.least is None else min(beyond.least, size)
                beyond.most = size if beyond.most is None else max(beyond.most, size)

    def _of(self, place: SchemaPlace, key: str, expected: str) -> _Beyond | None:
        known = self._beyond.get((place, key, expected))
        if known is None and len(self._beyond) < _MOST:
            known = self._beyond[place, key, expected] = _Beyond(key, expected)
        return known

    def differences(self) -> Iterator[SchemaDifference]:
        """All of them."""
        for (place, key, expected), beyond in self._beyond.items():
            size = beyond.least if key.startswith("min") else beyond.most
            yield SchemaDifference(
                "other condition" if key == _CONDITION else "other bound",
                place,
                beyond.evidence,
                max(sum(message.frames for message in beyond.messages.values()), 1),
                name=key,
                values=() if size is None else (size,),
                expected=expected,
                contradicts=True,
            )


def _size(problem: Problem, value: Any) -> float | None:
    """What is beyond the bound: the number itself, or the length; None where that is a secret, or no
    number."""
    shown = _NUMBER.match(problem.got)
    if shown is None or problem.rule == FIELD_PATTERN.id:
        return None
    return value if problem.rule == FIELD_RANGE.id else int(shown[0])


def _bound(problem: Problem, size: float | None) -> tuple[str, str]:
    """The keyword of the schema that is broken, empty where it cannot be told; and what is due."""
    if problem.rule in _CONDITIONS:
        return _CONDITION, problem.message
    lower, upper = _BOUNDS[problem.rule]
    due = [float(number) for number in _NUMBER.findall(problem.expected)]
    if size is None or not due:
        return "", problem.expected
    return (upper if size > max(due) else lower), problem.expected
