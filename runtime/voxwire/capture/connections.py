"""Which connection a line of a capture belongs to."""

from typing import Final

from voxwire.capture.events import Connection, Lacks, Opened

MAX_CONNECTIONS: Final = 1000
"""Connections of one file that are kept apart at a time. Of more, the oldest is forgotten, so that memory
does not grow with a file in which connections begin and never end."""


class Connections:
    """The connections of one capture file, numbered in order of appearance.

    A header opens a connection. A line without a name belongs to the connection that was opened last.
    A line with a new name takes the oldest connection that has a header, but no name and no frames
    yet; with none left, the header of its connection is missing. After a close its name is free for the
    next connection; until that one begins, lines with the name still belong to the one that was closed.
    """

    def __init__(self) -> None:
        self.latest: Connection | None = None
        """The connection that was opened last."""
        self._count = 0
        self._named: dict[str, Connection] = {}
        self._closed: dict[str, Connection] = {}
        self._waiting: list[Connection] = []

    def open(
        self,
        name: str | None,
        url: str | None,
        ts: float,
        subprotocol: str | None = None,
        lacks: Lacks = Lacks.NOTHING,
    ) -> Opened:
        """A header line."""
        connection = self._new(ts, url)
        connection.subprotocol = subprotocol
        connection.lacks = lacks
        if name is None:
            waiting = [other for other in self._waiting if not other.frames]
            self._waiting = [*waiting[1 - MAX_CONNECTIONS :], connection]
        else:
            self._name(name, connection)
        return Opened(connection, has_header=True)

    def find(self, name: str | None) -> Connection | None:
        """The connection of a line with this name; None when no header has opened it."""
        if name is None:
            return self.latest
        if name not in self._named or name in self._closed:
            self._waiting = [waiting for waiting in self._waiting if not waiting.frames]
            if not self._waiting:
                return self._closed.get(name)
            self._name(name, self._waiting.pop(0))
        return self._named[name]

    def open_without_header(self, name: str | None, ts: float) -> Opened:
        """The first line of a connection whose header is missing."""
        connection = self._new(ts, None)
        if name is not None:
            self._name(name, connection)
        return Opened(connection, has_header=False)

    def release(self, name: str | None) -> None:
        """A close line: the next connection may use `name` from now on."""
        if name is not None and name in self._named:
            _put(self._closed, name, self._named.pop(name))

    def _name(self, name: str, connection: Connection) -> None:
        self._closed.pop(name, None)
        _put(self._named, name, connection)

    def _new(self, ts: float, url: str | None) -> Connection:
        self._count += 1
        self.latest = Connection(self._count, ts, url)
        return self.latest


def _put(connections: dict[str, Connection], name: str, connection: Connection) -> None:
    """Remember a connection as the newest; of too many, the oldest is forgotten."""
    connections.pop(name, None)
    connections[name] = connection
    if len(connections) > MAX_CONNECTIONS:
        del connections[next(iter(connections))]
