"""The sessions of a set of captures, so that a resume can be held against what came before it."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Protocol

from voxwire.checks.session.problems import SessionProblem

_MAX_SESSIONS: Final = 10_000
"""Sessions that are remembered; the oldest is forgotten first, so that memory stays flat."""


class HasLastSeq(Protocol):
    """Whatever follows the sequence numbers of a session."""

    @property
    def last_seq(self) -> int | None: ...


class Sessions:
    """What each session of the files read so far has received."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, HasLastSeq] = OrderedDict()

    def remember(self, session_id: str, sequence: HasLastSeq) -> None:
        """`sequence` follows the numbers of the session from now on."""
        self._known[session_id] = sequence
        self._known.move_to_end(session_id)
        if len(self._known) > _MAX_SESSIONS:
            self._known.popitem(last=False)

    def resume(self, session_id: str, last_seq: int) -> SessionProblem | None:
        """A client resumes and says what it has; None also when the session is not known here."""
        sequence = self._known.get(session_id)
        received = sequence.last_seq if sequence is not None else None
        if received is None or last_seq == received:
            return None
        if last_seq > received:
            consequence = f"messages {received + 1} to {last_seq} are lost for good"
        else:
            consequence = f"messages {last_seq + 1} to {received} come a second time"
        return SessionProblem(
            "RESUME_LAST_SEQ",
            "/d/last_seq",
            f"the client resumes after seq {last_seq}, but had received seq {received}",
            consequence,
        )
