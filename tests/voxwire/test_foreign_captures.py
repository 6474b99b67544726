"""What is the same for every format but the native one: whose connections are taken, gaps, what lacks."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.voxwire.native import START, described
from voxwire.capture import (
    BadLine,
    CaptureEvent,
    Closed,
    Connection,
    Frame,
    Gap,
    Lacks,
    Opened,
    Others,
    Place,
    Reading,
    detected_capture,
    gateway,
    of_the_gateway,
    read_capture,
    read_frames,
)
from voxwire.capture.writer import CaptureWriter
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.default import protocol_or_vox
from voxwire.rules.capture_format import CAPTURE_GAP

if TYPE_CHECKING:
    from collections.abc import Iterator

GATEWAY = "wss://host/gateway?v=1&encoding=json"
HELLO_TEXT = json.dumps({"type": "hello", "d": {"heartbeat_interval": 45000}})
IDENTIFY = json.dumps({"type": "identify", "d": {"token": "vxb_" + "0" * 20}})
LEAVE = '{"type":"member_leave","d":{"user_id":7},"seq":%d}'


def entry(url: str, *texts: str, ways: str = "", **keys: Any) -> dict[str, Any]:
    """An entry of a HAR; `ways` has an s for what the client sent and an r for the rest."""
    messages = [
        {
            "type": "send" if ways[index : index + 1] == "s" else "receive",
            "time": START + index,
            "opcode": 1,
            "data": text,
        }
        for index, text in enumerate(texts)
    ]
    return {
        "startedDateTime": "2026-11-22T19:39:14Z",
        "request": {"url": url},
        "response": {"status": 101},
        "_webSocketMessages": messages,
    } | keys


def har(*entries: dict[str, Any]) -> io.BytesIO:
    return io.BytesIO(json.dumps({"log": {"entries": entries}}).encode())


def taken(reading: Reading, *entries: dict[str, Any]) -> tuple[list[tuple[int, Any]], int]:
    """Number and content of each frame that is taken, and the connections that are not."""
    others = Others()
    capture = detected_capture(har(*entries))
    events = of_the_gateway(capture, protocol_or_vox(None), reading, others)
    frames = [(e.connection.number, e.data) for e in events if isinstance(e, Frame)]
    return frames, others.connections


CHAT = entry("wss://host/chat", "a", "b")


def test_only_connections_to_the_gateway_are_taken() -> None:
    assert taken(Reading(), CHAT, entry(GATEWAY, HELLO_TEXT), CHAT) == ([(1, HELLO_TEXT)], 2)


def test_all_are_taken_when_all_are_wanted() -> None:
    frames = [(1, "a"), (1, "b"), (2, HELLO_TEXT)]
    assert taken(Reading(everything=True), CHAT, entry(GATEWAY, HELLO_TEXT)) == (frames, 0)


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("ws://127.0.0.1:8765/gateway", True),
        ("wss://host/%67ateway?other=1", True),
        ("wss://host/gateway/", False),
        ("wss://host/Gateway", False),
        ("wss://host/", False),
        ("wss://host", False),
        ("wss://[bad/gateway", False),
        ("", True),
    ],
)
def test_the_path_says_whose_a_connection_is(url: str, is_taken: bool) -> None:
    assert taken(Reading(), entry(url, HELLO_TEXT)) == (
        ([(1, HELLO_TEXT)], 0) if is_taken else ([], 1)
    )


def events_of(*frames: str | bytes, url: str | None = None) -> Iterator[CaptureEvent]:
    connection = Connection(1, START, url, lacks=Lacks.ADDRESS)
    yield Opened(connection, has_header=True)
    for number, data in enumerate(frames, start=1):
        yield Frame(connection, number, START, "s2c", data, Place("line", number))


class _Given:
    """A capture that gives some events."""

    def __init__(self, events: Iterator[CaptureEvent]) -> None:
        self.format = None
        self._events = events

    def parts(self) -> list[_Given]:
        return [self]

    def events(self) -> Iterator[CaptureEvent]:
        return self._events


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ([HELLO_TEXT, "x"], [HELLO_TEXT, "x"]),
        (["x", "y", HELLO_TEXT, "z"], ["x", "y", HELLO_TEXT, "z"]),
        (["x", "y", "z", HELLO_TEXT], []),
        (["x" * (1 << 20), "y", HELLO_TEXT], ["x" * (1 << 20), "y", HELLO_TEXT]),
        (["x" * (1 << 20), "yy", HELLO_TEXT], ["x" * (1 << 20), "yy", HELLO_TEXT]),
        (["x" * ((1 << 20) + 1), HELLO_TEXT], []),
        (['{"type": "nobody"}', '{"type": 1}', "[]"], []),
        (["[" * 5000, HELLO_TEXT], ["[" * 5000, HELLO_TEXT]),
        ([], []),
    ],
)
def test_the_first_frames_say_it_where_there_is_no_address(
    frames: list[str], expected: list[str]
) -> None:
    if frames[:1] == ["x" * (1 << 20)]:
        expected = []  # with the next frame it is too much to hold
    others = Others()
    given: Any = _Given(events_of(*frames))
    found = list(of_the_gateway(given, protocol_or_vox(None), Reading(), others))
    assert [event.data for event in found if isinstance(event, Frame)] == expected
    assert others.connections == (0 if expected else 1)


def test_connections_that_never_end_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest of which nothing is known is given up, and the oldest that was taken is not followed."""
    monkeypatch.setattr(gateway, "_MOST_WAITING", 2)

    def told() -> Iterator[CaptureEvent]:
        connections = [Connection(n, START, None, lacks=Lacks.ADDRESS) for n in range(1, 8)]
        for connection in connections[:3]:
            yield Opened(connection, has_header=True)
        for number in (1, 2):
            for connection in connections[:3]:
                yield Frame(connection, number, START, "s2c", HELLO_TEXT)
        for connection in connections[3:]:
            yield Opened(connection, has_header=True)
            yield Frame(connection, 1, START, "s2c", HELLO_TEXT)
        for connection in connections:
            yield Frame(connection, 3, START, "s2c", f"last of {connection.number}")

    others = Others()
    given: Any = _Given(told())
    events = list(of_the_gateway(given, protocol_or_vox(None), Reading(), others))
    assert others.connections == 1
    assert [e.connection.number for e in events if isinstance(e, Opened)] == [1, 2, 3, 4, 5, 6]
    last = [e.data for e in events if isinstance(e, Frame) and e.number == 3]
    assert last == ["last of 3", "last of 4", "last of 5", "last of 6"]


