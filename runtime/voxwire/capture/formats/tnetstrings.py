"""Typed netstrings, in which mitmproxy writes flows: ``LENGTH:PAYLOAD`` and a character that says what it is.

Nothing is decoded that nobody asks for: a dictionary is walked over by the lengths of what is in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

Buffer: TypeAlias = "bytes | mmap"
Scalar: TypeAlias = str | bytes | int | float | bool | None

_LENGTH: Final = re.compile(rb"(\d{1,12}):")
_LONGEST_NUMBER: Final = 40
"""Characters of a number: a double has fewer."""

_MOST_MEMBERS: Final = 1000
"""Members of a dictionary; a flow has 20."""

_DICT: Final = ord("}")
_LIST: Final = ord("]")
_BYTES: Final = ord(",")
_TEXT: Final = ord(";")


class TnetstringError(ValueError):
    """What stands at the byte `position` is none."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(f"{why} at byte {position}")
        self.position: Final = position


class Element(NamedTuple):
    """Where a value stands, without its length and its last character, which is `tag`."""

    start: int
    end: int
    tag: int

    @property
    def is_dict(self) -> bool:
        return self.tag == _DICT

    @property
    def is_list(self) -> bool:
        return self.tag == _LIST


def element(data: Buffer, position: int, end: int) -> Element:
    """The value that begins at `position`. Raises TnetstringError where there is none, or where it does not
    end before `end`."""
    header = _LENGTH.match(data, position, end)
    if header is None:
        raise TnetstringError(position, "no length")
    start = header.end()
    stop = start + int(header[1])
    if stop >= end:
        raise TnetstringError(position, "a length that is too large")
    return Element(start, stop, data[stop])


def elements(data: Buffer, within: Element) -> Iterator[Element]:
    """The values in a list, or the keys and values in a dictionary."""
    position = within.start
    while position < within.end:
        found = element(data, position, within.end)
        yield found
        position = found.end + 1


def members(data: Buffer, within: Element) -> dict[str, Element]:
    """The values in a dictionary by their keys. Raises TnetstringError where it is none."""
    if not within.is_dict:
        raise TnetstringError(within.start, "no dictionary")
    found: dict[str, Element] = {}
    each = elements(data, within)
    for key in each:
        if len(found) == _MOST_MEMBERS:
            raise TnetstringError(key.start, "too many keys")
        value = next(each, None)
        if value is None:
            raise TnetstringError(key.start, "a key without a value")
        found[str(bytes(data[key.start : key.end]), "utf-8", "replace")] = value
    return found


def scalar(data: Buffer, where: Element) -> Scalar:
    """A value that holds no others. Raises TnetstringError for one that is none."""
    content = data[where.start : where.end]
    tag = chr(where.tag)
    try:
        if where.tag == _BYTES:
            return content
        if where.tag == _TEXT:
            return content.decode()
        if tag in "#^" and len(content) <= _LONGEST_NUMBER:
            return int(content) if tag == "#" else float(content)
    except ValueError as error:
        raise TnetstringError(where.start, "a value that is none") from error
    if tag == "!" and content in (b"true", b"false"):
        return content == b"true"
    if tag == "~" and not content:
        return None
    raise TnetstringError(where.start, "a value of no known type")
