"""Makes short work of what most of a capture is: sound text frames of the server, one after another.

This is the hot loop of ``voxwire validate``. It does what :mod:`voxwire.checks.capture_check` does
with a frame about which there is nothing to report, without a call or an object for each step, and
stops at the first line that may need more.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from voxwire.capture import Line
from voxwire.capture.times import LAST_UNIX_TIME
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.wire.codec import TYPED_DECODER_ERRORS, Codec
from voxwire.wire.open_fields import is_noteworthy, open_frames
from voxwire.wire.strict_json import string_count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from voxwire.capture import Connection, ParsedLine
    from voxwire.checks.clock import Clock
    from voxwire.checks.statistics import Row
    from voxwire.protocol import AnyProtocol, MessageType
    from voxwire.session.sequence import SequenceTracker

_encode: Final = msgspec.json.Encoder().encode


class Kind(NamedTuple):
    """Frames of one class: their type, where they are counted, and whether the session has to look at
    each."""

    type: MessageType
    row: Row
    is_for_session: bool


Skim: TypeAlias = "Callable[[Sequence[ParsedLine], int, Connection, SequenceTracker, Clock, Mapping[type, Kind]], int]"


def skimmer(protocol: AnyProtocol) -> Skim:
    """What skims captures of a protocol. The names that it needs for each frame are its own."""
    typed_frame: Callable[[bytes], Any] = Codec.of(protocol).typed_server
    seq_of = _seq_of(protocol)
    payload_of = _payload_of(protocol)
    opened = open_frames(protocol)

    def skim(
        lines: Sequence[ParsedLine],
        start: int,
        connection: Connection,
        tracker: SequenceTracker,
        clock: Clock,
        kinds: Mapping[type, Kind],
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
                or line.text is None
            ):
                break
            ts = line.ts
            if ts is None:
                if connection.times != "missing":
                    break
            elif is_timed and not latest <= ts < LAST_UNIX_TIME:
                break
            data = line.text.encode()
            try:
                frame = typed_frame(data)
            except TYPED_DECODER_ERRORS:
                break
            kind = kinds.get(type(frame))
            if kind is None or kind.is_for_session or len(data) > MAX_FRAME_SIZE:
                break
            if seq_of is not None and seq_of(frame) != due:
                break
            encoded = _encode(frame)
            if encoded != data and string_count(encoded) != string_count(data):
                break
            if type(frame) in opened and is_noteworthy(payload_of(frame)):
                break
            row = kind.row
            row.frames += 1
            row.size += len(data)
            due += 1
            if is_timed and ts is not None:
                latest = ts
        else:
            index = len(lines)
        connection.frames += index - start
        if index > start:
            if seq_of is not None:
                tracker.last_seq = due - 1
            clock.latest = latest
        return index

    return skim


def _seq_of(protocol: AnyProtocol) -> Callable[[Any], Any] | None:
    """What reads the number of a frame, faster than an envelope does; None where there are none."""
    attribute = protocol.envelope.sequence_attribute
    return None if attribute is None else attrgetter(attribute)


def _payload_of(protocol: AnyProtocol) -> Callable[[Any], Any]:
    """The same for payloads of frames that have one."""
    attribute = protocol.envelope.payload_attribute
    return protocol.envelope.payload_of if attribute is None else attrgetter(attribute)
