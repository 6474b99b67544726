"""The client's end: exact events for what a server sends, and what it makes of a server's mistakes."""

import pytest

from tests.voxwire_session.wire import (
    ACK,
    COMPRESSED,
    HELLO,
    INTERVAL,
    PLAIN,
    TOKEN,
    client_session,
    greeted_client,
    half,
    leave,
    ready,
    ready_client,
    text,
)
from voxmodels.v1 import Capability, CloseCode, ErrorCode, UnknownFrame, client, server
from voxwire import Compressor, LocalProtocolError, RemoteProtocolError
from voxwire.session import (
    ClientConnection,
    ClientSession,
    Close,
    FrameInvalid,
    FrameRepeated,
    HeartbeatAcked,
    HelloReceived,
    SessionResumed,
    SessionStarted,
    State,
    Transmit,
)
from voxwire.session.sequence import Duplicate, Gap, Regression, WrongStart


def resuming_client(last_seq: int = 5) -> ClientConnection:
    session = client_session()
    session.start("sess_1", 1)
    session.sequence.receive(last_seq)
    return greeted_client(session)


def test_hello_is_answered_with_identify() -> None:
    session = ClientSession(TOKEN, random=half, capabilities=[Capability.VOICE])
    connection = ClientConnection(session, PLAIN)
    assert connection.opened(0.0) == []
    identify = client.Identify(token=TOKEN, protocol_version=1, capabilities=(Capability.VOICE,))
    assert connection.receive(HELLO, 0.0) == [HelloReceived(INTERVAL), Transmit(text(identify))]
    assert connection.state is State.IDENTIFYING


def test_hello_is_answered_with_resume_when_there_is_a_session() -> None:
    session = client_session()
    session.start("sess_1", 1)
    session.sequence.receive(2)
    connection = ClientConnection(session, PLAIN)
    connection.opened(0.0)
    resume = client.Resume(token=TOKEN, session_id="sess_1", last_seq=2)
    assert connection.receive(HELLO, 0.0) == [HelloReceived(INTERVAL), Transmit(text(resume))]
    assert connection.state is State.RESUMING


def test_ready_starts_a_session() -> None:
    connection = greeted_client()
    assert connection.receive(text(ready(), 1), 0.0) == [SessionStarted(ready())]
    assert connection.state is State.READY
    assert (connection.session.session_id, connection.session.last_seq) == ("sess_1", 1)


def test_ready_with_another_number_is_reported() -> None:
    connection = greeted_client()
    events = connection.receive(text(ready(), 3), 0.0)
    assert events == [WrongStart(3), SessionStarted(ready())]
    assert connection.receive(text(leave(1), 4), 0.0) == [
        server.MemberLeaveFrame(d=leave(1), seq=4)
    ]


def test_messages_are_events() -> None:
    connection = ready_client()
    assert connection.receive(text(leave(9), 2), 0.0) == [
        server.MemberLeaveFrame(d=leave(9), seq=2)
    ]
    assert connection.session.last_seq == 2


def test_a_gap_is_reported_before_the_message() -> None:
    connection = ready_client()
    frame = server.MemberLeaveFrame(d=leave(9), seq=5)
    assert connection.receive(text(frame), 0.0) == [Gap(5, 2, 4), frame]
    assert connection.session.last_seq == 5


def test_a_repeated_message_is_not_delivered_again() -> None:
    connection = ready_client()
    frames = [server.MemberLeaveFrame(d=leave(seq), seq=seq) for seq in range(2, 6)]
    for frame in frames:
        connection.receive(text(frame), 0.0)
    repeated = [connection.receive(text(frame), 0.0) for frame in (frames[3], *frames[1:3])]
    assert repeated == [
        [FrameRepeated(frames[3], Duplicate(5))],
        [FrameRepeated(frames[1], Regression(3, 5))],
        [FrameRepeated(frames[2], Regression(4, 5, continued=True))],
    ]
    assert connection.session.last_seq == 5
    after = server.MemberLeaveFrame(d=leave(6), seq=6)
    assert connection.receive(text(after), 0.0) == [after]
    again = FrameRepeated(frames[3], Regression(5, 6))
    assert connection.receive(text(frames[3]), 0.0) == [again]


