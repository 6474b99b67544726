"""What both ends say and show, word for word, and what they keep to the last place."""

import pytest

from tests.voxwire_session.resuming import detached_session, resuming_server
from tests.voxwire_session.wire import (
    HELLO,
    PLAIN,
    client_session,
    greeted_client,
    greeting_server,
    half,
    leave,
    ready,
    ready_client,
    ready_server,
    text,
)
from voxmodels.v1 import CloseCode, Recovery, client, server
from voxmodels.v1.session import SESSION
from voxwire import LocalProtocolError, RemoteProtocolError
from voxwire.session import (
    ClientConnection,
    Close,
    ConnectionClosed,
    FrameIgnored,
    FrameInvalid,
    HeartbeatAcked,
    NextConnection,
    ServerConnection,
    ServerSessions,
    SessionResumed,
    State,
    TooManyMessagesError,
    Transmit,
)
from voxwire.session.heartbeats import HeartbeatSchedule
from voxwire.wire.envelope import Parts, salvage

IDENTIFY = '{"type":"identify","d":{"token":"x"}}'
TYPING = client.Typing(feed_id=5)
assert SESSION.heartbeat is not None
BEATS = SESSION.heartbeat


def refusal(connection: ClientConnection | ServerConnection, payload: object) -> str:
    """Why nothing is sent."""
    with pytest.raises(LocalProtocolError) as caught:
        connection.send(payload, 0.0)  # type: ignore[arg-type]
    return str(caught.value)


def test_why_a_client_sends_nothing() -> None:
    assert refusal(ready_client(), client.Heartbeat()) == (
        "the connection sends identify, resume and heartbeat itself"
    )
    assert refusal(ready_client(), leave(1)) == "member_leave is a server message"
    assert refusal(greeted_client(), TYPING) == (
        "nothing can be sent before ready or resumed arrived"
    )
    failed = ready_client()
    with pytest.raises(RemoteProtocolError):
        failed.receive("{", 0.0)
    assert refusal(failed, TYPING) == "the peer broke the protocol: close the connection"
    closed = ready_client()
    closed.close()
    assert refusal(closed, TYPING) == "the connection has ended"


def test_why_a_server_sends_nothing() -> None:
    assert refusal(ready_server(), server.HeartbeatAckFrame()) == (
        "the connection sends hello, ready, resumed and heartbeat_ack itself"
    )
    assert refusal(ready_server(), TYPING) == "typing is a client message"
    early = greeting_server()
    assert refusal(early, leave(1)) == "nothing can be sent before the session is ready"
    early.receive(IDENTIFY, 0.0)
    assert refusal(early, leave(1)) == "nothing can be sent before the session is ready"


def unanswered(connection: ServerConnection) -> str:
    """Why there is nothing to accept."""
    with pytest.raises(LocalProtocolError) as caught:
        connection.accept(detached_session(2), 0.0)
    return str(caught.value)


def test_why_nothing_is_accepted() -> None:
    nothing = "there is no identify or resume to answer"
    assert unanswered(greeting_server()) == nothing
    assert unanswered(ready_server()) == nothing
    resumed = resuming_server()
    session = detached_session(2)
    assert [type(event) for event in resumed.accept(session, 0.0)] == [Transmit] * 3
    with pytest.raises(LocalProtocolError, match=f"^{nothing}$"):
        resumed.accept(session, 0.0)
    identified = greeting_server()
    identified.receive(IDENTIFY, 0.0)
    assert unanswered(identified) == "identify starts a new session; this one was used before"
    assert unanswered(resuming_server("sess_2")) == "this is not the session that resume names"
    with pytest.raises(LocalProtocolError, match=f"^{nothing}$"):
        greeting_server().reject(CloseCode.AUTH_FAILED)


def test_a_session_id_is_used_once() -> None:
    sessions = ServerSessions()
    sessions.start(ready("sess_1"))
    with pytest.raises(ValueError, match=r"^the session id is in use$"):
        sessions.start(ready("sess_1"))


def test_too_many_messages_are_explained() -> None:
    assert str(TooManyMessagesError(5.0)) == (
        "too many messages: the server would close the connection"
    )


def test_a_resume_that_names_nothing_is_explained() -> None:
    resume = text(client.Resume(token="", session_id="s", last_seq=1))
    with pytest.raises(RemoteProtocolError) as caught:
        greeting_server().receive(resume, 0.0)
    assert (str(caught.value), caught.value.close_code) == ("a resume that names nothing", 4004)


