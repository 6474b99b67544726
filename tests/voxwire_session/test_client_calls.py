"""The client's end: what its caller may do, and when."""

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
from voxmodels.v1 import UnknownFrame, client
from voxwire import EncodeError, LocalProtocolError
from voxwire.session import (
    ClientConnection,
    Close,
    ConnectionClosed,
    State,
    TooManyMessagesError,
    Transmit,
)


def test_sending() -> None:
    connection = ready_client()
    assert connection.send(client.Typing(feed_id=5), 0.0) == '{"type":"typing","d":{"feed_id":5}}'
    frame = client.TypingFrame(d=client.Typing(dm_id=5))
    assert connection.send(frame, 0.0) == '{"type":"typing","d":{"dm_id":5}}'
    assert connection.send(UnknownFrame(type="new"), 0.0) == '{"type":"new"}'


def test_nothing_is_sent_before_ready() -> None:
    connection = greeted_client()
    with pytest.raises(LocalProtocolError, match="before ready or resumed"):
        connection.send(client.Typing(feed_id=5), 0.0)
    connection.receive(text(ready(), 1), 0.0)
    assert connection.send(client.Typing(feed_id=5), 0.0)


@pytest.mark.parametrize(
    ("payload", "match"),
    [
        (client.Identify(token="x"), "sends identify, resume and heartbeat itself"),
        (client.Resume(token="x", session_id="y", last_seq=1), "itself"),
        (client.Heartbeat(), "itself"),
        (client.HeartbeatFrame(), "itself"),
        (leave(1), "member_leave is a server message"),
    ],
)
def test_what_is_not_for_sending(payload: client.Typing, match: str) -> None:
    connection = ready_client()
    with pytest.raises(LocalProtocolError, match=match):
        connection.send(payload, 0.0)
    assert connection.state is State.READY


def test_what_is_no_payload_cannot_be_sent() -> None:
    with pytest.raises(EncodeError):
        ready_client().send(Transmit(""), 0.0)


def test_the_rate_leaves_room_for_heartbeats() -> None:
    connection = ready_client()
    # 120, less identify and three: two heartbeats can fall into a minute, and one for good measure.
    for number in range(116):
        connection.send(client.Typing(feed_id=number), 1.0)
    with pytest.raises(TooManyMessagesError) as caught:
        connection.send(client.Typing(feed_id=0), 1.0)
    assert caught.value.retry_at == 60.0
    assert connection.tick(22.5)
    assert connection.send(client.Typing(feed_id=0), 61.0)


def test_hello_gives_the_server_its_time_anew() -> None:
    connection = ClientConnection(client_session(), PLAIN)
    connection.opened(0.0)
    assert connection.next_deadline() == 30.0
    connection.receive('{"type":"hello","d":{"heartbeat_interval":1000000}}', 20.0)
    assert connection.next_deadline() == 50.0
    assert connection.tick(49.9) == []
    assert [type(event) for event in connection.tick(50.0)] == [Close]


def test_heartbeats_take_half_of_the_rate_at_most() -> None:
    connection = ClientConnection(client_session(), PLAIN)
    connection.opened(0.0)
    connection.receive('{"type":"hello","d":{"heartbeat_interval":1}}', 0.0)
    connection.receive(text(ready(), 1), 0.0)
    for number in range(59):  # 60, less identify
        connection.send(client.Typing(feed_id=number), 0.0)
    with pytest.raises(TooManyMessagesError):
        connection.send(client.Typing(feed_id=0), 0.0)


def test_closing() -> None:
    connection = ready_client()
    assert connection.close(1000, "bye") == [Close(1000, "bye")]
    assert connection.close() == []
    assert connection.receive("not even JSON", 0.0) == []
    with pytest.raises(LocalProtocolError, match="the connection has ended"):
        connection.send(client.Typing(feed_id=5), 0.0)
    assert connection.closed(1000, "bye", 0.0) == [ConnectionClosed(1000, "bye")]
    assert connection.closed(1006, "", 0.0) == []
    assert (connection.state, connection.next_deadline()) == (State.CLOSED, None)
    with pytest.raises(LocalProtocolError, match="the transport has ended"):
        connection.receive(ACK, 0.0)


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000])
def test_codes_that_websocket_cannot_send(code: int) -> None:
    with pytest.raises(LocalProtocolError, match="cannot be sent"):
        ready_client().close(code)


def test_reasons_that_websocket_cannot_send() -> None:
    connection = ready_client()
    with pytest.raises(LocalProtocolError, match="at most 123 bytes"):
        connection.close(1000, "é" * 62)
    assert connection.close(1000, "é" * 61)


def test_calls_in_the_wrong_order() -> None:
    connection = ClientConnection(client_session(), PLAIN)
    with pytest.raises(LocalProtocolError, match=r"call opened\(\)"):
        connection.receive(HELLO, 0.0)
    with pytest.raises(LocalProtocolError, match=r"call closed\(\)"):
        connection.next_connection()
    connection.opened(0.0)
    with pytest.raises(LocalProtocolError, match="opened before"):
        connection.opened(0.0)


def test_no_repr_shows_a_secret() -> None:
    session = client_session()
    connection = ClientConnection(session, PLAIN)
    connection.opened(0.0)
    events = connection.receive(HELLO, 0.0)
    events += connection.receive(text(ready("sess_0123456789abcdef"), 1), 0.0)
    shown = f"{events} {session!r} {connection!r} {ConnectionClosed(1000, TOKEN)!r}"
    assert "made_up" not in shown
    assert "0123456789" not in shown
