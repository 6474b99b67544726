"""Heartbeats: answers are counted, and time decides whether one is missing."""

from pathlib import Path

import pytest

from tests.voxwire.conversation import ack, at, beat, begun, find, rules
from tests.voxwire.native import c2s, close, header, s2c
from voxwire.checks import Finding
from voxwire.checks.session import Guide
from voxwire.checks.session.heartbeats import Heartbeats
from voxwire.vox import VOX

MISSING, NOT_GIVEN_UP, UNASKED = (
    "HEARTBEAT_ACK_MISSING",
    "HEARTBEAT_NOT_GIVEN_UP",
    "HEARTBEAT_ACK_UNASKED",
)


def every_45_seconds(lost: set[int], count: int = 10) -> list[str]:
    """`count` heartbeats, of which some get no answer; the first is in frame 4."""
    lines = begun()
    for number in range(count):
        seconds = 20 + 45 * number
        lines.append(beat(seconds))
        if number not in lost:
            lines.append(ack(seconds + 0.05))
    return lines


@pytest.mark.parametrize(
    ("lost", "found"),
    [
        (set(), []),
        ({2}, [(MISSING, 8)]),
        ({2, 5}, [(MISSING, 8), (MISSING, 13)]),
        ({2, 3}, [(MISSING, 8), (MISSING, 9), (NOT_GIVEN_UP, 10)]),
        ({2, 3, 4, 5}, [(MISSING, 8), (MISSING, 9), (NOT_GIVEN_UP, 10)]),
        ({9}, []),  # whether the last one is answered is not in the capture
    ],
)
def test_lost_answers(tmp_path: Path, lost: set[int], found: list[tuple[str, int]]) -> None:
    assert rules(find(tmp_path, *every_45_seconds(lost))) == found


def test_a_missing_answer_is_the_servers_fault(tmp_path: Path) -> None:
    (finding,) = find(tmp_path, *every_45_seconds({2}))
    assert finding.message == "no heartbeat_ack answered the heartbeat of frame 8 in 45.0 s"
    assert (finding.direction, finding.type, finding.blame) == ("c2s", "heartbeat", "server")
    assert finding.elapsed == 110


@pytest.mark.parametrize("count", [2, 3, 130, 1100])
def test_a_burst_with_as_many_answers(tmp_path: Path, count: int) -> None:
    lines = [*begun(), *[beat(2)] * count, *[ack(3)] * count]
    found = [rule for rule, _ in rules(find(tmp_path, *lines))]
    assert found == ["RATE_MESSAGES"] * (count > 120)


def test_three_within_milliseconds_are_no_sign_of_stubbornness(tmp_path: Path) -> None:
    assert find(tmp_path, *begun(), beat(2), beat(2.001), beat(2.002), ack(2.1)) == []


def test_one_answer_too_few_for_a_burst(tmp_path: Path) -> None:
    lines = [*begun(), beat(2), beat(2.1), ack(2.2), beat(47), ack(47.1)]
    assert rules(find(tmp_path, *lines)) == [(MISSING, 4)]


def test_one_answer_too_many_for_a_burst(tmp_path: Path) -> None:
    lines = [*begun(), beat(2), beat(2.1), ack(2.2), ack(2.3), ack(2.4)]
    assert rules(find(tmp_path, *lines)) == [(UNASKED, 8)]


@pytest.mark.parametrize(("waited", "found"), [(22.4, []), (22.5, [(MISSING, 4)])])
def test_an_answer_is_missing_after_half_an_interval(
    tmp_path: Path, waited: float, found: list[tuple[str, int]]
) -> None:
    assert rules(find(tmp_path, *begun(), beat(2), beat(2 + waited))) == found


def test_a_late_answer_is_not_unasked(tmp_path: Path) -> None:
    lines = [*begun(), beat(2), beat(47), ack(48), ack(49), beat(92), ack(93)]
    assert rules(find(tmp_path, *lines)) == [(MISSING, 4)]


