"""Reads captures: recorded WebSocket traffic, in constant memory, whatever a file holds.

::

    for read in read_frames("my-session.ndjson.zst"):     # typed frames, with time and direction
        print(read.connection.number, read.number, read.direction, read.frame or read.error)

    for event in read_capture("my-session.ndjson.zst"):   # everything, frames as they were sent
        match event:
            case Opened(connection): ...
            case Frame(connection=connection, data=data): ...
            case Closed(code=code, reason=reason): ...
            case BadLine(message=message): ...

A capture is a file by its name or path, an open binary file, or ``-`` for standard input; plain,
compressed with gzip or zstd, or in a zip archive. What it is, and in which format, is told by the content.
CaptureError says why one cannot be read.
:mod:`voxwire.capture.writer` writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from voxwire.capture.events import (
    BadLine,
    CaptureEvent,
    Closed,
    Connection,
    Frame,
    Gap,
    Lacks,
    Opened,
    Place,
)
from voxwire.capture.formats.format import CaptureFormat
from voxwire.capture.formats.native import NATIVE, Line, NativeReader, ParsedLine
from voxwire.capture.frames import (
    AnyFrameRead,
    ClientFrameRead,
    FrameRead,
    ServerFrameRead,
    typed_frames,
)
from voxwire.capture.gateway import Others, of_the_gateway
from voxwire.capture.input import SourceInput
from voxwire.capture.opening import detected_in
from voxwire.capture.reading import Reading
from voxwire.capture.source import STDIN, Advance, BinaryFile, CaptureSource, size_on_disk
from voxwire.default import protocol_or_vox
from voxwire.direction import Direction
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.detect import Detected
    from voxwire.protocol import AnyProtocol, Protocol

    _ClientT = TypeVar("_ClientT")
    _ServerT = TypeVar("_ServerT")
    _UnknownT = TypeVar("_UnknownT")

__all__ = [
    "NATIVE",
    "STDIN",
    "Advance",
    "AnyFrameRead",
    "BadLine",
    "BinaryFile",
    "CaptureEvent",
    "CaptureFormat",
    "CaptureSource",
    "ClientFrameRead",
    "Closed",
    "Connection",
    "Direction",
    "Frame",
    "FrameRead",
    "Gap",
    "Lacks",
    "Line",
    "NativeReader",
    "Opened",
    "Others",
    "ParsedLine",
    "Place",
    "Reading",
    "ServerFrameRead",
    "detected_capture",
    "of_the_gateway",
    "read_capture",
    "read_frames",
    "size_on_disk",
]


def read_capture(
    source: CaptureSource,
    advance: Advance | None = None,
    *,
    reading: Reading | None = None,
) -> Iterator[CaptureEvent]:
    """The events of a capture: connections, frames, closes and what is broken, in order.

    `source` is the name or path of a file, plain or compressed, an open binary file, or ``-`` for
    standard input. `advance` is told the number of bytes read, as they are on disk. `reading` says what
    the content does not. Raises CaptureError when the file cannot be read or is no capture, at the point of
    iteration where that shows.

    >>> for event in read_capture("main.ndjson"):  # doctest: +SKIP
    ...     if isinstance(event, Frame):
    ...         print(event.direction, event.data)
    """
    yield from detected_capture(source, advance, reading=reading).events()


@overload
def read_frames(
    source: CaptureSource,
    advance: Advance | None = None,
    *,
    protocol: None = None,
    reading: Reading | None = None,
) -> Iterator[FrameRead]: ...


@overload
def read_frames(
    source: CaptureSource,
    advance: Advance | None = None,
    *,
    protocol: Protocol[_ClientT, _ServerT, _UnknownT],
    reading: Reading | None = None,
) -> Iterator[AnyFrameRead[_ServerT, _UnknownT, _ClientT]]: ...


def read_frames(
    source: CaptureSource,
    advance: Advance | None = None,
    *,
    protocol: AnyProtocol | None = None,
    reading: Reading | None = None,
) -> Iterator[Any]:
    """The frames of a capture, typed, in order and in constant memory.

    Each comes with its time, direction, connection and number; `frame` is the typed frame, or None when
    it is not valid: then `error` says why. Messages that were compressed are decompressed. Lines that
    are no part of the format are passed over, as are headers and closes: :func:`read_capture` has them
    all. `source`, `advance`, `reading` and what is raised are as there. `protocol` is that of the
    frames, Vox's by default; of a file that holds all traffic of a browser or a machine, only its connections
    are taken unless `reading` wants everything.

    >>> for read in read_frames("main.ndjson"):  # doctest: +SKIP
    ...     match read:
    ...         case ServerFrameRead(frame=server.MessageCreateFrame(d=message)):
    ...             print(read.time, message.body)
    ...         case ServerFrameRead(error=error) if error is not None:
    ...             print(read.connection.number, read.number, error)
    """
    spoken = protocol_or_vox(protocol)
    wanted = reading or Reading()
    capture = detected_capture(source, advance, reading=wanted)
    return typed_frames(of_the_gateway(capture, spoken, wanted, Others()), Codec.of(spoken))


def detected_capture(
    source: CaptureSource, advance: Advance | None = None, *, reading: Reading | None = None
) -> Detected:
    """The format of a capture and its content; otherwise as :func:`read_capture`, but what it raises about
    the beginning of the file it raises at once. Raises KeyError for a format that there is not."""
    wanted = reading or Reading()
    given = SourceInput.of(source, advance, direction=wanted.direction)
    return detected_in(given, wanted.format)
