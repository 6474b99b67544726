"""What is listed and what is only counted: how many, up to which frame, of which connection."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.voxwire.conversation import (
    ack,
    at,
    beat,
    begun,
    hello,
    identify,
    leave,
    ready,
    rules,
)
from tests.voxwire.native import START, binary, c2s, capture, close, header
from voxwire.checks import CaptureCheck, Finding, Repeated, Selection, Sessions, Statistics
from voxwire.checks.repetitions import Repetitions
from voxwire.rules.capture_format import CAPTURE_LINE_INVALID
from voxwire.rules.heartbeats import HEARTBEAT_ACK_UNASKED
from voxwire.rules.order import IDENTIFY_REPEATED
from voxwire.rules.registry import RULES
from voxwire.rules.rule import Rule, Severity
from voxwire.rules.sequence import SEQ_GAP

LINE, ACK, GAP = CAPTURE_LINE_INVALID, HEARTBEAT_ACK_UNASKED, SEQ_GAP
Short = tuple[int | None, str, str, int, int | None]


def check(folder: Path, *lines: str) -> tuple[list[tuple[str, int | None]], list[Short]]:
    """What is listed and what is only counted, in short."""
    path = folder / "capture.ndjson"
    path.write_bytes(capture(*lines))
    statistics = Statistics()
    found = list(CaptureCheck(str(path), Selection(), statistics, Sessions()).findings())
    assert {repeated.file for repeated in statistics.repeated} <= {str(path)}
    counted = sum(repeated.count for repeated in statistics.repeated)
    assert statistics.by_rule.total() == len(found) + counted
    return rules(found), [
        (r.connection, r.rule, r.severity, r.count, r.last_frame) for r in statistics.repeated
    ]


def on(name: str, *lines: str) -> list[str]:
    """The lines on a connection with this name."""
    return [json.dumps(json.loads(line) | {"conn": name}) for line in lines]


def gaps(count: int) -> list[str]:
    """So many gaps, each with a number in order behind it."""
    return [leave(3 * n + more) for n in range(1, count + 1) for more in (0, 1)]


@pytest.mark.parametrize("count", [1, 9, 10, 11, 12])
def test_ten_that_are_separate_are_listed(tmp_path: Path, count: int) -> None:
    found, repeated = check(tmp_path, *begun(), *gaps(count))
    frames = [4 + 2 * n for n in range(count)]
    assert found == [(GAP, frame) for frame in frames[:10]]
    assert repeated == [(1, GAP, "error", count - 10, frame) for frame in frames[10:][-1:]]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_of_others_the_first_is_listed(tmp_path: Path, count: int) -> None:
    found, repeated = check(tmp_path, *begun(), *[ack()] * count, leave(2))
    assert found == [(ACK, 4)]
    assert repeated == [(1, ACK, "error", more, 4 + more) for more in [count - 1] if more]


@pytest.mark.parametrize("count", [10, 11])
def test_ten_lines_are_listed_of_whichever_connection(tmp_path: Path, count: int) -> None:
    lines = ["{", *begun(), *["{"] * 5, *begun(), *["{"] * (count - 6)]
    found, repeated = check(tmp_path, *lines)
    assert found == [(LINE, None)] * 10
    assert repeated == [(None, LINE, "error", count - 10, None)] * (count > 10)


def test_one_cause_is_listed_once_among_separate_ones(tmp_path: Path) -> None:
    """Three gaps without a number in order between them, and one more behind one."""
    lines = [*begun(), leave(3), leave(5), leave(7), leave(8), leave(10)]
    assert check(tmp_path, *lines) == ([(GAP, 4), (GAP, 8)], [(1, GAP, "error", 2, 6)])


def test_each_rule_is_counted_for_itself(tmp_path: Path) -> None:
    lines = [*begun(), ack(), identify(), ack(), identify(), ack(), *[binary(b"{}", "c2s")] * 2]
    found, repeated = check(tmp_path, *lines)
    assert found == [(ACK, 4), ("IDENTIFY_REPEATED", 5), ("BINARY_FROM_CLIENT", 9)]
    assert repeated == [
        (1, ACK, "error", 2, 8),
        (1, "IDENTIFY_REPEATED", "error", 1, 7),
        (1, "BINARY_FROM_CLIENT", "error", 1, 10),
    ]


def test_so_is_each_of_two_connections_at_a_time(tmp_path: Path) -> None:
    lines = [*on("a", *begun()), *on("b", *begun()), *on("a", ack()), *on("b", ack(), ack())]
    found, repeated = check(tmp_path, *lines, *on("a", ack(), ack()))
    assert found == [(ACK, 4)] * 2
    assert repeated == [(1, ACK, "error", 2, 6), (2, ACK, "error", 1, 5)]


def test_what_is_about_a_frame_is_listed_each_time(tmp_path: Path) -> None:
    unknown = c2s({"type": "presence_update", "d": {"status": "offline"}}, **at(1))
    found, repeated = check(tmp_path, *begun(), unknown, unknown, unknown)
    assert [frame for _, frame in found] == [4, 5, 6]
    assert repeated == []


def test_what_waited_is_counted_with_what_comes_later(tmp_path: Path) -> None:
    lines = [header(), hello(), ready(), ack(), ack(), ack(), beat(2), ack(2), ack(2), ack(2)]
    found, repeated = check(tmp_path, *lines)
    assert found == [("READY_UNASKED", 2), (ACK, 3)]
    ((connection, rule, severity, count, last_frame),) = repeated
    assert (connection, rule, severity, last_frame) == (1, ACK, "error", 9)
    assert count == 4


def test_a_note_is_counted_as_a_note(tmp_path: Path) -> None:
    typing = c2s({"type": "typing", "d": {"feed_id": 1}}, **at(2))
    assert check(tmp_path, *begun(), *[typing] * 4, leave(2, 3), close(ts=START + 3)) == (
        [("RATE_TYPING", 5)],
        [(1, "RATE_TYPING", "note", 2, 7)],
    )


# --- Many connections --------------------------------------------------------------------------


def break_rule(
    repetitions: Repetitions,
    connection: int,
    times: int,
    rule: Rule = ACK,
    severity: Severity = "error",
) -> None:
    """A rule is broken in so many frames of a connection, which then ends."""
    for frame in range(1, times + 1):
        finding = Finding(
            rule=rule,
            severity=severity,
            message="",
            file="",
            connection=connection,
            frame=frame,
        )
        assert repetitions.is_listed(finding) is (frame == 1)
    repetitions.end(connection)


def test_a_thousand_are_told_apart() -> None:
    repeated: list[Repeated] = []
    repetitions = Repetitions("a", repeated)
    for connection in range(1, 1001):
        break_rule(repetitions, connection, 3)
    assert repeated == [Repeated("a", number, ACK, "error", 2, 3) for number in range(1, 1001)]


def test_of_more_each_rule_is_counted_together_by_file_and_severity() -> None:
    repeated: list[Repeated] = []
    first, second = Repetitions("a", repeated), Repetitions("b", repeated)
    for connection in range(1, 1001):
        break_rule(first, connection, 2)
    for connection in (1001, 1002, 1003):
        break_rule(first, connection, 3)
    break_rule(first, 1004, 6, IDENTIFY_REPEATED)
    break_rule(second, 1, 5)
    break_rule(first, 1005, 9, severity="note")
    break_rule(first, 1006, 4)
    break_rule(second, 2, 2)
    assert repeated[999:] == [
        Repeated("a", 1000, ACK, "error", 1, 2),
        Repeated("a", None, ACK, "error", 2 * 3 + 3, None),
        Repeated("a", None, IDENTIFY_REPEATED, "error", 5, None),
        Repeated("b", None, ACK, "error", 4 + 1, None),
        Repeated("a", None, ACK, "note", 8, None),
    ]


def test_what_ended_is_listed_anew() -> None:
    """Nothing is left of a connection that ended."""
    repeated: list[Repeated] = []
    repetitions = Repetitions("a", repeated)
    break_rule(repetitions, 1, 2)
    break_rule(repetitions, 1, 3)
    repetitions.end(2)
    repetitions.end_all()
    assert repeated == [Repeated("a", 1, ACK, "error", 1, 2), Repeated("a", 1, ACK, "error", 2, 3)]


@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("continues", [True, False])
def test_one_that_stands_for_several(times: int, continues: bool) -> None:
    repeated: list[Repeated] = []
    repetitions = Repetitions("a", repeated)
    finding = Finding(
        rule=GAP,
        severity="error",
        message="",
        file="a",
        connection=3,
        frame=7,
        continues=True,
        times=times,
    )
    assert repetitions.is_listed(finding)
    assert repetitions.is_listed(replace(finding, continues=continues)) is not continues
    assert repeated == []
    repetitions.end_all()
    count = 2 * times - (1 if continues else 2)
    assert repeated == [Repeated("a", 3, GAP, "error", count, 7)] * (count > 0)


def test_what_is_about_no_connection_is_listed_each_time() -> None:
    repeated: list[Repeated] = []
    repetitions = Repetitions("a", repeated)
    finding = Finding(rule=ACK, severity="error", message="", file="a", continues=True)
    assert [repetitions.is_listed(finding) for _ in range(3)] == [True] * 3
    repetitions.end_all()
    assert repeated == []


SEPARATE = {
    "CAPTURE_GAP",
    "CAPTURE_LINE_INVALID",
    "CAPTURE_LINE_TOO_LONG",
    "CAPTURE_PART_INVALID",
    "ENDPOINT_QUERY",
    "HEARTBEAT_ACK_MISSING",
    "SEQ_DUPLICATE",
    "SEQ_GAP",
    "SEQ_REGRESSION",
    "SERVER_HEARTBEAT_UNANSWERED",
    "STREAM_KEY_IN_USE",
    "STREAM_OVER",
    "STREAM_UNKNOWN",
    "ZSTD_INVALID",
    "ZSTD_TOO_LARGE",
    "ZSTD_TRAILING_DATA",
}


@pytest.mark.parametrize("rule", RULES.values())
def test_how_many_of_a_rule_are_listed(rule: Rule) -> None:
    repetitions = Repetitions("a", [])
    finding = Finding(rule=rule, severity="error", message="", file="a", connection=1, frame=1)
    listed = [repetitions.is_listed(finding) for _ in range(12)]
    if rule in SEPARATE:
        assert listed == [True] * 10 + [False] * 2
    elif rule.group in ("compression", "sequence", "session"):
        assert listed == [True] + [False] * 11
    else:
        assert listed == [True] * 12
