"""JSON Schema for whole frames: the envelope's keys, and which message a frame is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import cast

from voxspec.model import (
    Direction,
    Field,
    JsonValue,
    Message,
    NamedDefinition,
    Protocol,
    Record,
    Use,
)
from voxspec.model.frame_examples import example_frames
from voxspec.targets.jsonschema.types import NULL, Schema, TypeSchemas, reference

_HEAD = frozenset({"title", "description", "type", "required", "properties"})
"""What a flat frame says itself and not as its record does."""

OTHER_SIDE: Mapping[Direction, Direction] = {"client": "server", "server": "client"}


class Definitions(Mapping[str, Schema]):
    """All definitions of a protocol, by their key under ``$defs``: the two directions, then each message,
    then the named types. Each is made when it is first asked for.

    A message ``m`` that the server sends has ``server_m_frame``, and ``server_m_payload`` unless
    its payload is a named type. ``server_frame`` and ``client_frame`` are any frame of a
    direction. Named types keep their names unless one of those has it already.

    ``usual``: relayed values must have their usual shape, which only examples keep to.
    """

    def __init__(self, protocol: Protocol, *, usual: bool = False) -> None:
        self.protocol = protocol
        frames = [direction_key(direction) for direction in OTHER_SIDE]
        taken = {
            *frames,
            *(key(m) for m in protocol.messages() for key in (frame_key, payload_key)),
        }
        keys: dict[str, str] = {}
        for name in sorted((named.name for named in protocol.types), key=lambda n: n in taken):
            keys[name] = name
            while keys[name] in taken:
                keys[name] += "_type"
            taken.add(keys[name])
        self.named = {key: name for name, key in keys.items()}
        """The names of named types, by their keys."""
        self._types = TypeSchemas(protocol, keys, usual=usual)
        self._makers: dict[str, Callable[[], Schema]] = {}
        for side in ("server", "client"):
            self._makers[direction_key(side)] = partial(self.direction, side)
        for message in protocol.messages():
            self._makers[frame_key(message)] = partial(self.frame, message)
            if isinstance(message.payload, Record) and not protocol.envelope.is_flat:
                record = partial(self._types.record, message.payload)
                self._makers[payload_key(message)] = record
        for named in protocol.types:
            self._makers[keys[named.name]] = partial(self._types.definition, named)
        self._made: dict[str, Schema] = {}

    def __getitem__(self, key: str) -> Schema:
        if key not in self._made:
            self._made[key] = self._makers[key]()
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def shape(self, shape: Use | NamedDefinition) -> Schema:
        """The schema of a type at a place, or of a named type or record."""
        if isinstance(shape, Use):
            return self._types.use(shape)
        return self._types.definition(shape)

    def field(self, field: Field) -> Schema:
        """The schema of a value under a key, with what is said about it."""
        return self._types.field(field)

    def frame(self, message: Message) -> Schema:
        """The schema of a message's whole frame."""
        schema = self._envelope(message)
        if self.protocol.envelope.closed:
            schema["additionalProperties"] = False
        if message.deprecated is not None:
            schema |= {"deprecated": True, "x-deprecated": message.deprecated}
        if message.since is not None:
            schema["x-since"] = message.since
        if message.audience is not None:
            schema["x-audience"] = message.audience
        if message.note is not None:
            schema["x-note"] = message.note
        schema["examples"] = [*example_frames(self.protocol.envelope, message)]
        return schema

    def direction(self, direction: Direction) -> Schema:
        """The schema of any frame of a direction.

        The value under the type key picks the one schema that applies, so that a wrong frame
        gives that message's errors and no other's. A type that nobody knows is accepted, as
        readers must; one that only the other side sends is not.
        """
        key = self.protocol.envelope.type.key
        known = {message.type for message in self.protocol.messages(direction)}
        others = self.protocol.messages(OTHER_SIDE[direction])
        foreign: list[JsonValue] = [m.type for m in others if m.type not in known]
        type_schema: Schema = {"type": self._type_of_types}
        if foreign:
            type_schema["not"] = {"enum": foreign}
        schema: Schema = {
            "title": f"{direction.capitalize()}Frame",
            "description": f"Any frame that the {direction} sends.",
            "type": "object",
            "required": [key],
            "properties": {key: type_schema},
        }
        areas = self.protocol.areas_of(direction)
        if areas:
            # `properties` holds for a value without the key too, hence the outer `if`.
            schema["if"] = {"type": "object", "required": [key]}
            schema["then"] = {"allOf": [self._area(area.messages) for area in areas]}
        return schema

    def _area(self, messages: tuple[Message, ...]) -> Schema:
        """The frames of an area. The step in between spares a validator most of the comparisons."""
        key = self.protocol.envelope.type.key
        return {
            "if": {"properties": {key: {"enum": [message.type for message in messages]}}},
            "then": {
                "allOf": [
                    {
                        "if": {"properties": {key: {"const": message.type}}},
                        "then": reference(frame_key(message)),
                    }
                    for message in messages
                ]
            },
        }

    @property
    def _type_of_types(self) -> str:
        return "integer" if self.protocol.has_integer_types else "string"

    def _envelope(self, message: Message) -> Schema:
        """The keys of a message's frames: which are required, and the schema of each."""
        envelope = self.protocol.envelope
        required: list[JsonValue] = [envelope.type.key]
        properties: Schema = {
            envelope.type.key: {"type": self._type_of_types, "const": message.type}
        }
        rules: Schema = {}
        if envelope.payload is None:
            if isinstance(message.payload, Record):
                fields = self._types.record(message.payload)
                required += cast(list[JsonValue], fields.get("required", []))
                properties |= cast(Schema, fields["properties"])
                rules = {key: fields[key] for key in fields if key not in _HEAD}
        elif message.payload is not None:
            properties[envelope.payload.key] = self._payload(message)
            if not message.payload_optional:
                required.append(envelope.payload.key)
        else:
            properties[envelope.payload.key] = _absent(message, envelope.payload.key)
        if envelope.sequence is not None:
            key = envelope.sequence.key
            if message.seq == "required":
                described: Schema = {"description": envelope.sequence.description}
                properties[key] = {**described, **self._types.use(envelope.sequence.use)}
                required.append(key)
            else:
                properties[key] = _absent(message, key)
        there = {field.name: field for field in message.keys}
        for key in (further.field.name for further in envelope.further):
            if key in there:
                properties[key] = self._types.field(there[key])
                required += [key] if there[key].required else []
            else:
                properties[key] = _absent(message, key)
        return {
            "title": message.frame_name,
            "description": f"{message.summary}.\n\n{message.description}",
            "type": "object",
            "required": required,
            "properties": properties,
            **rules,
        }

    def _payload(self, message: Message) -> Schema:
        if message.payload_type is not None:
            return self._types.use(Use(message.payload_type, message.payload_nullable))
        own = reference(payload_key(message))
        return {"anyOf": [own, NULL]} if message.payload_nullable else own