def test_what_is_shown_of_sessions_and_events() -> None:
    session = client_session()
    assert repr(session) == "<ClientSession with no session, last_seq 0>"
    session.start("sess_1", 1)
    assert repr(session) == "<ClientSession with a session, last_seq 1>"
    assert repr(Transmit("abc")) == "Transmit(<3 characters>)"
    assert repr(Transmit(b"ab")) == "Transmit(<2 bytes>)"
    assert repr(ConnectionClosed(1000, "bye")) == "ConnectionClosed(code=1000, reason='bye')"
    started = ServerSessions().start(ready(user_id=9))
    started.publish(leave(1))
    assert repr(started) == "<ServerSession of user 9, last_seq 2>"


def test_a_server_that_does_not_answer_is_not_asked_for_long() -> None:
    """The first wait is a second, of which `half` takes a quarter away."""
    connection = greeted_client()
    why = "the server did not answer in time"
    assert connection.tick(30.0) == [Close(4000, why)]
    connection.closed(4000, why, 30.0)
    assert connection.next_connection() == NextConnection(Recovery.IDENTIFY, 0.75, why)


def test_heartbeats_that_nobody_answers_lead_to_a_resume() -> None:
    connection = ready_client()
    for _ in range(2):
        deadline = connection.next_deadline()
        assert deadline is not None
        assert [type(event) for event in connection.tick(deadline)] == [Transmit]
    why = "the server does not answer heartbeats"
    assert connection.tick(1000.0) == [Close(4000, why)]
    connection.closed(1006, "", 1000.0)
    assert connection.next_connection() == NextConnection(Recovery.RESUME, 0.75, why)


def test_after_an_answered_heartbeat_resumes_are_counted_from_the_start() -> None:
    session = client_session()
    session.start("sess_1", 1)
    session.hold()
    plan = NextConnection(Recovery.RESUME, 1.0, "lost")
    plans = [session.after_resume(plan, brought_news=False) for _ in range(3)]
    assert [plan.recovery for plan in plans] == [
        Recovery.RESUME,
        Recovery.RESUME,
        Recovery.IDENTIFY,
    ]


def test_sessions_get_the_capacity_and_the_lifetime_of_all() -> None:
    session = ServerSessions(capacity=2, lifetime=9.0).start(ready())
    for number in range(3):
        session.publish(leave(number))
    assert [session.can_replay_after(seq) for seq in (2, 3, 4)] == [False, True, True]
    session.detach(0.0)
    assert [session.is_expired(now) for now in (8.9, 9.0)] == [False, True]


def test_typing_is_told_apart_by_feed_and_by_direct_message() -> None:
    connection = ready_server()
    places = [{"feed_id": 1}, {"feed_id": 2}, {"dm_id": 1}, {"dm_id": 2}]
    for place in places:
        payload = client.Typing(**place)
        assert connection.receive(text(payload), 1.0) == [client.TypingFrame(d=payload)]
    for place in places:
        frame = client.TypingFrame(d=client.Typing(**place))
        assert connection.receive(text(frame), 2.0) == [
            FrameIgnored(frame, "typing came too soon after the one before")
        ]


@pytest.mark.parametrize(
    "message",
    [
        IDENTIFY,
        '{"type":"identify","d":{}}',
        '{"type":"resume","d":{"token":"x","session_id":"s","last_seq":1}}',
        '{"type":"resume","d":{"token":"x","session_id":"s"}}',
    ],
)
def test_the_time_for_heartbeats_begins_with_the_login(message: str) -> None:
    connection = greeting_server(0.0)
    assert connection.next_deadline() == 30.0
    connection.receive(message, 20.0)
    assert connection.next_deadline() == 20.0 + 1.5 * 45.0


@pytest.mark.parametrize(
    ("data", "envelope"),
    [
        ('{"type":"x","d":{"a":1},"seq":5}', Parts("x", 5, {"a": 1})),
        ('{"type":"x","d":{},"seq":1}', Parts("x", 1, {})),
        ('{"type":5,"d":[],"seq":0}', Parts(None, None, [])),
        ('{"type":"x","d":null,"seq":"5"}', Parts("x", None, None)),
        ('{"type":"x","seq":true}', Parts("x", None, None)),
        ('{"type":"x","seq":-3}', Parts("x", None, None)),
        ('{"type":"x","seq":2.0}', Parts("x", None, None)),
        ("[]", Parts(None, None, None)),
        ("{", Parts(None, None, None)),
        (b'{"type":"x","seq":7}', Parts("x", 7, None)),
    ],
)
def test_what_can_still_be_told_of_a_frame(data: str | bytes, envelope: Parts) -> None:
    assert salvage(data) == envelope


