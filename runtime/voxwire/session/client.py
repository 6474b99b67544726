"""The client's end of a connection, without any I/O (protocol section 8)."""

from __future__ import annotations

from math import ceil, inf
from typing import TYPE_CHECKING, Any, Generic, cast

from msgspec import Struct

from voxwire.errors import DecodeError, LocalProtocolError, ProtocolError, RemoteProtocolError
from voxwire.session.connection import Connection
from voxwire.session.endpoint import is_compressed
from voxwire.session.events import (
    ConnectionClosed,
    FrameIgnored,
    FrameInvalid,
    FrameRepeated,
    HelloReceived,
    ReadyT,
    ServerFrameT,
    SessionResumed,
    SessionStarted,
    Transmit,
)
from voxwire.session.heartbeats import in_seconds
from voxwire.session.messages import type_of, value_of
from voxwire.session.rates import RateLimit, TooManyMessagesError
from voxwire.session.recovery import FIRST_OWN_CODE, reason_of
from voxwire.session.sequence import Duplicate, Gap, Regression, WrongStart
from voxwire.wire.compression import Decompressor
from voxwire.wire.envelope import salvage
from voxwire.wire.mistakes import is_no_message, reads_binary, refused

if TYPE_CHECKING:
    import enum

    from voxwire.protocol import Close as CloseRule
    from voxwire.protocol import FrameClass, Role
    from voxwire.session.client_session import ClientSession
    from voxwire.session.events import ClientEvent
    from voxwire.session.recovery import NextConnection
    from voxwire.session.sequence import SequenceEvent


