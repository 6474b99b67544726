"""Takes a gateway's connections out of a file that holds all traffic of a browser or a machine.

Whoever records with a browser or a proxy gets every WebSocket there is. A connection is the gateway's
when its address is: the path of the protocol's endpoint, with no other value of a parameter. Where there
is no address, or the endpoint has no path, the first frames say so: messages that the protocol knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import msgspec

from voxwire.capture.events import BadLine, Connection, Frame, Gap, Opened
from voxwire.capture.formats.native import NATIVE
from voxwire.errors import CompressionError
from voxwire.wire.compression import Decompressor
from voxwire.wire.mistakes import reads_binary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.detect import Detected
    from voxwire.capture.events import CaptureEvent
    from voxwire.capture.reading import Reading
    from voxwire.protocol import AnyProtocol

_LOOKED_AT: Final = 3
"""Frames of a connection without a telling address that are looked at; one that is known is enough."""

_MOST_GAPS: Final = 100
"""Parts of a connection that could not be read, and no frame among them, after which it is taken."""

_MOST_HELD: Final = 1 << 20
"""Characters and bytes of frames of one connection that are held until it is clear whose it is."""

_MOST_WAITING: Final = 1000
"""Connections of which it is not clear, and twice as many that were taken and are not over: of more, the
oldest is given up, so that memory does not grow with a file in which connections begin and never end."""


class Others(msgspec.Struct):
    """What was left out."""

    connections: int = 0


def of_the_gateway(
    capture: Detected, protocol: AnyProtocol, reading: Reading, others: Others
) -> Iterator[CaptureEvent]:
    """The events of the connections that are of `protocol`, numbered anew; the rest is counted in
    `others`. All of a native capture is: nobody records one of anything else."""
    if reading.everything or capture.format is NATIVE:
        return capture.events()
    return _Sieve(protocol, others).of(capture)


class _Sieve:
    """Sorts connections of one file."""

    def __init__(self, protocol: AnyProtocol, others: Others) -> None:
        self._others: Final = others
        self._type_key: Final = protocol.envelope.type_key
        self._reads_binary: Final = reads_binary("server", protocol)
        self._decompressor: Final = Decompressor(protocol=protocol)
        self._known: Final = {
            str(type_) for types in (protocol.client, protocol.server) for type_ in types
        }
        path = urlsplit(protocol.endpoint.url or "").path
        self._path: Final = None if path in ("", "/") else path
        self._subprotocols: Final = frozenset(protocol.endpoint.subprotocols)
        self._taken: Final[dict[Connection, None]] = {}
        self._held: Final[dict[Connection, _Held]] = {}
        self._count = 0

    def of(self, capture: Detected) -> Iterator[CaptureEvent]:
        """The events of `capture`, of whatever captures it consists."""
        for part in capture.parts():
            events = part.events()
            yield from self._numbered(events) if part.format is NATIVE else self._sieved(events)

    def _numbered(self, events: Iterator[CaptureEvent]) -> Iterator[CaptureEvent]:
        for event in events:
            if isinstance(event, Opened):
                self._count += 1
                event.connection.number = self._count
            yield event

    def _sieved(self, events: Iterator[CaptureEvent]) -> Iterator[CaptureEvent]:
        for event in events:
            connection = event.connection
            if connection is None:
                yield event
                continue
            if isinstance(event, Opened):
                taken = self._by_address(connection)
                if taken is None:
                    self._held[connection] = _Held([event])
                    if len(self._held) > _MOST_WAITING:
                        oldest = next(iter(self._held))
                        first = self._held.pop(oldest)
                        yield from self._decide(oldest, first.events, first.is_unread)
                else:
                    yield from self._decide(connection, [event], taken)
                continue
            held = self._held.get(connection)
            if held is not None:
                held.events.append(event)
                taken = self._by_frames(held, event)
                if taken is not None:
                    yield from self._decide(connection, self._held.pop(connection).events, taken)
            elif isinstance(event, BadLine) or connection in self._taken:
                yield event
        for connection, held in self._held.items():
            yield from self._decide(connection, held.events, held.is_unread)
        self._held.clear()

    def _decide(
        self, connection: Connection, events: list[CaptureEvent], taken: bool
    ) -> list[CaptureEvent]:
        if not taken:
            self._others.connections += 1
            return [event for event in events if isinstance(event, BadLine)]
        self._taken[connection] = None
        if len(self._taken) > 2 * _MOST_WAITING:
            del self._taken[next(iter(self._taken))]
        self._count += 1
        connection.number = self._count
        return events

    def _by_address(self, connection: Connection) -> bool | None:
        """Whose a connection is by what is known at its start; None where its frames must say it."""
        if connection.subprotocol is not None and self._subprotocols:
            return connection.subprotocol in self._subprotocols
        if connection.url is None or self._path is None:
            return None
        try:
            path = urlsplit(connection.url).path
        except ValueError:  # no address that anybody could have connected to
            return False
        return unquote(path) == self._path

    def _by_frames(self, held: _Held, event: CaptureEvent) -> bool | None:
        if isinstance(event, Gap):
            held.gaps += 1
            return True if held.is_unread and held.gaps > _MOST_GAPS else None
        if not isinstance(event, Frame):
            return None
        held.frames += 1
        held.size += len(event.data)
        if self._is_known(event.data):
            return True
        return False if held.frames >= _LOOKED_AT or held.size > _MOST_HELD else None

    def _is_known(self, data: str | bytes) -> bool:
        try:
            if isinstance(data, bytes) and not self._reads_binary:
                data = self._decompressor.decompress(data)
            value = msgspec.json.decode(data)
        except (CompressionError, msgspec.DecodeError, UnicodeError, RecursionError):
            return False
        if not isinstance(value, dict):
            return False
        type_ = value.get(self._type_key)
        return isinstance(type_, str) and type_ in self._known


class _Held(msgspec.Struct):
    """The events of a connection of which it is not known whose it is."""

    events: list[CaptureEvent]
    frames: int = 0
    size: int = 0
    gaps: int = 0

    @property
    def is_unread(self) -> bool:
        """Whether all that there was could not be read: it may be the gateway's, and that is said."""
        return self.gaps > 0 and not self.frames
