"""What is remembered of sessions and rates, at the bounds themselves."""

from collections import deque
from typing import NamedTuple

import pytest

from voxmodels.v1 import limits
from voxwire.checks.session.rates import Rates
from voxwire.checks.session.sessions import Sessions


class Received(NamedTuple):
    """A connection that has received numbers up to this one; None before the first."""

    last_seq: int | None


def test_the_latest_four_connections_of_a_session_are_remembered() -> None:
    sessions = Sessions()
    sessions.remember("s", Received(9), is_new=True)
    for _ in range(3):
        sessions.remember("s", Received(5), is_new=False)
    assert sessions.resume("s", 9) is None
    sessions.remember("s", Received(5), is_new=False)
    problem = sessions.resume("s", 9)
    assert problem is not None
    assert problem.message == "the client resumes after seq 9, but had received seq 5"


def test_the_oldest_of_ten_thousand_sessions_is_forgotten_for_one_more() -> None:
    sessions = Sessions()
    for number in range(10_000):
        sessions.remember(str(number), Received(1), is_new=True)
    assert sessions.knows("0")
    sessions.remember("0", Received(2), is_new=False)
    sessions.remember("new", Received(1), is_new=True)
    assert [sessions.knows(name) for name in ("0", "1", "2", "new")] == [True, False, True, True]


def test_a_session_that_begins_again_has_received_nothing_before() -> None:
    sessions = Sessions()
    sessions.remember("s", Received(9), is_new=True)
    sessions.remember("s", Received(2), is_new=True)
    problem = sessions.resume("s", 3)
    assert problem is not None
    assert problem.message == "the client resumes after seq 3, but had received seq 2"


def test_nothing_is_known_of_a_session_that_was_forgotten() -> None:
    sessions = Sessions()
    for name in ("a", "b"):
        sessions.remember(name, Received(2), is_new=True)
    sessions.forget("c")
    sessions.forget("a")
    assert (sessions.knows("a"), sessions.knows("b")) == (False, True)
    sessions.forget_all()
    assert not sessions.knows("b")
    assert sessions.resume("b", 7) is None


def test_a_connection_without_numbers_says_nothing() -> None:
    sessions = Sessions()
    sessions.remember("s", Received(None), is_new=True)
    assert sessions.knows("s")
    assert sessions.resume("s", 7) is None
    sessions.remember("s", Received(4), is_new=False)
    assert sessions.resume("s", 4) is None


@pytest.mark.parametrize(
    ("last_seq", "severity"), [(3, "note"), (4, "no problem"), (5, "no problem"), (6, None)]
)
def test_either_of_two_connections_may_be_the_one_that_is_resumed(
    last_seq: int, severity: str | None
) -> None:
    sessions = Sessions()
    sessions.remember("s", Received(5), is_new=True)
    sessions.remember("s", Received(4), is_new=False)
    problem = sessions.resume("s", last_seq)
    assert ("no problem" if problem is None else problem.severity) == severity


def test_a_rate_is_followed_through_no_more_than_one_message_too_many() -> None:
    rates = Rates()
    for _ in range(limits.MESSAGE_RATE):
        assert rates.message(0.0) is None
    assert not rates.was_over
    assert rates.message(60.0) is None
    assert not rates.was_over
    for _ in range(limits.MESSAGE_RATE - 1):
        assert rates.message(60.0) is None
    assert rates.message(119.9) is not None
    assert rates.was_over
    assert isinstance(rates._recent, deque)
    assert len(rates._recent) == limits.MESSAGE_RATE + 1
