"""What a server keeps of a session, so that a client can resume it (protocol section 8, rule 4)."""

from __future__ import annotations

import json
import re
from collections import deque
from itertools import islice
from math import floor
from typing import TYPE_CHECKING, Any, Final, Generic, overload

from msgspec import UNSET, Struct
from msgspec.structs import replace

from voxwire.default import protocol_or_vox
from voxwire.session.events import ReadyT
from voxwire.session.messages import value_of
from voxwire.wire.codec import Codec
from voxwire.wire.payloads import shared_payloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire import vox
    from voxwire.protocol import AnyProtocol
    from voxwire.session.events import Carrier

MAX_REPLAY_SIZE: Final = 64 * 1024 * 1024
"""Bytes of messages that are kept of a session: 64 of the greatest legal size. Without this bound a
thousand long ones would fill the memory; a client that misses some of them is refused as for too many."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class ServerSession(Generic[ReadyT]):
    """The messages of one session: numbers them, and keeps the latest for a resume, as far as the
    protocol has numbers and resumes.

    It outlives its connections, and can have several: a real server leaves the old connection open when
    the session is resumed on another, and sends every message to both.

    A real server numbers nothing while nobody is connected, so that what happens meanwhile never
    comes. Whoever calls :meth:`publish` then has it replayed.
    """

    @overload
    def __init__(
        self: ServerSession[vox.server.Ready],
        ready: vox.server.Ready,
        *,
        capacity: int | None = None,
        lifetime: float | None = None,
        protocol: None = None,
    ) -> None: ...
    @overload
    def __init__(
        self,
        ready: ReadyT,
        *,
        capacity: int | None = None,
        lifetime: float | None = None,
        protocol: AnyProtocol | None,
    ) -> None: ...
    def __init__(
        self,
        ready: Any,
        *,
        capacity: int | None = None,
        lifetime: float | None = None,
        protocol: AnyProtocol | None = None,
    ) -> None:
        """`ready` is the payload of the session's first message, or its frame; None where the protocol
        has no such message. `capacity` is how many messages are kept, that one included; `lifetime` is
        in seconds, see :meth:`is_expired`; both are as the protocol says, unless given. `protocol` is
        what is spoken, Vox unless given. Raises EncodeError when `ready` cannot be sent."""
        protocol = protocol_or_vox(protocol)
        rules, envelope = protocol.session.resume, protocol.envelope
        self._protocol = protocol
        self._encode = Codec.of(protocol).encode
        self._is_numbered = envelope.sequence_key is not None
        if capacity is None:
            capacity = 0 if rules is None else rules.buffer
        if lifetime is None:
            lifetime = 0.0 if rules is None else rules.lifetime
        self.ready: ReadyT = ready
        self.lifetime = lifetime
        self.last_seq = envelope.first_seq - 1
        """The number of the latest message."""
        self._first = None if ready is None else self._encoded_first(ready)
        self._capacity = capacity
        self._overlap = 0 if rules is None else rules.buffer - rules.reach
        """How many of the messages that are kept, 1 or 0, a client must have to resume."""
        kept = () if self._first is None or capacity < 1 else (self._first,)
        self._recent: deque[bytes] = deque(kept)
        self._recent_size = len(kept[0]) if kept else 0
        self._connections: list[Carrier] = []
        self._expires_at: float | None = None

    @property
    def session_id(self) -> Any:
        """The name that a client resumes it by; None where the protocol has none."""
        return self._of_ready("session")

    @property
    def user_id(self) -> Any:
        """Whose it is; None where the protocol does not say so."""
        return self._of_ready("user")

    @property
    def connection(self) -> Carrier | None:
        """The latest of the connections that it is attached to; None while the client is away."""
        return self._connections[-1] if self._connections else None

    @property
    def connections(self) -> tuple[Carrier, ...]:
        """All connections that it is attached to, the oldest first."""
        return tuple(self._connections)

    @property
    def first_message(self) -> bytes | None:
        """The frame of `ready`. It is never replayed: a client that resumes has had it."""
        return self._first

    @property
    def is_used(self) -> bool:
        """Whether it was ever attached to a connection."""
        return self._expires_at is not None

    def publish(self, payload: Struct, **keys: Any) -> bytes:
        """Number a message, keep it, and give its JSON.

        `payload` is that of any sequenced message, or an UnknownFrame without a number; where several
        messages share a payload, a frame, which gets the number. `keys` are those of the envelope beside
        a payload, where the protocol has some. Raises EncodeError for anything else; the
        session is then as before.
        """
        if not self._is_numbered:
            return self._encode(payload, **keys)
        seq = self.last_seq + 1
        if isinstance(payload, self._protocol.unknown_frame):
            return self._keep(self._encode(self._with_number(payload, seq)))
        if self._shares_payload(payload):
            return self._keep(self._encode(self._renumbered(payload, seq)))
        return self._keep(self._encode(payload, seq, **keys))

    def relay(self, frame: Struct) -> bytes:
        """As :meth:`publish`, for a message that holds what another client gave: nothing is checked.

        `frame` is an UnknownFrame that may hold whatever JSON parsers let through, NaN and lone
        surrogates included.
        """
        if self._is_numbered:
            frame = self._with_number(frame, self.last_seq + 1)
        wire = frame.to_wire()  # type: ignore[attr-defined]
        text = json.dumps(wire, ensure_ascii=False, separators=(",", ":"))
        # UTF-8 has no lone surrogates: here they go out escaped, as in a server's compressed frames.
        data = _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()
        return self._keep(data) if self._is_numbered else data

    def can_replay_after(self, last_seq: float) -> bool:
        """Whether a client may resume that says that it has had everything up to `last_seq`.

        Where the protocol says so, that message itself must still be there, so that one less than are
        kept can be replayed. A number from the future is as good as the latest one (both measured on a
        real server of Vox).
        """
        return not last_seq < self.last_seq - len(self._recent) + self._overlap

    def replay_after(self, last_seq: float) -> Iterator[bytes]:
        """The numbered frames after `last_seq`, oldest first, with the numbers that they had."""
        missed = self.last_seq - floor(last_seq) if last_seq < self.last_seq else 0
        # Where the first message has no number, it stands among the latest for the number before the first.
        missed = min(missed, self.last_seq - self._protocol.envelope.first_seq + 1)
        return islice(self._recent, max(0, len(self._recent) - missed), None)

    def attach(self, connection: Carrier, now: float) -> None:
        """A connection carries the session from now on: its lifetime begins anew."""
        self._connections.append(connection)
        self._expires_at = now + self.lifetime

    def detach(self, now: float, connection: Carrier | None = None) -> None:
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

    def _encoded_first(self, ready: Any) -> bytes:
        """The first message, with the first number where its kind has numbers."""
        protocol, role = self._protocol, self._protocol.session.roles.established
        info = protocol.by_payload.get(type(ready))
        if info is not None and info.seq == "required":
            self.last_seq += 1
            return self._encode(ready, self.last_seq)
        is_clear = info is not None or type(ready) in protocol.by_frame
        if role is not None and not is_clear:  # any JSON, or a payload that other messages share
            info = protocol.by_frame[role.frame]
            self.last_seq += info.seq == "required"
            number = self.last_seq if info.seq == "required" else None
            ready = protocol.envelope.framed(info, ready, number)
        return self._encode(ready)

    def _shares_payload(self, message: Struct) -> bool:
        info = self._protocol.by_frame.get(type(message))
        if info is None:
            return False
        shared = shared_payloads(self._protocol)
        return any(kind in shared for kind in info.payloads)

    def _renumbered(self, frame: Struct, seq: int) -> Struct:
        """A frame with another number, where its kind has one."""
        attribute = self._protocol.envelope.sequence_attribute
        if attribute is None or not hasattr(frame, attribute):
            return frame
        return replace(frame, **{attribute: seq})

    def _with_number(self, frame: Struct, seq: int) -> Struct:
        """An unknown frame with a number, unless it has one."""
        attribute = self._protocol.envelope.sequence_attribute
        if attribute is None or getattr(frame, attribute) is not UNSET:
            return frame
        return replace(frame, **{attribute: seq})

    def _of_ready(self, name: str) -> Any:
        role = self._protocol.session.roles.established
        if role is None or self.ready is None:
            return None
        is_frame = type(self.ready) in self._protocol.by_frame
        payload = self._protocol.envelope.payload_of(self.ready) if is_frame else self.ready
        return value_of(payload, role.session if name == "session" else role.user)

    def __repr__(self) -> str:
        return f"<ServerSession of user {self.user_id}, last_seq {self.last_seq}>"


class ServerSessions(Generic[ReadyT]):
    """All sessions of a server, by their ids. Call :meth:`expire` now and then."""

    @overload
    def __init__(
        self: ServerSessions[vox.server.Ready],
        *,
        capacity: int | None = None,
        lifetime: float | None = None,
        protocol: None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: ServerSessions[Any],
        *,
        capacity: int | None = None,
        lifetime: float | None = None,
        protocol: AnyProtocol | None,
    ) -> None: ...
    def __init__(
        self,
        *,
        capacity: int | None = None,
        lifetime: float | None = None,
        protocol: AnyProtocol | None = None,
    ) -> None:
        """`capacity`, `lifetime` and `protocol` are those of every session."""
        self._capacity = capacity
        self._lifetime = lifetime
        self._protocol = protocol_or_vox(protocol)
        self._sessions: dict[Any, ServerSession[ReadyT]] = {}

    def start(self, ready: ReadyT) -> ServerSession[ReadyT]:
        """A new session. Raises ValueError when its id is in use."""
        session: ServerSession[ReadyT] = ServerSession(
            ready, capacity=self._capacity, lifetime=self._lifetime, protocol=self._protocol
        )
        # Where sessions have no ids, nobody asks for one.
        key = id(session) if session.session_id is None else session.session_id
        if key in self._sessions:
            raise ValueError("the session id is in use")
        self._sessions[key] = session
        return session

    def find(self, session_id: object, now: float) -> ServerSession[ReadyT] | None:
        """The session with this id; None when there is none, or none any more."""
        session = self._sessions.get(session_id)
        return None if session is None or session.is_expired(now) else session

    def count(self, user_id: object, now: float) -> int:
        """How many sessions a user has, to refuse one too many."""
        return sum(
            session.user_id == user_id and not session.is_over(now)
            for session in self._sessions.values()
        )

    def expire(self, now: float) -> list[ServerSession[ReadyT]]:
        """Forget the sessions that can no longer be resumed, and give them back."""
        expired = {key: one for key, one in self._sessions.items() if one.is_over(now)}
        for key in expired:
            del self._sessions[key]
        return [*expired.values()]

    def __len__(self) -> int:
        return len(self._sessions)
