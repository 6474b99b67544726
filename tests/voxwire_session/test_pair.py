"""A client and a server joined by a wire: whole conversations."""

import pytest

from tests.voxwire_session.wire import (
    COMPRESSED,
    INTERVAL,
    PLAIN,
    Wire,
    client_session,
    connected,
    leave,
    login_to,
    ready,
)
from voxmodels.v1 import Recovery, client, server
from voxwire.session import (
    ConnectionClosed,
    HeartbeatAcked,
    HelloReceived,
    IdentifyReceived,
    ResumeReceived,
    ServerSessions,
    SessionResumed,
    SessionStarted,
    State,
)
from voxwire.session.sequence import Gap

URLS = pytest.mark.parametrize("url", [PLAIN, COMPRESSED])


def left(user_id: int, seq: int) -> server.MemberLeaveFrame:
    return server.MemberLeaveFrame(d=leave(user_id), seq=seq)


@URLS
def test_a_session_begins(url: str) -> None:
    wire = Wire(client_session(), login_to(ServerSessions()), url)
    wire.open(0.0)
    wire.run(0.0)
    assert wire.client_events == [HelloReceived(INTERVAL), SessionStarted(ready())]
    assert wire.server_events == [
        IdentifyReceived(client.Identify(token=wire.client.session.token, protocol_version=1))
    ]
    assert (wire.client.state, wire.server.state) == (State.READY, State.READY)


@URLS
def test_messages_go_both_ways(url: str) -> None:
    wire = connected(url)
    wire.server_sends(leave(3), 1.0)
    wire.client_sends(client.Typing(feed_id=4), 1.0)
    wire.server_sends(leave(5), 1.0)
    wire.run(1.0)
    assert wire.client_events == [left(3, 2), left(5, 3)]
    assert wire.server_events == [client.TypingFrame(d=client.Typing(feed_id=4))]


def test_heartbeats_keep_a_quiet_connection_for_an_hour() -> None:
    wire = connected()
    now, end = 0.0, 3600.0
    while now < end:
        deadlines = (wire.client.next_deadline(), wire.server.next_deadline())
        now = min(deadline for deadline in deadlines if deadline is not None)
        wire.tick(now)
        wire.run(now)
    assert (wire.client.state, wire.server.state) == (State.READY, State.READY)
    assert wire.client_events == [HeartbeatAcked(0.0)] * 81
    assert wire.server_events == []


def test_a_session_goes_on_after_a_drop() -> None:
    sessions, session = ServerSessions(), client_session()
    login = login_to(sessions)
    first = Wire(session, login)
    first.open(0.0)
    first.run(0.0)
    first.server_sends(leave(1), 1.0)
    first.run(1.0)
    first.server_sends(leave(2), 2.0)  # on the way when the connection is lost
    first.drop(2.0)
    kept = sessions.find("sess_1", 2.0)
    assert kept is not None
    kept.publish(leave(3))
    again = first.client.next_connection()
    assert (again.recovery, again.delay) == (Recovery.RESUME, 0.75)

    second = Wire(session, login)
    second.open(3.0)
    second.run(3.0)
    assert second.client_events == [
        HelloReceived(INTERVAL),
        left(2, 3),
        left(3, 4),
        SessionResumed(last_seq=4, replayed=2, away=1.0),
    ]
    second.client_events.clear()
    second.server_sends(leave(4), 4.0)
    second.run(4.0)
    assert second.client_events == [left(4, 5)]
    assert first.client_events[-1] == ConnectionClosed(1006)
    assert isinstance(second.server_events[0], ResumeReceived)


def test_a_resume_before_the_server_has_noticed_the_drop() -> None:
    sessions, session = ServerSessions(), client_session()
    login = login_to(sessions)
    first = Wire(session, login)
    first.open(0.0)
    first.run(0.0)
    first.end_client(1006, "", 1.0)
    second = Wire(session, login)
    second.on_taken_over = lambda event, now: first.server_does([event.close], now)
    second.open(2.0)
    second.run(2.0)
    assert second.client_events == [
        HelloReceived(INTERVAL),
        SessionResumed(1, replayed=0, away=1.0),
    ]
    assert first.server.state is State.CLOSED
    assert second.server.session is sessions.find("sess_1", 2.0)


def test_a_session_that_expired_is_replaced() -> None:
    sessions, session = ServerSessions(lifetime=10.0), client_session()
    login = login_to(sessions)
    wire = Wire(session, login)
    wire.open(0.0)
    wire.run(0.0)
    wire.drop(1.0)
    wire = Wire(session, login)
    wire.open(11.0)
    wire.run(11.0)
    assert wire.client_events == [
        HelloReceived(INTERVAL),
        ConnectionClosed(4009, "SESSION_EXPIRED"),
    ]
    assert wire.client.next_connection().recovery is Recovery.IDENTIFY
    wire = Wire(session, login)
    wire.open(12.0)
    wire.run(12.0)
    assert wire.client_events == [
        HelloReceived(INTERVAL),
        SessionStarted(ready("sess_2"), lost=True),
    ]


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (4000, "over"), (3000, "")])
def test_closing_from_either_side(code: int, reason: str) -> None:
    wire = connected()
    wire.client_does(wire.client.close(code, reason), 1.0)
    wire.run(1.0)
    assert wire.client_events == [ConnectionClosed(code, reason)]
    assert wire.server_events == [ConnectionClosed(code, reason)]
    wire = connected()
    wire.server_does(wire.server.close(code, reason), 1.0)
    wire.run(1.0)
    assert wire.client_events == [ConnectionClosed(code, reason)]
    assert wire.server_events == [ConnectionClosed(code, reason)]


def test_a_silent_client_is_closed_and_comes_back() -> None:
    wire = connected()
    wire.server_does(wire.server.tick(67.5), 67.5)
    wire.run(67.5)
    assert wire.client_events == [ConnectionClosed(4007, "SESSION_TIMEOUT")]
    assert wire.client.next_connection().recovery is Recovery.RESUME


def test_a_message_that_never_arrived_is_a_gap() -> None:
    wire = connected()
    for user_id in (1, 2, 3):
        wire.server_sends(leave(user_id), 1.0)
    del wire.to_client[1]
    wire.run(1.0)
    assert wire.client_events == [left(1, 2), Gap(4, 3, 3), left(3, 4)]
