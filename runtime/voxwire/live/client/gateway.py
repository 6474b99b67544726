"""A client of a gateway that stays connected (protocol section 8).

::

    async with connect("wss://chat.example.org", token) as gateway:
        async for frame in gateway:
            match frame:
                case server.MessageCreateFrame(d=message):
                    await gateway.send(client.Typing.from_destination(message.destination))

It logs in, sends heartbeats, and when the connection is lost opens another and resumes the session.
What happens while nobody is connected never comes, and no gap tells of it: ``SessionResumed.away`` says
how long that was. Load over REST what may have changed, or have `resume_within` begin a new session.

Iterating a gateway gives its frames, each once and in order, but for those of which the client itself is
the reader: the greeting, the answers to a login and to heartbeats. :attr:`Gateway.ready` has what the
server said when the session began. :meth:`Gateway.events` gives the same
frames and between them, in their places, the news: gaps, sessions that start and resume, connections
that end.

**Read on.** What arrives is read when it is asked for: a consumer that takes its time makes the server
wait, and only a few messages are held meanwhile. Heartbeats still go out, as long as the event loop is
not blocked. But a lost connection is only noticed, and replaced, while somebody waits for a frame or
sends one, and a session that nobody resumes is gone after a while.
"""

from __future__ import annotations

import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Self, cast
from urllib.parse import urlsplit

from voxwire.default import protocol_or_vox
from voxwire.live.client.address import gateway_url
from voxwire.live.client.dialer import Dialer, checked_token
from voxwire.live.client.driver import Driver
from voxwire.live.timeouts import OPEN_TIMEOUT
from voxwire.session import ClientSession
from voxwire.session.connection import NORMAL_CLOSURE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterable
    from ssl import SSLContext

    from msgspec import Struct

    from voxwire.live.client.dialer import RecordSource, TokenSource
    from voxwire.live.client.events import Frame, GatewayEvent
    from voxwire.protocol import AnyProtocol
    from voxwire.session import Backoff
    from voxwire.vox import server


@asynccontextmanager
async def connect(
    url: str,
    token: TokenSource | None = None,
    *,
    compress: bool | None = None,
    capabilities: Iterable[str] = (),
    keep_trying: bool = False,
    ssl: SSLContext | None = None,
    backoff: Backoff | None = None,
    record: RecordSource | None = None,
    resume_within: float | None = None,
    open_timeout: float = OPEN_TIMEOUT,
    handshake_timeout: float | None = None,
    login: object = None,
    protocol: AnyProtocol | None = None,
) -> AsyncIterator[Gateway]:
    """A session on the gateway at `url` while the context lasts.

    :param url: ``ws://`` or ``wss://``; the path and the parameters of the protocol's endpoint, of Vox's
        ``/gateway?v=1&encoding=json``, are added where they are missing.
    :param token: what the client logs in with, None where it needs none; or a function, or coroutine function, that gives it before each
        connection. It appears in no repr, no log and no error. What the function raises, raises
        whoever waits.
    :param compress: whether the server compresses its frames. None: as the parameters of `url` say,
        and yes if it has none.
    :param capabilities: what the client says it supports.
    :param keep_trying: whether to go on trying when the first connection cannot be opened.
    :param ssl: how to check the server's certificate, if not as usual.
    :param backoff: how long to wait before connecting again, if not as long as the protocol says.
    :param record: called with the address of each connection, and with the WebSocket subprotocol where
        one was chosen; gives what sees its messages, such as
        ``Recording.open``.
    :param resume_within: for how many seconds of absence the session is resumed; after more a new one
        is begun, and its ``SessionStarted`` says ``lost``. None: whenever the server agrees. What
        happens while nobody is connected never comes, see ``SessionResumed.away``.
    :param open_timeout: seconds that a server, or the proxy before it, has to open a connection.
    :param handshake_timeout: seconds that a server has for each of its answers, of Vox's for hello, and
        again for ready or resumed; if not as many as the protocol says.
    :param login: the whole login, where it has fields of its own: its payload, such as
        ``client.Join(token="", nickname="Ada")``, or a mapping by the keys on the wire, such as
        ``{"nickname": "Ada"}``. The token, if one is given, takes its place in it.
    :param protocol: what is spoken, such as ``mypackage.v1.protocol.PROTOCOL``; Vox unless given.

    Proxies are those of the environment (``wss_proxy``, ``socks_proxy``, ``https_proxy``, for ``ws://``
    also ``http_proxy``) or the system, except for this machine and what ``no_proxy`` lists.

    The context is entered when the session has begun, or when the server asked to come back later.
    Raises ValueError for an address or a token that is none and for a login that no frame can hold, GatewayUnreachableError when the first
    connection cannot be opened, GatewayClosedError when the server refuses for good, or sends time
    after time what cannot be read; the latter also
    comes from everything that waits later. Leaving closes with 1000: the session then ends by itself.
    """
    spoken = protocol_or_vox(protocol)
    token = token or ""
    has_token = _has_token(spoken) and not (login is not None and token == "")
    session = ClientSession(
        checked_token(token) if has_token and not callable(token) else "",
        random=random.random,
        capabilities=capabilities,
        resume_within=resume_within,
        login=login,
        protocol=spoken,
    )
    session.backoff = backoff or session.backoff
    dialer = Dialer(
        gateway_url(url, compress, spoken),
        token if has_token else None,
        ssl=ssl,
        record=record,
        open_timeout=open_timeout,
        subprotocols=spoken.endpoint.subprotocols,
    )
    driver = Driver(dialer, session, keep_trying=keep_trying, handshake_timeout=handshake_timeout)
    gateway = Gateway(driver, url)
    try:
        await driver.start()
        yield gateway
    finally:
        await gateway.close()


