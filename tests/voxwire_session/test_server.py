"""The server's end: exact events for what a client sends."""

import pytest

from tests.voxwire_session.wire import (
    COMPRESSED,
    PLAIN,
    greeting_server,
    leave,
    ready,
    ready_server,
    text,
)
from voxmodels.v1 import CloseCode, ErrorCode, UnknownFrame, client, server
from voxwire import Decompressor, EncodeError, LocalProtocolError
from voxwire.session import (
    Close,
    ConnectionClosed,
    FrameIgnored,
    FrameInvalid,
    IdentifyReceived,
    ResumeReceived,
    ServerConnection,
    ServerSession,
    ServerSessions,
    State,
    Transmit,
    is_compressed,
    replay,
)

IDENTIFY = client.Identify(token="x")


def resuming_server(session_id: str = "sess_1", last_seq: int = 1) -> ServerConnection:
    connection = greeting_server()
    resume = client.Resume(token="x", session_id=session_id, last_seq=last_seq)
    assert connection.receive(text(resume), 0.0) == [ResumeReceived(resume)]
    return connection


def detached_session(messages: int, capacity: int = 1000) -> ServerSession:
    """A session that lost its connection at 0, and to which things have happened since."""
    session = ServerSession(ready(), capacity=capacity)
    session.detach(0.0)
    for number in range(messages):
        session.publish(leave(number))
    return session


def replayed(first: int, last: int) -> list[Transmit]:
    return [Transmit(text(leave(seq - 2), seq)) for seq in range(first, last + 1)]


def test_hello_comes_at_once() -> None:
    connection = ServerConnection(PLAIN, heartbeat_interval=20_000)
    hello = '{"type":"hello","d":{"heartbeat_interval":20000}}'
    assert connection.opened(0.0) == [Transmit(hello)]
    assert connection.state is State.GREETED


def test_identify_is_answered_by_the_caller() -> None:
    connection = greeting_server()
    assert connection.receive(text(IDENTIFY), 0.0) == [IdentifyReceived(IDENTIFY)]
    assert connection.state is State.IDENTIFYING
    session = ServerSession(ready())
    assert connection.accept(session, 0.0) == [Transmit(text(ready(), 1))]
    assert (connection.state, connection.session) == (State.READY, session)


def test_messages_are_numbered() -> None:
    connection = ready_server()
    assert connection.send(leave(8), 0.0) == text(leave(8), 2)
    assert connection.send(leave(9), 0.0) == text(leave(9), 3)
    error = server.Error(code=ErrorCode.INVALID_STATUS, message="no")
    assert connection.send(error, 0.0) == text(error)
    unknown = UnknownFrame(type="new", d={})
    assert connection.send(unknown, 0.0) == '{"type":"new","d":{},"seq":4}'


def test_messages_of_a_compressed_connection_are_compressed() -> None:
    connection = ServerConnection(COMPRESSED)
    (hello,) = connection.opened(0.0)
    assert isinstance(hello, Transmit)
    assert isinstance(hello.message, bytes)
    assert b'"hello"' in Decompressor().decompress(hello.message)


@pytest.mark.parametrize(
    ("url", "compressed"),
    [
        (COMPRESSED, True),
        ("/gateway?compress=zstd", True),
        (PLAIN, False),
        ("/gateway?compress=ZSTD", False),
        ("/gateway?compress=zstd%20", False),
        ("/gateway?compress=", False),
        ("/gateway?compress=true", False),
        ("/gateway?compress=zstd&compress=zstd", True),
        ("/gateway?compress=none&compress=zstd", True),
        ("/gateway?compress=zstd&compress=none", False),
        ("/gateway?compress=zstd&compress=", False),
        ("/gateway?Compress=zstd", False),
        ("/gateway#compress=zstd", False),
    ],
)
def test_only_the_exact_value_turns_compression_on(url: str, compressed: bool) -> None:
    assert is_compressed(url) is compressed


def test_messages_of_the_client_are_events() -> None:
    connection = ready_server()
    typing = client.Typing(feed_id=3)
    assert connection.receive(text(typing), 0.0) == [client.TypingFrame(d=typing)]


def test_unknown_types_are_events() -> None:
    connection = ready_server()
    assert connection.receive('{"type":"new","d":1}', 0.0) == [UnknownFrame(type="new", d=1)]


def test_typing_too_soon_is_ignored() -> None:
    connection = ready_server()
    message, frame = text(client.Typing(feed_id=3)), client.TypingFrame(d=client.Typing(feed_id=3))
    too_soon = FrameIgnored(frame, "typing came too soon after the one before")
    assert [connection.receive(message, now) for now in (0.0, 4.9, 5.0)] == [
        [frame],
        [too_soon],
        [frame],
    ]


def test_resume_is_ignored_once_a_session_is_under_way() -> None:
    connection = ready_server()
    resume = client.Resume(token="x", session_id="y", last_seq=1)
    assert connection.receive(text(resume), 0.0) == [
        FrameIgnored(client.ResumeFrame(d=resume), "the client has said before who it is")
    ]


