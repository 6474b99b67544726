"""One WebSocket to a gateway: messages in and out, and an end that always comes.

It answers pings and sends none: the gateway has heartbeats of its own, and a pong that waits behind
messages which nobody reads yet would look like a dead connection. No extension is offered: server
frames are compressed by the gateway itself, if at all (protocol section 1).
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from websockets.asyncio.client import connect as open_websocket
from websockets.asyncio.connection import broadcast
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from voxwire.limits import MAX_FRAME_SIZE
from voxwire.live.upstream import CLOSE_TIMEOUT, OPEN_TIMEOUT

if TYPE_CHECKING:
    from ssl import SSLContext

    from websockets.asyncio.client import ClientConnection

    from voxwire.capture import Direction
    from voxwire.capture.writer import ClosedBy

SocketClosed = ConnectionClosed
"""What :attr:`Socket.recv` raises at the end."""

_NO_CLOSE: Final = 1006
"""What stands for the code where no close frame came (RFC 6455, section 7.4.1)."""

_LOGGER: Final = logging.getLogger("voxwire.live.socket")
_LOGGER.setLevel(logging.INFO)  # at DEBUG the library would log messages, and so the token
_LOGGER.addHandler(logging.NullHandler())


class Record(Protocol):
    """Sees the messages of one connection, as they are on the wire, and how it ends.

    :class:`voxwire.live.recording.RecordedConnection` is one. Called from the event loop: it must
    neither block nor raise.
    """

    def frame(self, direction: Direction, data: str | bytes) -> None: ...
    def closed(self, code: int, reason: str, by: ClosedBy) -> None: ...
    def lost(self, by: ClosedBy) -> None: ...


class Ending(NamedTuple):
    """The close that was sent: by the server, or else by this side; 1006 when there was none."""

    code: int
    reason: str


async def dial(url: str, ssl: SSLContext | None = None) -> Socket:
    """Open a connection. Raises what :func:`voxwire.live.upstream.in_words` explains."""
    connection = await open_websocket(
        url,
        ssl=True if ssl is None and url.startswith("wss:") else ssl,
        compression=None,
        open_timeout=OPEN_TIMEOUT,
        close_timeout=CLOSE_TIMEOUT,
        ping_interval=None,
        max_size=MAX_FRAME_SIZE,
        logger=_LOGGER,
    )
    return Socket(connection)


class Socket:
    """An open WebSocket. What is not read makes the server wait: a few messages are held at most."""

    def __init__(self, connection: ClientConnection) -> None:
        self.recv: Final = connection.recv
        """Wait for the next message. Raises SocketClosed. It can be cancelled without a loss."""
        self.record: Record | None = None
        """What sees its messages; the reader shows it those that arrive."""
        self._connection: Final = connection
        self._closing: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether a message can still be sent."""
        return self._connection.state is State.OPEN

    @property
    def is_reading(self) -> bool:
        """Whether it takes what arrives, rather than letting the server wait."""
        return self._connection.transport.is_reading()

    def push(self, text: str) -> None:
        """Send a message without waiting for room; nothing happens after the end."""
        if self.is_open:
            self._sent(text)
            broadcast((self._connection,), text)

    async def send(self, text: str) -> None:
        """Send a message and wait for room for the next."""
        self._sent(text)
        with suppress(ConnectionClosed):  # whoever reads learns of that
            await self._connection.send(text)

    def start_close(self, code: int, reason: str) -> None:
        """Send a close. Go on to read: the end comes soon, with or without the server's answer."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(code, reason))

    def ended(self, end: ConnectionClosed) -> Ending:
        """How it ended, for the record and for the caller.

        The library closes by itself, too: with 1009 for a message that is too long, for example.
        """
        received, sent = end.rcvd, end.sent
        if self.record is not None:
            if received is not None and (sent is None or end.rcvd_then_sent):
                self.record.closed(received.code, received.reason, "server")
            elif sent is not None:
                self.record.closed(sent.code, sent.reason, "client")
            else:
                self.record.lost("server")
        close = received or sent
        return Ending(_NO_CLOSE, "") if close is None else Ending(close.code, close.reason)

    async def finished(self) -> None:
        """Wait until nothing of it is left, after the end."""
        if self._closing is not None:
            await self._closing

    def abort(self) -> None:
        """End it at once."""
        self._connection.transport.abort()

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._connection.close(code, reason)
        except TimeoutError:  # the server takes nothing, not even the close
            self.abort()

    def _sent(self, text: str) -> None:
        if self.record is not None:
            self.record.frame("c2s", text)