def test_a_frame_that_is_not_due_is_named_with_the_state() -> None:
    connection = ClientConnection(client_session(), PLAIN)
    connection.opened(0.0)
    with pytest.raises(RemoteProtocolError) as caught:
        connection.receive(text(ready(), 1), 0.0)
    assert str(caught.value) == f"ready is not due here: {State.CONNECTED.value}"
    greeted = greeted_client()
    with pytest.raises(RemoteProtocolError) as caught:
        greeted.receive(HELLO, 0.0)
    assert str(caught.value) == f"hello is not due here: {State.IDENTIFYING.value}"


def test_a_binary_message_that_nobody_asked_for_is_explained() -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        ready_client().receive(b"{}", 0.0)
    assert str(caught.value) == "a binary message came, though no compression was asked for"


def test_a_message_without_a_type_is_named_so() -> None:
    connection = ClientConnection(client_session(), PLAIN)
    connection.opened(0.0)
    with pytest.raises(RemoteProtocolError) as caught:
        connection.receive('{"d":1}', 0.0)
    assert str(caught.value) == (
        f"a message without a type is not due here: {State.CONNECTED.value}"
    )


def test_an_answer_to_a_heartbeat_counts_whatever_it_carries() -> None:
    connection = ready_client()
    deadline = connection.next_deadline()
    assert deadline is not None
    connection.tick(deadline)
    answer = '{"type":"heartbeat_ack","seq":"x"}'
    assert connection.receive(answer, deadline + 2.0) == [HeartbeatAcked(2.0)]
    assert connection.receive(answer, deadline + 3.0) == [HeartbeatAcked(None)]


def test_a_session_of_which_nothing_was_received_is_replayed_from_the_start() -> None:
    session = client_session()
    session.session_id = "sess_1"
    connection = greeted_client(session)
    for seq in (1, 2):
        connection.receive(text(leave(seq), seq), 0.0)
    resumed = connection.receive(text(server.Resumed(seq=2)), 0.0)
    assert resumed == [SessionResumed(2, 2, None)]


@pytest.mark.parametrize(
    ("answered", "recovery"), [(True, Recovery.RESUME), (False, Recovery.IDENTIFY)]
)
def test_a_code_that_is_not_listed_ends_the_session_only_as_the_answer_to_a_resume(
    answered: bool, recovery: Recovery
) -> None:
    session = client_session()
    session.start("sess_1", 1)
    connection = greeted_client(session)
    if answered:
        connection.receive(text(server.Resumed(seq=1)), 0.0)
    connection.closed(4999, "", 1.0)
    assert connection.next_connection().recovery is recovery


def test_what_cannot_be_read_is_said_in_one_sentence() -> None:
    session = client_session()
    plans = [session.after_unreadable("no X.", while_resuming=False) for _ in range(5)]
    assert plans[0] == NextConnection(Recovery.IDENTIFY, 0.75, "no X.")
    assert plans[4] == NextConnection(
        Recovery.FATAL,
        0.0,
        "no X; 5 connections in a row ended because of what the server sent, and another would, too",
    )


def test_resumes_that_bring_nothing_are_said_in_one_sentence() -> None:
    session = client_session()
    session.start("sess_1", 1)
    plan = NextConnection(Recovery.RESUME, 2.0, "no X.")
    assert [session.after_resume(plan, brought_news=False) for _ in range(3)] == [
        plan,
        plan,
        NextConnection(
            Recovery.IDENTIFY,
            2.0,
            "no X; 3 resumes in a row brought no new message, so that a new session begins",
        ),
    ]
    assert (session.session_id, session.lost) == (None, True)


def test_an_answered_heartbeat_is_not_counted_later() -> None:
    schedule = HeartbeatSchedule(BEATS, 40.0, 0.0, half)
    schedule.sent(20.0)
    assert schedule.answered(21.0) == 1.0
    schedule.sent(60.0)
    assert not schedule.is_dead
    schedule.sent(100.0)
    assert schedule.is_dead


def test_typing_that_is_not_valid_is_told_apart_as_well() -> None:
    connection = ready_server()
    places = ('{"feed_id":"a"}', '{"feed_id":"b"}', '{"dm_id":"a"}', '{"dm_id":"b"}')
    first, again = (
        [connection.receive(f'{{"type":"typing","d":{d}}}', now)[0] for d in places]
        for now in (1.0, 2.0)
    )
    assert [type(event) for event in first] == [FrameInvalid] * 4
    assert [type(event) for event in again] == [FrameIgnored] * 4
    status = '{"type":"presence_update","d":{"status":5}}'
    assert [type(connection.receive(status, 3.0)[0]) for _ in range(2)] == [FrameInvalid] * 2
