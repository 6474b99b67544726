"""What a client does after an absence, and how it gets out of what no resume can mend."""

import math
from collections.abc import Callable

import pytest

from tests.voxwire_session.wire import (
    ACK,
    HALF,
    HELLO,
    INTERVAL,
    PLAIN,
    TOKEN,
    greeted_client,
    half,
    leave,
    ready,
    text,
)
from voxmodels.v1 import CloseCode, Recovery, client, server
from voxmodels.v1.session import SESSION
from voxwire import RemoteProtocolError
from voxwire.session import (
    ClientConnection,
    ClientSession,
    NextConnection,
    SessionResumed,
    SessionStarted,
    State,
)
from voxwire.session.client_session import MAX_UNREADABLE_CONNECTIONS

assert SESSION.resume is not None
MAX_FRUITLESS_RESUMES = SESSION.resume.attempts_without_progress
RESUMED = text(server.Resumed(seq=1))
READY = text(ready(), 1)
BEAT = INTERVAL * HALF
"""When the first heartbeat is due after hello."""


def in_session(session: ClientSession, now: float = 0.0) -> ClientConnection:
    connection = greeted_client(session, now)
    connection.receive(READY, now)
    return connection


def lost(connection: ClientConnection, now: float = 0.0) -> NextConnection:
    connection.closed(1006, "", now)
    return connection.next_connection()


def a_session(resume_within: float | None = None) -> ClientSession:
    return ClientSession(TOKEN, random=half, resume_within=resume_within)


# --- how long it was ---------------------------------------------------------------------------


def test_resumed_says_how_long_the_client_was_away() -> None:
    session = a_session()
    lost(in_session(session, 100.0), 130.0)
    again = greeted_client(session, 140.0)
    assert again.receive(RESUMED, 141.5) == [SessionResumed(1, 0, away=11.5)]


def test_attempts_that_fail_are_part_of_the_absence() -> None:
    session = a_session()
    lost(in_session(session), 10.0)
    lost(ClientConnection(session, PLAIN), 20.0)  # could not be opened
    lost(greeted_client(session, 30.0), 31.0)  # ended in the middle of the replay
    assert greeted_client(session, 40.0).receive(RESUMED, 42.0) == [SessionResumed(1, 0, away=32.0)]


def test_each_absence_counts_for_itself() -> None:
    session = a_session()
    connection = in_session(session)
    for number in range(3):
        lost(connection, 100.0 * number)
        connection = greeted_client(session, 100.0 * number + 7)
        assert connection.receive(RESUMED, 100.0 * number + 8) == [SessionResumed(1, 0, away=8.0)]


def test_the_absence_of_a_session_that_began_elsewhere_is_not_known() -> None:
    session = a_session()
    session.start("sess_1", 1)
    lost(ClientConnection(session, PLAIN), 5.0)
    assert greeted_client(session, 9.0).receive(RESUMED, 9.0) == [SessionResumed(1, 0, away=None)]


# --- resume_within -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resume_within", "expected"),
    [(None, client.Resume), (20.0, client.Resume), (19.5, client.Identify), (0.0, client.Identify)],
)
def test_a_session_is_resumed_within_a_time(resume_within: float | None, expected: type) -> None:
    session = a_session(resume_within)
    lost(in_session(session), 10.0)
    connection = greeted_client(session, 30.0)
    first = client.Resume(token=TOKEN, session_id="sess_1", last_seq=1)
    assert (connection.state is State.RESUMING) is (expected is client.Resume)
    assert (session.first_message() == first) is (expected is client.Resume)


def test_a_session_that_is_given_up_after_its_absence_is_lost() -> None:
    session = a_session(resume_within=5.0)
    lost(in_session(session), 10.0)
    connection = greeted_client(session, 16.0)
    assert connection.receive(text(ready("sess_2"), 1), 16.0) == [
        SessionStarted(ready("sess_2"), lost=True)
    ]
    lost(connection, 20.0)
    assert greeted_client(session, 24.0).receive(RESUMED, 24.0) == [SessionResumed(1, 0, away=4.0)]


@pytest.mark.parametrize("seconds", [-1.0, math.nan])
def test_a_time_that_is_none(seconds: float) -> None:
    with pytest.raises(ValueError, match="resume_within must be a number of seconds"):
        a_session(seconds)


# --- no endless resume -------------------------------------------------------------------------


def killed_while_resuming(session: ClientSession, *messages: str) -> NextConnection:
    connection = greeted_client(session)
    for message in messages:
        connection.receive(message, 0.0)
    return lost(connection)


@pytest.mark.parametrize(
    "messages", [(), (text(leave(1), 1),), (RESUMED,)], ids=["replay", "repeated", "resumed"]
)
def test_a_session_whose_resumes_bring_nothing_new_is_given_up(messages: tuple[str, ...]) -> None:
    session = a_session()
    lost(in_session(session))
    plans = [killed_while_resuming(session, *messages) for _ in range(MAX_FRUITLESS_RESUMES)]
    assert [plan.recovery for plan in plans] == [
        Recovery.RESUME,
        Recovery.RESUME,
        Recovery.IDENTIFY,
    ]
    assert plans[0].description == CloseCode.CONNECTION_LOST.meaning().description
    assert plans[-1].description.endswith(
        "; 3 resumes in a row brought no new message, so that a new session begins"
    )
    assert session.lost
    again = greeted_client(session)
    assert again.state is State.IDENTIFYING
    again.receive(READY, 0.0)
    lost(again)
    assert killed_while_resuming(session).recovery is Recovery.RESUME


