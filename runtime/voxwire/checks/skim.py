"""Makes short work of what most of a capture is: sound text frames of the server, one after another.

This is the hot loop of ``voxwire validate``. It does what :mod:`voxwire.checks.capture_check` does
with a frame about which there is nothing to report, without a call or an object for each step, and
stops at the first line that may need more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from voxwire.capture import Line
from voxwire.capture.times import LAST_UNIX_TIME
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.wire.codec import TYPED_DECODER_ERRORS, Codec
from voxwire.wire.open_fields import is_noteworthy
from voxwire.wire.strict_json import string_count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from voxwire.capture import Connection, ParsedLine
    from voxwire.checks.clock import Clock
    from voxwire.checks.statistics import Row
    from voxwire.protocol import AnyProtocol
    from voxwire.session.sequence import SequenceTracker

_encode: Final = msgspec.json.Encoder().encode


_NOT_PLAIN: Final = (*TYPED_DECODER_ERRORS, KeyError)
"""What the typed decoder raises, or the look-up of the kind of a frame."""


class Plain(NamedTuple):
    """Frames of one class that no session has to look at: where they are counted, and whether their
    payload has open fields."""

    row: Row
    is_open: bool


Skim: TypeAlias = "Callable[[Sequence[ParsedLine], int, Connection, SequenceTracker, Clock, Mapping[type, Plain]], int]"


def skimmer(protocol: AnyProtocol) -> Skim:
    """What skims captures of a protocol. The names that it needs for each frame are its own."""
    typed_frame: Callable[[bytes], Any] = Codec.of(protocol).typed_server
    # Their own look-ups are many times faster than the envelope's methods.
    seq = protocol.envelope.sequence_attribute
    payload = protocol.envelope.payload_attribute

    def skim(
        lines: Sequence[ParsedLine],
        start: int,
        connection: Connection,
        tracker: SequenceTracker,
        clock: Clock,
        plain: Mapping[type, Plain],
    ) -> int:
        """Check the frames from `lines[start]` on; returns the index of the first line that is left.

        The caller has made sure that nothing but frames themselves can be news: the session is settled,
        text messages are what the address asked for, and every number is known.
        """
        index = start
        is_timed = not clock.is_off
        latest = clock.latest
        due = (tracker.last_seq or 0) + 1
        for index in range(start, len(lines)):
            line = lines[index]
            if (
                type(line) is not Line
                or line.dir != "s2c"
                or line.opcode != "text"
                or line.conn is not None
            ):
                break
            text = line.text
            if text is None:
                break
            ts = line.ts
            if ts is None:
                if connection.times != "missing":
                    break
            elif is_timed and not latest <= ts < LAST_UNIX_TIME:
                break
            data = text.encode()
            size = len(data)
            try:
                frame = typed_frame(data)
                row, is_open = plain[type(frame)]
            except _NOT_PLAIN:
                break
            if size > MAX_FRAME_SIZE or (seq is not None and getattr(frame, seq, None) != due):
                break
            encoded = _encode(frame)
            if encoded != data and string_count(encoded) != string_count(data):
                break
            if is_open and is_noteworthy(
                frame if payload is None else getattr(frame, payload, None)
            ):
                break
            row.frames += 1
            row.size += size
            due += 1
            if is_timed and ts is not None:
                latest = ts
        else:
            index = len(lines)
        connection.frames += index - start
        if index > start:
            if seq is not None:
                tracker.last_seq = due - 1
            clock.latest = latest
        return index

    return skim
