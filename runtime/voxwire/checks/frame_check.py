"""Is a frame right? Quickly for the many that are, exactly for the others.

The quick way proves that the validator would say nothing at all, without running it:

1. the typed decoder accepts the frame, so that JSON, envelope and payload keep every rule;
2. nothing in it was ignored: the decoder drops unknown and repeated keys without a word, so the typed
   frame is written again. Most servers write compact JSON, and get the very same bytes; otherwise the
   two must have equally many strings: each key is one, so that none was dropped;
3. no field holds a value that readers keep but a validator notes: none that could, or the frame's
   closed twin takes it.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from voxwire.checks.quick.certify import Certifier
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.rules.envelope import UNKNOWN_TYPE
from voxwire.wire.codec import TYPED_DECODER_ERRORS, Codec
from voxwire.wire.envelope import Parts, parts
from voxwire.wire.explain import explain
from voxwire.wire.mistakes import mistakes_of
from voxwire.wire.open_fields import is_noteworthy, open_frames
from voxwire.wire.strict_json import string_count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from voxwire.capture import Direction
    from voxwire.protocol import AnyProtocol, JsonText, Problem, Severity, Side

_encode: Final = msgspec.json.Encoder().encode


class FrameReport(NamedTuple):
    """What is known of a frame after the exact check: its parts, as far as they can be used, and the
    JSON value that it is."""

    parts: Parts
    value: object
    problems: tuple[Problem, ...]


def severities(sender: Side, protocol: AnyProtocol) -> Mapping[str, Severity]:
    """By rule, how grave frames of `sender` are where the protocol closes for what is mostly ignored."""
    unknown = mistakes_of(sender, protocol).unknown_type
    return {} if isinstance(unknown, enum.Enum) else {UNKNOWN_TYPE.id: "error"}


class FrameCheck:
    """Checks the frames of one protocol."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self._protocol: Final = protocol
        self.open_frames: Final = open_frames(protocol)
        """The classes of frames whose payload has open fields."""
        self.sound_frame: Final = _sound_frame_of(protocol)
        """The typed frame of some bytes that go in a direction, if there is certainly nothing to report
        about it; else None."""

    def report(self, data: bytes, direction: Direction) -> FrameReport:
        """Everything about a frame that :attr:`sound_frame` did not vouch for. Never raises."""
        sender: Side = "server" if direction == "s2c" else "client"
        value, problems = explain(data, sender, self._protocol)
        return FrameReport(parts(value, self._protocol), value, problems)


def _sound_frame_of(protocol: AnyProtocol) -> Callable[[bytes, Direction], Any]:
    """What makes typed frames. The names that it needs for each are its own: that is a twentieth less."""
    typed_server: Callable[[JsonText], Any] = Codec.of(protocol).typed_server
    typed_client: Callable[[JsonText], Any] = Codec.of(protocol).typed_client
    is_beyond_doubt = Certifier(protocol).is_beyond_doubt
    with_open_fields, payload = open_frames(protocol), protocol.envelope.payload_attribute

    def sound_frame(data: bytes, direction: Direction) -> Any:
        if len(data) > MAX_FRAME_SIZE:
            return None
        try:
            frame = (typed_server if direction == "s2c" else typed_client)(data)
        except TYPED_DECODER_ERRORS:
            return None
        encoded = _encode(frame)
        if encoded != data and string_count(encoded) != string_count(data):
            return None
        if (
            type(frame) in with_open_fields
            and is_noteworthy(frame if payload is None else getattr(frame, payload, None))
            and not (direction == "s2c" and is_beyond_doubt(data))
        ):
            return None
        return frame

    return sound_frame
