"""What can be read of a HAR that is no JSON: it is cut off, or bytes of it were destroyed.

Its entries are read one by one. Of the one that is damaged, the messages before the damage are read;
behind it, the next entry that is whole is looked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from voxwire.capture.events import BadLine, Place
from voxwire.capture.formats.har_entries import Entry, damaged_entry, entry_of
from voxwire.capture.formats.json_parts import (
    READ_ERRORS,
    damaged_at,
    reason,
    separator_end,
    value_end,
)
from voxwire.errors import CaptureError
from voxwire.rules.capture_format import CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.formats.json_parts import Buffer

Read: TypeAlias = Entry | BadLine
"""A WebSocket, or what could not be read between two."""

_ENTRIES: Final = re.compile(rb'"entries"\s*:\s*\[')
_FIRST_KEY: Final = re.compile(
    rb'\{\s*"(?:startedDateTime|time|request|response|cache|timings|pageref|serverIPAddress|connection'
    rb'|comment|_[A-Za-z]{1,40})"\s*:'
)
"""How an entry may begin: with a key of HAR 1.2, or with one that a tool added."""

_MOST_ATTEMPTS: Final = 200
"""How often the next entry is looked for behind one damage, each time up to the end of the file."""


class _Whole(msgspec.Struct):
    """What tells an entry from other objects."""

    request: msgspec.Raw
    response: msgspec.Raw


_whole: Final = msgspec.json.Decoder(_Whole).decode
_any: Final = msgspec.json.Decoder(msgspec.Raw).decode


def unreadable(place: Place, error: Exception) -> BadLine:
    """The entry there is none at all."""
    return BadLine(None, CAPTURE_PART_INVALID, f"{place} cannot be read: {reason(error)}")


def entries_around_damage(data: Buffer, damage: int) -> Iterator[Read]:
    """The WebSockets of a file that is no JSON from the byte `damage` on, and what could not be read.

    Raises CaptureError when no entry is found.
    """
    found = _ENTRIES.search(data)
    if found is None:
        raise CaptureError(f"the HAR is {_damaged(data, damage)}, before its first entry")
    view = memoryview(data)
    position = found.end()
    if damage < position:
        yield _bad(f"the HAR is damaged at byte {damage}, before its entries")
    number = 0
    is_counted = True
    while True:
        position = separator_end(view, position)
        if bytes(view[position : position + 1]) in (b"]", b""):
            yield from _behind_entries(view, position)
            return
        number += 1
        place = Place("entry", number) if is_counted else Place("byte", position)
        stop = value_end(view, position, len(view))
        piece = view[position:stop]
        try:
            entry = entry_of(piece, place)
        except msgspec.ValidationError as error:
            yield unreadable(place, error)
        except READ_ERRORS as error:
            at = position + damaged_at(error, len(piece))
            following, is_alone = _following(view, at, stop)
            what = _damaged(data, at)
            problem = f"it is {what}; what stands behind that is missing" if is_alone else ""
            entry = damaged_entry(view, position, at, place, problem)
            if entry is not None:
                yield entry
            if entry is None or not is_alone:
                yield _bad(f"{place} is {what}{_up_to(following)}")
            if following is None:
                return
            is_counted = is_counted and is_alone
            stop = following
        else:
            if entry is not None:
                yield entry
        position = len(view) if stop is None else stop


def _following(data: memoryview, damage: int, stop: int | None) -> tuple[int | None, bool]:
    """Where it goes on behind an entry that is damaged and seems to end at `stop`, and whether nothing else
    is lost."""
    following = _next_entry(data, damage)
    if stop is None:
        return following, False
    behind = separator_end(data, stop)
    if following is None and bytes(data[behind : behind + 1]) == b"]":
        return behind, True
    return following, following == behind


def _behind_entries(data: memoryview, position: int) -> Iterator[BadLine]:
    """What is wrong behind the last entry."""
    start = b'{"log":{"entries":['
    rest = start + data[position:]
    try:
        _any(rest)
    except READ_ERRORS as error:
        at = position + damaged_at(error, len(rest)) - len(start)
        yield _bad(f"the HAR is {_damaged(data, at)}, behind its entries")


def _next_entry(data: memoryview, start: int) -> int | None:
    """Where the next entry begins that is whole."""
    position = start
    for _ in range(_MOST_ATTEMPTS):
        found = _FIRST_KEY.search(data, position)
        if found is None:
            return None
        closes = value_end(data, found.start(), len(data))
        try:
            _whole(data[found.start() : closes])
        except READ_ERRORS:
            position = found.start() + 1
        else:
            return found.start()
    return None


def _damaged(data: Buffer, at: int) -> str:
    return f"cut off at byte {at}" if at >= len(data) else f"damaged at byte {at}"


def _up_to(position: int | None) -> str:
    return "" if position is None else f"; what stands before byte {position} is missing"


def _bad(message: str) -> BadLine:
    return BadLine(None, CAPTURE_PART_INVALID, message)
