"""What a mock gateway plays: captures and made-up events."""

from __future__ import annotations

import gc
import json
from collections import Counter
from contextlib import suppress
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from msgspec import UNSET
from msgspec.structs import replace
from websockets.exceptions import ConnectionClosed

from tests.voxwire_live.mocked import logged_in, mocked, plain_client, run
from voxmodels.v1 import ServerFrame, UnknownFrame, registry, server, validate
from voxwire import CaptureError, Decompressor, decode_server, encode
from voxwire.capture import Frame, read_capture
from voxwire.live.mock.engine.event_maker import EventMaker
from voxwire.live.mock.engine.playback import CapturePlayback, NoSuchConnectionError
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.live.mock.vox.application import VoxApplication

CAPTURES = Path(__file__).parents[2] / "examples" / "captures"
BOT = str(CAPTURES / "main-bot-plain.ndjson")
DESKTOP = str(CAPTURES / "main-alice-desktop-zstd.ndjson")
SEQUENCED = {info.type for info in registry.SERVER.values() if info.seq == "required"}


def recorded(file: str) -> list[ServerFrame | UnknownFrame]:
    """The numbered frames of the server in a capture of one connection."""
    decompress = Decompressor().decompress
    data = [e.data for e in read_capture(file) if isinstance(e, Frame) and e.direction == "s2c"]
    frames = [decode_server(d if isinstance(d, str) else decompress(d)) for d in data]
    return [frame for frame in frames if frame.seq is not UNSET]


def test_a_capture_that_vanishes_is_told_and_nothing_else_fails(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "main.ndjson"
    file.write_bytes(Path(BOT).read_bytes())

    async def test() -> None:
        async with mocked(source=CapturePlayback(str(file), speed=None)) as setup:
            file.unlink()
            async with logged_in(setup) as plain:
                failures = setup.gateway.failures
                while not failures:
                    assert await plain.heartbeat() == []
                assert [type(failure) for failure in failures] == [CaptureError]
            assert setup.notebook.sentences[2].startswith("playing to user 8 failed: No such file")

    run(test())
    gc.collect()  # a task whose exception nobody has looked at complains when it goes
    assert caplog.messages == []


@pytest.mark.parametrize("file", [BOT, DESKTOP])
@pytest.mark.parametrize("compress", [False, True])
def test_a_capture_is_played_with_fresh_numbers(file: str, compress: bool) -> None:
    expected = recorded(file)
    ready = expected[0]
    assert isinstance(ready, server.ReadyFrame)

    async def test() -> None:
        async with mocked(source=CapturePlayback(file, speed=None)) as setup:
            async with plain_client(setup.gateway.url(compress=compress)) as plain:
                got = await plain.identify()
                assert got.session_id != ready.d.session_id
                fresh = {"session_id": got.session_id, "server_time": got.server_time}
                assert got == replace(ready.d, **fresh)
                frames = [await plain.next() for _ in expected[1:]]
                assert frames == [
                    replace(frame, seq=number) for number, frame in enumerate(expected[1:], start=2)
                ]
                assert await plain.heartbeat() == []
            assert setup.rules == []
            assert setup.notebook.sentences[2] == (
                f"everything was played to user {got.user_id}, up to seq {len(expected)}"
            )

    run(test())


def test_every_session_gets_all_of_it_and_users_differ() -> None:
    async def test() -> None:
        async with mocked(source=CapturePlayback(BOT, speed=None)) as setup:
            async with plain_client(setup.gateway.url()) as first:
                assert (await first.identify("one")).user_id == 8
                numbers = await first.numbers(len(recorded(BOT)) - 1)
            async with plain_client(setup.gateway.url()) as second:
                ready = await second.identify("two")
                assert (ready.user_id, ready.server_name) == (2, "Vox Server")
                assert await second.numbers(len(numbers)) == numbers

    run(test())


def test_playback_survives_drops_with_nothing_lost_or_repeated() -> None:
    async def test() -> None:
        source = CapturePlayback(BOT, speed=None)
        numbers = [1]
        session_id = ""
        async with mocked(["drop:every=50"], source=source, capacity=200) as setup:
            while numbers[-1] <= source.messages:
                async with plain_client(setup.gateway.url()) as plain:
                    if session_id:
                        await plain.resume(session_id, numbers[-1])
                    else:
                        session_id = (await plain.identify()).session_id
                    with suppress(ConnectionClosed):
                        while numbers[-1] <= source.messages:
                            frame = await plain.next()
                            numbers += [frame.seq] if isinstance(frame.seq, int) else []
            assert setup.gateway.accepted == len(numbers) // 50 + 1
            assert setup.rules == []
        assert numbers == list(range(1, source.messages + 2))

    run(test())


def test_times_are_relative_and_divided_by_the_speed(tmp_path: Path) -> None:
    lines = [
        {"url": "ws://host/gateway?v=1", "ts": 100.0},
        frame(100.0, "s2c", '{"type":"hello","d":{"heartbeat_interval":45000}}'),
        frame(100.5, "s2c", '{"type":"member_leave","d":{"user_id":1},"seq":5}'),
        frame(101.0, "c2s", '{"type":"heartbeat"}'),
        frame(101.0, "s2c", '{"type":"heartbeat_ack"}'),
        frame(102.5, "s2c", '{"type":"member_leave","d":{},"seq":6}'),
        frame(103.5, "s2c", '{"type":"party","d":{"a":1},"seq":7}'),
        {"url": "ws://host/gateway?v=1", "ts": 200.0},
        frame(200.0, "s2c", '{"type":"member_leave","d":{"user_id":9},"seq":5}'),
    ]
    file = tmp_path / "a.ndjson"
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    source = CapturePlayback(str(file), speed=2.0)
    first, second = source.connections
    assert (first.identity, first.messages, first.skipped) == (None, 2, 1)
    assert source.description == (
        f"plays 3 messages of {file}, 2 connections to one session after the other; "
        "1 that are not valid are left out"
    )
    assert [(planned.at, planned.payload) for planned in first.events()] == [
        (0.0, server.MemberLeave(user_id=1)),
        (1.5, UnknownFrame(type="party", d={"a": 1})),
    ]
    assert [(planned.at, planned.payload) for planned in second.events()] == [
        (0.0, server.MemberLeave(user_id=9)),
    ]
    fastest = CapturePlayback(str(file), None)
    assert [planned.at for planned in fastest.script(0).events()] == [None, None]


def frame(ts: float, direction: str, text: str) -> dict[str, object]:
    return {"ts": ts, "dir": direction, "opcode": "text", "text": text}


def test_a_capture_without_anything_to_play_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="No such file"):
        CapturePlayback(str(tmp_path / "missing.ndjson"))
    with pytest.raises(CaptureError, match="it holds no numbered message of a server"):
        CapturePlayback(str(CAPTURES / "flow-bad-token-4004.ndjson"))


