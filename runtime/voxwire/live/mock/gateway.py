"""A gateway for tests of clients: a real WebSocket server, with nothing behind it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from websockets.asyncio.server import serve
from websockets.frames import CloseCode as SocketCloseCode

from voxmodels.v1 import UnknownFrame, server
from voxwire.codec import decode_client
from voxwire.errors import RemoteProtocolError
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.live.mock.checking import ClientCheck
from voxwire.live.mock.connection import CLOSE_TIMEOUT, MockConnection
from voxwire.live.mock.injection import Faults, Outgoing
from voxwire.live.mock.logins import Logins
from voxwire.live.mock.options import MockOptions, Nobody
from voxwire.live.mock.relay import deliveries, error_for
from voxwire.session import (
    Close,
    ConnectionClosed,
    FrameIgnored,
    FrameInvalid,
    IdentifyReceived,
    ResumeReceived,
    SessionTakenOver,
    Transmit,
)
from voxwire.session.envelope import salvage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from msgspec import Struct
    from websockets.asyncio.server import Server
    from websockets.asyncio.server import ServerConnection as Socket
    from websockets.http11 import Request, Response

    from voxmodels.v1 import ClientFrame
    from voxwire.live.mock.options import Observer
    from voxwire.live.mock.relay import Audience
    from voxwire.live.mock.sessions import MockSession
    from voxwire.live.mock.users import User
    from voxwire.session import ServerEvent

_LOGGER: Final = logging.getLogger("voxwire.live.mock")
_LOGGER.addHandler(logging.NullHandler())  # nothing is printed unless the program sets logging up

_MAX_MESSAGE_SIZE: Final = 4 * MAX_FRAME_SIZE
"""Longest message in bytes that is read. Longer than a frame may be, so that a finding can say so."""

STOPPED: Final = "mock stopped"
"""The close reason for all clients when the gateway ends."""


@asynccontextmanager
async def mock_gateway(
    options: MockOptions | None = None, observer: Observer | None = None
) -> AsyncIterator[MockGateway]:
    """Run a mock gateway while the context lasts. Raises OSError when it cannot listen there.

    ::

        async with mock_gateway() as gateway:
            print(gateway.url())
    """
    gateway = MockGateway(options or MockOptions(), observer or Nobody())
    try:
        await gateway.start()
        yield gateway
    finally:
        await gateway.stop()


class MockGateway:
    """The server. Made by :func:`mock_gateway`; not thread-safe."""

    def __init__(self, options: MockOptions, observer: Observer) -> None:
        self.options: Final = options
        self.faults: Final = Faults(options.faults)
        self.check: Final = ClientCheck(observer.found, strict=options.strict)
        self.accepted = 0
        """Connections so far."""
        self.sent = 0
        """Messages sent so far."""
        self._observer: Final = observer
        self._logins: Final = Logins(options, self.faults)
        self._connections: Final[set[MockConnection]] = set()
        self._changed = asyncio.Event()
        self._server: Server | None = None
        self._is_stopping = False

    @property
    def address(self) -> str:
        """Where it listens, such as ``ws://127.0.0.1:8765``."""
        assert self._server is not None
        host, port = next(iter(self._server.sockets)).getsockname()[:2]
        return f"ws://[{host}]:{port}" if ":" in host else f"ws://{host}:{port}"

    def url(self, *, compress: bool = False) -> str:
        """The address for clients; `compress` asks for compression, as any client can."""
        query = "v=1&encoding=json" + ("&compress=zstd" if compress else "")
        return f"{self.address}/gateway?{query}"

    @property
    def sessions(self) -> tuple[MockSession, ...]:
        """The sessions that can still be resumed, connected or not."""
        return self._logins.sessions(asyncio.get_running_loop().time())

    async def start(self) -> None:
        """Begin to listen. Raises OSError."""
        self._server = await serve(
            self._serve,
            self.options.host,
            self.options.port,
            process_request=self._handshake,
            server_header=None,
            compression=None,
            close_timeout=CLOSE_TIMEOUT,
            ping_interval=None,
            max_size=_MAX_MESSAGE_SIZE,
            logger=_LOGGER,
        )

    async def stop(self) -> None:
        """Close all connections with 1001, and wait until everything has been checked."""
        self._is_stopping = True
        for session in self.sessions:
            session.stop_playing()
        if self._server is not None:
            self._server.close(close_connections=False)
            await self.close(SocketCloseCode.GOING_AWAY, STOPPED)
            await self._server.wait_closed()
        await asyncio.to_thread(self.check.close)

    def send(self, payload: Struct) -> tuple[int, ...]:
        """Send a message to all sessions, connected or not; gives the number that it has in each.

        Raises EncodeError for what is not the payload of a sequenced message or an UnknownFrame.
        """
        return tuple(session.publish(payload) for session in self.sessions)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is asked when a connection or session comes or goes."""
        while not condition():
            await self._changed.wait()

    async def drop(self) -> int:
        """Lose all connections, without a close frame, and wait until they are gone; their number."""
        connections = frozenset(self._connections)
        for connection in connections:
            connection.drop()
        await self.until(lambda: self._connections.isdisjoint(connections))
        return len(connections)

    async def close(self, code: int, reason: str = "") -> int:
        """Close all connections, and wait until they are; their number."""
        connections = frozenset(self._connections)
        await asyncio.gather(*(connection.close(code, reason) for connection in connections))
        await self.until(lambda: self._connections.isdisjoint(connections))
        return len(connections)

    def notify(self, sentence: str) -> None:
        """Tell the observer what happens."""
        self._observer.said(sentence)

    def received(self, message: str) -> None:
        """A client sent `message`."""
        try:
            frame = decode_client(message)
        except RemoteProtocolError:
            return
        self._observer.received(frame)

    def handle(self, connection: MockConnection, event: ServerEvent, message: str) -> None:
        """Something happened on `connection` that is no order to it, because of `message`."""
        match event:
            case IdentifyReceived(identify):
                session = self._logins.identify(connection, identify)
                if session is not None:
                    self._arrive(connection, session, "began")
                    self._greet(session)
                    session.play(self.options.source, self.notify)
            case ResumeReceived(resume):
                session = self._logins.resume(connection, resume)
                if session is not None:
                    self._arrive(connection, session, f"goes on after seq {resume.last_seq}")
            case SessionTakenOver(protocol, close):
                for holder in self._connections:
                    if holder.protocol is protocol:
                        holder.enqueue(close)
            case FrameInvalid(type=type_):
                error = error_for(type_, salvage(message).d or {})
                if error is not None:
                    answer = connection.protocol.send(error, connection.now())
                    connection.enqueue(Outgoing(answer, server.ErrorFrame.type))
            case Transmit() | Close() | ConnectionClosed() | FrameIgnored() | UnknownFrame():
                pass
            case _:
                self._relay(connection, event)

    def _relay(self, connection: MockConnection, frame: ClientFrame) -> None:
        if connection.session is None:
            return
        user = connection.session.user
        for to, payload in deliveries(frame, user, self._logins.users):
            self._publish(payload, to, user)

    def _publish(self, payload: Struct, to: Audience, user: User) -> None:
        for session in self.sessions:
            if to == "everyone" or (session.user is user) is (to == "user"):
                session.publish(payload)

    def _arrive(self, connection: MockConnection, session: MockSession, how: str) -> None:
        """A session has a connection: its user is online, if that was not so before."""
        user = session.user
        user.connections += 1
        if user.connections == 1:
            self._publish(user.public_presence, "others", user)
        self.notify(f"connection {connection.number}: the session of user {user.user_id} {how}")
        self._pulse()

    def _greet(self, session: MockSession) -> None:
        """After ready comes the presence of everyone who is online (protocol section 8, rule 2)."""
        for user in self._logins.users:
            if user is not session.user and user.is_visible:
                session.publish(user.public_presence)

    def _leave(self, session: MockSession) -> None:
        """A session has lost its connection: its user is offline, if that was the last one."""
        user = session.user
        user.connections -= 1
        if not user.connections and not self._is_stopping:
            self._publish(user.public_presence, "others", user)

    def _handshake(self, socket: Socket, _request: Request) -> Response | None:
        status = self.faults.at_handshake()
        if status is None:
            return None
        self.notify(f"a connection was refused with HTTP {status}")
        return socket.respond(status, "refused by a fault of the mock gateway\n")

    async def _serve(self, socket: Socket) -> None:
        self.accepted += 1
        connection = MockConnection(self.accepted, socket, self)
        self._connections.add(connection)
        self.notify(f"connection {connection.number} opened")
        try:
            code, reason = await connection.run()
            self.notify(f"connection {connection.number} ended with {code} {reason}".rstrip())
        except Exception as error:
            self.notify(f"connection {connection.number} failed, which is a bug: {error!r}")
            raise
        finally:
            self._connections.discard(connection)
            if connection.session is not None:
                self._leave(connection.session)
            self._pulse()

    def _pulse(self) -> None:
        """Have all who wait look again."""
        self._changed.set()
        self._changed = asyncio.Event()
