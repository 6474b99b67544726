"""What the WebSocket handshake of a mock gateway is answered with: paths, subprotocols, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from websockets.typing import Subprotocol

from voxwire.live.target import path_and_query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from websockets.asyncio.server import ServerConnection as Socket
    from websockets.http11 import Request, Response

    from voxwire.live.mock.engine.injection import Faults
    from voxwire.protocol import AnyProtocol


class Door:
    """Lets clients in, as the endpoint of a protocol says."""

    def __init__(
        self, protocol: AnyProtocol, faults: Faults, notify: Callable[[str], None]
    ) -> None:
        self._endpoint: Final = protocol.endpoint
        self._refusal: Final = protocol.session.refusals.subprotocol
        self._compression: Final = protocol.session.compression
        self._title: Final = protocol.title
        self._faults: Final = faults
        self._notify: Final = notify
        path = urlsplit(protocol.endpoint.url or "").path
        self._path: Final = None if path in ("", "/") else path
        """The one path that leads here; None where any does."""

    def url(self, address: str, *, compress: bool = False) -> str:
        """The whole address for clients. Raises ValueError for a compression that there is not."""
        values: dict[str, str] = {}
        if compress:
            if self._compression is None:
                raise ValueError(f"{self._title} has no compression")
            values[self._compression.parameter] = next(iter(self._compression.values))
        query = self._endpoint.query(**values)
        return f"{address}{self._path or '/'}{'?' if query else ''}{query}"

    def open(self, socket: Socket, request: Request) -> Response | None:
        """The answer to a handshake that is refused; None for one that is accepted."""
        try:
            path, _ = path_and_query(request.path)
        except ValueError as error:
            return self._refused(socket, 400, str(error))
        if self._path is not None and unquote(path) != self._path:
            return self._refused(socket, 403, f"the gateway is at {self._path}")
        known = self._endpoint.subprotocols
        is_websocket = "websocket" in request.headers.get("Upgrade", "").lower()
        is_refused = known and self._refusal is None  # else it is let in, and closed at once
        if is_refused and is_websocket and self._chosen(_offered(request)) is None:
            return self._refused(
                socket, 400, f"the client must offer the subprotocol {' or '.join(known)}"
            )
        status = self._faults.at_handshake()
        if status is None:
            return None
        self._notify(f"a connection was refused with HTTP {status}")
        return socket.respond(status, "refused by a fault of the mock gateway\n")

    def _refused(self, socket: Socket, status: int, why: str) -> Response:
        """An answer that refuses. The request is not shown: it may hold a secret."""
        self._notify(f"a connection was refused with HTTP {status}: {why}")
        return socket.respond(status, f"{why}\n")

    def subprotocol(self, socket: Socket, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        """The best of the protocol's subprotocols that the client offers."""
        del socket
        return self._chosen(offered)

    def _chosen(self, offered: Sequence[str]) -> Subprotocol | None:
        best = next((known for known in self._endpoint.subprotocols if known in offered), None)
        return None if best is None else Subprotocol(best)


def _offered(request: Request) -> list[str]:
    """The subprotocols that a client offers."""
    lines = request.headers.get_all("Sec-WebSocket-Protocol")
    return [name.strip() for line in lines for name in line.split(",")]
