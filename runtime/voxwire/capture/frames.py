"""Typed frames out of a capture, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar

import msgspec

from voxwire.capture.events import CaptureEvent, Connection, Frame
from voxwire.errors import CompressionError, DecodeError
from voxwire.rules.compression import BINARY_FROM_CLIENT
from voxwire.wire.compression import Decompressor
from voxwire.wire.mistakes import code_of_binary, reads_binary

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol, Decode
    from voxwire.vox import ClientFrame, ServerFrame, UnknownFrame
    from voxwire.wire.codec import Codec

ClientT = TypeVar("ClientT")
ServerT = TypeVar("ServerT")
UnknownT = TypeVar("UnknownT")
FrameT = TypeVar("FrameT")


class ServerFrameRead(msgspec.Struct, Generic[FrameT], frozen=True, kw_only=True):
    """A frame that the server sent, as it is in a capture.

    Exactly one of `frame` and `error` is None.
    """

    frame: FrameT | None
    """The typed frame; an unknown one when nobody knows its type."""
    error: DecodeError | CompressionError | None
    """Why there is none: everything that is wrong with it."""
    time: float
    """Unix time in seconds, with a fraction."""
    connection: Connection
    """The connection that it came over: `number` counts from 1 in the file, `url` is its address."""
    number: int
    """Counts from 1 in its connection, both directions together, as in what `voxwire validate` prints."""
    direction: Literal["s2c"] = "s2c"


class ClientFrameRead(msgspec.Struct, Generic[FrameT], frozen=True, kw_only=True):
    """A frame that the client sent; otherwise as :class:`ServerFrameRead`."""

    frame: FrameT | None
    error: DecodeError | CompressionError | None
    time: float
    connection: Connection
    number: int
    direction: Literal["c2s"] = "c2s"


AnyFrameRead: TypeAlias = ServerFrameRead[ServerT | UnknownT] | ClientFrameRead[ClientT | UnknownT]
"""A frame of a capture. `direction` tells the two apart, for type checkers as well."""

FrameRead: TypeAlias = "AnyFrameRead[ServerFrame, UnknownFrame, ClientFrame]"
"""The same of Vox's protocol."""


def typed_frames(
    events: Iterable[CaptureEvent], codec: Codec[ClientT, ServerT, UnknownT]
) -> Iterator[AnyFrameRead[ServerT, UnknownT, ClientT]]:
    """The frames among `events`, decompressed and decoded."""
    decompressor = Decompressor(protocol=codec.protocol)
    for event in events:
        if isinstance(event, Frame):
            if event.direction == "s2c":
                yield _from_server(event, decompressor, codec.decode_server, codec.protocol)
            else:
                yield _from_client(event, codec.decode_client, codec.protocol)


def _from_server(
    event: Frame, decompressor: Decompressor, decode: Decode[FrameT], protocol: AnyProtocol
) -> ServerFrameRead[FrameT]:
    frame: FrameT | None = None
    error: DecodeError | CompressionError | None = None
    data = event.data
    try:
        if isinstance(data, bytes) and not reads_binary("server", protocol):
            data = decompressor.decompress(data)
        frame = decode(data)
    except (DecodeError, CompressionError) as reason:
        error = reason
    return ServerFrameRead(
        frame=frame,
        error=error,
        time=event.ts,
        connection=event.connection,
        number=event.number,
    )


def _from_client(
    event: Frame, decode: Decode[FrameT], protocol: AnyProtocol
) -> ClientFrameRead[FrameT]:
    frame: FrameT | None = None
    error: DecodeError | None = None
    if isinstance(event.data, bytes) and not reads_binary("client", protocol):
        error = _binary(protocol)
    else:
        try:
            frame = decode(event.data)
        except DecodeError as reason:
            error = reason
    return ClientFrameRead(
        frame=frame,
        error=error,
        time=event.ts,
        connection=event.connection,
        number=event.number,
    )


def _binary(protocol: AnyProtocol) -> DecodeError:
    """What a server closes with for a binary message (protocol section 2)."""
    problem = protocol.problem(
        rule=BINARY_FROM_CLIENT.id,
        severity=BINARY_FROM_CLIENT.severity,
        pointer="",
        message="a client sent a binary message",
        hint="clients send uncompressed text",
    )
    return DecodeError([problem], code_of_binary("client", protocol))
