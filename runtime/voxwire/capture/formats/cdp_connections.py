"""From events of the Chrome DevTools protocol to those of connections.

``timestamp`` counts seconds on a clock of the browser's own; the event of the handshake has the time of
day beside it (``wallTime``), which gives that of all others with the same ``requestId``.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.capture.events import Connection, Frame, Gap, Lacks, Opened, Place
from voxwire.rules.capture_format import CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction

LACKS: Final = Lacks.CLOSE | Lacks.CONTROL
"""What no log of the protocol has: there is no close code."""

PREFIX: Final = "Network.webSocket"
"""How the names of all events begin that are read."""

_CREATED: Final = f"{PREFIX}Created"
_REQUEST: Final = f"{PREFIX}WillSendHandshakeRequest"
_RESPONSE: Final = f"{PREFIX}HandshakeResponseReceived"
_ERROR: Final = f"{PREFIX}FrameError"
_CLOSED: Final = f"{PREFIX}Closed"
_WAYS: Final[dict[str, Direction]] = {
    f"{PREFIX}FrameReceived": "s2c",
    f"{PREFIX}FrameSent": "c2s",
}

_TEXT: Final = 1
_BINARY: Final = 2
_CONTROL: Final = frozenset((8, 9, 10))
_SWITCHING: Final = 101


class _Response(msgspec.Struct, gc=False):
    opcode: float | None = None
    data: str | None = msgspec.field(name="payloadData", default=None)
    status: float | None = None
    headers: dict[str, Any] | None = None


class _Params(msgspec.Struct, rename="camel", gc=False):
    request_id: str
    timestamp: float | None = None
    wall_time: float | None = None
    walltime: float | None = None  # of WebKit
    url: str | None = None
    response: _Response | None = None
    error_message: str | None = None


_decode: Final = msgspec.json.Decoder(_Params).decode


class _Key(NamedTuple):
    """A request is told from others by its number in a browser, or in one of its sessions."""

    session: str | None
    request: str


class _Socket(msgspec.Struct):
    """What is known of a WebSocket."""

    url: str | None = None
    has_start: bool = False
    """Whether an event from before the first frame was there."""
    offset: float | None = None
    """Unix time when the browser's clock was at zero."""
    started: float = 0.0
    has_failed: bool = False
    connection: Connection | None = None


class CdpConnections:
    """The connections of one log. Of too many at a time, the oldest is forgotten."""

    def __init__(self) -> None:
        self.count = 0
        """Connections so far."""
        self.failures = 0
        """Others that could not be opened."""
        self.failure = ""
        """Why the first of them could not."""
        self._sockets: Final[dict[_Key, _Socket]] = {}

    def events(
        self, method: str, params: msgspec.Raw, session: str | None, place: Place
    ) -> Iterator[CaptureEvent]:
        """What one event means. Raises what decoding does where it is not as it must be."""
        read = _decode(params)
        key = _Key(session, read.request_id)
        way = _WAYS.get(method)
        if way is not None:
            yield from self._frame(key, read, way, place)
        elif method == _CREATED:
            self._put(key, _Socket(read.url, has_start=True))
        elif method == _REQUEST:
            self._request(self._socket(key), read)
        elif method == _RESPONSE:
            yield from self._response(self._socket(key), read)
        elif method == _ERROR:
            self._fail(self._sockets.get(key), read.error_message or "an error")
        elif method == _CLOSED:
            self._sockets.pop(key, None)

    def _request(self, socket: _Socket, read: _Params) -> None:
        socket.has_start = True
        wall_time = read.walltime if read.wall_time is None else read.wall_time
        if wall_time is not None and read.timestamp is not None:
            socket.offset = wall_time - read.timestamp
            socket.started = wall_time

    def _response(self, socket: _Socket, read: _Params) -> Iterator[CaptureEvent]:
        socket.has_start = True
        response = read.response or _Response()
        status = response.status
        if status is not None and status != _SWITCHING:
            self._fail(socket, f"the status is {status:g}")
        elif socket.connection is None:
            yield self._opened(socket, _subprotocol(response.headers or {}))

    def _fail(self, socket: _Socket | None, why: str) -> None:
        if socket is not None and socket.connection is None and not socket.has_failed:
            socket.has_failed = True
            self.failures += 1
            self.failure = self.failure or why

    def _frame(
        self, key: _Key, read: _Params, way: Direction, place: Place
    ) -> Iterator[CaptureEvent]:
        socket = self._socket(key)
        connection = socket.connection
        if connection is None:
            yield (opened := self._opened(socket, None))
            connection = opened.connection
        response = read.response
        if response is None or response.opcode is None or response.data is None:
            yield _unreadable(connection, place, "it has no opcode or no payloadData")
            return
        data: str | bytes = response.data
        if response.opcode != _TEXT:
            if response.opcode in _CONTROL:
                return
            if response.opcode != _BINARY:
                yield _unreadable(connection, place, f"its opcode is {response.opcode:g}")
                return
            try:
                data = binascii.a2b_base64(response.data, strict_mode=True)
            except ValueError:
                yield _unreadable(connection, place, "its payloadData is not base64")
                return
        ts = socket.started
        if socket.offset is not None:
            if read.timestamp is None:
                connection.add_times("missing")
            else:
                ts = socket.offset + read.timestamp
        connection.frames += 1
        yield Frame(connection, connection.frames, ts, way, data, place)

    def _opened(self, socket: _Socket, subprotocol: str | None) -> Opened:
        lacks = LACKS
        if socket.offset is None:
            lacks |= Lacks.TIME
        if socket.url is None:
            lacks |= Lacks.ADDRESS
        if not socket.has_start:
            lacks |= Lacks.START
        self.count += 1
        connection = Connection(self.count, socket.started, socket.url, subprotocol, lacks)
        socket.connection = connection
        return Opened(connection, has_header=socket.has_start)

    def _socket(self, key: _Key) -> _Socket:
        socket = self._sockets.get(key)
        if socket is None:
            socket = self._put(key, _Socket())
        return socket

    def _put(self, key: _Key, socket: _Socket) -> _Socket:
        self._sockets.pop(key, None)
        self._sockets[key] = socket
        if len(self._sockets) > MAX_CONNECTIONS:
            del self._sockets[next(iter(self._sockets))]
        return socket


def _unreadable(connection: Connection, place: Place, why: str) -> Gap:
    return Gap(connection, CAPTURE_PART_INVALID, f"{place} cannot be read: {why}")


def _subprotocol(headers: dict[str, Any]) -> str | None:
    for name, value in headers.items():
        if name.lower() == "sec-websocket-protocol" and isinstance(value, str):
            return value
    return None
