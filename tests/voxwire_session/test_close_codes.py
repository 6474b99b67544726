"""Every close code of protocol section 8 that a server closes with, at its moment."""

import pytest

from tests.voxwire_session.wire import PLAIN, greeting_server, ready, ready_server, text
from voxmodels.v1 import CloseCode, client, limits
from voxwire import RemoteProtocolError
from voxwire.session import (
    Close,
    FailedLogins,
    FrameInvalid,
    IdentifyReceived,
    ServerConnection,
    ServerSession,
    ServerSessions,
    State,
    close_reason,
)

IDENTIFY = text(client.Identify(token="x"))
RESUME = text(client.Resume(token="x", session_id="sess_1", last_seq=1))
HEARTBEAT = text(client.Heartbeat())
TYPING = text(client.Typing(feed_id=1))


def refused(connection: ServerConnection, message: str | bytes, now: float = 0.0) -> int:
    """The code that the server closes with after a message, and that this lasts."""
    with pytest.raises(RemoteProtocolError) as caught:
        connection.receive(message, now)
    with pytest.raises(RemoteProtocolError):
        connection.receive(HEARTBEAT, now)
    assert (connection.state, connection.tick(1e9), connection.close()) == (State.CLOSING, [], [])
    return caught.value.close_code


def identifying_server() -> ServerConnection:
    connection = greeting_server()
    connection.receive(IDENTIFY, 0.0)
    return connection


@pytest.mark.parametrize("message", ["[]", "1", '"identify"', "null", b'{"type":"heartbeat"}'])
def test_4000_for_what_is_no_frame(message: str | bytes) -> None:
    assert refused(ready_server(), message) == CloseCode.UNKNOWN_ERROR
    assert refused(greeting_server(), message) == CloseCode.UNKNOWN_ERROR


@pytest.mark.parametrize("d", ["1", "true", '"x"', "[1]", "NaN"])
def test_4000_for_a_payload_that_is_no_object_where_it_is_looked_at(d: str) -> None:
    typing = f'{{"type":"typing","d":{d}}}'
    assert refused(ready_server(), typing) == CloseCode.UNKNOWN_ERROR
    assert refused(greeting_server(), typing) == CloseCode.NOT_AUTHENTICATED
    identify = f'{{"type":"identify","d":{d}}}'
    assert refused(greeting_server(), identify) == CloseCode.UNKNOWN_ERROR
    assert refused(ready_server(), identify) == CloseCode.ALREADY_AUTHENTICATED
    assert refused(greeting_server(), f'{{"type":"resume","d":{d}}}') == CloseCode.UNKNOWN_ERROR


def test_4000_for_nesting_that_no_parser_follows() -> None:
    for depth in (401, 100_000):
        deep = '{"type":"new","d":' + "[" * depth + "]" * depth + "}"
        assert refused(ready_server(), deep) == CloseCode.UNKNOWN_ERROR
    assert len(ready_server().receive('{"type":"new","d":' + "[" * 398 + "]" * 398 + "}", 0.0)) == 1


@pytest.mark.parametrize(
    "message",
    [
        "",
        "not json at all",
        '{"type":"heartbeat"',
        "{}{}",
        '\ufeff{"type":"heartbeat"}',
        "1" * 5000,
    ],
)
def test_4002_for_what_is_no_json(message: str) -> None:
    assert refused(ready_server(), message) == CloseCode.DECODE_ERROR
    assert refused(greeting_server(), message) == CloseCode.DECODE_ERROR


def test_nothing_is_too_long() -> None:
    (event,) = ready_server().receive('{"type":"' + "x" * 1_500_000 + '"}', 0.0)
    assert isinstance(event, FrameInvalid)
    assert [problem.rule for problem in event.problems] == ["FRAME_TOO_LARGE"]


@pytest.mark.parametrize(
    "message", [HEARTBEAT, TYPING, '{"type":"new"}', "{}", '{"type":"typing","d":{}}']
)
def test_4003_for_anything_before_identify(message: str) -> None:
    assert refused(greeting_server(), message) == CloseCode.NOT_AUTHENTICATED


def test_4003_for_messages_while_the_login_is_checked() -> None:
    assert refused(identifying_server(), TYPING) == CloseCode.NOT_AUTHENTICATED


def test_4003_for_a_client_that_says_nothing() -> None:
    connection = greeting_server(now=5.0)
    assert connection.next_deadline() == 35.0
    assert connection.tick(34.9) == []
    assert connection.tick(35.0) == [Close(4003, "NOT_AUTHENTICATED")]
    assert (connection.state, connection.tick(36.0)) == (State.CLOSING, [])


def test_4003_is_no_threat_once_the_client_has_spoken() -> None:
    connection = identifying_server()
    assert connection.tick(35.0) == []


def test_4004_for_a_wrong_token() -> None:
    connection = identifying_server()
    assert connection.reject(CloseCode.AUTH_FAILED) == [Close(4004, "AUTH_FAILED")]
    assert connection.state is State.CLOSING


@pytest.mark.parametrize(
    "message",
    [
        '{"type":"resume","d":null}',
        '{"type":"resume","d":{"token":"x"}}',
        '{"type":"resume","d":{"token":"x","session_id":""}}',
        '{"type":"resume","d":{"token":"","session_id":"sess_1","last_seq":1}}',
    ],
)
def test_4004_for_a_resume_that_names_nothing(message: str) -> None:
    assert refused(greeting_server(), message) == CloseCode.AUTH_FAILED


