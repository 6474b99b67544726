"""A mock gateway and plain clients of it: the ``websockets`` library, and nothing between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from voxmodels.v1 import ClientFrame, UnknownFrame, client, server
from voxwire import Decompressor, decode_server, encode
from voxwire.checks import Finding
from voxwire.live.mock.engine.faults import parse_fault
from voxwire.live.mock.engine.gateway import MockGateway, mock_gateway
from voxwire.live.mock.engine.options import MockOptions

TIMEOUT = 120.0
"""Seconds after which a test has failed. Nothing here takes one, unless the machine is busy."""

MESSAGE = server.MemberLeave(user_id=7)
"""Any numbered message."""


class Notebook:
    """Keeps what an observer is told."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.frames: list[ClientFrame | UnknownFrame] = []
        self.findings: list[Finding] = []

    def said(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def received(self, frame: ClientFrame | UnknownFrame) -> None:
        self.frames.append(frame)

    def found(self, finding: Finding) -> None:
        self.findings.append(finding)


class Setup:
    """A gateway that runs, and what its observer was told."""

    def __init__(self, gateway: MockGateway, notebook: Notebook) -> None:
        self.gateway = gateway
        self.notebook = notebook

    @property
    def rules(self) -> list[str]:
        """The rules of all findings so far."""
        self.gateway.check.flush()
        return [finding.rule for finding in self.notebook.findings]


@asynccontextmanager
async def mocked(faults: Sequence[str] = (), **options: Any) -> AsyncIterator[Setup]:
    """A gateway with faults; `options` are those of MockOptions."""
    notebook = Notebook()
    setup = MockOptions(faults=tuple(map(parse_fault, faults)), **options)
    async with mock_gateway(setup, notebook) as gateway:
        yield Setup(gateway, notebook)


class Client:
    """A client that does only what a test says."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.session_id = ""
        self._decompressor = Decompressor()

    async def recv(self) -> str:
        """The JSON of the next message."""
        message = await self.socket.recv()
        if isinstance(message, bytes):
            return self._decompressor.decompress(message).decode()
        return message

    async def next(self) -> Any:
        """The next frame."""
        return decode_server(await self.recv())

    async def send(self, payload: Struct | str) -> None:
        await self.socket.send(payload if isinstance(payload, str) else encode(payload).decode())

    async def identify(self, token: str = "token") -> server.Ready:
        await self.send(client.Identify(token=token))
        ready = cast("server.ReadyFrame", await self.next())
        self.session_id = ready.d.session_id
        return ready.d

    async def resume(self, session_id: str, last_seq: int, token: str = "token") -> None:
        await self.send(client.Resume(token=token, session_id=session_id, last_seq=last_seq))

    async def numbers(self, count: int) -> list[int]:
        """The numbers of the next messages."""
        return [(await self.next()).seq for _ in range(count)]

    async def heartbeat(self) -> list[Any]:
        """Everything that comes before the answer to a heartbeat: all that was on its way."""
        await self.send(client.HeartbeatFrame())
        frames = []
        while type(frame := await self.next()) is not server.HeartbeatAckFrame:
            frames.append(frame)
        return frames

    async def end(self) -> tuple[int, str, list[Any]]:
        """What comes until the connection ends, and the close code and reason."""
        frames = []
        try:
            while True:
                frames.append(await self.next())
        except ConnectionClosed as end:
            close = end.rcvd
        return (1006, "", frames) if close is None else (close.code, close.reason, frames)


@asynccontextmanager
async def plain_client(url: str) -> AsyncIterator[Client]:
    """A client that has got hello."""
    async with connect(url) as socket:
        connected = Client(socket)
        assert type(await connected.next()) is server.HelloFrame
        yield connected


@asynccontextmanager
async def logged_in(
    setup: Setup, token: str = "token", *, compress: bool = False
) -> AsyncIterator[Client]:
    """A client that has a session."""
    async with plain_client(setup.gateway.url(compress=compress)) as connected:
        await connected.identify(token)
        yield connected


def run(test: Any) -> None:
    """Run a test that waits for real sockets. Nothing may be left of it afterwards."""

    async def alone() -> None:
        await asyncio.wait_for(test, TIMEOUT)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, left

    asyncio.run(alone())
