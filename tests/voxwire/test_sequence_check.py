"""Sequence findings in captures: what is out of order, and what only looks like it."""

from pathlib import Path

import pytest

from tests.voxwire.checking import Checked, check_lines
from tests.voxwire.native import (
    binary,
    c2s,
    close,
    header,
    leave,
    ready,
    resume,
    resumed,
    s2c,
)


def check(tmp_path: Path, *lines: str) -> Checked:
    return check_lines(tmp_path, header(), *lines)


@pytest.mark.parametrize(
    "lines",
    [
        [ready(), leave(2), leave(3)],
        [leave(40), leave(41)],
        [resume(10), leave(11), leave(12), resumed(12), leave(13)],
        [resume(10), resumed(10), leave(11)],
        [resumed(10), leave(11)],
        [ready(), leave(2), resume(77), leave(3)],
        [leave(40), ready(), leave(2)],
        [s2c({"type": "new_thing", "seq": 1}), leave(2)],
        [leave(1), s2c({"type": "new_thing"}), leave(2)],
        [ready(), s2c({"type": "heartbeat_ack"}), leave(2)],
    ],
    ids=[
        "from the start",
        "from the middle",
        "replay",
        "empty replay",
        "resume not captured",
        "resume that the server ignores",
        "new session",
        "numbered unknown type",
        "unnumbered unknown type",
        "unnumbered message",
    ],
)
def test_in_order(tmp_path: Path, lines: list[str]) -> None:
    assert [rule for rule, *_ in check(tmp_path, *lines).rules if rule.startswith("SEQ")] == []


def test_a_gap(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, ready(), leave(2), leave(6), leave(7)).findings
    assert (finding.rule, finding.severity) == ("SEQ_GAP", "error")
    assert (finding.connection, finding.frame, finding.pointer) == (1, 3, "/seq")
    assert (finding.direction, finding.type) == ("s2c", "member_leave")
    assert finding.message == "seq jumps from 2 to 6: 3 to 5 are missing"
    assert finding.hint == "the server skipped them, or the capture lost them"


def test_one_missing_number(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, leave(2), leave(4)).findings
    assert finding.message == "seq jumps from 2 to 4: 3 is missing"


def test_a_replay_that_starts_too_late(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, resume(10), leave(13), resumed(13)).findings
    assert (finding.rule, finding.frame, finding.pointer) == ("SEQ_GAP", 2, "/seq")


def test_a_replay_that_ends_too_early(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, resume(10), leave(11), resumed(14), leave(15)).findings
    assert (finding.rule, finding.frame, finding.pointer) == ("SEQ_GAP", 3, "/d/seq")
    assert finding.message == "the replay ends before seq 14: 12 to 14 are missing"


def test_a_duplicate(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, leave(2), leave(2), leave(3)).findings
    assert (finding.rule, finding.frame) == ("SEQ_DUPLICATE", 2)
    assert finding.message == "seq 2 comes twice in a row"


def test_a_step_back_is_reported_once(tmp_path: Path) -> None:
    lines = [leave(seq) for seq in (8, 9, 3, 4, 5, 6, 7, 8, 9, 10)]
    (finding,) = check(tmp_path, *lines).findings
    assert (finding.rule, finding.frame) == ("SEQ_REGRESSION", 3)
    assert finding.message == "seq goes back from 9 to 3"


def test_a_session_that_does_not_start_at_one(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, ready(5), leave(6)).findings
    assert (finding.rule, finding.frame) == ("SEQ_START", 1)
    assert finding.message == "the session starts at seq 5, not at 1"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (s2c("not json"), "JSON_INVALID"),
        (s2c({"type": "member_leave", "d": {"user_id": 7}}), "SEQ_MISSING"),
        (s2c({"type": "member_leave", "d": {"user_id": 7}, "seq": "3"}), "SEQ_INVALID"),
        (s2c({"type": "member_leave", "d": {"user_id": 7}, "seq": 10**30}), "SEQ_INVALID"),
        (binary(b"no zstd"), "ZSTD_INVALID"),
        (s2c({"type": "error", "d": {"code": "x", "message": "y"}, "seq": 3}), "SEQ_FORBIDDEN"),
    ],
)
def test_what_cannot_be_read_is_reported_once_and_no_gap(
    tmp_path: Path, line: str, rule: str
) -> None:
    def broken(*lines: str) -> list[str]:
        found = check(tmp_path, *lines).findings
        return [finding.rule for finding in found if finding.severity == "error"]

    assert broken(leave(2), line, leave(4), leave(5)) == [rule]
    # It explains the one message that is missing, not more.
    assert broken(leave(2), line, leave(5)) == [rule, "SEQ_GAP"]
    # It was no numbered message, so that it explains nothing later.
    assert broken(leave(2), line, leave(3), leave(5)) == [rule, "SEQ_GAP"]


