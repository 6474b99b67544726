"""NetLogs of Chromium: with the bytes of sockets they hold everything, without them nothing."""

from __future__ import annotations

import gzip
import io
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.checking import check_conversation
from tests.voxwire.packet_files import AGREE, ASK, URL, c2s, ws
from tests.voxwire.stream_events import gaps, texts, told
from tests.voxwire.test_packet_captures import frames, mutated, type_of
from voxwire import CaptureError
from voxwire.capture import (
    BadLine,
    CaptureEvent,
    Closed,
    Lacks,
    Opened,
    detected_capture,
    read_capture,
)

FOLDER = Path(__file__).parents[1] / "formats" / "chrome-netlog"
EVERYTHING = FOLDER / "netlog-everything.json.gz"
DEFAULT = FOLDER / "netlog-default.json.gz"

NO_BYTES = (
    "the NetLog was made without the bytes of messages: choose 'Include raw bytes' in chrome://net-export, or "
    "start the browser with --net-log-capture-mode=Everything"
)


def read(content: bytes) -> list[CaptureEvent]:
    return list(read_capture(io.BytesIO(content)))


def content() -> bytes:
    return gzip.decompress(EVERYTHING.read_bytes())


def summed_up(events: list[CaptureEvent]) -> list[tuple[object, ...]]:
    """Without times and places."""
    found: list[tuple[object, ...]] = []
    for event in events:
        match event:
            case Opened(connection, has_header):
                found.append((connection.number, connection.url, connection.lacks, has_header))
            case Closed(connection, _, code, reason):
                found.append((connection.number, code, reason))
    return [*found, *((f.connection.number, f.direction, f.data) for f in frames(events))]


def test_both_connections_are_read_and_what_is_inside_tls() -> None:
    assert detected_capture(EVERYTHING).format.name == "netlog"
    events = list(read_capture(EVERYTHING))
    assert summed_up(events)[:4] == [
        (1, "ws://127.0.0.1:8766/gateway?v=1&encoding=json", Lacks.NOTHING, True),
        (1, 1000, "bye \N{WAVING HAND SIGN}"),
        (
            2,
            "wss://localhost:8769/gateway?v=1&encoding=json&compress=zstd",
            Lacks.NOTHING,
            True,
        ),
        (2, 1000, "bye \N{WAVING HAND SIGN}"),
    ]
    messages = frames(events)
    assert [frame.connection.number for frame in messages] == [1] * 16 + [2] * 15
    assert [type_of(frame) for frame in messages[:3]] == ["hello", "identify", "ready"]
    assert (str(messages[0].place), messages[0].ts) == ("line 63", 1795612086.542)
    assert check_conversation(EVERYTHING) == []


def test_a_log_without_bytes_is_refused() -> None:
    with pytest.raises(CaptureError) as caught:
        list(read_capture(DEFAULT))
    assert str(caught.value) == NO_BYTES


def test_a_browser_that_was_killed_leaves_no_end() -> None:
    whole = content()
    events = whole[: whole.rindex(b"],\n")] + b",\n"
    assert summed_up(read(events)) == summed_up(read(whole))
    half = read(events[:-40])
    assert summed_up(half) == summed_up(read(whole))
    [bad] = [event for event in half if isinstance(event, BadLine)]
    assert bad.rule == "CAPTURE_LINE_INVALID"
    assert bad.message.startswith("line 225 is no event: ")


def test_a_log_that_was_written_anew() -> None:
    log: Any = json.loads(content())
    expected = summed_up(read(content()))
    for text in (
        json.dumps(log),
        json.dumps(log, indent=1),
        json.dumps(log, separators=(",", ":")),
    ):
        events = read(text.encode())
        assert summed_up(events) == expected
        assert str(frames(events)[0].place) == "event 61"


def test_names_of_events_are_those_of_its_constants() -> None:
    log: Any = json.loads(content())
    moved = {number: 1000 + number for number in log["constants"]["logEventTypes"].values()}
    log["constants"]["logEventTypes"] = {
        name: moved[number] for name, number in log["constants"]["logEventTypes"].items()
    }
    for event in log["events"]:
        event["type"] = moved[event["type"]]
    assert summed_up(read(json.dumps(log).encode())) == summed_up(read(content()))


def test_no_damage_is_too_much() -> None:
    for data in mutated(content(), 5):
        try:
            read(data)
        except CaptureError:
            continue


# --- Logs that are made up ---------------------------------------------------------------------

TYPES = {
    "SOCKET_ALIVE": 1,
    "SOCKET_BYTES_SENT": 2,
    "SOCKET_BYTES_RECEIVED": 3,
    "SSL_SOCKET_BYTES_SENT": 4,
    "SSL_SOCKET_BYTES_RECEIVED": 5,
}


