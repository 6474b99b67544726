"""What a client does after a connection ended."""

import pytest

from tests.voxwire_session.wire import (
    ACK,
    HELLO,
    PLAIN,
    TOKEN,
    client_session,
    greeted_client,
    leave,
    ready,
    ready_client,
    text,
)
from voxmodels.v1 import CloseCode, Recovery, client, server
from voxwire import RemoteProtocolError
from voxwire.session import ClientConnection, ClientSession, NextConnection, SessionStarted
from voxwire.session.recovery import UNLISTED

RESUME, IDENTIFY, FATAL = Recovery.RESUME, Recovery.IDENTIFY, Recovery.FATAL


def zero() -> float:
    return 0.0


def after(code: int, reason: str = "") -> NextConnection:
    """What a client with a session does after a close."""
    connection = ready_client()
    connection.session.backoff._random = zero
    connection.closed(code, reason, 1.0)
    return connection.next_connection()


def resuming(session: ClientSession) -> ClientConnection:
    session.start("sess_1", 1)
    return greeted_client(session)


@pytest.mark.parametrize(
    ("code", "recovery", "delay"),
    [
        (1000, RESUME, 1),
        (1001, RESUME, 1),
        (1006, RESUME, 1),
        (1012, RESUME, 1),
        (4000, RESUME, 1),
        (4001, FATAL, 0),
        (4002, FATAL, 0),
        (4003, FATAL, 0),
        (4004, FATAL, 0),
        (4005, FATAL, 0),
        (4006, RESUME, 60),
        (4007, RESUME, 1),
        (4008, RESUME, 1),
        (4009, IDENTIFY, 1),
        (4010, IDENTIFY, 1),
        (4011, FATAL, 0),
        (4012, IDENTIFY, 60),
    ],
)
def test_every_close_code(code: int, recovery: Recovery, delay: float) -> None:
    expected = NextConnection(recovery, delay, CloseCode(code).meaning().description)
    assert after(code) == expected


def test_every_close_code_is_tested_above() -> None:
    assert len(CloseCode) == 17


def test_the_reason_tells_the_meanings_of_4008_apart() -> None:
    limited = after(4008, "AUTH_RATE_LIMITED")
    assert (limited.recovery, limited.delay) == (IDENTIFY, 60)
    assert limited.description.startswith("Ten logins from this address failed")
    assert after(4008, "SERVER_RESTART").recovery is RESUME
    assert after(4008, "anything else").recovery is RESUME


@pytest.mark.parametrize("code", [0, 1005, 1011, 1013, 1015, 3000, 4013, 4999])
def test_codes_that_are_not_listed_count_as_a_lost_connection(code: int) -> None:
    assert after(code) == NextConnection(RESUME, 1, UNLISTED)


@pytest.mark.parametrize(("code", "recovery"), [(1011, IDENTIFY), (4999, IDENTIFY), (1006, RESUME)])
def test_a_resume_that_is_answered_with_a_code_not_listed_ends_the_session(
    code: int, recovery: Recovery
) -> None:
    connection = resuming(client_session())
    connection.closed(code, "", 1.0)
    assert connection.next_connection().recovery is recovery


def test_without_a_session_there_is_nothing_to_resume() -> None:
    connection = greeted_client()
    connection.closed(1006, "", 1.0)
    assert connection.next_connection().recovery is IDENTIFY


def test_a_transport_that_does_not_open_counts_too() -> None:
    session = ClientSession(TOKEN, random=zero)
    delays = []
    for _ in range(8):
        connection = ClientConnection(session, PLAIN)
        connection.closed(1006, "", 1.0)
        delays.append(connection.next_connection().delay)
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60]


def test_ready_and_resumed_start_the_waits_over() -> None:
    session = ClientSession(TOKEN, random=zero)
    delays = []
    for message in (None, None, text(ready(), 1), None, text(server.Resumed(seq=1)), None):
        connection = greeted_client(session)
        if message is not None:
            connection.receive(message, 0.0)
        connection.closed(1006, "", 1.0)
        delays.append(connection.next_connection().delay)
    assert delays == [1, 2, 1, 2, 1, 2]


