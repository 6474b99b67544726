"""One client's connection to a mock gateway, over the ``websockets`` library."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from voxwire.capture import Closed, Connection, Frame, Opened
from voxwire.errors import RemoteProtocolError
from voxwire.live.closing import abort, close, first_close
from voxwire.live.mock.engine.answering import Answering
from voxwire.live.mock.engine.injection import Injection
from voxwire.live.mock.engine.outbox import Outbox
from voxwire.live.mock.engine.plan import Outgoing
from voxwire.live.mock.engine.traffic import Traffic
from voxwire.live.target import path_and_query
from voxwire.session import Close, ServerConnection, Transmit, close_reason
from voxwire.session.recovery import reason_of
from voxwire.wire.compression import Decompressor
from voxwire.wire.mistakes import reads_binary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msgspec import Struct
    from websockets.asyncio.server import ServerConnection as Socket

    from voxwire.capture import Direction
    from voxwire.live.mock.engine.application import Application
    from voxwire.live.mock.engine.checking import ClientCheck
    from voxwire.live.mock.engine.fault import Fault
    from voxwire.live.mock.engine.injection import Faults
    from voxwire.live.mock.engine.options import MockOptions
    from voxwire.live.mock.engine.sessions import MockSession
    from voxwire.protocol import AnyProtocol
    from voxwire.session import ServerEvent

CLOSE_TIMEOUT: Final = 1.0
"""Seconds that a client has to answer a close, before its connection is cut. Clients are near."""


class Owner(Protocol):
    """What a connection needs of its gateway."""

    sent: int

    @property
    def spoken(self) -> AnyProtocol: ...
    @property
    def options(self) -> MockOptions: ...
    @property
    def application(self) -> Application: ...
    @property
    def faults(self) -> Faults: ...
    @property
    def check(self) -> ClientCheck: ...
    @property
    def address(self) -> str: ...
    def notify(self, sentence: str) -> None: ...
    def received(self, message: str) -> None: ...
    def opened(self, connection: MockConnection) -> None: ...
    def failed(self, connection: MockConnection, error: Exception) -> None: ...
    def handle(self, connection: MockConnection, event: ServerEvent, message: str) -> None: ...


class MockConnection:
    """Reads what a client sends, and writes what it is to get, faults included. :meth:`run` does both.

    `number` counts the connections of a gateway from 1.
    """

    def __init__(self, number: int, socket: Socket, gateway: Owner) -> None:
        assert socket.request is not None
        path, query = path_and_query(socket.request.path)
        url = f"{gateway.address}{path}?{query}" if query else f"{gateway.address}{path}"
        self.number: Final = number
        self.address: Final = address_of(socket)
        self.protocol: Final[ServerConnection[Any, Any, Any]] = ServerConnection(
            url,
            heartbeat_interval=gateway.options.greeted_interval(gateway.spoken),
            enforce_rate=gateway.options.enforce_rate,
            greeting=gateway.application.greeting(),
            protocol=gateway.spoken,
        )
        self.session: MockSession | None = None
        self.outbox: Final = Outbox()
        """What waits to be sent."""
        self._socket: Final = socket
        self._gateway: Final = gateway
        self._record: Final = Connection(number, time.time(), url)
        self._traffic: Final = Traffic.of(gateway.spoken)
        self._injection: Final = Injection(
            gateway.faults, gateway.spoken, gateway.application.spoiled
        )
        self.answering: Final = Answering(
            gateway.spoken, self.reply, self.outbox.room, self._cannot_answer
        )
        """The answers to the streams that the client has opened."""
        self._is_silent = False

    def now(self) -> float:
        """The time on the clock of the protocol."""
        return asyncio.get_running_loop().time()

    async def run(self) -> tuple[int, str]:
        """Serve the client until the connection ends; gives the close code and reason.

        However it ends, its session goes on without it. What it raises is a bug.
        """
        try:
            self._gateway.check.offer(Opened(self._record, has_header=True))
            self._open()
            async with asyncio.TaskGroup() as both:
                writer = both.create_task(self._write())
                end = await self._read()
                writer.cancel()
            return end
        finally:
            self._leave()
            self.protocol.closed(CloseCode.ABNORMAL_CLOSURE, "", self.now())
            await self.answering.ended()

    def _open(self) -> None:
        """Begin the conversation, if it is one that the client has asked for."""
        begins = self.protocol.opened(self.now())
        spoken = self._gateway.spoken
        refusal = spoken.session.refusals.subprotocol
        if (
            refusal is not None
            and spoken.endpoint.subprotocols
            and self._socket.subprotocol is None
        ):
            self.carry_out(self.protocol.close(refusal.code, reason_of(refusal, spoken)))
            return
        self.carry_out(begins)
        self._gateway.opened(self)

    def push(self, outgoing: Outgoing) -> None:
        """Send a message that the client did not ask for.

        A client for which too much waits is cut off: it does not read, and would not read a close.
        """
        self._queue(outgoing)
        if self.outbox.overflows:
            waiting = len(self.outbox)
            self._gateway.notify(
                f"connection {self.number} is cut off: the client does not read, "
                f"{waiting} messages wait"
            )
            self._abort()

    def answer(self, outgoing: Outgoing) -> None:
        """Send a message that the client asked for: while few of them are taken, none is read."""
        self._queue(outgoing)

    def _queue(self, outgoing: Outgoing) -> None:
        if outgoing.type in self._traffic.leads:
            # What the client says from here on meets a server that has gone on, sent or not.
            self._note("s2c", outgoing.message)
        self.outbox.put(outgoing)

    def carry_out(self, events: Iterable[ServerEvent], message: str = "") -> None:
        """Do what the protocol orders, and tell the gateway the rest. `message` led to it, if any."""
        for event in events:
            match event:
                case Transmit(answer):
                    self.answer(self._outgoing(answer))
                case Close():
                    self.outbox.put(event)
                case _:
                    self._gateway.handle(self, event, message)

    def reply(self, payload: Struct, **keys: Any) -> None:
        """Send a message to this connection alone. Raises LocalProtocolError when it is not due, or there
        is no connection any more."""
        data = self.protocol.send(payload, self.now(), **keys)
        self.answer(self._outgoing(data))

    def _cannot_answer(self, error: Exception) -> None:
        self._gateway.failed(self, error)
        self._abort()

    def _outgoing(self, message: str | bytes) -> Outgoing:
        """A message that the protocol gave."""
        envelope = self._gateway.spoken.envelope
        frame = json.loads(_text(message))  # a replay may hold what msgspec refuses
        key = envelope.sequence_key
        return Outgoing(message, frame[envelope.type_key], None if key is None else frame.get(key))

    def finish(self, close: Close) -> None:
        """Close the connection after everything that waits to be sent."""
        self.outbox.put(close)

    def drop(self) -> None:
        """Lose the connection: what was sent arrives, if the client reads on, but no close frame."""
        self._leave()
        self._is_silent = True
        self._socket.transport.close()
        asyncio.get_running_loop().call_later(CLOSE_TIMEOUT, abort, self._socket)

    async def close(self, code: int, reason: str) -> None:
        """Close the connection at once, whatever waits to be sent."""
        self._leave()
        self._is_silent = True
        await close(self._socket, code, reason, timeout=CLOSE_TIMEOUT)

    def _abort(self) -> None:
        self._leave()
        self._is_silent = True
        abort(self._socket)

    def _leave(self) -> None:
        """The session goes on without this connection."""
        if self.session is not None:
            self.session.detach(self)
        self.answering.end()
        self.outbox.close()

    async def _read(self) -> tuple[int, str]:
        while True:
            try:
                async with asyncio.timeout_at(self.protocol.next_deadline()):
                    await self.outbox.room()
                    await self._gateway.check.room()
                    message = await self._socket.recv()
            except TimeoutError:
                for event in self.protocol.tick(self.now()):
                    if isinstance(event, Close):
                        await self.close(event.code, event.reason)
                    else:
                        self.carry_out([event])
            except ConnectionClosed as end:
                return self._ended(end)
            else:
                self._receive(message)

    def _receive(self, message: str | bytes) -> None:
        self._note("c2s", message)
        text = self._text(message)
        self._gateway.received(text)
        try:
            self.carry_out(self.protocol.receive(message, self.now()), text)
        except RemoteProtocolError as error:
            self.finish(Close(error.close_code, error.close_reason or ""))

    def _text(self, message: str | bytes) -> str:
        """What a client sent, as far as it is a message: binary ones are where the protocol reads them."""
        if isinstance(message, str):
            return message
        is_read = reads_binary("client", self._gateway.spoken)
        return message.decode("utf-8", "replace") if is_read else ""

    def _ended(self, end: ConnectionClosed) -> tuple[int, str]:
        first = first_close(end)
        if first is None:
            code, reason = int(CloseCode.ABNORMAL_CLOSURE), ""
        else:
            code, reason = first.close.code, first.close.reason
            self._gateway.check.offer(Closed(self._record, time.time(), code, reason))
        self.protocol.closed(code, reason, self.now())
        return code, reason

    async def _write(self) -> None:
        try:
            async for item in self.outbox.items():
                if self._is_silent:
                    continue
                if isinstance(item, Close):
                    await self.close(item.code, item.reason)
                else:
                    await self._send(item)
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
        for garbage in plan.garbage:
            await self._socket.send(self.protocol.wrapped(garbage))
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
            case "silence":  # as with a half-open connection, the server goes on as if it sent
                self._is_silent = True
            case _:
                code = fault.code or 0
                usual = close_reason(code, self._gateway.spoken)
                await self.close(code, usual if fault.reason is None else fault.reason)

    async def _transmit(self, outgoing: Outgoing, message: str | bytes) -> None:
        await self._socket.send(message)
        self._gateway.sent += 1
        if outgoing.type in self._traffic.leads:
            return  # noted when it was due
        if outgoing.seq is None or outgoing.type in self._traffic.shows:
            self._note("s2c", message)
        else:
            self._record.frames += 1

    def _note(self, direction: Direction, data: str | bytes) -> None:
        """Have a frame checked."""
        self._record.frames += 1
        frame = Frame(self._record, self._record.frames, time.time(), direction, data)
        self._gateway.check.offer(frame)


def address_of(socket: Socket) -> str:
    """The address of a client, without its port."""
    return str((socket.remote_address or ("",))[0])


def _text(message: str | bytes) -> str | bytes:
    return message if isinstance(message, str) else Decompressor().decompress(message)
