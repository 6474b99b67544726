"""What a draft says otherwise than a schema that people wrote: message by message, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxspec.model import (
    AnyObjectType,
    AnyType,
    ArrayType,
    ChoiceType,
    ConstType,
    Enum,
    IntegerType,
    MapType,
    Message,
    NamedType,
    NumberType,
    Protocol,
    Record,
    Scalar,
    StringType,
    Type,
    Union,
    Use,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``schema`` is by hand. Differences are ``KIND PLACE``; a place is like ``server/hello/interval``."""

    schema: Protocol
    draft: Protocol

    def differences(self) -> list[str]:
        return sorted(self._all())

    def _all(self) -> Iterator[str]:
        written = {(m.direction, m.text): m for m in self.schema.messages()}
        drafted = {(m.direction, m.text): m for m in self.draft.messages()}
        for key in written.keys() - drafted.keys():
            yield f"message-never-seen {'/'.join(key)}"
        for key in drafted.keys() - written.keys():
            yield f"message-not-in-schema {'/'.join(key)}"
        for key in written.keys() & drafted.keys():
            yield from self._messages("/".join(key), written[key], drafted[key])

    def _messages(self, at: str, one: Message, other: Message) -> Iterator[str]:
        if one.seq != other.seq:
            yield f"numbered-{one.seq}-but-{other.seq} {at}"
        keys = {field.name: field.required for field in one.keys}
        others = {field.name: field.required for field in other.keys}
        for name in keys.keys() | others.keys():
            if keys.get(name) != others.get(name):
                yield f"envelope-key-{name}-{_says(keys, name)}-but-{_says(others, name)} {at}"
        if one.payload is None or other.payload is None:
            if one.payload is not other.payload:
                what = "none" if one.payload is None else "some"
                yield f"payload-{what}-in-schema {at}"
            return
        if one.payload_optional != other.payload_optional:
            yield f"payload-{_presence(one)}-but-{_presence(other)} {at}"
        if one.payload_nullable != other.payload_nullable:
            yield f"null-{'not-seen' if one.payload_nullable else 'not-in-schema'} {at}"
        yield from self._shapes(at, one.payload, other.payload)

    def _uses(self, at: str, one: Use, other: Use) -> Iterator[str]:
        if isinstance(one.type, AnyType) or isinstance(other.type, AnyType):
            if type(one.type) is not type(other.type):
                which = "schema" if isinstance(one.type, AnyType) else "draft"
                yield f"any-json-in-{which} {at}"
            return
        if one.nullable != other.nullable:
            yield f"null-{'not-seen' if one.nullable else 'not-in-schema'} {at}"
        if one.sensitive != other.sensitive:
            yield f"secret-{'not-in-draft' if one.sensitive else 'not-in-schema'} {at}"
        yield from self._shapes(at, one.type, other.type)

    def _shapes(self, at: str, one: Type | Record, other: Type | Record) -> Iterator[str]:
        first = self._resolved(self.schema, one)
        second = self._resolved(self.draft, other)
        match first, second:
            case Record(), Record():
                yield from self._records(at, first, second)
            case Union(), Union():
                yield from self._unions(at, first, second)
            case Enum(), Enum():
                values = {str(v.value) for v in first.values}
                seen = {str(v.value) for v in second.values}
                for value in values - seen:
                    yield f"value-never-seen {at}={value}"
                for value in seen - values:
                    yield f"value-not-in-schema {at}={value}"
            case ArrayType(items=items), ArrayType(items=others):
                yield from self._uses(f"{at}[]", items, others)
            case MapType(values=values), MapType(values=others):
                yield from self._uses(f"{at}{{}}", values, others)
            case IntegerType(format=width), IntegerType(format=other_width):
                if width != other_width:
                    yield f"width-{width}-but-{other_width} {at}"
            case _ if _kind(first) != _kind(second):
                yield f"{_kind(first)}-but-{_kind(second)} {at}"

    def _records(self, at: str, one: Record, other: Record) -> Iterator[str]:
        fields = {field.name: field for field in one.fields}
        others = {field.name: field for field in other.fields}
        for name in fields.keys() - others.keys():
            yield f"field-never-seen {at}/{name}"
        for name in others.keys() - fields.keys():
            yield f"field-not-in-schema {at}/{name}"
        for name in fields.keys() & others.keys():
            if fields[name].required != others[name].required:
                what = "left-out" if fields[name].required else "always-there"
                yield f"field-{what} {at}/{name}"
            yield from self._uses(f"{at}/{name}", fields[name].use, others[name].use)

    def _unions(self, at: str, one: Union, other: Union) -> Iterator[str]:
        variants = dict(self._variants(self.schema, one))
        others = dict(self._variants(self.draft, other))
        if one.tag != other.tag:
            yield f"tag-{one.tag}-but-{other.tag} {at}"
        for value in variants.keys() ^ others.keys():
            yield f"variant-only-in-{'schema' if value in variants else 'draft'} {at}={value}"
        for value in variants.keys() & others.keys():
            yield from self._records(f"{at}={value}", variants[value], others[value])

    @staticmethod
    def _variants(protocol: Protocol, union: Union) -> Iterator[tuple[str, Record]]:
        for name in union.variants:
            record = protocol.type(name)
            assert isinstance(record, Record)
            tag = record.field(union.tag).use.type
            assert isinstance(tag, ConstType)
            yield str(tag.value), record

    @staticmethod
    def _resolved(protocol: Protocol, type_: Type | Record) -> object:
        while isinstance(type_, NamedType):
            definition = protocol.type(type_.name)
            if not isinstance(definition, Scalar):
                return definition
            type_ = definition.use.type
        return type_


