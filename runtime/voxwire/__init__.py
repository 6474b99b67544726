"""The Vox gateway protocol on the wire: frames, compression and sequence numbers, without any I/O.

::

    frame = voxwire.decode_server(data)              # bytes or str to a typed frame
    match frame.d:
        case server.MessageCreate(body=body): ...
    data = voxwire.encode(client.Typing(feed_id=3))  # a payload to compact JSON

The typed messages are in :mod:`voxmodels.v1`. ``voxwire validate`` checks captured traffic from the
command line. Nothing in this package reads a clock; only :mod:`voxwire.capture` and
:mod:`voxwire.cli` read files.
"""

from voxmodels.v1.frames import ClientFrame, ServerFrame, UnknownFrame
from voxwire.codec import decode_client, decode_server, encode
from voxwire.compression import Compressor, Decompressor
from voxwire.errors import (
    CaptureError,
    CompressionError,
    DecodeError,
    EncodeError,
    LocalProtocolError,
    ProtocolError,
    RemoteProtocolError,
    VoxwireError,
)
from voxwire.sequence import (
    Duplicate,
    Gap,
    InOrder,
    Regression,
    SequenceEvent,
    SequenceTracker,
    WrongStart,
)

__all__ = [
    "CaptureError",
    "ClientFrame",
    "CompressionError",
    "Compressor",
    "DecodeError",
    "Decompressor",
    "Duplicate",
    "EncodeError",
    "Gap",
    "InOrder",
    "LocalProtocolError",
    "ProtocolError",
    "Regression",
    "RemoteProtocolError",
    "SequenceEvent",
    "SequenceTracker",
    "ServerFrame",
    "UnknownFrame",
    "VoxwireError",
    "WrongStart",
    "decode_client",
    "decode_server",
    "encode",
]