def test_who_recovers_can_fail_again(tmp_path: Path) -> None:
    found = rules(find(tmp_path, *every_45_seconds({1, 2, 5, 6})))
    assert found == [(MISSING, 6), (MISSING, 7), (NOT_GIVEN_UP, 8), (MISSING, 12), (MISSING, 13)]


def test_without_hello_nobody_knows_what_is_late(tmp_path: Path) -> None:
    lines = [header(), ack(1), ack(2), beat(3), ack(4), ack(5), beat(100), beat(300)]
    assert find(tmp_path, *lines) == []


def test_an_answer_to_a_frame_that_cannot_be_read(tmp_path: Path) -> None:
    broken = c2s('{"type":"heartbeat"', **at(2))
    assert rules(find(tmp_path, *begun(), broken, ack(2.1), ack(2.2))) == [
        ("JSON_INVALID", 4),
        (UNASKED, 6),
    ]


def test_a_frame_that_cannot_be_read_is_not_also_a_late_heartbeat(tmp_path: Path) -> None:
    broken = c2s('{"type":"heartbeat"', **at(40))
    lines = [*begun(), broken, beat(85), ack(86), close(4007, **at(87))]
    assert [rule for rule, _ in rules(find(tmp_path, *lines))] == [
        "JSON_INVALID",
        "CLOSE_CODE_UNEXPECTED",
        "CLOSE_MEANING",
    ]
    lines = [*begun(), broken, close(4007, **at(87))]
    assert [rule for rule, _ in rules(find(tmp_path, *lines))] == ["JSON_INVALID", "CLOSE_MEANING"]


def test_the_close_is_as_late_as_a_heartbeat(tmp_path: Path) -> None:
    assert rules(find(tmp_path, *begun(), close(1000, **at(68.4)))) == []
    (finding,) = find(tmp_path, *begun(), close(1000, **at(69)))
    assert (finding.rule, finding.blame) == ("HEARTBEAT_LATE", "client")


def test_memory_does_not_grow_with_heartbeats() -> None:
    (pulse,) = Guide.of(VOX).pulses
    heartbeats = Heartbeats(pulse)
    heartbeats.begin(0.0, 45.0)
    for number in range(5000):
        assert heartbeats.beat(1.0, number, is_promised=True) == []
    assert len(heartbeats._open) == 1000
    answers = [heartbeats.answer(0.0) for _ in range(5001)]
    assert answers[:-1] == [None] * 5000
    assert isinstance(answers[-1], Finding)
    assert answers[-1].rule == UNASKED


@pytest.mark.parametrize("seconds", [46, 45.95])
def test_an_answer_that_stands_before_its_heartbeat_is_one_finding(
    tmp_path: Path, seconds: float
) -> None:
    lines = [*begun(), ack(seconds), beat(46), beat(91), ack(91), beat(136), ack(136)]
    assert rules(find(tmp_path, *lines)) == [("HEARTBEAT_ACK_UNASKED", 4)]
    # The heartbeat may be answered all the same.
    again = [*begun(), ack(seconds), beat(46), ack(46.1), beat(91), ack(91)]
    assert rules(find(tmp_path, *again)) == [("HEARTBEAT_ACK_UNASKED", 4)]


def test_an_answer_long_before_a_heartbeat_is_none(tmp_path: Path) -> None:
    lines = [*begun(), ack(40), beat(46), beat(91), ack(91)]
    assert rules(find(tmp_path, *lines)) == [
        ("HEARTBEAT_ACK_UNASKED", 4),
        ("HEARTBEAT_ACK_MISSING", 5),
    ]


def test_an_interval_that_no_number_holds(tmp_path: Path) -> None:
    """It is as good as none: what is wrong with it is said of the frame."""
    hello = s2c(f'{{"type":"hello","d":{{"heartbeat_interval":{"9" * 400}}}}}')
    lines = [header(), hello, *begun()[2:], beat(20), ack(20.05)]
    assert find(tmp_path, *lines)[0].rule == "FIELD_RANGE"
