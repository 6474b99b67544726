"""What a client says it has when it resumes, against what it was sent."""

import gzip
import itertools
import json
from pathlib import Path

import pytest

from tests.voxwire.checking import check_conversation, check_file
from tests.voxwire.conversation import (
    begun,
    find,
    hello,
    leave,
    ready,
    resume,
    resumed,
    rules,
)
from tests.voxwire.native import capture, header, s2c
from voxwire.cli import main


def again(last_seq: int, *lines: str) -> list[str]:
    """Another connection, that resumes."""
    return [header(), hello(), resume(last_seq), *lines]


FIRST = [*begun(), leave(2), leave(3), leave(4)]


@pytest.mark.parametrize("claimed", [4, 5, 6])
def test_a_connection_that_is_lost_during_the_replay(tmp_path: Path, claimed: int) -> None:
    lost = again(4, *[leave(seq) for seq in range(5, claimed + 1)])
    rest = [leave(seq) for seq in range(claimed + 1, 9)]
    assert find(tmp_path, *FIRST, *lost, *again(claimed, *rest, resumed(8), leave(9))) == []


def test_a_client_that_forgets_what_was_replayed(tmp_path: Path) -> None:
    lost = again(4, leave(5), leave(6))
    lines = [*FIRST, *lost, *again(4, leave(5), leave(6), leave(7), resumed(7))]
    (finding,) = find(tmp_path, *lines)
    assert (finding.rule, finding.severity, finding.connection) == ("RESUME_LAST_SEQ", "note", 3)
    assert finding.message == "the client resumes after seq 4, but had received seq 6"
    assert finding.hint == "this is allowed: messages 5 to 6 come a second time"
    assert finding.blame is None


def test_a_client_that_claims_more(tmp_path: Path) -> None:
    (finding,) = find(tmp_path, *FIRST, *again(9, leave(10), resumed(10)))
    assert (finding.rule, finding.severity, finding.blame) == ("RESUME_LAST_SEQ", "error", "client")
    assert finding.message == "the client resumes after seq 9, but had received seq 4"
    assert finding.hint == (
        "what it missed up to seq 9 is not replayed; or the captures lack a connection of the session"
    )


@pytest.mark.parametrize(
    "rest",
    [
        [resumed(4), leave(5), leave(6)],
        [leave(5), leave(6), resumed(6)],
        [resumed(4), leave(5), leave(6), leave(7), leave(8), leave(9), leave(10), leave(11)],
    ],
)
def test_the_server_is_not_blamed_for_the_lie_of_the_client(
    tmp_path: Path, rest: list[str]
) -> None:
    (finding,) = find(tmp_path, *FIRST, *again(9, *rest))
    assert (finding.rule, finding.frame) == ("RESUME_LAST_SEQ", 2)


def test_a_gap_after_the_lie_is_still_found(tmp_path: Path) -> None:
    found = rules(find(tmp_path, *FIRST, *again(9, resumed(4), leave(5), leave(8))))
    assert found == [("RESUME_LAST_SEQ", 2), ("SEQ_GAP", 5)]


def test_a_claim_that_nobody_can_judge_is_named(tmp_path: Path) -> None:
    (finding,) = find(tmp_path, *again(100, resumed(4), leave(5)))
    assert (finding.rule, finding.frame, finding.blame) == ("SEQ_REGRESSION", 3, None)
    assert finding.message == "the server goes on at seq 4, though the client resumed after seq 100"


def test_a_server_that_forgets_is_blamed(tmp_path: Path) -> None:
    (finding,) = find(tmp_path, *FIRST, *again(4, resumed(2)))
    assert (finding.rule, finding.frame, finding.blame) == ("SEQ_REGRESSION", 3, "server")
    assert finding.message == "seq goes back from 4 to 2"


def test_a_server_that_replays_what_the_client_has_is_blamed(tmp_path: Path) -> None:
    (finding,) = find(tmp_path, *FIRST, *again(4, leave(4), leave(5), resumed(5)))
    assert (finding.rule, finding.frame, finding.blame) == ("SEQ_DUPLICATE", 3, "server")


def test_without_the_conversation_the_claim_is_named_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*FIRST, *again(9, resumed(4), leave(5))))
    (finding,) = check_file(path).findings
    assert (finding.rule, finding.blame) == ("SEQ_REGRESSION", None)


