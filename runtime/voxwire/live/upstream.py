"""The server behind a recorder: which address to connect to, with what, and what if it refuses."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple, Self
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI, WebSocketException
from websockets.typing import Subprotocol

from voxwire.limits import MAX_LINE_SIZE

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection
    from websockets.asyncio.server import ServerConnection
    from websockets.datastructures import Headers
    from websockets.http11 import Request, Response

OPEN_TIMEOUT: Final = 10.0
"""Seconds that a server has to accept a connection: the default of the ``websockets`` library."""

CLOSE_TIMEOUT: Final = 5.0
"""Seconds that either side has to answer a close, before its connection is cut."""

MAX_MESSAGE_SIZE: Final = MAX_LINE_SIZE // 2
"""Longest message in bytes that passes. It is four times the longest frame that is valid, and in base64
its line in the capture is still short enough to be read."""

_OF_ONE_HOP: Final = frozenset(
    "connection content-length date host keep-alive proxy-authenticate proxy-authorization "
    "proxy-connection te trailer transfer-encoding upgrade".split()
)
"""Headers that concern one connection, not the one behind it (RFC 9110, section 7.6.1)."""

_OF_THE_HANDSHAKE: Final = "sec-websocket-"
"""Headers that the library negotiates for each hop (RFC 6455, section 4)."""

_OF_A_REFUSAL: Final = ("Content-Type", "Location", "Retry-After", "WWW-Authenticate")


class Target(NamedTuple):
    """The address that a recorder forwards to.

    >>> Target.parse("wss://host/gateway").url("/?v=1")
    'wss://host/gateway?v=1'
    """

    origin: str
    path: str
    query: str

    @classmethod
    def parse(cls, address: str) -> Self:
        """The target at a ``ws://`` or ``wss://`` address. Raises ValueError in words."""
        parts = urlsplit(address)
        if parts.scheme not in ("ws", "wss"):
            raise ValueError("the address must begin with ws:// or wss://")
        if "@" in parts.netloc:
            raise ValueError(
                "the address must not hold a user name or password; "
                "the client's own Authorization header is forwarded"
            )
        if not parts.hostname or (parts.port == 0):  # a bad port raises ValueError by itself
            raise ValueError("the address names no host")
        if parts.fragment:
            raise ValueError("the address must not have a fragment (#)")
        return cls(f"{parts.scheme}://{parts.netloc}", parts.path or "/", parts.query)

    def url(self, requested: str) -> str:
        """Where a client that requested this path and query is connected to.

        The client decides: only where it gives no path, or no query, the target's own is used.
        Raises ValueError when it requested no path, but something else.
        """
        if not requested.startswith("/"):
            raise ValueError("the request does not name a path")
        path, _, query = requested.partition("?")
        path = self.path if path == "/" else path
        query = query or self.query
        return f"{self.origin}{path}?{query}" if query else f"{self.origin}{path}"


async def connect_upstream(url: str, request: Request) -> ClientConnection:
    """Connect to the server as the client would: with its headers and subprotocols.

    No extension is offered: without permessage-deflate the messages are the same, and their sizes are
    those that the capture has. Pings are answered on each hop, and none are sent of our own. Raises
    what :func:`in_words` explains.
    """
    return await connect(
        url,
        subprotocols=list(_offered_subprotocols(request.headers)) or None,
        additional_headers=list(forwarded(request.headers)),
        user_agent_header=None,
        compression=None,
        open_timeout=OPEN_TIMEOUT,
        close_timeout=CLOSE_TIMEOUT,
        ping_interval=None,
        max_size=MAX_MESSAGE_SIZE,
    )


CONNECT_ERRORS: Final = (OSError, WebSocketException, ValueError, ImportError)
"""What :func:`connect_upstream` raises. ImportError: a SOCKS proxy is set, but not supported."""


def forwarded(headers: Headers) -> Iterator[tuple[str, str]]:
    """The headers that belong to both hops, such as Origin, User-Agent and Authorization."""
    for name, value in headers.raw_items():
        lower = name.lower()
        if lower not in _OF_ONE_HOP and not lower.startswith(_OF_THE_HANDSHAKE):
            yield name, value


def in_words(error: Exception) -> str:
    """Why a connection to the server failed."""
    match error:
        case InvalidStatus(response=response):
            return f"the server answered HTTP {_status(response)}"
        case InvalidURI():
            return "the address is not valid"
        case InvalidHandshake():
            return f"the server's answer is no WebSocket handshake: {error}"
        case ssl.SSLCertVerificationError():
            return f"the server's certificate is not trusted: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS failed: {error}"
        case TimeoutError():
            return f"the server did not answer within {OPEN_TIMEOUT:g} seconds"
        case ConnectionRefusedError():
            return "nothing listens at the address"
        case ConnectionResetError():
            return "the server broke the connection off before it was open"
        case socket.gaierror():
            return "the host name is not known"
        case OSError():
            return f"the server cannot be reached: {error}"
    return f"the connection to the server failed: {error}"


def refusal(client: ServerConnection, error: Exception) -> Response:
    """The HTTP error for the client: the server's own answer, if it gave one."""
    if isinstance(error, InvalidStatus) and error.response.status_code in _STATUSES:
        theirs = error.response
        ours = client.respond(theirs.status_code, "")
        ours.body = theirs.body or b""
        for name in ("Content-Length", "Content-Type"):
            del ours.headers[name]
        ours.headers["Content-Length"] = str(len(ours.body))
        for name in _OF_A_REFUSAL:
            for value in theirs.headers.get_all(name):
                ours.headers[name] = value
        return ours
    if isinstance(error, TimeoutError):
        status = HTTPStatus.GATEWAY_TIMEOUT
    else:
        status = HTTPStatus.BAD_GATEWAY
    return client.respond(status, f"voxwire record: {in_words(error)}\n")


_STATUSES: Final = frozenset(status.value for status in HTTPStatus)


def _status(response: Response) -> str:
    return f"{response.status_code} {response.reason_phrase}".rstrip()


def _offered_subprotocols(headers: Headers) -> Iterator[Subprotocol]:
    for value in headers.get_all("Sec-WebSocket-Protocol"):
        yield from (Subprotocol(name.strip()) for name in value.split(",") if name.strip())
