"""Where the IP packet begins in what was recorded on a link, by the link's type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_IPV4: Final = b"\x08\x00"
_IP: Final = frozenset((_IPV4, b"\x86\xdd"))
_TAGS: Final = frozenset((b"\x81\x00", b"\x88\xa8", b"\x91\x00", b"\x92\x00"))
"""What announces four bytes of a VLAN (802.1Q, 802.1ad, and what came before it)."""
_MOST_TAGS: Final = 8

_INET6: Final = (10, 24, 28, 30)
"""AF_INET6 of Linux, NetBSD, FreeBSD and macOS. AF_INET is 2 everywhere."""

NOT_IP: Final = -1


def _ethernet(data: bytes) -> int:
    return 14 if data[12:14] == _IPV4 else _behind(data, 12)


def _behind(data: bytes, at: int) -> int:
    """Behind the type at `at`, if that is IP; tags may stand before it."""
    for _ in range(_MOST_TAGS):
        kind = data[at : at + 2]
        if kind in _IP:
            return at + 2
        if kind not in _TAGS:
            break
        at += 4
    return NOT_IP


def _cooked(data: bytes) -> int:
    return _behind(data, 14)


def _cooked_2(data: bytes) -> int:
    """The type stands first, and tags behind the header."""
    if data[:2] in _IP:
        return 20
    return _behind(data, 22) if data[:2] in _TAGS else NOT_IP


def _loopback(data: bytes) -> int:
    """A family of addresses, in the byte order of the machine or of networks."""
    family = max(data[:1] + data[3:4], default=0)
    return 4 if (family == 2 or family in _INET6) and not any(data[1:3]) else NOT_IP


def _raw(_data: bytes) -> int:
    return 0


IP_START: Final[dict[int, Callable[[bytes], int]]] = {
    0: _loopback,
    1: _ethernet,
    12: _raw,
    14: _raw,
    101: _raw,
    108: _loopback,
    113: _cooked,
    228: _raw,
    229: _raw,
    276: _cooked_2,
}
"""By ``LINKTYPE_`` value (https://www.tcpdump.org/linktypes.html): BSD loopback, Ethernet, raw IP as some
systems number it, raw IP, OpenBSD loopback, Linux cooked, IPv4, IPv6, Linux cooked version 2. Each says where
in a frame the IP packet begins, NOT_IP where there is none."""