def test_frames_are_typed_and_only_those_of_the_gateway() -> None:
    given = har(CHAT, entry(GATEWAY, HELLO_TEXT, "{}"))
    read = list(read_frames(given))
    assert [(one.connection.number, one.number, one.frame is None) for one in read] == [
        (1, 1, False),
        (1, 2, True),
    ]


# --- What lacks -------------------------------------------------------------------------------


def findings(events: Iterator[CaptureEvent]) -> list[tuple[str, int | None, str | None]]:
    check = CaptureCheck("file", Selection(), Statistics(), Sessions())
    return [(str(f.rule), f.frame, f.location) for f in check.findings_in(events)]


def conversation(
    lacks: Lacks, *texts: tuple[str, str], gap_before: int | None = None, has_header: bool = True
) -> Iterator[CaptureEvent]:
    connection = Connection(1, START, GATEWAY, lacks=lacks)
    yield Opened(connection, has_header=has_header)
    for number, (way, text) in enumerate(texts, start=1):
        if number == gap_before:
            yield Gap(connection, CAPTURE_GAP, "bytes are missing")
        direction: Any = "c2s" if way == ">" else "s2c"
        yield Frame(
            connection, number, START + number, direction, text, Place("packet", 10 * number)
        )


READY = json.dumps(
    {
        "type": "ready",
        "d": {
            "session_id": "s",
            "user_id": 1,
            "display_name": "a",
            "server_name": "b",
            "protocol_version": 1,
            "capabilities": [],
        },
        "seq": 1,
    }
)
BEGUN = (("<", HELLO_TEXT), (">", IDENTIFY), ("<", READY))


