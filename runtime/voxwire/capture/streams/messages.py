"""What one side of a WebSocket connection said, as events: messages, its close, and what is missing."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from voxwire.capture.events import Closed, Frame, Gap, Place
from voxwire.capture.streams.deflate import Deflate, Inflater, TooLongError
from voxwire.capture.streams.frame_headers import OPCODE, RSV1, TEXT
from voxwire.limits import MAX_LINE_SIZE
from voxwire.rules.capture_format import CAPTURE_GAP, CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from voxwire.capture.events import Connection
    from voxwire.capture.streams.output import StreamOutput
    from voxwire.direction import Direction
    from voxwire.rules.rule import Rule

LONGEST_MESSAGE: Final = MAX_LINE_SIZE
"""Bytes of a message, as of a line of the native format: what is longer is passed over, and said."""

_TOO_FAR_BACK: Final = "invalid distance too far back"
"""What zlib says of a reference to what it has not seen."""

_NO_STATUS: Final = 1005
"""The code of a close frame that has none (RFC 6455, section 7.1.5)."""


class Messages:
    """Gives to `output` what one side says."""

    def __init__(
        self,
        connection: Connection,
        direction: Direction,
        deflate: Deflate | None,
        output: StreamOutput,
    ) -> None:
        self.sender: Final = "client" if direction == "c2s" else "server"
        self._connection: Final = connection
        self._direction: Final[Direction] = direction
        self._output: Final = output
        forgets = deflate is not None and (
            deflate.client_forgets if direction == "c2s" else deflate.server_forgets
        )
        self._inflater: Final = Inflater(forgets=forgets, limit=LONGEST_MESSAGE)
        self._is_unsaid = deflate is not None and not deflate.is_known
        """Whether it is still to be said that nobody knows how messages are compressed."""
        self._is_reference_said = False

    def lose(self) -> None:
        """A message that may have been compressed is missing."""
        self._inflater.lose()

    def message(self, first: int, payload: bytes, ts: float, number: int) -> None:
        """A whole message, of which `first` is the first byte of its first frame."""
        if first & RSV1:
            if self._is_unsaid:
                self._is_unsaid = False
                self.gap(
                    CAPTURE_GAP,
                    f"messages of the {self.sender} are compressed, and what was agreed on about that is missing",
                    "they are read as far as they do not refer to what is missing; record the connection from its "
                    "beginning",
                )
            inflated = self._inflated(payload, number)
            if inflated is None:
                return
            payload = inflated
        data: str | bytes = payload
        if first & OPCODE == TEXT:
            try:
                data = payload.decode()
            except UnicodeDecodeError:
                data = payload.decode("utf-8", "surrogateescape")  # the checks say what is wrong
        connection = self._connection
        connection.frames += 1
        output = self._output
        output.size += len(data)
        output.events.append(
            Frame(
                connection,
                connection.frames,
                ts,
                self._direction,
                data,
                Place(output.unit, number),
            )
        )

    def close(self, payload: bytes, why_not: str, ts: float, number: int) -> None:
        """A close frame; `why_not` says why it cannot be read, if it cannot."""
        if why_not:
            self.gap(CAPTURE_GAP, f"{self.place(number)}: the close of the {self.sender} {why_not}")
            return
        code, reason = _NO_STATUS, ""
        if len(payload) == 1:
            self.say(number, "sends a close with half of a code")
        elif payload:
            code = int.from_bytes(payload[:2], "big")
            reason = payload[2:].decode("utf-8", "replace")
        self._output.events.append(Closed(self._connection, ts, code, reason))

    def say(self, number: int, what: str) -> None:
        """The sender does what nobody may."""
        self.gap(CAPTURE_PART_INVALID, f"{self.place(number)}: the {self.sender} {what}")

    def place(self, number: int) -> Place:
        """The packet, line or entry with this number."""
        return Place(self._output.unit, number)

    def gap(self, rule: Rule, message: str, hint: str = "", *, again: bool = False) -> None:
        """Something is missing or broken, with `again` for the same cause as before."""
        self._output.events.append(Gap(self._connection, rule, message, hint, again))

    def _inflated(self, payload: bytes, number: int) -> bytes | None:
        try:
            return self._inflater.message(payload)
        except TooLongError:
            self.gap(
                CAPTURE_GAP,
                f"{self.place(number)}: the message of the {self.sender} has more than "
                f"{LONGEST_MESSAGE} bytes when it is decompressed",
            )
        except zlib.error as error:
            problem = str(error).rpartition(": ")[2]
            if problem == _TOO_FAR_BACK:
                self._say_reference(number)
            else:
                self.gap(
                    CAPTURE_PART_INVALID,
                    f"{self.place(number)}: the message of the {self.sender} cannot be decompressed: {problem}",
                )
        return None

    def _say_reference(self, number: int) -> None:
        is_again, self._is_reference_said = self._is_reference_said, True
        self.gap(
            CAPTURE_GAP,
            f"{self.place(number)}: the message of the {self.sender} is compressed with references to earlier "
            "ones, which are missing; so may be those that follow",
            "it was agreed that compression keeps its context (permessage-deflate), so that every missing message "
            "costs later ones",
            again=is_again,
        )
