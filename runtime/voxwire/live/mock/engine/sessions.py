"""One session of a mock gateway: its user, its messages, and the connections that it has just now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from voxmodels.v1 import UnknownFrame, registry
from voxwire.live.mock.engine.injection import Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable

    from msgspec import Struct

    from voxwire.live.mock.engine.connection import MockConnection
    from voxwire.live.mock.engine.source import Script
    from voxwire.live.mock.vox.users import User
    from voxwire.session import ServerSession


class MockSession:
    """A session from identify to the end of its lifetime."""

    def __init__(
        self,
        session: ServerSession,
        user: User,
        script: Script | None = None,
        *,
        keeps_while_away: bool = False,
    ) -> None:
        """`script` is what :meth:`play` plays. `keeps_while_away`: what happens while nobody is
        connected is numbered, and replayed."""
        self.session: Final = session
        self.user: Final = user
        self._script: Final = script
        self._keeps_while_away: Final = keeps_while_away
        self._connections: Final[list[MockConnection]] = []
        self._attached: Final = asyncio.Event()
        self._player: asyncio.Task[None] | None = None

    @property
    def connections(self) -> tuple[MockConnection, ...]:
        """The connections that carry it: none while the client is away, two after a resume while the
        old one was open."""
        return tuple(self._connections)

    @property
    def takes_messages(self) -> bool:
        """Whether a message has an effect: the client is there, or gets it when it resumes."""
        return bool(self._connections) or self._keeps_while_away

    @property
    def last_seq(self) -> int:
        """The number of the latest message."""
        return self.session.last_seq

    def attach(self, connection: MockConnection) -> None:
        """`connection` carries the session from now on."""
        self._connections.append(connection)
        self._attached.set()

    def detach(self, connection: MockConnection) -> None:
        """`connection` does not carry it any more, if it still did."""
        if connection in self._connections:
            self._connections.remove(connection)
        if not self._connections:
            self._attached.clear()

    def publish(self, payload: Struct, *, by_fault: bool = False) -> int | None:
        """Number a message, send it, and keep it for a resume; gives the number.

        While nobody is connected it is lost, has no number, and the result is None: a real server
        does the same (unless the session keeps what happens then). Raises EncodeError for what is
        not the payload of a sequenced message or an UnknownFrame.
        """
        if not self.takes_messages:
            return None
        return self._send(self.session.publish(payload), _type_of(payload), by_fault)

    def relay(self, frame: UnknownFrame) -> int | None:
        """As :meth:`publish`, for a message that holds what a client gave, whatever that is."""
        if not self.takes_messages:
            return None
        return self._send(self.session.relay(frame), frame.type)

    def _send(self, data: bytes, type_: str, by_fault: bool = False) -> int:
        seq = self.session.last_seq
        for connection in self.connections:
            connection.push(Outgoing(connection.protocol.wrapped(data), type_, seq, by_fault))
        return seq

    async def room(self) -> None:
        """Wait until few messages wait to be sent."""
        for connection in self.connections:
            await connection.outbox.room()

    def play(self, notify: Callable[[str], None]) -> asyncio.Task[None] | None:
        """Begin to publish what there is for the session; `notify` is told how that ends. Gives the
        task, for whoever owns the session to wait for."""
        if self._script is not None:
            self._player = asyncio.create_task(self._play(self._script, notify))
        return self._player

    def stop_playing(self) -> None:
        """Publish nothing of it any more."""
        if self._player is not None:
            self._player.cancel()

    async def _play(self, script: Script, notify: Callable[[str], None]) -> None:
        """Publish everything of `script`, each when it is due and there is room for it.

        What has a time goes on while the client is away, and is lost then, as on a real server; what
        has none waits for the client.
        """
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            for planned in script.events():
                if planned.at is not None:
                    await asyncio.sleep(start + planned.at - loop.time())
                await self.room()
                while planned.at is None and not self._connections:
                    await self._attached.wait()
                    await self.room()
                self.publish(planned.payload)
        except Exception as error:
            notify(f"playing to user {self.user.user_id} failed: {error}")
            raise
        notify(f"everything was played to user {self.user.user_id}, up to seq {self.last_seq}")


def _type_of(payload: Struct) -> str:
    if isinstance(payload, UnknownFrame):
        return payload.type
    return registry.BY_PAYLOAD[type(payload)].type
