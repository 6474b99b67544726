"""HARs in Chrome's shape: what is read back from one is what went in, as far as the format can hold it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.voxwire.native import EXAMPLES, START, described
from voxwire.capture import (
    BadLine,
    CaptureEvent,
    Closed,
    Connection,
    Frame,
    Gap,
    Lacks,
    Opened,
    Place,
    read_capture,
)
from voxwire.capture.har_writer import HarWriter
from voxwire.capture.writer import CaptureWriter
from voxwire.rules.capture_format import CAPTURE_GAP, CAPTURE_LINE_INVALID, CAPTURE_PART_INVALID
from voxwire.wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

URL = "wss://host/gateway?v=1&encoding=json&empty="


def har_of(events: Iterable[CaptureEvent], redactor: Redactor | None = None) -> bytes:
    file = io.BytesIO()
    writer = HarWriter(file, version="1.2.3", redactor=redactor)
    for event in events:
        writer.event(event)
    writer.finish()
    writer.discard()
    return file.getvalue()


def read(har: bytes) -> list[CaptureEvent]:
    return list(read_capture(io.BytesIO(har)))


def times(events: Iterable[CaptureEvent]) -> list[float]:
    return [event.ts for event in events if isinstance(event, Frame)]


def starts(events: Iterable[CaptureEvent]) -> list[float]:
    return [event.connection.started for event in events if isinstance(event, Opened)]


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.ndjson")), ids=lambda file: file.stem)
def test_real_traffic_comes_back_with_its_times(file: object) -> None:
    events = list(read_capture(str(file)))
    back = read(har_of(events))
    assert described(back) == described(events)
    assert times(back) == times(events)
    assert starts(back) == pytest.approx(starts(events), abs=1e-6)


def conversation(
    *frames: str | bytes, number: int = 1, url: str | None = URL, **keys: Any
) -> Iterator[CaptureEvent]:
    connection = Connection(number, START, url, **keys)
    yield Opened(connection, has_header=True)
    for count, data in enumerate(frames, start=1):
        way: Any = "s2c" if count % 2 else "c2s"
        yield Frame(connection, count, START + count / 4, way, data, Place("packet", count))


def test_an_entry_is_what_chrome_writes() -> None:
    events = conversation("{}", b"\x00\xff", subprotocol="chat")
    written = json.loads(har_of(events))
    assert written["log"] == {
        "version": "1.2",
        "creator": {"name": "voxwire", "version": "1.2.3"},
        "pages": [],
        "entries": [
            {
                "_resourceType": "websocket",
                "_closes": True,
                "cache": {},
                "request": {
                    "method": "GET",
                    "url": URL,
                    "httpVersion": "HTTP/1.1",
                    "headers": [{"name": "Sec-WebSocket-Protocol", "value": "chat"}],
                    "queryString": [
                        {"name": "v", "value": "1"},
                        {"name": "encoding", "value": "json"},
                        {"name": "empty", "value": ""},
                    ],
                    "cookies": [],
                    "headersSize": -1,
                    "bodySize": 0,
                },
                "response": {
                    "status": 101,
                    "statusText": "Switching Protocols",
                    "httpVersion": "HTTP/1.1",
                    "headers": [{"name": "Sec-WebSocket-Protocol", "value": "chat"}],
                    "cookies": [],
                    "content": {"size": 0, "mimeType": "x-unknown"},
                    "redirectURL": "",
                    "headersSize": -1,
                    "bodySize": -1,
                    "_transferSize": 0,
                    "_error": None,
                },
                "serverIPAddress": "",
                "startedDateTime": "2023-11-14T22:13:20.000000Z",
                "time": 500.0,
                "timings": {
                    "blocked": -1,
                    "dns": -1,
                    "ssl": -1,
                    "connect": -1,
                    "send": 0,
                    "wait": 500.0,
                    "receive": 0,
                },
                "_webSocketMessages": [
                    {"type": "receive", "time": START + 0.25, "opcode": 1, "data": "{}"},
                    {"type": "send", "time": START + 0.5, "opcode": 2, "data": "AP8="},
                ],
            }
        ],
    }


def test_subprotocols_come_back() -> None:
    (opened,) = read(har_of(conversation(subprotocol="chat")))
    assert opened.connection is not None
    assert opened.connection.subprotocol == "chat"


def test_interleaved_connections_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where what waits goes to a file again and again."""
    first = list(conversation(*map(str, range(40)), number=1))
    second = list(conversation(*("é" * number for number in range(40)), number=2))
    interleaved = [event for pair in zip(first, second, strict=True) for event in pair]
    expected = [*described(first), *described(second)]
    in_memory = har_of(interleaved)
    assert described(read(in_memory)) == expected
    monkeypatch.setattr("voxwire.capture.har_writer._MOST_IN_MEMORY", 100)
    monkeypatch.setattr("voxwire.capture.har_writer._COPIED", 7)
    assert har_of(interleaved) == in_memory