def frame_key(message: Message) -> str:
    """The key of a message's frame under ``$defs``."""
    return f"{message.direction}_{message.name}_frame"


def payload_key(message: Message) -> str:
    """The key of a message's own payload record under ``$defs``."""
    return f"{message.direction}_{message.name}_payload"


def direction_key(direction: Direction) -> str:
    """The key of any frame of a direction under ``$defs``."""
    return f"{direction}_frame"


def needed_by(schema: Schema, definitions: Mapping[str, Schema]) -> dict[str, Schema]:
    """The definitions that ``schema`` reaches through references, in the order of all of them."""
    reached: set[str] = set()
    waiting: list[object] = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            target = part.get("$ref")
            if isinstance(target, str):
                key = target.removeprefix("#/$defs/")
                if key not in reached:
                    reached.add(key)
                    waiting.append(definitions[key])
            waiting.extend(_subschemas(part))
        elif isinstance(part, list):
            waiting.extend(part)
    return {key: definitions[key] for key in definitions if key in reached}


def _subschemas(schema: Mapping[str, object]) -> Iterator[object]:
    """The values in which a reference can be: schemas and lists of them, but no data."""
    for keyword, value in schema.items():
        if keyword == "properties" and isinstance(value, dict):
            yield from value.values()
        elif keyword not in ("examples", "default", "enum"):
            yield value


def _absent(message: Message, key: str) -> Schema | bool:
    """A key that the wire does not have: refused, unless readers ignore it or published pages show
    it here."""
    if key in message.ignored:
        return {"description": "This message makes no use of the key; readers pass over it."}
    for entry in message.published:
        if entry.envelope and entry.name == key:
            note = entry.note or "Published pages show this key; the wire does not have it."
            return {"x-note": note}
    return False
