"""The files of a schema as checks look at them: messages, records, keys and values, with their places.

All of it is read from the files themselves, so that there is something to look at also where other
rules are broken and no protocol could be made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

from voxspec.load.json_types import Expression
from voxspec.load.resolve_messages import AreaFile
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import Direction, JsonValue
from voxspec.pipeline import Files

Entry = dict[str, JsonValue]
Sides = frozenset[Direction]
_BOTH: tuple[Direction, ...] = ("client", "server")
_LIMIT: Final = "x-max-json-length"


@dataclass(frozen=True, slots=True)
class Site:
    """An expression: where it stands, which sides send what it describes, and what is said of it by
    whatever it is part of. ``limited``: for which of them an object around it has a longest JSON."""

    source: Source
    path: Path_
    expression: Expression
    sides: Sides
    said: str = ""
    limited: Sides = frozenset()

    @property
    def type(self) -> str:
        """The JSON type that it states, without null; empty where it states none."""
        stated = self.expression.get("type", "")
        return str(stated[0] if isinstance(stated, list) else stated)

    @property
    def name(self) -> str:
        """What people call the value: by the nearest key that is a name."""
        words = ("items", "additionalProperties", "schema", "oneOf", "payload")
        names = [step for step in self.path if isinstance(step, str) and step not in words]
        return names[-1]


@dataclass(frozen=True, slots=True)
class Field:
    """A key: of a record, its ``owner``, or of the envelope. ``path`` leads to the key."""

    key: str
    path: Path_
    site: Site
    owner: Site | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message, in one file and for one side or both."""

    file: AreaFile
    key: str
    entry: Entry

    @property
    def path(self) -> Path_:
        """Where it stands in its file."""
        return ("messages", self.key)


