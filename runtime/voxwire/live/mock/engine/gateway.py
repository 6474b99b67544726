"""A gateway for tests of clients: a real WebSocket server, with nothing behind it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from websockets.asyncio.server import serve
from websockets.frames import CloseCode as SocketCloseCode

from voxwire.default import protocol_or_vox
from voxwire.errors import RemoteProtocolError
from voxwire.live.arrivals import Arrivals, server_address
from voxwire.live.library_log import LibraryLog
from voxwire.live.mock.engine.applications import chosen_application
from voxwire.live.mock.engine.checking import ClientCheck
from voxwire.live.mock.engine.connection import CLOSE_TIMEOUT, MockConnection
from voxwire.live.mock.engine.connections import Connections
from voxwire.live.mock.engine.consequences import Consequences
from voxwire.live.mock.engine.door import Door
from voxwire.live.mock.engine.injection import Faults
from voxwire.live.mock.engine.logins import Logins
from voxwire.live.mock.engine.options import MockOptions, Nobody
from voxwire.session import (
    FrameIgnored,
    HeartbeatAcked,
    IdentifyReceived,
    ResumeReceived,
    SessionTakenOver,
)
from voxwire.session.messages import value_of
from voxwire.session.recovery import reason_of
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from msgspec import Struct
    from websockets.asyncio.server import Server
    from websockets.asyncio.server import ServerConnection as Socket

    from voxwire.live.mock.engine.options import Observer
    from voxwire.live.mock.engine.sessions import MockSession
    from voxwire.protocol import Close
    from voxwire.session import ServerEvent

_LOGGER: Final = logging.getLogger("voxwire.live.mock")
_LIBRARY_LOG: Final = LibraryLog(_LOGGER.name)

_MAX_MESSAGE_SIZE: Final = 16 * 1024 * 1024
"""Longest message in bytes that is read: far more than a frame may have, as on a real server, which
accepts 1.5 MB. A longer one is closed with 1009. 16 MiB is usual for servers of this kind."""

_TRY_AGAIN_LATER: Final = 1013
"""WebSocket's own code for too many connections, where a protocol has none."""

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
        """Raises ValueError for options that the protocol's application does not have."""
        self.options: Final = options
        self.faults: Final = Faults(options.faults)
        protocol = self.spoken = protocol_or_vox(options.protocol)
        """The protocol."""
        self.application: Final = chosen_application(options)
        """What follows from what clients do."""
        self._decode: Final = Codec.of(protocol).decode_client
        self.check: Final = ClientCheck(observer.found, strict=options.strict, protocol=protocol)
        self.accepted = 0
        """Connections so far."""
        self.sent = 0
        """Messages sent so far."""
        self._observer: Final = observer
        self.failures: Final[list[Exception]] = []
        """What ended connections without being part of the protocol: each is a bug, except for a
        CaptureError, when a capture could not be played to its end."""
        self._logins: Final = Logins(options, self.faults, protocol, self.application)
        self._consequences: Final = Consequences(protocol, self.application, lambda: self.sessions)
        self._door: Final = Door(protocol, self.faults, self.notify)
        self._arrivals: Final = Arrivals()
        self._players: Final[set[asyncio.Task[None]]] = set()
        self._connections: Final = Connections(protocol, options)
        self._server: Server | None = None
        self._is_stopping = False

    @property
    def address(self) -> str:
        """Where it listens, such as ``ws://127.0.0.1:8765``."""
        assert self._server is not None
        return server_address(self._server)

    def url(self, *, compress: bool = False) -> str:
        """The address for clients; `compress` asks for compression, as any client can. Raises ValueError
        where the protocol has none."""
        return self._door.url(self.address, compress=compress)

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
            process_request=self._door.open,
            select_subprotocol=self._door.subprotocol,
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

    def send(self, payload: Struct, **keys: Any) -> tuple[int, ...]:
        """Send a message to all sessions; gives the number that it has in each, 0 where there are none.

        `keys` are those of the envelope that go with a payload, where the protocol has some. A session
        whose client is away has no part in it: see :meth:`MockSession.publish`. Raises EncodeError for
        what is not the payload of a sequenced message or an unknown frame.
        """
        numbers = (session.publish(payload, keys) for session in self.sessions)
        return tuple(number for number in numbers if number is not None)

    async def room(self) -> None:
        """Wait until few messages wait to be sent to any client."""
        for session in self.sessions:
            await session.room()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is asked when a connection or session comes or goes."""
        await self._connections.until(condition)

    async def drop(self) -> int:
        """Lose all connections, without a close frame, and wait until they are gone; their number."""
        return await self._connections.drop()

    async def close(self, code: int, reason: str = "") -> int:
        """Close all connections, and wait until they are; their number."""
        return await self._connections.close(code, reason)

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

    def opened(self, connection: MockConnection) -> None:
        """A client has connected: where it need not log in, its session may begin."""
        session = self._logins.begin(connection)
        if session is not None:
            self._begin(connection, session)

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
                    self._arrive(connection, session, self._how(resume))
            case SessionTakenOver(protocol, close):
                for holder in self._connections:
                    if holder.protocol is protocol:
                        holder.finish(close)
            case FrameIgnored() | HeartbeatAcked():
                pass
            case _:
                self.opened(connection)
                if connection.session is not None:
                    self._consequences.of_message(connection, connection.session, event, message)

    def _begin(self, connection: MockConnection, session: MockSession) -> None:
        """A session has begun, and all are told whom the application tells of it."""
        self._arrive(connection, session, "began")
        self._consequences.of_beginning(session)
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

    def _how(self, resume: Any) -> str:
        """How a session goes on."""
        role = self.spoken.session.roles.resume
        if role is None or role.last_seq is None:
            return "goes on"
        return f"goes on after seq {value_of(resume, role.last_seq)}"

    def _arrive(self, connection: MockConnection, session: MockSession, how: str) -> None:
        """A session has a connection. After a resume nobody is told."""
        user = session.user
        user.connections += 1
        self.notify(f"connection {connection.number}: the session of user {user.user_id} {how}")
        self._connections.changed()

    def _leave(self, session: MockSession) -> None:
        """A session has lost a connection: its user is gone, if that was the last one."""
        user = session.user
        user.connections -= 1
        if not user.connections:
            self._consequences.of_leaving(user, is_told=not self._is_stopping)

    async def _serve(self, socket: Socket) -> None:
        self.accepted += 1
        connection = MockConnection(self.accepted, socket, self)
        self.notify(f"connection {connection.number} opened")
        if self._connections.are_crowded(connection.address):
            self.notify(f"connection {connection.number} is one too many of its address")
            crowd = self.spoken.session.refusals.connections
            await self._end(connection, None if crowd is None else crowd.then, _TRY_AGAIN_LATER)
            return
        self._connections.add(connection)
        try:
            code, reason = await connection.run()
            self.notify(f"connection {connection.number} ended with {code} {reason}".rstrip())
        except Exception as error:  # as on a real server, whose clients see no more of it
            self.failed(connection, error)
            refusals = self.spoken.session.refusals
            refusal = refusals.internal or refusals.malformed
            await self._end(connection, refusal, SocketCloseCode.INTERNAL_ERROR)
        finally:
            self._connections.remove(connection)
            if connection.session is not None:
                self._leave(connection.session)
            self._connections.changed()

    async def _end(self, connection: MockConnection, close: Close | None, otherwise: int) -> None:
        """Close a connection as the tables say, or with a code of WebSocket's own."""
        if close is None:
            await connection.close(otherwise, "")
        else:
            await connection.close(close.code, reason_of(close, self.spoken))

    def failed(self, connection: MockConnection, error: Exception) -> None:
        """Something that is not part of the protocol happens on a connection."""
        while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]  # a group that only says that tasks were under way
        self.failures.append(error)
        self.notify(f"connection {connection.number} failed, which is a bug: {error!r}")
        _LOGGER.error("connection %d failed", connection.number, exc_info=error)