class Gateway:
    """A session, made by :func:`connect`. Iterate it for its frames. For one event loop."""

    def __init__(self, driver: Driver, url: str) -> None:
        self._driver: Final = driver
        self._host: Final = urlsplit(url).netloc

    @property
    def ready(self) -> server.Ready | None:
        """What the server said when the session began; None before the first."""
        return cast("server.Ready | None", self._driver.ready)

    @property
    def latency(self) -> float | None:
        """Seconds that the server took to answer the latest heartbeat; None before the first."""
        return self._driver.latency

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Coroutine[None, None, Frame]:
        """The next frame. Can be cancelled without a loss; news on the way is only logged."""
        # No coroutine of its own: that would cost a tenth of the time of a frame.
        return self._driver.next(frames_only=True)

    def events(self) -> Events:
        """Frames and news, in order. Both iterations draw from the same stream."""
        return Events(self._driver)

    async def send(self, payload: Struct, **keys: Any) -> None:
        """Send a message, such as ``client.Typing(feed_id=5)``; `keys` are further ones of the envelope,
        where the protocol has some.

        Waits for a session when there is none at the moment, and for its turn when one message more
        would go over the protocol's rate. A message is sent once at most: what a connection
        takes with it when it breaks is not repeated.

        Raises EncodeError for what no frame can hold, LocalProtocolError for what the client sends by
        itself, after the end, and when 10,000 events wait to be read; GatewayClosedError.
        """
        await self._driver.send(payload, **keys)

    async def close(self, code: int = NORMAL_CLOSURE, reason: str = "") -> None:
        """End the session; iterations end, what was not read is dropped. Again: nothing happens.

        Raises LocalProtocolError for a code or reason that WebSocket cannot send.
        """
        await self._driver.close(code, reason)

    def __repr__(self) -> str:
        return f"<Gateway at {self._host!r}>"


class Events:
    """The iteration of all events of a gateway."""

    def __init__(self, driver: Driver) -> None:
        self._driver: Final = driver

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Coroutine[None, None, GatewayEvent]:
        """The next frame or news. Can be cancelled without a loss."""
        return self._driver.next()


def _has_token(protocol: AnyProtocol) -> bool:
    """Whether the login of a protocol has a field for a token."""
    login = protocol.session.roles.login
    return login is not None and login.token is not None
