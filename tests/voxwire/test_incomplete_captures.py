"""What a capture lacks is nobody's fault: lines that cannot be read, one of the sides, the start."""

import itertools
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.voxwire.conversation import (
    ack,
    beat,
    begun,
    find,
    hello,
    identify,
    leave,
    ready,
    resume,
    resumed,
    rules,
)
from tests.voxwire.native import EXAMPLES, START, c2s, capture, close, header, s2c
from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics

FLOWS = sorted(path for path in EXAMPLES.glob("flow-*.ndjson") if path.stat().st_size < 20_000)
GARBAGE = ("garbage", '{"ts": 1795376354.1, "dir": "s2', '{"ts": 1795376354.1, "dir": "up"}', "{}")
BAD_LINE = Counter(CAPTURE_LINE_INVALID=1)


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")[:-1]


def counted(folder: Path, *files: list[str]) -> Counter[str]:
    """How often each rule is broken in captures with these lines, read one after the other."""
    statistics, sessions = Statistics(), Sessions()
    for number, lines in enumerate(files):
        path = folder / f"{number}.ndjson"
        path.write_bytes(capture(*lines))
        for _ in CaptureCheck(str(path), Selection(), statistics, sessions).findings():
            pass
    return Counter({str(rule): times for rule, times in statistics.by_rule.items()})


def named(name: str, lines: list[str]) -> list[str]:
    return [json.dumps(json.loads(line) | {"conn": name}) for line in lines]


def interleaved(first: list[str], second: list[str]) -> list[str]:
    """The lines of two connections in turns."""
    pairs = zip(named("a", first), named("b", second), strict=False)
    return [line for pair in pairs for line in pair]


SESSION = [*begun(), leave(2), leave(3), beat(40), ack(40.1), beat(85), ack(85.1), leave(4, 86)]
RESUMED = [header(), hello(90), resume(4, 91), leave(5, 92), leave(6, 92), resumed(6, 92)]
AGAIN = [header(), hello(100), resume(6, 101), resumed(6, 102), beat(120), ack(121)]
CONVERSATIONS = {
    **{path.stem: lines_of(path) for path in FLOWS},
    "flows in one file": [line for path in FLOWS for line in lines_of(path)],
    "lost and resumed": [*SESSION, *RESUMED, *AGAIN],
    "interleaved": interleaved([*begun(), leave(2)], [*begun(), leave(2), leave(3)]),
    "named and closed": named("1", [*begun(), leave(2), close()]) * 2,
}


@pytest.mark.parametrize("lines", CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
def test_a_line_that_cannot_be_read_makes_nobody_guilty(tmp_path: Path, lines: list[str]) -> None:
    usual = counted(tmp_path, lines)
    for number in range(len(lines)):
        garbage = GARBAGE[number % len(GARBAGE)]
        found = counted(tmp_path, [*lines[:number], garbage, *lines[number + 1 :]])
        assert found["CAPTURE_LINE_INVALID"] == 1
        assert found - usual - BAD_LINE == Counter(), f"line {number + 1}: {lines[number]}"


def test_nor_in_another_file(tmp_path: Path) -> None:
    files = [SESSION, RESUMED, AGAIN]
    assert counted(tmp_path, *files) == Counter()
    for at, lines in enumerate(files):
        for number in range(len(lines)):
            broken = [*lines[:number], "garbage", *lines[number + 1 :]]
            found = counted(tmp_path, *files[:at], broken, *files[at + 1 :])
            assert found == BAD_LINE, f"line {number + 1} of file {at + 1}"


def test_mistakes_elsewhere_are_found_all_the_same(tmp_path: Path) -> None:
    lines = [*begun(), "garbage", header(), hello(), identify(), ready(), identify()]
    found = find(tmp_path, *lines)
    assert [(f.rule, f.connection, f.frame) for f in found] == [
        ("CAPTURE_LINE_INVALID", 1, None),
        ("IDENTIFY_REPEATED", 2, 4),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [header(), hello(), ready(), "garbage", beat()],  # it may have been the identify
        [*begun(), close(), "garbage", leave(40), leave(41)],  # or the next header
        [*begun(), leave(2), close(), "garbage", beat(), ack()],
    ],
)
def test_what_was_in_doubt_stays_in_doubt(tmp_path: Path, lines: list[str]) -> None:
    assert [rule for rule, _ in rules(find(tmp_path, *lines))] == ["CAPTURE_LINE_INVALID"]


def test_an_open_connection_is_remembered_longer_than_closed_ones(tmp_path: Path) -> None:
    first = named("first", [*begun(), leave(2)])
    others = [
        line
        for number in range(MAX_CONNECTIONS + 1)
        for line in named(str(number), [header(), close()])
    ]
    found = find(tmp_path, *first, *others, *named("first", [leave(4)]))
    assert [(f.rule, f.connection, f.frame) for f in found] == [("SEQ_GAP", 1, 5)]


