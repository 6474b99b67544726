"""What captures of streams hold, in short, comparable form."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TypeAlias

from tests.voxwire.native import START
from tests.voxwire.packet_files import Tcp, ethernet, ipv4, pcap, seconds
from voxwire.capture import BadLine, CaptureEvent, Closed, Frame, Gap, Opened, read_capture

Told: TypeAlias = "list[tuple[object, ...]]"


def told(events: Iterable[CaptureEvent]) -> Told:
    """Without the places, and with times since START."""
    return [_told(event) for event in events]


def _told(event: CaptureEvent) -> tuple[object, ...]:
    match event:
        case Opened(connection):
            return ("opened", connection.number, connection.url)
        case Frame(connection, _, ts, direction, data):
            return (connection.number, direction, data, round(ts - START, 9))
        case Closed(connection, ts, code, reason):
            return ("closed", connection.number, code, reason, round(ts - START, 9))
        case Gap(connection, rule, message):
            return (rule, connection.number, message)
        case BadLine(_, rule, message):
            return (rule, None, message)


def read(content: bytes) -> Told:
    return told(read_capture(io.BytesIO(content)))


def read_segments(segments: Iterable[Tcp]) -> Told:
    """What a capture of Ethernet holds in which one of these segments comes each second."""
    return read(pcap(seconds(ethernet(ipv4(one)) for one in segments)))


def texts(events: Told) -> list[object]:
    """The content of messages alone."""
    return [event[2] for event in events if event[1] in ("c2s", "s2c")]


def gaps(events: Told) -> list[object]:
    """What is said of parts that are missing or broken."""
    return [event[2] for event in events if str(event[0]).startswith("CAPTURE")]
