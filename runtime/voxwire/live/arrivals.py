"""Clients that have connected to a server of ours, from the first packet on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from websockets.asyncio.server import Server, ServerConnection

from voxwire.live.closing import abort

if TYPE_CHECKING:
    import asyncio


class Arrivals:
    """Knows the clients that have sent no request yet: the library does not, and waits for each of them
    until its handshake times out before a server has ended.

    ``create_connection`` of the library's ``serve`` takes :meth:`connection`.
    """

    def __init__(self) -> None:
        self.is_over = False
        """Whether nobody may arrive any more."""
        self._clients: Final[WeakSet[_Arrival]] = WeakSet()

    def connection(self, *arguments: Any, **options: Any) -> ServerConnection:
        """The library's connection for a client that is about to come."""
        return _Arrival(self, *arguments, **options)

    def add(self, client: _Arrival) -> None:
        """A client has come."""
        self._clients.add(client)
        if self.is_over:  # accepted just when the server closed
            abort(client)

    def end(self) -> None:
        """Cut off all that have sent no request yet, and whoever still comes."""
        self.is_over = True
        for client in list(self._clients):
            if client.request is None:
                abort(client)

    def __len__(self) -> int:
        return len(self._clients)


class _Arrival(ServerConnection):
    """The connection of a client, which says when it has come: before that it has no transport."""

    def __init__(self, arrivals: Arrivals, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._arrivals: Final = arrivals

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._arrivals.add(self)


def server_address(server: Server) -> str:
    """Where a server listens, such as ``ws://127.0.0.1:8765``."""
    host, port = next(iter(server.sockets)).getsockname()[:2]
    return f"ws://[{host}]:{port}" if ":" in host else f"ws://{host}:{port}"
