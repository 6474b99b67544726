"""Where everything of the documents is: the path of each page and the anchor of each heading."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import quote

from voxspec.model import (
    Area,
    Direction,
    Enum,
    Flags,
    Message,
    NamedDefinition,
    Page,
    Protocol,
    Record,
    Scalar,
    Union,
    naming,
)
from voxspec.targets.docs.markdown import Markdown, NameLink, anchor, code, slugs

DIRECTIONS: tuple[Direction, Direction] = ("server", "client")
ARROWS: dict[Direction, str] = {"server": "server → client", "client": "client → server"}

INDEX = "index.md"
TYPES = "types.md"
ENDPOINT = "endpoint.md"
SESSION = "session.md"
CLOSE_CODES = "close-codes.md"
PERMISSIONS = "permissions.md"
DISAGREEMENTS = "disagreements.md"

TYPES_TITLE = "Types"
INTEGERS_TITLE = "Integers"
TYPE_SECTIONS: tuple[tuple[str, type[NamedDefinition]], ...] = (
    ("Scalars", Scalar),
    ("Enums", Enum),
    ("Flags", Flags),
    ("Records", Record),
    ("Unions", Union),
)


class Site:
    """Addresses of messages and types; paths are relative to the documents' folder."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self._root = f"/docs/{protocol.module}"
        self.messages: dict[tuple[Direction, str], tuple[str, str]] = {}
        for area in protocol.areas:
            headings = [area_title(area), *(heading(message) for message in area.messages)]
            for message, slug in zip(area.messages, slugs(headings)[1:], strict=True):
                self.messages[area.direction, message.text] = (area_path(area), slug)
        self.pages = {permission.name: PERMISSIONS for permission in protocol.permissions}
        for entry in protocol.close_codes:
            self.pages |= {entry.name: CLOSE_CODES, str(entry.code): CLOSE_CODES}
        outline = list(types_outline(protocol))
        anchors = slugs(heading for heading, _ in outline)
        pairs = zip(outline, anchors, strict=True)
        self.types = {heading: slug for (heading, is_type), slug in pairs if is_type}

    def page(self, source: str, target: str, fragment: str = "") -> Markdown:
        """The address of ``target`` as seen from the page ``source``."""
        if target == source and fragment:
            return Markdown(f"#{fragment}")
        here = posixpath.dirname(posixpath.join(self._root, source))
        path = quote(posixpath.relpath(posixpath.join(self._root, target), here))
        return Markdown(f"{path}#{fragment}" if fragment else path)

    def message(self, source: str, direction: Direction, kind: str) -> Markdown:
        """The address of a message, as seen from ``source``."""
        return self.page(source, *self.messages[direction, kind])

    def message_link(self, source: str, message: Message) -> Markdown:
        """A link to a message that shows its name."""
        return anchor(label(message), self.message(source, message.direction, message.text))

    def type_link(self, source: str, name: str) -> Markdown:
        """A link to a named type that shows its name."""
        return anchor(code(name), self.page(source, TYPES, self.types[name]))

    def names(self, source: str, message: Message | None = None) -> NameLink:
        """Links from names in prose: messages, permissions and close codes.

        It must be clear which message is meant: inside the text about ``message`` its own name is
        no link, and a name of both directions means the message of the same one.
        """

        def link(word: str) -> str | None:
            if word in self.pages:
                return self.page(source, self.pages[word]) if self.pages[word] != source else None
            found: list[Direction] = [side for side in DIRECTIONS if (side, word) in self.messages]
            if message is not None and message.direction in found:
                found = [message.direction]
                if word == message.text:
                    return None
            return self.message(source, found[0], word) if len(found) == 1 else None

        return link


def heading(message: Message) -> str:
    """The text of a message's heading: its type, with its name where that says more."""
    if not message.text.strip():
        return message.name
    says_more = isinstance(message.type, int) and message.name != naming.message(message.type)
    return f"{message.text} {message.name}" if says_more else message.text


def label(message: Message) -> Markdown:
    """The same as code, for headings and links."""
    return code(heading(message))


def area_path(area: Area) -> str:
    """``server/messages.md``."""
    return f"{area.direction}/{area.name}.md"


def page_path(page: Page) -> str:
    """``pages/capture-format.md``."""
    return f"pages/{page.name.replace('_', '-')}.md"


def area_title(area: Area) -> str:
    """The heading of an area's page, which says the direction too."""
    return f"{area.title} ({ARROWS[area.direction]})"


def types_outline(protocol: Protocol) -> Iterator[tuple[str, bool]]:
    """The headings of the types page in order, each with whether it is a type's name."""
    yield TYPES_TITLE, False
    yield INTEGERS_TITLE, False
    for title, kind in TYPE_SECTIONS:
        named = types_of(protocol, kind)
        if named:
            yield title, False
            yield from ((definition.name, True) for definition in named)


def types_of(protocol: Protocol, kind: type[NamedDefinition]) -> list[NamedDefinition]:
    """The named types of a kind in schema order."""
    return [definition for definition in protocol.types if isinstance(definition, kind)]
