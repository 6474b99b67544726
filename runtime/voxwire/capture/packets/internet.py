"""IPv4 and IPv6: what of a packet is TCP, and datagrams that came in fragments."""

from __future__ import annotations

from typing import Final, NamedTuple

_TCP: Final = 6
_FRAGMENT: Final = 44
_AUTHENTICATION: Final = 51
_OPTIONS: Final = frozenset((0, 43, 60, 135, 139, 140))
"""Extension headers of IPv6 with their length in units of 8 bytes: hop-by-hop, routing, destination,
mobility, HIP, shim6."""
_MOST_HEADERS: Final = 16

_MOST_DATAGRAMS: Final = 256
"""Datagrams of which fragments are kept; of more, the oldest is forgotten."""
_LONGEST_DATAGRAM: Final = 65_535
_MOST_HELD: Final = 4 * _LONGEST_DATAGRAM
"""Bytes of fragments of one datagram, which may overlap; with more, it begins anew."""


class Segment(NamedTuple):
    """A TCP segment: from `start` to `end` in `data`, which may hold less of it. `addresses` are those of
    sender and receiver, one behind the other."""

    data: bytes
    addresses: bytes
    start: int
    end: int


class InternetLayer:
    """Takes IP packets, and gives TCP segments."""

    def __init__(self) -> None:
        self._datagrams: Final[dict[bytes, _Datagram]] = {}

    def segment(self, data: bytes, at: int, size: int) -> Segment | None:
        """What the IP packet is that begins at `at` in `data`; None where it is no TCP, or a fragment that is
        not the last one missing. `size` is the length of the packet on the wire, with all that is around
        it: padding does not count, only where offloading left lengths to the hardware."""
        if at >= len(data):
            return None
        version = data[at] >> 4
        if version == 4:
            return self._version_4(data, at, size)
        return self._version_6(data, at, size) if version == 6 else None

    def _version_4(self, data: bytes, at: int, size: int) -> Segment | None:
        header = (data[at] & 15) * 4
        if len(data) < at + 20 or header < 20 or data[at + 9] != _TCP:
            return None
        length = data[at + 2] << 8 | data[at + 3]
        end = at + length if length else size
        start = at + header
        if end < start:
            return None
        addresses = data[at + 12 : at + 20]
        place = (data[at + 6] & 0x3F) << 8 | data[at + 7]
        if not place:
            return Segment(data, addresses, start, end)
        offset, has_more = (place & 0x1FFF) * 8, bool(place & 0x2000)
        name = addresses + data[at + 4 : at + 6]
        whole = self._whole(name, data[start:end], end - start, offset, has_more=has_more)
        return None if whole is None else Segment(whole, addresses, 0, len(whole))

    def _version_6(self, data: bytes, at: int, size: int) -> Segment | None:
        if len(data) < at + 40:
            return None
        length = data[at + 4] << 8 | data[at + 5]
        end = at + 40 + length if length else size
        return self._behind(data[at + 6], data, data[at + 8 : at + 40], at + 40, end)

    def _behind(
        self, kind: int, data: bytes, addresses: bytes, at: int, end: int
    ) -> Segment | None:
        """What stands behind the extension headers, the first of them of `kind` and at `at`."""
        for _ in range(_MOST_HEADERS):
            if kind == _TCP:
                return Segment(data, addresses, at, end) if at <= end else None
            if len(data) < at + 8:
                return None
            if kind == _FRAGMENT:
                place = data[at + 2] << 8 | data[at + 3]
                if not place & 0xFFF9:  # a datagram in one fragment
                    kind, at = data[at], at + 8
                    continue
                name = addresses + data[at + 4 : at + 8]
                rest, size, offset = data[at + 8 : end], end - at - 8, place & 0xFFF8
                whole = self._whole(name, rest, size, offset, has_more=bool(place & 1))
                if whole is None:
                    return None
                kind, data, at, end = data[at], whole, 0, len(whole)
            elif kind in _OPTIONS:
                kind, at = data[at], at + 8 + data[at + 1] * 8
            elif kind == _AUTHENTICATION:
                kind, at = data[at], at + 8 + data[at + 1] * 4
            else:
                return None
        return None

    def _whole(
        self, name: bytes, data: bytes, size: int, offset: int, *, has_more: bool
    ) -> bytes | None:
        """The datagram of which a fragment of `size` bytes is the last one missing; None when it is not."""
        if len(data) < size or size <= 0 or offset + size > _LONGEST_DATAGRAM:
            return None
        datagram = self._datagrams.get(name)
        if datagram is None:
            if len(self._datagrams) >= _MOST_DATAGRAMS:
                del self._datagrams[next(iter(self._datagrams))]
            datagram = self._datagrams[name] = _Datagram()
        whole = datagram.add(data, offset, has_more=has_more)
        if whole is not None:
            del self._datagrams[name]
        return whole


class _Datagram:
    """Fragments of one datagram, by where they belong. The first that says something of a byte counts."""

    def __init__(self) -> None:
        self._fragments: Final[dict[int, bytes]] = {}
        self._size: int | None = None
        self._held = 0

    def add(self, data: bytes, offset: int, *, has_more: bool) -> bytes | None:
        """The whole datagram, if this is the last fragment missing."""
        if not has_more and self._size is None:
            self._size = offset + len(data)
        before = len(self._fragments.get(offset, b""))
        if len(data) > before:
            self._held += len(data) - before
            self._fragments[offset] = data
        if self._held > _MOST_HELD:
            self._fragments.clear()
            self._held = 0
        return None if self._size is None or self._held < self._size else self._joined(self._size)

    def _joined(self, size: int) -> bytes | None:
        parts: list[bytes] = []
        end = 0
        for offset in sorted(self._fragments):
            fragment = self._fragments[offset]
            if offset > end:
                return None
            if offset + len(fragment) > end:
                parts.append(fragment[end - offset :])
                end = offset + len(fragment)
        return b"".join(parts)[:size] if end >= size else None