def test_hello_alone_does_not_start_the_waits_over() -> None:
    session = ClientSession(TOKEN, random=zero)
    for expected in (1, 2, 4):
        connection = ClientConnection(session, PLAIN)
        connection.opened(0.0)
        connection.receive(HELLO, 0.0)
        connection.closed(4000, "", 1.0)
        assert connection.next_connection().delay == expected


@pytest.mark.parametrize("code", [4009, 4010, 4012])
def test_a_new_session_says_that_one_was_lost(code: int) -> None:
    session = client_session()
    connection = resuming(session)
    connection.closed(code, "", 1.0)
    again = ClientConnection(session, PLAIN)
    again.opened(2.0)
    _, first = again.receive(HELLO, 2.0)
    assert first.message == text(client.Identify(token=TOKEN, protocol_version=1))  # type: ignore[union-attr]
    assert again.receive(text(ready("sess_2"), 1), 2.0) == [
        SessionStarted(ready("sess_2"), lost=True)
    ]
    assert (session.lost, session.last_seq) == (False, 1)


def test_a_first_session_has_lost_nothing() -> None:
    session = client_session()
    connection = greeted_client(session)
    connection.closed(4012, "", 1.0)
    assert greeted_client(session).receive(text(ready(), 1), 2.0) == [SessionStarted(ready())]


def test_a_mistake_of_the_server_leads_to_a_resume() -> None:
    connection = ready_client()
    with pytest.raises(RemoteProtocolError, match="JSON_INVALID"):
        connection.receive("{", 0.0)
    connection.closed(4002, "DECODE_ERROR", 1.0)  # our own code, which would be fatal from a server
    assert connection.next_connection().recovery is RESUME
    assert connection.next_connection().description.startswith("JSON_INVALID")


def test_a_replay_that_cannot_be_read_leads_to_a_new_session() -> None:
    connection = resuming(client_session())
    with pytest.raises(RemoteProtocolError, match="JSON_INVALID"):
        connection.receive("{", 0.0)
    connection.closed(4002, "DECODE_ERROR", 1.0)
    assert connection.next_connection().recovery is IDENTIFY


def test_a_replay_that_takes_too_long_can_be_resumed() -> None:
    connection = resuming(client_session())
    connection.tick(22.5)
    assert connection.tick(30.0)
    connection.closed(4000, "the server did not answer in time", 31.0)
    assert connection.next_connection().recovery is RESUME


def test_the_servers_own_code_counts_more_than_our_wish_to_close() -> None:
    connection = ready_client()
    with pytest.raises(RemoteProtocolError):
        connection.receive("{", 0.0)
    connection.closed(4004, "AUTH_FAILED", 1.0)
    assert connection.next_connection().recovery is FATAL


def test_a_session_that_was_closed_on_purpose_can_be_resumed() -> None:
    connection = ready_client()
    connection.receive(text(leave(1), 2), 0.0)
    connection.close()
    connection.closed(1000, "", 1.0)
    assert connection.next_connection().recovery is RESUME
    resume = connection.session.first_message()
    assert resume == client.Resume(token=TOKEN, session_id="sess_1", last_seq=2)


def test_what_arrives_while_closing_is_left_for_the_resume() -> None:
    connection = ready_client()
    connection.close()
    assert connection.receive(text(leave(1), 2), 0.0) == []
    assert connection.receive(ACK, 0.0) == []
    assert connection.session.last_seq == 1


def test_a_renewed_token_is_used() -> None:
    session = client_session()
    session.token = "vox_sess_renewed"
    assert session.first_message() == client.Identify(token="vox_sess_renewed", protocol_version=1)


def test_a_session_can_be_forgotten() -> None:
    connection = ready_client()
    connection.session.forget()
    connection.closed(1000, "", 1.0)
    assert connection.next_connection().recovery is IDENTIFY
