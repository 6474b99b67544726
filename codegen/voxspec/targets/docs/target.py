"""The docs target: a Markdown reference of the whole protocol, with links between its pages."""

from __future__ import annotations

import functools

import jinja2

from voxspec.model import Page, Protocol
from voxspec.output.render import header
from voxspec.output.templates import environment
from voxspec.targets.docs.markdown import Markdown, prose
from voxspec.targets.docs.messages import area_page
from voxspec.targets.docs.notes import disagreements_page
from voxspec.targets.docs.overview import (
    close_codes_page,
    endpoint_page,
    index_page,
    permissions_page,
)
from voxspec.targets.docs.session import session_page
from voxspec.targets.docs.site import (
    CLOSE_CODES,
    DISAGREEMENTS,
    ENDPOINT,
    INDEX,
    PERMISSIONS,
    SESSION,
    TYPES,
    Site,
    area_path,
    page_path,
)
from voxspec.targets.docs.types import types_page


def plan(protocol: Protocol) -> dict[str, str]:
    """The files of this target: path below ``generated/`` to text.

    A page about something that the protocol does not have, such as permissions, is left out.
    """
    site = Site(protocol)
    pages = {INDEX: ("index", index_page(site))}
    if protocol.endpoint is not None or protocol.session.compression is not None:
        pages[ENDPOINT] = ("endpoint", endpoint_page(site))
    if protocol.session.is_stated:
        pages[SESSION] = ("session", session_page(site))
    if protocol.close_codes:
        pages[CLOSE_CODES] = ("close_codes", close_codes_page(site))
    if protocol.permissions:
        pages[PERMISSIONS] = ("permissions", permissions_page(site))
    for area in protocol.areas:
        pages[area_path(area)] = ("area", area_page(site, area))
    pages[TYPES] = ("types", types_page(site))
    for page in protocol.pages:
        pages[page_path(page)] = ("page", _prose_page(site, page))
    disagreements = disagreements_page(site)
    if disagreements["groups"]:
        pages[DISAGREEMENTS] = ("disagreements", disagreements)

    first_line = Markdown(f"<!-- {header(f'{protocol.folder}/')} -->")
    templates = _templates()
    files = {}
    for path, (name, context) in pages.items():
        text = templates.get_template(f"{name}.md.j2").render(context, header=first_line)
        files[f"docs/{protocol.module}/{path}"] = text.rstrip("\n") + "\n"
    return files


@functools.cache  # what it has compiled is of use to the next protocol, too
def _templates() -> jinja2.Environment:
    return environment("docs").overlay(finalize=_shown)


def _prose_page(site: Site, page: Page) -> dict[str, object]:
    """A page whose body is Markdown already, written by the schema's authors."""
    return {
        "index": site.page(page_path(page), INDEX),
        "title": prose(page.title),
        "body": Markdown(page.body.strip()),
    }


def _shown(value: object) -> str:
    """What a template prints for a value: text is escaped unless it is Markdown already."""
    return value if isinstance(value, Markdown) else prose(str(value))
