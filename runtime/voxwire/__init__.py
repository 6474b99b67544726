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

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_MODULES = {
    "CaptureError": "voxwire.errors",
    "ClientFrame": "voxmodels.v1.frames",
    "CompressionError": "voxwire.errors",
    "Compressor": "voxwire.compression",
    "DecodeError": "voxwire.errors",
    "Decompressor": "voxwire.compression",
    "Duplicate": "voxwire.sequence",
    "EncodeError": "voxwire.errors",
    "Gap": "voxwire.sequence",
    "InOrder": "voxwire.sequence",
    "LocalProtocolError": "voxwire.errors",
    "ProtocolError": "voxwire.errors",
    "Regression": "voxwire.sequence",
    "RemoteProtocolError": "voxwire.errors",
    "SequenceEvent": "voxwire.sequence",
    "SequenceTracker": "voxwire.sequence",
    "ServerFrame": "voxmodels.v1.frames",
    "UnknownFrame": "voxmodels.v1.frames",
    "VoxwireError": "voxwire.errors",
    "WrongStart": "voxwire.sequence",
    "decode_client": "voxwire.codec",
    "decode_server": "voxwire.codec",
    "encode": "voxwire.codec",
}


def __getattr__(name: str) -> object:
    """Import what is asked for, a name or a module: every run of pytest imports this package, for its
    plugin."""
    if name in _MODULES:
        value: object = getattr(import_module(_MODULES[name]), name)
        globals()[name] = value
        return value
    module = f"{__name__}.{name}"
    if not name.startswith("_"):
        try:
            return import_module(module)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
