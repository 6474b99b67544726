"""One WebSocket to a gateway: messages in and out, and an end that always comes.

It answers pings and sends none: the gateway has heartbeats of its own, and a pong that waits behind
messages which nobody reads yet would look like a dead connection. No extension is offered: server
frames are compressed by the gateway itself, if at all (protocol section 1).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from websockets.asyncio.connection import broadcast
from websockets.exceptions import ConnectionClosed, NegotiationError
from websockets.frames import Close, CloseCode
from websockets.protocol import State
from websockets.typing import Subprotocol

from voxwire.limits import MAX_FRAME_SIZE
from voxwire.live.closing import abort, close, first_close
from voxwire.live.opening import open_websocket
from voxwire.live.timeouts import CLOSE_TIMEOUT, OPEN_TIMEOUT, SEND_TIMEOUT

if TYPE_CHECKING:
    from ssl import SSLContext

    from websockets.asyncio.client import ClientConnection

    from voxwire.capture import Direction
    from voxwire.capture.writer import ClosedBy

SocketClosed = ConnectionClosed
"""What :attr:`Socket.recv` raises at the end."""

MAX_UNSENT: Final = 65_536
"""Bytes that may wait to be sent before a heartbeat finds the connection dead: twice the mark at which
senders have to wait, so that only messages that nobody waits for can get there."""


_PROTOCOL_ERROR: Final = 1002
"""WebSocket's own close code for what breaks its rules (RFC 6455, section 7.4.1)."""


class Record(Protocol):
    """Sees the messages of one connection, as they are on the wire, and how it ends.

    :class:`voxwire.live.proxy.recording.RecordedConnection` is one. Called from the event loop: it must
    neither block nor raise.
    """

    def frame(self, direction: Direction, data: str | bytes) -> None: ...
    def closed(self, code: int, reason: str, by: ClosedBy) -> None: ...
    def lost(self, by: ClosedBy) -> None: ...


class Ending(NamedTuple):
    """The close that was sent: by the server, or else by this side; 1006 when there was none.

    `refusal` says what arrived that could not be read, if that is why this side ended it. `at` is when
    it ended, on the clock of ``time.monotonic``, however late somebody asks.
    """

    code: int
    reason: str
    refusal: str | None
    at: float


async def dial(
    url: str,
    ssl: SSLContext | None = None,
    *,
    open_timeout: float = OPEN_TIMEOUT,
    subprotocols: tuple[str, ...] = (),
) -> Socket:
    """Open a connection. `subprotocols` are offered, and the server has to choose one of them.

    Raises what :func:`voxwire.live.proxy.upstream.in_words` explains.
    """
    connection = await open_websocket(
        url,
        ssl=True if ssl is None and url.startswith("wss:") else ssl,
        open_timeout=open_timeout,
        max_size=MAX_FRAME_SIZE,
        subprotocols=[Subprotocol(name) for name in subprotocols] or None,
    )
    if subprotocols and connection.subprotocol is None:
        await close(connection, _PROTOCOL_ERROR, "", timeout=CLOSE_TIMEOUT)
        raise NegotiationError(f"it chose no subprotocol of {', '.join(subprotocols)}")
    return Socket(connection)


class Socket:
    """An open WebSocket. What is not read makes the server wait: a few messages are held at most."""

    def __init__(self, connection: ClientConnection, *, send_timeout: float = SEND_TIMEOUT) -> None:
        self.recv: Final = connection.recv
        """Wait for the next message. Raises SocketClosed. It can be cancelled without a loss."""
        self.record: Record | None = None
        """What sees its messages; the reader shows it those that arrive."""
        self._connection: Final = connection
        self._closing: asyncio.Task[None] | None = None
        self._send_timeout: Final = send_timeout
        self._ended_at: float | None = None
        self._end: Final = asyncio.create_task(self._note_end())

    @property
    def subprotocol(self) -> str | None:
        """The WebSocket subprotocol that the server chose."""
        return self._connection.subprotocol

    @property
    def is_open(self) -> bool:
        """Whether a message can still be sent."""
        return self._connection.state is State.OPEN

    @property
    def is_reading(self) -> bool:
        """Whether it takes what arrives, rather than letting the server wait."""
        return self._connection.transport.is_reading()

    def push(self, text: str) -> None:
        """Send a message without waiting for room; nothing happens after the end.

        Ends the connection when too much waits already: the server takes nothing any more.
        """
        if self._connection.transport.get_write_buffer_size() > MAX_UNSENT:
            self.abort()
        elif self.is_open:
            self._sent(text)
            broadcast((self._connection,), text)

    async def send(self, text: str) -> None:
        """Send a message and wait for room for the next.

        Ends the connection when there is none in time. Whoever reads learns of any end.
        """
        self._sent(text)
        try:
            async with asyncio.timeout(self._send_timeout):
                with suppress(ConnectionClosed):
                    await self._connection.send(text)
        except TimeoutError:
            self.abort()

    def start_close(self, code: int, reason: str) -> None:
        """Send a close. Go on to read: the end comes soon, with or without the server's answer."""
        if self._closing is None:
            closed = close(self._connection, code, reason, timeout=CLOSE_TIMEOUT)
            self._closing = asyncio.create_task(closed)

    def ended(self, end: ConnectionClosed) -> Ending:
        """How it ended, for the record and for the caller.

        The library closes by itself, too: with 1009 for a message that is too long, for example.
        """
        received, sent = end.rcvd, end.sent
        first = first_close(end)
        if self.record is not None:
            if first is None:
                self.record.lost("server")
            else:
                by: ClosedBy = "server" if first.was_theirs else "client"
                self.record.closed(first.close.code, first.close.reason, by)
        at = monotonic() if self._ended_at is None else self._ended_at
        close = received or sent
        if close is None:
            return Ending(int(CloseCode.ABNORMAL_CLOSURE), "", None, at)
        refuses = sent is not None and self._closing is None and not end.rcvd_then_sent
        return Ending(close.code, close.reason, _refusal(sent) if refuses and sent else None, at)

    async def finished(self) -> None:
        """Wait until nothing of it is left, after the end."""
        await self._end
        if self._closing is not None:
            await self._closing

    def abort(self) -> None:
        """End it at once."""
        abort(self._connection)

    async def _note_end(self) -> None:
        await self._connection.wait_closed()
        self._ended_at = monotonic()

    def _sent(self, text: str) -> None:
        if self.record is not None:
            self.record.frame("c2s", text)


def _refusal(sent: Close) -> str:
    """What the library could not take, as the close says that it sent by itself."""
    match sent.code:
        case CloseCode.MESSAGE_TOO_BIG:
            what = f"a message was longer than the {MAX_FRAME_SIZE} bytes that this client reads"
        case CloseCode.INVALID_DATA:
            what = "a text message is not UTF-8"
        case CloseCode.PROTOCOL_ERROR:
            what = "what came is no WebSocket frame"
        case _:
            what = f"this side could not go on and closed with {int(sent.code)}"
    return f"{what} ({sent.reason})" if sent.reason else what
