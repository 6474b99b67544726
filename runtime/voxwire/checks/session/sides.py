"""Does a capture hold both sides of a connection? A bot often logs only what it receives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.checks.findings import Finding
from voxwire.rules.capture_format import CAPTURE_ONE_SIDED

if TYPE_CHECKING:
    from collections.abc import Set

    from voxwire.checks.session.conversation import Conversation
    from voxwire.protocol import MessageType

_ACKS_OF_CERTAINTY: Final = 2
"""The first one may answer a heartbeat from before the capture began."""

_TALKATIVE: Final = 10
"""Frames of one side after which another that is never heard is not just one with little to say."""

_OFF: Final = "rules that need the other side are off"


class Sides:
    """Counts what each side of one connection sent. `answering` are the codes that a server closes with
    only for something that the client said."""

    def __init__(self, conversation: Conversation, answering: Set[int]) -> None:
        roles, beats = conversation.roles, conversation.tables.heartbeat
        self._answers: Final = {
            role.type for role in (roles.established, roles.resumed) if role is not None
        }
        ack = roles.heartbeat_answer
        is_sign = ack is not None and not (beats is not None and beats.unasked_answers)
        self._ack: Final = ack.type if ack is not None and is_sign else None
        self._is_greeted: Final = roles.greeting is not None
        self._answering: Final = answering
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

    def server_frame(self, type_: MessageType | None, *, is_answer: bool) -> None:
        """The server sent a message of this type. `is_answer` when the client must have said
        something before, since the beginning of the capture."""
        self.server += 1
        if type_ is not None and type_ == self._ack:
            self._acks += 1
        if is_answer or type_ in self._answers or self._acks >= _ACKS_OF_CERTAINTY:
            self._is_answer = True

    def close(self, code: int) -> None:
        """The connection was closed with this code."""
        self._is_closed = True
        if self.server and code in self._answering:
            self._is_answer = True

    def missing(self, frames: int) -> Finding | None:
        """Says which side is not among the `frames` of the connection though it must have spoken."""
        if not self.client and (self._is_answer or frames >= _TALKATIVE):
            return Finding.of(
                CAPTURE_ONE_SIDED, "the capture holds only what the server sent", _OFF
            )
        if not self.server and self._has_no_answer:
            return Finding.of(
                CAPTURE_ONE_SIDED, "the capture holds only what the client sent", _OFF
            )
        return None

    @property
    def _has_no_answer(self) -> bool:
        """Whether a server that was never heard must have said something."""
        if not self._is_greeted:
            return self.client >= _TALKATIVE
        # It greets at once; a client that spoke once may have lost the connection before.
        return self.client > 1 or (self.client > 0 and self._is_closed)
