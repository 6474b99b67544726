"""The mock gateway, the recorder and the fixture with protocols that have little in common with Vox."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as sync_connect
from websockets.typing import Subprotocol

from tests.protocols.flat import FLAT
from tests.voxspec.envelopes import flat as flat_files
from tests.voxspec.mini import BAG, Mini, generated, thing
from tests.voxwire_live.mocked import Notebook, Setup, run
from tests.voxwire_session.wire import changed
from voxwire.capture import read_capture
from voxwire.capture.writer import open_capture
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.errors import CaptureError
from voxwire.live.mock.engine.application import Application, Delivery, Reply
from voxwire.live.mock.engine.applications import ApplicationError, application_of
from voxwire.live.mock.engine.defects import invalid_message, not_json, unknown_message
from voxwire.live.mock.engine.event_maker import EventMaker
from voxwire.live.mock.engine.faults import FaultError, fault_help, parse_fault
from voxwire.live.mock.engine.gateway import mock_gateway
from voxwire.live.mock.engine.options import MockOptions
from voxwire.live.mock.engine.playback import CapturePlayback
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.live.mock.engine.source import Planned
from voxwire.live.mock.vox.application import VoxApplication
from voxwire.live.proxy.recorder import recording
from voxwire.live.proxy.watch import Watch
from voxwire.live.target import Target
from voxwire.live.timeouts import RecorderTimeouts
from voxwire.protocol import AnyProtocol
from voxwire.testing import running_gateway
from voxwire.vox import VOX
from voxwire.wire.redact import Redactor

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


# --- Tide: a login, no resume, numbers from 0 -------------------------------------------------


def test_a_ship_moors_and_hears_what_the_harbour_tells(tide: AnyProtocol) -> None:
    async def test() -> None:
        source = RandomEvents(4, None, 9, protocol=tide)
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


# --- Operations: no greeting, no numbers, streams, heartbeats of both sides --------------------

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


def beating(mini: Mini, **rules: Any) -> AnyProtocol:
    """The protocol with a server that sends many heartbeats, and other rules for them."""
    beats: Any = spoken(mini).session.server_heartbeat
    protocol: AnyProtocol = changed(
        spoken(mini), server_heartbeat=replace(beats, interval=0.01, **rules)
    )
    return protocol


def test_heartbeats_go_both_ways(operations: Mini) -> None:
    """Both sides ask, and both are answered; a client that is silent is given up."""
    protocol = beating(operations, missed_answers=None)

    async def test() -> None:
        async with gateway(protocol) as setup, client(setup) as wire:
            await wire.send(INIT, {"type": "ping"})
            kinds: set[str] = set()
            while kinds != {"connectionAck", "pong", "ping"}:
                kinds.add(message := (await wire.next())["type"])
                if message == "ping":
                    await wire.send({"type": "pong"})
            assert setup.rules == []

    run(test())


def test_a_client_that_answers_no_heartbeat_is_given_up(operations: Mini) -> None:
    protocol = beating(operations, missed_answers=1)

    async def test() -> None:
        async with gateway(protocol) as setup, client(setup) as wire:
            await wire.send(INIT)
            assert await wire.end() == (4499, "QUIET")

    run(test())


def test_messages_without_numbers_count_for_faults(operations: Mini) -> None:
    protocol = spoken(operations)

    async def test() -> None:
        faults = ["drop:after=2,times=1", "invalid:after=1,times=1"]
        async with gateway(protocol, *faults) as setup:
            async with client(setup) as wire:
                await wire.send(INIT)
                assert (await wire.next())["type"] == "connectionAck"
                assert setup.gateway.send(note(operations)) == (0,)
                assert (await wire.next())["type"] == "note"
                assert await wire.end() == (1006, "")
            said = [line for line in setup.notebook.sentences if "fault" in line]
            assert said == ["fault drop:after=2,times=1 ends connection 1"]

    run(test())


def note(operations: Mini) -> msgspec.Struct:
    frame: msgspec.Struct = operations.models.server.NoteFrame()
    return frame


def test_made_up_events_of_operations(operations: Mini) -> None:
    protocol = spoken(operations)
    events = list(RandomEvents(1, None, 20, protocol=protocol).events())
    assert {type(event.payload) for event in events} == {operations.models.server.NoteFrame}


def test_objects_that_keep_unknown_keys_get_what_they_need(tmp_path: Path) -> None:
    bag = {**BAG, "required": ["a"]}
    files = thing({"$ref": "bag"})
    files["types.yaml"] = {"types": {"bag": bag}}
    entry = files["server/main.yaml"]["messages"]["thing"]
    entry["payload"]["required"] = ["e"]
    entry["examples"] = [{"summary": "One", "payload": {"e": {"a": "x"}}}]
    with generated(files, tmp_path) as mini:
        package = f"{mini.protocol.package}.{mini.protocol.module}"
        maker = EventMaker(Random(0), importlib.import_module(f"{package}.protocol").PROTOCOL)
        made: Any = [maker.event() for _ in range(20)]
        assert {type(event.e.a) for event in made} == {str}


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


# --- Talk: everything that Vox has, by other names ---------------------------------------------


def test_another_protocol_greets_logs_in_and_resumes(talk: Mini) -> None:
    protocol = spoken(talk)

    async def test() -> None:
        async with gateway(protocol, heartbeat_interval=30_000) as setup:
            async with client(setup) as wire:
                hello = await wire.next()
                assert (hello["type"], hello["d"]["every"]) == ("hello", 30_000)
                await wire.send({"type": "login", "d": {"key": "k", "can": []}})
                welcome = await wire.next()
                assert (welcome["type"], welcome["seq"], welcome["d"]["user"]) == ("welcome", 1, 1)
                await wire.send({"type": "beat", "d": {}})
                assert await wire.next() == {"type": "heard"}
                news = talk.models.server.News(text="one")
                assert setup.gateway.send(news) == (2,)
                assert (await wire.next())["seq"] == 2
                assert setup.gateway.send(news) == (3,)
            async with client(setup) as wire:
                await wire.next()
                session = welcome["d"]["session"]
                await wire.send({"type": "back", "d": {"key": "k", "session": session, "last": 2}})
                assert [(await wire.next())["type"] for _ in range(2)] == ["news", "again"]
            async with client(setup) as wire:
                await wire.next()
                await wire.send({"type": "back", "d": {"key": "k", "session": "no", "last": 2}})
                assert await wire.end() == (4002, "WORSE")
            assert setup.rules == []

    run(test())


def test_compression_is_asked_for_as_the_endpoint_says(talk: Mini, operations: Mini) -> None:
    async def test() -> None:
        async with gateway(spoken(talk)) as setup:
            assert setup.gateway.url(compress=True) == f"{setup.gateway.address}/?pack=yes"
            async with connect(setup.gateway.url(compress=True)) as socket:
                assert isinstance(await socket.recv(), bytes)
            async with connect(f"{setup.gateway.address}/any/path") as socket:
                assert isinstance(await socket.recv(), str)
        async with gateway(spoken(operations)) as setup:
            with pytest.raises(ValueError, match=r"^Mini has no compression$"):
                setup.gateway.url(compress=True)

    run(test())


# --- Subprotocols ------------------------------------------------------------------------------


def with_subprotocols(mini: Mini, *names: str) -> AnyProtocol:
    protocol: Any = spoken(mini)
    endpoint = msgspec.structs.replace(protocol.endpoint, subprotocols=names)
    other: AnyProtocol = msgspec.structs.replace(protocol, endpoint=endpoint)
    return other


def test_the_best_subprotocol_is_chosen(operations: Mini) -> None:
    protocol = with_subprotocols(operations, "best", "good")

    async def test() -> None:
        async with gateway(protocol) as setup:
            for offered, chosen in ((["good"], "good"), (["good", "other", "best"], "best")):
                given = [Subprotocol(name) for name in offered]
                async with connect(setup.gateway.url(), subprotocols=given) as socket:
                    assert socket.subprotocol == chosen
            for none in (None, [Subprotocol("other")]):
                with pytest.raises(InvalidStatus) as refused:
                    async with connect(setup.gateway.url(), subprotocols=none):
                        pass
                response = refused.value.response
                assert (response.status_code, response.body) == (
                    400,
                    b"the client must offer the subprotocol best or good\n",
                )

    run(test())


# --- What plugs in -----------------------------------------------------------------------------


class Echo(Application):
    """Tells everyone what anyone asks for, and complains of nothing."""

    permissions = ("ask",)

    def began(self, user: Any) -> list[Delivery]:
        return [Delivery("session", self.news(f"hello {user.user_id}"))]

    def left(self, user: Any) -> list[Delivery]:
        return [Delivery("others", self.news(f"bye {user.user_id}"))]

    def received(self, type_: Any, payload: dict[str, Any], user: Any) -> list[Delivery | Reply]:
        if "ask" in self.denied:
            role = self.protocol.session.roles.complaint
            assert role is not None
            complaint: Any = self.protocol.by_frame[role.frame].payload
            return [Reply(complaint(why="denied"))]
        return [Delivery("everyone", self.news(f"{user.user_id}: {type_} {payload}"))]

    def news(self, text: str) -> msgspec.Struct:
        news: Any = self.protocol.server["news"].payload
        made: msgspec.Struct = news(text=text)
        return made


LOGIN = {"type": "login", "d": {"key": "k", "can": []}}
ASK = {"type": "ask", "d": {"id": 1}}


def test_an_application_says_what_follows(talk: Mini) -> None:
    async def test() -> None:
        async with (
            gateway(spoken(talk), application=Echo) as setup,
            client(setup) as first,
            client(setup) as second,
        ):
            for wire, key in ((first, "a"), (second, "b")):
                await wire.next()
                await wire.send({"type": "login", "d": {"key": key, "can": []}})
                await wire.next()
            assert (await first.next())["d"]["text"] == "hello 1"
            assert (await second.next())["d"]["text"] == "hello 2"
            await second.send(ASK)
            for wire in (first, second):
                assert (await wire.next())["d"]["text"] == "2: ask {'id': 1}"
            await second.socket.close()
            assert (await first.next())["d"]["text"] == "bye 2"

    run(test())


def test_what_users_are_denied_is_the_applications_business(talk: Mini) -> None:
    async def test() -> None:
        async with (
            gateway(spoken(talk), application=Echo, denied=("ask",)) as setup,
            client(setup) as wire,
        ):
            await wire.next()
            await wire.send(LOGIN, ASK)
            assert [(await wire.next())["type"] for _ in range(3)] == ["welcome", "news", "no"]

    run(test())
    with pytest.raises(ValueError, match=r"^no permission 'fly' can be denied; there are: ask$"):
        run(refused(spoken(talk), application=Echo, denied=("fly",)))
    with pytest.raises(ValueError, match=r"there are: none$"):
        run(refused(spoken(talk), denied=("ask",)))


async def refused(protocol: AnyProtocol, **options: Any) -> None:
    async with gateway(protocol, **options):
        pass


def test_applications_are_found_by_the_name_of_the_protocol(
    tide: AnyProtocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert application_of(VOX) is VoxApplication
    assert application_of(tide) is Application
    info = tmp_path / "buoys-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: buoys\nVersion: 1.2\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def offers(value: str) -> type[Application]:
        (info / "entry_points.txt").write_text(f"[voxwire.applications]\ntide-link = {value}\n")
        return application_of(tide)

    assert offers("voxwire.live.mock.vox.application:VoxApplication") is VoxApplication
    for value, why in (
        ("buoys.gone:App", "cannot be imported: ModuleNotFoundError: No module named 'buoys'"),
        ("json:loads", "is no class of voxwire.live.mock.engine.application"),
    ):
        with pytest.raises(ApplicationError) as error:
            offers(value)
        assert str(error.value) == f"{value} {why}"


# --- Faults of any protocol ---------------------------------------------------------------------


def test_what_can_be_hit_in_place_of_an_answer_depends_on_the_protocol(
    talk: Mini, tide: AnyProtocol
) -> None:
    assert parse_fault("drop:on=back", spoken(talk)).on == "back"
    with pytest.raises(FaultError) as error:
        parse_fault("drop:on=resume", tide)
    assert str(error.value) == "unknown value of on 'resume' (there are: moor)"
    assert parse_fault("close:code=sunk,after=1", tide).code == 4101
    lines = list(fault_help(tide))
    assert lines[1] == "            every=N, after=N, on=moor, times=N"
    assert "on        in place of the answer to moor" in lines
    with pytest.raises(FaultError) as error:
        parse_fault("drop:on=hail", FLAT)
    assert str(error.value) == ("unknown parameter of drop 'on' (there are: every, after, times)")
    with pytest.raises(FaultError, match=r"^drop needs every or after: when it acts$"):
        parse_fault("drop", FLAT)
    assert "on        " not in "\n".join(fault_help(FLAT))


def test_messages_that_are_wrong_on_purpose() -> None:
    assert unknown_message(FLAT).to_wire() == {  # type: ignore[attr-defined]
        "op": 1001,
        "why": "a fault of the mock gateway",
    }
    assert invalid_message(FLAT).to_wire() == {"op": 1}  # type: ignore[attr-defined]
    assert not_json(FLAT) == b'{"op": 1, "'


def test_a_flat_protocol_without_a_login(tmp_path: Path) -> None:
    """Its session begins with the connection; what is told comes without numbers."""

    async def test(protocol: AnyProtocol) -> None:
        source = RandomEvents(1, None, 3, protocol=protocol)
        faults = ["unknown:every=3", "invalid:every=3"]
        async with gateway(protocol, *faults, source=source) as setup, client(setup) as wire:
            got = [await wire.next() for _ in range(5)]
            assert {message["type"] for message in got[:3]} <= {"moved", "gone"}
            assert all(protocol.validate_server(message) == [] for message in got[:3])
            assert got[3:] == [
                {"type": "mock_unknown", "why": "a fault of the mock gateway"},
                {"type": "moved"},
            ]
            await wire.send({"type": "move", "x": 1, "y": "a"})
            while not setup.notebook.frames:
                await asyncio.sleep(0)
            assert setup.notebook.sentences == [
                "connection 1 opened",
                "connection 1: the session of user 1 began",
                "everything was played to user 1",
            ]

    with generated(flat_files(), tmp_path) as mini:
        package = f"{mini.protocol.package}.{mini.protocol.module}"
        run(test(importlib.import_module(f"{package}.protocol").PROTOCOL))


# --- The fixture, the recorder, the check --------------------------------------------------------


def test_the_fixture_speaks_any_protocol(operations: Mini) -> None:
    protocol = spoken(operations)
    with running_gateway(protocol=protocol, faults=["skip:after=2,times=1"]) as running:
        with sync_connect(running.url) as socket:
            socket.send(json.dumps(INIT))
            assert json.loads(socket.recv(TIMEOUT))["type"] == "connectionAck"
            socket.send(json.dumps(subscribe("7")))
            frame: Any = running.wait_for("subscribe", TIMEOUT)
            assert (type(frame), frame.id) == (operations.models.client.SubscribeFrame, "7")
            assert json.loads(socket.recv(TIMEOUT))["id"] == "7"
            socket.send(json.dumps({"type": "subscribe", "id": "8", "payload": {}}))
            with suppress(ConnectionClosed):
                while True:
                    socket.recv(TIMEOUT)
            assert socket.close_code == 4400
        assert [f.rule for f in running.findings] == ["FIELD_MISSING"]


def test_a_recording_of_any_protocol(operations: Mini, tmp_path: Path) -> None:
    """Through the recorder to the mock: checked while it goes by, and again from the capture."""
    protocol = with_subprotocols(operations, "operations")
    file = tmp_path / "main.ndjson"
    found: list[str] = []
    check = CaptureCheck("main", Selection(), Statistics(), Sessions(), protocol=protocol)
    watch = Watch(check.findings_in, lambda finding: found.append(finding.rule))

    async def test() -> None:
        redactor = Redactor(b"key", protocol=protocol)
        async with gateway(protocol) as setup:
            target = Target.parse(setup.gateway.url())
            timeouts = RecorderTimeouts.of(protocol)
            with open_capture(file, redactor=redactor) as writer:
                async with recording(target, writer, watch=watch, timeouts=timeouts) as recorder:
                    offered = [Subprotocol("operations")]
                    async with connect(recorder.address, subprotocols=offered) as socket:
                        wire = Wire(socket)
                        await wire.send(INIT)
                        await wire.next()
                        await wire.send(subscribe("1"))
                        await answers(wire)
                        await wire.send({"type": "subscribe", "id": "2", "payload": {}})
                        assert await wire.end() == (4400, "Invalid message")
            assert setup.rules == ["FIELD_MISSING"]

    run(test())
    watch.close()
    assert found == ["FIELD_MISSING", "CLOSE_MEANING"]
    header = json.loads(file.read_text("utf-8").splitlines()[0])
    assert (header["url"][:5], header["subprotocol"]) == ("ws://", "operations")
    assert sorted(header) == ["conn", "subprotocol", "ts", "url"]
    again = CaptureCheck("main", Selection(), Statistics(), Sessions(), protocol=protocol)
    assert [f.rule for f in again.findings_in(read_capture(str(file)))] == found
    assert CapturePlayback(str(file), None, protocol=protocol).connections[0].opened == {
        "operation": 1
    }
