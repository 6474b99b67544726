"""Reads captures: recorded WebSocket traffic, in constant memory, whatever a file holds."""

from collections.abc import Iterator

from voxwire.capture.detect import refuse_other_formats
from voxwire.capture.events import (
    BadLine,
    CaptureEvent,
    Closed,
    Connection,
    Direction,
    Frame,
    Opened,
)
from voxwire.capture.input import STDIN, Advance, read_blocks, size_on_disk
from voxwire.capture.native import Line, NativeReader, ParsedLine, read_native

__all__ = [
    "STDIN",
    "Advance",
    "BadLine",
    "CaptureEvent",
    "Closed",
    "Connection",
    "Direction",
    "Frame",
    "Line",
    "NativeReader",
    "Opened",
    "ParsedLine",
    "capture_blocks",
    "read_capture",
    "size_on_disk",
]


def read_capture(name: str, advance: Advance | None = None) -> Iterator[CaptureEvent]:
    """The events of the capture file `name`, plain or compressed; ``-`` is standard input.

    `advance` is told the number of bytes read, as they are on disk. Raises CaptureError when the file
    cannot be read or is no capture, at the point of iteration where that shows.

    >>> for event in read_capture("main.ndjson"):  # doctest: +SKIP
    ...     if isinstance(event, Frame):
    ...         print(event.direction, event.data)
    """
    return read_native(capture_blocks(name, advance))


def capture_blocks(name: str, advance: Advance | None = None) -> Iterator[bytes]:
    """The bytes of the capture file `name`, decompressed; otherwise as :func:`read_capture`."""
    return refuse_other_formats(read_blocks(name, advance))
