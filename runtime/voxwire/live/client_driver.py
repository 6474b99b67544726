"""Keeps a session going: dials, passes messages to the sans-I/O connection, carries out its orders.

Theory of operation
===================

There is no task that reads. Whoever waits drives: for the next event, for a message to go out, for
the end. A lock lets one of them drive at a time, and each step either finishes or, when it is
cancelled, leaves everything so that the next driver goes on from there. Back-pressure follows: while
nobody asks for events, nothing is read, and the server has to wait.

Heartbeats do not wait for anyone. A timer at the connection's next deadline sends them. While nobody
reads, their answers cannot be seen, so that their absence says nothing about the server: they are
taken for granted then, and a connection that is dead is found out as soon as somebody reads again.

A handshake is driven to its end before anything of it is handed out, replay included, because the
server's time for it runs, and no slow consumer may use it up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, cast

from voxmodels.v1 import Recovery, limits, server
from voxwire.codec import encode
from voxwire.errors import LocalProtocolError, RemoteProtocolError, VoxwireError
from voxwire.live.client_dialer import Unreachable
from voxwire.live.client_log import log_news
from voxwire.live.events import (
    NEWS,
    Disconnected,
    GatewayClosedError,
    GatewayEvent,
    GatewayUnreachableError,
    News,
)
from voxwire.live.socket import SocketClosed
from voxwire.session import (
    ClientConnection,
    Close,
    HeartbeatAcked,
    SessionStarted,
    State,
    TooManyMessagesError,
    Transmit,
    close_reason,
)

if TYPE_CHECKING:
    from msgspec import Struct

    from voxwire.live.client_dialer import Dialer
    from voxwire.live.socket import Socket
    from voxwire.session import ClientEvent, ClientSession

MAX_PENDING: Final = 10 * limits.REPLAY_BUFFER
"""Events that may wait to be asked for. A replay comes at once and has 1000 messages at most, unless
a server breaks its own limit; what is more has to wait in the socket."""

_CONNECTION_LOST: Final = 1006
_ACK: Final = encode(server.HeartbeatAckFrame()).decode()
_HANDSHAKE: Final = frozenset(
    {State.CONNECTED, State.GREETED, State.IDENTIFYING, State.RESUMING, State.CLOSING}
)


class Driver:
    """A client session over all of its connections."""

    def __init__(self, dialer: Dialer, session: ClientSession, *, keep_trying: bool) -> None:
        """`keep_trying`: also when the first connection cannot be opened."""
        self.ready: server.Ready | None = None
        """What the server said when the session began."""
        self.latency: float | None = None
        """Seconds that the latest answer to a heartbeat took."""
        self.is_closed = False
        """Whether :meth:`close` was called."""
        self._dialer: Final = dialer
        self._session: Final = session
        self._keep_trying = keep_trying
        self._now: Final = asyncio.get_running_loop().time
        self._driving: Final = asyncio.Lock()
        self._closing: Final = asyncio.Event()
        self._pending: Final[deque[GatewayEvent]] = deque()
        self._connection = ClientConnection(session, dialer.url)
        self._socket: Socket | None = None
        self._dial_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_waiting = False
        self._fault: VoxwireError | None = None

    async def start(self) -> None:
        """Try once to get a session. Raises what ends the client for good."""
        async with self._driving:
            await self._advance()
        self._check()

    async def next(self) -> GatewayEvent | None:
        """The next event; None after :meth:`close`. Raises what ends the client for good."""
        pending = self._pending
        while not pending:
            self._check()
            if self.is_closed:
                return None
            async with self._driving:
                if not (pending or self._is_over()):
                    await self._advance()
        return pending.popleft()

    async def send(self, payload: Struct) -> None:
        """Send a message as soon as there is a session and the rate allows it."""
        while True:
            self._check()
            if self.is_closed:
                raise LocalProtocolError("the gateway was closed")
            socket = self._socket
            if socket is not None and self._is_ready():
                try:
                    text = self._connection.send(payload, self._now())
                except TooManyMessagesError as later:
                    await self._rest_until(later.retry_at)
                    continue
                await socket.send(text)
                return
            if len(self._pending) >= MAX_PENDING:
                raise LocalProtocolError("events have to be read before more can be sent")
            async with self._driving:
                if not (self._is_ready() or self._is_over()):
                    await self._advance()

    async def close(self, code: int, reason: str) -> None:
        """End the connection and wait until nothing is left of it."""
        orders = self._connection.close(code, reason)  # raises before anything happens
        self.is_closed = True
        self._closing.set()
        self._dialer.stop()
        self._carry_out(orders)
        try:
            async with self._driving:
                while self._socket is not None:
                    await self._receive()
        except asyncio.CancelledError:
            if self._socket is not None:
                self._socket.abort()
            raise
        finally:
            self._disarm()
            self._pending.clear()

    def _check(self) -> None:
        if self._fault is not None and not self.is_closed:
            raise self._fault.with_traceback(None)

    def _is_over(self) -> bool:
        return self.is_closed or self._fault is not None

    def _is_ready(self) -> bool:
        socket = self._socket
        return socket is not None and socket.is_open and self._connection.state is State.READY

    async def _advance(self) -> None:
        """Go one step: to the next message, or all the way to a session."""
        if self._socket is None:
            await self._rest_until(self._dial_at)
            if not self.is_closed:
                await self._dial()
            if self._socket is None:
                return
        await self._receive()
        while self._connection.state in _HANDSHAKE and len(self._pending) < MAX_PENDING:
            await self._receive()

    async def _rest_until(self, time: float) -> None:
        """Sleep until a time or until the client is closed."""
        if self._now() < time:
            try:
                async with asyncio.timeout_at(time):
                    await self._closing.wait()
            except TimeoutError:
                pass

    async def _dial(self) -> None:
        """Open a connection, or find out when to try again."""
        self._connection = ClientConnection(self._session, self._dialer.url)
        opened = await self._dialer.open(self._session)
        if opened is None:
            return
        if isinstance(opened, Unreachable):
            self._unreachable(opened)
            return
        self._socket = opened
        self._keep_trying = True
        self._carry_out(self._connection.opened(self._now()))
        if self.is_closed:
            self._carry_out(self._connection.close())

    def _unreachable(self, why: Unreachable) -> None:
        if not self._keep_trying:
            self._fault = GatewayUnreachableError(why)
            return
        self._connection.closed(_CONNECTION_LOST, "", self._now())
        self._plan(_CONNECTION_LOST, "", why)

    async def _receive(self) -> None:
        """Pass one message to the connection, and the events that it makes to those who wait."""
        socket = cast("Socket", self._socket)
        self._is_waiting = True
        try:
            message = await socket.recv()
        except SocketClosed as end:
            await self._ended(socket, end)
            return
        finally:
            self._is_waiting = False
        if socket.record is not None:
            socket.record.frame("s2c", message)
        try:
            events = self._connection.receive(message, self._now())
        except RemoteProtocolError as error:
            socket.start_close(error.close_code, close_reason(error.close_code))
            return
        for event in events:
            if type(event) in _NO_FRAMES:
                self._carry_out(events)
                return
        self._pending.extend(cast("list[GatewayEvent]", events))

    async def _ended(self, socket: Socket, end: SocketClosed) -> None:
        """Find out what to do after a connection."""
        self._socket = None
        self._disarm()
        code, reason = socket.ended(end)
        self._connection.closed(code, reason, self._now())
        if not self.is_closed:
            self._plan(code, reason)
        await socket.finished()

    def _plan(self, code: int, reason: str, description: str | None = None) -> None:
        plan = self._connection.next_connection()
        if plan.recovery is Recovery.FATAL:
            self._fault = GatewayClosedError(code, reason, plan.description)
            return
        self._dial_at = self._now() + plan.delay
        self._tell(Disconnected.of(code, reason, plan, description))

    def _carry_out(self, events: list[ClientEvent] | list[Close]) -> None:
        """Carry out the orders among `events`, keep the rest, and look at the clock again."""
        for event in events:
            match event:
                case Transmit(message=str(text)):
                    if self._socket is not None:
                        self._socket.push(text)
                case Close(code=code, reason=reason):
                    if self._socket is not None:
                        self._socket.start_close(code, reason)
                case _:
                    self._tell(cast("GatewayEvent", event))
        self._arm()

    def _tell(self, event: GatewayEvent) -> None:
        self._pending.append(event)
        if type(event) not in NEWS:
            return
        log_news(cast("News", event))
        match event:
            case SessionStarted(ready=ready):
                self.ready = ready
            case HeartbeatAcked(latency=float(latency)):
                self.latency = latency

    def _arm(self) -> None:
        self._disarm()
        deadline = None if self._socket is None else self._connection.next_deadline()
        if deadline is not None:
            self._timer = asyncio.get_running_loop().call_at(deadline, self._tick)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        """A deadline is reached: have a heartbeat sent, or a dead connection closed."""
        connection, socket = self._connection, self._socket
        sees_answers = self._is_waiting and socket is not None and socket.is_reading
        if not sees_answers and connection.state is State.READY:
            connection.receive(_ACK, self._now())
        self._carry_out(connection.tick(self._now()))


_NO_FRAMES: Final = NEWS | {Transmit, Close}
