"""What can be read of a HAR that is no JSON: it is cut off, or bytes of it were destroyed.

Its entries are read one by one. Of the one that is damaged, the messages before the damage are read, and
those behind it; if that cannot be, the next entry that is whole is looked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

from voxwire.capture.events import BadLine, Place
from voxwire.capture.formats.har_entries import (
    KEYS,
    MESSAGES,
    Entry,
    Rest,
    entry_of,
    entry_of_parts,
)
from voxwire.capture.formats.har_messages import READER
from voxwire.capture.formats.json_parts import (
    READ_ERRORS,
    damaged_at,
    member,
    reason,
    separator_end,
    value_end,
    whole_items,
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

_KNOWN_KEY: Final = re.compile(rb'"(?:' + rb"|".join(sorted(KEYS)) + rb')"\s*:\s*[\[{"]')

_MOST_LOOKED_AT: Final = 10
"""How many times the size of the file is looked at when the next entry is searched behind a damage."""


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
            following = _next_entry(view, at)
            left = _left_of(view, position, at, following or len(view))
            is_alone = left.end is not None and _follows(view, left.end, following)
            what = _damaged(data, at)
            is_said = left.rest is not None or not is_alone
            entry = left.entry(place, () if is_said else (f"it is {what}",))
            if entry is not None:
                yield entry
            if entry is None or not is_alone:
                yield _bad(f"{place} is {what}{'' if is_alone else _up_to(following)}")
            stop = left.end if is_alone else following
            if stop is None:
                return
            is_counted = is_counted and is_alone
        else:
            if entry is not None:
                yield entry
        position = len(view) if stop is None else stop


def _follows(data: memoryview, end: int, following: int | None) -> bool:
    """Whether nothing is lost between an entry that ends there and the next one."""
    behind = separator_end(data, end)
    return behind == following or (following is None and bytes(data[behind : behind + 1]) == b"]")


class _Left(NamedTuple):
    """What is left of an entry that is damaged."""

    parts: dict[bytes, memoryview]
    rest: Rest | None
    is_whole: bool
    """Whether its messages are."""
    end: int | None
    """Where it ends, if that is known."""

    def entry(self, place: Place, problems: tuple[str, ...]) -> Entry | None:
        return entry_of_parts(self.parts, self.rest, place, problems, is_whole=self.is_whole)


def _left_of(data: memoryview, start: int, damage: int, end: int) -> _Left:
    """What is left of the entry that begins at `start`. The next one begins at `end`."""
    parts: dict[bytes, memoryview] = {}
    rest: Rest | None = None
    is_whole = False
    position = start + 1
    while True:
        found = member(data, position, end)
        if found is None:
            behind = separator_end(data, position)
            is_closed = bytes(data[behind : behind + 1]) == b"}"
            return _Left(parts, rest, is_whole, behind + 1 if is_closed else None)
        key, begins, stop = found
        if stop is not None and not begins <= damage < stop:
            if key in KEYS:
                parts[key] = data[begins:stop]
                is_whole = is_whole or key == MESSAGES
            position = stop
            continue
        if key == MESSAGES:
            broken = damage if damage >= begins else end
            parts[key] = data[begins:broken]
            resumes = READER.next_item(data, broken, end)
            stop = None if resumes is None else _array_end(data, resumes, end)
            if resumes is not None and stop is not None:
                rest = Rest(broken, data[resumes : stop - 1])
        else:
            known = _KNOWN_KEY.search(data, max(damage, begins), end)
            stop = None if known is None else known.start()
        if stop is None:
            return _Left(parts, rest, is_whole, None)
        position = stop


def _array_end(data: memoryview, position: int, end: int) -> int | None:
    """Where the array ends of which an item begins at `position`."""
    for _, stop in whole_items(data, position, end):
        position = stop
    position = separator_end(data, position)
    return position + 1 if bytes(data[position : position + 1]) == b"]" else None


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
    budget = _MOST_LOOKED_AT * len(data)
    while budget > 0:
        found = _FIRST_KEY.search(data, position)
        if found is None:
            return None
        begins = found.start()
        stop = value_end(data, begins, len(data))
        try:
            _whole(data[begins:stop])
        except READ_ERRORS:
            budget -= (len(data) if stop is None else stop) - begins
            position = begins + 1
        else:
            return begins
    return None


def _damaged(data: Buffer, at: int) -> str:
    return f"cut off at byte {at}" if at >= len(data) else f"damaged at byte {at}"


def _up_to(position: int | None) -> str:
    return "" if position is None else f"; what stands before byte {position} is missing"


def _bad(message: str) -> BadLine:
    return BadLine(None, CAPTURE_PART_INVALID, message)
