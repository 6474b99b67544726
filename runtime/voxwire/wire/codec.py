"""Frames between JSON and typed objects, strictly (protocol sections 2 to 6).

Decoding has a fast path, one C call that parses and checks, and a slow one for everything that the
fast one refuses: it finds out all that is wrong, or that only the type of the frame is unknown.

Three things are accepted that ``voxwire validate`` reports, because nothing of them reaches the
result: duplicate keys, of which the last counts, and in fields that are not known numbers out of range
and deep nesting.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast

import msgspec

from voxmodels.v1 import CloseCode
from voxmodels.v1.frames import (
    FREE_JSON,
    HAS_EXTRA,
    ClientFrame,
    ServerFrame,
    UnknownFrame,
    to_wire,
)
from voxmodels.v1.registry import BY_FRAME, BY_PAYLOAD, MessageInfo
from voxwire.errors import MESSAGE_TOO_BIG, DecodeError, EncodeError, summarized
from voxwire.wire.bounds import (
    SHALLOW_LENGTH,
    SURELY_SMALL,
    exceeds_depth,
    exceeds_size,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxmodels.v1.validate import Problem
    from voxwire.wire.explain import Sender

_FrameT = TypeVar("_FrameT")

JsonText: TypeAlias = bytes | str | bytearray | memoryview
"""JSON as it comes: text, or UTF-8 in whatever holds bytes."""

_FREE_JSON: Final = dict(FREE_JSON)
"""A plain dict: a look-up in the read-only view takes twice as long, and this one is hot."""

TYPED_DECODER_ERRORS: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
"""What a typed decoder, or the check of UTF-8 before it, raises for a frame that it refuses."""

typed_server_frame: Final[Callable[[JsonText], ServerFrame]] = msgspec.json.Decoder(
    ServerFrame
).decode
typed_client_frame: Final[Callable[[JsonText], ClientFrame]] = msgspec.json.Decoder(
    ClientFrame
).decode


def decode_server(data: JsonText) -> ServerFrame | UnknownFrame:
    """The frame that a server sent: `data` is its JSON, decompressed if need be.

    A message type that is not known gives an UnknownFrame that keeps everything. Raises DecodeError,
    with all findings, for anything that the protocol does not allow, and TypeError for what is neither
    text nor bytes.

    >>> frame = decode_server('{"type":"member_leave","d":{"user_id":7},"seq":12}')
    >>> frame.type, frame.seq, frame.d.user_id
    ('member_leave', 12, 7)
    """
    try:  # other types show by what they lack, so that they cost the usual ones nothing
        if len(data) >= SHALLOW_LENGTH:
            return _decode_long(data, typed_server_frame, "server")
        if not data.isascii() and type(data) is not str:  # type: ignore[union-attr]
            data.decode()  # type: ignore[union-attr]  # fields that are skipped are not looked at
        return typed_server_frame(data)
    except TYPED_DECODER_ERRORS:
        return _explained(data, typed_server_frame, "server")
    except (AttributeError, TypeError):
        if type(data) in (bytes, str):
            raise
        return decode_server(_plain(data))


def decode_client(data: JsonText) -> ClientFrame | UnknownFrame:
    """The frame that a client sent; otherwise as :func:`decode_server`."""
    try:
        if len(data) >= SHALLOW_LENGTH:
            return _decode_long(data, typed_client_frame, "client")
        if not data.isascii() and type(data) is not str:  # type: ignore[union-attr]
            data.decode()  # type: ignore[union-attr]  # fields that are skipped are not looked at
        return typed_client_frame(data)
    except TYPED_DECODER_ERRORS:
        return _explained(data, typed_client_frame, "client")
    except (AttributeError, TypeError):
        if type(data) in (bytes, str):
            raise
        return decode_client(_plain(data))


def encode(message: msgspec.Struct, seq: int | None = None, *, validate: bool = True) -> bytes:
    """The compact JSON of a payload or of a frame, keys in the order type, d, seq.

    `message` is a payload such as ``server.MessageCreate(…)``, or a whole frame: one that has no
    payload, one that was decoded, or an UnknownFrame. `seq` numbers the payloads of sequenced server
    messages and belongs to nothing else. Unless `validate` is False, the result is decoded again, so
    that only valid frames leave; a server that builds its payloads with care saves half the time.

    Raises EncodeError, with all findings, for what must not be sent.

    >>> encode(client.Typing(feed_id=3))
    b'{"type":"typing","d":{"feed_id":3}}'
    """
    frame, info = _framed(message, seq)
    try:
        if info is None or type(frame) in HAS_EXTRA:
            data = msgspec.json.encode(to_wire(cast("Any", frame)))
        else:
            data = msgspec.json.encode(frame)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise EncodeError(f"not representable as JSON: {error}") from error
    if validate:
        _check_encoded(frame, info, data)
    return data


def _decode_long(
    data: JsonText,
    typed_frame: Callable[[JsonText], _FrameT],
    sender: Sender,
) -> _FrameT | UnknownFrame:
    """Decode a frame that is long enough to be too long or to nest too deeply."""
    if not isinstance(data, bytes | str):
        data = _plain(data)
    if len(data) > SURELY_SMALL and exceeds_size(data):
        return _explained(data, typed_frame, sender)
    try:
        if not data.isascii() and type(data) is bytes:
            data.decode()
        frame = typed_frame(data)
    except TYPED_DECODER_ERRORS:
        return _explained(data, typed_frame, sender)
    names = _FREE_JSON.get(type(frame))
    if names is not None:
        payload = cast("Any", frame).d
        for name in names:
            if getattr(payload, name, None) and exceeds_depth(data):
                return _explained(data, typed_frame, sender)
    return frame


def _plain(data: object) -> bytes | str:
    """`data` as bytes or str itself. Raises TypeError for what holds neither."""
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data)
    if isinstance(data, str):
        return str.__str__(data)
    what = f"a frame is decoded from its JSON as text or bytes, not from {type(data).__name__}"
    if isinstance(data, dict | list):
        what += ": pass what the WebSocket gave, before json.loads"
    elif isinstance(data, msgspec.Struct):
        what += ": this is decoded already, or a payload; encode() makes JSON of it"
    elif data is None:
        what += ": None is no message; perhaps the connection was closed"
    else:
        what += ": pass what the WebSocket gave"
    raise TypeError(what) from None


def _explained(
    data: JsonText, _typed_frame: Callable[[JsonText], _FrameT], sender: Sender
) -> _FrameT | UnknownFrame:
    """What is wrong with a frame that was refused, as an error. What is not wrong after all: an
    UnknownFrame, or a frame that keeps another client's values as they came."""
    from voxwire.rules.envelope import UNKNOWN_TYPE
    from voxwire.rules.json_text import JSON_DUPLICATE_KEY
    from voxwire.rules.open_values import RELAYED_VALUE
    from voxwire.wire.explain import explain

    if not isinstance(data, bytes | str):
        data = _plain(data)
    value, problems = explain(data, sender)
    fatal = [p for p in problems if p.severity == "error" and p.rule != JSON_DUPLICATE_KEY]
    if fatal:  # from None, here and below: what the typed decoder said quotes values
        raise DecodeError(problems, _close_code(fatal[0])) from None
    if any(problem.rule == UNKNOWN_TYPE for problem in problems):
        return UnknownFrame.from_wire(cast("dict[str, Any]", value))
    if any(problem.rule == RELAYED_VALUE for problem in problems):
        from voxmodels.v1 import relayed

        try:
            return cast("_FrameT", relayed.server_frame(cast("dict[str, Any]", value)))
        except msgspec.ValidationError:
            pass  # the two readings differ: said below
    raise DecodeError([*problems, _disagreement()], CloseCode.UNKNOWN_ERROR) from None


