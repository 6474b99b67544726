"""Does a capture hold both sides of a connection? A bot often logs only what it receives."""

from __future__ import annotations

from typing import Final

from voxmodels.v1 import CloseCode, server
from voxwire.checks.findings import Finding
from voxwire.rules.capture_format import CAPTURE_ONE_SIDED

_ANSWERS: Final = frozenset((server.ReadyFrame.type, server.ResumedFrame.type))

_ANSWERING_CODES: Final = frozenset(
    (
        CloseCode.DECODE_ERROR,
        CloseCode.AUTH_FAILED,
        CloseCode.ALREADY_AUTHENTICATED,
        CloseCode.SESSION_EXPIRED,
        CloseCode.REPLAY_EXHAUSTED,
        CloseCode.VERSION_MISMATCH,
    )
)
"""What a server closes with for nothing but something that the client said. The other codes come to
silent clients, too: 4003 after 30 seconds, 4006 to one connection too many, 4008 before a restart."""

_ACKS_OF_CERTAINTY: Final = 2
"""The first one may answer a heartbeat from before the capture began."""

_TALKATIVE: Final = 10
"""Frames of a server after which a client that is never heard is not just one with little to say."""

_OFF: Final = "rules that need the other side are off"


class Sides:
    """Counts what each side of one connection sent."""

    def __init__(self) -> None:
        self.client = 0
        """Frames that the client sent."""
        self.server = 0
        """Frames that the server sent, as far as somebody had to look at them."""
        self._is_answer = False
        """Whether the server said what it says only to a client that has spoken."""
        self._acks = 0
        self._is_closed = False

    @property
    def are_both_there(self) -> bool:
        """Whether each side said something."""
        return self.client > 0 and self.server > 0

    def client_frame(self) -> None:
        """The client sent something."""
        self.client += 1

    def server_frame(self, type_: str | None, *, is_answer: bool) -> None:
        """The server sent a message of this type. `is_answer` when the client must have said
        something before, since the beginning of the capture."""
        self.server += 1
        if type_ == server.HeartbeatAckFrame.type:
            self._acks += 1
        if is_answer or type_ in _ANSWERS or self._acks >= _ACKS_OF_CERTAINTY:
            self._is_answer = True

    def close(self, code: int) -> None:
        """The connection was closed with this code."""
        self._is_closed = True
        if self.server and code in _ANSWERING_CODES:
            self._is_answer = True

    def missing(self, frames: int) -> Finding | None:
        """Says which side is not among the `frames` of the connection though it must have spoken."""
        if not self.client and (self._is_answer or frames >= _TALKATIVE):
            return Finding.of(
                CAPTURE_ONE_SIDED, "the capture holds only what the server sent", _OFF
            )
        # The server says hello at once; a client that spoke once may have lost the connection before.
        if not self.server and (self.client > 1 or (self.client and self._is_closed)):
            return Finding.of(
                CAPTURE_ONE_SIDED, "the capture holds only what the client sent", _OFF
            )
        return None
