"""The types page: every named type, what it is made of, and what uses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from voxspec.model import (
    INT_BOUNDS,
    Enum,
    Flags,
    IntegerType,
    NamedDefinition,
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
    users = _users(site)
    sections = [
        (title, [_type(site, named, users[named.name]) for named in types_of(site.protocol, kind)])
        for title, kind in TYPE_SECTIONS
    ]
    return {
        "title": TYPES_TITLE,
        "index": site.page(TYPES, INDEX),
        "closed": site.protocol.has_closed_records,
        "integers_title": INTEGERS_TITLE,
        "integers": [(code(name), *bounds) for name, bounds in INT_BOUNDS.items()],
        "sections": [(title, views) for title, views in sections if views],
    }


def _type(site: Site, named: NamedDefinition, users: list[Markdown]) -> TypeView:
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
        used_by=_used_by(users),
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


def _used_by(users: list[Markdown]) -> Markdown:
    """Links to what refers to a type, unless that is too much."""
    if len(users) > MANY_USERS:
        return Markdown(f"{len(users)} messages and types")
    return listing(users)


def _users(site: Site) -> Mapping[str, list[Markdown]]:
    """Links to the types and messages that refer to each type."""
    users: dict[str, list[Markdown]] = {named.name: [] for named in site.protocol.types}
    for other in site.protocol.types:
        for name in {reference.name for reference in references(other)}:
            users[name].append(site.type_link(TYPES, other.name))
    sides = Counter(message.text for message in site.protocol.messages())
    for message in site.protocol.messages():
        link = site.message_link(TYPES, message)
        if sides[message.text] > 1:
            link = Markdown(f"{link} ({ARROWS[message.direction]})")
        shape = message.payload
        for name in {reference.name for reference in references(shape)} if shape else ():
            users[name].append(link)
    return users
