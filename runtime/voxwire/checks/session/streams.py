"""Messages that belong together by a key of the envelope: is each opened once, and over when it is over?

The two sides may end a stream at the same time, and what the other sent meanwhile still arrives. So a side
is only blamed for what it knew itself: the client for a key that it uses a second time before anything of
the capture could have told it that the first is over, the server for what it sends after its own end.
"""

from __future__ import annotations

import enum
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from voxwire.checks.findings import Finding
from voxwire.rules.streams import STREAM_KEY_IN_USE, STREAM_OVER, STREAM_UNKNOWN
from voxwire.wire.strict_json import pointer_step

if TYPE_CHECKING:
    from collections.abc import Hashable

    from voxwire.checks.session.conversation import Conversation
    from voxwire.protocol import FrameClass, MessageType, Stream

_MAX_KEYS: Final = 10_000
"""Streams of a connection that are remembered, also those that are over; the oldest is forgotten first."""

_SHOWN_KEY: Final = 40


class _Is(enum.Enum):
    """How far a stream is."""

    OPEN = "opened by the client"
    LEFT = "ended by the client, or perhaps; the server may not know yet"
    OVER = "ended by the server"
    CROSSED = "opened again after the client ended it: what comes may belong to either"


class Streams:
    """The streams of one connection. `from_start`: the capture has its beginning."""

    def __init__(self, conversation: Conversation, *, from_start: bool) -> None:
        self._by_frame: Final = conversation.machine.stream_of
        self._known: OrderedDict[tuple[str, Hashable], _Is] = OrderedDict()
        self._is_complete = from_start
        """Whether every stream that was ever opened is known."""

    def stream_of(self, frame_class: FrameClass) -> Stream | None:
        """The stream that a message belongs to, if any."""
        return self._by_frame.get(frame_class)

    def client_says(
        self, stream: Stream, frame_class: FrameClass, key: object, type_: MessageType
    ) -> Finding | None:
        """The client sent a message of a stream; `key` is None where it cannot be told."""
        if not isinstance(key, str | int):
            self._is_complete = False
            return None
        name = (stream.name, key)
        before = self._known.get(name)
        if frame_class is not stream.opened_by:
            if frame_class in stream.ended_by and before in (_Is.OPEN, _Is.CROSSED):
                self._known[name] = _Is.LEFT
            return None  # it may be over already, or never have been: the two cross
        is_crossed = before in (_Is.LEFT, _Is.CROSSED)
        self._keep(name, _Is.CROSSED if is_crossed else _Is.OPEN)
        if before not in (_Is.OPEN, _Is.CROSSED):
            return None
        return Finding.of(
            STREAM_KEY_IN_USE,
            f"{type_} has the {stream.key} {_shown(key)} of one that is not over",
            f"the server closes with {stream.duplicate.code}; take another {stream.key}",
            pointer=pointer_step(stream.key),
        )

    def server_says(
        self, stream: Stream, frame_class: FrameClass, key: object, type_: MessageType
    ) -> Finding | None:
        """The server sent a message of a stream."""
        if not isinstance(key, str | int):
            self.lose_answer()
            return None
        name = (stream.name, key)
        before = self._known.get(name)
        if frame_class in stream.ended_by:
            self._keep(name, _Is.LEFT if before is _Is.CROSSED else _Is.OVER)
        if before is _Is.OVER:
            return Finding.of(
                STREAM_OVER,
                f"{type_} comes after the end of the {stream.name} {_shown(key)}",
                "the client ignores it",
                pointer=pointer_step(stream.key),
            )
        if before is None and self._is_complete:
            return Finding.of(
                STREAM_UNKNOWN,
                f"{type_} is for the {stream.name} {_shown(key)}, which the client never began",
                "the client ignores it",
                pointer=pointer_step(stream.key),
            )
        return None

    def lose_beginning(self) -> None:
        """The capture lacks the beginning of the connection: other streams may have been opened there."""
        self._is_complete = False

    def lose_answer(self) -> None:
        """A message of the server could not be read: any stream may be over."""
        for name, before in self._known.items():
            if before in (_Is.OPEN, _Is.CROSSED):
                self._known[name] = _Is.LEFT

    def lose(self) -> None:
        """Something could not be read; it may have opened or ended any stream."""
        self._known.clear()
        self._is_complete = False

    def _keep(self, name: tuple[str, Hashable], state: _Is) -> None:
        self._known[name] = state
        self._known.move_to_end(name)
        if len(self._known) > _MAX_KEYS:
            self._known.popitem(last=False)
            self._is_complete = False


def _shown(key: object) -> str:
    text = str(key)
    return text if len(text) <= _SHOWN_KEY else text[: _SHOWN_KEY - 1] + "…"
