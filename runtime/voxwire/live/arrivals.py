"""Clients that have connected to a server of ours, from the first packet on."""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakSet

from websockets.asyncio.server import Server, ServerConnection

from voxwire.live.closing import abort


class Arrivals:
    """Knows the clients that have sent no request yet: the library does not, and waits for each of them
    until its handshake times out before a server has ended.

    ``create_connection`` of the library's ``serve`` takes :meth:`connection`.
    """

    def __init__(self) -> None:
        self._clients: Final[WeakSet[ServerConnection]] = WeakSet()

    def connection(self, *arguments: Any, **options: Any) -> ServerConnection:
        """The library's connection for a client that has just come."""
        client = ServerConnection(*arguments, **options)
        self._clients.add(client)
        return client

    def abort_silent(self) -> None:
        """Cut off all that have sent no request yet."""
        for client in list(self._clients):
            if client.request is None:
                abort(client)


def server_address(server: Server) -> str:
    """Where a server listens, such as ``ws://127.0.0.1:8765``."""
    host, port = next(iter(server.sockets)).getsockname()[:2]
    return f"ws://[{host}]:{port}" if ":" in host else f"ws://{host}:{port}"
