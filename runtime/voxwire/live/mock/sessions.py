"""One session of a mock gateway: its user, its messages, and the connection that it has just now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from voxmodels.v1 import UnknownFrame, registry
from voxwire.live.mock.injection import Outgoing
from voxwire.session import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from msgspec import Struct

    from voxwire.live.mock.connection import MockConnection
    from voxwire.live.mock.source import Source
    from voxwire.live.mock.users import User
    from voxwire.session import ServerSession


class MockSession:
    """A session from identify to the end of its lifetime."""

    def __init__(self, session: ServerSession, user: User) -> None:
        self.session: Final = session
        self.user: Final = user
        self._connection: MockConnection | None = None
        self._attached: Final = asyncio.Event()
        self._player: asyncio.Task[None] | None = None

    @property
    def connection(self) -> MockConnection | None:
        """The connection that carries it; None while the client is away."""
        return self._connection

    @property
    def last_seq(self) -> int:
        """The number of the latest message."""
        return self.session.last_seq

    def attach(self, connection: MockConnection) -> None:
        """`connection` carries the session from now on."""
        self._connection = connection
        self._attached.set()

    def detach(self, connection: MockConnection) -> None:
        """`connection` does not carry it any more, if it still did."""
        if self._connection is connection:
            self._connection = None
            self._attached.clear()

    def publish(self, payload: Struct, *, by_fault: bool = False) -> int:
        """Number a message and send it, or keep it for the resume; gives the number.

        Raises EncodeError for what is not the payload of a sequenced message or an UnknownFrame.
        """
        connection = self._connection
        if connection is None or connection.protocol.state is not State.READY:
            self.session.publish(payload)
        else:
            message = connection.protocol.send(payload, connection.now())
            seq = self.session.last_seq
            connection.enqueue(Outgoing(message, _type_of(payload), seq, by_fault))
        return self.session.last_seq

    def play(self, source: Source | None, notify: Callable[[str], None]) -> None:
        """Begin to publish what `source` has for the session; `notify` is told how that ends."""
        if source is not None:
            self._player = asyncio.get_running_loop().create_task(self._play(source, notify))

    def stop_playing(self) -> None:
        """Publish nothing of it any more."""
        if self._player is not None:
            self._player.cancel()

    async def _play(self, source: Source, notify: Callable[[str], None]) -> None:
        """Publish everything of `source`, each when it is due and there is room for it.

        What has a time goes on while the client is away, as on a real server, and beyond the replay
        buffer; what has none waits for the client.
        """
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            for planned in source.events():
                if planned.at is None:
                    while self._connection is None:
                        await self._attached.wait()
                else:
                    await asyncio.sleep(start + planned.at - loop.time())
                if self._connection is not None:
                    await self._connection.has_room()
                self.publish(planned.payload)
        except Exception as error:
            notify(f"playing to user {self.user.user_id} failed: {error}")
            raise
        notify(f"everything was played to user {self.user.user_id}, up to seq {self.last_seq}")


def _type_of(payload: Struct) -> str:
    if isinstance(payload, UnknownFrame):
        return payload.type
    return registry.BY_PAYLOAD[type(payload)].type
