"""The server behind a recorder: what it is connected to with, and what if it refuses."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from websockets.exceptions import (
    InvalidHandshake,
    InvalidStatus,
    InvalidURI,
    SecurityError,
    WebSocketException,
)
from websockets.typing import Subprotocol

from voxwire.limits import MAX_LINE_SIZE
from voxwire.live.opening import open_websocket
from voxwire.live.proxy_choice import ProxyError
from voxwire.live.timeouts import OPEN_TIMEOUT

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection
    from websockets.asyncio.server import ServerConnection
    from websockets.datastructures import Headers
    from websockets.http11 import Request, Response

MAX_MESSAGE_SIZE: Final = MAX_LINE_SIZE // 2
"""Longest message in bytes that passes. It is four times the longest frame that is valid, and in base64
its line in the capture is still short enough to be read."""

_OF_ONE_HOP: Final = frozenset(
    "connection content-length date host keep-alive proxy-authenticate proxy-authentication-info "
    "proxy-authorization proxy-connection te trailer transfer-encoding upgrade".split()
)
"""Headers that concern one connection, not the one behind it (RFC 9110, sections 7.6.1 and 11.7).
Those that ``Connection`` names are added to them."""

_OF_THE_HANDSHAKE: Final = "sec-websocket-"
"""Headers that the library negotiates for each hop (RFC 6455, section 4)."""

_OF_A_REFUSAL: Final = ("Content-Type", "Location", "Retry-After", "WWW-Authenticate")


async def connect_upstream(
    url: str, request: Request, *, open_timeout: float = OPEN_TIMEOUT
) -> ClientConnection:
    """Connect to the server as the client would: with its headers and subprotocols.

    Without permessage-deflate the messages are the same, and their sizes are those that the capture
    has. Pings are answered on each hop. Raises what :func:`in_words` explains.
    """
    return await open_websocket(
        url,
        subprotocols=list(_offered_subprotocols(request.headers)) or None,
        additional_headers=list(forwarded(request.headers)),
        user_agent_header=None,
        open_timeout=open_timeout,
        max_size=MAX_MESSAGE_SIZE,
    )


CONNECT_ERRORS: Final = (OSError, WebSocketException, ValueError, ProxyError)
"""What opening a connection raises."""


def forwarded(headers: Headers) -> Iterator[tuple[str, str]]:
    """The headers that belong to both hops, such as Origin, User-Agent and Authorization."""
    of_one_hop = _OF_ONE_HOP.union(_listed(headers, "Connection"))
    for name, value in headers.raw_items():
        lower = name.lower()
        if lower not in of_one_hop and not lower.startswith(_OF_THE_HANDSHAKE):
            yield name, value


def in_words(error: Exception) -> str:
    """Why a connection to the server failed."""
    match error:
        case InvalidStatus(response=response):
            return f"the server answered HTTP {_status(response)}"
        case InvalidURI():
            return "the address is not valid"
        case ProxyError():
            return str(error)
        case SecurityError():  # its text has the address of a redirection, and so maybe a token
            return "the server redirects without TLS, or too often, or its answer is too long"
        case InvalidHandshake():
            return f"the server's answer is no WebSocket handshake: {error}"
        case ssl.SSLCertVerificationError():
            return f"the server's certificate is not trusted: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS failed: {error}"
        case TimeoutError(errno=None):
            return str(error)
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
    if isinstance(error, TimeoutError) or (isinstance(error, ProxyError) and error.is_timeout):
        status = HTTPStatus.GATEWAY_TIMEOUT
    else:
        status = HTTPStatus.BAD_GATEWAY
    return client.respond(status, f"voxwire record: {in_words(error)}\n")


_STATUSES: Final = frozenset(status.value for status in HTTPStatus)


def _status(response: Response) -> str:
    return f"{response.status_code} {response.reason_phrase}".rstrip()


def _offered_subprotocols(headers: Headers) -> Iterator[Subprotocol]:
    yield from map(Subprotocol, _elements(headers, "Sec-WebSocket-Protocol"))


def _listed(headers: Headers, name: str) -> Iterator[str]:
    """The header names that a header lists, in lower case."""
    return (element.lower() for element in _elements(headers, name))


def _elements(headers: Headers, name: str) -> Iterator[str]:
    """The elements of a header that is a list, of all its lines (RFC 9110, section 5.6.1)."""
    for value in headers.get_all(name):
        yield from (element.strip() for element in value.split(",") if element.strip())
