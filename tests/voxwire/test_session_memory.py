"""What is remembered of sessions and rates, at the bounds themselves."""

from pathlib import Path

import pytest

from tests.voxwire.conversation import begun, find, hello, leave, resume, resumed
from tests.voxwire.native import START, close, header
from voxmodels.v1 import client, limits
from voxwire.checks import Finding
from voxwire.checks.session.conversation import Conversation
from voxwire.checks.session.rates import Rates
from voxwire.vox import VOX


def lost(seconds: float) -> str:
    return close(1006, ts=START + seconds)


def first(last_seq: int) -> list[str]:
    """A connection of the session that received numbers up to `last_seq`, and was lost."""
    return [*begun(), *(leave(seq, 2) for seq in range(2, last_seq + 1)), lost(3)]


def resumption(last_seq: int, seconds: float) -> list[str]:
    """A connection that resumes the session and receives nothing more."""
    lines = [header(ts=START + seconds), hello(seconds), resume(last_seq, seconds + 1)]
    return [*lines, resumed(last_seq, seconds + 2), lost(seconds + 3)]


def about_the_last(found: list[Finding], connection: int) -> list[tuple[str, str]]:
    return [
        (finding.severity, finding.message)
        for finding in found
        if finding.rule == "RESUME_LAST_SEQ" and finding.connection == connection
    ]


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (3, []),
        (4, [("error", "the client resumes after seq 9, but had received seq 5")]),
    ],
)
def test_the_latest_four_connections_of_a_session_are_remembered(
    tmp_path: Path, others: int, expected: list[tuple[str, str]]
) -> None:
    lines = first(9)
    for number in range(others + 1):
        lines += resumption(5 if number < others else 9, 10.0 * (number + 1))
    assert about_the_last(find(tmp_path, *lines), others + 2) == expected


@pytest.mark.parametrize(
    ("last_seq", "expected"),
    [
        (3, [("note", "the client resumes after seq 3, but had received seq 5")]),
        (4, []),
        (5, []),
        (6, [("error", "the client resumes after seq 6, but had received seq 5")]),
    ],
)
def test_either_of_two_connections_may_be_the_one_that_is_resumed(
    tmp_path: Path, last_seq: int, expected: list[tuple[str, str]]
) -> None:
    lines = [*first(5), *resumption(4, 10), *resumption(last_seq, 20)]
    assert about_the_last(find(tmp_path, *lines), 3) == expected


def test_a_rate_is_followed_through_no_more_than_one_message_too_many() -> None:
    rates, limit = Rates(Conversation(VOX)), limits.MESSAGE_RATE

    def found(time: float) -> list[str]:
        return [finding.rule for finding in rates.message(time, "typing", client.TypingFrame)]

    times = [0.0] * limit + [60.0] * limit
    assert [found(time) for time in times] == [[]] * (2 * limit)
    was_over = rates.was_over
    assert found(119.9) == ["RATE_MESSAGES"]
    assert (was_over, rates.was_over) == (False, True)
