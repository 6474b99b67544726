"""Reads captures in other formats than the native one, in few words."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from voxwire.capture import (
    CaptureEvent,
    Frame,
    Lacks,
    Opened,
    Reading,
    read_capture,
)
from voxwire.checks import CaptureCheck, Finding, Selection, Sessions, Statistics
from voxwire.direction import Direction

FORMATS = Path(__file__).parents[1] / "formats"


class Message(NamedTuple):
    """What matters of a frame."""

    direction: str
    data: str | bytes
    place: str


def read(
    source: Path | bytes | str, format_: str | None = None, direction: Direction | None = None
) -> list[CaptureEvent]:
    """All events of a file, or of what would be in one."""
    given = source.encode() if isinstance(source, str) else source
    opened = io.BytesIO(given) if isinstance(given, bytes) else given
    return list(read_capture(opened, reading=Reading(format_, direction)))


def messages(events: Iterable[CaptureEvent]) -> list[Message]:
    """The frames among them."""
    return [
        Message(event.direction, event.data, str(event.place))
        for event in events
        if isinstance(event, Frame)
    ]


def connection_lacks(events: Iterable[CaptureEvent]) -> list[Lacks]:
    """What is not known of each connection."""
    return [event.connection.lacks for event in events if isinstance(event, Opened)]


def findings(
    path: Path, format_: str | None = None, direction: Direction | None = None
) -> list[Finding]:
    """All findings about a file, its conversation included."""
    check = CaptureCheck(
        str(path), Selection(), Statistics(), Sessions(), reading=Reading(format_, direction)
    )
    return list(check.findings())


def rules(found: Iterable[Finding]) -> list[tuple[str, int | None, str | None, str | None]]:
    """Rule, frame, place and blame of each."""
    return [(one.rule, one.frame, one.location, one.blame) for one in found]
