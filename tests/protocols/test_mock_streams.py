"""The mock gateway answers clients that open streams."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.protocols.mocking import INIT, answers, client, gateway, spoken, subscribe
from tests.voxspec.mini import Mini
from tests.voxwire_live.mocked import Notebook, Setup, run
from voxwire.errors import CaptureError
from voxwire.live.mock.engine.gateway import mock_gateway
from voxwire.live.mock.engine.options import MockOptions
from voxwire.live.mock.engine.playback import CapturePlayback
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.live.mock.engine.source import Planned


def test_what_opens_a_stream_is_answered_under_its_key(operations: Mini) -> None:
    protocol = spoken(operations)

    async def test() -> None:
        async with gateway(protocol) as setup, client(setup) as wire:
            await wire.send(INIT)
            assert (await wire.next())["type"] == "connectionAck"
            for key in ("one", "two", "one"):  # whose key is free again
                await wire.send(subscribe(key))
                got = await answers(wire)
                assert [message["type"] for message in got[:-1]] == ["next"] * (len(got) - 1)
                assert {message["id"] for message in got} == {key}
                assert all(protocol.validate_server(message) == [] for message in got)
                assert len(got) > 1
            assert setup.rules == []

    run(test())


def test_a_stream_that_the_client_ends_is_answered_no_more(
    operations: Mini, tmp_path: Path
) -> None:
    protocol = spoken(operations)
    file = recorded_operations(tmp_path, later=3600.0)

    async def test() -> None:
        source = CapturePlayback(file, 1.0, protocol=protocol)
        async with gateway(protocol, source=source) as setup, client(setup) as wire:
            await wire.send(INIT)
            await wire.next()
            await wire.send(subscribe("x"))
            assert (await wire.next())["type"] == "note"
            assert (await wire.next())["payload"] == {"n": 41}
            await wire.send({"type": "complete", "id": "x"}, {"type": "ping"})
            assert (await wire.next())["type"] == "pong"

    run(test())  # which looks for what is left


def recorded_operations(folder: Path, later: float = 0.0) -> str:
    """A capture in which two operations were answered, the second by an end alone."""
    lines = [
        ("c2s", INIT),
        ("s2c", {"type": "connectionAck", "payload": {}}),
        ("c2s", subscribe("a")),
        ("s2c", {"type": "note", "id": "a"}),
        ("s2c", {"type": "next", "id": "a", "payload": {"n": 41}}),
        ("c2s", subscribe("b")),
        ("s2c", {"type": "complete", "id": "b"}),
        ("s2c", {"type": "next", "id": "a", "payload": {"n": 42}}),
        ("s2c", {"type": "complete", "id": "a"}),
        ("s2c", {"type": "next", "id": "a"}),
    ]
    header = [{"url": "ws://host/", "ts": 100.0}]
    frames = [
        {
            "ts": 100.0 + later * (number > 5),
            "dir": way,
            "opcode": "text",
            "text": json.dumps(message),
        }
        for number, (way, message) in enumerate(lines)
    ]
    file = folder / "operations.ndjson"
    file.write_text("\n".join(map(json.dumps, [*header, *frames])), "utf-8")
    return str(file)


def test_streams_are_answered_as_they_were(operations: Mini, tmp_path: Path) -> None:
    protocol = spoken(operations)
    file = recorded_operations(tmp_path)
    source = CapturePlayback(file, None, protocol=protocol)
    assert source.description == (
        f"plays 1 message and 2 of operation of {file}; 1 that are not valid are left out"
    )

    async def test() -> None:
        async with gateway(protocol, source=source) as setup, client(setup) as wire:
            await wire.send(INIT)
            assert (await wire.next())["type"] == "connectionAck"
            assert await wire.next() == {"type": "note", "id": "a"}
            seen = []
            for key in ("x", "y", "z"):
                await wire.send(subscribe(key))
                got = await answers(wire)
                assert {message["id"] for message in got} == {key}
                seen.append([message.get("payload", {}).get("n") for message in got])
            assert seen == [[41, 42, None], [None], [41, 42, None]]

    run(test())


def test_answers_that_cannot_be_had_end_the_connection(operations: Mini) -> None:
    class Broken(RandomEvents):
        def answers(self, stream: str, number: int) -> Iterator[Planned]:
            assert (stream, number) == ("operation", 0)
            yield Planned(operations.models.server.Next(n=1))
            raise CaptureError("the file is gone")

    protocol = spoken(operations)

    async def test() -> None:
        source = Broken(count=0, protocol=protocol)
        setup = MockOptions(protocol=protocol, source=source)
        notebook = Notebook()
        async with mock_gateway(setup, notebook) as running:
            async with client(Setup(running, notebook)) as wire:
                await wire.send(INIT, subscribe("1"))
                assert await wire.end() == (1006, "")
            await running.until(lambda: not running._connections)
            assert [str(failure) for failure in running.failures] == ["the file is gone"]

    run(test())