def event(kind: int, data: bytes = b"", source: int = 7, **keys: object) -> dict[str, object]:
    params = {"byte_count": len(data)} | ({"bytes": b64encode(data).decode()} if data else {})
    return {
        "params": params,
        "phase": 0,
        "source": {"id": source, "type": 10},
        "time": "1000",
        "type": kind,
    } | keys


def log(*events: object, **constants: object) -> bytes:
    """As Chrome writes it: an event on each line."""
    head = {
        "logEventTypes": TYPES,
        "timeTickOffset": "1699999999000",
        "logCaptureMode": "Everything",
    }
    lines = [one if isinstance(one, str) else json.dumps(one) for one in events]
    text = f'{{"constants":{json.dumps(head | constants)},\n"events": [\n' + ",\n".join(lines)
    return f'{text}],\n"polledData": {{}}\n}}\n'.encode()


UP = event(2, ASK), event(3, AGREE)


def test_times_and_streams_of_each_socket() -> None:
    events = told(
        read(
            log(
                event(4, ASK),
                event(2, b"\x16\x03\x01\x00"),
                event(5, AGREE + ws("one")),
                event(2, ASK, source=8),
                event(3, AGREE + ws("two")[:4], source=8),
                event(5, ws("three"), time=1500),
                event(3, ws("two")[4:], source=8),
                event(3, b"", source=8),
            )
        )
    )
    assert events == [
        ("opened", 1, URL.replace("ws:", "wss:")),
        (1, "s2c", "one", 0.0),
        ("opened", 2, URL),
        (1, "s2c", "three", 0.5),
        (2, "s2c", "two", 0.0),
    ]


def test_a_socket_that_is_closed_and_a_log_that_ends() -> None:
    begun = event(3, ws("half")[:3])
    assert gaps(told(read(log(*UP, begun)))) == ["the capture ends within a message of the server"]
    assert gaps(told(read(log(*UP, begun, event(1, phase=2))))) == []


def test_a_line_that_is_broken() -> None:
    cut = json.dumps(event(3, ws("lost")))[:-20]
    events = told(read(log(*UP, event(3, ws("one")), cut, event(3, ws("two")), event(2, c2s("x")))))
    assert texts(events) == ["one", "two", "x"]
    [said] = gaps(events)
    assert isinstance(said, str)
    assert said.startswith("line 6 is no event: ")
    events = told(read(log(*UP, event(3, ws("one")[:3]), "[1]", event(3, ws("two")))))
    assert texts(events) == ["two"]


@pytest.mark.parametrize(
    "broken",
    [
        event(3, time="soon"),
        event(3) | {"source": {}},
        event(3) | {"params": {"bytes": "%%%"}},
        event(3) | {"params": {"byte_count": "x"}},
        event(3) | {"type": "x"},
    ],
)
def test_events_that_are_broken(broken: dict[str, object]) -> None:
    events = told(read(log(*UP, event(3, ws("one")), broken, event(3, ws("two")))))
    assert texts(events) == ["one", "two"]
    assert len(gaps(events)) == 1


def test_bytes_that_an_event_lacks() -> None:
    short = event(3, ws("x" * 50)[:30]) | {
        "params": {"byte_count": 52, "bytes": b64encode(ws("x" * 50)[:30]).decode()}
    }
    events = told(read(log(*UP, short, event(3, ws("two")))))
    assert texts(events) == ["two"]
    assert gaps(events) == [
        "the message of the server that ends in line 5 is not all there: 22 bytes are missing"
    ]


def test_a_log_that_begins_when_a_connection_is_open() -> None:
    events = read(log(event(3, ws("one")), event(2, c2s("two"))))
    opened = events[0]
    assert isinstance(opened, Opened)
    assert opened.connection.lacks == Lacks.START | Lacks.ADDRESS
    assert texts(told(events)) == ["one", "two"]


def refusal(content: bytes) -> str:
    with pytest.raises(CaptureError) as caught:
        read(content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (log(*UP, logCaptureMode="Default"), NO_BYTES),
        (log(*UP, logCaptureMode="IncludeSensitive"), NO_BYTES),
        (log(event(3) | {"params": {}}), NO_BYTES),
        (log(), NO_BYTES),
        (log(event(2, b"GET / HTTP/1.1\r\n\r\n")), "the NetLog holds no WebSocket connection"),
        (
            log(event(4, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
            "the NetLog holds no WebSocket connection over HTTP/1.1; those over HTTP/2 (RFC 8441) are not read",
        ),
        (log(timeTickOffset=[]), "the constants at the start of the NetLog cannot be read"),
        (log(logEventTypes=1), "the constants at the start of the NetLog cannot be read"),
    ],
)
def test_what_is_refused(content: bytes, expected: str) -> None:
    assert refusal(content) == expected


def test_what_was_written_anew_and_is_damaged() -> None:
    assert refusal(json.dumps(json.loads(log(*UP))).encode()[:-30]) == (
        "the NetLog is damaged or cut off: Input data was truncated"
    )
