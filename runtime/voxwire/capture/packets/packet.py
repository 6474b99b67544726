"""A packet of a capture file, and what is wrong with the file."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

LONGEST_PACKET: Final = 1 << 20
"""Bytes of a packet that are kept at most. Tools write no more than 256 KiB (the ``MAXIMUM_SNAPLEN`` of
libpcap); a length beyond that is none."""


class Packet(msgspec.Struct, frozen=True, gc=False):
    """What was recorded of one packet."""

    number: int
    """Counts from 1 in the file, as tools show it."""
    ts: float | None
    """Unix time in seconds; None where it was not recorded."""
    link: int
    """The type of its link layer, a ``LINKTYPE_`` value."""
    data: bytes
    """Its bytes, or the first of them."""
    size: int
    """How many bytes it had."""


class Damage(NamedTuple):
    """A part of a file that cannot be read."""

    message: str
    hint: str = ""


class Secrets(NamedTuple):
    """A part of a file holds keys of TLS."""
