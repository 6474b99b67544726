"""The types page: every named type, what it is made of, and what uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from voxspec.model import (
    INT_BOUNDS,
    Enum,
    Flags,
    IntegerType,
    Message,
    NamedDefinition,
    Protocol,
    Record,
    Scalar,
    Union,
    Use,
)
from voxspec.model.walk import references
from voxspec.targets.docs.fields import FieldRow, Fields, constant_code
from voxspec.targets.docs.markdown import Markdown, NameLink, block, code, listing, prose
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
    headings: tuple[str, ...]
    values: list[tuple[Markdown, ...]]
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
        "closed": any(record.closed for record in site.protocol.records()),
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
        headings=_headings(named),
        values=list(_values(named, link)),
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
    match named:
        case Scalar(use=use):
            yield fields.type(use)
            yield from fields.limits(use)
            if use.nullable:
                yield Markdown("nullable")
            if use.sensitive:
                yield Markdown("**secret**")
        case Enum(integer=IntegerType() as integer):
            yield fields.type(Use(integer))
            yield from fields.limits(Use(integer))
            yield Markdown(_openness(named))
        case Enum():
            yield Markdown(f"string, {_openness(named)}")
        case Flags(integer=integer):
            yield fields.type(Use(integer))
            yield from fields.limits(Use(integer))
            yield Markdown("flags: other bits can be set, and readers keep them")
        case Union():
            variants = listing((site.type_link(TYPES, name) for name in named.variants), "or")
            yield Markdown(f"{variants}, told apart by {code(named.tag)}")
        case Record():
            if named.tag is not None:
                yield Markdown(f"variant of a union, told apart by {code(named.tag)}")
        case _:
            assert_never(named)


def _openness(enum: Enum) -> str:
    if enum.open:
        return "open: other values can occur, and readers keep them"
    return "closed: no other value is valid"


def _headings(named: NamedDefinition) -> tuple[str, ...]:
    """What the columns of a table of values are called."""
    if isinstance(named, Flags):
        return ("bit", "value", "name", "meaning")
    if isinstance(named, Enum) and named.integer is not None:
        return ("value", "name", "meaning")
    return ("value", "meaning")


def _values(named: NamedDefinition, link: NameLink) -> Iterator[tuple[Markdown, ...]]:
    """The rows of a table of values."""
    if isinstance(named, Flags):
        for flag in named.flags:
            value = code(hex(1 << flag.bit))
            yield (
                Markdown(str(flag.bit)),
                value,
                code(flag.name),
                prose(flag.description, link),
            )
    elif isinstance(named, Enum):
        for entry in named.values:
            name = (code(entry.member),) if named.integer is not None else ()
            yield (constant_code(entry.value), *name, prose(entry.description, link))


def _used_by(site: Site, name: str) -> Markdown:
    """Links to the types and messages that refer to a type, unless they are too many."""
    users = [
        site.type_link(TYPES, other.name)
        for other in site.protocol.types
        if any(reference.name == name for reference in references(other))
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
    if message.payload is not None:
        yield from (reference.name for reference in references(message.payload))
