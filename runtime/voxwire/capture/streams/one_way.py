"""The messages that one side of a WebSocket connection sent, out of its bytes (RFC 6455, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.streams.frame_headers import (
    CLOSE,
    FIN,
    FIRST_BYTES,
    MASKED,
    OPCODE,
    OPCODES,
    PLAIN_FIRST_BYTES,
    RSV1,
    begins_with_frames,
    unmasked,
)
from voxwire.capture.streams.messages import LONGEST_MESSAGE, Messages
from voxwire.capture.streams.output import MOST_AT_ONCE, MOST_HELD, counted_bytes
from voxwire.rules.capture_format import CAPTURE_GAP, CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from voxwire.capture.events import Connection
    from voxwire.capture.streams.deflate import Deflate
    from voxwire.capture.streams.output import StreamOutput
    from voxwire.direction import Direction

_TOO_MUCH: Final = "could not be kept, as too much of others is unfinished"

_LONGEST_FRAME: Final = 1 << 30
"""Bytes that no frame has: a header that says so is none."""

_TOO_LONG: Final = f"is longer than {LONGEST_MESSAGE} bytes"


class OneWay:
    """One direction. Frames are given to `output` as soon as they are whole.

    It knows where a frame begins: `is_aligned`. When bytes are missing it may not, and begins anew with
    the next packet that certainly begins with a frame.
    """

    def __init__(
        self,
        connection: Connection,
        direction: Direction,
        deflate: Deflate | None,
        output: StreamOutput,
        *,
        is_aligned: bool,
    ) -> None:
        self.is_closed = False
        """Whether this side has sent a close frame."""
        self._said: Final = Messages(connection, direction, deflate, output)
        self._message: Final = self._said.message
        self._masked: Final = MASKED if direction == "c2s" else 0
        self._output: Final = output
        self._is_aligned = is_aligned
        self._skipped = 0
        """Bytes that were passed over since a frame began somewhere unknown."""
        self._first_bytes: Final = PLAIN_FIRST_BYTES if deflate is None else FIRST_BYTES
        self._is_mask_said = False
        self._is_late_said = False
        self._rest = b""
        """The beginning of a header."""
        self._due = 0
        """Bytes of a payload that are still to come, 0 between frames."""
        self._payload = bytearray()
        """The payload of which they are the rest; empty when it is not kept."""
        self._reserved = 0
        """Bytes that it may take."""
        self._first = 0
        self._key = b""
        self._why_not = ""
        """Why the frame that is being read cannot be given; empty when it can."""
        self._fragments = bytearray()
        """What there is of the message whose last frame is still to come."""
        self._kind = 0
        """The first byte of the message that fragments are of; 0 for none."""
        self._broken = ""
        """Why that message cannot be given; empty when it can."""
        self._hint = ""
        """What to do about that."""
        self._is_within_lost = not is_aligned
        """Whether fragments may be of a message whose beginning is missing."""

    def feed(self, data: bytes, ts: float, number: int) -> None:
        """The next bytes, and the time and number of the packet that they came with."""
        if not self._is_aligned and not self._aligns(data, number):
            return
        if self._due:
            if len(data) < self._due:
                self._due -= len(data)
                if not self._why_not:
                    self._payload += data
                return
            due, self._due = self._due, 0
            payload = b"" if self._why_not else bytes(self._payload) + data[:due]
            self._drop_payload()
            self._frame(self._first, self._key, payload, ts, number)
            data = data[due:]
        elif self._rest:
            data = self._rest + data
            self._rest = b""
        if data:
            self._frames(data, ts, number)

    def _frames(self, data: bytes, ts: float, number: int) -> None:
        """Read frames that begin with `data`."""
        at, end, output = 0, len(data), self._output
        while end - at >= 2 and not self.is_closed and output.size <= MOST_AT_ONCE:
            first, second = data[at], data[at + 1]
            length, start = second & 127, at + 2
            if length > 125:
                wide = 2 if length == 126 else 8
                length = int.from_bytes(data[start : start + wide], "big")
                start += wide
            if second & 128:
                key = data[start : start + 4]
                start += 4
            else:
                key = b""
            if start > end:
                break
            if first not in self._first_bytes or length > 125:
                problem = self._problem(first, length)
                if problem:
                    self._misread(problem, end - at, number)
                    return
            if second & 128 != self._masked:
                self._say_mask(number)
            stop = start + length
            if stop > end:
                self._begin(first, key, length, data[start:])
                return
            self._frame(first, key, data[start:stop], ts, number)
            at = stop
        self._rest = data[at:]

    def _problem(self, first: int, length: int) -> str:
        """Why no frame has such a header; empty when one may."""
        opcode = first & OPCODE
        if opcode not in OPCODES:
            return f"opcode {opcode} is reserved"
        if opcode >= CLOSE and (length > 125 or first < FIN):
            return "control frames are short and whole"
        if length > _LONGEST_FRAME:
            return f"{length} bytes are more than anybody sends"
        return "" if first in self._first_bytes else "reserved bits are set"

    def _begin(self, first: int, key: bytes, length: int, payload: bytes) -> None:
        """A frame begins whose payload is not yet all there."""
        self._first, self._key = first, key
        self._due = length - len(payload)
        held = 0 if first & OPCODE else len(self._fragments)
        if held + length > LONGEST_MESSAGE:
            self._why_not = _TOO_LONG
        elif self._output.held + length > MOST_HELD:
            self._why_not = _TOO_MUCH
        else:
            self._reserved = length
            self._output.held += length
            self._payload += payload

    def _drop_payload(self) -> None:
        self._payload = bytearray()
        self._output.held -= self._reserved
        self._reserved = 0

    def _frame(self, first: int, key: bytes, payload: bytes, ts: float, number: int) -> None:
        """A frame is over, which is broken where `_why_not` says so."""
        opcode, why_not = first & OPCODE, self._why_not
        if key and payload:
            payload = unmasked(payload, key)
        if opcode and opcode < CLOSE and first >= FIN and not self._kind and not why_not:
            self._is_within_lost = False
            self._message(first, payload, ts, number)
            return
        self._why_not = ""
        if opcode >= CLOSE:
            if opcode == CLOSE:  # pings and pongs are no messages
                self.is_closed = True
                self._said.close(payload, why_not, ts, number)
        elif self._goes_on(first, number):
            self._add_fragment(payload, why_not)
            if first >= FIN:
                self._last_fragment(ts, number)

    def _goes_on(self, first: int, number: int) -> bool:
        """Whether a message begins or goes on with a fragment."""
        opcode = first & OPCODE
        if opcode:
            if self._kind:
                self._said.say(number, "begins a message before another one ends")
                self._forget_message()
            self._kind = first
            self._is_within_lost = False
        elif not self._kind:
            if not self._is_within_lost:
                self._said.say(number, "goes on with a message that it did not begin")
            elif first >= FIN:
                self._is_within_lost = False
            return False
        return True

    def _add_fragment(self, payload: bytes, why_not: str) -> None:
        if len(self._fragments) + len(payload) > LONGEST_MESSAGE:
            why_not = why_not or _TOO_LONG
        elif self._output.held + len(payload) > MOST_HELD:
            why_not = why_not or _TOO_MUCH
        self._broken = self._broken or why_not
        if self._broken:
            self._drop_fragments()
        else:
            self._fragments += payload
            self._output.held += len(payload)

    def _drop_fragments(self) -> None:
        self._output.held -= len(self._fragments)
        self._fragments = bytearray()

    def _last_fragment(self, ts: float, number: int) -> None:
        kind, why, payload = self._kind, self._broken, bytes(self._fragments)
        if why:
            hint = self._hint
            self._forget_message()
            where = self._said.place(number)
            what = f"the message of the {self._said.sender} that ends in {where}"
            self._said.gap(CAPTURE_GAP, f"{what} {why}", hint)
            return
        self._kind = 0
        self._drop_fragments()
        self._message(kind, payload, ts, number)

    def _forget_message(self) -> None:
        """The message that is being read is not given."""
        if self._kind & RSV1:
            self._said.lose()
        self._kind, self._broken, self._hint = 0, "", ""
        self._drop_fragments()

    def missing(self, count: int, ts: float, number: int, hint: str = "") -> None:
        """The next `count` bytes are missing; packet `number` is the next that there is, or the one that was
        cut off."""
        if self._due >= count:
            self._due -= count
            self._why_not = f"is not all there: {counted_bytes(count)} are missing"
            self._hint = hint
            self._drop_payload()
            if not self._due:
                self._frame(self._first, b"", b"", ts, number)
        else:
            if self._skipped:
                self._say_skipped(f" before {self._said.place(number)}")
            self.lose()
            where = f"{counted_bytes(count)} of the {self._said.sender} are missing before {self._said.place(number)}"
            self._said.gap(CAPTURE_GAP, where, hint)

    def late(self, count: int, number: int) -> None:
        """Packet `number` has `count` bytes that were sent before what has been read."""
        where = f"{counted_bytes(count)} of the {self._said.sender} in {self._said.place(number)}"
        is_again, self._is_late_said = self._is_late_said, True
        self._said.gap(
            CAPTURE_GAP,
            f"{where} stand behind what followed on them, and too far to be put in order",
            "put packets in the order of their times (reordercap), and record connections from their beginning",
            again=is_again,
        )

    def lose(self) -> None:
        """Something is missing, and nobody knows where the next frame begins."""
        self._is_aligned = False
        self._is_within_lost = True
        self._skipped = 0
        self._rest, self._due, self._why_not = b"", 0, ""
        self._drop_payload()
        self._forget_message()
        self._said.lose()

    def end(self, *, is_cut_off: bool) -> None:
        """Nothing more comes. `is_cut_off` when only the capture is over, and not the connection."""
        if not self._is_aligned and self._skipped:
            self._say_skipped("")
        elif is_cut_off and (self._due or self._rest or self._kind):
            self._said.gap(
                CAPTURE_GAP, f"the capture ends within a message of the {self._said.sender}"
            )

    def forget(self) -> None:
        """Nothing is read any more."""
        self._drop_payload()
        self._drop_fragments()

    def _aligns(self, data: bytes, number: int) -> bool:
        """Whether `data` certainly begins with a frame."""
        is_masked = bool(self._masked)
        if not begins_with_frames(data, self._first_bytes, LONGEST_MESSAGE, is_masked=is_masked):
            self._skipped += len(data)
            return False
        self._is_aligned = True
        if self._skipped:
            self._say_skipped(f" before {self._said.place(number)}")
        return True

    def _say_skipped(self, where: str) -> None:
        what = f"{counted_bytes(self._skipped)} of the {self._said.sender}{where}"
        self._said.gap(
            CAPTURE_GAP,
            f"{what} could not be read: no packet among them certainly begins with a frame",
        )
        self._skipped = 0

    def _misread(self, problem: str, size: int, number: int) -> None:
        """Something that is no frame stands where one should begin."""
        self.lose()
        self._skipped = size
        self._said.gap(
            CAPTURE_PART_INVALID,
            f"{self._said.place(number)}: what the {self._said.sender} sent is no WebSocket frame: {problem}",
            "reading goes on with the next packet that certainly begins with a frame",
        )

    def _say_mask(self, number: int) -> None:
        if not self._is_mask_said:
            self._is_mask_said = True
            does = "does not mask" if self._masked else "masks"
            self._said.say(number, f"{does} its frames, against RFC 6455, section 5.1")