def test_an_error_message_is_an_event() -> None:
    connection = ready_client()
    frame = server.ErrorFrame(d=server.Error(code=ErrorCode.INVALID_STATUS, message="no"))
    assert connection.receive(text(frame), 0.0) == [frame]


@pytest.mark.parametrize(
    ("message", "frame"),
    [
        ('{"type":"new","d":1,"seq":2}', UnknownFrame(type="new", d=1, seq=2)),
        ('{"type":"new"}', UnknownFrame(type="new")),
        ('{"type":"new","seq":"2"}', UnknownFrame(type="new", seq="2")),
    ],
)
def test_an_unknown_type_is_an_event(message: str, frame: UnknownFrame) -> None:
    connection = ready_client()
    assert connection.receive(message, 0.0) == [frame]
    assert connection.session.last_seq == (2 if frame.seq == 2 else 1)


def test_a_replay_ends_with_resumed() -> None:
    connection = resuming_client(last_seq=5)
    frames = [server.MemberLeaveFrame(d=leave(seq), seq=seq) for seq in (6, 7)]
    assert [connection.receive(text(frame), 0.0) for frame in frames] == [[f] for f in frames]
    states = [connection.state]
    assert connection.receive(text(server.Resumed(seq=7)), 0.0) == [SessionResumed(7, replayed=2)]
    states.append(connection.state)
    assert states == [State.RESUMING, State.READY]


def test_a_replay_that_ends_too_early_leaves_a_gap() -> None:
    connection = resuming_client(last_seq=5)
    events = connection.receive(text(server.Resumed(seq=8)), 0.0)
    assert events == [Gap(8, 6, 8), SessionResumed(8, replayed=0)]


def test_a_server_that_lost_messages_cannot_resume() -> None:
    connection = resuming_client(last_seq=5)
    with pytest.raises(
        RemoteProtocolError, match="resumed says 4, though 5 was received"
    ) as caught:
        connection.receive(text(server.Resumed(seq=4)), 0.0)
    assert caught.value.close_code == CloseCode.UNKNOWN_ERROR


def test_compressed_messages_are_read() -> None:
    connection = ClientConnection(client_session(), COMPRESSED)
    connection.opened(0.0)
    assert connection.receive(Compressor().compress(HELLO.encode()), 0.0)[0] == HelloReceived(45.0)
    assert connection.receive(text(ready(), 1), 0.0) == [SessionStarted(ready())]


def test_the_first_heartbeat_has_jitter_and_each_is_answered() -> None:
    connection = ready_client(now=100.0)
    assert connection.next_deadline() == 100.0 + INTERVAL / 2
    assert connection.tick(122.4) == []
    assert connection.tick(122.5) == [Transmit('{"type":"heartbeat","d":{}}')]
    assert connection.next_deadline() == 122.5 + INTERVAL
    assert connection.receive(ACK, 122.75) == [HeartbeatAcked(0.25)]
    assert connection.receive(ACK, 123.0) == [HeartbeatAcked(None)]


def test_two_missed_acks_close_the_connection_to_resume() -> None:
    connection = ready_client()
    beat = Transmit('{"type":"heartbeat","d":{}}')
    assert [connection.tick(22.5), connection.tick(67.5)] == [[beat], [beat]]
    why = "the server does not answer heartbeats"
    assert connection.tick(112.5) == [Close(4000, why)]
    assert (connection.state, connection.next_deadline()) == (State.CLOSING, None)
    connection.closed(4000, why, 112.6)
    assert connection.next_connection().recovery == "resume"


@pytest.mark.parametrize("start", ["hello", "ready"])
def test_a_server_that_does_not_answer_is_given_up(start: str) -> None:
    connection = ClientConnection(client_session(), PLAIN)
    connection.opened(0.0)
    if start == "ready":
        connection.receive(text(server.Hello(heartbeat_interval=4_000_000)), 0.0)
    assert connection.next_deadline() == 30.0
    assert connection.tick(29.9) == []
    assert connection.tick(30.0) == [Close(4000, "the server did not answer in time")]


