"""An area's page: each message with its fields, rules, published names and examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxspec.model import (
    Area,
    Envelope,
    Message,
    NamedType,
    Protocol,
    PublishedName,
    Record,
    Union,
    Use,
)
from voxspec.model.frame_examples import example_frame
from voxspec.targets.docs.fields import FieldRow, Fields
from voxspec.targets.docs.markdown import (
    Markdown,
    anchor,
    block,
    code,
    json_block,
    prose,
)
from voxspec.targets.docs.site import ARROWS, INDEX, Site, area_path, area_title, label
from voxspec.targets.jsonschema.frames import OTHER_SIDE


@dataclass(frozen=True, slots=True)
class Shape:
    """One record that a payload can be: its field table and rules."""

    intro: Markdown
    rows: list[FieldRow]
    rules: list[Markdown]
    published: list[tuple[Markdown, Markdown]]


@dataclass(frozen=True, slots=True)
class MessageView:
    """Everything that a page shows of a message, ready to print."""

    name: Markdown
    target: Markdown
    summary: Markdown
    numbered: bool
    facts: Markdown
    description: Markdown
    deprecated: Markdown | None
    audience: Markdown | None
    note: Markdown | None
    payload: Markdown
    shapes: list[Shape]
    published: list[tuple[Markdown, Markdown]]
    examples: list[tuple[Markdown, Markdown]]


def area_page(site: Site, area: Area) -> dict[str, object]:
    """What the template of an area's page needs."""
    source = area_path(area)
    return {
        "title": prose(area_title(area)),
        "description": block(area.description, site.names(source)),
        "index": site.page(source, INDEX),
        "other": _same_area(site, area),
        "messages": [_message(site, source, message) for message in area.messages],
    }


def _same_area(site: Site, area: Area) -> Markdown | None:
    """A link to the area's page of the other direction, when there is one."""
    for other in site.protocol.areas_of(OTHER_SIDE[area.direction]):
        if other.name == area.name:
            target = site.page(area_path(area), area_path(other))
            return anchor(prose(area_title(other)), target)
    return None


def _message(site: Site, source: str, message: Message) -> MessageView:
    link = site.names(source, message)
    fields = Fields(site, source, link)
    return MessageView(
        name=label(message),
        target=site.message(source, message.direction, message.text),
        summary=prose(message.summary, link),
        numbered=message.seq == "required",
        facts=Markdown(" · ".join(_facts(site, source, message))),
        description=block(message.description, link),
        deprecated=None if message.deprecated is None else prose(message.deprecated, link),
        audience=None if message.audience is None else prose(message.audience, link),
        note=None if message.note is None else prose(message.note, link),
        payload=_payload(site, source, message, fields),
        shapes=list(_shapes(site, source, message, fields)),
        published=_published(fields, message.published),
        examples=[
            (
                prose(example.summary),
                json_block(example_frame(site.protocol.envelope, message, example)),
            )
            for example in message.examples
        ],
    )


def _facts(site: Site, source: str, message: Message) -> Iterator[str]:
    """The direction, the sequence number, and where else this message is."""
    protocol = site.protocol
    yield ARROWS[message.direction]
    yield from _envelope_facts(protocol.envelope, message)
    if message.since is not None:
        yield f"since {prose(message.since)}"
    yield code(python_path(protocol, message))
    schema = f"../../jsonschema/{protocol.module}/{message.direction}/{message.name}.json"
    yield anchor(Markdown("JSON Schema"), site.page(source, schema))
    other = OTHER_SIDE[message.direction]
    if (other, message.text) in site.messages:
        target = site.message(source, other, message.text)
        yield anchor(Markdown(f"{ARROWS[other]} message of this name"), target)


def _envelope_facts(envelope: Envelope, message: Message) -> Iterator[str]:
    """Which keys of the envelope the message's frames have beside type and payload."""
    if envelope.sequence is not None:
        sequence = code(envelope.sequence.key)
        yield f"with {sequence}" if message.seq == "required" else f"no {sequence}"
    there = {field.name: field for field in message.keys}
    for further in envelope.further:
        key = code(further.field.name)
        if further.field.name in there:
            yield f"with {key}" if there[further.field.name].required else f"{key} or none"
        elif further.field.name in message.ignored:
            yield f"{key} is ignored"
        elif further.fits(message.direction):
            yield f"no {key}"


def python_path(protocol: Protocol, message: Message) -> str:
    """The generated class of a message: its payload's, or its frame's when it has none."""
    name = message.python_name if isinstance(message.payload, Record) else message.frame_name
    return f"{protocol.package}.{protocol.module}.{message.direction}.{name}"


def _payload(site: Site, source: str, message: Message, fields: Fields) -> Markdown:
    """What kind of payload the frame has, in a sentence; empty when the field table says it."""
    envelope = site.protocol.envelope
    if envelope.payload is None:
        has_fields = isinstance(message.payload, Record) and message.payload.fields
        beside = code(envelope.type.key)
        said = f"The fields stand beside {beside}." if has_fields else f"No fields beside {beside}."
        return Markdown(said)
    key = code(envelope.payload.key)
    if message.payload is None:
        ignored = "; readers pass over one" if envelope.payload.key in message.ignored else ""
        return Markdown(f"No payload: the frame has no {key}{ignored}.")
    sentences = []
    if isinstance(message.payload, NamedType):
        sentences.append(f"{key} is {site.type_link(source, message.payload.name)}.")
    elif message.payload_type is not None:
        sentences.append(f"{key} is {fields.type(Use(message.payload_type), inner=True)}.")
    if message.payload_optional:
        null = ", or null" if message.payload_nullable else ""
        sentences.append(f"{key} may be absent{null}.")
    elif message.payload_nullable:
        sentences.append(f"{key} may be null.")
    if isinstance(message.payload, Record) and not message.payload.fields:
        sentences.append(f"{key} is an object without known keys.")
    return Markdown(" ".join(sentences))


def _shapes(site: Site, source: str, message: Message, fields: Fields) -> Iterator[Shape]:
    """The record of a payload, or each variant of a union."""
    shape = site.protocol.payload_shape(message)
    if isinstance(shape, Record):
        yield _shape(fields, shape, Markdown(""))
    elif isinstance(shape, Union):
        for name in shape.variants:
            record = site.protocol.type(name)
            assert isinstance(record, Record)
            yield _shape(fields, record, site.type_link(source, name))


def _shape(fields: Fields, record: Record, intro: Markdown) -> Shape:
    return Shape(
        intro, fields.rows(record), fields.rules(record), _published(fields, record.published)
    )


def _published(
    fields: Fields, entries: tuple[PublishedName, ...]
) -> list[tuple[Markdown, Markdown]]:
    return [(code(entry.name), fields.published(entry)) for entry in entries]