def _kind(shape: object) -> str:
    names = {
        Record: "record",
        Union: "union",
        Enum: "enum",
        ArrayType: "list",
        MapType: "map",
        IntegerType: "integer",
        NumberType: "number",
        StringType: "text",
        ChoiceType: "choice",
        ConstType: "constant",
        AnyObjectType: "object",
    }
    return names.get(type(shape), type(shape).__name__)


def _says(keys: dict[str, bool], name: str) -> str:
    return "forbidden" if name not in keys else "required" if keys[name] else "optional"


def _presence(message: Message) -> str:
    return "optional" if message.payload_optional else "required"


REASONS = {
    "any-json-in-draft": "only null or empty lists were seen there",
    "choice-but-record": "only one of the kinds was seen",
    "enum-but-text": "too few were seen to tell words of a list from other texts",
    "envelope-key-at-forbidden-but-optional": "a peer sent a key that the protocol has not",
    "envelope-key-extra-forbidden-but-optional": "a client sent a key that the protocol has not",
    "envelope-key-id-forbidden-but-optional": "a peer sent a key that the protocol has not there",
    "envelope-key-id-required-but-optional": "a peer left it out, and was closed for it",
    "envelope-key-since-forbidden-but-optional": "a peer sent a key that the protocol has not",
    "field-always-there": "it was there each time",
    "field-left-out": "a peer left it out, and was closed for it",
    "field-never-seen": "nobody sent it",
    "field-not-in-schema": "a peer sent a field of its own",
    "list-but-choice": "a peer sent the wrong kind, and was closed for it",
    "map-but-record": "keys that come and go look like fields that may be absent, until there are many",
    "message-never-seen": "nobody sent it",
    "message-not-in-schema": "a peer sent what is no message of its side",
    "null-not-seen": "nobody sent null",
    "object-but-choice": "a peer sent the wrong kind, and was closed for it",
    "object-but-record": "the objects that were seen have fields; that there may be any is not seen",
    "payload-none-in-schema": "readers pass over it, which is not seen",
    "record-but-choice": "a peer sent the wrong kind, and was closed for it",
    "secret-not-in-draft": "neither its key nor its values say that it is a secret",
    "text-but-enum": "the same few words each time",
    "value-never-seen": "nobody sent it",
    "value-not-in-schema": "a peer sent a word of its own, or one list is of both sides",
    "width-int32-but-uint32": "nothing negative was seen",
    "width-int64-but-uint32": "nothing as great or negative was seen",
    "width-int64-but-uint64": "numbers so near to 2^63 may become greater",
    "width-uint64-but-uint32": "nothing as great was seen",
}
"""Why a draft differs from a schema in a kind of difference that is all right."""


def golden_text(differences: list[str]) -> str:
    """The differences as golden files have them: below the reason of their kind."""
    lines: list[str] = []
    kinds = sorted({line.partition(" ")[0] for line in differences})
    for kind in kinds:
        lines += [f"# {kind}: {REASONS[kind]}"]
        lines += [line for line in differences if line.partition(" ")[0] == kind] + [""]
    return "\n".join(lines)
