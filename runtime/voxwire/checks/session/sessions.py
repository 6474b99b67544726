"""The sessions of a set of captures, so that a resume can be held against what came before it."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final, NamedTuple, Protocol

from voxwire.checks.findings import Finding
from voxwire.rules.order import RESUME_LAST_SEQ

_MAX_SESSIONS: Final = 10_000
"""Sessions that are remembered; the oldest is forgotten first, so that memory stays flat."""

_MAX_CONNECTIONS: Final = 4
"""Connections of a session that are remembered. After a resume the old one can stay open, and both
get events; more than two at a time are rare."""


class HasLastSeq(Protocol):
    """Whatever follows the sequence numbers of a connection."""

    @property
    def last_seq(self) -> int | None: ...


class _Part(NamedTuple):
    """One connection of a session, and when it began; None where that is not known."""

    sequence: HasLastSeq
    began: float | None

    def is_after(self, began: float | None) -> bool:
        """Whether this connection is certainly later than one that began then."""
        return self.began is not None and began is not None and self.began > began


class Sessions:
    """What each session of the files read so far has received.

    Files may be read in any order: what is known to be later than a resume counts for nothing there.
    `began` is always when a connection began, as Unix time; None where it is not known.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, deque[_Part]] = OrderedDict()

    def start(self, session_id: str, sequence: HasLastSeq, began: float | None) -> None:
        """A session begins, and `sequence` follows its numbers."""
        later = [part for part in self._known.get(session_id, ()) if part.is_after(began)]
        self._known[session_id] = deque([_Part(sequence, began), *later], maxlen=_MAX_CONNECTIONS)
        self._keep(session_id)

    def go_on(self, session_id: str, sequence: HasLastSeq, began: float | None) -> None:
        """A session goes on, and `sequence` follows its numbers from now on."""
        parts = self._known.setdefault(session_id, deque(maxlen=_MAX_CONNECTIONS))
        parts.append(_Part(sequence, began))
        self._keep(session_id)

    def _keep(self, session_id: str) -> None:
        self._known.move_to_end(session_id)
        if len(self._known) > _MAX_SESSIONS:
            self._known.popitem(last=False)

    def forget(self, session_id: str) -> None:
        """The session may have received what the captures do not show."""
        self._known.pop(session_id, None)

    def forget_all(self) -> None:
        """Any session may have received what the captures do not show."""
        self._known.clear()

    def knows(self, session_id: str, began: float | None) -> bool:
        """Whether it is known what the session had received when a connection began."""
        return bool(self._before(session_id, began))

    def _before(self, session_id: str, began: float | None) -> list[_Part]:
        return [part for part in self._known.get(session_id, ()) if not part.is_after(began)]

    def went_on_elsewhere(self, session_id: str, sequence: HasLastSeq, began: float | None) -> bool:
        """Whether the session went on on another connection, which began later."""
        return any(
            part.sequence is not sequence and part.is_after(began)
            for part in self._known.get(session_id, ())
        )

    def resume(
        self, session_id: str, last_seq: int, began: float | None, pointer: str
    ) -> Finding | None:
        """A client resumes and says what it has; None also when the session is not known here.
        `pointer` is where it says that."""
        numbers = [part.sequence.last_seq for part in self._before(session_id, began)]
        received = [number for number in numbers if number is not None]
        if not received:
            return None
        highest = max(received)
        if last_seq > highest:
            return Finding.of(
                RESUME_LAST_SEQ,
                f"the client resumes after seq {last_seq}, but had received seq {highest}",
                f"what it missed up to seq {last_seq} is not replayed; "
                "or the captures lack a connection of the session",
                pointer=pointer,
            )
        if last_seq < min(highest, received[-1]):
            return Finding.of(
                RESUME_LAST_SEQ,
                f"the client resumes after seq {last_seq}, but had received seq {highest}",
                f"this is allowed: messages {last_seq + 1} to {highest} come a second time",
                severity="note",
                culprit=None,
                pointer=pointer,
            )
        return None
