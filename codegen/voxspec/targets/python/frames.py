"""Views of frame classes: the keys of the envelope around a payload, or beside its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from voxspec.model import Envelope, EnvelopeKey, Field, Message, Record, Use
from voxspec.output.render import constant_literal, literal
from voxspec.targets.python.classes import (
    ClassView,
    FieldView,
    field_checks,
    field_view,
    is_secret,
    record_view,
)
from voxspec.targets.python.completion import Completion
from voxspec.targets.python.types import Spelling, extra_name


def frame_view(message: Message, envelope: Envelope, spelling: Spelling, *, doc: str) -> ClassView:
    """The frame class of a message, with its payload under a key."""
    completion = Completion(spelling.protocol, wide=spelling.wide)
    fields = [_type(message, envelope), *_further(message, envelope, spelling)]
    checks = [line for field in message.keys for line in field_checks(field, completion)]
    if envelope.payload is not None:
        fields.append(_payload(message, envelope.payload, spelling))
        checks += _payload_checks(message, envelope.payload, spelling)
    for number in numbered(message, envelope):
        annotation = spelling.annotation(number.use)
        fields.append(FieldView(number.attribute, annotation, "", ""))
        checks += field_checks(number, completion)
    if (sequence := envelope.sequence) is not None and message.seq == "never":
        fields.append(_unset(message, sequence.key, sequence.attribute))
    return ClassView(
        name=message.frame_name,
        doc=doc,
        keywords=(_tag(message),),
        fields=tuple(fields),
        checks=tuple(checks),
        secrets=tuple(
            field.attribute
            for field in (*message.keys, _payload_field(message, envelope.payload))
            if field is not None and is_secret(field.use, spelling.protocol)
        ),
        extra=False,
        base="Frame",
    )


def flat_view(message: Message, envelope: Envelope, spelling: Spelling, *, doc: str) -> ClassView:
    """The class of a message whose fields stand beside the type: payload and frame in one."""
    record = message.payload
    if not isinstance(record, Record):
        record = Record(message.name, message.python_name, message.description, ())
    own = (*message.keys, *numbered(message, envelope))
    view = record_view(
        dataclasses.replace(record, fields=(*own, *record.fields)),
        spelling,
        doc=doc,
        inherited=frame_renames(envelope),
    )
    fields = (
        _type(message, envelope),
        *view.fields[: len(own)],
        *_absent(message, envelope),
        *view.fields[len(own) :],
    )
    keywords = (_tag(message), *view.keywords)
    return dataclasses.replace(view, keywords=keywords, fields=fields, base="Frame")


def _tag(message: Message) -> str:
    """The class keyword that tells frames apart."""
    return f"tag={constant_literal(message.type)}"


def frame_renames(envelope: Envelope) -> dict[str, str]:
    """The attributes of frames that differ from their keys."""
    keys = [
        *((key.attribute, key.key) for key in (envelope.payload, envelope.sequence) if key),
        *((further.field.attribute, further.field.name) for further in envelope.further),
    ]
    return {attribute: key for attribute, key in keys if attribute != key}


def _type(message: Message, envelope: Envelope) -> FieldView:
    value = constant_literal(message.type)
    return FieldView(
        envelope.type.attribute, f"ClassVar[Literal[{value}]]", value, "", is_fixed=True
    )


def _unset(message: Message, key: str, attribute: str) -> FieldView:
    """A key that frames of a message do not have. A decoder refuses it, unless readers ignore it or
    published pages show it: then it is no field, and the decoder passes over it."""
    tolerated = key in message.tolerated_keys or key in message.ignored
    annotation = "ClassVar[UnsetType]" if tolerated else "UnsetType"
    return FieldView(attribute, annotation, "UNSET", "", is_fixed=True)


def _further(message: Message, envelope: Envelope, spelling: Spelling) -> Iterator[FieldView]:
    """The further keys, those that the message does not have among them."""
    there = {field.name: field for field in message.keys}
    for further in envelope.further:
        name, attribute = further.field.name, further.field.attribute
        if name in there:
            yield field_view(there[name], spelling)
        else:
            yield _unset(message, name, attribute)


def _payload(message: Message, key: EnvelopeKey, spelling: Spelling) -> FieldView:
    if message.payload is None:
        return _unset(message, key.key, key.attribute)
    name = message.python_name
    shape = spelling.protocol.payload_shape(message)
    if isinstance(shape, Record) and shape.extra:
        name = extra_name(spelling.protocol, shape.python_name)
    return payload_view(message, key, name)


def payload_view(message: Message, key: EnvelopeKey, name: str) -> FieldView:
    """The attribute of a payload whose class, or code for its type, is ``name``."""
    default = ""
    if message.payload_optional:
        name, default = f"{name} | UnsetType", "UNSET"
    if message.payload_nullable:
        name += " | None"
    return FieldView(key.attribute, name, default, "")


def _payload_checks(message: Message, key: EnvelopeKey, spelling: Spelling) -> list[str]:
    shape = spelling.protocol.payload_shape(message)
    attribute = key.attribute
    if not isinstance(shape, Record) or not shape.extra:
        field = _payload_field(message, key)
        return (
            []
            if field is None
            else field_checks(field, Completion(spelling.protocol, wide=spelling.wide))
        )
    guards = [f"self.{attribute} is not None"] if message.payload_nullable else []
    guards += [f"self.{attribute} is not UNSET"] if message.payload_optional else []
    call = f"with_extra(self.{attribute}, {shape.python_name})"
    statement = f"force_setattr(self, {literal(attribute)}, {call})"
    return [f"if {' and '.join(guards)}:", f"    {statement}"] if guards else [statement]


def _payload_field(message: Message, key: EnvelopeKey | None) -> Field | None:
    """The payload as a field, where it is no record of the message's own."""
    if key is None or message.payload_type is None:
        return None
    use = Use(message.payload_type, message.payload_nullable)
    return Field(key.key, key.attribute, use, not message.payload_optional, key.description)


def numbered(message: Message, envelope: Envelope) -> list[Field]:
    """The sequence number as a field, where frames of the message have one."""
    sequence = envelope.sequence
    if sequence is None or message.seq != "required":
        return []
    return [Field(sequence.key, sequence.attribute, sequence.use, True, sequence.description)]


def _absent(message: Message, envelope: Envelope) -> Iterator[FieldView]:
    """The keys of the envelope that frames of a message do not have."""
    there = {field.name for field in message.keys}
    for further in envelope.further:
        if further.field.name not in there:
            yield _unset(message, further.field.name, further.field.attribute)
    if envelope.sequence is not None and message.seq != "required":
        yield _unset(message, envelope.sequence.key, envelope.sequence.attribute)
