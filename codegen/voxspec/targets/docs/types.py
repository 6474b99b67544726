"""The types page: every named type, what it is made of, and what uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxspec.model import (
    INT_BOUNDS,
    ArrayType,
    ChoiceType,
    Enum,
    MapType,
    Message,
    NamedDefinition,
    NamedType,
    Protocol,
    Record,
    Scalar,
    Type,
    Union,
)
from voxspec.targets.docs.fields import FieldRow, Fields
from voxspec.targets.docs.markdown import Markdown, block, code, listing, prose
from voxspec.targets.docs.site import (
    ARROWS,
    INDEX,
    INTEGERS_TITLE,
    TYPE_SECTIONS,
    TYPES,
    TYPES_TITLE,
    Site,
    types_of,
)

MANY_USERS = 12
"""What is used by more than this is used nearly everywhere, and a list of it says nothing."""


@dataclass(frozen=True, slots=True)
class TypeView:
    """Everything that the page shows of a type, ready to print."""

    name: Markdown
    description: Markdown
    facts: list[Markdown]
    values: list[tuple[Markdown, Markdown]]
    rows: list[FieldRow]
    rules: list[Markdown]
    published: list[tuple[Markdown, Markdown]]
    note: Markdown | None
    used_by: Markdown


def types_page(site: Site) -> dict[str, object]:
    """What the template of the types page needs."""
    sections = [
        (title, [_type(site, named) for named in types_of(site.protocol, kind)])
        for title, kind in TYPE_SECTIONS
    ]
    return {
        "title": TYPES_TITLE,
        "index": site.page(TYPES, INDEX),
        "integers_title": INTEGERS_TITLE,
        "integers": [(code(name), *bounds) for name, bounds in INT_BOUNDS.items()],
        "sections": [(title, views) for title, views in sections if views],
    }


def _type(site: Site, named: NamedDefinition) -> TypeView:
    link = site.names(TYPES)
    fields = Fields(site, TYPES, link)
    record = named if isinstance(named, Record) else None
    return TypeView(
        name=code(named.name),
        description=block(named.description, link),
        facts=list(_facts(site, fields, named)),
        values=[
            (code(value.value), prose(value.description, link))
            for value in (named.values if isinstance(named, Enum) else ())
        ],
        rows=fields.rows(record) if record else [],
        rules=fields.rules(record) if record else [],
        published=[
            (code(entry.name), fields.published(entry))
            for entry in (record.published if record else ())
        ],
        note=None if named.note is None else prose(named.note, link),
        used_by=_used_by(site, named.name),
    )


def _facts(site: Site, fields: Fields, named: NamedDefinition) -> Iterator[Markdown]:
    """What a type is in a few words."""
    if isinstance(named, Scalar):
        yield fields.type(named.use)
        yield from fields.limits(named.use)
        if named.use.nullable:
            yield Markdown("nullable")
        if named.use.sensitive:
            yield Markdown("**secret**")
    elif isinstance(named, Enum):
        if named.open:
            yield Markdown("string, open: other values can occur, and readers keep them")
        else:
            yield Markdown("string, closed: no other value is valid")
    elif isinstance(named, Union):
        variants = listing((site.type_link(TYPES, name) for name in named.variants), "or")
        yield Markdown(f"{variants}, told apart by {code(named.tag)}")
    elif named.tag is not None:
        yield Markdown(f"variant of a union, told apart by {code(named.tag)}")


def _used_by(site: Site, name: str) -> Markdown:
    """Links to the types and messages that refer to a type, unless they are too many."""
    users = [
        site.type_link(TYPES, other.name)
        for other in site.protocol.types
        if name in set(_references(other))
    ]
    for message in site.protocol.messages():
        if name in set(_payload_references(message)):
            link = site.message_link(TYPES, message)
            both = _both_directions(site.protocol, message)
            users.append(Markdown(f"{link} ({ARROWS[message.direction]})") if both else link)
    if len(users) > MANY_USERS:
        return Markdown(f"{len(users)} messages and types")
    return listing(users)


def _both_directions(protocol: Protocol, message: Message) -> bool:
    return sum(other.text == message.text for other in protocol.messages()) > 1


def _payload_references(message: Message) -> Iterator[str]:
    if isinstance(message.payload, Record):
        yield from _references(message.payload)
    elif message.payload is not None:
        yield message.payload.name


def _references(named: NamedDefinition) -> Iterator[str]:
    """The names of the types that a type refers to."""
    if isinstance(named, Record):
        for field in named.fields:
            yield from _named_in(field.use.type)
    elif isinstance(named, Union):
        yield from named.variants
    elif isinstance(named, Scalar):
        yield from _named_in(named.use.type)


def _named_in(kind: Type) -> Iterator[str]:
    match kind:
        case NamedType():
            yield kind.name
        case ArrayType():
            yield from _named_in(kind.items.type)
        case MapType():
            yield from _named_in(kind.values.type)
        case ChoiceType():
            for option in kind.options:
                yield from _named_in(option.type)
        case _:
            pass