def test_one_line_excuses_one_missing_header(tmp_path: Path) -> None:
    first = s2c({"type": "hello", "d": {"heartbeat_interval": 1}}, conn="a")
    second = s2c({"type": "hello", "d": {"heartbeat_interval": 1}}, conn="b")
    assert [(f.rule, f.connection) for f in find(tmp_path, "garbage", first, second)] == [
        ("CAPTURE_LINE_INVALID", None),
        ("CAPTURE_NO_HEADER", 2),
    ]


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_a_server_frame_that_cannot_be_read_is_one_mistake(tmp_path: Path, path: Path) -> None:
    lines = lines_of(path)
    usual = counted(tmp_path, lines)
    for number, line in enumerate(lines):
        entry = json.loads(line)
        if entry.get("dir") != "s2c":
            continue
        if entry["opcode"] == "text":
            rule, broken = "JSON_INVALID", entry | {"text": "{"}
        else:
            rule, broken = "ZSTD_INVALID", entry | {"b64": "AAAA"}
        found = counted(tmp_path, [*lines[:number], json.dumps(broken), *lines[number + 1 :]])
        assert found - usual == Counter({rule: 1}), f"line {number + 1}: {line}"


@pytest.mark.parametrize(
    "rest",
    [
        [identify(), "{", leave(2), leave(3)],
        [resume(3), "{", ready(), leave(2)],
        [identify(), ready(), beat(20), "{", beat(65), ack(65)],
    ],
)
def test_an_answer_that_cannot_be_read(tmp_path: Path, rest: list[str]) -> None:
    lines = [s2c(line, ts=json.loads(rest[0])["ts"]) if line == "{" else line for line in rest]
    found = {rule for rule, _ in rules(find(tmp_path, header(), hello(), *lines))}
    assert found <= {"JSON_INVALID", "CAPTURE_TIME_BACKWARDS"}


# --- One side only -----------------------------------------------------------------------------


def without(direction: str) -> Callable[[list[str]], list[str]]:
    """Leaves out the frames of one side."""
    return lambda lines: [line for line in lines if json.loads(line).get("dir") != direction]


ONE_SIDED = [*FLOWS, *sorted(EXAMPLES.glob("main-*.ndjson"))]


@pytest.mark.parametrize("path", ONE_SIDED, ids=lambda path: path.stem)
@pytest.mark.parametrize("direction", ["s2c", "c2s"])
@pytest.mark.parametrize("has_header", [True, False])
def test_one_side_of_a_recording(
    tmp_path: Path, path: Path, direction: str, has_header: bool
) -> None:
    lines = lines_of(path)
    usual = counted(tmp_path, lines)
    one_sided = without(direction)(lines)[0 if has_header else 1 :]
    found = counted(tmp_path, one_sided) - usual
    assert found.keys() <= {"CAPTURE_ONE_SIDED", "CAPTURE_NO_HEADER"}
    assert max(found.values(), default=1) == 1


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([hello(), ready(), leave(2), ack(20)], "the capture holds only what the server sent"),
        ([hello(), leave(6), resumed(6)], "the capture holds only what the server sent"),
        ([ready(), leave(2)], "the capture holds only what the server sent"),
        ([ack(), ack(), leave(40)], "the capture holds only what the server sent"),
        ([leave(seq) for seq in range(40, 50)], "the capture holds only what the server sent"),
        ([hello(), ready(), close(4007)], "the capture holds only what the server sent"),
        *[
            ([hello(), close(code)], "the capture holds only what the server sent")
            for code in (4002, 4004, 4005, 4009, 4010, 4011)
        ],
        ([hello(), ready(), close(1000, ts=1.8e9)], "the capture holds only what the server sent"),
        ([identify(), beat()], "the capture holds only what the client sent"),
        ([identify(), close(4004)], "the capture holds only what the client sent"),
        ([beat(), beat(60), beat(200)], "the capture holds only what the client sent"),
    ],
)
def test_which_side_is_missing_is_said_once(tmp_path: Path, lines: list[str], message: str) -> None:
    found = [f for f in find(tmp_path, header(), *lines) if f.rule != "CLOSE_MEANING"]
    assert [(f.rule, f.severity, f.message, f.blame) for f in found] == [
        ("CAPTURE_ONE_SIDED", "note", message, "capture")
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [hello()],
        *[[hello(), close(code)] for code in (1000, 1006, 4000, 4003, 4006, 4008, 4012)],
        [close(4004)],
        [hello(), s2c({"type": "error", "d": {"code": "INVALID_STATUS", "message": "y"}})],
        [identify()],
        [ack(), leave(40)],
        [],
    ],
)
def test_who_had_no_reason_to_speak_is_not_missing(tmp_path: Path, lines: list[str]) -> None:
    rules_ = {rule for rule, _ in rules(find(tmp_path, header(), *lines))}
    assert rules_ <= {"CLOSE_MEANING"}


