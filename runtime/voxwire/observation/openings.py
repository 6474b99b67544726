"""How connections begin: the types of their first messages."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from voxwire.capture import BadLine, Gap, Lacks, Opened

if TYPE_CHECKING:
    from voxwire.capture import CaptureEvent, Connection
    from voxwire.direction import Direction

_NEEDED: Final = Lacks.START | Lacks.CLIENT | Lacks.SERVER | Lacks.IDENTITY

_FIRST: Final = 4
"""Messages that are looked at."""

_MOST: Final = 1000
"""Ways to begin that are told apart, and connections whose beginning is looked at at a time."""

_SHOWN: Final = 5


class Openings:
    """Counts ways to begin, of connections whose beginning was recorded, of both sides and without a gap."""

    def __init__(self) -> None:
        self._beginning: dict[Connection, list[tuple[Direction, str | int]]] = {}
        self._counts: Counter[tuple[tuple[Direction, str | int], ...]] = Counter()

    def notice(self, event: CaptureEvent) -> None:
        """The next event, before what is in it is added."""
        match event:
            case Opened(connection, has_header):
                if has_header and not connection.lacks & _NEEDED:
                    if len(self._beginning) >= _MOST:
                        self._begun(next(iter(self._beginning)))
                    self._beginning[connection] = []
            case Gap(connection=connection):
                self._beginning.pop(connection, None)
            case BadLine():
                self._beginning.clear()
            case _:
                pass

    def add(self, connection: Connection, direction: Direction, type_: str | int) -> None:
        """A message came."""
        first = self._beginning.get(connection)
        if first is None:
            return
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
        if opening and (opening in self._counts or len(self._counts) < _MOST):
            self._counts[opening] += 1
