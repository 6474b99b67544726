"""A mock gateway of any protocol, and a client that speaks JSON to it, and nothing else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.voxspec.mini import Mini
from tests.voxwire_live.mocked import Notebook, Setup
from voxwire.live.mock.engine.faults import parse_fault
from voxwire.live.mock.engine.gateway import mock_gateway
from voxwire.live.mock.engine.options import MockOptions
from voxwire.protocol import AnyProtocol


class Wire:
    """A client that speaks JSON, and nothing else."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, *messages: Any) -> None:
        for message in messages:
            await self.socket.send(message if isinstance(message, str) else json.dumps(message))

    async def next(self) -> Any:
        return json.loads(await self.socket.recv())

    async def end(self) -> tuple[int, str]:
        with suppress(ConnectionClosed):
            while True:
                await self.socket.recv()
        return self.socket.close_code or 0, self.socket.close_reason or ""


@asynccontextmanager
async def client(setup: Setup, **options: Any) -> AsyncIterator[Wire]:
    async with connect(setup.gateway.url(), **options) as socket:
        yield Wire(socket)


@asynccontextmanager
async def gateway(protocol: AnyProtocol, *faults: str, **options: Any) -> AsyncIterator[Setup]:
    """A gateway that nobody finds anything about, unless it is asked for."""
    parsed = tuple(parse_fault(text, protocol) for text in faults)
    notebook = Notebook()
    setup = MockOptions(protocol=protocol, faults=parsed, **options)
    async with mock_gateway(setup, notebook) as running:
        yield Setup(running, notebook)
    assert running.failures == []


INIT = {"type": "connection_init"}


def subscribe(key: str) -> dict[str, Any]:
    return {"type": "subscribe", "id": key, "payload": {"query": "{ a }"}}


def spoken(mini: Mini) -> AnyProtocol:
    protocol: AnyProtocol = mini.models.PROTOCOL
    return protocol


async def answers(wire: Wire) -> list[dict[str, Any]]:
    """Everything up to the end of a stream."""
    got = [await wire.next()]
    while got[-1]["type"] != "complete":
        got.append(await wire.next())
    return got


def with_subprotocols(mini: Mini, *names: str) -> AnyProtocol:
    protocol: Any = spoken(mini)
    endpoint = msgspec.structs.replace(protocol.endpoint, subprotocols=names)
    other: AnyProtocol = msgspec.structs.replace(protocol, endpoint=endpoint)
    return other
