"""A gateway for tests of clients: a real WebSocket server, with nothing behind it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import unquote, urlsplit

from websockets.asyncio.server import serve
from websockets.frames import CloseCode as SocketCloseCode

from voxmodels.v1 import CloseCode, PresenceStatus, endpoint, server
from voxwire.default import protocol_or_vox
from voxwire.errors import RemoteProtocolError
from voxwire.live.arrivals import Arrivals, server_address
from voxwire.live.library_log import LibraryLog
from voxwire.live.mock.engine.checking import ClientCheck
from voxwire.live.mock.engine.connection import CLOSE_TIMEOUT, MockConnection
from voxwire.live.mock.engine.injection import Faults, Outgoing
from voxwire.live.mock.engine.logins import Logins
from voxwire.live.mock.engine.options import MockOptions, Nobody
from voxwire.live.mock.vox.relay import Delivery, Relay
from voxwire.live.target import path_and_query
from voxwire.session import (
    FrameIgnored,
    IdentifyReceived,
    ResumeReceived,
    SessionTakenOver,
    close_reason,
)
from voxwire.session.lenient import Reader
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from msgspec import Struct
    from websockets.asyncio.server import Server
    from websockets.asyncio.server import ServerConnection as Socket
    from websockets.http11 import Request, Response

    from voxwire.live.mock.engine.options import Observer
    from voxwire.live.mock.engine.sessions import MockSession
    from voxwire.live.mock.vox.users import User
    from voxwire.session import ServerEvent

_LOGGER: Final = logging.getLogger("voxwire.live.mock")
_LIBRARY_LOG: Final = LibraryLog(_LOGGER.name)

_MAX_MESSAGE_SIZE: Final = 16 * 1024 * 1024
"""Longest message in bytes that is read: far more than a frame may have, as on a real server, which
accepts 1.5 MB. A longer one is closed with 1009. 16 MiB is usual for servers of this kind."""

_PATH: Final = urlsplit(endpoint.URL).path

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
        protocol = protocol_or_vox(options.protocol)
        self._decode: Final = Codec.of(protocol).decode_client
        self._reader: Final = Reader.of(protocol)
        self.check: Final = ClientCheck(
            observer.found, strict=options.strict, protocol=options.protocol
        )
        self.accepted = 0
        """Connections so far."""
        self.sent = 0
        """Messages sent so far."""
        self._observer: Final = observer
        self.failures: Final[list[Exception]] = []
        """What ended connections without being part of the protocol: each is a bug, except for a
        CaptureError, when a capture could not be played to its end."""
        self._logins: Final = Logins(options, self.faults)
        self._relay: Final = Relay(self._logins.users, options.denied)
        self._arrivals: Final = Arrivals()
        self._players: Final[set[asyncio.Task[None]]] = set()
        self._connections: Final[set[MockConnection]] = set()
        self._changed = asyncio.Event()
        self._server: Server | None = None
        self._is_stopping = False

    @property
    def address(self) -> str:
        """Where it listens, such as ``ws://127.0.0.1:8765``."""
        assert self._server is not None
        return server_address(self._server)

    def url(self, *, compress: bool = False) -> str:
        """The address for clients; `compress` asks for compression, as any client can."""
        query = "v=1&encoding=json" + ("&compress=zstd" if compress else "")
        return f"{self.address}{_PATH}?{query}"

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
            logger=_LIBRARY_LOG,
            create_connection=cast("type[Socket]", self._arrivals.connection),
        )

    async def stop(self) -> None:
        """Close all connections with 1001, and wait until everything has been checked."""
        self._is_stopping = True
        players = tuple(self._players)
        for player in players:
            player.cancel()
        await asyncio.gather(*players, return_exceptions=True)
        if self._server is not None:
            self._server.close(close_connections=False)
            self._arrivals.end()
            await self.close(SocketCloseCode.GOING_AWAY, STOPPED)
            await self._server.wait_closed()
        await asyncio.to_thread(self.check.close)

    def send(self, payload: Struct) -> tuple[int, ...]:
        """Send a message to all sessions; gives the number that it has in each.

        A session whose client is away has no part in it: see :meth:`MockSession.publish`. Raises
        EncodeError for what is not the payload of a sequenced message or an UnknownFrame.
        """
        numbers = (session.publish(payload) for session in self.sessions)
        return tuple(number for number in numbers if number is not None)

    async def room(self) -> None:
        """Wait until few messages wait to be sent to any client."""
        for session in self.sessions:
            await session.room()

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
            frame = self._decode(message)
        except RemoteProtocolError:
            return
        self._observer.received(frame)

    def handle(self, connection: MockConnection, event: ServerEvent, message: str) -> None:
        """Something happened on `connection` that is no order to it, because of `message`."""
        match event:
            case IdentifyReceived(identify):
                session = self._logins.identify(connection, identify)
                if session is not None:
                    self._begin(connection, session)
            case ResumeReceived(resume):
                session = self._logins.resume(connection, resume)
                if session is not None:
                    how = f"goes on after seq {resume.last_seq}"
                    self._arrive(connection, session, how)
            case SessionTakenOver(protocol, close):
                for holder in self._connections:
                    if holder.protocol is protocol:
                        holder.finish(close)
            case FrameIgnored():
                pass
            case _:
                if connection.session is not None:
                    self._pass_on(connection, connection.session.user, message)

    def _pass_on(self, connection: MockConnection, user: User, message: str) -> None:
        """Do what `message` of `user` asks for, valid or not: a real server looks at little of it."""
        type_, d = self._reader.read(message)
        if type_ is None or not isinstance(d := d or {}, dict):
            return
        for answer in self._relay.answers(type_, d, user):
            if isinstance(answer, Delivery):
                self._deliver(answer, user)
            else:
                error = connection.protocol.send(answer, connection.now())
                connection.answer(Outgoing(error, server.ErrorFrame.type))

    def _deliver(self, delivery: Delivery, user: User) -> None:
        to, frame = delivery
        for session in self.sessions:
            if to == "everyone" or (session.user is user) is (to == "user"):
                session.relay(frame)

    def _begin(self, connection: MockConnection, session: MockSession) -> None:
        """A session has begun: its user is online, whatever was before, and all are told.

        After ready comes the presence of all others who are there (protocol section 8, rule 2). A
        real server sends it in batches of 50; on the wire that is the same.
        """
        user = session.user
        user.set_presence(PresenceStatus.ONLINE.value)
        self._deliver(Delivery("others", user.public_presence), user)
        self._arrive(connection, session, "began")
        for other in self._logins.users:
            if other is not user and other.has_presence:
                session.relay(other.public_presence)
        player = session.play(self.notify)
        if player is not None:
            self._players.add(player)
            player.add_done_callback(self._played)

    def _played(self, player: asyncio.Task[None]) -> None:
        """A session has got everything, or its capture could not be read to the end."""
        self._players.discard(player)
        error = None if player.cancelled() else player.exception()
        if isinstance(error, Exception):
            self.failures.append(error)

    def _arrive(self, connection: MockConnection, session: MockSession, how: str) -> None:
        """A session has a connection. Nobody is told: after a resume a user has no presence."""
        user = session.user
        user.connections += 1
        self.notify(f"connection {connection.number}: the session of user {user.user_id} {how}")
        self._pulse()

    def _leave(self, session: MockSession) -> None:
        """A session has lost a connection: its user is offline, if that was the last one."""
        user = session.user
        user.connections -= 1
        if not user.connections:
            user.forget_presence()
            if not self._is_stopping:
                self._deliver(Delivery("others", user.public_presence), user)

    def _handshake(self, socket: Socket, request: Request) -> Response | None:
        try:
            path, _ = path_and_query(request.path)
        except ValueError as error:
            return socket.respond(400, f"{error}\n")
        if unquote(path) != _PATH:
            return socket.respond(403, f"the gateway is at {_PATH}\n")
        status = self.faults.at_handshake()
        if status is None:
            return None
        self.notify(f"a connection was refused with HTTP {status}")
        return socket.respond(status, "refused by a fault of the mock gateway\n")

    async def _serve(self, socket: Socket) -> None:
        self.accepted += 1
        connection = MockConnection(self.accepted, socket, self)
        self.notify(f"connection {connection.number} opened")
        if self._is_crowded(connection.address):
            self.notify(f"connection {connection.number} is one too many of its address")
            await connection.close(CloseCode.RATE_LIMITED, close_reason(CloseCode.RATE_LIMITED))
            return
        self._connections.add(connection)
        try:
            code, reason = await connection.run()
            self.notify(f"connection {connection.number} ended with {code} {reason}".rstrip())
        except Exception as error:  # as on a real server, whose clients see no more of it
            self._failed(connection, error)
            await connection.close(CloseCode.UNKNOWN_ERROR, close_reason(CloseCode.UNKNOWN_ERROR))
        finally:
            self._connections.discard(connection)
            if connection.session is not None:
                self._leave(connection.session)
            self._pulse()

    def _is_crowded(self, address: str) -> bool:
        """Whether an address has as many connections as it may."""
        others = sum(other.address == address for other in self._connections)
        return others >= self.options.connections_per_address

    def _failed(self, connection: MockConnection, error: Exception) -> None:
        while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]  # a group that only says that tasks were under way
        self.failures.append(error)
        self.notify(f"connection {connection.number} failed, which is a bug: {error!r}")
        _LOGGER.error("connection %d failed", connection.number, exc_info=error)

    def _pulse(self) -> None:
        """Have all who wait look again."""
        self._changed.set()
        self._changed = asyncio.Event()
