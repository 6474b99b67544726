"""Times that cannot be trusted: said once, and rules about time are off."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.checking import check_conversation
from tests.voxwire.conversation import ack, at, beat, begun, find, hello, leave, rules
from tests.voxwire.native import EXAMPLES, START, c2s, capture, close, header, s2c
from voxwire.capture import Closed, Frame, Opened, read_capture
from voxwire.capture.times import in_seconds

NO_HEARTBEAT = EXAMPLES / "flow-no-heartbeat-4007.ndjson"
TYPING = c2s({"type": "typing", "d": {"feed_id": 1}})


def typing(seconds: float) -> str:
    return c2s({"type": "typing", "d": {"feed_id": 1}}, **at(seconds))


def timed(lines: list[str], change: Callable[[float], Any]) -> list[str]:
    """`lines` with other times; None leaves the time out."""
    entries = [json.loads(line) for line in lines]
    for entry in entries:
        entry["ts"] = change(entry["ts"])
    return [json.dumps(entry) for entry in entries]


LINES = NO_HEARTBEAT.read_text("utf-8").split("\n")[:-1]
BASE = json.loads(LINES[0])["ts"]


@pytest.mark.parametrize(
    ("ts", "seconds", "unit"),
    [
        (1795376354.14, 1795376354.14, "seconds"),
        (1795376354140, 1795376354.14, "milliseconds"),
        (1795376354140000, 1795376354.14, "microseconds"),
        (1795376354140000000, 1795376354.14, "nanoseconds"),
        (1e8, 1e8, "seconds"),
        (99_999_999.9, 99_999_999.9, "unknown"),
        (1e11, 1e8, "milliseconds"),
        (1e14, 1e8, "microseconds"),
        (1e17, 1e8, "nanoseconds"),
        (0, 0, "unknown"),
        (-1.5, -1.5, "unknown"),
        (1e20, 1e20, "unknown"),
        (1e300, 1e300, "unknown"),
    ],
)
def test_units(ts: float, seconds: float, unit: str) -> None:
    converted, found = in_seconds(ts)
    assert found == unit
    assert converted == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    ("change", "rule", "message"),
    [
        (
            lambda ts: ts * 1e3,
            "CAPTURE_TIME_UNIT",
            'the times count milliseconds; "ts" is Unix time in seconds',
        ),
        (
            lambda ts: int(ts * 1e6),
            "CAPTURE_TIME_UNIT",
            'the times count microseconds; "ts" is Unix time in seconds',
        ),
        (
            lambda ts: int(ts * 1e9),
            "CAPTURE_TIME_UNIT",
            'the times count nanoseconds; "ts" is Unix time in seconds',
        ),
        (
            lambda ts: (ts - BASE) * 1000,
            "CAPTURE_TIME_UNIT",
            'the times are not the time of day, so that the unit of "ts" cannot be told',
        ),
        (
            lambda ts: -ts,
            "CAPTURE_TIME_UNIT",
            'the times are not the time of day, so that the unit of "ts" cannot be told',
        ),
        (
            lambda _: None,
            "CAPTURE_TIME_MISSING",
            'lines have no time: "ts" is absent or null',
        ),
        (
            lambda _: BASE,
            "CAPTURE_TIME_MISSING",
            "every line of the connection has the same time",
        ),
        (
            lambda _: 0,
            "CAPTURE_TIME_MISSING",
            "every line of the connection has the same time",
        ),
    ],
)
def test_times_that_cannot_be_trusted(
    tmp_path: Path, change: Callable[[float], Any], rule: str, message: str
) -> None:
    assert "HEARTBEAT_LATE" in {f.rule for f in check_conversation(NO_HEARTBEAT)}
    found = find(tmp_path, *timed(LINES, change))
    (time,) = [f for f in found if f.rule != "CLOSE_MEANING"]
    assert (time.rule, time.severity, time.message, time.blame) == (
        rule,
        "note",
        message,
        "capture",
    )


def test_an_absent_time_is_like_null(tmp_path: Path) -> None:
    entries = [json.loads(line) for line in LINES]
    for entry in entries:
        del entry["ts"]
    found = find(tmp_path, *map(json.dumps, entries))
    assert [f.rule for f in found] == ["CAPTURE_TIME_MISSING", "CLOSE_MEANING"]
    assert [(f.time, f.elapsed) for f in found] == [(None, None)] * 2


@pytest.mark.parametrize("change", [lambda ts: ts * 1000, lambda _: None, lambda ts: ts - START])
def test_a_file_says_once_what_is_wrong_with_its_times(
    tmp_path: Path, change: Callable[[float], Any]
) -> None:
    connection = [*begun(), leave(2), beat(200), ack(200)]
    found = find(tmp_path, *timed(connection * 2, change))
    assert [f.connection for f in found] == [1]


def test_other_times_are_read_as_seconds(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*timed([header(), hello(), close()], lambda ts: ts * 1000)))
    opened, frame, closed = read_capture(str(path))
    assert isinstance(opened, Opened)
    assert isinstance(frame, Frame)
    assert isinstance(closed, Closed)
    assert (opened.connection.started, frame.ts, closed.ts) == (START, START + 1, START + 1)
    assert opened.connection.times == "milliseconds"


def test_a_line_without_a_time_has_that_of_the_line_before(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(header(), hello(3), leave(2).replace(str(START + 1), "null")))
    _, first, second = read_capture(str(path))
    assert isinstance(first, Frame)
    assert isinstance(second, Frame)
    assert (first.ts, second.ts) == (START + 3, START + 3)


def test_rates_cannot_be_counted_without_times(tmp_path: Path) -> None:
    lines = [*begun(), *[TYPING] * 200]
    assert {f.rule for f in find(tmp_path, *lines)} == {"RATE_TYPING", "RATE_MESSAGES"}
    (finding,) = find(tmp_path, *timed(lines, lambda _: START))
    assert finding.rule == "CAPTURE_TIME_MISSING"


def test_what_waits_for_times_is_found_when_they_move(tmp_path: Path) -> None:
    lines = timed([*begun(), TYPING, TYPING], lambda _: START)
    assert rules(find(tmp_path, *lines, leave(2, 1))) == [("RATE_TYPING", 5)]


# --- Times that run backwards ------------------------------------------------------------------


def test_times_that_run_backwards(tmp_path: Path) -> None:
    late = [beat(20), ack(20), beat(-3600), ack(-3600), beat(-3000), typing(-2999), typing(-2998)]
    (finding,) = find(tmp_path, *begun(), *late, close(1000, **at(0)))
    assert (finding.rule, finding.severity, finding.blame) == (
        "CAPTURE_TIME_BACKWARDS",
        "note",
        "capture",
    )
    assert finding.message == "at frame 6 the times run backwards by 3620.000 s"
    assert finding.hint == "rules about time are off from here to the end of the connection"


def test_mistakes_before_the_times_run_backwards_are_found(tmp_path: Path) -> None:
    lines = [*begun(), typing(2), typing(3), beat(-50), typing(-49), typing(-48)]
    assert [f.rule for f in find(tmp_path, *lines)] == ["RATE_TYPING", "CAPTURE_TIME_BACKWARDS"]


def test_a_close_can_be_before_the_last_frame(tmp_path: Path) -> None:
    (finding,) = find(tmp_path, *begun(), leave(2, 9), close(1000, **at(5)))
    assert finding.message == "at its close the times run backwards by 4.000 s"


@pytest.mark.parametrize(("seconds", "count"), [(4.9, 0), (4.89, 1)])
def test_a_tenth_of_a_second_is_jitter(tmp_path: Path, seconds: float, count: int) -> None:
    found = find(tmp_path, *begun(), leave(2, 5), leave(3, seconds), leave(4, 5))
    assert len(found) == count


def test_jitter_does_not_turn_the_clock_back(tmp_path: Path) -> None:
    assert find(tmp_path, *begun(), typing(2), leave(2, 7.05), typing(6.99)) == []


def test_each_connection_has_its_own_clock(tmp_path: Path) -> None:
    def on(name: str, *lines: str) -> list[str]:
        return [line[:-1] + f', "conn": "{name}"}}' for line in lines]

    lines = [
        *on("a", *begun(), leave(2, 50)),
        *on("b", *begun(), leave(2, 9)),
        *on("a", leave(3, 51)),
    ]
    assert find(tmp_path, *lines) == []
    (finding,) = find(tmp_path, *lines, *on("b", leave(3, 5)), *on("a", leave(4, 52)))
    assert (finding.rule, finding.connection) == ("CAPTURE_TIME_BACKWARDS", 2)


def test_after_a_close_the_times_may_be_any(tmp_path: Path) -> None:
    lines = [*begun(), leave(2, 50), close(1000, **at(51)), *begun()[1:], leave(2, 9)]
    assert find(tmp_path, *lines) == []


def test_it_is_said_once_a_connection(tmp_path: Path) -> None:
    lines = [*begun(), leave(2, 50), leave(3, 20), leave(4, 10)]
    assert [(f.rule, f.connection) for f in find(tmp_path, *lines, *lines)] == [
        ("CAPTURE_TIME_BACKWARDS", 1),
        ("CAPTURE_TIME_BACKWARDS", 2),
    ]


def test_the_close_of_a_silent_client_is_not_doubted_without_times(tmp_path: Path) -> None:
    """Nobody can tell whether heartbeats were late."""
    lines = [*begun(), leave(2, 20), leave(3, 10), close(4007, **at(11))]
    assert [f.rule for f in find(tmp_path, *lines)] == ["CAPTURE_TIME_BACKWARDS", "CLOSE_MEANING"]


def test_a_hello_without_a_time(tmp_path: Path) -> None:
    first = s2c({"type": "hello", "d": {"heartbeat_interval": 1000}}, ts=None)
    lines = [header(), first, *begun()[2:], beat(50), ack(50), beat(90)]
    assert [f.rule for f in find(tmp_path, *lines)] == ["CAPTURE_TIME_MISSING"]


def test_after_a_line_that_cannot_be_read_times_may_be_of_another_connection(
    tmp_path: Path,
) -> None:
    lines = [*begun(), typing(50), "garbage", typing(10), leave(2, 11)]
    assert [f.rule for f in find(tmp_path, *lines)] == ["CAPTURE_LINE_INVALID"]


@pytest.mark.parametrize(("count", "found"), [(3, []), (4, ["CAPTURE_TIME_MISSING"])])
def test_a_few_lines_can_have_the_same_time(tmp_path: Path, count: int, found: list[str]) -> None:
    lines = timed([*begun(), leave(2)][: count + 1], lambda _: START)
    assert [f.rule for f in find(tmp_path, *lines)] == found
