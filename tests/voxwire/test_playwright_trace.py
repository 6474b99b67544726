"""The network part of Playwright traces by itself; in an archive, see test_archives.py."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.voxwire.browser_files import events_of, in_short, problems
from tests.voxwire.test_har import NOT_RECORDED, PAGE, URL, entry, message
from voxwire import CaptureError
from voxwire.capture import Frame, Place
from voxwire.capture.formats.format import Likelihood
from voxwire.capture.formats.playwright_trace import PLAYWRIGHT_TRACE

CONTEXT = {"version": 8, "type": "context-options", "origin": "library"}


def snapshot(made: dict[str, Any]) -> dict[str, Any]:
    return {"type": "resource-snapshot", "snapshot": made}


def trace(*lines: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


LATER = entry(message("b"), startedDateTime="2023-11-14T22:13:30.000Z")
TWO = trace(snapshot(PAGE), snapshot(LATER), snapshot(entry(message("a"))))
READ = [
    ("opened", 1, URL, True),
    (1, 1, "s2c", "a"),
    ("opened", 2, URL, True),
    (2, 1, "s2c", "b"),
]


@pytest.mark.parametrize(
    "start", [b"", b"\xef\xbb\xbf", b"\n \n", trace(CONTEXT, {"type": "event"})]
)
def test_entries_a_line(start: bytes) -> None:
    for data in (start + TWO, start + TWO.replace(b"\n", b"\r\n"), start + TWO.rstrip()):
        assert PLAYWRIGHT_TRACE.probe(data) is Likelihood.SURE
        assert in_short(events_of(data)) == READ


def test_places() -> None:
    places = [event.place for event in events_of(TWO) if isinstance(event, Frame)]
    assert places == [Place("line", 3, 1), Place("line", 2, 1)]


def test_a_line_that_is_broken() -> None:
    data = TWO.replace(b'{"type": "resource-snapshot"', b'{"type"; "resource-snapshot"', 1)
    assert problems(data) == ["line 1 cannot be read: expected ':' (byte 7)"]
    assert [e[-1] for e in in_short(events_of(data)) if e[0] in (1, 2)] == ["a", "b"]


def test_cut_off() -> None:
    for cut in range(1, 200, 7):
        data = TWO[:-cut]
        found = in_short(events_of(data))
        said = [one for one in found if one[0] == "CAPTURE_PART_INVALID"]
        if cut > 1:
            assert said == [
                ("CAPTURE_PART_INVALID", None, f"line 3 is cut off at byte {len(data)}")
            ]
            assert found[1] == (1, 1, "s2c", "b")


def test_a_snapshot_that_is_none() -> None:
    data = trace({"type": "resource-snapshot"}, {"type": "resource-snapshot", "snapshot": 5}) + TWO
    assert problems(data) == [
        "line 1 cannot be read: expected `object`, got `null`",
        "line 2 cannot be read: expected `object`, got `int`",
    ]


def test_no_messages() -> None:
    with pytest.raises(CaptureError, match=r"^the trace was made without the messages of its WebS"):
        events_of(trace(snapshot(NOT_RECORDED)))
    with pytest.raises(CaptureError, match=r"^the trace holds no WebSocket connection$"):
        events_of(trace(snapshot(PAGE)))
