"""One session of a mock gateway: its user, its messages, and the connections that it has just now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, Protocol

from voxwire.live.mock.engine.plan import Outgoing
from voxwire.live.mock.engine.source import Answering
from voxwire.live.mock.engine.traffic import Traffic
from voxwire.session.messages import type_of
from voxwire.wire.codec import Codec
from voxwire.wire.payloads import message_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from msgspec import Struct

    from voxwire.live.mock.engine.outbox import Outbox
    from voxwire.live.mock.engine.source import Planned, Script
    from voxwire.live.mock.engine.users import User
    from voxwire.protocol import AnyProtocol
    from voxwire.session import ServerConnection, ServerSession

_PAUSE: Final = 0.01
"""Seconds between two messages that are passed over, where they would come as fast as they can."""


class Carrier(Protocol):
    """What a session needs of a connection that carries it."""

    @property
    def protocol(self) -> ServerConnection[Any, Any, Any]: ...
    @property
    def outbox(self) -> Outbox: ...
    def push(self, outgoing: Outgoing) -> None: ...


class MockSession:
    """A session from the login to the end of its lifetime."""

    def __init__(
        self,
        session: ServerSession[Any],
        user: User,
        protocol: AnyProtocol,
        script: Script | None = None,
        *,
        keeps_while_away: bool = False,
    ) -> None:
        """`script` is what :meth:`play` plays. `keeps_while_away`: what happens while nobody is
        connected is numbered, and replayed."""
        self.session: Final = session
        self.user: Any = user
        self._protocol: Final = protocol
        self._traffic: Final = Traffic.of(protocol)
        self._is_numbered: Final = self._traffic.is_numbered
        self._script: Final = script
        self._keeps_while_away: Final = keeps_while_away
        self._connections: Final[list[Carrier]] = []
        self._attached: Final = asyncio.Event()
        self._player: asyncio.Task[None] | None = None
        self._opened: Final[dict[str, int]] = {}

    @property
    def connections(self) -> tuple[Any, ...]:
        """The connections that carry it: none while the client is away, two after a resume while the
        old one was open."""
        return tuple(self._connections)

    @property
    def takes_messages(self) -> bool:
        """Whether a message has an effect: the client is there, or gets it when it resumes."""
        return bool(self._connections) or self._keeps_while_away

    @property
    def last_seq(self) -> int:
        """The number of the latest message; 0 for ever where there are none."""
        return self.session.last_seq if self._is_numbered else 0

    def attach(self, connection: Carrier) -> None:
        """`connection` carries the session from now on."""
        self._connections.append(connection)
        self._attached.set()

    def detach(self, connection: Carrier) -> None:
        """`connection` does not carry it any more, if it still did."""
        if connection in self._connections:
            self._connections.remove(connection)
        if not self._connections:
            self._attached.clear()

    def publish(
        self, payload: Struct, keys: Mapping[str, Any] | None = None, *, by_fault: bool = False
    ) -> int | None:
        """Number a message, send it, and keep it for a resume; gives the number, 0 where it has none.
        `keys` are those of the envelope that go with a payload.

        While nobody is connected it is lost, has no number, and the result is None: a real server
        does the same (unless the session keeps what happens then). Raises EncodeError for what is
        not the payload of a message that a server sends of its own accord, or an unknown frame.
        """
        if not self.takes_messages:
            return None
        protocol, given = self._protocol, keys or {}
        info = message_of(payload, protocol)
        type_ = type_of(payload, protocol) if info is None else info.type
        if not self._traffic.has_number(info):
            data = Codec.of(protocol).encode(payload, **given)
            return self._send(data, type_, by_fault=by_fault, has_number=False)
        return self._send(self.session.publish(payload, **given), type_, by_fault=by_fault)

    def relay(self, frame: Struct) -> int | None:
        """As :meth:`publish`, for an unknown frame that holds what a client gave, whatever that is."""
        if not self.takes_messages:
            return None
        return self._send(self.session.relay(frame), type_of(frame, self._protocol))

    def _send(
        self, data: bytes, type_: Any, *, by_fault: bool = False, has_number: bool = True
    ) -> int:
        seq = self.last_seq if self._is_numbered and has_number else None
        for connection in self.connections:
            connection.push(Outgoing(connection.protocol.wrapped(data), type_, seq, by_fault))
        return seq or 0

    async def room(self) -> None:
        """Wait until few messages wait to be sent."""
        for connection in self.connections:
            await connection.outbox.room()

    def answers(self, stream: str) -> Iterator[Planned] | None:
        """What answers the next opening message of a stream; None where that is to be made up."""
        number = self._opened.get(stream, 0)
        self._opened[stream] = number + 1
        script: object = self._script
        return script.answers(stream, number) if isinstance(script, Answering) else None

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
                if planned.in_its_place and not self._has_place(planned.payload):
                    await asyncio.sleep(_PAUSE if planned.at is None else 0)
                    continue
                self.publish(planned.payload, planned.keys)
        except Exception as error:
            notify(f"playing to user {self.user.user_id} failed: {error}")
            raise
        notify(f"everything was played to user {self.user.user_id}{self._reached()}")

    def _has_place(self, payload: Struct) -> bool:
        """Whether a message is in order in the states that the connections of the session are in."""
        info = message_of(payload, self._protocol)
        frame_class = type(payload) if info is None else info.frame
        return all(
            frame_class in self._traffic.plain_in(connection.protocol.state)
            for connection in self._connections
        )

    def _reached(self) -> str:
        return f", up to seq {self.last_seq}" if self._is_numbered else ""
