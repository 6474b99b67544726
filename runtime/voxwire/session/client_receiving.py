"""What arrives at a client: numbers, frames that have a part in the session, and what is not valid."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Generic

from voxwire.errors import DecodeError, LocalProtocolError
from voxwire.session.allowance import Allowance
from voxwire.session.connection import Connection
from voxwire.session.events import (
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
from voxwire.session.sequence import Duplicate, Gap, Regression, WrongStart
from voxwire.wire.envelope import salvage
from voxwire.wire.mistakes import is_no_message, refused

if TYPE_CHECKING:
    import enum

    from voxwire.protocol import FrameClass
    from voxwire.session.client_session import ClientSession
    from voxwire.session.sequence import SequenceEvent, SequenceTracker


class ReceivingClient(Connection, Generic[ServerFrameT, ReadyT]):
    """The part of a client's connection that follows what the server sends.

    ``receive`` of :class:`voxwire.session.client.ClientConnection` delivers by itself what is usual: a
    plain frame with the number that is due. Everything else comes here.
    """

    def __init__(
        self, session: ClientSession[ServerFrameT, ReadyT], handshake_timeout: float | None
    ) -> None:
        super().__init__(session.protocol, "client", session.random, handshake_timeout)
        self.session = session
        self._allowance = Allowance(self._machine, self._beats)
        self._resumed_from: int | None = None
        self._replays = False
        self._carried_session = False
        self._flowing: SequenceTracker | None = None
        """What knows the number that is due, while ``receive`` delivers by itself what carries it, unless
        it is of the class `_odd`."""
        self._odd = self._at.odd

    @property
    def is_established(self) -> bool:
        """Whether the session has begun or goes on, on this connection, which is still open."""
        return self._carried_session and not self._has_ended

    # --- The sequence -------------------------------------------------------------------------

    def _set(self, state: enum.Enum) -> None:
        at = self._at = self._situations[state]  # as in Connection, without another call
        self._is_silent = not at.is_open
        if at.flows:
            self._expect()
        else:
            self._flowing = None

    def _expect(self, *, flows: bool = True) -> None:
        """Let ``receive`` deliver the number that is due by itself, if numbers flow."""
        sequence, at = self.session.sequence, self._at
        flows = flows and at.flows and sequence.last_seq is not None
        self._flowing = sequence if flows else None
        self._odd = at.odd

    def _go_on(self, state: enum.Enum, now: float) -> None:
        """The session goes on in a state, from the number that it is at now."""
        if state is self._at.state:
            self._expect()
        else:
            self._enter(state, now)

    def _find(self, seq: int) -> SequenceEvent:
        """What the number of a message means."""
        finding = self.session.sequence.receive(seq)
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
        after = self._at.may_receive.get(kind)
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
        reaction = self._machine.reaction("server", self._at.state, kind)
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
        after = self._at.may_receive.get(kind)
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
        greeting, interval = self._roles.greeting, inf
        assert greeting is not None
        field = greeting.heartbeat_interval
        if field is not None:
            payload = self._machine.envelope.payload_of(frame)
            interval = self._beats.asked = in_seconds(field, value_of(payload, field))
        after = self._at.may_receive[type(frame)]
        return [HelloReceived(interval), *self._log_in(after, now)]

    def _log_in(self, state: enum.Enum, now: float) -> list[Any]:
        """It is the client's turn in a state: it says who it is, if the protocol wants to know."""
        session, roles, after = self.session, self._roles, state
        session.forget_if_overdue(now)
        role = session.first_role
        events: list[Any] = []
        if role is not None:
            may_send = self._situations[state].may_send
            if role.frame not in may_send:
                self._set(state)
                raise LocalProtocolError(self._out_of_place(role.type))
            after = may_send[role.frame]
            first = session.message_of(role)
            data = self._codec.encode(first)
            if role is roles.resume:
                self._resumed_from = session.last_seq
                self._replays = True
                session.sequence.resume(self._resumed_from)
            events.append(Transmit(data.decode()))
            content = self._payload(first) if self._allowance.is_about_payloads else None
            self._allowance.count(role.frame, content, now)
        self._enter(after, now)
        if roles.established is None and not self._replays:
            events += self._begin(None, None, None)
        return events

    def _receive_established(self, frame: Any, now: float) -> list[Any]:
        established, envelope = self._roles.established, self._machine.envelope
        assert established is not None
        payload = envelope.payload_of(frame)
        session_id = value_of(payload, established.session)
        seq = envelope.seq_of(frame)
        events = self._begin(payload, session_id, seq)
        self._go_on(self._at.may_receive[type(frame)], now)
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
        self._go_on(self._at.may_receive[type(frame)], now)
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

    def _packed(self, data: bytes, frame_class: FrameClass, now: float) -> str:
        self._allowance.count(frame_class, None, now)
        return data.decode()