def three_connections(folder: Path) -> str:
    """A capture of Ada and Bo, and between them a connection on which nothing was sent."""
    lines: list[dict[str, object]] = []
    for number, name in ((1, "Ada"), (2, None), (3, "Bo")):
        lines.append({"url": "ws://host/gateway?v=1", "ts": 100.0 * number})
        if name is None:
            continue
        ready = server.Ready(
            session_id=f"sess_{name}",
            user_id=40 + number,
            display_name=name,
            server_name="Tea Party",
            protocol_version=1,
            capabilities=(),
        )
        lines.append(frame(100.0 * number, "s2c", encode(ready, 1).decode()))
        left = server.MemberLeave(user_id=number)
        lines.append(frame(100.0 * number + 1, "s2c", encode(left, 2).decode()))
    file = folder / "three.ndjson"
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("connection", "names", "left"),
    [
        (None, ["Ada", "Bo", "User 3"], [1, 3, 1]),
        (1, ["Ada", "User 2", "User 3"], [1, 1, 1]),
        (3, ["Bo", "User 2", "User 3"], [3, 3, 3]),
    ],
)
def test_each_session_gets_the_next_connection(
    connection: int | None, names: list[str], left: list[int], tmp_path: Path
) -> None:
    async def test() -> None:
        source = CapturePlayback(three_connections(tmp_path), None, connection=connection)
        seen = []
        async with mocked(source=source) as setup:
            for token in ("one", "two", "three"):
                async with plain_client(setup.gateway.url()) as plain:
                    ready = await plain.identify(token)
                    seen.append((ready.display_name, (await plain.next()).d.user_id))
        assert seen == list(zip(names, left, strict=True))

    run(test())


@pytest.mark.parametrize("connection", [4, 99])
def test_a_connection_that_the_capture_lacks(connection: int, tmp_path: Path) -> None:
    with pytest.raises(NoSuchConnectionError) as error:
        CapturePlayback(three_connections(tmp_path), connection=connection)
    expected = f"there is no connection {connection}: the capture has 3 connections, 1 to 3"
    assert str(error.value) == expected
    with pytest.raises(NoSuchConnectionError) as error:
        CapturePlayback(BOT, connection=2)
    assert str(error.value) == "there is no connection 2: the capture has 1 connection"


def test_a_connection_without_anything_to_play(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="connection 2 holds no numbered message of a server"):
        CapturePlayback(three_connections(tmp_path), connection=2)


def test_made_up_events_are_valid_and_cover_the_protocol() -> None:
    maker = EventMaker(Random(1), shapes=VoxApplication.shapes)
    types: Counter[str] = Counter()
    for number in range(1, 3001):
        wire = json.loads(encode(maker.event(), number))
        types[wire["type"]] += 1
        assert validate.server_frame(wire) == []
    assert set(types) == SEQUENCED - {"ready"}


def test_made_up_events_depend_on_the_seed_alone() -> None:
    def events(seed: int) -> list[bytes]:
        source = RandomEvents(seed, rate=None)
        return [encode(planned.payload, 1) for planned in islice(source.events(), 200)]

    assert events(5) == events(5)
    assert events(5) != events(6)


def test_the_rate_gives_the_times() -> None:
    times = [planned.at for planned in RandomEvents(0, rate=4.0, count=3).events()]
    assert times == [0.25, 0.5, 0.75]
    assert RandomEvents(2, count=3).description == "makes up 3 events with seed 2"
    assert RandomEvents(2).description == "makes up events with seed 2"


def test_made_up_events_wait_for_the_client() -> None:
    async def test() -> None:
        source = RandomEvents(seed=1, rate=None, count=5000)
        async with mocked(source=source, capacity=150) as setup:
            async with logged_in(setup) as first:
                assert await first.numbers(300) == list(range(2, 302))
                await setup.gateway.drop()
                last = (await first.end())[2][-1].seq
            async with plain_client(setup.gateway.url(compress=True)) as second:
                await second.resume(first.session_id, last)
                frames = [await second.next() for _ in range(5002 - last)]
                numbers = [frame.seq for frame in frames if frame.seq is not UNSET]
                assert numbers == list(range(last + 1, 5002))

    run(test())
