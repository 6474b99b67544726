"""The mock gateway, the recorder and the fixture with protocols that have little in common with Vox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as sync_connect
from websockets.typing import Subprotocol

from tests.protocols.flat import FLAT
from tests.voxspec.mini import Mini
from tests.voxwire_live.mocked import Notebook, Setup, mocked, run
from tests.voxwire_session.wire import changed
from voxwire.live.mock.engine.application import Application, Delivery, Reply
from voxwire.live.mock.engine.defects import invalid_message, not_json, unknown_message
from voxwire.live.mock.engine.event_maker import EventMaker
from voxwire.live.mock.engine.faults import FaultError, fault_help, parse_fault
from voxwire.live.mock.engine.gateway import mock_gateway
from voxwire.live.mock.engine.options import MockOptions
from voxwire.live.mock.engine.playback import CapturePlayback
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.protocol import AnyProtocol
from voxwire.testing import running_gateway
from voxwire.wire.codec import Codec

TIMEOUT = 120.0

MOOR = {"op": "moor", "data": {"call_sign": "ABBA", "phrase": "open", "by": "red", "berth": 1}}


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
        try:
            while True:
                await self.socket.recv()
        except ConnectionClosed as end:
            assert end.rcvd is not None
            return end.rcvd.code, end.rcvd.reason


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


# --- Tide: a login, no resume, numbers from 0 -------------------------------------------------


def test_a_ship_moors_and_hears_what_the_harbour_tells(tide: AnyProtocol) -> None:
    async def test() -> None:
        source = RandomEvents(4, None, 5, protocol=tide)
        async with gateway(tide, source=source) as setup, client(setup) as wire:
            await wire.send(MOOR)
            moored = await wire.next()
            assert (moored["op"], sorted(moored["data"])) == ("moored", ["berth"])
            told = [await wire.next() for _ in range(5)]
            assert [message["from"] for message in told] == [0, 1, 2, 3, 4]
            assert all(tide.validate_server(message) == [] for message in told)
            await wire.send({"op": "ping", "data": {}})
            assert (await wire.next())["op"] == "ping"
            assert setup.rules == []

    run(test())


def test_refusals_are_those_of_the_tables(tide: AnyProtocol) -> None:
    async def test() -> None:
        async with gateway(tide, token="other") as setup:
            async with client(setup) as wire:
                await wire.send(MOOR)
                assert await wire.end() == (4101, "SUNK")
            async with client(setup) as wire:
                await wire.send({"op": "bye"})
                assert await wire.end() == (4100, "MOOR FIRST")

    run(test())


def test_an_address_has_as_many_connections_as_the_tables_say(tide: AnyProtocol) -> None:
    async def test() -> None:
        async with gateway(tide, connections_per_address=1) as setup, client(setup) as wire:
            async with client(setup) as second:
                assert await second.end() == (4101, "RAISED")
            await wire.send(MOOR)
            assert (await wire.next())["op"] == "moored"

    run(test())


def test_faults_of_tide(tide: AnyProtocol) -> None:
    async def test() -> None:
        faults = ["unknown:after=1", "invalid:after=1", "bad_json:after=1", "no_ack"]
        async with gateway(tide, *faults) as setup, client(setup) as wire:
            await wire.send(MOOR)
            await wire.next()
            setup.gateway.send(told(tide))
            setup.gateway.send(told(tide))
            first, garbage = await wire.next(), await wire.socket.recv()
            assert first["from"] == 0
            with pytest.raises(ValueError, match="Expecting"):
                json.loads(garbage)
            later = [await wire.next() for _ in range(3)]
            assert [message["from"] for message in later] == [1, 2, 3]
            assert later[1]["op"] == "mock_unknown"
            assert [p.severity for p in tide.validate_server(later[2])] == ["error"]
            await wire.send({"op": "ping", "data": {}})
            setup.gateway.send(told(tide))
            assert (await wire.next())["from"] == 4

    run(test())


def told(protocol: AnyProtocol) -> msgspec.Struct:
    return EventMaker(Random(0), protocol).event()