def test_the_old_connection_may_stay_open(tmp_path: Path) -> None:
    """Both get events after a resume; what either got counts."""

    def on(name: str, *lines: str) -> list[str]:
        return [line[:-1] + f', "conn": "{name}"}}' for line in lines]

    lines = [
        *on("1", *FIRST),
        *on("2", *again(4, resumed(4), leave(5))),
        *on("1", leave(5), leave(6), leave(7)),
        *on("3", *again(7, resumed(7))),
    ]
    assert find(tmp_path, *lines) == []
    assert rules(find(tmp_path, *lines[:-1], *on("4", *again(5)))) == []
    assert rules(find(tmp_path, *lines, *on("4", *again(8)))) == [("RESUME_LAST_SEQ", 2)]


def test_a_new_session_of_the_same_name_forgets_the_old_one(tmp_path: Path) -> None:
    lines = [*FIRST, *begun(), leave(2)]
    assert find(tmp_path, *lines, *again(2, resumed(2))) == []
    assert rules(find(tmp_path, *lines, *again(4, resumed(4)))) == [("RESUME_LAST_SEQ", 2)]


def test_what_a_client_could_perhaps_not_read_is_not_held_against_it(tmp_path: Path) -> None:
    broken = s2c('{"type":"member_leave","d":{"user_id":7},"seq":5')
    for claimed in (4, 5):
        found = rules(find(tmp_path, *FIRST, broken, *again(claimed, resumed(5))))
        assert [rule for rule in found if rule[0] != "SEQ_GAP"] == [("JSON_INVALID", 7)]


@pytest.mark.parametrize(
    "between",
    [
        [header(), hello(), leave(5), leave(6), resumed(6)],  # only what the server sent
        [header(), hello(), leave(5), leave(6)],
        [header(), leave(40), leave(41)],  # began in the middle
        [header(), resume(4)],  # only what the client sent
    ],
)
def test_what_a_capture_may_lack_is_not_held_against_the_client(
    tmp_path: Path, between: list[str]
) -> None:
    first, second = tmp_path / "1.ndjson", tmp_path / "2.ndjson"
    first.write_bytes(capture(*FIRST))
    second.write_bytes(capture(*between, *again(6, resumed(6))))
    found = check_conversation(first, second)
    assert {finding.rule for finding in found} <= {"CAPTURE_ONE_SIDED"}


def test_a_resume_that_is_answered_with_ready(tmp_path: Path) -> None:
    lines = [*FIRST, header(), hello(), resume(4), ready(session="sess_another0000000")]
    assert rules(find(tmp_path, *lines)) == [("READY_UNASKED", 3)]


@pytest.mark.parametrize("last_seq", [-1, 2**63])
def test_a_number_that_cannot_be_is_one_mistake(tmp_path: Path, last_seq: int) -> None:
    assert rules(find(tmp_path, *FIRST, *again(last_seq))) == [("FIELD_RANGE", 2)]


def files(folder: Path, *captures: list[str]) -> list[Path]:
    """A file for each; every one begins ten minutes after the one before."""
    paths = []
    for number, lines in enumerate(captures):
        entries = [json.loads(line) for line in lines]
        later = [json.dumps(entry | {"ts": entry["ts"] + 600 * number}) for entry in entries]
        paths.append(folder / f"{number}.ndjson")
        paths[-1].write_bytes(capture(*later))
    return paths


def parts() -> list[list[str]]:
    """A session over three connections."""
    return [
        FIRST,
        again(4, leave(5), leave(6)),
        again(6, leave(7), resumed(7), leave(8)),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_files_may_be_named_in_any_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], order: tuple[int, ...]
) -> None:
    paths = files(tmp_path, *parts())
    assert main(["validate", "-q", *[str(paths[number]) for number in order]]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 1, 0), (2, 0, 1), (1, 2, 0), (0, 1, 2)])
def test_what_came_later_counts_for_nothing(tmp_path: Path, order: tuple[int, ...]) -> None:
    paths = files(tmp_path, *parts())
    assert check_conversation(*[paths[number] for number in order]) == []


def test_a_lie_is_found_in_whatever_order_files_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, _ = parts()
    paths = files(tmp_path, first, second, again(9, resumed(9)))
    assert main(["validate", "-q", *map(str, reversed(paths))]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{paths[2]}#c1:2 ")
    assert "error[RESUME_LAST_SEQ] the client resumes after seq 9, but had received seq 6" in line


@pytest.mark.parametrize("end", [b"\x1f\x8b", b""])
def test_what_a_damaged_file_held_is_not_held_against_the_client(
    tmp_path: Path, end: bytes
) -> None:
    damaged, rest = tmp_path / "0.ndjson.gz", tmp_path / "1.ndjson"
    damaged.write_bytes(gzip.compress(capture(*FIRST)) + gzip.compress(b"x" * 99)[:-3] + end)
    rest.write_bytes(capture(*again(9, leave(10), resumed(10))))
    assert [f.rule for f in check_conversation(damaged, rest)] == ["CAPTURE_UNREADABLE"]
