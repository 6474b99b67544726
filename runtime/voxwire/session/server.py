"""The server's end of a connection, without any I/O (protocol section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
from voxwire.errors import DecodeError, LocalProtocolError, ProtocolError, RemoteProtocolError
from voxwire.session import lenient
from voxwire.session.connection import Connection
from voxwire.session.endpoint import is_compressed
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
from voxwire.vox import decode_client, encode
from voxwire.wire.compression import Compressor

if TYPE_CHECKING:
    from msgspec import Struct

    from voxmodels.v1 import ClientFrame
    from voxwire.protocol import Problem
    from voxwire.session.events import ServerEvent
    from voxwire.session.replay import ServerSession
    from voxwire.session.states import FrameClass

HEARTBEAT_INTERVAL: Final = 45_000
"""Milliseconds between heartbeats that recorded servers ask for (protocol section 3)."""

VERSIONS: Final = range(PROTOCOL_VERSION, PROTOCOL_VERSION + 1)
"""The protocol versions that these models describe."""

_HEARTBEAT_ACK: Final = encode(server.HeartbeatAckFrame())
_AUTOMATIC: Final = frozenset(
    {server.HelloFrame, server.ReadyFrame, server.ResumedFrame, server.HeartbeatAckFrame}
)


class ServerConnection(Connection):
    """One connection of a server. See :mod:`voxwire.session` for how to drive it.

    It says hello, waits for the client to say who it is, leaves that decision to its caller, numbers
    and compresses what is sent, answers heartbeats, and closes for what a real server closes for, and
    for nothing else. What lasts longer than a connection is in a ServerSession.
    """

    def __init__(
        self,
        url: str,
        *,
        heartbeat_interval: int = HEARTBEAT_INTERVAL,
        versions: range = VERSIONS,
        enforce_rate: bool = False,
    ) -> None:
        """`url` is what the client connected to, its path and query at least: the query decides on
        compression. `heartbeat_interval` is in milliseconds; `versions` are those that are spoken.
        `enforce_rate` closes with 4006 at the 121st message in a minute, which no real server does."""
        super().__init__(CLIENT_MAY_SEND)
        self.session: ServerSession | None = None
        """The session that the connection carries, from :meth:`accept` on."""
        self._interval = heartbeat_interval
        self._versions = versions
        self._compressor = Compressor() if is_compressed(url) else None
        self._received = SlidingWindow(limits.MESSAGE_RATE) if enforce_rate else None
        self._typing = TypingPace()
        self._first_message_by = 0.0
        self._resume: lenient.Resumption | None = None
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
                return self._receive_invalid(lenient.read(message), error.problems, now)
            ignored = self._admit(type(frame), now)
            if isinstance(frame, UnknownFrame):
                return [frame]
            if ignored:
                return [FrameIgnored(frame, "the client has said before who it is")]
            return self._receive_valid(frame, now)
        except ProtocolError as error:
            raise self._failed(error, CloseCode.UNKNOWN_ERROR) from error

    def accept(
        self, session: ServerSession, now: float, *, take_over: bool = False
    ) -> list[ServerEvent]:
        """Answer identify with a new session, or resume with the one that it names.

        A session that cannot be resumed closes the connection: 4009 when it has expired, 4000 for a
        last_seq that is no number, 4010 when its buffer does not reach back far enough. Otherwise what
        the client missed is sent at once. A connection that still has the session stays open, and gets
        what is published, too, as on a real server; `take_over` closes it with 4009. If the client has
        gone in the meantime, a new session waits for its lifetime to end, and nothing is sent.
        """
        if self._has_ended:
            if not session.is_used:
                session.detach(now)
            return []
        if self._state is State.IDENTIFYING:
            if session.is_used:
                raise LocalProtocolError("identify starts a new session; this one was used before")
            self._carry(session, server.ReadyFrame, now)
            return [Transmit(self.wrapped(session.first_message))]
        if self._state is not State.RESUMING or self._resume is None:
            raise LocalProtocolError("there is no identify or resume to answer")
        resume, last_seq = self._resume
        if session.session_id != resume.session_id:
            raise LocalProtocolError("this is not the session that resume names")
        if session.is_expired(now):
            return self.reject(CloseCode.SESSION_EXPIRED)
        if not isinstance(last_seq, int | float):
            return self.reject(CloseCode.UNKNOWN_ERROR)
        if not session.can_replay_after(last_seq):
            return self.reject(CloseCode.REPLAY_EXHAUSTED)
        holders = session.connections if take_over else ()
        events = [event for holder in holders for event in holder._taken_over()]
        self._carry(session, server.ResumedFrame, now)
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

    def send(self, payload: Struct, now: float) -> str | bytes:  # noqa: ARG002
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
        if self.session is not None:
            self.session.detach(now, self)
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

    def _carry(self, session: ServerSession, answer: FrameClass, now: float) -> None:
        self._enter(SERVER_MAY_SEND[self._state][answer])
        self.session = session
        session.attach(self, now)

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
        was_due = kind is client.HeartbeatFrame and self._watch.received(now)
        if self._received is not None and not was_due:
            if self._received.is_full(now):
                raise RemoteProtocolError("too many messages in a minute", CloseCode.RATE_LIMITED)
            self._received.add(now)
        return ignored

    def _receive_valid(self, frame: ClientFrame, now: float) -> list[ServerEvent]:
        match frame:
            case client.HeartbeatFrame():
                return [Transmit(self.wrapped(_HEARTBEAT_ACK))]
            case client.IdentifyFrame(d=identify):
                version = identify.protocol_version
                asked = lenient.ABSENT_VERSION if version is UNSET else version
                return self._receive_identify(lenient.Login(identify, asked), now)
            case client.ResumeFrame(d=resume):
                return self._receive_resume(lenient.Resumption(resume, resume.last_seq), now)
            case client.TypingFrame(d=typing):
                return self._receive_typing(frame, typing.feed_id, typing.dm_id, now)
            case _:
                return [frame]

    def _receive_identify(self, login: lenient.Login, now: float) -> list[ServerEvent]:
        if login.version < self._versions[0] or login.version > self._versions[-1]:
            raise RemoteProtocolError(
                f"protocol version {login.version}", CloseCode.VERSION_MISMATCH
            )
        self._enter(self._legal[client.IdentifyFrame])
        self._watch.restart(now)
        return [IdentifyReceived(login.identify)]

    def _receive_resume(self, resumption: lenient.Resumption, now: float) -> list[ServerEvent]:
        if not (resumption.resume.token and resumption.resume.session_id):
            raise RemoteProtocolError("a resume that names nothing", CloseCode.AUTH_FAILED)
        self._enter(self._legal[client.ResumeFrame])
        self._watch.restart(now)
        self._resume = resumption
        return [ResumeReceived(resumption.resume)]

    def _receive_typing(
        self, frame: client.TypingFrame | FrameInvalid, feed_id: object, dm_id: object, now: float
    ) -> list[ServerEvent]:
        feed, dm = (None if id_ is UNSET else id_ for id_ in (feed_id, dm_id))
        if self._typing.accepts(feed, dm, now):
            return [frame]
        return [FrameIgnored(frame, "typing came too soon after the one before")]

    def _receive_invalid(
        self, message: lenient.Message, problems: tuple[Problem, ...], now: float
    ) -> list[ServerEvent]:
        info = registry.CLIENT.get(message.type or "")
        kind = UnknownFrame if info is None else info.frame
        ignored = self._admit(kind, now)
        if kind is client.HeartbeatFrame:  # its d is not looked at
            return [Transmit(self.wrapped(_HEARTBEAT_ACK))]
        invalid = FrameInvalid(problems, message.type)
        if info is None or ignored:
            return [invalid]
        payload = message.payload
        if kind is client.IdentifyFrame:
            return self._receive_identify(lenient.login(payload), now)
        if kind is client.ResumeFrame:
            return self._receive_resume(lenient.resumption(payload), now)
        if kind is client.TypingFrame:
            return self._receive_typing(invalid, payload.get("feed_id"), payload.get("dm_id"), now)
        return [invalid]
