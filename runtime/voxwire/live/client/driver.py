"""Keeps a session going: dials, passes messages to the sans-I/O connection, carries out its orders.

Theory of operation
===================

There is no task that reads. Whoever waits drives: for the next event, for a message to go out, for
the end. They take turns, and each step either finishes or, when it is cancelled, leaves everything so
that the next driver goes on from there. Back-pressure follows: while nobody asks for events, nothing
is read, and the server has to wait.

Heartbeats do not wait for anyone. A timer at the connection's next deadline sends them. While nobody
reads, their answers cannot be seen, so that their absence says nothing about the server: they are
taken for granted then, and a connection that is dead is found out as soon as somebody reads again.

A handshake is driven to its end before anything of it is handed out, replay included, because the
server's time for it runs, and no slow consumer may use it up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

from voxwire.errors import LocalProtocolError, RemoteProtocolError, VoxwireError
from voxwire.live.client.dialer import Unreachable
from voxwire.live.client.events import (
    LOST,
    NEWS,
    Disconnected,
    GatewayClosedError,
    GatewayEvent,
    GatewayUnreachableError,
    News,
)
from voxwire.live.client.log import log_news
from voxwire.live.client.turn import Turn
from voxwire.live.socket import SocketClosed
from voxwire.session import (
    ClientConnection,
    Close,
    HeartbeatAcked,
    SessionStarted,
    TooManyMessagesError,
    Transmit,
    close_reason,
)
from voxwire.session.messages import made
from voxwire.session.recovery import Recoveries
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from msgspec import Struct

    from voxwire.live.client.dialer import Dialer
    from voxwire.live.socket import Socket
    from voxwire.session import ClientEvent, ClientSession

MAX_PENDING: Final = 10_000
"""Events that may wait to be asked for: ten times Vox's longest replay, which comes at once. What is more
has to wait in the socket."""

_NO_FRAMES: Final = NEWS | {Transmit, Close}


class Driver:
    """A client session over all of its connections."""

    def __init__(
        self,
        dialer: Dialer,
        session: ClientSession,
        *,
        keep_trying: bool,
        handshake_timeout: float | None = None,
    ) -> None:
        """`keep_trying`: also when the first connection cannot be opened. `handshake_timeout` is in
        seconds: for hello, and again for ready or resumed."""
        self.ready: Any = None
        """What the server said when the session began."""
        self.latency: float | None = None
        """Seconds that the latest answer to a heartbeat took."""
        self._dialer: Final = dialer
        self._session: Final = session
        self._keep_trying = keep_trying
        self._turn: Final = Turn()
        self._pending: Final[deque[GatewayEvent]] = deque()
        self._handshake_timeout: Final = handshake_timeout
        self._connection = self._next_connection()
        self._answer: Final = _answer_to_heartbeats(session)
        self._socket: Socket | None = None
        self._dial_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._closing: Final = asyncio.Event()
        self._fault: VoxwireError | None = None
        self._is_over = False

    async def start(self) -> None:
        """Try once to get a session. Raises what ends the client for good."""
        await self._drive()
        if self._fault is not None:
            raise self._fault

    async def next(self, *, frames_only: bool = False) -> Any:
        """The next event, or the next frame. Raises StopAsyncIteration after :meth:`close`, and what
        ends the client for good."""
        pending, turn = self._pending, self._turn
        while True:
            if pending:
                event = pending.popleft()
                if frames_only and type(event) in NEWS:
                    continue
                return event
            if self._is_over:
                raise self._end()
            socket = self._socket
            if socket is None or turn.is_taken:
                await self._drive()
                continue
            # Nearly every frame goes this way, so it is kept short; benchmarks/ measures it. The same
            # through _passed_on, and with casts, took 0.1 µs more, of the 0.7 that are not the library's.
            turn.is_taken = True
            try:
                message = await socket.recv()
                if socket.record is not None:
                    socket.record.frame("s2c", message)
                events = self._connection.receive(message, monotonic())
                if len(events) == 1 and type(events[0]) not in _NO_FRAMES:
                    return events[0]
                self._carry_out(events)
                await self._settle()
            except RemoteProtocolError as error:
                self._refuse(socket, error)
                await self._settle()
            except SocketClosed as end:
                await self._ended(socket, end)
            finally:
                turn.give()

    async def send(self, payload: Struct, **keys: Any) -> None:
        """Send a message as soon as there is a session and the rate allows it."""
        while True:
            if self._is_over:
                raise self._fault or LocalProtocolError("the gateway was closed")
            socket = self._socket
            if socket is not None and socket.is_open and self._connection.is_established:
                try:
                    text = self._connection.send(payload, monotonic(), **keys)
                except TooManyMessagesError as later:
                    await self._rest_until(later.retry_at)
                    continue
                await socket.send(text)
                return
            if len(self._pending) >= MAX_PENDING:
                raise LocalProtocolError("events have to be read before more can be sent")
            await self._drive()

    async def close(self, code: int, reason: str) -> None:
        """End the connection and wait until nothing is left of it."""
        orders = self._connection.close(code, reason)  # raises before anything happens
        self._is_over = True
        self._closing.set()
        self._dialer.stop()
        self._carry_out(orders)
        try:
            while self._socket is not None or self._turn.is_taken:
                await self._drive()
        except asyncio.CancelledError:
            if self._socket is not None:
                self._socket.abort()
            raise
        finally:
            self._disarm()
            self._pending.clear()

    def _end(self) -> BaseException:
        if self._fault is not None and not self._closing.is_set():
            return self._fault.with_traceback(None)
        return StopAsyncIteration()

    async def _drive(self) -> None:
        """Go one step, to the next message or all the way to a session; or let another do that."""
        if self._turn.is_taken:
            await self._turn.wait()
            return
        self._turn.is_taken = True
        try:
            if self._socket is None:
                await self._rest_until(self._dial_at)
                await self._dial()
            if self._socket is not None:
                await self._receive(self._socket)
                await self._settle()
        finally:
            self._turn.give()

    @property
    def _is_passing(self) -> bool:
        """Whether the connection is on its way to a session, or to its end."""
        tables, connection = self._session.protocol.session, self._connection
        state = connection.state
        if state is tables.closing:
            return True
        return state not in (tables.connecting, tables.closed) and not connection.is_established

    async def _settle(self) -> None:
        """Bring what has begun to an end: a handshake, or closing."""
        while self._is_passing and len(self._pending) < MAX_PENDING:
            await self._receive(cast("Socket", self._socket))  # only CLOSED has none

    async def _rest_until(self, time: float) -> None:
        """Sleep until a time or until the client is closed."""
        delay = time - monotonic()
        if delay > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._closing.wait()

    async def _dial(self) -> None:
        """Open a connection, or find out when to try again."""
        self._connection = self._next_connection()
        opened = await self._dialer.open(self._session)
        if isinstance(opened, Unreachable):
            self._unreachable(opened)
        elif opened is not None:
            self._socket = opened
            self._keep_trying = True
            self._carry_out(self._connection.opened(monotonic()))
            if self._is_over:
                self._carry_out(self._connection.close())

    def _next_connection(self) -> ClientConnection:
        return ClientConnection(
            self._session, self._dialer.url, handshake_timeout=self._handshake_timeout
        )

    def _unreachable(self, why: Unreachable) -> None:
        if not self._keep_trying:
            self._give_up(GatewayUnreachableError(why))
            return
        self._connection.closed(LOST, "", monotonic())
        self._plan(LOST, "", why)

    async def _receive(self, socket: Socket) -> None:
        """Process one message, or the end."""
        try:
            message = await socket.recv()
            if socket.record is not None:
                socket.record.frame("s2c", message)
            self._carry_out(self._connection.receive(message, monotonic()))
        except RemoteProtocolError as error:
            self._refuse(socket, error)
        except SocketClosed as end:
            await self._ended(socket, end)

    def _refuse(self, socket: Socket, error: RemoteProtocolError) -> None:
        """End a connection on which the server broke the protocol."""
        socket.start_close(error.close_code, error.close_reason or "")
        self._arm()

    async def _ended(self, socket: Socket, end: SocketClosed) -> None:
        """Find out what to do after a connection."""
        self._socket = None
        self._disarm()
        code, reason, refusal, at = socket.ended(end)
        if refusal is not None:
            self._connection.refused(refusal, code)
        self._connection.closed(code, reason, at)
        if not self._is_over:
            self._plan(code, reason)
        await socket.finished()

    def _plan(self, code: int, reason: str, description: str | None = None) -> None:
        plan = self._connection.next_connection()
        protocol = self._session.protocol
        if plan.recovery is Recoveries.of(protocol).fatal:
            name = close_reason(code, protocol)
            self._give_up(GatewayClosedError(code, reason, plan.description, name))
            return
        self._dial_at = monotonic() + plan.delay
        self._tell(Disconnected.of(code, reason, plan, protocol, description))

    def _give_up(self, fault: VoxwireError) -> None:
        self._fault = fault
        self._is_over = True

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
        log_news(cast("News", event), self._session.protocol)
        match event:
            case SessionStarted(ready=ready):
                self.ready = ready
            case HeartbeatAcked(latency=float(latency)):
                self.latency = latency

    def _arm(self) -> None:
        self._disarm()
        deadline = None if self._socket is None else self._connection.next_deadline()
        if deadline is not None:
            delay = max(0.0, deadline - monotonic())
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        """A deadline is reached: have a heartbeat sent, or a dead connection closed."""
        connection, socket = self._connection, self._socket
        sees_answers = self._turn.is_taken and socket is not None and socket.is_reading
        if not sees_answers and self._answer is not None and connection.is_established:
            connection.receive(self._answer, monotonic())
        self._carry_out(connection.tick(monotonic()))


def _answer_to_heartbeats(session: ClientSession) -> str | None:
    """The message by which a server answers a heartbeat; None where the protocol has none."""
    role = session.protocol.session.roles.heartbeat_answer
    if role is None:
        return None
    return Codec.of(session.protocol).encode(made(session.protocol, role)).decode()
