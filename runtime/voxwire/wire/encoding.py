"""From payloads and frames to JSON: the half of a codec that sends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from voxwire.errors import DecodeError, EncodeError, summarized
from voxwire.wire.payloads import ambiguous, shared_payloads

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.protocol import AnyProtocol, EncodeWithKeys, Envelope, MessageInfo


def encoder(
    protocol: AnyProtocol,
    decode_client: Callable[[bytes], object],
    decode_server: Callable[[bytes], object],
) -> EncodeWithKeys:
    """What encodes the messages of `protocol`. The names that it needs at each call are its own."""
    bare, numbered = _makers(protocol.envelope)
    framed = _framer(protocol, bare)
    has_extra, to_wire = protocol.has_extra, protocol.to_wire
    extra_key, write = protocol.extra_key.encode(), msgspec.json.encode
    # Nearly all that a server sends goes the short way, which takes two thirds of the time. What is
    # asked of its class is known beforehand, too.
    plain = {
        payload: (info.frame, info, info.frame in has_extra)
        for payload, info in protocol.by_payload.items()
        if info.seq == "required" and not info.required_keys
        if protocol.envelope.payload_attribute is not None
    }

    def encode(
        message: msgspec.Struct,
        seq: int | None = None,
        *,
        validate: bool = True,
        **keys: Any,
    ) -> bytes:
        """The JSON of a payload or of a frame; see :class:`voxwire.protocol.Encode`."""
        info: MessageInfo | None
        known = plain.get(type(message))
        if known is not None and seq is not None and not keys:
            frame_class, info, may_hold_extra = known
            frame: msgspec.Struct = numbered(frame_class, message, seq)
        else:
            frame, info = framed(message, seq, keys)
            may_hold_extra = type(frame) in has_extra
        try:
            data = write(to_wire(frame) if info is None else frame)
            if may_hold_extra and extra_key in data:
                data = write(to_wire(frame))
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise EncodeError(f"not representable as JSON: {error}") from error
        if validate:
            check(frame, info, data)
        return data

    def check(frame: msgspec.Struct, info: MessageInfo | None, data: bytes) -> None:
        """Raise EncodeError when `data` is not what a receiver accepts."""
        if info is None:
            check_finite(frame, data)
            _check_text(data, protocol)
            return
        try:
            decode = decode_server if info.direction == "server" else decode_client
            is_same = decode(data) == frame
        except DecodeError as error:
            check_finite(frame, data)
            raise EncodeError(str(error), error.problems) from error
        if not is_same:
            check_finite(frame, data)

    def check_finite(frame: msgspec.Struct, data: bytes) -> None:
        # msgspec writes NaN and infinities as null without a word.
        if b"null" in data and _holds_non_finite(to_wire(frame)):
            raise EncodeError("not representable as JSON: a number is not finite")

    return encode


def _framer(
    protocol: AnyProtocol, bare: Callable[..., msgspec.Struct]
) -> Callable[
    [msgspec.Struct, int | None, dict[str, Any]], tuple[msgspec.Struct, MessageInfo | None]
]:
    """What gives the frame to send and what is known of its message; nothing of an unknown one. Payloads
    with a number and no further keys go the short way, and do not come here."""
    by_frame, unknown_frame = dict(protocol.by_frame), protocol.unknown_frame
    envelope = protocol.envelope
    is_flat = envelope.payload_attribute is None  # a payload is a frame already
    by_payload = {} if is_flat else dict(protocol.by_payload)
    shared = {} if is_flat else shared_payloads(protocol)
    is_special = frozenset(info.frame for info in by_frame.values() if info.required_keys)

    def framed(
        message: msgspec.Struct, seq: int | None, keys: dict[str, Any]
    ) -> tuple[msgspec.Struct, MessageInfo | None]:
        kind = type(message)
        info = by_payload.get(kind)
        if info is None:
            return whole(message, seq, keys)
        if keys or info.frame in is_special:
            return with_keys(message, info, seq, keys), info
        if info.seq == "never":
            if seq is not None:
                raise EncodeError(f"{info.type} carries no seq")
            return bare(info.frame, message), info
        raise EncodeError(f"{info.type} needs a seq")

    def whole(
        message: msgspec.Struct, seq: int | None, keys: dict[str, Any]
    ) -> tuple[msgspec.Struct, MessageInfo | None]:
        """A frame as it is; where frames are flat, with what is given."""
        info = by_frame.get(type(message))
        if info is not None and is_flat and (seq is not None or keys):
            return with_keys(message, info, seq, keys), info
        if info is None and type(message) in shared:
            raise ambiguous(type(message), protocol)
        if seq is not None:
            raise EncodeError("seq numbers a payload; a frame has its own")
        if keys:
            raise EncodeError(f"{', '.join(keys)} go with a payload; a frame has its own")
        if info is None and not isinstance(message, unknown_frame):
            name = type(message).__name__
            raise EncodeError(f"{name} is neither the payload of a message nor a frame")
        return message, info

    def with_keys(
        message: msgspec.Struct, info: MessageInfo, seq: int | None, keys: dict[str, Any]
    ) -> msgspec.Struct:
        try:
            frame: msgspec.Struct = envelope.framed(info, message, seq, **keys)
        except ValueError as error:  # what it cannot have, or lacks
            raise EncodeError(str(error)) from None
        return frame

    return framed


def _makers(envelope: Envelope) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """What makes the frame of a payload without a number, and with one.

    Their names for the parts are those of the envelope, written out as if by hand: a call by the names
    in a dict takes three times as long, a quarter of the time that encoding takes in all.
    """
    payload = envelope.payload_attribute or "_payload"  # those that do not exist are never used
    seq = envelope.sequence_attribute or "_seq"
    assert payload.isidentifier()
    assert seq.isidentifier()
    bare = eval(f"lambda frame, value: frame({payload}=value)")
    numbered = eval(f"lambda frame, value, number: frame({payload}=value, {seq}=number)")
    return bare, numbered


def _check_text(data: bytes, protocol: AnyProtocol) -> None:
    """Raise EncodeError when something is wrong with the JSON itself."""
    from voxwire.wire.explain import as_problems
    from voxwire.wire.strict_json import parse

    problems = as_problems(parse(data).problems, protocol)
    if problems:
        raise EncodeError(summarized(problems), problems)


def _holds_non_finite(value: object) -> bool:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, float) and not math.isfinite(item):
            return True
    return False
