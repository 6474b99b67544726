"""A transparent WebSocket proxy that records what passes it.

Every client that connects gets a connection of its own to the server: same path and query, same
headers, same subprotocol. Text stays text and binary stays binary, message for message; whoever closes,
the other side sees the same code and reason. What is not kept is what no message shows: how a message
was cut into fragments, permessage-deflate, and pings, which are answered on each hop.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import CloseCode

from voxwire.live.arrivals import Arrivals, server_address
from voxwire.live.closing import abort, close
from voxwire.live.library_log import LibraryLog
from voxwire.live.proxy.recording import Recording
from voxwire.live.proxy.relay import STOPPED, Relay
from voxwire.live.proxy.upstream import (
    CONNECT_ERRORS,
    MAX_MESSAGE_SIZE,
    connect_upstream,
    forwarded,
    in_words,
    refusal,
)
from voxwire.live.timeouts import OPEN_TIMEOUT, RecorderTimeouts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from websockets.asyncio.client import ClientConnection
    from websockets.asyncio.server import Server
    from websockets.http11 import Request, Response
    from websockets.typing import Subprotocol

    from voxwire.capture.writer import CaptureWriter
    from voxwire.live.proxy.watch import Watch
    from voxwire.live.target import Target

_LOGGER: Final = LibraryLog("voxwire.live.recorder")

_DEFAULT: Final = RecorderTimeouts()


@asynccontextmanager
async def recording(
    target: Target,
    writer: CaptureWriter,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    notify: Callable[[str], None] = lambda _: None,
    watch: Watch | None = None,
    timeouts: RecorderTimeouts = _DEFAULT,
) -> AsyncIterator[Recorder]:
    """Listen on `host` and `port` (0: any that is free) while the context lasts, then end cleanly.

    `notify` is told in a sentence what happens; `watch` is offered everything that is recorded. The
    writer and the watch are left open. Raises OSError when it cannot listen there.

    ::

        async with recording(Target.parse("wss://host"), writer) as recorder:
            print(recorder.address)
            await recorder.failed()
    """
    recorder = Recorder(target, writer, notify, watch, timeouts)
    await recorder.start(host, port)
    try:
        yield recorder
    finally:
        await recorder.stop()


class Recorder:
    """The proxy: accepts clients and connects each to the server. Made by :func:`recording`."""

    def __init__(
        self,
        target: Target,
        writer: CaptureWriter,
        notify: Callable[[str], None],
        watch: Watch | None,
        timeouts: RecorderTimeouts,
    ) -> None:
        self._timeouts: Final = timeouts
        self._target: Final = target
        self._failure: Final[asyncio.Future[OSError]] = asyncio.Future()
        self.recording: Final = Recording(
            writer, notify=notify, on_failure=self._failure.set_result, watch=watch
        )
        self._connecting: Final[set[asyncio.Task[ClientConnection]]] = set()
        self._connected: Final[dict[ServerConnection, ClientConnection]] = {}
        self._guards: Final[set[asyncio.Task[None]]] = set()
        self._relays: Final[set[Relay]] = set()
        self._server: Server | None = None
        self._is_stopping = False
        self._arrivals: Final = Arrivals()

    @property
    def address(self) -> str:
        """Where clients connect to, such as ``ws://127.0.0.1:8765``."""
        assert self._server is not None
        return server_address(self._server)

    async def failed(self) -> OSError:
        """Wait until the capture cannot be written any more; gives the reason."""
        return await asyncio.shield(self._failure)

    async def start(self, host: str, port: int) -> None:
        """Begin to listen. Raises OSError."""
        self._server = await serve(
            self._relay,
            host,
            port,
            process_request=self._open,
            process_response=self._answer,
            select_subprotocol=self._subprotocol,
            server_header=None,
            compression=None,
            # For the client's request, and then for the server's answer to it.
            open_timeout=self._timeouts.open + OPEN_TIMEOUT,
            close_timeout=self._timeouts.close,
            ping_interval=None,
            max_size=MAX_MESSAGE_SIZE,
            logger=_LOGGER,
            create_connection=cast("type[ServerConnection]", self._arrivals.connection),
        )

    async def stop(self) -> None:
        """Accept no more clients, close all connections with 1001, and wait until they are."""
        assert self._server is not None
        self._is_stopping = True
        self._server.close(close_connections=False)
        for task in self._connecting:
            task.cancel()
        self._arrivals.end()
        await asyncio.gather(*(relay.stop() for relay in self._relays))
        await self._server.wait_closed()
        await asyncio.gather(*self._guards)

    async def _open(self, client: ServerConnection, request: Request) -> Response | None:
        """Connect to the server first, so that its refusal can be the client's."""
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return None  # the library says that only WebSocket is spoken here
        try:
            url = self._target.url(request.path)
        except ValueError as error:
            return client.respond(HTTPStatus.BAD_REQUEST, f"voxwire record: {error}\n")
        task = asyncio.create_task(connect_upstream(url, request, open_timeout=self._timeouts.open))
        self._connecting.add(task)
        try:
            server = await task
        except asyncio.CancelledError:
            if not self._is_stopping:
                raise
            return client.respond(HTTPStatus.SERVICE_UNAVAILABLE, f"voxwire record: {STOPPED}\n")
        except CONNECT_ERRORS as error:
            self.recording.notify(f"a client was refused: {in_words(error)}")
            return refusal(client, error)
        finally:
            self._connecting.discard(task)
        self._connected[client] = server
        guard = asyncio.create_task(self._guard(client))
        self._guards.add(guard)
        guard.add_done_callback(self._guards.discard)
        return None

    async def _guard(self, client: ServerConnection) -> None:
        """Close the connection to the server if the client's never came about."""
        await client.wait_closed()
        server = self._connected.pop(client, None)
        if server is not None:
            self.recording.notify("a client went away before its connection was open")
            await close(server, CloseCode.GOING_AWAY, "", timeout=self._timeouts.close)

    def _subprotocol(
        self, client: ServerConnection, _offered: Sequence[Subprotocol]
    ) -> Subprotocol | None:
        server = self._connected.get(client)
        return None if server is None else server.subprotocol

    def _answer(self, client: ServerConnection, _request: Request, response: Response) -> None:
        """Give the client the headers of the server's answer, cookies among them."""
        server = self._connected.get(client)
        if server is not None and server.response is not None:
            for name, value in forwarded(server.response.headers):
                response.headers[name] = value

    async def _relay(self, client: ServerConnection) -> None:
        server = self._connected.pop(client)
        try:
            record = self.recording.open(self._url(client), client.subprotocol)
            relay = Relay(client, server, record, self._timeouts)
            self._relays.add(relay)
            try:
                await relay.run()
            except Exception:
                # The library closes the client's connection with this code.
                record.closed(CloseCode.INTERNAL_ERROR, "", "recorder")
                raise
            finally:
                self._relays.discard(relay)
        except Exception as error:
            self.recording.notify(f"a connection failed, which is a bug: {error!r}")
            raise
        finally:
            abort(server)

    def _url(self, client: ServerConnection) -> str:
        assert client.request is not None
        return self._target.url(client.request.path)
