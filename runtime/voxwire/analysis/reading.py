"""Looks into the frames of captures, whatever they hold: the JSON of each, its type and its number."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from voxwire.errors import CompressionError
from voxwire.wire.compression import Decompressor
from voxwire.wire.mistakes import reads_binary

if TYPE_CHECKING:
    from voxwire.capture.events import Frame
    from voxwire.protocol import AnyProtocol, MessageType


class Content(NamedTuple):
    """What is in a frame."""

    data: bytes | None
    """Its JSON in UTF-8, decompressed; None where it cannot be decompressed."""
    type: MessageType | None
    """What it says it is; None where it does not, or is no JSON object."""
    seq: int | None
    is_compressed: bool


class ContentReader:
    """Reads frames of one protocol. Never raises for what a frame holds."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self._decompressor: Final = Decompressor(protocol=protocol)
        self._reads_binary: Final = {
            "s2c": reads_binary("server", protocol),
            "c2s": reads_binary("client", protocol),
        }
        self._head: Final = msgspec.json.Decoder(_head(protocol)).decode
        self._types: Final = frozenset(map(type, (*protocol.client, *protocol.server)))

    def content(self, frame: Frame) -> Content:
        """What is in `frame`."""
        data = frame.data
        is_compressed = False
        if isinstance(data, str):
            json = data.encode("utf-8", "surrogatepass")
        elif self._reads_binary[frame.direction]:
            json = data
        else:
            is_compressed = True
            try:
                json = bytes(self._decompressor.decompress(data))
            except CompressionError:
                return Content(None, None, None, True)
        try:
            head = self._head(json)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return Content(json, None, None, is_compressed)
        type_ = head.type if type(head.type) in self._types else None
        seq = getattr(head, "seq", None)
        return Content(json, type_, seq if type(seq) is int else None, is_compressed)


@cache
def _head(protocol: AnyProtocol) -> Any:
    """A class of the two keys of the envelope that say what a frame is; the rest is skipped."""
    envelope = protocol.envelope
    fields: list[Any] = [("type", Any, msgspec.field(name=envelope.type_key, default=None))]
    if envelope.sequence_key is not None:
        fields.append(("seq", Any, msgspec.field(name=envelope.sequence_key, default=None)))
    return msgspec.defstruct("Head", fields)
