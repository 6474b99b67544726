"""A gateway on a free port of this machine, made of the sans-I/O server; it does as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from websockets.asyncio.connection import broadcast
from websockets.asyncio.server import ServerConnection as WebSocket
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from voxmodels.v1 import ClientFrame, CloseCode, UnknownFrame, client, server
from voxwire.errors import RemoteProtocolError
from voxwire.live.client.events import GatewayEvent
from voxwire.live.client.gateway import Gateway, connect
from voxwire.session import (
    Backoff,
    Close,
    IdentifyReceived,
    ResumeReceived,
    ServerConnection,
    ServerEvent,
    ServerSession,
    ServerSessions,
    SessionTakenOver,
    Transmit,
    close_reason,
)

TOKEN = "vox_sess_46KiE4r-YgW9_f3cV0"
TIMEOUT = 120.0
"""Seconds after which a test has failed."""

HOUR = 3_600_000
"""A heartbeat interval, in milliseconds, in which no heartbeat comes between what a test expects."""

Reject = tuple[int, str | None]

READY = (
    '{"type":"ready","d":{"session_id":"sess_1","user_id":1,"display_name":"Ada",'
    '"server_name":"Tea","protocol_version":1,"capabilities":[]},"seq":1}'
)


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test that waits for real sockets. Nothing may be left of it afterwards."""

    async def alone() -> None:
        await asyncio.wait_for(test, TIMEOUT)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, left

    asyncio.run(alone())


def leave(user_id: int) -> server.MemberLeave:
    """A short sequenced message that carries a number of its own."""
    return server.MemberLeave(user_id=user_id)


async def taken(gateway: Gateway, count: int) -> list[GatewayEvent]:
    """The next `count` events."""
    events = gateway.events()
    return [await anext(events) for _ in range(count)]


def at_once() -> Backoff:
    """A backoff that waits for nothing."""
    return Backoff(lambda: 0.0, initial=0.0, maximum=0.0)


