"""The server's end of a connection, without any I/O (protocol section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from voxmodels.v1 import (
    PROTOCOL_VERSION,
    UNSET,
    CloseCode,
    UnknownFrame,
    client,
    limits,
    registry,
    server,
)
from voxwire.codec import decode_client, encode
from voxwire.compression import Compressor
from voxwire.errors import DecodeError, LocalProtocolError, ProtocolError, RemoteProtocolError
from voxwire.session.connection import Connection
from voxwire.session.endpoint import is_compressed
from voxwire.session.envelope import Envelope, is_fatal, salvage
from voxwire.session.events import (
    ConnectionClosed,
    FrameIgnored,
    FrameInvalid,
    IdentifyReceived,
    ResumeReceived,
    SessionTakenOver,
    Transmit,
)
from voxwire.session.heartbeat import MILLISECONDS, HeartbeatWatch
from voxwire.session.rate import SlidingWindow, TypingPace
from voxwire.session.recovery import close_reason
from voxwire.session.states import (
    CLIENT_MAY_SEND,
    CLOSE_CODES,
    IGNORED,
    SERVER_MAY_SEND,
    State,
    stand_in,
)

if TYPE_CHECKING:
    from voxmodels.v1 import ClientFrame
    from voxwire.session.events import ServerEvent
    from voxwire.session.replay import ServerSession
    from voxwire.session.states import FrameClass

HEARTBEAT_INTERVAL: Final = 45_000
"""Milliseconds between heartbeats that recorded servers ask for (protocol section 3)."""

VERSIONS: Final = range(PROTOCOL_VERSION, PROTOCOL_VERSION + 1)
"""The protocol versions that these models describe."""

ABSENT_VERSION: Final = 1
"""What an identify without ``protocol_version`` asks for (protocol section 4)."""

_HEARTBEAT_ACK: Final = encode(server.HeartbeatAckFrame())
_AUTOMATIC: Final = frozenset(
    {server.HelloFrame, server.ReadyFrame, server.ResumedFrame, server.HeartbeatAckFrame}
)


class ServerConnection(Connection):
    """One connection of a server. See :mod:`voxwire.session` for how to drive it.

    It says hello, waits for the client to say who it is, leaves that decision to its caller, numbers
    and compresses what is sent, answers heartbeats, and finds every mistake of the client that has a
    close code. What lasts longer than a connection is in a ServerSession.
    """

    def __init__(
        self,
        url: str,
        *,
        heartbeat_interval: int = HEARTBEAT_INTERVAL,
        versions: range = VERSIONS,
    ) -> None:
        """`url` is what the client connected to, its path and query at least: the query decides on
        compression. `heartbeat_interval` is in milliseconds; `versions` are those that are spoken."""
        super().__init__(CLIENT_MAY_SEND)
        self.session: ServerSession | None = None
        """The session that the connection carries, from :meth:`accept` on."""
        self._interval = heartbeat_interval
        self._versions = versions
        self._compressor = Compressor() if is_compressed(url) else None
        self._received = SlidingWindow(limits.MESSAGE_RATE)
        self._typing = TypingPace()
        self._first_message_by = 0.0
        self._resume: client.Resume | None = None
        self._watch = HeartbeatWatch(heartbeat_interval / MILLISECONDS, 0.0)

    def opened(self, now: float) -> list[ServerEvent]:
        """The transport is open. `now` starts the clock of all later calls, in seconds."""
        hello = encode(server.Hello(heartbeat_interval=self._interval))
        self._open()
        self._first_message_by = now + limits.FIRST_MESSAGE_TIMEOUT
        self._enter(SERVER_MAY_SEND[self._state][server.HelloFrame])
        return [Transmit(self.wrapped(hello))]

    def receive(self, message: str | bytes, now: float) -> list[ServerEvent]:
        """Process one WebSocket message. As :meth:`ClientConnection.receive`, for client messages."""
        if self._is_silent and not self._check_receiving():
            return []
        try:
            if isinstance(message, bytes):
                raise RemoteProtocolError("a binary message", CloseCode.UNKNOWN_ERROR)
            try:
                frame = decode_client(message)
            except DecodeError as error:
                return self._receive_invalid(message, error, now)
            ignored = self._admit(type(frame), now)
            if isinstance(frame, UnknownFrame):
                return [frame]
            if ignored:
                return [FrameIgnored(frame, "the client has said before who it is")]
            return self._receive_valid(frame, now)
        except ProtocolError as error:
            raise self._failed(error, CloseCode.UNKNOWN_ERROR) from error

    def accept(self, session: ServerSession, now: float) -> list[ServerEvent]:
        """Answer identify with a new session, or resume with the one that it names.

        A session that cannot be resumed closes the connection: 4009 when it has expired, 4010 when
        its buffer does not reach back far enough. Otherwise what the client missed is sent at once,
        and a connection that still had the session is finished. If the client has gone in the
        meantime, a new session waits for its lifetime to end, and nothing is sent.
        """
        if self._has_ended:
            if not session.is_used:
                session.detach(now)
            return []
        if self._state is State.IDENTIFYING:
            if session.is_used:
                raise LocalProtocolError("identify starts a new session; this one was used before")
            self._carry(session, server.ReadyFrame)
            return [Transmit(self.wrapped(session.first_message))]
        if self._state is not State.RESUMING or self._resume is None:
            raise LocalProtocolError("there is no identify or resume to answer")
        last_seq = self._resume.last_seq
        if session.session_id != self._resume.session_id:
            raise LocalProtocolError("this is not the session that resume names")
        if session.is_expired(now):
            return self.reject(CloseCode.SESSION_EXPIRED)
        if not session.can_replay_after(last_seq):
            return self.reject(CloseCode.REPLAY_EXHAUSTED)
        holder = session.connection
        events = [] if holder is None else holder._taken_over()
        self._carry(session, server.ResumedFrame)
        resumed = encode(server.Resumed(seq=session.last_seq))
        frames = [*session.replay_after(last_seq), resumed]
        return [*events, *(Transmit(self.wrapped(data)) for data in frames)]

    def reject(self, code: int, reason: str | None = None) -> list[ServerEvent]:
        """Answer identify or resume by closing: 4004 for a wrong token, 4006 for a sixth session,
        4008 with AUTH_RATE_LIMITED, 4009 for a session that nobody knows, 4012 for a full server.

        Without `reason` it is the name of the code, as servers send it.
        """
        if not self._has_ended and self._state not in (State.IDENTIFYING, State.RESUMING):
            raise LocalProtocolError("there is no identify or resume to answer")
        return [*self.close(code, close_reason(code) if reason is None else reason)]

    def send(self, payload: msgspec.Struct, now: float) -> str | bytes:  # noqa: ARG002
        """The WebSocket message that carries `payload`, numbered and kept for a resume.

        `payload` belongs to a sequenced message, such as ``server.MemberLeave(user_id=7)``; or it is
        ``server.Error``, which has no number; or an UnknownFrame. Raises LocalProtocolError before
        the session is ready, after the end, and for what the connection sends by itself; EncodeError
        for what no frame can hold.
        """
        self._check_sending()
        info = registry.BY_PAYLOAD.get(type(payload)) or registry.BY_FRAME.get(type(payload))
        frame_class = UnknownFrame if info is None else info.frame
        if info is not None and info.direction != "server":
            raise LocalProtocolError(f"{info.type} is a client message")
        if frame_class in _AUTOMATIC:
            raise LocalProtocolError(
                "the connection sends hello, ready, resumed and heartbeat_ack itself"
            )
        if frame_class is server.ErrorFrame and frame_class in SERVER_MAY_SEND[self._state]:
            return self.wrapped(encode(payload))
        if self._state is not State.READY or self.session is None:
            raise LocalProtocolError("nothing can be sent before the session is ready")
        return self.wrapped(self.session.publish(payload))

    def wrapped(self, data: bytes) -> str | bytes:
        """The WebSocket message for the JSON of a frame: compressed if the client asked for it."""
        return data.decode() if self._compressor is None else self._compressor.compress(data)

    def closed(self, code: int, reason: str, now: float) -> list[ServerEvent]:
        """The transport has ended: 1006 when there was no close frame. Calling it again does nothing.

        The session, if the connection still has one, can be resumed for its lifetime from `now`.
        """
        if self._state is State.CLOSED:
            return []
        self._enter(State.CLOSED)
        if self.session is not None and self.session.connection is self:
            self.session.detach(now)
        return [ConnectionClosed(code, reason)]

    def next_deadline(self) -> float | None:
        """When to call :meth:`tick` at the latest; None while nothing is waited for."""
        if self._is_silent:
            return None
        return self._first_message_by if self._state is State.GREETED else self._watch.expires_at

    def tick(self, now: float) -> list[ServerEvent]:
        """Do what is due at `now`: close a connection whose client has been silent for too long."""
        deadline = self.next_deadline()
        if deadline is None or now < deadline:
            return []
        greeted = self._state is State.GREETED
        code = CloseCode.NOT_AUTHENTICATED if greeted else CloseCode.SESSION_TIMEOUT
        return [*self.close(code, close_reason(code))]

    def _carry(self, session: ServerSession, answer: FrameClass) -> None:
        self._enter(SERVER_MAY_SEND[self._state][answer])
        self.session = session
        session.attach(self)

    def _taken_over(self) -> list[ServerEvent]:
        """Finish, because another connection has resumed the session."""
        # 4009 makes a client that is still there start a session of its own; any code that made it
        # resume would have the two take the session from each other for ever.
        code = CloseCode.SESSION_EXPIRED
        return [SessionTakenOver(self, close) for close in self.close(code, close_reason(code))]

    def _admit(self, kind: FrameClass, now: float) -> bool:
        """Whether to pass over a message of this kind. Raises RemoteProtocolError to close."""
        listed_as = stand_in(kind, "client")
        ignored = listed_as in IGNORED.get(self._state, ())
        if kind not in self._legal and not ignored:
            code = CLOSE_CODES[self._state][listed_as]
            raise RemoteProtocolError(f"not due here: {self._state.value}", code)
        # A heartbeat that was asked for does not count, or short intervals would use up the rate.
        if not (kind is client.HeartbeatFrame and self._watch.received(now)):
            if self._received.is_full(now):
                raise RemoteProtocolError("too many messages in a minute", CloseCode.RATE_LIMITED)
            self._received.add(now)
        return ignored

    def _receive_valid(self, frame: ClientFrame, now: float) -> list[ServerEvent]:
        match frame:
            case client.HeartbeatFrame():
                return [Transmit(self.wrapped(_HEARTBEAT_ACK))]
            case client.IdentifyFrame():
                return self._receive_identify(frame, now)
            case client.ResumeFrame():
                return self._receive_resume(frame.d, now)
            case client.TypingFrame() if not self._typing.accepts(frame.d, now):
                return [FrameIgnored(frame, "typing came too soon after the one before")]
            case _:
                return [frame]

    def _receive_identify(self, frame: client.IdentifyFrame, now: float) -> list[ServerEvent]:
        version = frame.d.protocol_version
        if (ABSENT_VERSION if version is UNSET else version) not in self._versions:
            raise RemoteProtocolError(f"protocol version {version}", CloseCode.VERSION_MISMATCH)
        self._enter(self._legal[type(frame)])
        self._watch.restart(now)
        return [IdentifyReceived(frame.d)]

    def _receive_resume(self, resume: client.Resume, now: float) -> list[ServerEvent]:
        self._enter(self._legal[client.ResumeFrame])
        self._watch.restart(now)
        self._resume = resume
        return [ResumeReceived(resume)]

    def _receive_invalid(self, text: str, error: DecodeError, now: float) -> list[ServerEvent]:
        if is_fatal(error):
            raise error
        envelope = salvage(text)
        info = registry.CLIENT.get(envelope.type or "")
        kind = UnknownFrame if info is None else info.frame
        ignored = self._admit(kind, now)
        if kind is client.HeartbeatFrame:
            return [Transmit(self.wrapped(_HEARTBEAT_ACK))]
        if kind is client.ResumeFrame and not ignored:
            return self._receive_resume(_completed(envelope), now)
        if kind is client.IdentifyFrame:
            raise _unusable()
        return [FrameInvalid(error.problems, envelope.type)]


def _completed(envelope: Envelope) -> client.Resume:
    """A resume whose ``last_seq`` may be missing: servers take 0 for it (protocol section 4)."""
    try:
        return msgspec.convert({"last_seq": 0} | (envelope.d or {}), client.Resume)
    except msgspec.ValidationError as error:
        raise _unusable() from error


def _unusable() -> RemoteProtocolError:
    """An identify or resume without what it takes to authenticate: no better than a wrong token."""
    return RemoteProtocolError("a login that is not valid", CloseCode.AUTH_FAILED)
