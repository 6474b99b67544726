"""How connections begin: the types of their first messages."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from voxwire.capture import Lacks

if TYPE_CHECKING:
    from voxwire.capture import Connection
    from voxwire.direction import Direction

_FIRST: Final = 4
"""Messages that are looked at."""

_MOST: Final = 1000
"""Ways to begin that are told apart, and connections whose beginning is looked at at a time."""

_SHOWN: Final = 5


class Openings:
    """Counts ways to begin, of connections whose beginning was recorded."""

    def __init__(self) -> None:
        self._beginning: dict[Connection, list[tuple[Direction, str | int]]] = {}
        self._counts: Counter[tuple[tuple[Direction, str | int], ...]] = Counter()

    def add(self, connection: Connection, direction: Direction, type_: str | int) -> None:
        """A message came."""
        first = self._beginning.get(connection)
        if first is None:
            if connection.frames > 1 or not _has_start(connection):
                return
            if len(self._beginning) >= _MOST:
                self._begun(next(iter(self._beginning)))
            first = self._beginning[connection] = []
        first.append((direction, type_))
        if len(first) == _FIRST:
            self._begun(connection)

    def plain(self) -> list[dict[str, Any]]:
        """The most frequent, once all messages have come."""
        for connection in list(self._beginning):
            self._begun(connection)
        return [
            {
                "messages": [
                    {"direction": "client" if direction == "c2s" else "server", "type": type_}
                    for direction, type_ in opening
                ],
                "connections": count,
            }
            for opening, count in self._counts.most_common(_SHOWN)
        ]

    def _begun(self, connection: Connection) -> None:
        opening = tuple(self._beginning.pop(connection))
        if opening in self._counts or len(self._counts) < _MOST:
            self._counts[opening] += 1


def _has_start(connection: Connection) -> bool:
    if Lacks.START in connection.lacks:
        return False
    return connection.url is not None or Lacks.ADDRESS in connection.lacks