def test_what_waited_is_found_when_the_other_side_speaks(tmp_path: Path) -> None:
    found = find(tmp_path, header(), hello(), ready(), ack(), ack(), beat())
    assert rules(found) == [("READY_UNASKED", 2), ("HEARTBEAT_ACK_UNASKED", 3)]


def test_what_waits_takes_bounded_memory_and_is_counted(tmp_path: Path) -> None:
    lines = [header(), hello(), *[leave(seq) for seq in range(1, 500)], beat()]
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*lines))
    statistics = Statistics()
    found = list(CaptureCheck(str(path), Selection(), statistics, Sessions()).findings())
    assert rules(found) == [("BEFORE_READY", 2), ("NOT_IDENTIFIED", 501)]
    assert statistics.by_rule == {"BEFORE_READY": 499, "NOT_IDENTIFIED": 1}


def test_each_connection_that_lacks_a_side_says_so(tmp_path: Path) -> None:
    lines = [header(), hello(), ready(), *begun(), header(), hello(), ready()]
    assert [(f.rule, f.connection) for f in find(tmp_path, *lines)] == [
        ("CAPTURE_ONE_SIDED", 1),
        ("CAPTURE_ONE_SIDED", 3),
    ]


def test_a_connection_that_is_forgotten_says_it_before(tmp_path: Path) -> None:
    others = [header(conn=str(number)) for number in range(MAX_CONNECTIONS)]
    first = named("first", [header(), hello(), ready()])
    found = find(tmp_path, *first, *others)
    assert [(f.rule, f.connection) for f in found] == [("CAPTURE_ONE_SIDED", 1)]


# --- No start, no end ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_a_capture_that_begins_or_ends_anywhere(tmp_path: Path, path: Path) -> None:
    lines = lines_of(path)
    usual = counted(tmp_path, lines)
    for number in range(1, len(lines)):
        for part in (lines[number:], lines[:number]):
            found = counted(tmp_path, part) - usual
            assert found.keys() <= {"CAPTURE_NO_HEADER", "CAPTURE_ONE_SIDED"}, f"line {number}"


@pytest.mark.parametrize(
    "lines",
    [
        [beat(), ack(), leave(41), beat(60), ack(60)],
        [c2s({"type": "typing", "d": {"feed_id": 1}}), leave(41)],
        [ready(), beat(), ack()],
        [identify(), leave(41), leave(42), close(4005)],
    ],
)
def test_a_header_before_the_middle_of_a_connection(tmp_path: Path, lines: list[str]) -> None:
    found = {rule for rule, _ in rules(find(tmp_path, header(), *lines))}
    assert found <= {"CLOSE_MEANING"}


def test_connections_without_headers(tmp_path: Path) -> None:
    connection = [*begun()[1:], leave(2, 1.05), beat(), ack(), close()]
    assert rules(find(tmp_path, *connection, *connection, *connection[:-1], *connection)) == [
        ("CAPTURE_NO_HEADER", None)
    ]


def test_a_log_of_one_side_without_headers_says_so_once(tmp_path: Path) -> None:
    received = [hello(), ready(), leave(2, 1.05), close()]
    assert [rule for rule, _ in rules(find(tmp_path, *received * 3))] == [
        "CAPTURE_NO_HEADER",
        "CAPTURE_ONE_SIDED",
    ]


# --- Several connections that nothing tells apart ------------------------------------------------


ONE = [hello(), identify(), ready(), leave(2), beat(46), ack(46)]


def other(seconds: float) -> list[str]:
    """The lines of another client, which connects then."""
    return [
        hello(seconds),
        identify(seconds),
        ready(seconds, session="sess_fedcba9876543210"),
        leave(2, seconds),
        beat(seconds + 45),
        ack(seconds + 45),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [header(), *ONE, *other(50)],
        [header(), header(), *itertools.chain(*zip(ONE, other(1), strict=True))],
        [header(), *ONE, hello(50), resume(2, 50), leave(3, 50), resumed(3, 50), leave(4, 50)],
        [header(), *ONE, hello(50), identify(50), close(4004, ts=START + 51)],
    ],
    ids=["one after the other", "in turns", "resumed", "refused"],
)
def test_lines_of_several_connections_are_one_finding(tmp_path: Path, lines: list[str]) -> None:
    found = [f for f in find(tmp_path, *lines) if f.rule != "CLOSE_MEANING"]
    assert [(f.rule, f.blame) for f in found] == [("HELLO_REPEATED", None)]
    assert found[0].hint == (
        "the server repeats it, or the lines are of several connections: rules about order are off"
    )


def test_what_several_connections_received_is_not_known(tmp_path: Path) -> None:
    lines = [header(), *ONE, *other(50), header(), hello(), resume(9), resumed(9)]
    assert [(f.rule, f.connection) for f in find(tmp_path, *lines)] == [("HELLO_REPEATED", 1)]