class Schema:
    """What can be looked at in the files that could be read."""

    def __init__(self, files: Files) -> None:
        self.files = files
        types = files.types
        self.types: Mapping[str, Expression] = (
            {} if types is None else cast(dict[str, Expression], types.data["types"])
        )

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """Every message, in the order of the files."""
        return tuple(
            Message(file, key, entry)
            for file in self.files.areas
            for key, entry in cast(dict[str, Entry], file.source.data["messages"]).items()
        )

    @cached_property
    def values(self) -> tuple[Site, ...]:
        """Every expression, outer ones first."""
        return tuple(site for root in self._roots() for site in _within(root))

    @cached_property
    def records(self) -> tuple[Site, ...]:
        """Every expression that lists properties."""
        return tuple(site for site in self.values if "properties" in site.expression)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every key of a record, and those of the envelope."""
        found = [*self._envelope_fields()]
        for owner in self.records:
            for key, expression in cast(
                dict[str, Expression], owner.expression["properties"]
            ).items():
                path = (*owner.path, "properties", key)
                said = str(expression.get("description", ""))
                site = Site(owner.source, path, expression, owner.sides, said)
                found.append(Field(key, path, site, owner))
        return tuple(found)

    def _envelope_fields(self) -> Iterator[Field]:
        source = self.files.protocol
        if source is None:
            return
        envelope = cast(Mapping[str, Entry], source.data["envelope"])
        for part in ("type", "payload", "sequence"):
            if part in envelope:
                entry = envelope[part]
                path: Path_ = ("envelope", part, "key")
                yield Field(str(entry["key"]), path, _schema_of(source, path[:-1], entry))
        for key, further in cast(Mapping[str, Entry], envelope.get("keys", {})).items():
            path = ("envelope", "keys", key)
            yield Field(key, path, _schema_of(source, path, further))

    def _roots(self) -> Iterator[Site]:
        for field in self._envelope_fields():
            if field.site.expression:
                yield field.site
        if self.files.types is not None:
            for name, expression in self.types.items():
                said = str(expression.get("description", ""))
                sides = self._sides[name]
                limited = sides - self._free_sides[name]
                yield Site(self.files.types, ("types", name), expression, sides, said, limited)
        for message in self.messages:
            payload = message.entry["payload"]
            if isinstance(payload, dict):
                path: Path_ = (*message.path, "payload")
                said = str(message.entry["description"])
                sides = frozenset(message.file.directions)
                yield Site(message.file.source, path, payload, sides, said)

    @cached_property
    def _sides(self) -> Mapping[str, Sides]:
        """Which sides send what is of each named type."""
        return self._reached(free=False)

    @cached_property
    def _free_sides(self) -> Mapping[str, Sides]:
        """Which of them send it in no object that has a longest JSON."""
        return self._reached(free=True)

    def _reached(self, *, free: bool) -> Mapping[str, Sides]:
        found: dict[str, set[Direction]] = {name: set() for name in self.types}
        for side in _BOTH:
            waiting = [
                name for sent in self._sent_by(side) for name in _references(sent, free=free)
            ]
            while waiting:
                name = waiting.pop()
                if side not in found.get(name, {side}):
                    found[name].add(side)
                    waiting += _references(self.types[name], free=free)
        return {name: frozenset(sides) for name, sides in found.items()}

    def _sent_by(self, side: Direction) -> Iterator[JsonValue]:
        """What frames of a side are made of."""
        for field in self._envelope_fields():
            if side in field.site.sides:
                yield cast(JsonValue, field.site.expression)
        for message in self.messages:
            if side in message.file.directions:
                yield message.entry["payload"]

    def inside(self, site: Site) -> Iterator[Site]:
        """An expression, or instead of a list or a choice what is in it."""
        inner = [*_inner(site.expression)] if "properties" not in site.expression else []
        if not inner:
            yield site
        for path, expression in inner:
            part = Site(site.source, (*site.path, *path), expression, site.sides, site.said)
            yield from self.inside(part)

    def resolved(self, expression: Expression) -> Expression:
        """What an expression refers to, if it does and there is such a type; nothing where there is
        none."""
        name = expression.get("$ref")
        return expression if name is None else self.types.get(str(name), {})


def _schema_of(source: Source, path: Path_, entry: Entry) -> Site:
    """The expression of a part of the envelope; an empty one where it has none."""
    stated = str(entry.get("direction", "both"))
    sides: Sides = frozenset(
        ("client", "server") if stated == "both" else (cast(Direction, stated),)
    )
    if path[-1] == "sequence":
        sides = frozenset(("server",))
    expression = cast(Expression, entry.get("schema", {}))
    return Site(source, (*path, "schema"), expression, sides, str(entry["description"]))


def _within(site: Site) -> Iterator[Site]:
    """An expression and those in it."""
    yield site
    for path, inner in _inner(site.expression):
        said = f"{site.said} {inner.get('description', '')} {inner.get('x-note', '')}"
        if "properties" in site.expression:
            said = f"{inner.get('description', '')} {inner.get('x-note', '')}"
        limited = site.sides if _LIMIT in inner else site.limited
        yield from _within(Site(site.source, (*site.path, *path), inner, site.sides, said, limited))


def _inner(expression: Expression) -> Iterator[tuple[Path_, Expression]]:
    for key, inner in cast(dict[str, Expression], expression.get("properties", {})).items():
        yield ("properties", key), inner
    for keyword in ("items", "additionalProperties"):
        inner_ = expression.get(keyword)
        if isinstance(inner_, dict):
            yield (keyword,), inner_
    for index, option in enumerate(cast(list[Expression], expression.get("oneOf", []))):
        if set(option) != {"required"}:
            yield ("oneOf", index), option


def _references(value: JsonValue, *, free: bool) -> Iterator[str]:
    """The names of types that an expression refers to; ``free``: in no object with a longest JSON."""
    if not isinstance(value, dict) or (free and _LIMIT in value):
        return
    if "$ref" in value:
        yield str(value["$ref"])
    for _, inner in _inner(value):
        yield from _references(inner, free=free)
