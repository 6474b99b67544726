"""Reading streams takes bounded memory, whatever they hold: what is read at once, what waits, and who."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from tests.voxwire.packet_files import (
    ASK,
    CLIENT,
    DEFLATE,
    SERVER,
    Deflater,
    Talk,
    Tcp,
    answer,
    c2s,
    closing,
    ethernet,
    ipv4,
    seconds,
    ws,
)
from tests.voxwire.stream_events import Told, gaps, read_segments, texts, told
from voxwire.capture import CaptureEvent, Frame, Gap
from voxwire.capture.packets import connections as packet_connections
from voxwire.capture.packets import tcp
from voxwire.capture.packets.connections import PacketConnections
from voxwire.capture.packets.packet import Packet
from voxwire.capture.streams import conversation, one_way, streams
from voxwire.capture.streams.conversation import Conversation
from voxwire.capture.streams.output import StreamOutput
from voxwire.capture.streams.streams import Streams


def given(segments: Iterable[Tcp]) -> tuple[PacketConnections, StreamOutput, list[CaptureEvent]]:
    """The connections after these segments, and all that was taken out on the way."""
    output = StreamOutput("packet")
    connections = PacketConnections(output)
    events: list[CaptureEvent] = []
    for number, (data, at, _) in enumerate(
        seconds(ethernet(ipv4(one)) for one in segments), start=1
    ):
        connections.packet(Packet(number, at / 1e9, 1, data, len(data)))
        events += output.taken()
    return connections, output, events


def few_at_once(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for module in (one_way, conversation):
        monkeypatch.setattr(module, "MOST_AT_ONCE", size)


def few_held(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for module in (one_way, conversation, tcp):
        monkeypatch.setattr(module, "MOST_HELD", size)


def a_long_talk() -> Talk:
    deflate = Deflater()
    said = Talk().client(ASK).server(answer(DEFLATE) + ws("x" * 90) + ws("y" * 20))
    said.client(b"".join(c2s(f"{number}" * 30) for number in range(5)))
    said.server(b"".join(ws(deflate(f"{n}" * 400), opcode=1, rsv=4) for n in range(9)))
    said.server(ws("half", opcode=1, fin=False) + ws("z" * 50, opcode=0)[:9])
    said.server(ws("z" * 50, opcode=0)[9:] + closing(4000, "x"))
    return said


@pytest.mark.parametrize("size", [0, 1, 50, 399, 1000])
@pytest.mark.parametrize("backwards", [False, True])
def test_messages_are_read_some_at_a_time(
    monkeypatch: pytest.MonkeyPatch, size: int, backwards: bool
) -> None:
    segments = a_long_talk().segments
    if backwards:
        segments = [*segments[:4], *segments[:3:-1]]
    expected = read_segments(segments)
    few_at_once(monkeypatch, size)
    assert read_segments(segments) == expected
    assert len(expected) == 2 + 2 + 5 + 9 + 1


@pytest.mark.parametrize("size", [0, 400])
def test_no_more_is_held_than_one_message_besides(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    few_at_once(monkeypatch, size)
    output = StreamOutput("packet")
    stream = Conversation(output, "ws", client=CLIENT, has_start=True)
    stream.feed(CLIENT, ASK, 1.0, 1)
    stream.feed(SERVER, answer(), 2.0, 2)
    stream.feed(SERVER, b"".join(ws("x" * 300) for _ in range(50)), 3.0, 3)
    stream.feed(CLIENT, c2s("y" * 300), 3.0, 4)
    stream.missing(SERVER, 100, 4.0, 5)
    stream.feed(SERVER, ws("last"), 5.0, 6)
    stream.end(is_cut_off=True)
    assert output.size <= size + 300
    assert sum(isinstance(event, Frame) for event in output.events) == 1 + size // 300
    found = told(output.taken())
    assert texts(found) == [*["x" * 300] * 50, "y" * 300, "last"]
    assert gaps(found) == ["100 bytes of the server are missing before packet 5"]
    assert (stream.is_over, output.size, output.held) == (True, 0, 0)


def test_what_comes_too_late_is_said_behind_what_was_given_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few_at_once(monkeypatch, 0)
    output = StreamOutput("packet")
    stream = Conversation(output, "ws", client=CLIENT, has_start=True)
    stream.feed(CLIENT, ASK, 1.0, 1)
    stream.feed(SERVER, answer() + ws("one") + ws("two"), 2.0, 2)
    stream.late(SERVER, 7, 3.0, 3)
    stream.late(SERVER, 8, 3.0, 4)
    stream.late(CLIENT, 9, 3.0, 5)
    stream.feed(SERVER, ws("three"), 4.0, 6)
    events = [*output.taken()]
    said = [
        (event.message[:34], event.is_again) if isinstance(event, Gap) else event.data
        for event in events
        if isinstance(event, Frame | Gap)
    ]
    assert said == [
        "one",
        "two",
        ("7 bytes of the server in packet 3 ", False),
        ("8 bytes of the server in packet 4 ", True),
        ("9 bytes of the client in packet 5 ", False),
        "three",
    ]


def test_what_waits_for_the_rest_of_messages_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    few_held(monkeypatch, 1000)
    said = Talk().upgrade()
    said.server(ws("x" * 600, opcode=1, fin=False), ws("x" * 600, opcode=0), ws("one"))
    said.server(ws("y" * 700, opcode=1, fin=False), ws("y" * 400, opcode=0)[:9], b"y" * 395)
    said.server(ws("two"))
    found = read_segments(said.segments)
    assert texts(found) == ["one", "two"]
    assert gaps(found) == [
        "the message of the server that ends in packet 6 could not be kept, as too much of others is unfinished",
        "the message of the server that ends in packet 10 could not be kept, as too much of others is unfinished",
    ]


def test_frames_that_wait_for_their_rest_are_bounded_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few_held(monkeypatch, 1000)
    first = Talk(ports=(1, 80)).upgrade().server(ws("x" * 700)[:9])
    second = Talk(ports=(2, 80)).upgrade().server(ws("y" * 400)[:9], ws("y" * 400)[9:], ws("one"))
    rest = Talk(ports=(1, 80)).upgrade().server(ws("x" * 700)[:9], ws("x" * 700)[9:]).segments[5:]
    found = read_segments([*first.segments, *second.segments, *rest])
    assert texts(found) == ["one", "x" * 700]
    assert gaps(found) == [
        "the message of the server that ends in packet 11 could not be kept, as too much of others is unfinished"
    ]


def test_segments_that_wait_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    talks = [Talk(ports=(port, 8765)).upgrade() for port in range(1, 5)]
    for said in talks:
        said.server(ws("lost"), ws("x" * 100), ws("y" * 100))
        del said.segments[4]
    segments = [segment for said in talks for segment in said.segments]
    assert gaps(told(given(segments)[2])) == []
    few_held(monkeypatch, 1000)
    _, output, events = given(segments)
    assert len(gaps(told(events))) > 0
    assert output.held <= 1000


def test_a_client_that_waits_for_an_answer_is_held_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "_MOST_HELD", 1000)
    said = Talk().client(ASK, *(c2s("x" * 50) for _ in range(9))).server(answer())
    found = read_segments(said.segments)
    assert texts(found) == ["x" * 50] * 9
    said = Talk().client(ASK, *(b"x" * 50 for _ in range(9)))
    _, output, events = given(said.segments)
    assert (told(events), output.held) == ([], 0)


def test_heads_that_never_end_are_not_kept() -> None:
    said = Talk().client(b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 8000, b"x: y\r\n" * 8000)
    connections, output, _ = given(said.segments)
    [stream] = [one.stream for one, _ in connections._found.values()][:1]
    assert stream._held == [b"", b""]
    assert output.held == 0


@pytest.mark.parametrize("seed", range(30))
def test_nothing_is_held_at_the_end(seed: int) -> None:
    draw = random.Random(seed)
    segments = a_long_talk().segments
    for _ in range(draw.randrange(4)):
        at = draw.randrange(len(segments))
        segments[at] = segments[at]._replace(
            data=segments[at].data[: draw.randrange(60)], ack=draw.randrange(9000, 9200)
        )
    draw.shuffle(segments)
    connections, output, _ = given(segments[: draw.randrange(3, 12)])
    connections.end()
    list(output.taken())
    assert (output.held, output.size) == (0, 0)


def test_connections_that_are_no_websockets_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_connections, "MOST_OTHERS", 3)
    segments = [
        segment for port in range(1, 20) for segment in Talk(ports=(port, 80)).client(b"x").segments
    ]
    connections, _, _ = given(segments)
    assert len(connections._found) == 6


def test_websockets_are_forgotten_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_connections, "MAX_CONNECTIONS", 3)
    talks = [Talk(ports=(port, 80)).upgrade().server(ws("one")) for port in range(1, 6)]
    segments = [segment for said in talks for segment in said.segments]
    late = talks[0].server(ws("two")).segments[-1]
    connections, _, events = given([*segments, late])
    found: Told = told(events)
    assert [event[1] for event in found if event[0] == "opened"] == [1, 2, 3, 4, 5, 6]
    assert texts(found) == ["one"] * 5 + ["two"]
    assert len(connections._found) == 6


def test_streams_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST_OTHERS", 3)
    monkeypatch.setattr(streams, "MAX_CONNECTIONS", 2)
    output = StreamOutput("line")
    given_ = Streams(output)
    for name in range(9):
        given_.feed(name, "ws", 0, b"x", 1.0, 1)
    assert len(given_._others) == 3
    for name in range(9):
        given_.feed(name, "ws", 0, ASK, 1.0, 1)
        given_.feed(name, "ws", 1, answer() + ws("one"), 1.0, 2)
    assert (len(given_._others), len(given_._websockets)) == (0, 2)
    assert texts(told(output.taken())) == ["one"] * 9
