"""The server's end resumes sessions: what it replays, and for how long."""

import pytest

from tests.voxwire_session.resuming import detached_session, replayed, resuming_server
from tests.voxwire_session.wire import (
    greeting_server,
    leave,
    ready,
    ready_server,
    text,
)
from voxmodels.v1 import UnknownFrame, client, server
from voxwire import LocalProtocolError
from voxwire.session import (
    Close,
    ResumeReceived,
    ServerSession,
    ServerSessions,
    State,
    Transmit,
    replay,
)


def test_resume_replays_what_was_missed() -> None:
    connection = resuming_server(last_seq=3)
    session = detached_session(4)
    resumed = Transmit(text(server.Resumed(seq=5)))
    assert connection.accept(session, 1.0) == [*replayed(4, 5), resumed]
    assert connection.send(leave(9), 1.0) == text(leave(9), 6)


def test_resume_of_a_client_that_missed_nothing() -> None:
    connection = resuming_server(last_seq=5)
    assert connection.accept(detached_session(4), 1.0) == [Transmit(text(server.Resumed(seq=5)))]


def test_resume_reaches_back_as_far_as_the_buffer() -> None:
    connection = resuming_server(last_seq=4)
    session = detached_session(4, capacity=2)
    resumed = Transmit(text(server.Resumed(seq=5)))
    assert connection.accept(session, 1.0) == [*replayed(5, 5), resumed]


