"""NetLogs of Chromium: with the bytes of sockets they hold everything, without them nothing."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.checking import check_conversation
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