def test_a_finding_says_where_its_frame_stands() -> None:
    found = findings(conversation(Lacks.NOTHING, *BEGUN, ("<", LEAVE % 3)))
    assert found == [("SEQ_GAP", 4, "packet 40")]


def test_a_gap_is_nobodys_mistake() -> None:
    found = findings(conversation(Lacks.NOTHING, *BEGUN, ("<", LEAVE % 3), gap_before=4))
    assert found == [("CAPTURE_GAP", None, None)]


def test_a_gap_is_of_one_connection() -> None:
    def events() -> Iterator[CaptureEvent]:
        yield from conversation(Lacks.NOTHING, *BEGUN)
        other = Connection(2, START + 9, GATEWAY)
        yield Opened(other, has_header=True)
        yield Gap(other, CAPTURE_GAP, "bytes are missing")
        yield Closed(other, START + 9, 1000, "")

    def first_goes_on() -> Iterator[CaptureEvent]:
        first: Connection | None = None
        for event in events():
            if isinstance(event, Opened) and first is None:
                first = event.connection
            yield event
        assert first is not None
        yield Frame(first, 4, START + 10, "s2c", LEAVE % 3, Place("packet", 99))

    assert findings(first_goes_on()) == [("CAPTURE_GAP", None, None), ("SEQ_GAP", 4, "packet 99")]


def test_a_format_without_the_start_is_not_said_to_lack_a_header() -> None:
    middle = (("<", LEAVE % 7), (">", '{"type":"heartbeat"}'))
    assert findings(conversation(Lacks.START, *middle, has_header=False)) == []
    assert findings(conversation(Lacks.NOTHING, *middle, has_header=False)) == [
        ("CAPTURE_NO_HEADER", None, None)
    ]


def test_rules_about_time_are_off_without_a_word_where_a_format_has_none() -> None:
    leaves = [("<", LEAVE % seq) for seq in range(2, 200)]
    late = (*BEGUN, *leaves, (">", '{"type":"heartbeat"}'))
    found = findings(conversation(Lacks.NOTHING, *late))
    assert found == [("HEARTBEAT_LATE", 202, "packet 2020")]
    assert findings(conversation(Lacks.TIME, *late)) == []


def test_one_side_is_not_said_to_be_missing_where_a_format_never_has_it() -> None:
    server_only = (("<", HELLO_TEXT), ("<", READY), *((("<", LEAVE % seq)) for seq in range(2, 20)))
    assert findings(conversation(Lacks.NOTHING, *server_only)) == [
        ("CAPTURE_ONE_SIDED", None, None)
    ]
    assert findings(conversation(Lacks.CLIENT, *server_only)) == []


@pytest.mark.parametrize(
    ("place", "text"),
    [(Place("packet", 17), "packet 17"), (Place("entry", 3, 12), "entry 3, message 12")],
)
def test_places_in_words(place: Place, text: str) -> None:
    assert str(place) == text
    assert Place.of(text) == place


@pytest.mark.parametrize(
    "text", ["", "packet", "pocket 1", "packet 1, message", "packet -1", "packet ١"]
)
def test_what_is_no_place(text: str) -> None:
    assert Place.of(text) is None


def written(events: Iterator[CaptureEvent]) -> bytes:
    """The native capture of some events, its lines without the one that ends it."""
    file = io.BytesIO()
    writer = CaptureWriter(file)
    for event in events:
        writer.event(event)
    return file.getvalue()


