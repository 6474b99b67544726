"""Tells captures and their formats from files of other kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from voxwire.capture.events import BadLine, Opened
from voxwire.capture.formats.native import NATIVE, is_of_the_format
from voxwire.errors import CaptureError
from voxwire.rules.capture_format import CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.capture.formats.format import CaptureFormat, CaptureInput
    from voxwire.capture.input import SourceInput


class Detected(NamedTuple):
    """A capture: its format, and its content as it is."""

    format: CaptureFormat
    input: CaptureInput
    name: str | None = None
    """What it is called in its archive, if there are others in it."""
    members: Callable[[], Iterator[Detected]] | None = None
    """The captures in an archive that has several."""

    def parts(self) -> Iterator[Detected]:
        """The captures that it consists of, each to be read before the next is asked for."""
        return iter((self,)) if self.members is None else self.members()

    def events(self) -> Iterator[CaptureEvent]:
        """All that is in it."""
        if self.members is not None:
            return _numbered(event for part in self.members() for event in part.events())
        events = self.format.read(self.input)
        return events if self.name is None else _of_member(self.name, self.format.name, events)


def _numbered(events: Iterator[CaptureEvent]) -> Iterator[CaptureEvent]:
    """The same, with numbers that count through all parts."""
    count = 0
    for event in events:
        if isinstance(event, Opened):
            count += 1
            event.connection.number = count
        yield event


def _of_member(name: str, format_: str, events: Iterator[CaptureEvent]) -> Iterator[CaptureEvent]:
    """The events of one of several captures, which does not take the others with it."""
    try:
        for event in events:
            if isinstance(event, Opened):
                event.connection.member = name
                event.connection.member_format = format_
            if isinstance(event, BadLine) and event.connection is None:
                yield replace(event, message=f"{name}: {event.message}")
            else:
                yield event
    except CaptureError as error:
        yield BadLine(None, CAPTURE_PART_INVALID, f"{name}: {error}")


def detected(given: SourceInput) -> Detected:
    """What it is that is given. Raises CaptureError when it is no capture."""
    first, end, _ = given.peek(1).partition(b"\n")
    if end and is_of_the_format(first):
        return Detected(NATIVE, given)
    from voxwire.capture.search import searched  # which imports all formats

    return Detected(*searched(given))