@pytest.mark.parametrize("lacks", [*Lacks, Lacks.START | Lacks.CLIENT, Lacks.NOTHING])
def test_what_was_not_recorded_is_kept(lacks: Lacks) -> None:
    opened = read(har_of(conversation("{}", lacks=lacks)))[0]
    assert isinstance(opened, Opened)
    assert opened.connection.lacks == lacks | Lacks.CONTROL
    assert opened.connection.url == (None if Lacks.ADDRESS in lacks else URL)


def test_only_what_the_format_could_hold_is_said_to_lack() -> None:
    har = json.loads(har_of(conversation("{}", lacks=Lacks.CLOSE | Lacks.START)))
    assert har["log"]["entries"][0]["_lacks"] == ["start"]


def test_a_connection_without_a_header_has_no_start_and_no_address() -> None:
    connection = Connection(1, START, None)
    frame = Frame(connection, 1, START, "s2c", "{}")
    opened = read(har_of([Opened(connection, has_header=False), frame]))[0]
    assert isinstance(opened, Opened)
    assert opened.connection.lacks == Lacks.CONTROL | Lacks.START | Lacks.ADDRESS


def test_times_that_were_not_recorded_are_not_made_up() -> None:
    har = har_of(conversation("{}", lacks=Lacks.TIME))
    message = json.loads(har)["log"]["entries"][0]["_webSocketMessages"][0]
    assert message == {"type": "receive", "time": -1, "opcode": 1, "data": "{}"}
    opened, frame = read(har)
    assert isinstance(opened, Opened)
    assert isinstance(frame, Frame)
    assert (opened.connection.times, frame.ts) == ("missing", START)


@pytest.mark.parametrize("started", [float("inf"), float("nan"), -1e300, 1e300])
def test_a_start_that_is_no_time(started: float) -> None:
    connection = Connection(1, started, URL)
    har = json.loads(har_of([Opened(connection, has_header=True)]))
    assert har["log"]["entries"][0]["startedDateTime"] == "1970-01-01T00:00:00.000000Z"


def test_gaps_stand_where_they_were() -> None:
    connection = Connection(1, START, URL)
    events: list[CaptureEvent] = [
        Opened(connection, has_header=True),
        Gap(connection, CAPTURE_GAP, "12 bytes are missing", "record all of it"),
        Frame(connection, 1, START + 1, "s2c", "{}"),
        Gap(connection, CAPTURE_PART_INVALID, "packet 3 is broken", is_again=True),
        BadLine(connection, CAPTURE_LINE_INVALID, "line 4 is not JSON"),
    ]
    har = har_of(events)
    assert json.loads(har)["log"]["entries"][0]["_webSocketMessages"][0] == {
        "type": "error",
        "time": START,
        "opcode": -1,
        "data": "12 bytes are missing",
        "_gap": {"message": "12 bytes are missing", "hint": "record all of it"},
    }
    assert [e.is_again for e in read(har) if isinstance(e, Gap)] == [False, True]
    assert described(read(har)) == [
        ("opened", 1, URL, True),
        ("CAPTURE_GAP", 1, "12 bytes are missing", "record all of it"),
        (1, 1, "s2c", "{}"),
        ("CAPTURE_PART_INVALID", 1, "packet 3 is broken", ""),
        ("CAPTURE_PART_INVALID", 1, "line 4 is not JSON", ""),
    ]


def test_what_has_no_place_is_counted() -> None:
    writer = HarWriter(io.BytesIO())
    connection = Connection(1, START, URL)
    writer.event(BadLine(None, CAPTURE_LINE_INVALID, "line 1 is not JSON"))
    writer.event(Opened(connection, has_header=True))
    assert writer.nowhere == 1


