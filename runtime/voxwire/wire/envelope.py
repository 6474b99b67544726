"""The parts of a frame by the keys of its protocol's envelope: the one place that looks them up.

Typed frames have them as attributes. This is for what is no valid frame, or not to be decoded.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from voxwire.default import protocol_or_vox
from voxwire.wire.strict_json import parse

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol, MessageType


class Parts(NamedTuple):
    """The parts of a frame, each None where it is missing or not what it should be.

    `payload` is any JSON; where frames are flat it is the frame.
    """

    type: MessageType | None = None
    seq: int | None = None
    payload: Any = None

    @property
    def fields(self) -> dict[str, Any] | None:
        """The payload, where it is an object."""
        return self.payload if isinstance(self.payload, dict) else None


class RawParts(NamedTuple):
    """The parts of a frame as they are written; `seq` and `payload` are empty where it has none.

    `others` are those of further keys of the envelope.
    """

    type: MessageType
    seq: bytes
    payload: bytes
    others: dict[str, bytes]


def parts(value: object, protocol: AnyProtocol) -> Parts:
    """The parts of a parsed frame. Never raises."""
    if not isinstance(value, dict):
        return Parts()
    envelope = protocol.envelope
    type_ = value.get(envelope.type_key)
    seq = None if envelope.sequence_key is None else value.get(envelope.sequence_key)
    return Parts(
        type_ if type(type_) in _classes_of_types(protocol) else None,
        seq if type(seq) is int else None,
        value if envelope.payload_key is None else value.get(envelope.payload_key),
    )


def salvage(data: bytes | str, protocol: AnyProtocol | None = None) -> Parts:
    """The parts of a frame that is not valid, as far as it has them; no number below the first. Never
    raises.

    `protocol` is Vox's by default.
    """
    protocol = protocol_or_vox(protocol)
    found = parts(parse(data).value, protocol)
    is_possible = found.seq is None or found.seq >= protocol.envelope.first_seq
    return found if is_possible else found._replace(seq=None)


def type_of(frame: msgspec.Struct, protocol: AnyProtocol) -> MessageType:
    """The type of a frame, known or not. Raises TypeError for what is none of the protocol."""
    if type(frame) not in protocol.by_frame and not isinstance(frame, protocol.unknown_frame):
        raise TypeError(f"{type(frame).__name__} is no frame")
    return protocol.envelope.type_of(frame)


def raw_parts(data: bytes, protocol: AnyProtocol) -> RawParts:
    """The parts of a frame whose JSON is compact.

    Raises msgspec.MsgspecError for what is no object, or has no usable type.
    """
    keys = protocol.envelope
    values = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    type_ = msgspec.json.decode(values.pop(keys.type_key, b""))
    if type(type_) not in _classes_of_types(protocol):
        raise msgspec.ValidationError("the frame has no type")
    seq = b"" if keys.sequence_key is None else bytes(values.pop(keys.sequence_key, b""))
    if keys.payload_key is None:
        payload = msgspec.json.encode(values) if values else b""
        return RawParts(type_, seq, payload, {})
    payload = bytes(values.pop(keys.payload_key, b""))
    others = {key: bytes(value) for key, value in values.items() if key in keys.keys}
    return RawParts(type_, seq, payload, others)


@cache
def _classes_of_types(protocol: AnyProtocol) -> frozenset[type]:
    """What message types are: text, integers, or either."""
    return frozenset(map(type, (*protocol.client, *protocol.server)))