@pytest.mark.parametrize("d", ["null", "[]", "0", "false", '""', "{}", '{"token":null}'])
def test_an_identify_without_a_token_has_the_empty_one(d: str) -> None:
    (event,) = greeting_server().receive(f'{{"type":"identify","d":{d}}}', 0.0)
    assert isinstance(event, IdentifyReceived)
    assert event.identify.token == ""


@pytest.mark.parametrize("message", [IDENTIFY, '{"type":"identify","d":{}}'])
def test_4005_for_a_second_identify(message: str) -> None:
    assert refused(ready_server(), message) == CloseCode.ALREADY_AUTHENTICATED
    assert refused(identifying_server(), message) == CloseCode.ALREADY_AUTHENTICATED


def strict_server(interval: int = 45_000) -> ServerConnection:
    """A server with a session that enforces the rate of messages."""
    connection = ServerConnection(PLAIN, heartbeat_interval=interval, enforce_rate=True)
    connection.opened(0.0)
    connection.receive(IDENTIFY, 0.0)
    connection.accept(ServerSession(ready()), 0.0)
    return connection


def test_a_real_server_does_not_enforce_the_rate() -> None:
    connection = ready_server()
    for _ in range(1000):
        assert connection.receive('{"type":"new"}', 1.0) != []


def test_4006_for_too_many_messages() -> None:
    connection = strict_server()  # its identify was the first
    for _ in range(119):
        connection.receive('{"type":"new"}', 59.0)
    assert refused(connection, TYPING, 59.9) == CloseCode.RATE_LIMITED


def test_4006_counts_the_last_minute_only() -> None:
    connection = strict_server()
    for _ in range(119):
        connection.receive('{"type":"new"}', 1.0)
    assert connection.receive('{"type":"new"}', 60.0)
    assert refused(connection, "{}", 60.9) == CloseCode.RATE_LIMITED


def test_4006_counts_heartbeats_only_when_they_come_too_often() -> None:
    connection = strict_server(interval=100)
    for beat in range(1, 500):
        assert connection.receive(HEARTBEAT, beat / 10)
    for _ in range(119):
        connection.receive(HEARTBEAT, 49.91)
    assert refused(connection, HEARTBEAT, 49.91) == CloseCode.RATE_LIMITED


def test_4006_for_a_sixth_session() -> None:
    sessions = ServerSessions()
    for number in range(limits.SESSIONS_PER_USER):
        sessions.start(ready(f"sess_{number}"))
    assert sessions.count(ready().user_id, 0.0) == limits.SESSIONS_PER_USER
    connection = identifying_server()
    assert connection.reject(CloseCode.RATE_LIMITED) == [Close(4006, "RATE_LIMITED")]


def test_4007_after_one_and_a_half_intervals_of_silence() -> None:
    connection = ready_server(now=10.0)
    connection.receive(HEARTBEAT, 50.0)
    connection.receive(TYPING, 60.0)
    assert connection.next_deadline() == 50.0 + 67.5
    assert connection.tick(117.4) == []
    assert connection.tick(117.5) == [Close(4007, "SESSION_TIMEOUT")]


def test_4007_also_while_the_login_is_checked() -> None:
    assert identifying_server().tick(67.5) == [Close(4007, "SESSION_TIMEOUT")]


def test_4008_for_a_restart_and_for_failed_logins() -> None:
    connection = ready_server()
    code = CloseCode.SERVER_RESTART
    assert connection.close(code, close_reason(code)) == [Close(4008, "SERVER_RESTART")]
    failed = FailedLogins()
    for _ in range(limits.AUTH_FAILURES):
        failed.add("192.0.2.1", 0.0)
    assert failed.blocks("192.0.2.1", 0.0)
    assert identifying_server().reject(code, "AUTH_RATE_LIMITED") == [
        Close(4008, "AUTH_RATE_LIMITED")
    ]


def test_4009_for_a_session_that_nobody_knows() -> None:
    connection = greeting_server()
    connection.receive(RESUME, 0.0)
    assert connection.reject(CloseCode.SESSION_EXPIRED) == [Close(4009, "SESSION_EXPIRED")]


def test_4011_for_a_version_that_is_not_spoken() -> None:
    wrong = '{"type":"identify","d":{"token":"x","protocol_version":2}}'
    assert refused(greeting_server(), wrong) == CloseCode.VERSION_MISMATCH
    newer = ServerConnection(PLAIN, versions=range(2, 4))
    newer.opened(0.0)
    assert isinstance(newer.receive(wrong, 0.0)[0], IdentifyReceived)
    absent_means_one = ServerConnection(PLAIN, versions=range(2, 4))
    absent_means_one.opened(0.0)
    assert refused(absent_means_one, IDENTIFY) == CloseCode.VERSION_MISMATCH


def test_4012_for_a_full_server() -> None:
    assert identifying_server().reject(CloseCode.SERVER_FULL) == [Close(4012, "SERVER_FULL")]
    assert greeting_server().close(4012, close_reason(4012)) == [Close(4012, "SERVER_FULL")]


@pytest.mark.parametrize(
    ("code", "reason"),
    [(1000, ""), (1009, ""), (4005, "ALREADY_AUTHENTICATED"), (4999, "")],
)
def test_reasons_are_names_of_our_own_codes(code: int, reason: str) -> None:
    assert close_reason(code) == reason
