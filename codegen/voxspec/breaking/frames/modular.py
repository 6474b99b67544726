"""Whether whole messages are compatible, shown part by part.

Each pair of named types is looked at once, with the types in them taken for granted: if each pair
fits as long as those in it do, all fit, since values end somewhere. So types that hold themselves can
be decided, and what has not changed costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from voxspec.breaking.containment import is_covered
from voxspec.breaking.frames.schemas import closed, definitions, written
from voxspec.breaking.verdict import Age
from voxspec.model import JsonValue, Message, NamedDefinition, Protocol, Record
from voxspec.model.walk import Shape, references, uses
from voxspec.targets.jsonschema.frames import Definitions, frame_key, payload_key
from voxspec.targets.jsonschema.types import Schema

_PAYLOAD = "payload of the message"
_DATA = frozenset({"examples", "default", "enum", "const"})


def fits(
    ends: Mapping[Age, Protocol],
    types: Mapping[str, str],
    messages: Mapping[Age, Message],
    writer: Age,
) -> bool:
    """Whether it is certain that a reader takes all frames of a message that a writer may write.

    ``types`` are the new names of types by their old ones.
    """
    reader: Age = "new" if writer == "old" else "old"
    here, there = messages[writer], messages[reader]
    both_own = isinstance(here.payload, Record) and isinstance(there.payload, Record)
    if isinstance(here.payload, Record) != isinstance(there.payload, Record):
        return False
    same = types if writer == "old" else {new: old for old, new in types.items()}
    takes, writes = definitions(ends[reader]), written(ends[writer])
    atoms = _Atoms(takes, {}), _Atoms(writes, same)
    shown = [(takes[frame_key(there)], writes[frame_key(here)])]
    if both_own and payload_key(there) in takes and payload_key(here) in writes:
        shown.append((takes[payload_key(there)], writes[payload_key(here)]))
    for definition in reached(ends[writer], here):
        if definition.name not in same:
            return False
        other = ends[reader].type(same[definition.name])
        shown.append((takes.shape(other), writes.shape(definition)))
    return all(is_covered(atoms[0].of(one), closed(atoms[1].of(two))) for one, two in shown)


def reached(protocol: Protocol, message: Message) -> Iterator[NamedDefinition]:
    """Every named type that a frame of a message may hold."""
    seen: set[str] = set()
    waiting: list[Shape] = [] if message.payload is None else [message.payload]
    waiting += [field.use.type for field in message.keys]
    sequence = protocol.envelope.sequence
    waiting += [] if sequence is None else [sequence.use.type]
    while waiting:
        shape = waiting.pop()
        names = [reference.name for reference in references(shape)]
        names += [r.name for use in uses(shape) for r in references(use.type)]
        for name in names:
            if name not in seen:
                seen.add(name)
                definition = protocol.type(name)
                yield definition
                waiting.append(definition)


class _Atoms:
    """Puts a name in the place of each reference: the same one for types that are a pair."""

    def __init__(self, made: Definitions, called: Mapping[str, str]) -> None:
        self._made = made
        self._called = called

    def of(self, schema: Schema) -> Schema:
        return cast(Schema, self._of(schema))

    def _of(self, part: JsonValue) -> JsonValue:
        if isinstance(part, list):
            return [self._of(inner) for inner in part]
        if not isinstance(part, dict):
            return part
        if isinstance(part.get("$ref"), str):
            others = {key: value for key, value in part.items() if key != "$ref"}
            return {**others, "const": {"named": self._name(str(part["$ref"]))}}
        return {key: self._under(key, value) for key, value in part.items()}

    def _under(self, keyword: str, value: JsonValue) -> JsonValue:
        if keyword == "properties" and isinstance(value, dict):  # whose keys are no keywords
            return {name: self._of(inner) for name, inner in value.items()}
        return value if keyword in _DATA or keyword.startswith("x-") else self._of(value)

    def _name(self, reference: str) -> str:
        key = reference.removeprefix("#/$defs/")
        name = self._made.named.get(key)
        return _PAYLOAD if name is None else self._called.get(name, name)
