"""Typed frames out of a capture, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

import msgspec

from voxmodels.v1 import CloseCode
from voxmodels.v1.frames import ClientFrame, ServerFrame, UnknownFrame
from voxmodels.v1.validate import Problem
from voxwire.capture.events import CaptureEvent, Connection, Frame
from voxwire.errors import CompressionError, DecodeError
from voxwire.rules.compression import BINARY_FROM_CLIENT
from voxwire.wire.codec import decode_client, decode_server
from voxwire.wire.compression import Decompressor


class ServerFrameRead(msgspec.Struct, frozen=True, kw_only=True):
    """A frame that the server sent, as it is in a capture.

    Exactly one of `frame` and `error` is None.
    """

    frame: ServerFrame | UnknownFrame | None
    """The typed frame; an UnknownFrame when nobody knows its type."""
    error: DecodeError | CompressionError | None
    """Why there is none: everything that is wrong with it."""
    time: float
    """Unix time in seconds, with a fraction."""
    connection: Connection
    """The connection that it came over: `number` counts from 1 in the file, `url` is its address."""
    number: int
    """Counts from 1 in its connection, both directions together, as in what `voxwire validate` prints."""
    direction: Literal["s2c"] = "s2c"


class ClientFrameRead(msgspec.Struct, frozen=True, kw_only=True):
    """A frame that the client sent; otherwise as :class:`ServerFrameRead`."""

    frame: ClientFrame | UnknownFrame | None
    error: DecodeError | CompressionError | None
    time: float
    connection: Connection
    number: int
    direction: Literal["c2s"] = "c2s"


FrameRead: TypeAlias = ServerFrameRead | ClientFrameRead
"""A frame of a capture. `direction` tells the two apart, for type checkers as well."""


def typed_frames(events: Iterable[CaptureEvent]) -> Iterator[FrameRead]:
    """The frames among `events`, decompressed and decoded."""
    decompressor = Decompressor()
    for event in events:
        if isinstance(event, Frame):
            if event.direction == "s2c":
                yield _from_server(event, decompressor)
            else:
                yield _from_client(event)


def _from_server(event: Frame, decompressor: Decompressor) -> ServerFrameRead:
    frame: ServerFrame | UnknownFrame | None = None
    error: DecodeError | CompressionError | None = None
    data = event.data
    try:
        frame = decode_server(decompressor.decompress(data) if isinstance(data, bytes) else data)
    except (DecodeError, CompressionError) as reason:
        error = reason
    return ServerFrameRead(
        frame=frame,
        error=error,
        time=event.ts,
        connection=event.connection,
        number=event.number,
    )


def _from_client(event: Frame) -> ClientFrameRead:
    frame: ClientFrame | UnknownFrame | None = None
    error: DecodeError | None = None
    if isinstance(event.data, bytes):
        error = DecodeError([_BINARY], CloseCode.UNKNOWN_ERROR)
    else:
        try:
            frame = decode_client(event.data)
        except DecodeError as reason:
            error = reason
    return ClientFrameRead(
        frame=frame,
        error=error,
        time=event.ts,
        connection=event.connection,
        number=event.number,
    )


_BINARY: Final = Problem(
    rule=BINARY_FROM_CLIENT.id,
    severity=BINARY_FROM_CLIENT.severity,
    pointer="",
    message="a client sent a binary message",
    hint="clients send uncompressed text",
)
"""What a server answers with 4000 (protocol section 2)."""
