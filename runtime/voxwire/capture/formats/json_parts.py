"""Parts of a large JSON text: the items of an array a few at a time, and what is whole in a damaged one.

Nothing here holds more than a few items, and what is not looked at becomes no object.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeAlias, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

Buffer: TypeAlias = "bytes | mmap | memoryview"
ItemT = TypeVar("ItemT")

READ_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding may raise, whatever the text is."""

_GROUP: Final = 65_536
"""Bytes of items that are decoded together: 2.5 million small items a second, twice as many as one by
one, and few enough to stay in cache."""

_MOST: Final = 1 << 26
"""Bytes in which an end of an item must be found; no message is as long."""

_MOST_ATTEMPTS: Final = 200
"""How often the next item is looked for behind one damage, each time up to the end of the text."""

_BETWEEN_OBJECTS: Final = re.compile(rb'\}\s*,\s*(\{)\s*"')
"""Where an item may end. It does if what stands before it is JSON: inside a text or an inner object that
would be cut off."""

_STRING: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TOKEN: Final = re.compile(rb'[^"\[\]{}]*+(?:' + _STRING + rb'|([\[{])|([\]}])|("))', re.DOTALL)
_FLAT: Final = re.compile(rb'\{[^"\[\]{}]*+(?:' + _STRING + rb'[^"\[\]{}]*+)*+\}', re.DOTALL)
"""An object that holds no other one."""
_SCALAR: Final = re.compile(rb"(?:" + _STRING + rb'|[^\s",:\[\]{}]++)', re.DOTALL)
_SEPARATOR: Final = re.compile(rb"\s*+,?\s*+")
_KEY: Final = re.compile(rb"\s*+,?\s*+(" + _STRING + rb")\s*+:\s*+", re.DOTALL)
_AT_BYTE: Final = re.compile(r"\(byte (\d{1,18})\)$")


class Unreadable(NamedTuple):
    """An item that is not as it must be, and why."""

    reason: str


class ItemReader(Generic[ItemT]):
    """Reads the items of arrays as objects of a class."""

    def __init__(self, item: type[ItemT]) -> None:
        self._many: Final = msgspec.json.Decoder(list[item]).decode  # type: ignore[valid-type]
        self._one: Final = msgspec.json.Decoder(item).decode

    def groups(
        self, data: memoryview, start: int = 1, end: int | None = None
    ) -> Iterator[list[ItemT | Unreadable]]:
        """The items of an array, some at a time: what stands between its brackets, which are the first
        byte of `data` and the last one unless it is said. Where it is damaged, it goes on behind that."""
        position, end = separator_end(data, start), len(data) - 1 if end is None else end
        size = _GROUP
        while position < end:
            found = _BETWEEN_OBJECTS.search(data, min(position + size, end), end)
            cut = end if found is None else found.start() + 1
            group = None
            if cut - position <= _MOST:
                group = self._group(b"".join((b"[", data[position:cut], b"]")))
                if group is None and found is not None:
                    size = max(cut - position, size) * 2
                    continue
            if group is None:
                yield from self._one_by_one(data, position, end)
                return
            yield group
            size = _GROUP
            position = separator_end(data, cut)

    def _one_by_one(
        self, data: memoryview, start: int, end: int
    ) -> Iterator[list[ItemT | Unreadable]]:
        position = start
        is_behind_damage = False
        while (position := separator_end(data, position)) < end:
            stop = value_end(data, position, end)
            if stop is not None:
                item = self.one(data[position:stop])
                yield [item]
                is_behind_damage = isinstance(item, Unreadable)
                position = stop
                continue
            following = self.next_item(data, position, end)
            up_to = end if following is None else following
            if not is_behind_damage:  # else it is what is left of that
                yield [Unreadable(f"what stands between byte {position} and {up_to} is damaged")]
            if following is None:
                return
            position = following

    def next_item(self, data: memoryview, start: int, end: int) -> int | None:
        """Where the next item begins that can be read."""
        position = start
        for _ in range(_MOST_ATTEMPTS):
            found = _BETWEEN_OBJECTS.search(data, position, end)
            if found is None:
                return None
            begins = found.start(1)
            stop = value_end(data, begins, end)
            if stop is not None and not isinstance(self.one(data[begins:stop]), Unreadable):
                return begins
            position = found.start() + 1
        return None

    def one(self, item: Buffer) -> ItemT | Unreadable:
        """One item."""
        try:
            return self._one(item)
        except READ_ERRORS as error:
            return Unreadable(reason(error))

    def _group(self, array: bytes) -> list[ItemT | Unreadable] | None:
        """The items of a small array; None where it is no JSON."""
        try:
            return list(self._many(array))
        except READ_ERRORS:
            pass
        try:
            return [self.one(item) for item in _raw_items(array)]
        except READ_ERRORS:
            return None


_raw_items: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


def reason(error: Exception) -> str:
    """Why something was not decoded, as it stands in a message."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    text = str(error).removeprefix("JSON is malformed: ").replace("Input data was", "it is")
    return text[:1].lower() + text[1:]


def damaged_at(error: Exception, size: int) -> int:
    """The byte at which a text of `size` bytes was found to be no JSON; its end where it is cut off."""
    found = _AT_BYTE.search(str(error))
    if found is None:
        return size
    return min(int(found[1]) - ("trailing characters" in str(error)), size)


def value_end(data: Buffer, start: int, end: int) -> int | None:
    """Where the value ends that begins at `start`; None where it is cut off. Only quotes and brackets
    are looked at: what has an end may be damaged all the same."""
    first = data[start : start + 1]
    if first not in (b"{", b"["):
        scalar = _SCALAR.match(data, start, end)
        return None if scalar is None else scalar.end()
    flat = _FLAT.match(data, start, end)
    if flat is not None:
        return flat.end()
    depth = 0
    position = start
    while True:
        token = _TOKEN.match(data, position, end)
        if token is None or token[3]:
            return None
        position = token.end()
        if token[1]:
            depth += 1
        elif token[2]:
            depth -= 1
            if not depth:
                return position


def whole_items(data: Buffer, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of the items of an array, of which the first begins at `start`, up to the end of the
    array or to where it is cut off."""
    position = start
    while True:
        position = _SEPARATOR.match(data, position, end).end()  # type: ignore[union-attr]
        stop = None if position >= end else value_end(data, position, end)
        if stop is None:
            return
        yield position, stop
        position = stop


class Member(NamedTuple):
    """A member of an object: its key, and where its value stands; one that is cut off has no end."""

    key: bytes
    start: int
    end: int | None


def member(data: Buffer, position: int, end: int) -> Member | None:
    """The member of an object that begins at `position`, with the comma before it; None where there is
    none."""
    found = _KEY.match(data, position, end)
    if found is None:
        return None
    return Member(found[1][1:-1], found.end(), value_end(data, found.end(), end))


def separator_end(data: Buffer, start: int) -> int:
    """Where the white space and the comma end that stand between two items."""
    return _SEPARATOR.match(data, start).end()  # type: ignore[union-attr]