@pytest.mark.parametrize("seq", [1, 2, 3, 4, 5, 500])
@pytest.mark.parametrize("lost", [1, 3])
def test_behind_lines_that_cannot_be_read_any_number_may_come(
    tmp_path: Path, seq: int, lost: int
) -> None:
    lines = [ready(), leave(2), *["no line"] * lost, leave(seq), leave(seq + 1)]
    assert [rule for rule, *_ in check(tmp_path, *lines).rules] == ["CAPTURE_LINE_INVALID"] * lost
    found = check(tmp_path, *lines, leave(seq + 3)).rules
    assert found == [("CAPTURE_LINE_INVALID", 1, None)] * lost + [("SEQ_GAP", 1, 5)]


@pytest.mark.parametrize("seq", [3, 9])
def test_behind_a_line_that_cannot_be_read_a_replay_may_end_anywhere(
    tmp_path: Path, seq: int
) -> None:
    lines = [resume(3), leave(4), "no line", resumed(seq), leave(seq + 1)]
    assert check(tmp_path, *lines).rules == [("CAPTURE_LINE_INVALID", 1, None)]


def test_a_line_that_cannot_be_read_may_have_been_of_any_connection(tmp_path: Path) -> None:
    lines = [
        leave(2, conn="a"),
        leave(2, conn="b"),
        "no line",
        leave(9, conn="a"),
        leave(9, conn="b"),
    ]
    found = check_lines(tmp_path, header(conn="a"), header(conn="b"), *lines).rules
    assert [rule for rule, *_ in found] == ["CAPTURE_LINE_INVALID"]


def test_a_frame_with_another_mistake_keeps_its_number(tmp_path: Path) -> None:
    wrong = s2c({"type": "member_leave", "d": {"user_id": "7"}, "seq": 3})
    assert check(tmp_path, leave(2), wrong, leave(4)).rules == [("FIELD_TYPE", 1, 2)]
    assert check(tmp_path, leave(2), wrong, leave(5)).rules == [
        ("FIELD_TYPE", 1, 2),
        ("SEQ_GAP", 1, 3),
    ]


def test_a_wrong_resume_still_says_what_the_client_has(tmp_path: Path) -> None:
    wrong = c2s({"type": "resume", "d": {"token": 1, "session_id": "s", "last_seq": 10}})
    assert check(tmp_path, wrong, leave(12)).rules == [("FIELD_TYPE", 1, 1), ("SEQ_GAP", 1, 2)]


def test_each_connection_has_its_own_order(tmp_path: Path) -> None:
    checked = check(
        tmp_path, ready(), leave(2), close(), header(), ready(), leave(2), header(), leave(9)
    )
    assert checked.rules == []
    assert checked.statistics.connections == 3


def test_interleaved_connections(tmp_path: Path) -> None:
    checked = check_lines(
        tmp_path,
        header(conn="a"),
        header(conn="b"),
        leave(5, conn="a"),
        leave(90, conn="b"),
        leave(6, conn="a"),
        leave(92, conn="b"),
        leave(7, conn="a"),
    )
    assert checked.rules == [("SEQ_GAP", 2, 2)]


def test_a_missing_number_that_comes_late_is_nobodys_fault(tmp_path: Path) -> None:
    gap, late = check(tmp_path, leave(2), leave(5), leave(3), leave(4), leave(6)).findings
    assert (gap.rule, gap.frame) == ("SEQ_GAP", 2)
    assert (late.rule, late.frame, late.blame) == ("SEQ_REGRESSION", 3, None)
    assert late.message == "seq 3 comes after 5: it is not missing, but late"
    assert late.hint == "the server sent it too late, or the lines of the capture are out of order"


@pytest.mark.parametrize("seq", [2, 6, 1])
def test_a_step_back_to_what_was_received_is_the_servers_fault(tmp_path: Path, seq: int) -> None:
    lines = [ready(), leave(2), leave(5), leave(6), leave(7), leave(seq)]
    _, back = check(tmp_path, *lines).findings
    assert (back.rule, back.blame) == ("SEQ_REGRESSION", "server")


def test_what_is_missing_of_one_session_is_not_of_the_next(tmp_path: Path) -> None:
    lines = [leave(2), leave(9), ready(), leave(2), leave(3), leave(4), leave(3)]
    _, back = check(tmp_path, *lines).findings
    assert (back.rule, back.frame, back.blame) == ("SEQ_REGRESSION", 7, "server")


def test_an_answer_that_nobody_asked_for_begins_no_session_where_the_numbers_go_on(
    tmp_path: Path,
) -> None:
    lines = [c2s({"type": "identify", "d": {"token": "x"}}), ready(), leave(2), ready(3), leave(4)]
    found = [finding.rule for finding in check(tmp_path, *lines).findings]
    assert "SEQ_START" not in found


def test_an_answer_that_was_asked_for_begins_one(tmp_path: Path) -> None:
    lines = [ready(), leave(2), c2s({"type": "identify", "d": {"token": "x"}}), ready(3)]
    assert "SEQ_START" in [finding.rule for finding in check(tmp_path, *lines).findings]


@pytest.mark.parametrize(
    "asking",
    [c2s({"type": "identify", "d": {}}), resume(2)],
    ids=["a login that is not valid", "a resume"],
)
def test_whatever_asks_for_a_session_is_answered_with_a_new_one(
    tmp_path: Path, asking: str
) -> None:
    found = check(tmp_path, ready(), leave(2), asking, ready(3)).findings
    assert "SEQ_START" in [finding.rule for finding in found]