def test_a_replay_that_gets_further_each_time_goes_on() -> None:
    session = a_session()
    lost(in_session(session))
    for seq in range(2, 12):
        assert killed_while_resuming(session, text(leave(seq), seq)).recovery is Recovery.RESUME
        assert killed_while_resuming(session).recovery is Recovery.RESUME
        assert killed_while_resuming(session).recovery is Recovery.RESUME


def test_a_quiet_session_on_which_heartbeats_are_answered_goes_on() -> None:
    session = a_session()
    lost(in_session(session))
    for _ in range(3 * MAX_FRUITLESS_RESUMES):
        connection = greeted_client(session)
        connection.receive(RESUMED, 1.0)
        assert connection.tick(BEAT)
        connection.receive(ACK, BEAT + 1)
        assert lost(connection, BEAT + 2).recovery is Recovery.RESUME


@pytest.mark.parametrize("asked", [False, True], ids=["unasked", "during the replay"])
def test_answers_that_prove_nothing_do_not_count(asked: bool) -> None:
    session = a_session()
    plan = lost(in_session(session))
    for _ in range(MAX_FRUITLESS_RESUMES):
        connection = greeted_client(session)
        if asked:
            assert connection.tick(BEAT)
        else:
            connection.receive(RESUMED, 1.0)
        connection.receive(ACK, BEAT + 1)
        plan = lost(connection, BEAT + 2)
    assert plan.recovery is Recovery.IDENTIFY


def test_connections_that_do_not_open_are_no_resumes() -> None:
    session = a_session()
    lost(in_session(session))
    for _ in range(20):
        assert lost(ClientConnection(session, PLAIN)).recovery is Recovery.RESUME
        connection = ClientConnection(session, PLAIN)
        connection.opened(0.0)
        assert lost(connection).recovery is Recovery.RESUME


# --- what cannot mend --------------------------------------------------------------------------


def unreadable(connection: ClientConnection) -> NextConnection:
    with pytest.raises(RemoteProtocolError):
        connection.receive("{", 0.0)
    connection.closed(4002, "DECODE_ERROR", 0.0)
    return connection.next_connection()


def refused(connection: ClientConnection) -> NextConnection:
    connection.refused("a message was too long", 1009)
    connection.closed(1009, "too big", 0.0)
    return connection.next_connection()


@pytest.mark.parametrize("end", [unreadable, refused])
@pytest.mark.parametrize("starts", [False, True])
def test_what_cannot_be_read_time_after_time_ends_the_client(
    end: Callable[[ClientConnection], NextConnection], starts: bool
) -> None:
    session = a_session()
    plans = []
    for number in range(MAX_UNREADABLE_CONNECTIONS):
        connection = greeted_client(session)
        if starts and connection.state is State.IDENTIFYING:
            connection.receive(READY, 0.0)
            connection.receive(text(leave(number), 2), 0.0)
        plans.append(end(connection))
    kinds = [plan.recovery for plan in plans]
    assert kinds[:-1] == (
        [Recovery.RESUME, Recovery.IDENTIFY] * 2 if starts else [Recovery.IDENTIFY] * 4
    )
    assert kinds[-1] is Recovery.FATAL
    assert plans[-1].description == (
        f"{plans[0].description}; 5 connections in a row ended because of what the server sent, "
        "and another would, too"
    )


def test_a_connection_that_holds_starts_the_count_over() -> None:
    session = a_session()
    for _ in range(3):
        for _ in range(MAX_UNREADABLE_CONNECTIONS - 1):
            assert refused(greeted_client(session)).recovery is Recovery.IDENTIFY
        session.forget()
        connection = in_session(session)
        assert connection.tick(BEAT)
        connection.receive(ACK, BEAT + 1)
        lost(connection)
        session.forget()


def test_other_ends_do_not_count_as_unreadable() -> None:
    session = a_session()
    for _ in range(2 * MAX_UNREADABLE_CONNECTIONS):
        connection = greeted_client(session)
        assert connection.tick(30.0)
        connection.closed(4000, "", 30.0)
        assert connection.next_connection().recovery is Recovery.IDENTIFY


def test_what_the_transport_refused_sticks_and_is_said() -> None:
    connection = in_session(a_session())
    connection.refused("a message was too long", 1009)
    with pytest.raises(RemoteProtocolError, match="a message was too long") as error:
        connection.receive(HELLO, 0.0)
    assert error.value.close_code == 1009
    connection.closed(1009, "too big", 0.0)
    assert connection.next_connection().description == "a message was too long"
    assert connection.next_connection().recovery is Recovery.RESUME


def test_after_its_own_close_nothing_is_refused() -> None:
    connection = in_session(a_session())
    connection.close()
    connection.refused("a message was too long", 1009)
    connection.closed(1000, "", 0.0)
    assert connection.next_connection().description == CloseCode.NORMAL.meaning().description


@pytest.mark.parametrize("greeted", [False, True])
def test_the_time_for_the_handshake_can_be_chosen(greeted: bool) -> None:
    connection = ClientConnection(a_session(), PLAIN, handshake_timeout=2.0)
    connection.opened(10.0)
    assert connection.next_deadline() == 12.0
    if greeted:
        connection.receive(HELLO, 11.0)
        assert connection.next_deadline() == 13.0
    assert connection.tick(11.9) == []
    assert connection.tick(13.0)[0].reason == "the server did not answer in time"  # type: ignore[union-attr]
