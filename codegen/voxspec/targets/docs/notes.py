"""The disagreements page: every place where published pages and the wire differ, with links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxspec.model import Message, Protocol, PublishedName, Record
from voxspec.targets.docs.markdown import Markdown, NameLink, anchor, code, listing, prose
from voxspec.targets.docs.site import (
    CLOSE_CODES,
    DIRECTIONS,
    DISAGREEMENTS,
    INDEX,
    PERMISSIONS,
    SESSION,
    Site,
    area_title,
)


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that published pages describe differently, and how."""

    link: Markdown
    remarks: list[Markdown]


def disagreements_page(site: Site) -> dict[str, object]:
    """What the template of the disagreements page needs; its groups are empty when all agree."""
    return {
        "index": site.page(DISAGREEMENTS, INDEX),
        "groups": [(title, places) for title, places in _groups(site) if places],
    }


def _groups(site: Site) -> Iterator[tuple[Markdown, list[Place]]]:
    protocol = site.protocol
    link = site.names(DISAGREEMENTS)
    yield Markdown("Frames"), _frames(site, link)
    page = site.page(DISAGREEMENTS, SESSION)
    yield (
        Markdown("Session"),
        [
            Place(anchor(prose(rule.title), page), list(_note(rule.note, link)))
            for rule in protocol.session.rules
            if rule.note is not None
        ],
    )
    page = site.page(DISAGREEMENTS, INDEX, "limits")
    yield (
        Markdown("Limits"),
        [
            Place(anchor(code(limit.constant), page), list(_note(limit.note, link)))
            for limit in protocol.limits
            if limit.note is not None
        ],
    )
    for area in (area for side in DIRECTIONS for area in protocol.areas_of(side)):
        places = [
            Place(site.message_link(DISAGREEMENTS, message), remarks)
            for message in area.messages
            if (remarks := list(_message_remarks(site, message)))
        ]
        yield prose(area_title(area)), places
    types = [
        Place(site.type_link(DISAGREEMENTS, named.name), remarks)
        for named in protocol.types
        if (remarks := [*_note(named.note, link), *_record_remarks(named, link)])
    ]
    yield Markdown("Types"), types
    yield Markdown("Close codes"), _close_codes(protocol, site, link)
    page = site.page(DISAGREEMENTS, PERMISSIONS)
    permissions = [
        Place(anchor(code(permission.name), page), list(_note(permission.note, link)))
        for permission in protocol.permissions
        if permission.note is not None
    ]
    yield Markdown("Permissions"), permissions


def _frames(site: Site, link: NameLink) -> list[Place]:
    envelope = site.protocol.envelope
    remarks = [
        *_note(envelope.note, link),
        *(
            Markdown(f"{code(further.field.name)}: {prose(further.field.note, link)}")
            for further in envelope.further
            if further.field.note is not None
        ),
    ]
    target = site.page(DISAGREEMENTS, INDEX, "frames")
    return [Place(anchor(Markdown("Frames"), target), remarks)] if remarks else []


def _close_codes(protocol: Protocol, site: Site, link: NameLink) -> list[Place]:
    page = site.page(DISAGREEMENTS, CLOSE_CODES)
    return [
        Place(anchor(code(f"{entry.code} {entry.name}"), page), list(_note(entry.note, link)))
        for entry in protocol.close_codes
        if entry.note is not None
    ]


def _message_remarks(site: Site, message: Message) -> Iterator[Markdown]:
    link = site.names(DISAGREEMENTS, message)
    yield from _note(message.note, link)
    yield from _published(message.published, link)
    if isinstance(message.payload, Record):
        yield from _record_remarks(message.payload, link)


def _record_remarks(named: object, link: NameLink) -> Iterator[Markdown]:
    if not isinstance(named, Record):
        return
    yield from _published(named.published, link)
    for field in named.fields:
        if field.note is not None:
            yield Markdown(f"{code(field.name)}: {prose(field.note, link)}")
    nulls = [
        code(field.name) for field in named.fields if field.published_null and field.note is None
    ]
    if nulls:
        verb = "is" if len(nulls) == 1 else "are"
        yield Markdown(f"{listing(nulls)} {verb} null on published pages, absent on the wire.")


def _published(entries: tuple[PublishedName, ...], link: NameLink) -> Iterator[Markdown]:
    """What published names are really; then those that do not exist."""
    renamed = [
        Markdown(f"{code(entry.name)} is really {code(entry.wire)}")
        for entry in entries
        if entry.wire is not None
    ]
    if renamed:
        yield Markdown(f"{listing(renamed)}.")
    for envelope, where in ((False, "payload"), (True, "frame")):
        names = [code(e.name) for e in entries if e.wire is None and e.envelope is envelope]
        if names:
            verb = "does" if len(names) == 1 else "do"
            yield Markdown(f"{listing(names)} {verb} not exist in the {where}.")
    for entry in entries:
        if entry.note is not None:
            yield Markdown(f"{code(entry.name)}: {prose(entry.note, link)}")


def _note(note: str | None, link: NameLink) -> Iterator[Markdown]:
    if note is not None:
        yield prose(note, link)
