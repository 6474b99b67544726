r"""The bytes of packets as tshark prints them: ``-T jsonraw``, and ``-T json -x`` or ``-T ek -x``.

::

    "frame_raw": ["0000…", 0, 126, 0, 1],     the packet in hexadecimal
    "ip_raw": ["4500…", 14, 20, 0, 1],        where in it the IP packet begins
    "frame.time_epoch": "1795612304.958619000",   not in jsonraw

They are read like those of a packet capture, whatever else is printed of them.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.capture.events import BadLine, Lacks
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.formats.packets import no_websockets
from voxwire.capture.packets.connections import PacketConnections
from voxwire.capture.packets.link_layers import IP_START, NOT_IP
from voxwire.capture.packets.packet import LONGEST_PACKET
from voxwire.capture.streams.output import StreamOutput
from voxwire.rules.capture_format import CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.capture.events import CaptureEvent

_PACKET: Final = re.compile(rb'"frame_raw"\s*:\s*(?:\[\s*)?"([^"]*)"')
_BEGINS: Final = b'"frame_raw"'
_IP: Final = re.compile(rb'"ipv?6?_raw"\s*:\s*(?:\[\s*)+"[0-9a-fA-F]*"\s*,\s*(\d{1,6})\b')
_TIME: Final = re.compile(rb'"frame[._]time_epoch"\s*:\s*(?:\[\s*)?"([^"]{1,60})"')
_DECODED: Final = re.compile(rb'"(?:websocket[._])?websocket[._]opcode"\s*:')
"""What tshark decoded: then that is read, which may have been encrypted in the packets."""
_SECONDS: Final = re.compile(r"\d{1,12}(?:\.\d{1,12})?")
_FRACTION: Final = re.compile(r"(\.\d{6})\d+")

_LONGEST: Final = 16 * LONGEST_PACKET
"""Characters about one packet: its bytes take two each, and those of its fields again."""

_LIKELY: Final = (1, 113, 276, 0, 101)
"""Links that a packet is tried as where no IP layer is printed."""


class _Printed(NamedTuple):
    """A packet, with where IP begins in it and its time, as far as they are printed."""

    data: bytes
    ip: int
    ts: float | None


def _probe(start: bytes) -> Likelihood:
    if _BEGINS not in start or not _PACKET.search(start):
        return Likelihood.NO
    return Likelihood.MAYBE if _DECODED.search(start) else Likelihood.SURE


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    output = StreamOutput("entry")
    connections = PacketConnections(output)
    events = output.events
    for number, text in enumerate(_packets(capture.blocks()), start=1):
        packet = None if text is None else _printed(text)
        if packet is None:
            what = "is cut off, or no packet in hexadecimal"
            events.append(
                BadLine(None, CAPTURE_PART_INVALID, f"the packet of entry {number} {what}")
            )
        elif packet.ip != NOT_IP:
            connections.internet(packet.data, packet.ip, len(packet.data), packet.ts, number)
        if events:
            yield from output.taken()
    connections.end()
    yield from output.taken()
    if not output.connections:
        raise no_websockets(output, has_secrets=False)


def _packets(blocks: Iterable[bytes]) -> Iterator[bytes | None]:
    """The text about each packet, from its bytes on; None for one that is too long."""
    held = bytearray()
    is_begun = is_too_long = False
    for block in blocks:
        searched = max(0, len(held) - len(_BEGINS))
        held += block
        while True:
            at = held.find(_BEGINS, max(searched, 1 if is_begun else 0))
            if at < 0:
                break
            if is_begun:
                yield None if is_too_long else bytes(held[:at])
            del held[:at]
            is_begun, is_too_long, searched = True, False, 0
        if len(held) > _LONGEST:
            is_too_long = is_begun
            del held[: -len(_BEGINS)]
        elif not is_begun:
            del held[: -len(_BEGINS)]
    if is_begun:
        yield None if is_too_long else bytes(held)


def _printed(text: bytes) -> _Printed | None:
    found = _PACKET.match(text)
    if found is None:
        return None
    try:
        data = bytes.fromhex(found[1].decode("ascii").replace(":", ""))
    except ValueError:
        return None
    time, ip = _TIME.search(text, found.end()), _IP.search(text, found.end())
    return _Printed(
        data,
        _ip_of(data) if ip is None else int(ip[1]),
        None if time is None else _unix_time(time[1].decode("ascii", "replace")),
    )


def _ip_of(data: bytes) -> int:
    """Where IP begins in a packet of whatever link; NOT_IP where nothing looks like it."""
    for link in _LIKELY:
        at = IP_START[link](data)
        if at != NOT_IP and len(data) > at and data[at] in (0x45, *range(0x60, 0x70)):
            return at
    return NOT_IP


def _unix_time(text: str) -> float | None:
    """Seconds, or a date as newer versions print it."""
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        return datetime.fromisoformat(_FRACTION.sub(r"\1", text).replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return None


TSHARK_RAW: Final = CaptureFormat(
    "tshark-raw",
    "bytes of packets in the JSON of tshark, -T jsonraw",
    Lacks.TIME,
    _probe,
    _read,
    "the packet capture that it was made of says more",
)
