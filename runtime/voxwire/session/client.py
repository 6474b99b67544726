"""The client's end of a connection, without any I/O (protocol section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from voxwire.errors import DecodeError, LocalProtocolError, ProtocolError, RemoteProtocolError
from voxwire.session.client_receiving import ReceivingClient
from voxwire.session.endpoint import is_compressed
from voxwire.session.events import (
    ConnectionClosed,
    ReadyT,
    ServerFrameT,
)
from voxwire.session.rates import TooManyMessagesError
from voxwire.session.recovery import FIRST_OWN_CODE, reason_of
from voxwire.wire.compression import Decompressor
from voxwire.wire.mistakes import reads_binary

if TYPE_CHECKING:
    from voxwire.protocol import Close as CloseRule
    from voxwire.protocol import FrameClass
    from voxwire.session.client_session import ClientSession
    from voxwire.session.events import ClientEvent
    from voxwire.session.recovery import NextConnection


class ClientConnection(ReceivingClient[ServerFrameT, ReadyT]):
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
        super().__init__(session, handshake_timeout)
        self._decode = self._codec.decode_server
        is_binary = is_compressed(url, self.protocol)
        self._decompressor = Decompressor(protocol=self.protocol) if is_binary else None
        self._gave_up: str | None = None
        self._next: NextConnection | None = None

    def opened(self, now: float) -> list[ClientEvent[ServerFrameT, ReadyT]]:
        """The transport is open. `now` starts the clock of all later calls, in seconds."""
        self._open(now)
        return self._log_in(self._tables.initial, now) if self._roles.greeting is None else []

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
            flowing = self._flowing
            if flowing is not None:
                seq = frame.seq
                if seq == flowing.last_seq + 1 and type(frame) is not self._odd:  # type: ignore[operator]
                    flowing.last_seq = seq
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
        content = self._payload(payload)
        retry_at = self._allowance.free_at(frame_class, content, now)
        if retry_at > now:
            raise TooManyMessagesError(retry_at)
        text = self._codec.encode(payload, **keys).decode()
        self._allowance.count(frame_class, content, now)
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
        if self._at.state is self._tables.closed:
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
