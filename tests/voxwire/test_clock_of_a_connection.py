"""The note on times that cannot be trusted, in full, and from where on there is one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.conversation import at, begun, find, hello, identify, leave, ready, rules
from tests.voxwire.native import START, c2s, close, header
from voxwire.checks import Finding

OFF = "rules about time are off"
MISSING, UNIT, BACKWARDS = "CAPTURE_TIME_MISSING", "CAPTURE_TIME_UNIT", "CAPTURE_TIME_BACKWARDS"
LATE = [*begun(), leave(2, 5)]
LINE = ("CAPTURE_LINE_INVALID", None)


def typing(seconds: float = 1) -> str:
    return c2s({"type": "typing", "d": {"feed_id": 1}}, **at(seconds))


def timed(lines: list[str], change: Callable[[float], Any]) -> list[str]:
    """`lines` with other times."""
    entries = [json.loads(line) for line in lines]
    return [json.dumps(entry | {"ts": change(entry["ts"])}) for entry in entries]


def about_times(found: list[Finding]) -> list[tuple[str, str, str | None]]:
    """Rule, message and hint of each."""
    assert {(f.severity, f.blame, f.frame, f.connection) for f in found} <= {
        ("note", "capture", None, 1)
    }
    return [(f.rule, f.message, f.hint) for f in found]


UNITS: dict[str, tuple[Callable[[float], Any], str, str, str]] = {
    "milliseconds": (
        lambda ts: ts * 1e3,
        UNIT,
        'the times count milliseconds; "ts" is Unix time in seconds',
        f"{OFF}; divide by 1000 when writing",
    ),
    "microseconds": (
        lambda ts: ts * 1e6,
        UNIT,
        'the times count microseconds; "ts" is Unix time in seconds',
        f"{OFF}; divide by 1000000 when writing",
    ),
    "nanoseconds": (
        lambda ts: ts * 1e9,
        UNIT,
        'the times count nanoseconds; "ts" is Unix time in seconds',
        f"{OFF}; divide by 1000000000 when writing",
    ),
    "none": (
        lambda _: None,
        MISSING,
        'lines have no time: "ts" is absent or null',
        f'{OFF}; write "ts", the Unix time in seconds, on every line',
    ),
    "standing": (
        lambda _: START,
        MISSING,
        "every line of the connection has the same time",
        f"{OFF} for this connection",
    ),
    "unknown and standing": (
        lambda _: 5,
        MISSING,
        "every line of the connection has the same time",
        f"{OFF} for this connection",
    ),
    "unknown and running backwards": (
        lambda ts: START - ts,
        UNIT,
        'the times are not the time of day, so that the unit of "ts" cannot be told',
        f"{OFF} for this connection; write the Unix time in seconds, such as 1795376354.14",
    ),
}


@pytest.mark.parametrize(("change", "rule", "message", "hint"), UNITS.values(), ids=UNITS.keys())
def test_times_that_say_nothing(
    tmp_path: Path, change: Callable[[float], Any], rule: str, message: str, hint: str
) -> None:
    found = find(tmp_path, *timed([*LATE, typing(6), typing(6)], change))
    assert about_times(found) == [(rule, message, hint)]


def test_times_of_an_unknown_unit_are_a_note_when_a_rule_asks(tmp_path: Path) -> None:
    """Otherwise nothing is lost: they move on."""
    for lines, expected in (
        (LATE, []),
        ([*LATE, typing(6)], []),
        ([*LATE, *[typing(6)] * 2], [UNIT]),
    ):
        found = find(tmp_path, *timed(lines, lambda ts: ts - START))
        assert [f.rule for f in found] == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([5, 5, 5, 5, 5], [MISSING]),
        ([5, 4, 3, 5, 5], [UNIT]),
        ([5, 5, 5, 5, 4], [UNIT]),
        ([5, 6, 7, 6, 5], []),
        ([5, 5, 5, 5, 6], []),
    ],
)
def test_times_of_an_unknown_unit_that_no_rule_asks_for(
    tmp_path: Path, times: list[float], expected: list[str]
) -> None:
    entries = [json.loads(line) | {"ts": ts} for line, ts in zip(LATE, times, strict=True)]
    assert [f.rule for f in find(tmp_path, *map(json.dumps, entries))] == expected


STANDING = [header(**at(1)), hello(), identify(), ready(), leave(2)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (STANDING[:4], []),
        (STANDING, [MISSING]),
        ([*STANDING[:4], close(**at(1))], []),
        ([*STANDING, close(**at(1))], [MISSING]),
        ([*STANDING, close(**at(1.001))], []),
        ([*STANDING[:4], leave(2, 1.001)], []),
        ([*STANDING[:4], leave(2, 0.999)], [MISSING]),
        ([header(**at(1)), typing(), typing()], [MISSING]),
        ([header(**at(1)), typing(), typing(), leave(40, 1.001)], ["RATE_TYPING"]),
    ],
    ids=[
        "three",
        "four",
        "three and a close",
        "four and a close",
        "a close a millisecond later",
        "a frame a millisecond later",
        "a frame a millisecond earlier",
        "two, and a rule asks",
        "two, and times that move on",
    ],
)
def test_four_frames_at_one_time_are_no_coincidence(
    tmp_path: Path, lines: list[str], expected: list[str]
) -> None:
    assert [f.rule for f in find(tmp_path, *lines) if f.rule != "CAPTURE_ONE_SIDED"] == expected


def test_the_connections_of_a_file_stand_each_for_itself(tmp_path: Path) -> None:
    found = find(tmp_path, *STANDING, *begun(), *STANDING)
    assert [(f.rule, f.connection, f.time) for f in found] == [
        (MISSING, 1, START + 1),
        (MISSING, 3, START + 1),
    ]


# --- Backwards ---------------------------------------------------------------------------------


BACK: dict[str, tuple[list[str], str]] = {
    "a frame": ([leave(3, 3.5)], "at frame 5 the times run backwards by 1.500 s"),
    "a close": ([close(**at(3))], "at its close the times run backwards by 2.000 s"),
    "behind the latest time, not the line before": (
        [leave(3, 4.95), leave(4, 4.895)],
        "at frame 6 the times run backwards by 0.105 s",
    ),
    "once": ([leave(3, 3), leave(4, 2)], "at frame 5 the times run backwards by 2.000 s"),
    "before its header": (
        [leave(3, -1), leave(4, 9), typing(9), typing(9)],
        "at frame 5 the times run backwards by 6.000 s",
    ),
}


@pytest.mark.parametrize(("lines", "message"), BACK.values(), ids=BACK.keys())
def test_times_run_backwards(tmp_path: Path, lines: list[str], message: str) -> None:
    found = find(tmp_path, *LATE, *lines)
    assert about_times(found) == [
        (BACKWARDS, message, f"{OFF} from here to the end of the connection")
    ]


def test_the_note_has_the_time_of_its_line(tmp_path: Path) -> None:
    (finding,) = find(tmp_path, *LATE, leave(3, 3.5))
    assert (finding.time, finding.elapsed) == (START + 3.5, 3.5)


@pytest.mark.parametrize(
    "lines",
    [
        [leave(3, 4.9), leave(4, 4.9), leave(5, 5)],
        [leave(3, 4.9), close(**at(4.9))],
        [close(**at(4.9))],
        [close(**at(5)), *begun()[1:], leave(2, 2)],
    ],
)
def test_a_tenth_of_a_second_is_nothing(tmp_path: Path, lines: list[str]) -> None:
    assert find(tmp_path, *LATE, *lines) == []


def test_more_than_a_tenth_is_not(tmp_path: Path) -> None:
    for line in (leave(3, 4.8999), close(**at(4.8999))):
        assert rules(find(tmp_path, *LATE, line)) == [(BACKWARDS, None)]


def test_jitter_leaves_the_latest_time(tmp_path: Path) -> None:
    """From which the next line is measured."""
    (finding,) = find(tmp_path, *begun(), typing(2), leave(2, 2.09), typing(2), leave(3, 9))
    assert (finding.rule, finding.frame) == ("RATE_TYPING", 6)
    assert finding.message == "the client sends typing again in feed_id 1 after 0.1 s"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([leave(3, 2), leave(4, 3)], [LINE]),
        ([leave(3, 2), leave(4, 1)], [LINE, (BACKWARDS, None)]),
        ([leave(3, 2), "{", leave(4, 1)], [LINE, LINE]),
        ([leave(3, 9), leave(4, 8)], [LINE, (BACKWARDS, None)]),
    ],
    ids=["on", "back again", "lost again", "back from later"],
)
def test_the_first_time_behind_a_lost_line_may_be_any(
    tmp_path: Path, lines: list[str], expected: list[tuple[str, int | None]]
) -> None:
    assert rules(find(tmp_path, *LATE, "{", *lines)) == expected


def test_a_clock_that_is_off_stays_off_behind_a_lost_line(tmp_path: Path) -> None:
    lines = [*LATE, leave(3, 2), "{", typing(9), typing(9), leave(4, 1)]
    assert rules(find(tmp_path, *lines)) == [(BACKWARDS, None), LINE]
