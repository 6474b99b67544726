"""Vox's protocol: what is meant wherever no other is named.

The one place, with Vox's part of the mock gateway, that knows voxmodels.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from voxmodels.v1 import client, server
from voxmodels.v1.frames import ClientFrame, ServerFrame, UnknownFrame
from voxmodels.v1.protocol import PROTOCOL
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from voxmodels.v1 import Recovery
    from voxmodels.v1.session import State
    from voxwire.protocol import Decode, Encode, Protocol

__all__ = [
    "CODEC",
    "VOX",
    "ClientFrame",
    "Recovery",
    "ServerFrame",
    "State",
    "UnknownFrame",
    "client",
    "decode_client",
    "decode_server",
    "encode",
    "server",
]

VOX: Final[Protocol[ClientFrame, ServerFrame, UnknownFrame]] = PROTOCOL

CODEC: Final = Codec.of(VOX)

decode_server: Final[Decode[ServerFrame | UnknownFrame]] = CODEC.decode_server
"""The frame that a server sent.

>>> frame = decode_server('{"type":"member_leave","d":{"user_id":7},"seq":12}')
>>> frame.type, frame.seq, frame.d.user_id
('member_leave', 12, 7)
"""

decode_client: Final[Decode[ClientFrame | UnknownFrame]] = CODEC.decode_client
"""The frame that a client sent."""

encode: Final[Encode] = CODEC.encode
"""The JSON of a payload or of a frame.

>>> encode(client.Typing(feed_id=3))
b'{"type":"typing","d":{"feed_id":3}}'
"""


_LATER: Final = {"Recovery": "voxmodels.v1.close_codes", "State": "voxmodels.v1.session"}

if not TYPE_CHECKING:  # what decoding does not need is imported when it is asked for

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_LATER[name]), name)
        return value