@pytest.mark.parametrize(
    ("message", "code", "match"),
    [
        ("{", 4002, "JSON_INVALID"),
        ("[]", 4000, "FRAME_NOT_OBJECT"),
        ('{"type":"member_leave","d":[],"seq":2}', 4000, "PAYLOAD_INVALID"),
        ('"' + "x" * 1_100_000 + '"', 1009, "FRAME_TOO_LARGE"),
        (HELLO, 4000, "hello is not due here"),
        (text(ready(), 2), 4000, "ready is not due here"),
        (text(server.Resumed(seq=2)), 4000, "resumed is not due here"),
        (b"\x28\xb5\x2f\xfd", 4000, "no compression was asked for"),
    ],
)
def test_a_mistake_of_the_server_sticks(message: str | bytes, code: int, match: str) -> None:
    connection = ready_client()
    with pytest.raises(RemoteProtocolError, match=match) as caught:
        connection.receive(message, 0.0)
    assert caught.value.close_code == code
    with pytest.raises(RemoteProtocolError, match=match):
        connection.receive(text(leave(1), 2), 0.0)
    with pytest.raises(LocalProtocolError, match="the peer broke the protocol"):
        connection.send(client.Typing(feed_id=1), 0.0)
    assert (connection.state, connection.close(), connection.tick(1e9)) == (State.CLOSING, [], [])


@pytest.mark.parametrize(
    "message", [ACK, text(leave(1), 2), text(ready(), 1), '{"type":"new"}', "{}"]
)
def test_hello_comes_first(message: str) -> None:
    connection = ClientConnection(client_session(), PLAIN)
    connection.opened(0.0)
    with pytest.raises(RemoteProtocolError, match="is not due here") as caught:
        connection.receive(message, 0.0)
    assert caught.value.close_code == 4000


def test_nothing_sequenced_comes_before_ready() -> None:
    connection = greeted_client()
    with pytest.raises(RemoteProtocolError, match="member_leave is not due here"):
        connection.receive(text(leave(1), 1), 0.0)


def test_a_damaged_binary_message_ends_the_connection() -> None:
    connection = ClientConnection(client_session(), COMPRESSED)
    connection.opened(0.0)
    with pytest.raises(RemoteProtocolError, match="no zstd frame") as caught:
        connection.receive(HELLO.encode(), 0.0)
    assert caught.value.close_code == CloseCode.DECODE_ERROR


def test_a_hello_that_is_not_valid_ends_the_connection() -> None:
    connection = ClientConnection(client_session(), PLAIN)
    connection.opened(0.0)
    with pytest.raises(RemoteProtocolError, match="FIELD_RANGE"):
        connection.receive('{"type":"hello","d":{"heartbeat_interval":0}}', 0.0)


@pytest.mark.parametrize(
    ("message", "rule", "name", "seq"),
    [
        ('{"type":"member_leave","d":{},"seq":2}', "FIELD_MISSING", "member_leave", 2),
        (
            '{"type":"member_leave","d":{"user_id":NaN},"seq":2}',
            "JSON_NOT_FINITE",
            "member_leave",
            2,
        ),
        ('{"type":"member_leave","d":{"user_id":1}}', "SEQ_MISSING", "member_leave", None),
        ('{"type":"error","d":{},"seq":2}', "SEQ_FORBIDDEN", "error", 2),
        ('{"d":{}}', "TYPE_MISSING", None, None),
        ('{"type":"new","d":' + "[" * 200 + "]" * 200 + "}", "JSON_TOO_DEEP", None, None),
    ],
)
def test_a_message_that_breaks_its_own_rules_is_an_event(
    message: str, rule: str, name: str | None, seq: int | None
) -> None:
    connection = ready_client()
    (event,) = connection.receive(message, 0.0)
    assert isinstance(event, FrameInvalid)
    assert event.problems[0].rule == rule
    assert (event.type, event.seq) == (name, seq)
    assert connection.session.last_seq == (2 if seq and name != "error" else 1)


def test_an_invalid_message_counts_in_the_sequence() -> None:
    connection = ready_client()
    gap, invalid = connection.receive('{"type":"member_leave","d":{},"seq":4}', 0.0)
    assert gap == Gap(4, 2, 3)
    assert isinstance(invalid, FrameInvalid)
    frame = server.MemberLeaveFrame(d=leave(1), seq=5)
    assert connection.receive(text(frame), 0.0) == [frame]


def test_an_ack_as_published_pages_show_it_is_an_ack() -> None:
    connection = ready_client()
    connection.tick(22.5)
    assert connection.receive('{"type":"heartbeat_ack","seq":0,"d":{}}', 23.5) == [
        HeartbeatAcked(1.0)
    ]
