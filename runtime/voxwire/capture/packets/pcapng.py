"""pcapng files, as Wireshark and dumpcap write them: blocks with their length before and behind.

Sections, of either byte order, describe interfaces, each with its link layer and its unit of time.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.capture.packets.byte_window import ByteWindow
from voxwire.capture.packets.packet import LONGEST_PACKET, Damage, Packet, Secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PCAPNG_MAGIC: Final = b"\x0a\x0d\x0d\x0a"

_SECTION: Final = 0x0A0D0D0A
_INTERFACE: Final = 1
_OLD_PACKET: Final = 2
_SIMPLE_PACKET: Final = 3
_PACKET: Final = 6
_SECRETS: Final = 10

_ORDERS: Final = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}

_AROUND: Final = 12
"""Bytes of a block around its body: type, length, and the length again."""

_TICKS: Final = 9
_OFFSET: Final = 14
_END: Final = 0
"""Options of interfaces (if_tsresol, if_tsoffset), and what ends them."""

_LONGEST_BLOCK: Final = LONGEST_PACKET + (1 << 20)
"""Bytes of a block that are held at most: a packet, and its options."""

_LONG: Final = (4, 9, _SECRETS, 0xBAD, 0x40000BAD)
"""Blocks that may be longer, of which only the type counts: names, logs, keys, and what is of one tool."""

_LIKE: Final = {
    "<": re.compile(rb"(?=[\x01-\x0a]\0\0\0|\x0a\x0d\x0d\x0a)", re.DOTALL),
    ">": re.compile(rb"(?=\0\0\0[\x01-\x0a]|\x0a\x0d\x0d\x0a)", re.DOTALL),
}
"""What blocks begin with, by the byte order."""

_SEARCHED: Final = 1 << 22
"""Bytes behind damage that are searched for a block."""

_CUT_OFF: Final = (
    "the capture was cut off, or is still being written; what stands before that was read"
)


class _Interface(NamedTuple):
    link: int
    most: int
    """Bytes that it keeps of a packet, 0 for all (snaplen)."""
    ticks: int
    """In a second."""
    offset: int
    """Seconds to add to its times."""


def read_pcapng(blocks: Iterable[bytes]) -> Iterator[Packet | Damage | Secrets]:
    """The packets of a file, in order; where it is damaged, those before and behind that."""
    return _Reader(ByteWindow(blocks)).parts()


class _Reader:
    def __init__(self, window: ByteWindow) -> None:
        self._window: Final = window
        self._number = 0
        self._use("<")

    def _use(self, order: str) -> None:
        """A section with this byte order begins."""
        self._order = order
        self._length = struct.Struct(f"{order}I").unpack_from
        self._start = struct.Struct(f"{order}II").unpack_from
        self._enhanced = struct.Struct(f"{order}IIIII").unpack_from
        self._old = struct.Struct(f"{order}HHIIII").unpack_from
        self._interfaces: list[_Interface] = []

    def parts(self) -> Iterator[Packet | Damage | Secrets]:
        """All that there is in the file."""
        window = self._window
        while window.has(_AROUND):
            kind, length = self._start(window.data, window.at)
            if kind == _SECTION and window.has(_AROUND + 4):
                order = _ORDERS.get(window.data[window.at + 8 : window.at + 12])
                if order is not None:
                    self._use(order)
                    kind, length = self._start(window.data, window.at)
            if length > _LONGEST_BLOCK and kind in _LONG and not length % 4:
                if kind == _SECRETS:
                    yield Secrets()
                if window.skip(length):
                    continue
                yield self._cut_off()
                return
            if self._is_block(length):
                at = window.at
                window.at += length
                yield from self._block(kind, window.data, at + 8, at + length - 4)
                continue
            where, size = window.place, len(window.data) - window.at
            if self._find_block():
                count = window.place - where
                yield Damage(
                    f"a block behind packet {self._number} is damaged: {count} bytes from byte {where} on are no "
                    "block"
                )
            elif length >= _AROUND and not length % 4 and size < length <= _LONGEST_BLOCK:
                yield self._cut_off()
                return
            else:
                yield Damage(
                    f"a block behind packet {self._number} is damaged, at byte {where}, and so is what follows"
                )
                return
        if window.has(1):
            yield self._cut_off()

    def _cut_off(self) -> Damage:
        return Damage(f"the file ends within a block behind packet {self._number}", _CUT_OFF)

    def _is_block(self, length: int) -> bool:
        """Whether a block of this length begins here, as it says at its end as well."""
        if length < _AROUND or length % 4 or length > _LONGEST_BLOCK:
            return False
        window = self._window
        if not window.has(length):
            return False
        (again,) = self._length(window.data, window.at + length - 4)
        return bool(again == length)

    def _find_block(self) -> bool:
        """Go on to the next place where a block seems to be; whether there is one."""
        window = self._window
        window.at += 1
        searched = 0
        while searched < _SEARCHED and window.has(_AROUND):
            window.has(_LONGEST_BLOCK)
            data, first = window.data, window.at
            last = len(data) - _AROUND
            for found in _LIKE[self._order].finditer(data, first):
                at = found.start()
                if at > last:
                    break
                _, length = self._start(data, at)
                if _AROUND <= length <= last + _AROUND - at and not length % 4:
                    (again,) = self._length(data, at + length - 4)
                    if again == length:
                        window.at = at
                        return True
            window.at = last + 1
            searched += window.at - first
        return False

    def _block(
        self, kind: int, data: bytes, at: int, end: int
    ) -> Iterator[Packet | Damage | Secrets]:
        """What the block means whose body goes from `at` to `end`."""
        if kind == _PACKET:
            if end - at >= 20:
                interface, high, low, size, original = self._enhanced(data, at)
                yield self._packet(interface, high << 32 | low, data, at + 20, end, size, original)
        elif kind == _INTERFACE:
            if end - at >= 8:
                self._interfaces.append(self._interface(data, at, end))
        elif kind == _SIMPLE_PACKET:
            if end - at >= 4:
                (original,) = self._length(data, at)
                most = self._interfaces[0].most if self._interfaces else 0
                size = min(original, end - at - 4, most or original)
                yield self._packet(0, None, data, at + 4, end, size, original)
        elif kind == _OLD_PACKET:
            if end - at >= 20:
                interface, _drops, high, low, size, original = self._old(data, at)
                yield self._packet(interface, high << 32 | low, data, at + 20, end, size, original)
        elif kind == _SECRETS:
            yield Secrets()

    def _packet(
        self,
        interface: int,
        ticks: int | None,
        data: bytes,
        at: int,
        end: int,
        size: int,
        original: int,
    ) -> Packet | Damage:
        self._number += 1
        if interface >= len(self._interfaces):
            return Damage(
                f"packet {self._number} is of interface {interface}, which is not described"
            )
        if size > end - at:
            return Damage(f"packet {self._number} is damaged: it is longer than its block")
        of = self._interfaces[interface]
        ts = None if ticks is None else ticks / of.ticks + of.offset
        return Packet(self._number, ts, of.link, data[at : at + size], original)

    def _interface(self, data: bytes, at: int, end: int) -> _Interface:
        """The description of an interface, which goes from `at` to `end`."""
        link, _reserved, most = struct.unpack_from(f"{self._order}HHI", data, at)
        ticks, offset = 1_000_000, 0
        at += 8
        while at + 4 <= end:
            option, size = struct.unpack_from(f"{self._order}HH", data, at)
            at += 4
            if option == _END or at + size > end:
                break
            if option == _TICKS and size == 1:
                power = data[at] & 0x7F
                ticks = 2**power if data[at] & 0x80 else 10 ** min(power, 40)
            elif option == _OFFSET and size == 8:
                (offset,) = struct.unpack_from(f"{self._order}q", data, at)
            at += size + -size % 4
        return _Interface(link, most, ticks, offset)