@pytest.mark.parametrize(("limit", "kept"), [(10_000, 4), (3_500, 3), (1_500, 1), (10, 1)])
def test_the_size_of_the_buffer_has_a_bound(
    limit: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long messages would fill the memory. The latest one is kept however long it is."""
    monkeypatch.setattr(replay, "MAX_REPLAY_SIZE", limit)
    session = ServerSession(ready(), capacity=4)
    for _ in range(8):
        data = session.publish(server.ServerUpdate(description="x" * 950))
        assert 1000 < len(data) < 1050
    assert [session.can_replay_after(9 - count) for count in range(6)] == [
        count < kept for count in range(6)
    ]
    assert len(list(session.replay_after(9 - kept + 1))) == kept - 1
    for _ in range(4):  # what was forgotten does not count any more
        session.publish(leave(7))
    assert session.can_replay_after(10) == (limit > 10)


@pytest.mark.parametrize("last_seq", [6, 7, 2**63 - 1])
def test_a_number_from_the_future_is_as_good_as_the_latest(last_seq: int) -> None:
    connection = resuming_server(last_seq=last_seq)
    assert connection.accept(detached_session(4), 1.0) == [Transmit(text(server.Resumed(seq=5)))]


@pytest.mark.parametrize(
    ("last_seq", "first"),
    [
        ("3", 4),
        ("3.0", 4),
        ("3.5", 4),
        ("true", 2),
        ("1e400", 6),
        ("NaN", 6),
        ("18446744073709551616", 6),
        ("5", 6),
    ],
)
def test_any_number_is_compared(last_seq: str, first: int) -> None:
    connection = greeting_server()
    resume = '{"type":"resume","d":{"token":"x","session_id":"sess_1","last_seq":' + last_seq + "}}"
    assert len(connection.receive(resume, 0.0)) == 1
    resumed = Transmit(text(server.Resumed(seq=5)))
    assert connection.accept(detached_session(4), 1.0) == [*replayed(first, 5), resumed]


@pytest.mark.parametrize(
    ("last_seq", "code", "reason"),
    [
        ("-1", 4010, "REPLAY_EXHAUSTED"),
        ("0", 4010, "REPLAY_EXHAUSTED"),
        ("-1e400", 4010, "REPLAY_EXHAUSTED"),
        ("false", 4010, "REPLAY_EXHAUSTED"),
        ('"1"', 4000, "UNKNOWN_ERROR"),
        ("null", 4000, "UNKNOWN_ERROR"),
        ("[]", 4000, "UNKNOWN_ERROR"),
        ("{}", 4000, "UNKNOWN_ERROR"),
    ],
)
def test_any_other_last_seq_closes(last_seq: str, code: int, reason: str) -> None:
    connection = greeting_server()
    resume = '{"type":"resume","d":{"token":"x","session_id":"sess_1","last_seq":' + last_seq + "}}"
    assert len(connection.receive(resume, 0.0)) == 1
    assert connection.accept(detached_session(4), 1.0) == [Close(code, reason)]


@pytest.mark.parametrize("last_seq", [0, 1, 2, 3])
def test_resume_beyond_the_buffer_is_refused(last_seq: int) -> None:
    connection = resuming_server(last_seq=last_seq)
    session = detached_session(4, capacity=2)
    assert connection.accept(session, 1.0) == [Close(4010, "REPLAY_EXHAUSTED")]
    assert (connection.state, session.connection) == (State.CLOSING, None)


def test_ready_itself_is_never_replayed() -> None:
    connection = resuming_server(last_seq=0)
    assert connection.accept(detached_session(4), 1.0) == [Close(4010, "REPLAY_EXHAUSTED")]


def test_resume_without_last_seq_counts_as_zero() -> None:
    connection = greeting_server()
    message = '{"type":"resume","d":{"token":"x","session_id":"y"}}'
    resume = client.Resume(token="x", session_id="y", last_seq=0)
    assert connection.receive(message, 0.0) == [ResumeReceived(resume)]


def test_a_session_lives_on_for_five_minutes() -> None:
    session = detached_session(0)
    assert not session.is_expired(299.9)
    assert session.is_expired(300.0)
    assert resuming_server().accept(session, 300.0) == [Close(4009, "SESSION_EXPIRED")]


def test_a_lifetime_counts_from_identify_and_from_each_resume() -> None:
    first = ready_server(now=0.0)
    session = first.session
    assert session is not None
    first.closed(1006, "", 290.0)
    assert not session.is_expired(299.9)
    assert resuming_server().accept(session, 299.9) == [Transmit(text(server.Resumed(seq=1)))]
    assert not session.is_expired(599.8)
    assert session.is_expired(599.9)


def test_only_an_older_connection_leaves_a_lifetime_from_its_end() -> None:
    connection = ready_server(now=0.0)
    session = connection.session
    assert session is not None
    connection.closed(1006, "", 300.0)
    assert not session.is_expired(599.9)
    assert session.is_over(600.0)


def test_an_old_connection_that_is_half_open_cannot_be_resumed() -> None:
    session = ready_server(now=0.0).session
    assert session is not None
    assert resuming_server().accept(session, 299.9) == [Transmit(text(server.Resumed(seq=1)))]
    session = ready_server(now=0.0).session
    assert session is not None
    assert resuming_server().accept(session, 300.0) == [Close(4009, "SESSION_EXPIRED")]
    assert (session.is_expired(300.0), session.is_over(1e9)) == (True, False)


def test_a_resume_leaves_the_old_connection_open() -> None:
    old = ready_server()
    session, new = old.session, resuming_server()
    assert session is not None
    assert new.accept(session, 1.0) == [Transmit(text(server.Resumed(seq=1)))]
    assert (old.state, new.state) == (State.READY, State.READY)
    assert (session.connections, session.connection) == ((old, new), new)
    new.closed(1006, "", 2.0)
    assert (session.connections, session.is_over(1e9)) == ((old,), False)
    old.closed(1006, "", 2.0)
    assert (session.connection, session.is_over(301.0)) == (None, True)


def test_what_clients_gave_is_relayed_unchecked() -> None:
    session = ServerSession(ready())
    frame = UnknownFrame(type="presence_update", d={"a": float("nan"), "b": "\ud800é", "c": 2**70})
    data = session.relay(frame)
    assert data.decode() == (
        '{"type":"presence_update","d":{"a":NaN,"b":"\\ud800é","c":1180591620717411303424},"seq":2}'
    )
    assert list(session.replay_after(1)) == [data]


def test_a_resume_finishes_the_connection_that_still_has_the_session() -> None:
    old = ready_server()
    assert old.session is not None
    session, new = old.session, resuming_server()
    taken, resumed = new.accept(session, 1.0, take_over=True)
    assert not isinstance(taken, Transmit)
    assert resumed == Transmit(text(server.Resumed(seq=1)))
    assert taken.connection is old  # type: ignore[union-attr]
    assert taken.close == Close(4009, "SESSION_EXPIRED")  # type: ignore[union-attr]
    assert old.state is State.CLOSING
    with pytest.raises(LocalProtocolError, match="has ended"):
        old.send(leave(1), 1.0)
    old.closed(1006, "", 2.0)
    assert (session.connection, session.is_over(1e9)) == (new, False)


def test_sessions_are_found_counted_and_forgotten() -> None:
    sessions = ServerSessions(lifetime=10.0)
    first, second = sessions.start(ready("a")), sessions.start(ready("b"))
    with pytest.raises(ValueError, match="in use"):
        sessions.start(ready("a"))
    assert (sessions.count(7, 0.0), sessions.count(8, 0.0)) == (2, 0)
    first.detach(0.0)
    assert (sessions.find("a", 9.9), sessions.find("a", 10.0)) == (first, None)
    assert (sessions.find("b", 10.0), sessions.find("c", 0.0)) == (second, None)
    assert (sessions.count(7, 10.0), len(sessions)) == (1, 2)
    assert sessions.expire(10.0) == [first]
    assert len(sessions) == 1


def test_the_buffer_keeps_the_latest_messages() -> None:
    session = detached_session(5000)
    assert (session.last_seq, len(list(session.replay_after(4001)))) == (5001, 1000)
    assert not session.can_replay_after(4000)
