"""A server, a recorder before it and the capture that it wrote, for tests with real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.connection import Connection as Socket
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close

from voxwire.capture import Closed, Connection, Frame, Opened, read_capture
from voxwire.capture.writer import open_capture
from voxwire.live.proxy.recorder import Recorder, recording
from voxwire.live.proxy.watch import Watch
from voxwire.live.target import Target
from voxwire.live.timeouts import RecorderTimeouts
from voxwire.wire.redact import Redactor

Handler = Callable[[ServerConnection], Awaitable[None]]
Data = str | bytes

DEFAULT = RecorderTimeouts()
TIMEOUT = 120.0
"""Seconds after which a test has failed. None takes more than three, unless the machine is busy."""


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test that waits for real sockets."""
    asyncio.run(asyncio.wait_for(test, TIMEOUT))


@dataclass
class Setup:
    """What a test talks to: `url` is the recorder's, `server_url` the server's."""

    recorder: Recorder
    url: str
    server_url: str
    file: Path
    said: list[str] = field(default_factory=list)


@asynccontextmanager
async def server_at(handler: Handler, **options: Any) -> AsyncIterator[str]:
    """A server on a free port; its address."""
    async with serve(handler, "127.0.0.1", 0, **options) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}"


@asynccontextmanager
async def recorded(
    server_url: str,
    folder: Path,
    *,
    redactor: Redactor | None = None,
    watch: Watch | None = None,
    timeouts: RecorderTimeouts = DEFAULT,
) -> AsyncIterator[Setup]:
    """A recorder before the server at `server_url`. The capture is whole when the context ends."""
    file = folder / "main.ndjson"
    said: list[str] = []
    with open_capture(str(file), redactor=redactor) as writer:
        target = Target.parse(server_url)
        async with recording(
            target, writer, notify=said.append, watch=watch, timeouts=timeouts
        ) as recorder:
            yield Setup(recorder, recorder.address, server_url, file, said)


@asynccontextmanager
async def recorded_server(
    handler: Handler,
    folder: Path,
    *,
    watch: Watch | None = None,
    timeouts: RecorderTimeouts = DEFAULT,
    **options: Any,
) -> AsyncIterator[Setup]:
    """A server and a recorder before it."""
    async with (
        server_at(handler, **options) as url,
        recorded(url, folder, watch=watch, timeouts=timeouts) as setup,
    ):
        yield setup


@asynccontextmanager
async def silent_server() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A server that accepts connections and never says a word; its address, and whether one came."""
    came = asyncio.Event()
    gone: list[asyncio.Future[None]] = []

    class Silence(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.gone: asyncio.Future[None] = asyncio.Future()
            gone.append(self.gone)
            came.set()

        def connection_lost(self, exc: Exception | None) -> None:
            self.gone.set_result(None)

    server = await asyncio.get_running_loop().create_server(Silence, "127.0.0.1", 0)
    async with server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", came
    await asyncio.gather(*gone)


def messages(file: Path) -> list[list[tuple[str, Data]]]:
    """The messages of each connection of a capture, with their directions."""
    found: dict[Connection, list[tuple[str, Data]]] = {}
    for event in read_capture(str(file)):
        if isinstance(event, Opened):
            found[event.connection] = []
        elif isinstance(event, Frame):
            found[event.connection].append((event.direction, event.data))
    return list(found.values())


def closes(file: Path) -> list[tuple[int, int, str, str | None]]:
    """Connection number, code, reason and who closed, for each close line of a capture."""
    who = [line["close"].get("by") for line in map(json.loads, lines(file)) if "close" in line]
    events = [event for event in read_capture(str(file)) if isinstance(event, Closed)]
    return [(e.connection.number, e.code, e.reason, by) for e, by in zip(events, who, strict=True)]


def lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines()


async def echo(connection: ServerConnection) -> None:
    """A server that gives back what it gets."""
    async for message in connection:
        await connection.send(message)


async def end_of(connection: Socket) -> Close | None:
    """The close that arrives; None when the connection is lost."""
    try:
        while True:
            await connection.recv()
    except ConnectionClosed as end:
        return end.rcvd
