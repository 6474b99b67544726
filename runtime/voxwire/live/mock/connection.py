"""One client's connection to a mock gateway, over the ``websockets`` library."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Final

import msgspec
from websockets.exceptions import ConnectionClosed

from voxwire.capture import Closed, Connection, Frame, Opened
from voxwire.compression import Decompressor
from voxwire.errors import RemoteProtocolError
from voxwire.live.mock.injection import NOT_JSON, Injection, Outgoing
from voxwire.session import Close, ServerConnection, Transmit, close_reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from websockets.asyncio.server import ServerConnection as Socket

    from voxwire.capture import Direction
    from voxwire.live.mock.faults import Fault
    from voxwire.live.mock.gateway import MockGateway
    from voxwire.live.mock.sessions import MockSession
    from voxwire.session import ServerEvent

_ROOM: Final = 100
"""Messages that may wait to be sent before whoever makes them up has to wait."""

CLOSE_TIMEOUT: Final = 1.0
"""Seconds that a client has to answer a close, before its connection is cut. Clients are near."""

CONNECTION_LOST: Final = 1006
"""What stands for the close code when there was no close frame (RFC 6455, section 7.1.5)."""


class _Envelope(msgspec.Struct):
    type: str
    seq: int | None = None


class MockConnection:
    """Reads what a client sends, and writes what it is to get, faults included. :meth:`run` does both.

    `number` counts the connections of a gateway from 1.
    """

    def __init__(self, number: int, socket: Socket, gateway: MockGateway) -> None:
        assert socket.request is not None
        path = socket.request.path
        self.number: Final = number
        self.address: Final[str] = str((socket.remote_address or ("",))[0])
        self.protocol: Final = ServerConnection(
            path, heartbeat_interval=gateway.options.heartbeat_interval
        )
        self.session: MockSession | None = None
        self._socket: Final = socket
        self._gateway: Final = gateway
        self._record: Final = Connection(number, time.time(), gateway.address + path)
        self._injection: Final = Injection(gateway.faults)
        self._queue: Final[deque[Outgoing | Close]] = deque()
        self._waiting: Final = asyncio.Event()
        self._room: Final = asyncio.Event()
        self._is_silent = False

    def now(self) -> float:
        """The time on the clock of the protocol."""
        return asyncio.get_running_loop().time()

    async def run(self) -> tuple[int, str]:
        """Serve the client until the connection ends; gives the close code and reason."""
        self._gateway.check.offer(Opened(self._record, has_header=True))
        self.carry_out(self.protocol.opened(self.now()))
        async with asyncio.TaskGroup() as both:
            writer = both.create_task(self._write())
            end = await self._read()
            writer.cancel()
        self._leave()
        return end

    def enqueue(self, item: Outgoing | Close) -> None:
        """Send something after everything that waits already."""
        self._queue.append(item)
        self._waiting.set()

    async def has_room(self) -> None:
        """Wait until few messages wait, or the connection has ended."""
        if len(self._queue) >= _ROOM and not self._is_silent:
            self._room.clear()
            await self._room.wait()

    def carry_out(self, events: Iterable[ServerEvent], message: str = "") -> None:
        """Do what the protocol orders, and tell the gateway the rest. `message` led to it, if any."""
        for event in events:
            match event:
                case Transmit(answer):
                    envelope = msgspec.json.decode(_text(answer), type=_Envelope)
                    self.enqueue(Outgoing(answer, envelope.type, envelope.seq))
                case Close():
                    self.enqueue(event)
                case _:
                    self._gateway.handle(self, event, message)

    def drop(self) -> None:
        """Lose the connection: what was sent arrives, if the client reads on, but no close frame."""
        self._leave()
        self._is_silent = True
        self._socket.transport.close()
        asyncio.get_running_loop().call_later(CLOSE_TIMEOUT, self._socket.transport.abort)

    async def close(self, code: int, reason: str) -> None:
        """Close the connection at once, whatever waits to be sent."""
        self._leave()
        self._is_silent = True
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._socket.close(code, reason)
        except TimeoutError:  # a client that reads nothing does not get the close either
            self._socket.transport.abort()

    def _leave(self) -> None:
        """The session goes on without this connection."""
        if self.session is not None:
            self.session.detach(self)
        self._room.set()

    async def _read(self) -> tuple[int, str]:
        while True:
            try:
                async with asyncio.timeout_at(self.protocol.next_deadline()):
                    message = await self._socket.recv()
            except TimeoutError:
                self.carry_out(self.protocol.tick(self.now()))
            except ConnectionClosed as end:
                return self._ended(end)
            else:
                self._receive(message)

    def _receive(self, message: str | bytes) -> None:
        self._note("c2s", message)
        text = message if isinstance(message, str) else ""
        self._gateway.received(text)
        try:
            events = self.protocol.receive(message, self.now())
        except RemoteProtocolError as error:
            self.enqueue(Close(error.close_code, close_reason(error.close_code)))
            return
        self.carry_out(events, text)

    def _ended(self, end: ConnectionClosed) -> tuple[int, str]:
        first = end.rcvd if end.rcvd_then_sent or end.sent is None else end.sent
        code, reason = (CONNECTION_LOST, "") if first is None else (first.code, first.reason)
        if first is not None:
            self._gateway.check.offer(Closed(self._record, time.time(), code, reason))
        self.protocol.closed(code, reason, self.now())
        return code, reason

    async def _write(self) -> None:
        try:
            while True:
                while self._queue:
                    item = self._queue.popleft()
                    if len(self._queue) <= _ROOM // 2:
                        self._room.set()
                    if self._is_silent:
                        continue
                    if isinstance(item, Close):
                        await self.close(item.code, item.reason)
                    else:
                        await self._send(item)
                self._waiting.clear()
                await self._waiting.wait()
        except ConnectionClosed:
            self._leave()

    async def _send(self, outgoing: Outgoing) -> None:
        if self._injection.is_idle:
            await self._transmit(outgoing, outgoing.message)
            return
        plan = self._injection.plan(outgoing)
        if plan.delay:
            await asyncio.sleep(plan.delay)
        for message in plan.messages:
            await self._transmit(outgoing, message)
        if plan.has_garbage:
            await self._socket.send(self.protocol.wrapped(NOT_JSON))
        for extra in plan.extras:
            if self.session is not None:
                self.session.publish(extra, by_fault=True)
        if plan.end is not None:
            await self.end(plan.end)

    async def end(self, fault: Fault) -> None:
        """Let a fault end the connection."""
        self._gateway.notify(f"fault {fault} ends connection {self.number}")
        match fault.kind:
            case "drop":
                self.drop()
            case "silence":
                self._leave()
                self._is_silent = True
            case _:
                code = fault.code or 0
                await self.close(code, close_reason(code) if fault.reason is None else fault.reason)

    async def _transmit(self, outgoing: Outgoing, message: str | bytes) -> None:
        await self._socket.send(message)
        self._gateway.sent += 1
        if outgoing.seq is None or outgoing.seq == 1:
            self._note("s2c", message)
        else:
            self._record.frames += 1

    def _note(self, direction: Direction, data: str | bytes) -> None:
        """Have a frame checked."""
        self._record.frames += 1
        frame = Frame(self._record, self._record.frames, time.time(), direction, data)
        self._gateway.check.offer(frame)


def _text(message: str | bytes) -> str | bytes:
    return message if isinstance(message, str) else Decompressor().decompress(message)
