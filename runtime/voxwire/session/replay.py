"""What a server keeps of a session, so that a client can resume it (protocol section 8, rule 4)."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from voxmodels.v1 import UNSET, UnknownFrame, limits, server
from voxmodels.v1.frames import FIRST_SEQ
from voxwire.codec import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec import Struct

    from voxwire.session.server import ServerConnection


class ServerSession:
    """The messages of one session: numbers them, and keeps the latest for a resume.

    It outlives its connections. While a client is away, :meth:`publish` what happens to the session
    itself; the client gets it when it resumes.
    """

    def __init__(
        self,
        ready: server.Ready,
        *,
        capacity: int = limits.REPLAY_BUFFER,
        lifetime: float = limits.SESSION_LIFETIME,
    ) -> None:
        """`ready` is the session's first message. `capacity` is how many messages are kept;
        `lifetime` is for how many seconds after a drop. Raises EncodeError when `ready` cannot be
        sent."""
        self.ready = ready
        self.lifetime = lifetime
        self.last_seq = FIRST_SEQ
        """The number of the latest message."""
        self.connection: ServerConnection | None = None
        """The connection that the session is attached to."""
        self._first = encode(ready, FIRST_SEQ)
        self._recent: deque[bytes] = deque(maxlen=capacity)
        self._detached_at: float | None = None

    @property
    def session_id(self) -> str:
        """The name that a client resumes it by."""
        return self.ready.session_id

    @property
    def first_message(self) -> bytes:
        """The frame of ``ready``. It is never replayed: a client that resumes has had it."""
        return self._first

    @property
    def is_used(self) -> bool:
        """Whether it was ever attached to a connection."""
        return self.connection is not None or self._detached_at is not None

    def publish(self, payload: Struct) -> bytes:
        """Number a message, keep it, and give its JSON.

        `payload` is that of any sequenced message, or an UnknownFrame without a number. Raises
        EncodeError for anything else; the session is then as before.
        """
        seq = self.last_seq + 1
        if isinstance(payload, UnknownFrame) and payload.seq is UNSET:
            data = encode(replace(payload, seq=seq))
        else:
            data = encode(payload, seq)
        self.last_seq = seq
        self._recent.append(data)
        return data

    def can_replay_after(self, last_seq: int) -> bool:
        """Whether everything after `last_seq` is still there."""
        return self.last_seq - len(self._recent) <= last_seq <= self.last_seq

    def replay_after(self, last_seq: int) -> Iterator[bytes]:
        """The frames after `last_seq`, oldest first, with the numbers that they had."""
        return islice(self._recent, len(self._recent) - (self.last_seq - last_seq), None)

    def attach(self, connection: ServerConnection) -> None:
        """A connection carries the session from now on."""
        self.connection = connection
        self._detached_at = None

    def detach(self, now: float) -> None:
        """The session has no connection any more: its lifetime begins."""
        self.connection = None
        self._detached_at = now

    def is_expired(self, now: float) -> bool:
        """Whether it is too late to resume it."""
        return self._detached_at is not None and now >= self._detached_at + self.lifetime

    def __repr__(self) -> str:
        return f"<ServerSession of user {self.ready.user_id}, last_seq {self.last_seq}>"


class ServerSessions:
    """All sessions of a server, by their ids. Call :meth:`expire` now and then."""

    def __init__(
        self,
        *,
        capacity: int = limits.REPLAY_BUFFER,
        lifetime: float = limits.SESSION_LIFETIME,
    ) -> None:
        """`capacity` and `lifetime` are those of every session."""
        self._capacity = capacity
        self._lifetime = lifetime
        self._sessions: dict[str, ServerSession] = {}

    def start(self, ready: server.Ready) -> ServerSession:
        """A new session. Raises ValueError when its id is in use."""
        if ready.session_id in self._sessions:
            raise ValueError("the session id is in use")
        session = ServerSession(ready, capacity=self._capacity, lifetime=self._lifetime)
        self._sessions[ready.session_id] = session
        return session

    def find(self, session_id: str, now: float) -> ServerSession | None:
        """The session with this id; None when there is none, or none any more."""
        session = self._sessions.get(session_id)
        return None if session is None or session.is_expired(now) else session

    def count(self, user_id: int, now: float) -> int:
        """How many sessions a user has. A server allows five and refuses a sixth with 4006."""
        return sum(
            session.ready.user_id == user_id and not session.is_expired(now)
            for session in self._sessions.values()
        )

    def expire(self, now: float) -> list[ServerSession]:
        """Forget the sessions that can no longer be resumed, and give them back."""
        expired = [session for session in self._sessions.values() if session.is_expired(now)]
        for session in expired:
            del self._sessions[session.session_id]
        return expired

    def __len__(self) -> int:
        return len(self._sessions)
