"""Opens the connections of a live client: asks for the token, dials, and can be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from websockets.exceptions import InvalidStatus

from voxwire.errors import EncodeError
from voxwire.live.proxy.upstream import CONNECT_ERRORS, in_words
from voxwire.live.socket import dial
from voxwire.live.timeouts import OPEN_TIMEOUT
from voxwire.masking import mask_secrets
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from ssl import SSLContext

    from voxwire.live.socket import Record, Socket
    from voxwire.session import ClientSession

TokenSource: TypeAlias = str | Callable[[], str | Awaitable[str]]
"""A login, or what gives one: asked before each connection."""

RecordSource: TypeAlias = Callable[..., "Record"]
"""Gives what records a connection to an address, and with a subprotocol, where one was chosen."""


_PATH_STATUSES: Final = (403, 404)
"""What servers answer where there is no gateway at a path."""


class Unreachable(str):
    """Why a connection could not be opened, in words without secrets."""

    __slots__ = ()


class Dialer:
    """Opens connections to one address, one at a time."""

    def __init__(
        self,
        url: str,
        token: TokenSource | None,
        *,
        ssl: SSLContext | None,
        record: RecordSource | None,
        open_timeout: float = OPEN_TIMEOUT,
        subprotocols: tuple[str, ...] = (),
    ) -> None:
        """`token` is None where the login takes none. `open_timeout` is how many seconds a server has to
        accept a connection; it has to choose one of the `subprotocols`, if there are any."""
        self.url: Final = url
        self._token: Final = token
        self._ssl: Final = ssl
        self._record: Final = record
        self._open_timeout: Final = open_timeout
        self._subprotocols: Final = subprotocols
        self._task: asyncio.Task[Socket | Unreachable] | None = None
        self._stopped: Final = asyncio.Event()

    async def open(self, session: ClientSession) -> Socket | Unreachable | None:
        """A connection for `session`, which gets the token; None when :meth:`stop` was called.

        Raises what asking for the token raises, and ValueError for a login that no frame can hold. It can be cancelled.
        """
        if self._stopped.is_set():
            return None
        self._task = task = asyncio.create_task(self._dialled(session))
        try:
            return await task
        except asyncio.CancelledError:
            _hang_up(task)
            caller = asyncio.current_task()
            if not self._stopped.is_set() or (caller is not None and caller.cancelling()):
                raise
            return None
        finally:
            self._task = None

    def stop(self) -> None:
        """Open no more connections, and give up the one that is being opened."""
        self._stopped.set()
        if self._task is not None:
            self._task.cancel()

    async def _dialled(self, session: ClientSession) -> Socket | Unreachable:
        if self._token is not None:
            token = self._token if isinstance(self._token, str) else self._token()
            if isawaitable(token):
                token = await token
            session.token = checked_token(token)
        _check_first_message(session)
        try:
            socket = await dial(
                self.url,
                self._ssl,
                open_timeout=self._open_timeout,
                subprotocols=self._subprotocols,
            )
        except CONNECT_ERRORS as error:
            return Unreachable(mask_secrets(f"{in_words(error)}{_of_path(error, self.url)}"))
        if self._record is not None:
            chosen = () if socket.subprotocol is None else (socket.subprotocol,)
            socket.record = self._record(self.url, *chosen)
        return socket


def checked_token(token: object) -> str:
    """`token`, if it can be one. Raises TypeError or ValueError, without showing it."""
    if not isinstance(token, str):
        raise TypeError(f"the token must be a str, not {type(token).__name__}")
    if not token or not token.isprintable():
        raise ValueError("the token is empty, or holds characters that no token has")
    return token


def _check_first_message(session: ClientSession) -> None:
    """See that the client can say who it is, before anything connects: the server is not to blame for
    what cannot be sent. Raises ValueError, without showing a value."""
    message = session.first_message()
    if message is None:
        return
    try:
        Codec.of(session.protocol).encode(message)
    except EncodeError as error:
        raise ValueError(f"the login is not valid: {error}") from None


def _of_path(error: Exception, url: str) -> str:
    """Which path was refused, where it may be the path that is wrong."""
    if isinstance(error, InvalidStatus) and error.response.status_code in _PATH_STATUSES:
        return f" to the path {urlsplit(url).path or '/'}"
    return ""


def _hang_up(task: asyncio.Task[Socket | Unreachable]) -> None:
    """End a connection that was opened just when nobody wanted it any more."""
    if task.done() and not task.cancelled() and task.exception() is None:
        socket = task.result()
        if not isinstance(socket, Unreachable):
            socket.abort()
