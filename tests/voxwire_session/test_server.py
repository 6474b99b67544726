"""The server's end: exact events for what a client sends."""

import pytest

from tests.voxwire_session.resuming import detached_session, resuming_server
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
    ServerConnection,
    ServerSession,
    ServerSessions,
    State,
    Transmit,
    is_compressed,
)

IDENTIFY = client.Identify(token="x")


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


def test_no_repr_shows_a_secret() -> None:
    session = ServerSession(ready("sess_0123456789abcdef"))
    connection = resuming_server("sess_0123456789abcdef")
    assert "0123456789" not in f"{session!r} {connection.accept(session, 0.0)!r} {connection!r}"