def _close_code(problem: Problem) -> int:
    """What a server closes the connection with (protocol section 2)."""
    from voxwire.rules.json_text import FRAME_TOO_LARGE
    from voxwire.rules.registry import RULES

    if problem.rule == FRAME_TOO_LARGE:
        return MESSAGE_TOO_BIG
    is_text = RULES[problem.rule].group == "json"
    return CloseCode.DECODE_ERROR if is_text else CloseCode.UNKNOWN_ERROR


def _disagreement() -> Problem:
    """A frame that the validator passes and the typed decoder does not: a mistake in voxmodels."""
    from voxmodels.v1.validate import Problem
    from voxwire.rules.open_values import MODEL_MISMATCH

    return Problem(
        rule=MODEL_MISMATCH.id,
        severity=MODEL_MISMATCH.severity,
        pointer="",
        message="the typed models refuse this frame, though no rule is known that it breaks",
        hint="please report this",
    )


def _framed(message: msgspec.Struct, seq: int | None) -> tuple[msgspec.Struct, MessageInfo | None]:
    """The frame to send and what is known of its message; nothing of an UnknownFrame."""
    kind = type(message)
    payload_info = BY_PAYLOAD.get(kind)
    if payload_info is None:
        if seq is not None:
            raise EncodeError("seq numbers a payload; a frame has its own")
        if isinstance(message, UnknownFrame):
            return message, None
        if kind not in BY_FRAME:
            raise EncodeError(f"{kind.__name__} is neither the payload of a message nor a frame")
        return message, BY_FRAME[kind]
    make_frame = cast("Callable[..., msgspec.Struct]", payload_info.frame)
    if payload_info.seq == "never":
        if seq is not None:
            raise EncodeError(f"{payload_info.type} carries no seq")
        return make_frame(d=message), payload_info
    if seq is None:
        raise EncodeError(f"{payload_info.type} needs a seq")
    return make_frame(d=message, seq=seq), payload_info


def _check_encoded(frame: msgspec.Struct, info: MessageInfo | None, data: bytes) -> None:
    """Raise EncodeError when `data` is not what a receiver accepts."""
    # msgspec writes NaN and infinities as null without a word.
    if b"null" in data and _holds_non_finite(to_wire(cast("Any", frame))):
        raise EncodeError("not representable as JSON: a number is not finite")
    if info is None:
        from voxwire.wire.strict_json import parse

        problems = parse(data).problems
        if problems:
            raise EncodeError(summarized(problems), problems)
        return
    try:
        decode = decode_server if info.direction == "server" else decode_client
        decode(data)
    except DecodeError as error:
        raise EncodeError(str(error), error.problems) from error


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
