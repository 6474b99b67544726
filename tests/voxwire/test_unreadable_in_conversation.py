"""What cannot be read counts as whatever would excuse both sides, once for each message and line."""

import json
from pathlib import Path

import pytest

from tests.voxwire.conversation import (
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
    rules,
)
from tests.voxwire.native import START, c2s, close, header, s2c

BAD_LINE = "{"
ACK_UNASKED, ACK_MISSING = "HEARTBEAT_ACK_UNASKED", "HEARTBEAT_ACK_MISSING"
LINE, JSON = "CAPTURE_LINE_INVALID", "JSON_INVALID"


def broken_beat(seconds: float) -> str:
    return c2s('{"type":"heartbeat"', **at(seconds))


def broken_answer(seconds: float) -> str:
    return s2c('{"type":"heartbeat_ack"', **at(seconds))


ANSWERS = {
    "one overdue": (
        [beat(2), beat(30), ack(31), ack(32), ack(33)],
        [(ACK_MISSING, 4), (ACK_UNASKED, 8)],
    ),
    "two overdue, one after the other": (
        [beat(2), beat(30), beat(58), ack(59), ack(59), ack(59), ack(59)],
        [(ACK_MISSING, 4), (ACK_MISSING, 5), ("HEARTBEAT_NOT_GIVEN_UP", 6), (ACK_UNASKED, 10)],
    ),
    "a burst that is overdue has one cause": (
        [beat(2), beat(2.1), beat(2.2), beat(47)],
        [(ACK_MISSING, 4)],
    ),
    "two that cannot be read": (
        [broken_beat(2), broken_beat(3), ack(4), ack(4), ack(4)],
        [(JSON, 4), (JSON, 5), (ACK_UNASKED, 8)],
    ),
    "answers that cannot be read": (
        [beat(2), broken_answer(3), beat(4), broken_answer(5), ack(6), ack(6), ack(6)],
        [(JSON, 5), (JSON, 7), (ACK_UNASKED, 10)],
    ),
    "an answer that cannot be read ends the row": (
        [beat(2), beat(47), broken_answer(48), beat(92), beat(137)],
        [(ACK_MISSING, 4), (JSON, 6), (ACK_MISSING, 7)],
    ),
    "without times": (
        [leave(2, 5), leave(3, 4), beat(5), beat(5), ack(5), ack(5), ack(5)],
        [("CAPTURE_TIME_BACKWARDS", None), (ACK_UNASKED, 10)],
    ),
    "lines that cannot be read": (
        [BAD_LINE, BAD_LINE, ack(2), ack(2), ack(2)],
        [(LINE, None), (LINE, None), (ACK_UNASKED, 6)],
    ),
    "a line that cannot be read, after another": (
        [BAD_LINE, BAD_LINE, ack(2), BAD_LINE, ack(2), ack(2), ack(2)],
        [(LINE, None), (LINE, None), (LINE, None), (ACK_UNASKED, 7)],
    ),
    "a line that cannot be read may have been the heartbeat that is late": (
        [BAD_LINE, beat(100), ack(101)],
        [(LINE, None)],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_answers_are_counted(
    tmp_path: Path, lines: list[str], expected: list[tuple[str, int | None]]
) -> None:
    assert rules(find(tmp_path, *begun(), *lines)) == expected


def test_what_led_to_a_close_may_have_been_in_a_line_that_cannot_be_read(tmp_path: Path) -> None:
    lines = [header(), hello(), identify(), BAD_LINE, ready(2), close(4001, **at(3))]
    assert rules(find(tmp_path, *lines)) == [(LINE, None), ("CLOSE_MEANING", None)]


def test_a_resume_after_a_line_that_cannot_be_read_may_be_one_that_the_server_ignores(
    tmp_path: Path,
) -> None:
    first = [header(), hello(), BAD_LINE, resume(5, 2), leave(6, 3), close(1000, **at(4))]
    second = [header(ts=START + 5), hello(6), resume(9, 7)]
    assert rules(find(tmp_path, *first, *second)) == [(LINE, None)]


def test_a_frame_that_is_not_looked_into_may_have_been_anything(tmp_path: Path) -> None:
    deep = '{"type":"new","d":{"a":' + "[" * 200 + "]" * 200 + "}}"
    lines = [*begun(), c2s(deep, **at(2)), hello(3), ready(4)]
    assert ("HELLO_REPEATED", 5) not in rules(find(tmp_path, *lines))


def on(connection: str, line: str) -> str:
    """A line of the connection with this name."""
    return json.dumps({**json.loads(line), "conn": connection})


def test_a_session_that_was_never_seen_can_be_any_that_was_known_then(tmp_path: Path) -> None:
    """Sessions that begin later are others."""
    unseen = [on("a", leave(seq, seq - 30)) for seq in (40, 41)]
    first = [on("b", line) for line in (*begun(), leave(2, 2))]
    second = [on("c", line) for line in (header(), hello(20), resume(9, 21))]
    found = rules(find(tmp_path, unseen[0], *first, unseen[1], *second))
    assert ("RESUME_LAST_SEQ", 2) in found
    found = rules(find(tmp_path, *first, *unseen, *second))
    assert ("RESUME_LAST_SEQ", 2) not in found


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([identify(), ready(2)], True),
        ([identify(), beat(2), ready(3)], True),
        ([resume(5), leave(6, 2)], True),
        ([resume(5), ack(2)], True),
        ([beat(1), ready(2)], False),
        ([identify(), leave(2, 2)], False),
        ([identify(), ack(2)], False),
        ([leave(1, 2)], False),
    ],
)
def test_who_speaks_first_where_a_capture_may_begin_in_the_middle(
    tmp_path: Path, lines: list[str], expected: bool
) -> None:
    found = [rule for rule, _ in rules(find(tmp_path, header(), *lines))]
    assert ("HELLO_NOT_FIRST" in found) is expected
