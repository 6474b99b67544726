"""Files that browsers and proxies wrote of one conversation: the same as its native capture."""

from __future__ import annotations

import gzip
import io
from collections import defaultdict
from itertools import islice
from typing import Any

import pytest
import zstandard

from tests.voxwire.browser_files import (
    FORMATS,
    as_native,
    as_played,
    events_of,
    found_in,
    in_short,
    played_by_the_server,
)
from voxwire import CaptureError
from voxwire.capture import Closed, Frame, Lacks, Opened, read_capture

G = "/gateway?v=1&encoding=json"
PLAIN = f"ws://127.0.0.1:8765{G}"
ZSTD = f"{PLAIN}&compress=zstd"
DEFLATE_6 = f"ws://127.0.0.1:8766{G}"
DEFLATE_7 = f"ws://127.0.0.1:8767{G}"

FILES: dict[str, list[tuple[str, int, int]]] = {
    "chrome-devtools/sanitized.har": [(PLAIN, 40, 3), (ZSTD, 30, 3), (DEFLATE_7, 30, 3)],
    "playwright/chromium.har": [(PLAIN, 30, 3), (ZSTD, 30, 3), (DEFLATE_6, 30, 3)],
    "playwright/attach/chromium.har": [(PLAIN, 33, 4), (ZSTD, 41, 4), (DEFLATE_6, 32, 4)],
    "playwright/chromium-attach.har.zip": [(PLAIN, 36, 3), (ZSTD, 30, 3), (DEFLATE_6, 37, 3)],
    "playwright-trace/trace.zip": [(PLAIN, 24, 3), (ZSTD, 13, 3)],
    "playwright-log/pw-protocol.log": [(PLAIN, 13, 3), (ZSTD, 13, 3)],
    "cdp/events.ndjson": [(PLAIN, 40, 3), (ZSTD, 30, 3), (DEFLATE_7, 30, 3)],
    "selenium/performance-log.json": [(PLAIN, 20, 3), (ZSTD, 20, 3)],
    "mitmproxy/11.0.2.har": [(PLAIN, 17, 3), (ZSTD, 17, 3), (PLAIN, 11, 4), (PLAIN, 15, 3)],
    "mitmproxy/11.0.2.flows": [(PLAIN, 17, 3), (ZSTD, 17, 3), (PLAIN, 11, 4), (PLAIN, 15, 3)],
}
"""Of each connection the address, and how many messages the server and the client sent."""

BINARY_AT = {
    "playwright/attach/chromium.har": [(1, 34), (2, 34), (3, 34)],
    "mitmproxy/11.0.2.har": [(3, 12)],
    "mitmproxy/11.0.2.flows": [(3, 12)],
}
"""Where the client sent a binary frame, which it may not: connection and frame."""

HEARTBEAT_ACK = {"type": "heartbeat_ack"}
OWN_TYPING = {"type": "typing_start", "d": {"user_id": 8, "feed_id": 1}}
"""What the gateway answers the client."""

EVERY_FILE = pytest.mark.parametrize("name", FILES)


@EVERY_FILE
def test_all_messages_are_read(name: str) -> None:
    counts: dict[int, list[Any]] = {}
    for event in read_capture(str(FORMATS / name)):
        if isinstance(event, Opened):
            assert event.has_header
            counts[event.connection.number] = [event.connection.url, 0, 0]
        elif isinstance(event, Frame):
            counts[event.connection.number][1 if event.direction == "s2c" else 2] += 1
        else:
            assert isinstance(event, Closed)
    assert list(counts) == list(range(1, len(counts) + 1))
    assert [tuple(count) for count in counts.values()] == FILES[name]


@EVERY_FILE
def test_messages_are_those_that_were_played(name: str) -> None:
    from_server: dict[int, list[Any]] = defaultdict(list)
    from_client: dict[int, list[Any]] = defaultdict(list)
    for event in read_capture(str(FORMATS / name)):
        if isinstance(event, Frame):
            way, value = as_played(event)
            (from_server if way == "s2c" else from_client)[event.connection.number].append(value)
    for received in from_server.values():
        answers = [value for value in received if value in (HEARTBEAT_ACK, OWN_TYPING)]
        types = [value["type"] for value in answers]
        assert types in ([], ["heartbeat_ack", "typing_start"], ["typing_start", "heartbeat_ack"])
        events = [value for value in received if value not in answers]
        assert events == list(islice(played_by_the_server(), len(events)))
    for sent in from_client.values():
        types = [value["type"] if isinstance(value, dict) else "binary" for value in sent]
        assert types[:3] == ["identify", "heartbeat", "typing"]


@EVERY_FILE
def test_the_findings_are_those_of_the_native_capture(name: str) -> None:
    events = list(read_capture(str(FORMATS / name)))
    found = found_in(iter(events))
    assert found == found_in(read_capture(io.BytesIO(as_native(events))))
    assert found == [
        ("BINARY_FROM_CLIENT", connection, frame, "a client sent a binary message")
        for connection, frame in BINARY_AT.get(name, [])
    ]


@EVERY_FILE
def test_times_are_in_order_and_within_the_minute(name: str) -> None:
    latest: dict[int, float] = {}
    for event in read_capture(str(FORMATS / name)):
        if isinstance(event, Opened):
            connection = event.connection
            assert connection.times == "seconds"
            latest[connection.number] = connection.started
            assert 1795611900 < connection.started < 1795614400
        elif isinstance(event, Frame):
            number = event.connection.number
            assert latest[number] <= event.ts < event.connection.started + 60
            latest[number] = event.ts


@pytest.mark.parametrize("name", [name for name in FILES if "attach/" not in name])
def test_files_may_be_compressed(name: str) -> None:
    data = (FORMATS / name).read_bytes()
    events = in_short(events_of(data))
    assert in_short(events_of(gzip.compress(data[:100]) + gzip.compress(data[100:]))) == events
    assert in_short(events_of(zstandard.compress(data))) == events


def test_the_same_session_in_two_formats() -> None:
    exported = events_of((FORMATS / "chrome-devtools/sanitized.har").read_bytes())
    logged = events_of((FORMATS / "cdp/events.ndjson").read_bytes())
    one_by_one = sorted(in_short(exported), key=str)
    assert one_by_one == sorted(in_short(logged), key=str)
    saved = events_of((FORMATS / "mitmproxy/11.0.2.har").read_bytes())
    flows = events_of((FORMATS / "mitmproxy/11.0.2.flows").read_bytes())
    assert in_short(saved) == [e for e in in_short(flows) if e[0] != "closed"]


def test_close_codes_are_in_flows() -> None:
    flows = events_of((FORMATS / "mitmproxy/11.0.2.flows").read_bytes())
    assert [e for e in in_short(flows) if e[0] == "closed"] == [
        ("closed", number, 1000, "bye \N{WAVING HAND SIGN}") for number in (1, 2, 3)
    ]
    lacks = [e.connection.lacks for e in flows if isinstance(e, Opened)]
    assert lacks == [Lacks.CONTROL] * 4


def test_firefox_is_refused_with_advice() -> None:
    with pytest.raises(CaptureError) as caught:
        events_of((FORMATS / "firefox/netmonitor.har").read_bytes())
    assert str(caught.value) == (
        "the HAR was made without the messages of its WebSockets: Firefox exports no WebSocket "
        "messages; export the HAR from Chrome or mitmproxy, or use `voxwire record`"
    )
