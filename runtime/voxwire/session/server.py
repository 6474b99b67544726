"""The server's end of a connection, without any I/O (protocol section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, overload

from msgspec import Struct

from voxwire.default import protocol_or_vox
from voxwire.errors import DecodeError, LocalProtocolError, ProtocolError
from voxwire.session.endpoint import is_compressed
from voxwire.session.events import (
    ClientFrameT,
    ConnectionClosed,
    LoginT,
    ResumeT,
    SessionTakenOver,
    Transmit,
)
from voxwire.session.greeting import Greeting
from voxwire.session.messages import made, value_of
from voxwire.session.recovery import close_reason, reason_of
from voxwire.session.replay import ServerSession
from voxwire.session.server_receiving import ReceivingServer
from voxwire.wire.compression import Compressor
from voxwire.wire.mistakes import reads_binary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voxwire import vox
    from voxwire.protocol import AnyProtocol, FrameClass, Role
    from voxwire.protocol import Close as CloseRule
    from voxwire.session.events import Carrier, ServerEvent


class ServerConnection(ReceivingServer, Generic[ClientFrameT, LoginT, ResumeT]):
    """One connection of a server. See :mod:`voxwire.session` for how to drive it.

    It greets, waits for the client to say who it is, leaves that decision to its caller, numbers and
    compresses what is sent, answers heartbeats, and closes for what the protocol says that a server
    closes for, and for nothing else. What lasts longer than a connection is in a ServerSession.
    """

    @overload
    def __init__(
        self: ServerConnection[
            vox.ClientFrame | vox.UnknownFrame, vox.client.Identify, vox.client.Resume
        ],
        url: str,
        *,
        heartbeat_interval: int | None = None,
        versions: range | None = None,
        enforce_rate: bool = False,
        greeting: Struct | None = None,
        random: Callable[[], float] = ...,
        protocol: None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: ServerConnection[Any, Any, Any],
        url: str,
        *,
        heartbeat_interval: int | None = None,
        versions: range | None = None,
        enforce_rate: bool = False,
        greeting: Struct | None = None,
        random: Callable[[], float] = ...,
        protocol: AnyProtocol | None,
    ) -> None: ...
    def __init__(
        self,
        url: str,
        *,
        heartbeat_interval: int | None = None,
        versions: range | None = None,
        enforce_rate: bool = False,
        greeting: Struct | None = None,
        random: Callable[[], float] = lambda: 1.0,
        protocol: AnyProtocol | None = None,
    ) -> None:
        """`url` is what the client connected to, its path and query at least: the query decides on
        compression. `heartbeat_interval` is what the greeting says, in its unit, Vox's in milliseconds;
        `versions` are those that are spoken. `enforce_rate` closes for rates of which the protocol says
        that servers do not enforce them.

        `protocol` is what is spoken, Vox unless given. `greeting` is the payload of the greeting, where
        it has fields of its own. `random` gives numbers from 0 up to 1, where a server sends heartbeats
        and the first is due after a random time."""
        protocol = protocol_or_vox(protocol)
        super().__init__(protocol, random, versions, enforce_rate=enforce_rate)
        self.session: ServerSession[Any] | None = None
        """The session that the connection carries, from :meth:`accept` on."""
        self._compressor = Compressor() if is_compressed(url, protocol) else None
        made_of = Greeting.of(protocol, greeting, heartbeat_interval)
        self._greeting = made_of.message
        if made_of.seconds is not None:
            self._beats.asked = made_of.seconds

    @property
    def is_established(self) -> bool:
        """Whether the connection carries a session, and is still open."""
        return self.session is not None and not self._has_ended

    def opened(self, now: float) -> list[ServerEvent[ClientFrameT, LoginT, ResumeT]]:
        """The transport is open. `now` starts the clock of all later calls, in seconds."""
        self._open(now)
        events: list[Any] = []
        if self._greeting is not None and self._roles.greeting is not None:
            events.append(Transmit(self.wrapped(self._greeting)))
            self._move(self._at.may_send[self._roles.greeting.frame], now)
        if self._roles.login is None and self._roles.established is None:
            self._carry(ServerSession(None, protocol=self.protocol), now)
        return events

    def receive(
        self, message: str | bytes, now: float
    ) -> list[ServerEvent[ClientFrameT, LoginT, ResumeT]]:
        """Process one WebSocket message. As :meth:`ClientConnection.receive`, for client messages."""
        if self._is_silent and not self._check_receiving():
            return []
        try:
            if isinstance(message, bytes) and not reads_binary("client", self.protocol):
                self._passed_over(self._mistakes.binary, "a binary message")
                return []
            try:
                frame = self._codec.decode_client(message)
            except DecodeError as error:
                return self._receive_invalid(message, error, now)
            return self._receive_frame(frame, now)
        except ProtocolError as error:
            raise self._failed(error) from error

    def accept(
        self, session: ServerSession[Any], now: float, *, take_over: bool = False
    ) -> list[ServerEvent[ClientFrameT, LoginT, ResumeT]]:
        """Answer a login with a new session, or a resume with the one that it names.

        A session that cannot be resumed closes the connection, as the protocol says: it has expired, the
        client's last number is none, or its buffer does not reach back far enough.
        Otherwise what the client missed is sent at once. A connection that still has the session stays
        open, and gets what is published, too, as on a real server; `take_over` closes it. If the client
        has gone in the meantime, a new session waits for its lifetime to end, and nothing is sent.
        """
        if self._has_ended:
            if not session.is_used:
                session.detach(now)
            return []
        if self._asked is None or self._asked is not self._roles.resume:
            return self._start(session, now)
        resumption, rules = self._resumption, self._tables.resume
        assert resumption is not None, "a resume waits for an answer"
        assert rules is not None, "there is a resume to answer"
        session_id = value_of(resumption.resume, self._asked.session)
        if session.session_id != session_id:
            raise LocalProtocolError(f"this is not the session that {self._asked.type} names")
        if session.is_expired(now):
            return self._reject(rules.gone)
        last_seq = resumption.last_seq
        if self._asked.last_seq is None:
            last_seq = session.last_seq
        if not isinstance(last_seq, int | float):
            return self._reject(self._tables.refusals.malformed or rules.gone)
        if not session.can_replay_after(last_seq):
            return self._reject(rules.too_old)
        events = self._take_over(session, rules.taken_over) if take_over else []
        missed = [*session.replay_after(last_seq)]
        if self._roles.resumed is not None:
            field = self._roles.resumed.last_seq
            values = {} if field is None else {field.attribute: session.last_seq}
            missed.append(self._codec.encode(made(self.protocol, self._roles.resumed, values)))
        self._carry(session, now, self._roles.resumed)
        return [*events, *(Transmit(self.wrapped(data)) for data in missed)]

    def reject(
        self, code: int, reason: str | None = None
    ) -> list[ServerEvent[ClientFrameT, LoginT, ResumeT]]:
        """Answer a login or resume by closing. Codes for a wrong token, a session too many or one that
        nobody knows, failed logins and a full server are in the protocol's ``session.refusals`` and
        ``session.resume``.

        Without `reason` it is the name of the code, as servers send it.
        """
        if not self._has_ended and self._asked is None:
            raise LocalProtocolError(self._nothing_asked())
        given = close_reason(code, self.protocol) if reason is None else reason
        return [*self.close(code, given)]

    def send(self, payload: Struct, now: float, **keys: Any) -> str | bytes:
        """The WebSocket message that carries `payload`, numbered and kept for a resume where the
        protocol numbers its messages.

        `payload` belongs to a message of the server, such as ``server.MemberLeave(user_id=7)``; or it is
        a frame without a number; or an UnknownFrame. `keys` are those of the envelope beside a payload,
        where the protocol has some. Raises LocalProtocolError before the session is ready, after the
        end, and for what the connection sends by itself; EncodeError for what no frame can hold.
        """
        self._check_sending()
        roles = self._roles
        automatic = (
            roles.greeting,
            roles.established,
            roles.resumed,
            roles.heartbeat_answer,
            self._beats.automatic,
        )
        frame_class = self._check_is_own(payload, automatic)
        after = self._at.may_send.get(frame_class)
        is_numbered = self._machine.counts(frame_class)
        if after is None or (is_numbered and self.session is None):
            raise LocalProtocolError(self._why_not(frame_class))
        key = self._streams.key_of(frame_class, payload, keys)
        self._streams.check_sending(frame_class, key)
        if is_numbered and self.session is not None:
            data = self.session.publish(payload, **keys)
        else:
            data = self._codec.encode(payload, **keys)
        self._streams.follow(frame_class, key)
        self._move(after, now)
        return self.wrapped(data)

    def wrapped(self, data: bytes) -> str | bytes:
        """The WebSocket message for the JSON of a frame: compressed if the client asked for it."""
        return data.decode() if self._compressor is None else self._compressor.compress(data)

    def closed(
        self, code: int, reason: str, now: float
    ) -> list[ServerEvent[ClientFrameT, LoginT, ResumeT]]:
        """The transport has ended: 1006 when there was no close frame. Calling it again does nothing.

        The session, if the connection still has one, can be resumed for its lifetime from `now`.
        """
        if self._at.state is self._tables.closed:
            return []
        self._end(self._tables.closed)
        if self.session is not None:
            self.session.detach(now, self)
        return [ConnectionClosed(code, reason)]

    def tick(self, now: float) -> list[ServerEvent[ClientFrameT, LoginT, ResumeT]]:
        """Do what is due at `now`: close a connection whose client has been silent for too long."""
        return self._ticked(now)

    # --- The session --------------------------------------------------------------------------

    def _start(self, session: ServerSession[Any], now: float) -> list[Any]:
        """Answer a login, or begin without one, with a new session."""
        established, login = self._roles.established, self._roles.login
        is_due = established is None or established.frame in self._at.may_send
        if self.session is not None or (login is not None and self._asked is None) or not is_due:
            raise LocalProtocolError(self._nothing_asked())
        if session.is_used:
            name = "a connection" if login is None else login.type
            raise LocalProtocolError(f"{name} starts a new session; this one was used before")
        self._carry(session, now, established)
        first = session.first_message
        return [] if first is None else [Transmit(self.wrapped(first))]

    def _carry(self, session: ServerSession[Any], now: float, answer: Role | None = None) -> None:
        if answer is not None:
            self._move(self._at.may_send[answer.frame], now)
        self._asked = None
        self.session = session
        session.attach(self, now)

    def _reject(self, close: CloseRule) -> list[Any]:
        return self.reject(close.code, reason_of(close, self.protocol))

    def _take_over(self, session: ServerSession[Any], rule: CloseRule) -> list[Any]:
        """Finish the connections that have the session. With a code that makes a client that is still
        there start a session of its own: one that made it resume would have the two take the session
        from each other for ever."""
        reason = reason_of(rule, self.protocol)
        holders: Sequence[Carrier] = session.connections
        return [
            SessionTakenOver(holder, close)
            for holder in holders
            for close in holder.close(rule.code, reason)
        ]

    def _packed(self, data: bytes, frame_class: FrameClass, now: float) -> str | bytes:
        del frame_class, now
        return self.wrapped(data)

    def _nothing_asked(self) -> str:
        asked = [str(role.type) for role in (self._roles.login, self._roles.resume) if role]
        return f"there is no {' or '.join(asked) or 'login'} to answer"

    def _why_not(self, frame_class: FrameClass) -> str:
        """Why a message cannot be sent in this state."""
        if self.session is None:
            return "nothing can be sent before the session is ready"
        info = self.protocol.by_frame.get(frame_class)
        return self._out_of_place("a message of this type" if info is None else info.type)
