"""Captures that browsers and proxies wrote, and what is the same in all of them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.voxwire.native import EXAMPLES
from voxwire.capture import BadLine, CaptureEvent, Closed, Frame, Gap, Opened, Reading, read_capture
from voxwire.capture.writer import CaptureWriter
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.wire.compression import Decompressor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMATS = Path(__file__).parents[1] / "formats"

PLAYED = EXAMPLES / "main-bot-plain.ndjson"
"""The capture from which the gateway behind all of the files played."""


def events_of(data: bytes, reading: Reading | None = None) -> list[CaptureEvent]:
    """All that is in a file with this content."""
    return list(read_capture(io.BytesIO(data), reading=reading))


def in_short(events: Iterable[CaptureEvent]) -> list[tuple[object, ...]]:
    """Events in short, comparable form."""
    return [_in_short(event) for event in events]


def _in_short(event: CaptureEvent) -> tuple[object, ...]:
    match event:
        case Opened(connection, has_header):
            return ("opened", connection.number, connection.url, has_header)
        case Frame(connection, number, _, direction, data):
            return (connection.number, number, direction, data)
        case Closed(connection, _, code, reason):
            return ("closed", connection.number, code, reason)
        case Gap(connection, rule, message):
            return (rule.id, connection.number, message)
        case BadLine(of, rule, message):
            return (rule.id, None if of is None else of.number, message)


def problems(data: bytes, reading: Reading | None = None) -> list[str]:
    """What is said of damage in a file with this content."""
    return [event.message for event in events_of(data, reading) if isinstance(event, Gap | BadLine)]


def as_native(events: Iterable[CaptureEvent]) -> bytes:
    """The native capture of the same traffic."""
    file = io.BytesIO()
    writer = CaptureWriter(file)
    for event in events:
        writer.event(event)
    return file.getvalue()


def found_in(events: Iterable[CaptureEvent]) -> list[tuple[str, int | None, int | None, str]]:
    """What is found in a capture."""
    check = CaptureCheck("file", Selection(), Statistics(), Sessions())
    return [(str(f.rule), f.connection, f.frame, f.message) for f in check.findings_in(events)]


_VARYING = ("session_id", "server_time")


def as_played(frame: Frame) -> tuple[str, object]:
    """A frame without what the gateway makes anew for each session. Its answers are among what it numbers."""
    data = frame.data
    if isinstance(data, bytes):
        try:
            data = Decompressor().decompress(data)
        except Exception:
            return frame.direction, frame.data
    value = json.loads(data)
    value.pop("seq", None)
    if value["type"] == "ready":
        for key in _VARYING:
            del value["d"][key]
    return frame.direction, value


def played_by_the_server() -> Iterator[object]:
    """What the gateway sends, from the start."""
    for event in read_capture(str(PLAYED)):
        if isinstance(event, Frame) and event.direction == "s2c":
            value = as_played(event)[1]
            if value != {"type": "heartbeat_ack"}:
                yield value
