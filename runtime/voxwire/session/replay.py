"""What a server keeps of a session, so that a client can resume it (protocol section 8, rule 4)."""

from __future__ import annotations

import json
import re
from collections import deque
from itertools import islice
from math import floor
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxmodels.v1 import UNSET, UnknownFrame, limits, server
from voxmodels.v1.frames import FIRST_SEQ
from voxwire.vox import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec import Struct

    from voxwire.session.server import ServerConnection

MAX_REPLAY_SIZE: Final = 64 * 1024 * 1024
"""Bytes of messages that are kept of a session: 64 of the greatest legal size. Without this bound a
thousand long ones would fill the memory; a client that misses some of them gets 4010, as for too many."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class ServerSession:
    """The messages of one session: numbers them, and keeps the latest for a resume.

    It outlives its connections, and can have several: a real server leaves the old connection open when
    the session is resumed on another, and sends every message to both.

    A real server numbers nothing while nobody is connected, so that what happens meanwhile never
    comes. Whoever calls :meth:`publish` then has it replayed.
    """

    def __init__(
        self,
        ready: server.Ready,
        *,
        capacity: int = limits.REPLAY_BUFFER,
        lifetime: float = limits.SESSION_LIFETIME,
    ) -> None:
        """`ready` is the session's first message. `capacity` is how many messages are kept, ready
        included; `lifetime` is in seconds, see :meth:`is_expired`. Raises EncodeError when `ready`
        cannot be sent."""
        self.ready = ready
        self.lifetime = lifetime
        self.last_seq = FIRST_SEQ
        """The number of the latest message."""
        self._first = encode(ready, FIRST_SEQ)
        self._capacity = capacity
        self._recent: deque[bytes] = deque([self._first][:capacity])
        self._recent_size = len(self._first)
        self._connections: list[ServerConnection] = []
        self._expires_at: float | None = None

    @property
    def session_id(self) -> str:
        """The name that a client resumes it by."""
        return self.ready.session_id

    @property
    def connection(self) -> ServerConnection | None:
        """The latest of the connections that it is attached to; None while the client is away."""
        return self._connections[-1] if self._connections else None

    @property
    def connections(self) -> tuple[ServerConnection, ...]:
        """All connections that it is attached to, the oldest first."""
        return tuple(self._connections)

    @property
    def first_message(self) -> bytes:
        """The frame of ``ready``. It is never replayed: a client that resumes has had it."""
        return self._first

    @property
    def is_used(self) -> bool:
        """Whether it was ever attached to a connection."""
        return self._expires_at is not None

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
        return self._keep(data)

    def relay(self, frame: UnknownFrame) -> bytes:
        """As :meth:`publish`, for a message that holds what another client gave: nothing is checked.

        `frame` may hold whatever JSON parsers let through, NaN and lone surrogates included.
        """
        wire = {"type": frame.type, "d": frame.d, "seq": self.last_seq + 1}
        text = json.dumps(wire, ensure_ascii=False, separators=(",", ":"))
        # UTF-8 has no lone surrogates: here they go out escaped, as in a server's compressed frames.
        return self._keep(_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode())

    def can_replay_after(self, last_seq: float) -> bool:
        """Whether a client may resume that says that it has had everything up to `last_seq`.

        That message itself must still be there, so that of 1000 kept ones 999 can be replayed. A
        number from the future is as good as the latest one (both measured on a real server).
        """
        return not last_seq < self.last_seq - len(self._recent) + 1

    def replay_after(self, last_seq: float) -> Iterator[bytes]:
        """The frames after `last_seq`, oldest first, with the numbers that they had."""
        missed = self.last_seq - floor(last_seq) if last_seq < self.last_seq else 0
        return islice(self._recent, max(0, len(self._recent) - missed), None)

    def attach(self, connection: ServerConnection, now: float) -> None:
        """A connection carries the session from now on: its lifetime begins anew."""
        self._connections.append(connection)
        self._expires_at = now + self.lifetime

    def detach(self, now: float, connection: ServerConnection | None = None) -> None:
        """`connection` does not carry the session any more; None: no connection does."""
        if connection is None:
            self._connections.clear()
        elif connection in self._connections:
            self._connections.remove(connection)
        if not self._connections and (self._expires_at is None or now >= self._expires_at):
            self._expires_at = now + self.lifetime

    def is_expired(self, now: float) -> bool:
        """Whether it is too late to resume it.

        The lifetime counts from identify or the last resume, also while a connection is open: a
        client whose old connection has been dead for long, without the server noticing, cannot
        resume. Only a connection that ends after that time leaves it a lifetime from its end.
        """
        return self._expires_at is not None and now >= self._expires_at

    def is_over(self, now: float) -> bool:
        """Whether nobody is connected, and nobody can resume it any more."""
        return not self._connections and self.is_expired(now)

    @property
    def _has_too_much(self) -> bool:
        """The latest message is kept however long it is: who has it can resume."""
        return self._recent_size > MAX_REPLAY_SIZE and len(self._recent) > 1

    def _keep(self, data: bytes) -> bytes:
        self.last_seq += 1
        self._recent.append(data)
        self._recent_size += len(data)
        while len(self._recent) > self._capacity or self._has_too_much:
            self._recent_size -= len(self._recent.popleft())
        return data

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
            session.ready.user_id == user_id and not session.is_over(now)
            for session in self._sessions.values()
        )

    def expire(self, now: float) -> list[ServerSession]:
        """Forget the sessions that can no longer be resumed, and give them back."""
        expired = [session for session in self._sessions.values() if session.is_over(now)]
        for session in expired:
            del self._sessions[session.session_id]
        return expired

    def __len__(self) -> int:
        return len(self._sessions)
