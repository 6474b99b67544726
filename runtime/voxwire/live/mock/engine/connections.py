"""The connections that a mock gateway has, and who waits for them to come or go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voxwire.live.mock.engine.connection import MockConnection
    from voxwire.live.mock.engine.options import MockOptions
    from voxwire.protocol import AnyProtocol


class Connections:
    """All connections that are open, but for those that were one too many."""

    def __init__(self, protocol: AnyProtocol, options: MockOptions) -> None:
        self._open: Final[set[MockConnection]] = set()
        self._changed = asyncio.Event()
        quota = protocol.session.refusals.connections
        usual = None if quota is None else quota.count
        given = options.connections_per_address
        self._most_per_address: Final = usual if given is None else given

    def __iter__(self) -> Iterator[MockConnection]:
        return iter(self._open)

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: MockConnection) -> None:
        """A client has connected."""
        self._open.add(connection)

    def remove(self, connection: MockConnection) -> None:
        """A connection has ended. Who waits is told by :meth:`changed`, once its session knows."""
        self._open.discard(connection)

    def are_crowded(self, address: str) -> bool:
        """Whether an address has as many connections as it may."""
        most = self._most_per_address
        others = sum(other.address == address for other in self._open)
        return most is not None and others >= most

    def changed(self) -> None:
        """Have all who wait look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is asked when a connection or session comes or goes."""
        while not condition():
            await self._changed.wait()

    async def drop(self) -> int:
        """Lose all connections, without a close frame, and wait until they are gone; their number."""
        connections = frozenset(self._open)
        for connection in connections:
            connection.drop()
        await self.until(lambda: self._open.isdisjoint(connections))
        return len(connections)

    async def close(self, code: int, reason: str) -> int:
        """Close all connections, and wait until they are; their number."""
        connections = frozenset(self._open)
        await asyncio.gather(*(connection.close(code, reason) for connection in connections))
        await self.until(lambda: self._open.isdisjoint(connections))
        return len(connections)
