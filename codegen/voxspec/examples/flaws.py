"""What is wrong with an example although JSON Schema has nothing against it.

Readers ignore keys that they do not know, so a record's schema allows any; but an example with a
mistyped key shows nothing of what it was written for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from voxspec.load.yaml_values import Path_
from voxspec.model import (
    JSON_FORMS,
    ArrayType,
    ChoiceType,
    Constant,
    ConstType,
    Example,
    JsonValue,
    MapType,
    Message,
    NamedDefinition,
    NamedType,
    Protocol,
    PublishedName,
    Record,
    Scalar,
    Type,
    Union,
    Use,
)
from voxspec.model.resolved import plain_options
from voxspec.near import did_you_mean, is_mistyped


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong. ``path`` leads to it from the value; ``is_key``: to its key."""

    path: Path_
    said: str
    hint: str = ""
    is_key: bool = False


def payload_flaws(protocol: Protocol, message: Message, value: JsonValue) -> Iterator[Flaw]:
    """The flaws of an example of a message."""
    finder = _Finder(protocol, message.published)
    if isinstance(message.payload, Record):
        yield from finder.in_record(message.payload, value)
    elif message.payload is not None:
        yield from finder.in_type(message.payload, value)


def value_flaws(
    protocol: Protocol, shape: Use | NamedDefinition, value: JsonValue
) -> Iterator[Flaw]:
    """The flaws of a value of a type at a place, or of a named type."""
    finder = _Finder(protocol, ())
    if isinstance(shape, Use):
        yield from finder.in_type(shape.type, value)
    else:
        yield from finder.in_definition(shape, value)


def envelope_flaws(protocol: Protocol, message: Message, example: Example) -> Iterator[Flaw]:
    """The flaws of an example around its payload; paths lead from the example."""
    envelope = protocol.envelope
    if example.present and envelope.payload is None:
        if message.payload is None and example.payload != {}:
            yield Flaw(("payload",), "the message has no fields", "leave the payload out")
        elif not isinstance(example.payload, dict):
            yield Flaw(("payload",), "fields are an object")
    elif example.present and envelope.payload and envelope.payload.key in message.ignored:
        yield Flaw(("payload",), "readers pass over a payload here", "leave it out")
    finder = _Finder(protocol, ())
    known = {further.field.name for further in envelope.further}
    fields = {field.name: field for field in message.keys}
    for key, value in example.keys:
        path = ("keys", key)
        if key in fields:
            flaws = finder.in_type(fields[key].use.type, value)
            yield from _below("keys", _below(key, flaws))
        elif key in message.ignored:
            yield Flaw(path, f'readers pass over "{key}" here', "leave it out", is_key=True)
        elif key not in known:
            hint = did_you_mean(key, [*fields]) or "further keys stand in protocol.yaml"
            yield Flaw(path, f'the envelope has no further key "{key}"', hint, is_key=True)


@dataclass(frozen=True, slots=True)
class _Finder:
    """``published``: the names that a message has beside those of its payload's record."""

    protocol: Protocol
    published: tuple[PublishedName, ...]

    def in_definition(self, definition: NamedDefinition, value: JsonValue) -> Iterator[Flaw]:
        match definition:
            case Record():
                yield from self.in_record(definition, value)
            case Union(tag=tag, variants=variants) if isinstance(value, dict):
                for name in variants:
                    record = self.protocol.type(name)
                    if isinstance(record, Record) and _tag(record, tag) == value.get(tag):
                        yield from self.in_record(record, value)
            case Scalar(use=use):
                yield from self.in_type(use.type, value)

    def in_record(self, record: Record, value: JsonValue) -> Iterator[Flaw]:
        if not isinstance(value, dict):
            return
        fields = {field.name: field for field in record.fields}
        inner = replace(self, published=())
        for key, item in value.items():
            field = fields.get(key)
            if field is None:
                missing = [name for name in fields if name not in value]
                if not record.extra or is_mistyped(key, missing):
                    yield self.unknown(record, key, missing)
                continue
            limit = field.use.max_json_length
            length = _length(item, field.use) if limit is not None and isinstance(item, dict) else 0
            if limit is not None and length > limit:
                form = JSON_FORMS[field.use.json_form]
                said = f'"{key}" has {length} characters of {form}, the limit is {limit}'
                yield Flaw((key,), said)
            yield from _below(key, inner.in_type(field.use.type, item))

    def unknown(self, record: Record, key: str, missing: list[str]) -> Flaw:
        said = f'"{key}" is no key of "{record.name}"'
        for entry in (*self.published, *record.published):
            if entry.name == key and not entry.envelope:
                wire = f'the wire has "{entry.wire}"' if entry.wire else "the wire has no such key"
                return Flaw((key,), said, f"published pages show it; {wire}", is_key=True)
        hint = did_you_mean(key, missing) or "readers would not see it; leave it out"
        return Flaw((key,), said, hint, is_key=True)

    def in_type(self, type_: Type, value: JsonValue) -> Iterator[Flaw]:
        match type_:
            case NamedType(name=name, open=is_open):
                definition = self.protocol.type(name)
                if not is_open or _is_meant(definition, value):
                    yield from self.in_definition(definition, value)
            case ArrayType(items=items) if isinstance(value, list):
                for index, item in enumerate(value):
                    yield from _below(index, self.in_type(items.type, item))
            case MapType(values=values) if isinstance(value, dict):
                for key, item in value.items():
                    yield from _below(key, self.in_type(values.type, item))
            case ChoiceType(options=options):
                for option in plain_options(self.protocol, options):
                    if isinstance(option.type, ArrayType) == isinstance(value, list):
                        yield from self.in_type(option.type, value)


def _is_meant(definition: NamedDefinition, value: JsonValue) -> bool:
    """Whether a value that can be any JSON was meant to be a record's: a key of it is mistyped."""
    if not isinstance(definition, Record) or not isinstance(value, dict):
        return False
    names = [field.name for field in definition.fields]
    missing = [name for name in names if name not in value]
    return any(key not in names and did_you_mean(key, missing) for key in value)


def _tag(record: Record, tag: str) -> Constant | None:
    types = [field.use.type for field in record.fields if field.name == tag]
    return next((type_.value for type_ in types if isinstance(type_, ConstType)), None)


def _below(step: str | int, flaws: Iterable[Flaw]) -> Iterator[Flaw]:
    for flaw in flaws:
        yield replace(flaw, path=(step, *flaw.path))


def _length(value: JsonValue, use: Use) -> int:
    if use.json_form == "spaced-ascii":
        return len(json.dumps(value))
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
