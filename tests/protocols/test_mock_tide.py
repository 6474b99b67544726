"""The mock gateway with Tide: a login, no resume, numbers from 0."""

from __future__ import annotations

from random import Random

import msgspec

from tests.protocols.mocking import client, gateway
from tests.voxwire_live.mocked import run
from voxwire.live.mock.engine.event_maker import EventMaker
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.protocol import AnyProtocol

MOOR = {"op": "moor", "data": {"call_sign": "ABBA", "phrase": "open", "by": "red", "berth": 1}}


def test_a_ship_moors_and_hears_what_the_harbour_tells(tide: AnyProtocol) -> None:
    async def test() -> None:
        source = RandomEvents(21, None, 9, protocol=tide)
        async with gateway(tide, source=source) as setup, client(setup) as wire:
            await wire.send(MOOR)
            moored = await wire.next()
            assert (moored["op"], sorted(moored["data"])) == ("moored", ["berth"])
            told = [await wire.next() for _ in range(9)]
            numbers = [message["from"] for message in told if "from" in message]
            assert 0 < len(numbers) < 9  # some have none
            assert numbers == list(range(len(numbers)))
            problems = [found for message in told for found in tide.validate_server(message)]
            assert "error" not in {problem.severity for problem in problems}
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
            assert [(await wire.next())["from"] for _ in range(2)] == [0, 1]
            garbage = await wire.socket.recv()
            assert garbage == '{"op": "sighted", "data": {'
            unknown, invalid = await wire.next(), await wire.next()
            assert (unknown["op"], unknown["from"]) == ("mock_unknown", 2)
            assert (invalid["op"], invalid["from"]) == ("sighted", 3)
            assert "error" in {p.severity for p in tide.validate_server(invalid)}
            await wire.send({"op": "ping", "data": {}})
            setup.gateway.send(told(tide))
            assert (await wire.next())["from"] == 4

    run(test())


def told(protocol: AnyProtocol) -> msgspec.Struct:
    return EventMaker(Random(0), protocol).event()