@pytest.mark.parametrize(
    "lacks",
    [*Lacks, Lacks.NOTHING, Lacks.TIME | Lacks.CLIENT, Lacks.START | Lacks.ADDRESS | Lacks.CLOSE],
)
def test_a_native_capture_keeps_what_lacks(lacks: Lacks) -> None:
    native = written(conversation(lacks, *BEGUN, ("<", LEAVE % 3), gap_before=4))
    events = list(read_capture(io.BytesIO(native)))
    assert described(iter(events)) == [
        ("opened", 1, None if Lacks.ADDRESS in lacks else GATEWAY, True),
        *(
            (1, number, "c2s" if way == ">" else "s2c", text)
            for number, (way, text) in enumerate(BEGUN, 1)
        ),
        ("CAPTURE_GAP", 1, "bytes are missing", ""),
        (1, 4, "s2c", LEAVE % 3),
    ]
    assert isinstance(events[0], Opened)
    assert events[0].connection.lacks is lacks
    assert events[0].connection.times == ("missing" if Lacks.TIME in lacks else "seconds")


def test_lines_that_say_what_lacks_or_where_they_came_from() -> None:
    lines = [
        {"url": "wss://host", "ts": START, "lacks": ["close", "CONTROL", "nothing", "x", 1]},
        {"ts": START, "dir": "s2c", "opcode": "text", "text": "a", "at": "packet 17"},
        {"ts": START, "dir": "s2c", "opcode": "text", "text": "b", "at": "somewhere"},
        {"gap": {"message": "m", "rule": "CAPTURE_PART_INVALID", "hint": "h"}},
        {"gap": {"message": "m", "rule": "SEQ_GAP"}},
        {"gap": {"message": "m", "any": True}},
        {"gap": {"message": "m"}, "conn": "new"},
        {"url": "wss://host", "ts": START, "lacks": "close"},
    ]
    events = list(read_capture(io.BytesIO("\n".join(map(json.dumps, lines)).encode())))
    opened, first, second, *gaps, again = events
    assert isinstance(opened, Opened)
    assert isinstance(again, Opened)
    assert opened.connection.lacks == Lacks.CLOSE | Lacks.CONTROL
    assert again.connection.lacks is Lacks.NOTHING
    assert isinstance(first, Frame)
    assert isinstance(second, Frame)
    assert (first.place, second.place) == (Place("packet", 17), None)
    assert [type(gap) for gap in gaps] == [Gap, Gap, BadLine, BadLine]
    assert described(iter(gaps)) == [
        ("CAPTURE_PART_INVALID", 1, "m", "h"),
        ("CAPTURE_GAP", 1, "m", ""),
        ("CAPTURE_GAP", None, "m", ""),
        ("CAPTURE_GAP", None, "m", ""),
    ]


def test_a_gap_with_the_cause_of_the_one_before_is_counted() -> None:
    connection = Connection(1, START, GATEWAY)
    events: list[CaptureEvent] = [
        Opened(connection, has_header=True),
        Gap(connection, CAPTURE_GAP, "first"),
        Gap(connection, CAPTURE_GAP, "second", is_again=True),
        Gap(connection, CAPTURE_GAP, "third", is_again=True),
        Gap(connection, CAPTURE_GAP, "another"),
    ]
    native = read_capture(io.BytesIO(written(iter(events))))
    for given in (iter(events), native):
        statistics = Statistics()
        check = CaptureCheck("file", Selection(), statistics, Sessions())
        assert [finding.message for finding in check.findings_in(given)] == ["first", "another"]
        assert statistics.by_rule == {"CAPTURE_GAP": 4}


@pytest.mark.parametrize(
    ("frames", "gaps", "is_taken"), [(0, 1, True), (0, 500, True), (0, 0, False), (1, 9, False)]
)
def test_a_connection_of_which_nothing_can_be_read_is_taken(
    frames: int, gaps: int, is_taken: bool
) -> None:
    connection = Connection(1, START, None, lacks=Lacks.START | Lacks.ADDRESS)
    events: list[CaptureEvent] = [Opened(connection, has_header=False)]
    events += [Gap(connection, CAPTURE_GAP, str(number)) for number in range(gaps)]
    events += [Frame(connection, number + 1, START, "s2c", "x") for number in range(frames)]
    others = Others()
    given: Any = _Given(iter(events))
    found = list(of_the_gateway(given, protocol_or_vox(None), Reading(), others))
    assert (found, others.connections) == ((events, 0) if is_taken else ([], 1))
