"""Backoff, heartbeats and rates by themselves."""

import pickle

import pytest

from tests.voxwire_session.wire import leave, ready
from voxmodels.v1 import client, limits
from voxmodels.v1.session import SESSION
from voxwire import LocalProtocolError
from voxwire.session import (
    Backoff,
    FailedLogins,
    ServerSession,
    ServerSessions,
    TooManyMessagesError,
)
from voxwire.session.heartbeats import HeartbeatSchedule, HeartbeatWatch
from voxwire.session.rates import RateLimit, SlidingWindow

assert SESSION.heartbeat is not None
BEATS = SESSION.heartbeat
TYPING = next(rate for rate in SESSION.rates if rate.name == "typing")


def typing_pace(max_keys: int = 1000) -> RateLimit:
    return RateLimit(TYPING, SESSION, max_keys)


def at(feed_id: object, dm_id: object = None) -> dict[str, object]:
    """What says where somebody types."""
    return {"feed_id": feed_id, "dm_id": dm_id}


def zero() -> float:
    return 0.0


def nearly_one() -> float:
    return 0.999


def test_waits_double_up_to_a_minute() -> None:
    backoff = Backoff(zero)
    assert [backoff.next_delay() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_up_to_half_of_a_wait_is_random() -> None:
    backoff = Backoff(nearly_one)
    assert [round(backoff.next_delay(), 2) for _ in range(3)] == [0.5, 1.0, 2.0]


def test_success_starts_over() -> None:
    backoff = Backoff(zero)
    backoff.next_delay()
    backoff.next_delay()
    backoff.reset()
    assert backoff.next_delay() == 1


def test_a_server_can_ask_for_patience() -> None:
    backoff = Backoff(zero)
    assert [backoff.next_delay(longest=True), backoff.next_delay()] == [60, 60]


def test_heartbeats_begin_within_the_first_interval() -> None:
    schedule = HeartbeatSchedule(BEATS, 40.0, 100.0, lambda: 0.25)
    assert schedule.due_at == 110.0
    schedule.sent(110.0)
    assert schedule.due_at == 150.0


def test_a_late_heartbeat_is_not_followed_by_a_burst() -> None:
    schedule = HeartbeatSchedule(BEATS, 40.0, 0.0, zero)
    schedule.sent(500.0)
    assert schedule.due_at == 540.0


def test_two_unanswered_heartbeats_are_the_end() -> None:
    schedule = HeartbeatSchedule(BEATS, 40.0, 0.0, zero)
    schedule.sent(0.0)
    assert not schedule.is_dead
    schedule.sent(40.0)
    assert schedule.is_dead


def test_an_answer_starts_the_count_anew() -> None:
    schedule = HeartbeatSchedule(BEATS, 40.0, 0.0, zero)
    schedule.sent(0.0)
    schedule.sent(40.0)
    assert schedule.answered(41.5) == 41.5
    assert not schedule.is_dead
    assert schedule.answered(42.0) is None


def test_silence_lasts_one_and_a_half_intervals() -> None:
    watch = HeartbeatWatch(BEATS, 40.0, 10.0)
    assert watch.expires_at == 70.0
    assert watch.received(50.0)
    assert watch.expires_at == 110.0


def test_a_heartbeat_that_comes_too_soon_was_not_due() -> None:
    watch = HeartbeatWatch(BEATS, 40.0, 0.0)
    assert not watch.received(19.9)
    assert watch.received(39.9)


def test_a_window_slides() -> None:
    window = SlidingWindow(3, 60.0)
    for now in (0.0, 10.0, 20.0):
        assert not window.is_full(now)
        window.add(now)
    assert window.is_full(59.9)
    assert window.free_at(59.9) == 60.0
    assert not window.is_full(60.0)


def test_a_window_keeps_places_free() -> None:
    window = SlidingWindow(3, 60.0)
    window.add(0.0)
    window.add(10.0)
    assert window.free_at(20.0, reserved=1) == 60.0
    assert window.free_at(20.0, reserved=0) == 20.0


def test_typing_is_accepted_every_five_seconds_for_each_target() -> None:
    pace = typing_pace()
    feed, same_number = at(3), at(None, 3)
    assert pace.accepts(feed, 0.0)
    assert pace.accepts(same_number, 0.0)
    assert not pace.accepts(feed, 4.9)
    assert pace.accepts(feed, 5.0)
    assert not pace.accepts(client.Typing(feed_id=3), 9.9)


def test_typing_too_soon_does_not_put_the_next_off() -> None:
    pace = typing_pace()
    assert [pace.accepts(at(3), now) for now in (0.0, 4.0, 5.0, 9.0, 10.0)] == [
        True,
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("odd", [None, "3", 3.0, [], {}, {"a": [1]}, True, float("nan"), "\ud800"])
def test_whatever_names_a_target_is_one(odd: object) -> None:
    pace = typing_pace()
    tried = [(at(odd, 1), 0.0), (at(odd, 1), 1.0), (at(4, 1), 1.0)]
    assert [pace.accepts(place, now) for place, now in tried] == [True, False, True]


def test_typing_in_many_places_takes_bounded_memory() -> None:
    pace = typing_pace(max_keys=100)
    for number in range(5000):
        assert pace.accepts(at(number), 0.0)
    assert pace._windows is not None
    assert len(pace._windows) == 100
    assert [pace.accepts(at(number), 1.0) for number in (4899, 4999)] == [True, False]


def test_a_thousand_targets_are_remembered() -> None:
    pace = RateLimit(TYPING, SESSION)
    for number in range(1001):
        assert pace.accepts(at(number), 0.0)
    assert [pace.accepts(at(number), 1.0) for number in (1000, 1, 0)] == [False, False, True]


def test_failed_logins_block_an_address_for_a_minute() -> None:
    failed = FailedLogins()
    for second in range(10):
        assert not failed.blocks("192.0.2.1", second)
        failed.add("192.0.2.1", second)
    assert failed.blocks("192.0.2.1", 59.0)
    assert not failed.blocks("192.0.2.2", 59.0)
    assert not failed.blocks("192.0.2.1", 60.0)


def test_failed_logins_of_many_addresses_take_bounded_memory() -> None:
    failed = FailedLogins(limit=1, max_addresses=2)
    for address in ("a", "b", "a", "c"):
        failed.add(address, 0.0)
    assert [failed.blocks(address, 1.0) for address in "abc"] == [True, False, True]


def test_ten_thousand_addresses_are_remembered() -> None:
    failed = FailedLogins(limit=1)
    for address in range(10_001):
        failed.add(address, 0.0)
    assert [failed.blocks(address, 1.0) for address in (0, 1, 10_000)] == [False, True, True]


def test_too_many_messages_says_when_to_try_again() -> None:
    error = TooManyMessagesError(12.5)
    assert isinstance(error, LocalProtocolError)
    assert pickle.loads(pickle.dumps(error)).retry_at == 12.5
    with pytest.raises(TooManyMessagesError, match="too many messages: "):
        raise error


def test_a_session_keeps_as_much_as_the_protocol_says() -> None:
    for session in (ServerSession(ready()), ServerSessions().start(ready())):
        for number in range(limits.REPLAY_BUFFER + 500):
            session.publish(leave(number))
        # The message that the client had last is among those that are kept.
        assert session.can_replay_after(session.last_seq - limits.REPLAY_BUFFER + 1)
        assert not session.can_replay_after(session.last_seq - limits.REPLAY_BUFFER)


def test_a_session_lives_as_long_as_the_protocol_says() -> None:
    for session in (ServerSession(ready()), ServerSessions().start(ready())):
        assert session.lifetime == limits.SESSION_LIFETIME
