"""The sessions of a set of captures, so that a resume can be held against what came before it."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final, Protocol

from voxwire.checks.problems import Problem

_MAX_SESSIONS: Final = 10_000
"""Sessions that are remembered; the oldest is forgotten first, so that memory stays flat."""

_MAX_CONNECTIONS: Final = 4
"""Connections of a session that are remembered. After a resume the old one can stay open, and both
get events; more than two at a time are rare."""


class HasLastSeq(Protocol):
    """Whatever follows the sequence numbers of a connection."""

    @property
    def last_seq(self) -> int | None: ...


class Sessions:
    """What each session of the files read so far has received."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, deque[HasLastSeq]] = OrderedDict()

    def remember(self, session_id: str, sequence: HasLastSeq, *, is_new: bool) -> None:
        """`sequence` follows the numbers of the session from now on; `is_new` when it begins."""
        followed = self._known.get(session_id)
        if followed is None or is_new:
            followed = self._known[session_id] = deque(maxlen=_MAX_CONNECTIONS)
        followed.append(sequence)
        self._known.move_to_end(session_id)
        if len(self._known) > _MAX_SESSIONS:
            self._known.popitem(last=False)

    def forget(self, session_id: str) -> None:
        """The session may have received what the captures do not show."""
        self._known.pop(session_id, None)

    def forget_all(self) -> None:
        """Any session may have received what the captures do not show."""
        self._known.clear()

    def knows(self, session_id: str) -> bool:
        """Whether it is known what the session has received."""
        return session_id in self._known

    def resume(self, session_id: str, last_seq: int) -> Problem | None:
        """A client resumes and says what it has; None also when the session is not known here."""
        numbers = [sequence.last_seq for sequence in self._known.get(session_id, ())]
        received = [number for number in numbers if number is not None]
        if not received:
            return None
        highest = max(received)
        if last_seq > highest:
            return Problem(
                "RESUME_LAST_SEQ",
                "/d/last_seq",
                f"the client resumes after seq {last_seq}, but had received seq {highest}",
                f"what it missed up to seq {last_seq} is not replayed; "
                "or the captures lack a connection of the session",
            )
        if last_seq < min(highest, received[-1]):
            return Problem(
                "RESUME_LAST_SEQ",
                "/d/last_seq",
                f"the client resumes after seq {last_seq}, but had received seq {highest}",
                f"this is allowed: messages {last_seq + 1} to {highest} come a second time",
                severity="note",
                blame=None,
            )
        return None
