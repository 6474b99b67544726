"""Sequence numbers: what each one means, and what a client resumes from."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from voxwire import Duplicate, Gap, InOrder, Regression, SequenceTracker, WrongStart


def started(*received: int) -> SequenceTracker:
    """A tracker of a session that has received `ready` and these."""
    tracker = SequenceTracker()
    tracker.start_session(1)
    for seq in received:
        tracker.receive(seq)
    return tracker


def test_a_session_in_order() -> None:
    tracker = SequenceTracker()
    assert tracker.last_seq is None
    assert tracker.start_session(1) == InOrder(1)
    assert tracker.receive(2) == InOrder(2)
    assert tracker.receive(3) == InOrder(3)
    assert tracker.last_seq == 3


def test_a_session_that_does_not_start_at_one() -> None:
    tracker = SequenceTracker()
    assert tracker.start_session(5) == WrongStart(5)
    assert tracker.receive(6) == InOrder(6)


def test_a_gap_names_what_is_missing() -> None:
    tracker = started(2)
    event = tracker.receive(6)
    assert event == Gap(6, 3, 5)
    assert isinstance(event, Gap)
    assert event.missing == range(3, 6)
    assert tracker.receive(7) == InOrder(7)


def test_a_duplicate() -> None:
    tracker = started(2, 3)
    assert tracker.receive(3) == Duplicate(3)
    assert tracker.receive(3) == Duplicate(3)
    assert tracker.receive(4) == InOrder(4)


def test_one_late_message() -> None:
    tracker = started(2)
    assert tracker.receive(4) == Gap(4, 3, 3)
    assert tracker.receive(3) == Regression(3, 4)
    assert tracker.last_seq == 4
    assert tracker.receive(5) == InOrder(5)


def test_a_run_after_a_step_back() -> None:
    tracker = started(2, 3, 4)
    assert tracker.receive(2) == Regression(2, 4)
    assert tracker.receive(3) == Regression(3, 4, continued=True)
    assert tracker.receive(4) == Regression(4, 4, continued=True)
    assert tracker.receive(5) == InOrder(5)


def test_a_new_session_starts_over() -> None:
    tracker = started(2, 3)
    assert tracker.start_session(1) == InOrder(1)
    assert tracker.last_seq == 1
    assert tracker.receive(2) == InOrder(2)


def test_a_replay() -> None:
    tracker = SequenceTracker()
    tracker.resume(10)
    assert tracker.receive(11) == InOrder(11, replayed=True)
    assert tracker.receive(12) == InOrder(12, replayed=True)
    assert tracker.resumed(12) == InOrder(12, replayed=True)
    assert tracker.receive(13) == InOrder(13)


def test_a_replay_that_starts_too_late() -> None:
    tracker = SequenceTracker()
    tracker.resume(10)
    assert tracker.receive(13) == Gap(13, 11, 12)


def test_a_replay_that_repeats_what_was_there() -> None:
    tracker = started(2, 3)
    tracker.resume(3)
    assert tracker.receive(2) == Regression(2, 3)


def test_a_replay_that_ends_too_early() -> None:
    tracker = SequenceTracker()
    tracker.resume(10)
    tracker.receive(11)
    assert tracker.resumed(14) == Gap(14, 12, 14)
    assert tracker.last_seq == 14
    assert tracker.receive(15) == InOrder(15)


def test_a_server_that_knows_less_than_the_client() -> None:
    tracker = SequenceTracker()
    tracker.resume(10)
    assert tracker.resumed(7) == Regression(7, 10)


def test_an_empty_replay() -> None:
    tracker = SequenceTracker()
    tracker.resume(10)
    assert tracker.resumed(10) == InOrder(10, replayed=True)


def test_a_capture_may_begin_anywhere() -> None:
    tracker = SequenceTracker()
    assert tracker.receive(40) == InOrder(40)
    assert tracker.receive(42) == Gap(42, 41, 41)
    assert SequenceTracker(39).receive(40) == InOrder(40)
    assert SequenceTracker().resumed(40) == InOrder(40, replayed=True)


@given(st.integers(1, 2**63 - 1), st.integers(0, 50))
def test_consecutive_numbers_are_in_order(first: int, count: int) -> None:
    tracker = SequenceTracker(first - 1)
    for seq in range(first, first + count):
        assert tracker.receive(seq) == InOrder(seq)
    assert tracker.last_seq == first + count - 1


@given(st.lists(st.integers(1, 60), min_size=1))
def test_gaps_are_exactly_what_was_never_due(numbers: list[int]) -> None:
    tracker = SequenceTracker(0)
    missing: set[int] = set()
    for seq in numbers:
        event = tracker.receive(seq)
        if isinstance(event, Gap):
            missing |= set(event.missing)
    assert tracker.last_seq == max(numbers)
    in_order_or_missing = set(range(1, max(numbers) + 1))
    assert missing <= in_order_or_missing
    # A number that is in no gap arrived; one that arrived late stays in its gap.
    assert in_order_or_missing - missing <= set(numbers)


@given(st.lists(st.integers(1, 100), unique=True, min_size=1).map(sorted))
def test_rising_numbers_leave_gaps_where_numbers_are_left_out(numbers: list[int]) -> None:
    tracker = SequenceTracker(0)
    missing: set[int] = set()
    for seq in numbers:
        event = tracker.receive(seq)
        assert isinstance(event, InOrder | Gap)
        if isinstance(event, Gap):
            missing |= set(event.missing)
    assert missing == set(range(1, numbers[-1])) - set(numbers)


def test_whether_the_next_number_is_known() -> None:
    assert [SequenceTracker().is_in_order, SequenceTracker(7).is_in_order] == [False, True]
    tracker = started(2)
    steps: list[tuple[Callable[[int], object], int, bool]] = [
        (tracker.receive, 2, False),
        (tracker.receive, 3, True),
        (tracker.receive, 1, False),
        (tracker.start_session, 1, True),
        (tracker.receive, 1, False),
        (tracker.resume, 1, True),
        (tracker.receive, 1, False),
        (tracker.resumed, 1, True),
    ]
    for step, seq, is_in_order in steps:
        step(seq)
        assert tracker.is_in_order is is_in_order


def test_resumed_is_the_first_number_that_is_seen() -> None:
    tracker = SequenceTracker()
    assert tracker.resumed(5) == InOrder(5, replayed=True)
    assert tracker.last_seq == 5
    assert tracker.receive(6) == InOrder(6)


def test_what_follows_a_server_that_knows_less() -> None:
    tracker = SequenceTracker(5)
    tracker.resume(5)
    assert tracker.resumed(3) == Regression(3, 5)
    assert not tracker.is_in_order
    assert tracker.receive(4) == Regression(4, 5, continued=True)
    assert tracker.last_seq == 5
