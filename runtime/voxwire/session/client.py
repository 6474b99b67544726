"""The client's end of a connection, without any I/O (protocol section 8)."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from voxmodels.v1 import CloseCode, UnknownFrame, client, limits, registry, server
from voxmodels.v1.server import ReadyFrame
from voxwire.errors import DecodeError, LocalProtocolError, ProtocolError, RemoteProtocolError
from voxwire.session.connection import Connection
from voxwire.session.endpoint import is_compressed
from voxwire.session.events import (
    ConnectionClosed,
    FrameInvalid,
    FrameRepeated,
    HeartbeatAcked,
    HelloReceived,
    SessionResumed,
    SessionStarted,
    Transmit,
)
from voxwire.session.heartbeat import MILLISECONDS, HeartbeatSchedule
from voxwire.session.rate import WINDOW, SlidingWindow, TooManyMessagesError
from voxwire.session.recovery import FIRST_OWN_CODE
from voxwire.session.sequence import Duplicate, Gap, Regression, WrongStart
from voxwire.session.states import CLIENT_MAY_SEND, NUMBERED_STATES, SERVER_MAY_SEND, State
from voxwire.vox import VOX, decode_server, encode
from voxwire.wire.compression import Decompressor
from voxwire.wire.envelope import salvage
from voxwire.wire.mistakes import is_fatal

if TYPE_CHECKING:
    from msgspec import Struct

    from voxmodels.v1 import ServerFrame
    from voxwire.session.client_session import ClientSession
    from voxwire.session.events import ClientEvent
    from voxwire.session.recovery import NextConnection
    from voxwire.session.sequence import SequenceEvent

HANDSHAKE_TIMEOUT: Final = float(limits.FIRST_MESSAGE_TIMEOUT)
"""Seconds that a server gets for hello, and again for ready or resumed. The protocol names no time;
this is the one that it gives a client."""

_HEARTBEAT: Final = encode(client.Heartbeat()).decode()
_AUTOMATIC: Final = frozenset({client.IdentifyFrame, client.ResumeFrame, client.HeartbeatFrame})
_NEEDED: Final = frozenset({server.HelloFrame, server.ReadyFrame, server.ResumedFrame})
"""Frames that a connection cannot go on without: they have to be valid."""
_HANDSHAKE: Final = frozenset({State.CONNECTED, State.GREETED, State.IDENTIFYING, State.RESUMING})


class ClientConnection(Connection):
    """One connection of a client. See :mod:`voxwire.session` for how to drive it.

    It answers hello with identify or resume, sends heartbeats, closes when the server stops answering
    them, and follows the sequence numbers. What lasts longer than a connection is in its session.
    """

    def __init__(
        self,
        session: ClientSession,
        url: str,
        *,
        handshake_timeout: float = HANDSHAKE_TIMEOUT,
    ) -> None:
        """`url` is the address that is connected to: its query decides on compression.
        `handshake_timeout` is in seconds: for hello, and again for ready or resumed."""
        super().__init__(SERVER_MAY_SEND)
        self._handshake_timeout = handshake_timeout
        self.session = session
        self._decompressor = Decompressor() if is_compressed(url) else None
        self._sent = SlidingWindow(limits.MESSAGE_RATE)
        self._heartbeats: HeartbeatSchedule | None = None
        self._handshake_ends = 0.0
        self._resumed_from: int | None = None
        self._replays = False
        self._carried_session = False
        self._sequence = session.sequence
        self._flows = False
        self._due = 0
        self._gave_up: str | None = None
        self._next: NextConnection | None = None

    def opened(self, now: float) -> list[ClientEvent]:
        """The transport is open. `now` starts the clock of all later calls, in seconds."""
        self._open()
        self._handshake_ends = now + self._handshake_timeout
        return []

    def receive(self, message: str | bytes, now: float) -> list[ClientEvent]:
        """Process one WebSocket message: a text as `str`, a binary one as `bytes`.

        Raises RemoteProtocolError when the server broke the protocol, then and on every later call:
        close the transport with its ``close_code`` and call :meth:`closed`. A text is no mistake where
        compression was asked for, since not every server has it. Gives nothing after :meth:`close`.
        """
        if self._is_silent and not self._check_receiving():
            return []
        try:
            data = message if isinstance(message, str) else self._decompressed(message)
            try:
                frame = decode_server(data)
            except DecodeError as error:
                return self._receive_invalid(data, error, now)
            # Nearly every frame goes this way, so it is kept short; benchmarks/ measures it.
            if self._flows and frame.seq == self._due and type(frame) is not ReadyFrame:
                self._sequence.last_seq = self._due
                self._due += 1
                return [frame]
            return self._receive_other(frame, now)
        except ProtocolError as error:
            raise self._failed(error, CloseCode.UNKNOWN_ERROR) from error

    def send(self, payload: Struct, now: float) -> str:
        """The text message that carries `payload`, such as ``client.Typing(feed_id=5)``.

        Raises LocalProtocolError before the session is ready, after the end, and for identify, resume
        and heartbeat, which the connection sends by itself; TooManyMessagesError when the server would
        close the connection for it; EncodeError for what no frame can hold.
        """
        self._check_sending()
        info = registry.BY_PAYLOAD.get(type(payload)) or registry.BY_FRAME.get(type(payload))
        frame_class = UnknownFrame if info is None else info.frame
        if frame_class in _AUTOMATIC:
            raise LocalProtocolError("the connection sends identify, resume and heartbeat itself")
        if info is not None and info.direction != "client":
            raise LocalProtocolError(f"{info.type} is a server message")
        if frame_class not in CLIENT_MAY_SEND[self._state]:
            raise LocalProtocolError("nothing can be sent before ready or resumed arrived")
        retry_at = self._sent.free_at(now, reserved=self._reserved())
        if retry_at > now:
            raise TooManyMessagesError(retry_at)
        text = encode(payload).decode()
        self._sent.add(now)
        return text

    def refused(self, why: str, close_code: int) -> None:
        """The transport could not take what arrived, such as a message over its limit or a text that
        is not UTF-8, and closes with `close_code`. To be told before :meth:`closed`.

        `why` says what was wrong, in words without secrets: it becomes the description of what to do
        next. It is the server's mistake, as if :meth:`receive` had raised it.
        """
        if not self._has_ended:
            self._failed(RemoteProtocolError(why, close_code), close_code)

    def closed(self, code: int, reason: str, now: float) -> list[ClientEvent]:
        """The transport has ended, or could not be opened: 1006 when there was no close frame.

        `now` is when it ended: from then on the client is away. Ask :meth:`next_connection` what to
        do. Calling it again does nothing.
        """
        if self._state is State.CLOSED:
            return []
        if self._carried_session:
            self.session.lose_connection(now)
        self._next = self._decision(code, reason)
        self._enter(State.CLOSED)
        return [ConnectionClosed(code, reason)]

    def next_connection(self) -> NextConnection:
        """What to do after the connection has ended. Raises LocalProtocolError before that."""
        if self._next is None:
            raise LocalProtocolError("call closed() first")
        return self._next

    def next_deadline(self) -> float | None:
        """When to call :meth:`tick` at the latest; None while nothing is waited for."""
        if self._is_silent:
            return None
        deadlines = []
        if self._state in _HANDSHAKE:
            deadlines.append(self._handshake_ends)
        if self._heartbeats is not None:
            deadlines.append(self._heartbeats.due_at)
        return min(deadlines)

    def tick(self, now: float) -> list[ClientEvent]:
        """Do what is due at `now`: a heartbeat, or closing a connection that is dead."""
        if self._is_silent:
            return []
        if self._state in _HANDSHAKE and now >= self._handshake_ends:
            return self._give_up("the server did not answer in time")
        if self._heartbeats is None or now < self._heartbeats.due_at:
            return []
        if self._heartbeats.is_dead:
            return self._give_up("the server does not answer heartbeats")
        self._heartbeats.sent(now)
        self._sent.add(now)
        return [Transmit(_HEARTBEAT)]

    def _enter(self, state: State) -> None:
        super()._enter(state)
        self._expect()

    def _expect(self) -> None:
        """Let :meth:`receive` deliver the number that is due by itself."""
        self._sequence = self.session.sequence
        self._flows = self._state in NUMBERED_STATES
        self._due = self.session.last_seq + 1

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

    def _give_up(self, why: str) -> list[ClientEvent]:
        self._gave_up = why
        return [*self.close(CloseCode.UNKNOWN_ERROR, why)]

    def _decompressed(self, message: bytes) -> bytes:
        if self._decompressor is None:
            raise LocalProtocolError("a binary message came, though no compression was asked for")
        return self._decompressor.decompress(message)

    def _out_of_place(self, name: str) -> str:
        return f"{name} is not due here: {self._state.value}"

    def _reserved(self) -> int:
        """Messages to keep free in the rate for heartbeats, but never more than half of it."""
        interval = self._heartbeats.interval if self._heartbeats else WINDOW
        return min(ceil(WINDOW / interval) + 1, limits.MESSAGE_RATE // 2)

    def _receive_other(self, frame: ServerFrame | UnknownFrame, now: float) -> list[ClientEvent]:
        """Process a frame that has a part in the session, or none, or is out of order."""
        if type(frame) not in self._legal:
            raise LocalProtocolError(self._out_of_place(frame.type))
        match frame:
            case server.HelloFrame():
                return self._greet(frame.d, now)
            case server.ReadyFrame():
                return self._start(frame)
            case server.ResumedFrame():
                return self._end_replay(frame, now)
            case server.HeartbeatAckFrame():
                return [HeartbeatAcked(self._latency(now))]
        if not isinstance(frame.seq, int) or frame.seq < 1:
            return [frame]
        finding = self._find(frame.seq)
        if isinstance(finding, Duplicate | Regression):
            return [FrameRepeated(frame, finding)]
        return [finding, frame] if isinstance(finding, Gap) else [frame]

    def _latency(self, now: float) -> float | None:
        latency = self._heartbeats.acked(now) if self._heartbeats else None
        if latency is not None and self._state is State.READY:
            self.session.hold()
        return latency

    def _find(self, seq: int) -> SequenceEvent:
        """What the number of a message means."""
        finding = self._sequence.receive(seq)
        self._expect()
        # A number that is not new has a bearing on what the tracker says about the next one.
        self._flows = not isinstance(finding, Duplicate | Regression)
        return finding

    def _greet(self, hello: server.Hello, now: float) -> list[ClientEvent]:
        interval = hello.heartbeat_interval / MILLISECONDS
        self.session.forget_if_overdue(now)
        first = self.session.first_message()
        message = encode(first).decode()
        if isinstance(first, client.Resume):
            self._resumed_from = first.last_seq
            self._replays = True
            self.session.sequence.resume(first.last_seq)
        self._heartbeats = HeartbeatSchedule(interval, now, self.session.random)
        self._handshake_ends = now + self._handshake_timeout
        self._sent.add(now)
        greeted = self._legal[server.HelloFrame]
        self._enter(CLIENT_MAY_SEND[greeted][registry.BY_PAYLOAD[type(first)].frame])
        return [HelloReceived(interval), Transmit(message)]

    def _start(self, frame: server.ReadyFrame) -> list[ClientEvent]:
        started = SessionStarted(frame.d, self.session.lost)
        finding = self.session.start(frame.d.session_id, frame.seq)
        self._carried_session = True
        self._enter(self._legal[type(frame)])
        return [finding, started] if isinstance(finding, WrongStart) else [started]

    def _end_replay(self, frame: server.ResumedFrame, now: float) -> list[ClientEvent]:
        away = self.session.absence(now)
        replayed = self.session.last_seq - (self._resumed_from or 0)
        finding = self.session.resume(frame.d.seq)
        if isinstance(finding, Regression):
            # What follows would carry numbers that were used before: nothing could be told apart.
            raise LocalProtocolError(
                f"resumed says {frame.d.seq}, though {finding.highest} was received"
            )
        self._replays = False
        self._carried_session = True
        self._enter(self._legal[type(frame)])
        resumed = SessionResumed(frame.d.seq, replayed, away)
        return [finding, resumed] if isinstance(finding, Gap) else [resumed]

    def _receive_invalid(
        self, data: str | bytes, error: DecodeError, now: float
    ) -> list[ClientEvent]:
        if is_fatal(error, "server", VOX):
            raise error
        type_, seq, _ = salvage(data)
        name = None if type_ is None else str(type_)
        info = registry.SERVER.get(name or "")
        kind = UnknownFrame if info is None else info.frame
        if kind not in self._legal:
            raise LocalProtocolError(self._out_of_place(name or "a message without a type"))
        if kind in _NEEDED:
            raise error
        if kind is server.HeartbeatAckFrame:
            return self._receive_other(server.HeartbeatAckFrame(), now)
        invalid = FrameInvalid(error.problems, name, seq)
        if seq is None or kind is server.ErrorFrame:
            return [invalid]
        finding = self._find(seq)
        return [finding, invalid] if isinstance(finding, Gap) else [invalid]
