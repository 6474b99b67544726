"""What waits for the rest of a capture is found, counted or dropped; a lost header begins anew."""

import json
from pathlib import Path

import pytest

from tests.voxwire.checking import check_lines
from tests.voxwire.conversation import (
    SESSION,
    ack,
    at,
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
from tests.voxwire.native import START, c2s, capture, close, header
from voxwire.checks import CaptureCheck, Repeated, Selection, Sessions, Statistics

BAD_LINE = "{"
LINE, NO_HEADER = ("CAPTURE_LINE_INVALID", None), ("CAPTURE_NO_HEADER", None)
ONE_SIDED, NO_TIME = ("CAPTURE_ONE_SIDED", None), ("CAPTURE_TIME_MISSING", None)
ZSTD = "wss://host/gateway?v=1&encoding=json&compress=zstd"
Found = list[tuple[str, int | None]]


def typing(seconds: float = 1) -> str:
    return c2s({"type": "typing", "d": {"feed_id": 1}}, **at(seconds))


def standing(*lines: str) -> list[str]:
    """A connection up to ready and `lines`, all at one time if theirs is that of ready."""
    return [header(**at(1)), *begun()[1:], *lines]


def counted(folder: Path, *lines: str) -> tuple[Found, dict[str, int], list[Repeated]]:
    """What is listed, how often each rule was broken, and what is only counted."""
    path = folder / "capture.ndjson"
    path.write_bytes(capture(*lines))
    statistics = Statistics()
    check = CaptureCheck(str(path), Selection(), statistics, Sessions())
    found = rules(list(check.findings()))
    by_rule = {rule.id: count for rule, count in statistics.by_rule.items()}
    return found, by_rule, statistics.repeated


# --- How many waited ---------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3])
def test_each_that_waited_for_the_client_counts(tmp_path: Path, count: int) -> None:
    lines = [header(), hello(), ready(), *[ack()] * count]
    assert counted(tmp_path, *lines) == ([ONE_SIDED], {"CAPTURE_ONE_SIDED": 1}, [])
    found, by_rule, repeated = counted(tmp_path, *lines, beat(2))
    assert found == [("READY_UNASKED", 2), ("HEARTBEAT_ACK_UNASKED", 3)]
    assert by_rule == {"READY_UNASKED": 1, "HEARTBEAT_ACK_UNASKED": count}
    assert [(r.rule, r.count, r.last_frame) for r in repeated] == [
        ("HEARTBEAT_ACK_UNASKED", number, 3) for number in [count - 1] if number
    ]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_each_that_waited_for_times_counts(tmp_path: Path, count: int) -> None:
    lines = standing(*[typing()] * (count + 1))
    assert counted(tmp_path, *lines)[0] == [NO_TIME]
    for end in (leave(2, 3), close(**at(3))):
        found, by_rule, repeated = counted(tmp_path, *lines, end)
        assert found == [("RATE_TYPING", 5)]
        assert by_rule == {"RATE_TYPING": count}
        assert [r.count for r in repeated] == [number for number in [count - 1] if number]


def test_what_was_released_waits_no_more(tmp_path: Path) -> None:
    lines = [header(), hello(), ready(), ack(), beat(2), ack(3), ack(4), beat(5)]
    found, by_rule, repeated = counted(tmp_path, *lines)
    assert found == [("READY_UNASKED", 2), ("HEARTBEAT_ACK_UNASKED", 3)]
    assert by_rule == {"READY_UNASKED": 1, "HEARTBEAT_ACK_UNASKED": 2}
    assert [(r.count, r.last_frame) for r in repeated] == [(1, 6)]


WAITS: dict[str, tuple[list[str], Found]] = {
    "for the client only, without times": (
        [header(**at(1)), hello(), ready(), ack(), beat()],
        [("READY_UNASKED", 2), ("HEARTBEAT_ACK_UNASKED", 3), NO_TIME],
    ),
    "for the client only, whatever the times": (
        [header(**at(1)), hello(), ready()],
        [ONE_SIDED],
    ),
    "for times only, without hello": (
        [typing(), typing(), leave(40, 3)],
        [NO_HEADER, ("RATE_TYPING", 2)],
    ),
    "for hello, which does not come": ([header(), beat(), leave(2, 2)], []),
    "for hello": ([header(), beat(), hello(2)], [("NOT_IDENTIFIED", 1)]),
    "for nothing, after hello": ([header(), hello(), beat()], [("NOT_IDENTIFIED", 2)]),
    "for the client, who does not come before the close": (
        [header(), hello(), ready(), ack(), close(**at(2))],
        [ONE_SIDED],
    ),
    "for the client, not for one after the close": (
        [header(), hello(), ready(), ack(), close(**at(2)), hello(3), identify(3), ready(3)],
        [ONE_SIDED],
    ),
    "for times, not for those after the close": (
        [*standing(typing(), typing(), close()), hello(2), identify(2), ready(2), leave(2, 3)],
        [NO_TIME],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), WAITS.values(), ids=WAITS.keys())
def test_what_a_finding_waits_for(tmp_path: Path, lines: list[str], expected: Found) -> None:
    assert rules(find(tmp_path, *lines)) == expected


def test_a_late_heartbeat_waits_for_the_client_and_for_times(tmp_path: Path) -> None:
    lines = [header(), hello(), ready(2), close(**at(200))]
    assert rules(find(tmp_path, *lines)) == [ONE_SIDED]
    entries = [json.loads(line) for line in lines]
    small = [json.dumps(entry | {"ts": entry["ts"] - START}) for entry in entries]
    assert rules(find(tmp_path, *small)) == [("CAPTURE_TIME_UNIT", None), ONE_SIDED]


SOUND: dict[str, tuple[list[str], Found, dict[str, int]]] = {
    "after a close": (
        [*begun(), leave(2), close(), *[leave(3, 2)] * 3],
        [("FRAME_AFTER_CLOSE", 5)],
        {"FRAME_AFTER_CLOSE": 3},
    ),
    "before ready": (
        [header(), hello(), identify(), *[leave(seq) for seq in (1, 2, 3)]],
        [("BEFORE_READY", 3)],
        {"BEFORE_READY": 3},
    ),
    "not compressed": (
        [header(url=ZSTD), *begun()[1:], *[leave(seq) for seq in (2, 3, 4)]],
        [("COMPRESSION_MISSING", 1)],
        {"COMPRESSION_MISSING": 5},
    ),
    "the first behind a lost line": (
        [*begun(), leave(2, 5), BAD_LINE, leave(1, 6), leave(2, 3)],
        [LINE, ("CAPTURE_TIME_BACKWARDS", None)],
        {"CAPTURE_LINE_INVALID": 1, "CAPTURE_TIME_BACKWARDS": 1},
    ),
}


@pytest.mark.parametrize(("lines", "found", "by_rule"), SOUND.values(), ids=SOUND.keys())
def test_sound_frames_that_are_news(
    tmp_path: Path, lines: list[str], found: Found, by_rule: dict[str, int]
) -> None:
    assert counted(tmp_path, *lines)[:2] == (found, by_rule)


# --- Lines that cannot be read -----------------------------------------------------------------


LOST: dict[str, tuple[list[str], Found]] = {
    "what waits for the client is forgotten": (
        [header(), hello(), ready(), ack(), BAD_LINE, beat(2)],
        [LINE],
    ),
    "what waits for times is not": (
        standing(typing(), typing(), BAD_LINE, leave(2, 3)),
        [LINE, ("RATE_TYPING", 5)],
    ),
    "lines that were lost before a connection": (
        [BAD_LINE, *begun(), ack(2)],
        [LINE, ("HEARTBEAT_ACK_UNASKED", 4)],
    ),
    "each is counted once": (
        [BAD_LINE, *begun(), BAD_LINE, ack(2), ack(2)],
        [LINE, LINE, ("HEARTBEAT_ACK_UNASKED", 5)],
    ),
    "a hello behind it is that of another connection": (
        [*begun(), BAD_LINE, hello(2), identify(2), ready(2)],
        [LINE],
    ),
    "so is an identify, whose interval is not known": (
        [*begun(), BAD_LINE, identify(2), ready(2), beat(3), ack(3), beat(300)],
        [LINE],
    ),
    "so is a resume": (
        [*begun(), BAD_LINE, resume(1, 2), resumed(1, 2), beat(3), ack(3), beat(300)],
        [LINE],
    ),
    "but no heartbeat, whose interval is": (
        [*begun(), BAD_LINE, beat(3), ack(3), beat(300)],
        [LINE, ("HEARTBEAT_LATE", 6)],
    ),
    "but nothing else": (
        [*begun(), BAD_LINE, beat(2), ack(2), ack(2), ack(2)],
        [LINE, ("HEARTBEAT_ACK_UNASKED", 7)],
    ),
    "only once": (
        [*begun(), BAD_LINE, hello(2), identify(2), ready(2), identify(3)],
        [LINE, ("IDENTIFY_REPEATED", 7)],
    ),
    "what was lost before does not count for the connection that begins then": (
        [*begun(), BAD_LINE, hello(2), identify(2), ready(2), ack(3)],
        [LINE, ("HEARTBEAT_ACK_UNASKED", 7)],
    ),
    "a resume behind it may be one that the server ignores": (
        [*begun(), BAD_LINE, hello(2), resume(5, 2), leave(9, 2)],
        [LINE],
    ),
    "so that nobody knows which session goes on": (
        [
            *[*begun(), BAD_LINE, hello(2), resume(5, 2), leave(6, 3), close(**at(4))],
            *[header(**at(5)), hello(6), resume(9, 7)],
        ],
        [LINE],
    ),
    "after a close it may have been a header": (
        [*begun(), close(), BAD_LINE, leave(40, 2), beat(3), ack(3), leave(41, 4)],
        [LINE],
    ),
    "numbers are followed from the next one on": (
        [*begun(), BAD_LINE, leave(40, 2), leave(42, 2)],
        [LINE, ("SEQ_GAP", 5)],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), LOST.values(), ids=LOST.keys())
def test_lines_that_cannot_be_read(tmp_path: Path, lines: list[str], expected: Found) -> None:
    assert rules(find(tmp_path, *lines)) == expected


def test_a_connection_that_lost_lines_is_not_said_to_lack_a_side(tmp_path: Path) -> None:
    received = [hello(), ready(), leave(2)]
    lost = rules(find(tmp_path, header(), *received, BAD_LINE, leave(3)))
    assert lost == [LINE]
    assert rules(find(tmp_path, BAD_LINE, header(), *received)) == [LINE, ONE_SIDED]


# --- A lost header -----------------------------------------------------------------------------


CLOSED = [*begun(), close()]
BEGINNINGS: dict[str, tuple[list[str], Found]] = {
    "hello": ([*CLOSED, hello(2), identify(2), ready(2)], []),
    "identify": ([*CLOSED, identify(2), ready(2)], []),
    "resume": ([*CLOSED, resume(1, 2), resumed(1, 2)], []),
    "nothing else": ([*CLOSED, ready(2)], [("FRAME_AFTER_CLOSE", 4)]),
    "nor a heartbeat": ([*CLOSED, beat(2)], [("FRAME_AFTER_CLOSE", 4)]),
    "numbers count anew": (
        [*begun(), leave(2), close(), hello(2), identify(2), ready(2), leave(2, 2)],
        [],
    ),
    "and are followed": (
        [*CLOSED, hello(2), identify(2), ready(2), leave(3, 2)],
        [("SEQ_GAP", 7)],
    ),
    "a resume says what is due after a header": (
        [header(), hello(), resume(5), leave(9)],
        [("SEQ_GAP", 3)],
    ),
    "a resume may not be the first without one": ([resume(5), leave(9)], [NO_HEADER]),
    "a resume says what is due": (
        [*begun(), leave(2), close(), hello(2), resume(2, 2), leave(5, 2)],
        [("SEQ_GAP", 7)],
    ),
    "heartbeats count anew": (
        [*begun(), beat(2), close(**at(3)), hello(4), identify(4), ready(4), ack(5)],
        [("HEARTBEAT_ACK_UNASKED", 8)],
    ),
    "the interval counts anew": (
        [*begun(), close(), identify(100), ready(100), beat(300), ack(300)],
        [],
    ),
    "what was asked for counts no more": (
        [header(url=ZSTD), close(), hello(2), identify(2), ready(2)],
        [],
    ),
    "the beginning may be missing": ([*CLOSED, hello(2), beat(2), ack(2)], []),
    "a second identify is one too many": (
        [*CLOSED, hello(2), identify(2), ready(2), identify(3)],
        [("IDENTIFY_REPEATED", 7)],
    ),
    "a third connection": (
        [*CLOSED, hello(2), identify(2), ready(2), hello(3), identify(3), ready(3)],
        [],
    ),
    "without any header": ([*begun()[1:], hello(2), identify(2), ready(2)], [NO_HEADER]),
    "what waits for the client is forgotten": (
        [hello(), ready(), ack(), hello(2), identify(2), ready(2)],
        [NO_HEADER],
    ),
    "what waits for times is not, though the client is silent then": (
        [*begun()[1:], typing(), typing(), hello(), ready(), leave(2, 3)],
        [NO_HEADER, ("RATE_TYPING", 5), ONE_SIDED],
    ),
    "a header tells connections apart": (
        [*begun(), hello(2), identify(2), ready(2)],
        [("HELLO_REPEATED", 4)],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), BEGINNINGS.values(), ids=BEGINNINGS.keys())
def test_a_connection_begins_without_a_header(
    tmp_path: Path, lines: list[str], expected: Found
) -> None:
    assert rules(find(tmp_path, *lines)) == expected


def test_the_session_of_a_connection_without_a_header_is_known(tmp_path: Path) -> None:
    lines = [*CLOSED, hello(2), identify(2), ready(2, "sess_b"), leave(2, 2), close(**at(3))]
    again = [header(**at(4)), hello(4), resume(9, 5, "sess_b")]
    (finding,) = find(tmp_path, *lines, *again)
    assert (finding.rule, finding.connection, finding.frame, finding.message) == (
        "RESUME_LAST_SEQ",
        2,
        2,
        "the client resumes after seq 9, but had received seq 2",
    )
    assert find(tmp_path, *lines, header(**at(4)), hello(4), resume(1, 5, SESSION)) == []


def test_the_close_of_a_connection_without_a_beginning_is_not_doubted(tmp_path: Path) -> None:
    rest = [hello(2), identify(2), ready(2), close(4003, **at(3))]
    assert rules(find(tmp_path, header(), *rest)) == [
        ("CLOSE_CODE_UNEXPECTED", None),
        ("CLOSE_MEANING", None),
    ]
    assert rules(find(tmp_path, *CLOSED, *rest)) == [("CLOSE_MEANING", None)]


def test_numbers_are_followed_without_the_conversation(tmp_path: Path) -> None:
    lines = [*begun(), leave(3), close(), hello(2), identify(2), ready(2), leave(3, 2)]
    expected = [("SEQ_GAP", 1, 4), ("SEQ_GAP", 1, 8)]
    assert check_lines(tmp_path, *lines).rules == expected
    lost = [*lines, close(**at(2)), BAD_LINE, hello(3), ready(3), leave(4, 3)]
    assert check_lines(tmp_path, *lost).rules == [
        *expected,
        ("CAPTURE_LINE_INVALID", 1, None),
        ("SEQ_GAP", 1, 11),
    ]
