"""pcap files, as tcpdump writes them: a header of 24 bytes, and 16 before each packet.

The magic tells the byte order and whether times count micro- or nanoseconds.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Final

from voxwire.capture.packets.byte_window import ByteWindow
from voxwire.capture.packets.packet import LONGEST_PACKET, Damage, Packet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAGICS: Final = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1e-6, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9, 16),
    b"\x34\xcd\xb2\xa1": ("<", 1e-6, 24),
    b"\xa1\xb2\xcd\x34": (">", 1e-6, 24),
}
"""By the first four bytes: byte order, unit of the fraction, and size of what stands before a packet, which
the last two have more of (a patch of Alexey Kuznetsov)."""

PCAP_MAGICS: Final = tuple(_MAGICS)

_HEADER: Final = 24
_LINK_TYPE: Final = 0xFFFF
"""The other bits of the field say whether frames end with a checksum."""

_SEARCHED: Final = 1 << 22
"""Bytes behind damage that are searched for a packet."""

_A_DAY: Final = 86_400


def read_pcap(blocks: Iterable[bytes]) -> Iterator[Packet | Damage]:
    """The packets of a file, in order; where it is damaged, those before and behind that."""
    window = ByteWindow(blocks)
    if not window.has(_HEADER):
        yield Damage("the file ends within its header")
        return
    order, unit, before = _MAGICS[window.data[:4]]
    (link,) = struct.unpack_from(f"{order}I", window.data, 20)
    link &= _LINK_TYPE
    window.at = _HEADER
    record = struct.Struct(f"{order}IIII")
    unpack = record.unpack_from
    number = 0
    seconds = 0
    while window.has(before):
        at, data = window.at, window.data
        end = len(data)
        while at + before <= end:
            time, fraction, size, original = unpack(data, at)
            stop = at + before + size
            if size > LONGEST_PACKET or stop > end:
                break
            seconds = time
            number += 1
            yield Packet(number, time + fraction * unit, link, data[at + before : stop], original)
            at = stop
        window.at = at
        if not window.has(before):
            break
        time, fraction, size, original = unpack(window.data, window.at)
        if size <= LONGEST_PACKET:
            if not window.has(before + size):
                yield _cut_off(number + 1)
                return
            continue
        where = window.place
        if not _find_packet(window, record, before, seconds):
            yield Damage(f"packet {number + 1} is damaged, at byte {where}, and so is what follows")
            return
        yield Damage(
            f"packet {number + 1} is damaged: {window.place - where} bytes from byte {where} on are no packet"
        )
    if window.has(1):
        yield _cut_off(number + 1)


def _cut_off(number: int) -> Damage:
    return Damage(
        f"packet {number} is not all there: the file ends within it",
        "the capture was cut off, or is still being written; what stands before that was read",
    )


def _find_packet(window: ByteWindow, record: struct.Struct, before: int, seconds: int) -> bool:
    """Go on to the next place where two packets seem to follow each other; whether there is one."""
    window.at += 1
    searched = 0
    likely, ahead = _like(record.format[:1], seconds)
    while searched < _SEARCHED and window.has(before):
        window.has(2 * (before + LONGEST_PACKET))
        data, first = window.data, window.at
        for found in likely.finditer(data, first + ahead):
            at = found.start() - ahead
            if _are_packets(data, at, record, before, seconds):
                window.at = at
                return True
        window.at = max(first + 1, len(data) - before + 1)
        searched += window.at - first
    return False


def _like(order: str, seconds: int) -> tuple[re.Pattern[bytes], int]:
    """What the higher bytes of times look like that are a day from `seconds` at most, and where in a time
    they stand."""
    if not seconds:
        return re.compile(b""), 0
    days = range(max(0, seconds - _A_DAY) >> 16, min(seconds + _A_DAY, 0xFFFFFFFF) + 1 >> 16)
    values = {seconds >> 16, *days, min(seconds + _A_DAY, 0xFFFFFFFF) >> 16}
    texts = (re.escape(struct.pack(f"{order}H", value)) for value in values)
    return re.compile(b"(?=%s)" % b"|".join(texts), re.DOTALL), 2 if order == "<" else 0


def _are_packets(data: bytes, at: int, record: struct.Struct, before: int, seconds: int) -> bool:
    """Whether a packet seems to begin at `at`, within a day of the last one before, and another behind it."""
    for _ in range(2):
        if at == len(data):
            return True
        if at + before > len(data):
            return False
        time, fraction, size, original = record.unpack_from(data, at)
        if not (
            0 < size <= min(original, LONGEST_PACKET)
            and original <= LONGEST_PACKET
            and (not seconds or abs(time - seconds) <= _A_DAY)
            and fraction < 1_000_000_000
        ):
            return False
        at += before + size
    return at <= len(data)
