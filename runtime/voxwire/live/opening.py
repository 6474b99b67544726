"""Opens a WebSocket, through a proxy where one is set, and tells the proxy's failures from the server's."""

from __future__ import annotations

import socket
import ssl
from http import HTTPStatus
from typing import Any, Final, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidProxyMessage, InvalidProxyStatus

from voxwire.live.library_log import LibraryLog
from voxwire.live.proxy_choice import Proxy, ProxyError, proxy_for
from voxwire.live.timeouts import CLOSE_TIMEOUT, OPEN_TIMEOUT

_LOGGER: Final = LibraryLog("voxwire.live.socket")


async def open_websocket(
    url: str,
    *,
    max_size: int,
    open_timeout: float = OPEN_TIMEOUT,
    close_timeout: float = CLOSE_TIMEOUT,
    **options: Any,
) -> ClientConnection:
    """Open a connection to `url`; `options` are further ones of the library.

    No extension is offered, pings are answered and none are sent. Connections to this machine, and to
    what ``no_proxy`` lists, use no proxy. Raises ProxyError, TimeoutError after `open_timeout` seconds,
    and what else :func:`voxwire.live.proxy.upstream.in_words` explains.
    """
    opening = _Opening(
        url,
        compression=None,
        open_timeout=open_timeout,
        close_timeout=close_timeout,
        ping_interval=None,
        max_size=max_size,
        logger=_LOGGER,
        **options,
    )
    try:
        return await opening
    except Exception as error:
        failure = opening.explained(error, open_timeout)
        if failure is None:
            raise
    # Not in the handler above: what the library raised may quote the address of the proxy, and would
    # be the context of this.
    raise failure


class _Opening(connect):
    """One attempt, which knows what it is waiting for."""

    _proxy: Proxy | None = None
    _is_through = False

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(
            url, create_connection=cast("type[ClientConnection]", self._connection), **options
        )

    @property
    def proxy(self) -> str | None:
        """The library asks before each connection, and so again after a redirection."""
        self._is_through = False
        self._proxy = None
        self._proxy = proxy_for(self.uri)
        return None if self._proxy is None else self._proxy.address

    @proxy.setter
    def proxy(self, _given: object) -> None: ...

    def explained(self, error: Exception, open_timeout: float) -> Exception | None:
        """What to raise instead of `error`; None where it says by itself what is wrong."""
        if self._proxy is not None and not self._is_through:
            return ProxyError(
                self._proxy.name,
                _problem(error, self._proxy, open_timeout),
                is_timeout=_is_ours(error),
            )
        if _is_ours(error):
            return TimeoutError(f"the server did not answer within {open_timeout:g} seconds")
        return None

    def _connection(self, *arguments: Any, **options: Any) -> ClientConnection:
        """Called when there is a way to the server: directly, or the proxy has made one."""
        self._is_through = True
        return ClientConnection(*arguments, **options)


def _is_ours(error: Exception) -> bool:
    """Whether the time for opening ran out; the system has time limits of its own."""
    return isinstance(error, TimeoutError) and error.errno is None


def _problem(error: Exception, proxy: Proxy, open_timeout: float) -> str:
    """What the proxy did wrong. Nothing that it said itself is repeated: it knows the password."""
    match error:
        case InvalidProxyStatus(response=response) if response.status_code == 407:
            if proxy.has_login:
                return "does not accept the user and password of its address: HTTP 407"
            return "wants a login: HTTP 407; put user:password@ before its host"
        case InvalidProxyStatus(response=response):
            return f"refused to connect to the server: HTTP {_status(response.status_code)}"
        case InvalidProxyMessage():
            return "broke off, or gave an answer that is not HTTP"
        case ssl.SSLCertVerificationError():
            return f"has a certificate that is not trusted: {error.verify_message}"
        case ssl.SSLError():
            return f"does not speak TLS as it should: {error.reason or 'handshake failed'}"
        case TimeoutError(errno=None):
            return f"did not answer within {open_timeout:g} seconds"
        case ConnectionRefusedError():
            return "is not there: nothing listens at its address"
        case ConnectionResetError():
            return "broke the connection off"
        case socket.gaierror():
            return "has a host name that is not known"
        case ImportError():
            return "speaks SOCKS, which needs one more package: pip install python-socks"
        case OSError(strerror=str(reason)):
            return f"cannot be reached: {reason}"
    return f"cannot be used ({type(error).__name__})"


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)