@pytest.mark.parametrize(
    ("message", "rule", "name"),
    [
        ('{"type":"typing","d":{}}', "EXACTLY_ONE_OF", "typing"),
        ('{"type":"typing"}', "PAYLOAD_MISSING", "typing"),
        ('{"type":"typing_start","d":{"feed_id":1}}', "WRONG_DIRECTION", "typing_start"),
        ('{"type":"ready","d":{}}', "WRONG_DIRECTION", "ready"),
        ('{"type":"resume","d":{}}', "FIELD_MISSING", "resume"),
        ('{"d":{}}', "TYPE_MISSING", None),
        ("{}", "TYPE_MISSING", None),
        ('{"type":null}', "TYPE_INVALID", None),
    ],
)
def test_what_servers_ignore_is_an_event(message: str, rule: str, name: str | None) -> None:
    connection = ready_server()
    (event,) = connection.receive(message, 0.0)
    assert isinstance(event, FrameInvalid)
    assert (event.problems[0].rule, event.type, event.seq) == (rule, name, None)


@pytest.mark.parametrize(
    "message",
    [
        '{"type":"heartbeat"}',
        '{"type":"heartbeat","d":null}',
        '{"type":"heartbeat","d":{}}',
        '{"type":"heartbeat","d":{},"seq":7,"extra":true}',
    ],
)
def test_heartbeats_are_answered(message: str) -> None:
    connection = ready_server()
    assert connection.receive(message, 40.0) == [Transmit('{"type":"heartbeat_ack"}')]
    assert connection.next_deadline() == 40.0 + 67.5


def test_heartbeats_are_answered_while_the_caller_checks_the_login() -> None:
    connection = greeting_server()
    connection.receive(text(IDENTIFY), 0.0)
    heartbeat = text(client.Heartbeat())
    assert connection.receive(heartbeat, 1.0) == [Transmit('{"type":"heartbeat_ack"}')]


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


def test_calls_in_the_wrong_order() -> None:
    connection = greeting_server()
    session = ServerSession(ready())
    with pytest.raises(LocalProtocolError, match="no identify or resume to answer"):
        connection.accept(session, 0.0)
    with pytest.raises(LocalProtocolError, match="no identify or resume to answer"):
        connection.reject(CloseCode.AUTH_FAILED)
    with pytest.raises(LocalProtocolError, match="before the session is ready"):
        connection.send(leave(1), 0.0)
    connection.receive(text(IDENTIFY), 0.0)
    with pytest.raises(LocalProtocolError, match="this one was used before"):
        connection.accept(detached_session(0), 0.0)
    connection.accept(session, 0.0)
    with pytest.raises(LocalProtocolError, match="no identify or resume to answer"):
        connection.accept(session, 0.0)
    with pytest.raises(LocalProtocolError, match="not the session that resume names"):
        resuming_server("sess_other").accept(detached_session(0), 0.0)


def test_a_client_that_has_gone_needs_no_answer() -> None:
    connection = greeting_server()
    connection.receive(text(IDENTIFY), 0.0)
    connection.closed(1006, "", 1.0)
    sessions = ServerSessions()
    session = sessions.start(ready())
    assert connection.accept(session, 2.0) == []
    assert connection.reject(CloseCode.AUTH_FAILED) == []
    assert sessions.expire(302.0) == [session]


@pytest.mark.parametrize(
    ("payload", "match"),
    [
        (
            server.Hello(heartbeat_interval=1),
            "sends hello, ready, resumed and heartbeat_ack itself",
        ),
        (ready(), "itself"),
        (server.Resumed(seq=1), "itself"),
        (server.HeartbeatAckFrame(), "itself"),
        (client.Typing(feed_id=1), "typing is a client message"),
    ],
)
def test_what_is_not_for_sending(payload: server.Hello, match: str) -> None:
    connection = ready_server()
    with pytest.raises(LocalProtocolError, match=match):
        connection.send(payload, 0.0)


def test_what_cannot_be_sent_takes_no_number() -> None:
    connection = ready_server()
    for wrong in (leave(-1), server.MemberLeaveFrame(d=leave(1), seq=9)):
        with pytest.raises(EncodeError):
            connection.send(wrong, 0.0)
    assert connection.send(leave(1), 0.0) == text(leave(1), 2)


def test_closing() -> None:
    connection = ready_server()
    session = connection.session
    assert session is not None
    assert connection.close(CloseCode.SERVICE_RESTART) == [Close(1012)]
    assert connection.receive("not even JSON", 0.0) == []
    assert connection.closed(1012, "", 307.0) == [ConnectionClosed(1012)]
    assert connection.closed(1012, "", 308.0) == []
    assert session.is_expired(607.0)
    assert not session.is_expired(606.9)


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


def test_no_repr_shows_a_secret() -> None:
    session = ServerSession(ready("sess_0123456789abcdef"))
    connection = resuming_server("sess_0123456789abcdef")
    assert "0123456789" not in f"{session!r} {connection.accept(session, 0.0)!r} {connection!r}"
