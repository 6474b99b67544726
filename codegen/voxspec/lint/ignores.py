"""``x-lint-ignore``: what breaks a rule for a reason, and is not reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from voxspec.lint.checks import CHECKS
from voxspec.lint.found import Found, Remove
from voxspec.lint.schema import Schema
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import JsonValue
from voxspec.near import did_you_mean
from voxspec.rules import RULES

KEYWORD = "x-lint-ignore"
_VALUES = frozenset({"examples", "default", "const", "enum"})
"""Words beside which values stand, in which a key that is called so says nothing."""

_NAMING = frozenset({"properties", "messages", "types", "x-flags", "keys"})
"""Words whose keys are names."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """One entry: ``path`` leads to it, and ``part`` to what it is said of. Of an enum it can be said of
    one ``value`` alone."""

    source: Source
    path: Path_
    rule: str
    value: JsonValue

    @property
    def part(self) -> Path_:
        """What it is said of."""
        return self.path[:-2]


class Ignores:
    """The entries of all files, and which of them were of use."""

    def __init__(self, schema: Schema) -> None:
        self._all = tuple(_all(schema))
        self._by_part: dict[tuple[str, Path_, str], list[Ignore]] = {}
        for entry in self._all:
            key = (entry.source.name, entry.part, entry.rule)
            self._by_part.setdefault(key, []).append(entry)
        self._used: set[tuple[str, Path_]] = set()

    def hold(self, rule: str, found: Found) -> bool:
        """Whether something found is to be ignored; the entries that say so have been of use."""
        is_held = False
        parts = {path[:end] for path in (found.path, found.value) for end in range(len(path) + 1)}
        for part in parts:
            for entry in self._by_part.get((found.source.name, part, rule), ()):
                if entry.value is None or _value_at(found) == entry.value:
                    self._used.add((entry.source.name, entry.path))
                    is_held = True
        return is_held

    def unknown(self) -> Iterator[Found]:
        """Entries that name no rule that can be ignored."""
        for entry in self._all:
            path = (*entry.path, "rule")
            rule = RULES.get(entry.rule)
            if rule is None:
                said = f'no rule for schema files is called "{entry.rule}"'
                hint = did_you_mean(entry.rule.upper(), RULES) or "voxspec rules lists them"
                yield Found(entry.source, path, said, hint)
            elif entry.rule not in CHECKS:
                said = f'"{entry.rule}" cannot be ignored'
                yield Found(entry.source, path, said, "mend what breaks it")

    def unused(self, is_asked: Callable[[str, Source], bool]) -> Iterator[Found]:
        """Entries about a rule that is asked of their file, and is kept where they stand."""
        for entry in self._all:
            is_used = (entry.source.name, entry.path) in self._used
            if not is_used and entry.rule in CHECKS and is_asked(entry.rule, entry.source):
                what = "here" if entry.value is None else f'by "{entry.value}"'
                said = f'"{entry.rule}" is not broken {what}'
                yield Found(entry.source, entry.path, said, "delete this", mend=Remove(entry.path))


def _value_at(found: Found) -> JsonValue:
    value: Any = found.source.data
    for step in found.path:
        value = value[step]
    return cast(JsonValue, value)


def _all(schema: Schema) -> Iterator[Ignore]:
    for source in schema.files.all():
        yield from _within(source, (), source.data, is_free=False)


def _within(source: Source, path: Path_, value: JsonValue, *, is_free: bool) -> Iterator[Ignore]:
    """``is_free``: the keys are names of what is described, and not words of the dialect."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _within(source, (*path, index), item, is_free=False)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        at = (*path, key)
        if key == KEYWORD and not is_free and isinstance(inner, list):
            for index, entry in enumerate(cast(list[Mapping[str, JsonValue]], inner)):
                yield Ignore(source, (*at, index), str(entry["rule"]), entry.get("value"))
        elif key not in _VALUES or is_free:
            names = not is_free and key in _NAMING
            yield from _within(source, at, inner, is_free=names)
