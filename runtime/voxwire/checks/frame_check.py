"""Is a frame right? Quickly for the many that are, exactly for the others.

The quick way proves that the validator would say nothing at all, without running it:

1. the typed decoder accepts the frame, so that JSON, envelope and payload keep every rule;
2. nothing in it was ignored: the decoder drops unknown and repeated keys without a word, so the typed
   frame is written again. Most servers write compact JSON, and get the very same bytes; otherwise the
   two must have equally many strings: each key is one, so that none was dropped;
3. no field holds a value that readers keep but a validator notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from voxmodels.v1.validate import Problem
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.wire.codec import TYPED_DECODER_ERRORS, typed_client_frame, typed_server_frame
from voxwire.wire.explain import explain
from voxwire.wire.open_fields import OPEN_FRAMES, is_noteworthy
from voxwire.wire.strict_json import string_count

if TYPE_CHECKING:
    from voxwire.capture import Direction

_encode: Final = msgspec.json.Encoder().encode


class FrameReport(NamedTuple):
    """What is known of a frame after the exact check.

    `type`, `seq` and `payload` are None where the frame does not have them in a usable form.
    """

    type: str | None
    seq: int | None
    payload: dict[str, object] | None
    problems: tuple[Problem, ...]


def sound_frame(data: bytes, direction: Direction) -> Any:
    """The typed frame of `data`, if there is certainly nothing to report about it; otherwise None."""
    if len(data) > MAX_FRAME_SIZE:
        return None
    try:
        frame: Any = (typed_server_frame if direction == "s2c" else typed_client_frame)(data)
    except TYPED_DECODER_ERRORS:
        return None
    encoded = _encode(frame)
    if encoded != data and string_count(encoded) != string_count(data):
        return None
    if type(frame) in OPEN_FRAMES and is_noteworthy(frame.d):
        return None
    return frame


def report(data: bytes, direction: Direction) -> FrameReport:
    """Everything about a frame that :func:`sound_frame` did not vouch for. Never raises."""
    value, problems = explain(data, "server" if direction == "s2c" else "client")
    if not isinstance(value, dict):
        return FrameReport(None, None, None, problems)
    type_, seq, payload = value.get("type"), value.get("seq"), value.get("d")
    return FrameReport(
        type_ if isinstance(type_, str) else None,
        seq if type(seq) is int else None,
        payload if isinstance(payload, dict) else None,
        problems,
    )