class ClientConnection(Connection, Generic[ServerFrameT, ReadyT]):
    """One connection of a client. See :mod:`voxwire.session` for how to drive it.

    It logs in or resumes when it is its turn, sends heartbeats, closes when the server stops answering
    them, and follows the sequence numbers, all as far as the protocol has such things. What lasts
    longer than a connection is in its session.
    """

    def __init__(
        self,
        session: ClientSession[ServerFrameT, ReadyT],
        url: str,
        *,
        handshake_timeout: float | None = None,
    ) -> None:
        """`url` is the address that is connected to: its query decides on compression.
        `handshake_timeout` is how many seconds the server has for each of its answers, of Vox's for
        hello, and again for ready or resumed; if not as many as the protocol says."""
        protocol = session.protocol
        super().__init__(protocol, "client", session.random, handshake_timeout)
        self.session = session
        self._decode = self._codec.decode_server
        is_binary = is_compressed(url, protocol)
        self._decompressor = Decompressor(protocol=protocol) if is_binary else None
        self._rates = [RateLimit(rate, self._tables) for rate in self._machine.closing_rates]
        self._resumed_from: int | None = None
        self._replays = False
        self._carried_session = False
        self._sequence = session.sequence
        self._flows = False
        """Whether :meth:`receive` delivers by itself what carries the number `_due`, except for `_odd`
        frames."""
        self._odd = self._at.odd
        self._due = 0
        self._gave_up: str | None = None
        self._next: NextConnection | None = None

    @property
    def is_established(self) -> bool:
        """Whether the session has begun or goes on, on this connection, which is still open."""
        return self._carried_session and not self._has_ended

    def opened(self, now: float) -> list[ClientEvent[ServerFrameT, ReadyT]]:
        """The transport is open. `now` starts the clock of all later calls, in seconds."""
        self._open(now)
        return self._log_in(now) if self._roles.greeting is None else []

    def receive(self, message: str | bytes, now: float) -> list[ClientEvent[ServerFrameT, ReadyT]]:
        """Process one WebSocket message: a text as `str`, a binary one as `bytes`.

        Raises RemoteProtocolError when the server broke the protocol, then and on every later call:
        close the transport with its ``close_code`` and call :meth:`closed`. A text is no mistake where
        compression was asked for, since not every server has it. Gives nothing after :meth:`close`.
        """
        if self._is_silent and not self._check_receiving():
            return []
        try:
            if not isinstance(message, str):
                if self._decompressor is None:
                    if not reads_binary("server", self.protocol):
                        return self._receive_binary()
                else:
                    message = self._decompressor.decompress(message)
            decode = (
                self._decode
            )  # called as what it is: looking for a method of that name costs more
            try:
                frame = decode(message)
            except DecodeError as error:
                return self._receive_invalid(message, error, now)
            # Nearly every frame goes this way, so it is kept short; benchmarks/ measures it.
            due = self._due
            if self._flows and frame.seq == due and type(frame) not in self._odd:
                self._sequence.last_seq = due
                self._due = due + 1
                return [frame]
            return self._receive_other(frame, now)
        except ProtocolError as error:
            raise self._failed(error) from error

    def send(self, payload: Struct, now: float, **keys: Any) -> str:
        """The text message that carries `payload`, such as ``client.Typing(feed_id=5)``, or a frame.

        `keys` are those of the envelope beside it, where the protocol has some. Raises
        LocalProtocolError before the session is ready, after the end, and for what the connection sends
        by itself, of Vox's identify, resume and heartbeat; TooManyMessagesError when the server would
        close the connection for it; EncodeError for what no frame can hold.
        """
        self._check_sending()
        automatic = (self._roles.login, self._roles.resume, self._beats.automatic)
        frame_class = self._check_is_own(payload, automatic)
        after = self._at.may_send.get(frame_class)
        if after is None:
            raise LocalProtocolError(self._why_not(frame_class))
        key = self._streams.key_of(frame_class, payload, keys)
        self._streams.check_sending(frame_class, key)
        retry_at = self._free_at(frame_class, payload, now)
        if retry_at > now:
            raise TooManyMessagesError(retry_at)
        text = self._codec.encode(payload, **keys).decode()
        self._count(frame_class, payload, now)
        self._streams.follow(frame_class, key)
        self._move(after, now)
        return text

    def refused(self, why: str, close_code: int) -> None:
        """The transport could not take what arrived, such as a message over its limit or a text that
        is not UTF-8, and closes with `close_code`. To be told before :meth:`closed`.

        `why` says what was wrong, in words without secrets: it becomes the description of what to do
        next. It is the server's mistake, as if :meth:`receive` had raised it.
        """
        if not self._has_ended:
            self._failed(RemoteProtocolError(why, close_code))

    def closed(self, code: int, reason: str, now: float) -> list[ClientEvent[ServerFrameT, ReadyT]]:
        """The transport has ended, or could not be opened: 1006 when there was no close frame.

        `now` is when it ended: from then on the client is away. Ask :meth:`next_connection` what to
        do. Calling it again does nothing.
        """
        if self._state is self._tables.closed:
            return []
        if self._carried_session:
            self.session.lose_connection(now)
        self._next = self._decision(code, reason)
        self._end(self._tables.closed)
        return [ConnectionClosed(code, reason)]

    def next_connection(self) -> NextConnection:
        """What to do after the connection has ended. Raises LocalProtocolError before that."""
        if self._next is None:
            raise LocalProtocolError("call closed() first")
        return self._next

    def tick(self, now: float) -> list[ClientEvent[ServerFrameT, ReadyT]]:
        """Do what is due at `now`: a heartbeat, or closing a connection that is dead."""
        return self._ticked(now)

    # --- The sequence -------------------------------------------------------------------------

    def _set(self, state: enum.Enum) -> None:
        super()._set(state)
        self._expect()

    def _expect(self, *, flows: bool = True) -> None:
        """Let :meth:`receive` deliver the number that is due by itself, if numbers flow."""
        self._sequence = self.session.sequence
        self._flows = flows and self._at.flows
        self._odd = self._at.odd
        self._due = self.session.last_seq + 1

    def _find(self, seq: int) -> SequenceEvent:
        """What the number of a message means."""
        finding = self._sequence.receive(seq)
        # A number that is not new has a bearing on what the tracker says about the next one.
        self._expect(flows=not isinstance(finding, Duplicate | Regression))
        return finding

    def _numbered(self, event: Any, seq: object) -> list[Any]:
        """A message for the application, and what its number means."""
        if type(seq) is not int or seq < self._machine.envelope.first_seq:
            return [event]
        finding = self._find(seq)
        if isinstance(finding, Duplicate | Regression) and not isinstance(event, FrameInvalid):
            return [FrameRepeated(event, finding)]
        return [finding, event] if isinstance(finding, Gap) else [event]

    # --- Frames that have a part in the session, or none, or are out of order -----------------

    def _receive_other(self, frame: Any, now: float) -> list[Any]:
        kind = type(frame)
        after = self._legal.get(kind)
        if after is None:
            return self._receive_illegal(kind, type_of(frame, self.protocol), frame)
        role = self._machine.role_of.get(kind)
        if role is not None:
            match role.name:
                case "greeting":
                    return self._receive_greeting(frame, now)
                case "established":
                    return self._receive_established(frame, now)
                case "resumed":
                    return self._receive_resumed(frame, now)
                case "heartbeat_answer":
                    return self._receive_heartbeat_answer(now)
                case "server_heartbeat":
                    payload = self._machine.envelope.payload_of(frame)
                    return self._receive_heartbeat(now, payload)
        passed_over = self._check_stream(frame)
        event = frame if passed_over is None else FrameIgnored(frame, passed_over)
        events = self._numbered(event, self._machine.envelope.seq_of(frame))
        self._move(after, now)
        return events

    def _receive_illegal(self, kind: FrameClass, type_: object, event: Any) -> list[Any]:
        """A frame that is not due: ignored, or the end."""
        reaction = self._machine.reaction("server", self._state, kind)
        why = self._out_of_place(type_)
        if reaction is not None:
            self._passed_over(reaction, why)
        return [event if isinstance(event, FrameInvalid) else FrameIgnored(event, why)]

    def _receive_binary(self) -> list[Any]:
        why = "a binary message came, though no compression was asked for"
        self._passed_over(self._mistakes.binary, why)
        return []

    def _receive_invalid(self, data: str | bytes, error: DecodeError, now: float) -> list[Any]:
        misdirected = self._receive_misdirected(data, error)
        if misdirected is not None:
            return misdirected
        refusal = refused(error, "server", self.protocol)
        if refusal is not None:
            raise refusal
        if is_no_message(error):
            return [FrameInvalid(error.problems, None)]
        salvaged = salvage(data, self.protocol)
        kind = self._machine.frame_class("server", salvaged.type)
        invalid = FrameInvalid(error.problems, salvaged.type, salvaged.seq)
        after = self._legal.get(kind)
        if after is None:
            name = "a message without a type" if salvaged.type is None else salvaged.type
            return self._receive_illegal(kind, name, invalid)
        role = self._machine.role_of.get(kind)
        match None if role is None else role.name:
            case "greeting" | "established" | "resumed":  # nothing goes on without them
                raise error
            case "heartbeat_answer":  # it counts, whatever it carries, as does a heartbeat
                return self._receive_heartbeat_answer(now)
            case "server_heartbeat":
                return self._receive_heartbeat(now)
        seq = salvaged.seq if self._machine.counts(kind) else None
        events = self._numbered(invalid, seq)
        self._move(after, now)
        return events

    # --- Messages with a part -----------------------------------------------------------------

    def _receive_greeting(self, frame: Any, now: float) -> list[Any]:
        machine, interval = self._machine, inf
        assert machine.roles.greeting is not None
        field = machine.roles.greeting.heartbeat_interval
        if field is not None:
            greeting = machine.envelope.payload_of(frame)
            interval = self._beats.asked = in_seconds(field, value_of(greeting, field))
        self._set(self._legal[type(frame)])
        return [HelloReceived(interval), *self._log_in(now)]

    def _log_in(self, now: float) -> list[Any]:
        """It is the client's turn: it says who it is, if the protocol wants to know."""
        session, roles = self.session, self._machine.roles
        session.forget_if_overdue(now)
        first = session.first_message()
        after = self._state
        events: list[Any] = []
        if first is not None:
            is_resume = session.session_id is not None and roles.resume is not None
            role = cast("Role", roles.resume if is_resume else roles.login)
            if role.frame not in self._at.may_send:
                raise LocalProtocolError(self._out_of_place(role.type))
            after = self._at.may_send[role.frame]
            data = self._codec.encode(first)
            if is_resume:
                self._resumed_from = session.last_seq
                self._replays = True
                session.sequence.resume(self._resumed_from)
            events.append(Transmit(data.decode()))
            self._count(role.frame, first, now)
        self._enter(after, now)
        if roles.established is None and not self._replays:
            events += self._begin(None, None, None)
        return events

    def _receive_established(self, frame: Any, now: float) -> list[Any]:
        established, envelope = self._machine.roles.established, self._machine.envelope
        assert established is not None
        payload = envelope.payload_of(frame)
        session_id = value_of(payload, established.session)
        seq = envelope.seq_of(frame)
        events = self._begin(payload, session_id, seq)
        self._move(self._legal[type(frame)], now)
        self._expect()
        return events

    def _begin(self, ready: Any, session_id: str | None, seq: int | None) -> list[Any]:
        started = SessionStarted(ready, self.session.lost)
        finding = self.session.start(session_id, seq)
        self._carried_session = True
        return [finding, started] if isinstance(finding, WrongStart) else [started]

    def _receive_resumed(self, frame: Any, now: float) -> list[Any]:
        assert self._roles.resumed is not None
        payload = self._machine.envelope.payload_of(frame)
        said = value_of(payload, self._roles.resumed.last_seq)
        last_seq = self.session.last_seq if said is None else said
        away = self.session.absence(now)
        replayed = self.session.last_seq - (self._resumed_from or 0)
        finding = self.session.resume(last_seq)
        if isinstance(finding, Regression):
            # What follows would carry numbers that were used before: nothing could be told apart.
            raise LocalProtocolError(
                f"{self._roles.resumed.type} says {last_seq}, though {finding.highest} was received"
            )
        self._replays = False
        self._carried_session = True
        self._move(self._legal[type(frame)], now)
        self._expect()
        resumed = SessionResumed(last_seq, replayed, away)
        return [finding, resumed] if isinstance(finding, Gap) else [resumed]

    def _receive_heartbeat_answer(self, now: float) -> list[Any]:
        events = self._receive_answer(now)
        if events[0].latency is not None and self.is_established:
            self.session.hold()
        return events

    def _receive_heartbeat(self, now: float, payload: Any = None) -> list[Any]:
        self._beats.heard(now)
        return self._answer_beat(now, payload)

    # --- Rates --------------------------------------------------------------------------------

    def _packed(self, data: bytes, frame_class: FrameClass, now: float) -> str:
        self._count(frame_class, None, now)
        return data.decode()

    def _free_at(self, frame_class: FrameClass, message: object, now: float) -> float:
        """From when on one more message keeps to all rates for which the server closes."""
        free = [
            rate.free_at(self._payload(message), now, self._reserved(rate))
            for rate in self._rates
            if rate.concerns(frame_class)
        ]
        return max(free, default=now)

    def _count(self, frame_class: FrameClass, message: object, now: float) -> None:
        for rate in self._rates:
            if rate.concerns(frame_class):
                rate.add(self._payload(message) if rate.rate.by else None, now)

    def _reserved(self, rate: RateLimit) -> int:
        """Messages to keep free in a rate for heartbeats, but never more than half of it."""
        schedule = self._beats.schedule
        if schedule is None or not rate.counts_all:
            return 0
        heartbeats = ceil(rate.rate.window / schedule.interval) + 1
        return min(heartbeats, rate.rate.count // 2)

    # --- The end ------------------------------------------------------------------------------

    def _why_not(self, frame_class: FrameClass) -> str:
        """Why a message cannot be sent in this state."""
        answers = [role for role in (self._roles.established, self._roles.resumed) if role]
        if answers and not self.is_established:
            names = " or ".join(str(role.type) for role in answers)
            return f"nothing can be sent before {names} arrived"
        info = self.protocol.by_frame.get(frame_class)
        return self._out_of_place("a message of this type" if info is None else info.type)

    def _expired(self, then: CloseRule, why: str) -> list[Any]:
        self._gave_up = f"the server {why}"
        reason = self._gave_up if then.reason is None else reason_of(then, self.protocol)
        return [*self.close(then.code, reason)]

    def _decision(self, code: int, reason: str) -> NextConnection:
        last_seq = self.session.last_seq
        plan = self._plan(code, reason)
        if self._resumed_from is None:
            return plan
        return self.session.after_resume(plan, brought_news=last_seq > self._resumed_from)

    def _plan(self, code: int, reason: str) -> NextConnection:
        own = code == self._close_code or code < FIRST_OWN_CODE
        if own and self._failure is not None:
            return self.session.after_unreadable(str(self._failure), while_resuming=self._replays)
        if own and self._gave_up is not None:
            return self.session.after_failure(self._gave_up)
        return self.session.after_close(code, reason, while_resuming=self._replays)