class Loopback:
    """The gateway. Time is the event loop's; nothing is sent or closed that the test did not ask for,
    but what the protocol demands."""

    def __init__(self, *, interval: int = HOUR, capacity: int = 1000) -> None:
        self.url = ""
        self.interval = interval
        self.sessions = ServerSessions(capacity=capacity)
        self.logins: list[client.Identify | client.Resume] = []
        self.received: list[ClientFrame | UnknownFrame] = []
        self.paths: list[str] = []
        self.heartbeats = 0
        self.acks = True
        """Whether heartbeats are answered."""
        self.rejections: list[Reject] = []
        """Close codes and reasons for the next logins."""
        self.endings: list[tuple[int, str]] = []
        """How the connections ended: what the client closed with, or 1006."""
        self.connection: ServerConnection | None = None
        self.websocket: WebSocket | None = None
        self.happened = asyncio.Condition()
        self._sending = asyncio.Lock()

    @property
    def session(self) -> ServerSession:
        """The session of the latest login."""
        assert self.connection is not None
        assert self.connection.session is not None
        return self.connection.session

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something is true that depends on what the client does."""
        async with self.happened:
            await self.happened.wait_for(holds)

    async def send(self, *payloads: msgspec.Struct) -> None:
        """Send messages of the session, as far as there is somebody to take them."""
        for payload in payloads:
            assert self.connection is not None
            assert self.websocket is not None
            with suppress(ConnectionClosed):
                await self.websocket.send(self.connection.send(payload, now()))

    async def publish(self, session: ServerSession, payload: msgspec.Struct) -> None:
        """Number a message of the session, and send it if there is somebody to take it."""
        async with self._sending:
            data = session.publish(payload)
            if session.connection is not None and self.websocket is not None:
                with suppress(ConnectionClosed):
                    await self.websocket.send(session.connection.wrapped(data))

    async def send_raw(self, message: str | bytes) -> None:
        assert self.websocket is not None
        await self.websocket.send(message)

    async def close(self, code: int, reason: str | None = None) -> None:
        """Close the connection from this side."""
        assert self.websocket is not None
        await self.websocket.close(code, close_reason(code) if reason is None else reason)

    def drop(self) -> None:
        """End the connection without a word."""
        assert self.websocket is not None
        self.websocket.transport.abort()

    async def handle(self, websocket: WebSocket) -> None:
        assert websocket.request is not None
        self.paths.append(websocket.request.path)
        connection = ServerConnection(websocket.request.path, heartbeat_interval=self.interval)
        await self._carry_out(websocket, connection.opened(now()))
        try:
            while True:
                await self._take(websocket, connection, await websocket.recv())
        except RemoteProtocolError as error:
            await websocket.close(error.close_code, close_reason(error.close_code))
        except ConnectionClosed:
            pass
        code, reason = websocket.close_code or 1006, websocket.close_reason or ""
        connection.closed(code, reason, now())
        async with self.happened:
            self.endings.append((code, reason))
            self.happened.notify_all()

    async def _take(
        self, websocket: WebSocket, connection: ServerConnection, message: str | bytes
    ) -> None:
        self.heartbeats += '"heartbeat"' in str(message)
        for event in connection.receive(message, now()):
            match event:
                case IdentifyReceived(identify) | ResumeReceived(identify):
                    self.connection, self.websocket = connection, websocket
                    self.logins.append(identify)
                    async with self._sending:
                        await self._carry_out(websocket, self._login(connection, identify))
                case Transmit(message=answer):
                    if self.acks:  # without waiting, or a client that reads nothing stops this
                        broadcast((websocket,), answer)
                case Close() | SessionTakenOver():
                    await self._carry_out(websocket, [event])
                case _:
                    self.received.append(event)  # type: ignore[arg-type]
        async with self.happened:
            self.happened.notify_all()

    def _login(
        self, connection: ServerConnection, login: client.Identify | client.Resume
    ) -> list[ServerEvent]:
        if self.rejections:
            return connection.reject(*self.rejections.pop(0))
        if login.token != TOKEN:
            return connection.reject(CloseCode.AUTH_FAILED)
        if isinstance(login, client.Identify):
            ready = server.Ready(
                session_id=f"sess_{len(self.sessions) + 1:08}",
                user_id=7,
                display_name="Ada",
                server_name="Tea Party",
                protocol_version=1,
                capabilities=(),
            )
            return connection.accept(self.sessions.start(ready), now())
        session = self.sessions.find(login.session_id, now())
        if session is None:
            return connection.reject(CloseCode.SESSION_EXPIRED)
        return connection.accept(session, now())

    async def _carry_out(self, websocket: WebSocket, events: list[ServerEvent]) -> None:
        for event in events:
            match event:
                case Transmit(message=message):
                    await websocket.send(message)
                case Close(code=code, reason=reason):
                    await websocket.close(code, reason)


def now() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def loopback(*, interval: int = HOUR, capacity: int = 1000) -> AsyncIterator[Loopback]:
    """A running gateway. `interval` is that of heartbeats, in milliseconds."""
    gateway = Loopback(interval=interval, capacity=capacity)
    async with serve(gateway.handle, "127.0.0.1", 0, compression=None) as running:
        port = next(iter(running.sockets)).getsockname()[1]
        gateway.url = f"ws://127.0.0.1:{port}"
        yield gateway


@asynccontextmanager
async def connected(**options: Any) -> AsyncIterator[tuple[Gateway, Loopback]]:
    """A client with a session on a gateway. `options` go to whichever of the two has them."""
    own = {name: options.pop(name) for name in ("interval", "capacity") if name in options}
    async with loopback(**own) as mock:
        options = {"backoff": at_once()} | options
        async with connect(mock.url, options.pop("token", TOKEN), **options) as gateway:
            yield gateway, mock
