"""The Vox gateway protocol on the wire: frames, compression and sequence numbers, without any I/O.

::

    frame = voxwire.decode_server(data)              # bytes or str to a typed frame
    match frame.d:
        case server.MessageCreate(body=body): ...
    data = voxwire.encode(client.Typing(feed_id=3))  # a payload to compact JSON

The typed messages are in :mod:`voxmodels.v1`. ``voxwire validate`` checks captured traffic from the
command line. What stands here itself does no I/O and reads no clock, and neither does
:mod:`voxwire.session`.

:mod:`voxwire.capture`, :mod:`voxwire.checks`, :mod:`voxwire.live`, :mod:`voxwire.session` and
:mod:`voxwire.testing` need no import of their own: they are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from voxwire import capture, checks, live, session, testing
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
    from voxwire.session.sequence import (
        Duplicate,
        Gap,
        InOrder,
        Regression,
        SequenceEvent,
        SequenceTracker,
        WrongStart,
    )
    from voxwire.vox import (
        ClientFrame,
        ServerFrame,
        UnknownFrame,
        decode_client,
        decode_server,
        encode,
    )
    from voxwire.wire.compression import Compressor, Decompressor

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
    "capture",
    "checks",
    "decode_client",
    "decode_server",
    "encode",
    "live",
    "session",
    "testing",
]

_HOMES: Final = {
    "CaptureError": "voxwire.errors",
    "ClientFrame": "voxwire.vox",
    "CompressionError": "voxwire.errors",
    "Compressor": "voxwire.wire.compression",
    "DecodeError": "voxwire.errors",
    "Decompressor": "voxwire.wire.compression",
    "Duplicate": "voxwire.session.sequence",
    "EncodeError": "voxwire.errors",
    "Gap": "voxwire.session.sequence",
    "InOrder": "voxwire.session.sequence",
    "LocalProtocolError": "voxwire.errors",
    "ProtocolError": "voxwire.errors",
    "Regression": "voxwire.session.sequence",
    "RemoteProtocolError": "voxwire.errors",
    "SequenceEvent": "voxwire.session.sequence",
    "SequenceTracker": "voxwire.session.sequence",
    "ServerFrame": "voxwire.vox",
    "UnknownFrame": "voxwire.vox",
    "VoxwireError": "voxwire.errors",
    "WrongStart": "voxwire.session.sequence",
    "decode_client": "voxwire.vox",
    "decode_server": "voxwire.vox",
    "encode": "voxwire.vox",
}
"""Where each name is from. Nothing is imported before it is used: every run of pytest imports this
package, for its plugin."""

_SUBPACKAGES: Final = frozenset({"capture", "checks", "live", "session", "testing"})


if not TYPE_CHECKING:  # type checkers would believe that every name exists

    def __getattr__(name: str) -> object:
        if name in _HOMES:
            value = globals()[name] = getattr(import_module(_HOMES[name]), name)
            return value
        if name in _SUBPACKAGES:
            return import_module(f"{__name__}.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
