"""Frames between JSON and typed objects, strictly (protocol sections 2 to 6), for any protocol.

Decoding has a fast path, one C call that parses and checks, and a slow one for everything that the
fast one refuses: it finds out all that is wrong, or that only the type of the frame is unknown. Between
them stand a few integers that the fast one cannot take, see :mod:`voxwire.wire.typed_frames`.

Three things are accepted that ``voxwire validate`` reports, because nothing of them reaches the
result: duplicate keys, of which the last counts, and in fields that are not known numbers out of range
and deep nesting.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

import msgspec

from voxwire.errors import DecodeError
from voxwire.masking import mask_tokens_of
from voxwire.wire.bounds import SHALLOW_LENGTH, SURELY_SMALL, exceeds_depth, exceeds_size
from voxwire.wire.encoding import encoder
from voxwire.wire.typed_frames import TypedFrames

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.protocol import (
        AnyProtocol,
        Decode,
        EncodeWithKeys,
        JsonText,
        Problem,
        Protocol,
        Side,
    )
    from voxwire.wire.typed_frames import TypedFrame

ClientT = TypeVar("ClientT")
ServerT = TypeVar("ServerT")
UnknownT = TypeVar("UnknownT")


TYPED_DECODER_ERRORS: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
"""What a typed decoder, or the check of UTF-8 before it, raises for a frame that it refuses."""


class Codec(Generic[ClientT, ServerT, UnknownT]):
    """Decodes and encodes the frames of one protocol.

    What depends on the protocol is looked up here, once: a call costs what it would if its messages
    were known. Use :meth:`of`, which makes one for each protocol.
    """

    __slots__ = (
        "decode_client",
        "decode_server",
        "encode",
        "protocol",
        "typed_client",
        "typed_server",
    )

    def __init__(self, protocol: Protocol[ClientT, ServerT, UnknownT]) -> None:
        mask_tokens_of(protocol)
        self.protocol: Final = protocol
        of_server, of_client = TypedFrames(protocol, "server"), TypedFrames(protocol, "client")
        self.typed_server: Final = of_server.usual
        """Decodes a frame of the server whose type is known; knows no bounds of size and depth, and
        raises one of TYPED_DECODER_ERRORS, also for a few frames that are valid."""
        self.typed_client: Final = of_client.usual
        """The same for the client."""
        self.decode_server: Final[Decode[ServerT | UnknownT]] = _decoder(
            protocol, of_server, "server"
        )
        """Decodes what a server sent."""
        self.decode_client: Final[Decode[ClientT | UnknownT]] = _decoder(
            protocol, of_client, "client"
        )
        """Decodes what a client sent."""
        self.encode: Final[EncodeWithKeys] = encoder(
            protocol, self.decode_client, self.decode_server
        )
        """Encodes payloads and frames."""

    @classmethod
    def of(
        cls, protocol: Protocol[ClientT, ServerT, UnknownT]
    ) -> Codec[ClientT, ServerT, UnknownT]:
        """The one codec of `protocol`."""
        return _codec(protocol)


@cache
def _codec(protocol: AnyProtocol) -> Codec[Any, Any, Any]:
    return Codec(protocol)


def _decoder(protocol: AnyProtocol, typed_frames: TypedFrames, sender: Side) -> Decode[Any]:
    """What decodes the frames of one side. The names that it needs at each call are its own."""
    checked = _checker(protocol)
    # The decoder is a variable of this function, because looking up an attribute costs a frame 0.02
    # of what parsing it costs.
    typed_frame = typed_frames.usual

    def decode(data: JsonText) -> Any:
        try:  # other types show by what they lack, so that they cost the usual ones nothing
            if len(data) < SHALLOW_LENGTH:
                if not data.isascii() and type(data) is not str:  # type: ignore[union-attr]
                    data.decode()  # type: ignore[union-attr]  # what is skipped is not looked at
                return typed_frame(data)
            return checked(data, typed_frame)
        except _REFUSALS:
            return refused(data)
        except (AttributeError, TypeError):
            if type(data) in (bytes, str):
                raise
            return decode(_plain(data))

    def refused(data: JsonText) -> Any:
        nonlocal typed_frame
        if not isinstance(data, bytes | str):
            data = _plain(data)
        wide = typed_frames.wide
        if wide is not None:
            try:
                frame = checked(data, wide)
            except _REFUSALS:
                pass
            else:
                typed_frame = typed_frames.after(frame)
                return frame
        return explained(data)

    explained = _explainer(protocol, sender, decode)
    decode.__name__ = decode.__qualname__ = f"decode_{sender}"
    decode.__doc__ = f"""The frame that a {sender} sent; see :class:`voxwire.protocol.Decode`."""
    return decode


class _OutOfBoundsError(ValueError):
    """A frame is too long, or nests too deeply in what it keeps."""


_REFUSALS: Final = (*TYPED_DECODER_ERRORS, _OutOfBoundsError)


def _checker(protocol: AnyProtocol) -> Callable[[JsonText, TypedFrame], Any]:
    """What decodes a frame of any length with a typed decoder, and looks at all that this does not:
    its length, its UTF-8, and the depth of JSON that it keeps. Raises one of _REFUSALS."""
    free_json = dict(protocol.free_json)  # a look-up in a read-only view takes twice as long
    payload_attribute = protocol.envelope.payload_attribute

    def checked(data: JsonText, typed_frame: TypedFrame) -> Any:
        if len(data) > SURELY_SMALL and exceeds_size(_as_text(data)):
            raise _OutOfBoundsError
        if not data.isascii() and type(data) is not str:  # type: ignore[union-attr]
            data.decode()  # type: ignore[union-attr]
        frame = typed_frame(data)
        if type(frame) in free_json and keeps_json(frame) and exceeds_depth(_as_text(data)):
            raise _OutOfBoundsError
        return frame

    def keeps_json(frame: Any) -> bool:
        names = free_json[type(frame)]
        payload = frame if payload_attribute is None else getattr(frame, payload_attribute, None)
        for name in names:
            if getattr(payload, name, None):
                return True
        return not names

    return checked


def _as_text(data: JsonText) -> bytes | str:
    return data if isinstance(data, bytes | str) else _plain(data)


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


def _explainer(
    protocol: AnyProtocol, sender: Side, decode: Callable[[bytes], Any]
) -> Callable[[bytes | str], Any]:
    """What says what is wrong with a frame that was refused, as an error. What is not wrong after all
    it gives: an unknown frame, one that keeps another client's values as they came, or one in which a
    key occurs twice, with the last values, which `decode` reads once more."""

    def explained(data: bytes | str) -> Any:
        from voxwire.rules.envelope import UNKNOWN_TYPE
        from voxwire.rules.json_text import JSON_DUPLICATE_KEY
        from voxwire.rules.open_values import RELAYED_VALUE
        from voxwire.wire.explain import explain
        from voxwire.wire.mistakes import close_code

        value, problems = explain(data, sender, protocol)
        fatal = [p for p in problems if p.severity == "error" and p.rule != JSON_DUPLICATE_KEY]
        if fatal:  # from None, here and below: what the typed decoder said quotes values
            raise DecodeError(problems, close_code(fatal[0], sender, protocol)) from None
        if any(problem.rule == UNKNOWN_TYPE for problem in problems):
            return protocol.unknown_frame.from_wire(value)
        if any(problem.rule == RELAYED_VALUE for problem in problems):
            try:
                return protocol.relayed_server_frame(cast("dict[str, Any]", value))
            except msgspec.ValidationError:
                pass  # the two readings differ: said below
        elif any(problem.rule == JSON_DUPLICATE_KEY for problem in problems):
            return decode(
                msgspec.json.encode(value)
            )  # the typed decoder reads the first values too
        mismatch = _disagreement(protocol)
        raise DecodeError([*problems, mismatch], close_code(mismatch, sender, protocol)) from None

    return explained


def _disagreement(protocol: AnyProtocol) -> Problem:
    """A frame that the validator passes and the typed decoder does not: a mistake in its package."""
    from voxwire.rules.open_values import MODEL_MISMATCH

    return protocol.problem(
        rule=MODEL_MISMATCH.id,
        severity=MODEL_MISMATCH.severity,
        pointer="",
        message="the typed models refuse this frame, though no rule is known that it breaks",
        hint="please report this",
    )
