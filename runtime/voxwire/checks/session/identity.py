"""Which session a connection carries, as the login, the resume and the answers to them say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voxwire.capture.times import FIRST_UNIX_TIME
from voxwire.checks.session.fields import field_of, pointer_to

if TYPE_CHECKING:
    from voxwire.checks.findings import Finding
    from voxwire.checks.sequence_check import SequenceCheck
    from voxwire.checks.session.conversation import Conversation
    from voxwire.checks.session.sessions import Sessions


class Identity:
    """Tells `sessions` what one connection means to them. `sequence` follows its numbers."""

    def __init__(
        self, conversation: Conversation, sessions: Sessions, sequence: SequenceCheck
    ) -> None:
        self._protocol: Final = conversation.protocol
        self._roles: Final = conversation.roles
        self._sessions: Final = sessions
        self._sequence: Final = sequence
        self._resuming: str | None = None
        self._session_id: str | None = None
        self._is_any = conversation.roles.resume is None
        """Whether it does not matter which session it is, or cannot be told."""
        self._began: float | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will be said of which session it is."""
        is_known = self._session_id is not None or self._is_any
        return is_known and self._resuming is None

    @property
    def is_taken_over(self) -> bool:
        """Whether the session went on on another connection, which began later."""
        return self._session_id is not None and self._sessions.went_on_elsewhere(
            self._session_id, self._sequence, self._began
        )

    def begin(self, ts: float | None) -> None:
        """Something was sent; the first time of day that is seen is when the connection began."""
        if self._began is None and ts is not None and ts >= FIRST_UNIX_TIME:
            self._began = ts

    def established(self, payload: Any) -> None:
        """The server began a session."""
        role = self._roles.established
        self._resuming = None
        session_id = field_of(payload, None if role is None else role.session)
        if isinstance(session_id, str):
            self._session_id = session_id
            self._sessions.start(session_id, self._sequence, self._began)

    def numbered(self) -> None:
        """A message of some session arrived; what is replayed counts at once."""
        if self._resuming is not None:
            self._sessions.go_on(self._resuming, self._sequence, self._began)
            self._session_id, self._resuming = self._resuming, None
        elif not self.is_settled:
            self._is_any = True  # which session it is was never seen: it can be any
            self._sessions.forget_all()

    def resume(self, payload: Any, *, is_from_start: bool) -> Finding | None:
        """The client asks for its session, and the server heeds it. `is_from_start` when the capture has
        all that it receives here."""
        role = self._roles.resume
        if role is None:
            return None
        session_id, last_seq = field_of(payload, role.session), field_of(payload, role.last_seq)
        if not isinstance(session_id, str):
            return None
        self._resuming = session_id
        if type(last_seq) is not int or not 0 <= last_seq <= self._protocol.envelope.max_seq:
            return None
        pointer = pointer_to(role.last_seq, self._protocol)
        finding = self._sessions.resume(session_id, last_seq, self._began, pointer)
        if self._sessions.knows(session_id, self._began):
            is_lie = finding is not None and finding.severity == "error"
            self._sequence.judge_claim(is_true=not is_lie)
        if not is_from_start:
            self._sessions.forget(session_id)
        return finding

    def lose_message(self) -> None:
        """A message of the server could not be read: nobody knows whether the client could."""
        for session_id in (self._session_id, self._resuming):
            if session_id is not None:
                self._sessions.forget(session_id)