def test_how_a_connection_ends_is_among_its_messages() -> None:
    connection, lost, unknown = (Connection(number, START, URL) for number in (1, 2, 3))
    unknown.lacks |= Lacks.CLOSE
    har = har_of(
        [
            *(Opened(one, has_header=True) for one in (connection, lost, unknown)),
            Frame(connection, 1, START + 1, "s2c", "{}"),
            Closed(connection, START + 2, 4000, "GONE"),
            Frame(connection, 2, START + 3, "c2s", "{}"),
        ]
    )
    entries = json.loads(har)["log"]["entries"]
    assert [entry.get("_closes") for entry in entries] == [True, True, None]
    assert entries[0]["_webSocketMessages"][1] == {
        "type": "error",
        "time": START + 2,
        "opcode": -1,
        "data": "closed with 4000 GONE",
        "_close": {"code": 4000, "reason": "GONE"},
    }
    events = read(har)
    assert described(events) == [
        ("opened", 1, URL, True),
        (1, 1, "s2c", "{}"),
        ("closed", 1, 4000, "GONE"),
        (1, 2, "c2s", "{}"),
        ("opened", 2, URL, True),
        ("opened", 3, URL, True),
    ]
    assert [event.ts for event in events if isinstance(event, Closed)] == [START + 2]
    lacks = [event.connection.lacks for event in events if isinstance(event, Opened)]
    assert lacks == [Lacks.CONTROL, Lacks.CONTROL, Lacks.CONTROL | Lacks.CLOSE]


def test_the_reason_of_a_close_is_masked() -> None:
    token = "vox_sess_" + "0" * 20
    connection = Connection(1, START, URL)
    closed = Closed(connection, START + 2, 4000, f"bad {token}")
    har = har_of([Opened(connection, has_header=True), closed], Redactor(bytes(32)))
    assert token.encode() not in har


def test_secrets_are_masked() -> None:
    token = "vox_sess_" + "0" * 20
    identify = json.dumps({"type": "identify", "d": {"token": token}})
    har = har_of(conversation("{}", identify, url=f"{URL}{token}"), Redactor(bytes(32)))
    assert token.encode() not in har
    mask = Redactor(bytes(32)).mask(token)
    (opened, _, frame) = read(har)
    assert isinstance(opened, Opened)
    assert isinstance(frame, Frame)
    assert opened.connection.url == f"{URL}{mask}"
    assert json.loads(frame.data)["d"]["token"] == mask


def test_a_text_that_is_no_unicode_is_written() -> None:
    (_, frame) = read(har_of(conversation("a\ud83d")))
    assert isinstance(frame, Frame)
    assert frame.data == "a\ufffd"


def test_a_text_that_is_not_utf8_keeps_its_bytes() -> None:
    """As packets have them; the capture that is native keeps them, too."""
    text = b'{"a":"\xff\xc3"}'.decode("utf-8", "surrogateescape")
    har = har_of(conversation(text))
    message = json.loads(har)["log"]["entries"][0]["_webSocketMessages"][0]
    assert (message["opcode"], message["_bytes"]) == (1, "eyJhIjoi/8MifQ==")
    (_, frame) = read(har)
    assert isinstance(frame, Frame)
    assert frame.data == text
    native = io.BytesIO()
    writer = CaptureWriter(native)
    for event in conversation(text):
        writer.event(event)
    (_, frame) = read(native.getvalue())
    assert isinstance(frame, Frame)
    assert frame.data == text


def test_a_broken_part_is_a_gap_of_each_connection_that_is_open() -> None:
    first, second, third = (Connection(number, START, URL) for number in (1, 2, 3))
    har = har_of(
        [
            *(Opened(connection, has_header=True) for connection in (first, second, third)),
            Closed(first, START + 1, 1000, ""),
            BadLine(None, CAPTURE_GAP, "packets are missing"),
        ]
    )
    events = read(har)
    assert described(events) == [
        ("opened", 1, URL, True),
        ("closed", 1, 1000, ""),
        ("opened", 2, URL, True),
        ("CAPTURE_GAP", 2, "packets are missing", ""),
        ("opened", 3, URL, True),
        ("CAPTURE_GAP", 3, "packets are missing", ""),
    ]
    assert [type(event) for event in events if isinstance(event, Gap | BadLine)] == [BadLine, Gap]
