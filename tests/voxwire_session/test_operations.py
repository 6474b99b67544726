"""Both ends of a protocol without greeting, numbers and resume, with heartbeats and streams."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.voxspec.mini import Mini
from tests.voxwire_session.wire import changed, half
from voxwire.errors import EncodeError, LocalProtocolError, RemoteProtocolError
from voxwire.session import (
    ClientConnection,
    ClientSession,
    Close,
    FrameIgnored,
    HeartbeatAcked,
    IdentifyReceived,
    ServerConnection,
    ServerSession,
    SessionStarted,
    Transmit,
)

INIT = '{"type":"connection_init","payload":{}}'
ACK = '{"type":"connectionAck","payload":{}}'
PING = '{"type":"ping","payload":{}}'
PONG = '{"type":"pong","payload":{}}'


def subscribe(key: str) -> str:
    return f'{{"type":"subscribe","id":"{key}","payload":{{"query":"q"}}}}'


def item(key: str) -> str:
    return f'{{"type":"next","id":"{key}","payload":{{"n":1}}}}'


def complete(key: str) -> str:
    return f'{{"type":"complete","id":"{key}"}}'


class Ends:
    """Makes ends of the protocol."""

    def __init__(self, mini: Mini) -> None:
        self.protocol: Any = mini.models.PROTOCOL
        self.models: Any = mini.models
        self.states: Any = self.protocol.session.states

    def session(self, **more: Any) -> ClientSession[Any, Any]:
        return ClientSession(random=half, protocol=self.protocol, **more)

    def client(self, now: float = 0.0) -> ClientConnection[Any, Any]:
        connection = ClientConnection(self.session(), "wss://host/")
        assert connection.opened(now) == [Transmit(INIT)]
        return connection

    def started_client(self) -> ClientConnection[Any, Any]:
        connection = self.client()
        started = SessionStarted(self.models.server.ConnectionAck())
        assert connection.receive(ACK, 0.0) == [started]
        return connection

    def server(self, now: float = 0.0) -> ServerConnection[Any, Any, Any]:
        connection = ServerConnection("/", protocol=self.protocol)
        assert connection.opened(now) == []
        return connection

    def started_server(self) -> ServerConnection[Any, Any, Any]:
        connection = self.server()
        login = IdentifyReceived(self.models.client.ConnectionInit())
        assert connection.receive(INIT, 0.0) == [login]
        session = ServerSession(self.models.server.ConnectionAck(), protocol=self.protocol)
        assert connection.accept(session, 0.0) == [Transmit(ACK)]
        return connection


@pytest.fixture(scope="module")
def ends(operations: Mini) -> Ends:
    return Ends(operations)


def refusal(connection: Any, message: str | bytes) -> tuple[int, str | None]:
    """What a connection is closed with after a message, for good."""
    with pytest.raises(RemoteProtocolError) as caught:
        connection.receive(message, 0.0)
    with pytest.raises(RemoteProtocolError):
        connection.receive(PING, 0.0)
    return caught.value.close_code, caught.value.close_reason


def test_the_client_logs_in_at_once(ends: Ends) -> None:
    connection = ends.client()
    assert (connection.state, connection.is_established) == (ends.states.ASKED, False)
    assert connection.session.first_message() == ends.models.client.ConnectionInit()


def test_the_session_starts_once_with_the_answer(ends: Ends) -> None:
    connection = ends.started_client()
    assert (connection.state, connection.is_established) == (ends.states.ON, True)
    assert (connection.session.session_id, connection.session.last_seq) == (None, 0)
    server = ends.started_server()
    assert (server.state, server.is_established) == (ends.states.ON, True)


def test_messages_without_numbers_go_both_ways(ends: Ends) -> None:
    client, server, models = ends.started_client(), ends.started_server(), ends.models
    assert client.send(models.client.Subscribe(query="q"), 0.0, id="1") == subscribe("1")
    frame = models.client.SubscribeFrame(id="1", payload=models.client.Subscribe(query="q"))
    assert server.receive(subscribe("1"), 0.0) == [frame]
    assert server.send(models.server.Next(n=1), 0.0, id="1") == item("1")
    result = models.server.NextFrame(id="1", payload=models.server.Next(n=1))
    assert client.receive(item("1"), 0.0) == [result]
    note = models.server.NoteFrame()
    assert server.send(note, 0.0) == '{"type":"note"}'
    assert client.receive('{"type":"note"}', 0.0) == [note]


def test_what_still_comes_of_an_operation_that_has_ended_is_passed_over(ends: Ends) -> None:
    client, models = ends.started_client(), ends.models
    client.send(models.client.SubscribeFrame(id="1", payload=models.client.Subscribe(query="q")), 0)
    assert client.send(models.client.CompleteFrame(id="1"), 0.0) == complete("1")
    late = models.server.NextFrame(id="1", payload=models.server.Next(n=1))
    why = "no operation with this id is open"
    assert client.receive(item("1"), 0.0) == [FrameIgnored(late, why)]
    never = models.server.NextFrame(id="never", payload=models.server.Next(n=1))
    assert client.receive(item("never"), 0.0) == [FrameIgnored(never, why)]
    server = ends.started_server()
    server.receive(subscribe("1"), 0.0)
    assert server.send(models.server.CompleteFrame(id="1"), 0.0) == complete("1")
    end = models.client.CompleteFrame(id="1")
    assert server.receive(complete("1"), 0.0) == [FrameIgnored(end, why)]


def test_the_id_of_an_operation_is_free_again_after_its_end(ends: Ends) -> None:
    server, client = ends.started_server(), ends.started_client()
    for _ in range(2):
        assert len(server.receive(subscribe("1"), 0.0)) == 1
        assert len(server.receive(complete("1"), 0.0)) == 1
        client.send(ends.models.client.Subscribe(query="q"), 0.0, id="1")
        client.receive(complete("1"), 0.0)
    assert refusal(server, "{") == (4400, "Invalid message")


def test_an_id_that_is_in_use(ends: Ends) -> None:
    server, client = ends.started_server(), ends.started_client()
    server.receive(subscribe("1"), 0.0)
    assert refusal(server, subscribe("1")) == (4409, "Subscriber already exists")
    subscription = ends.models.client.Subscribe(query="q")
    client.send(subscription, 0.0, id="1")
    with pytest.raises(LocalProtocolError, match="the id '1' is in use: give another"):
        client.send(subscription, 0.0, id="1")
    assert client.send(subscription, 0.0, id="2") == subscribe("2")


def test_nothing_is_sent_on_an_operation_that_is_not_open(ends: Ends) -> None:
    server, models = ends.started_server(), ends.models
    with pytest.raises(LocalProtocolError, match="no operation with the id '1' is open"):
        server.send(models.server.Next(n=1), 0.0, id="1")
    server.receive(subscribe("1"), 0.0)
    with pytest.raises(EncodeError):
        server.send(models.server.Next(n=-1), 0.0, id="1")
    assert server.send(models.server.Next(n=1), 0.0, id="1") == item("1")


def test_the_client_sends_heartbeats_and_the_server_answers(ends: Ends) -> None:
    client, server = ends.started_client(), ends.started_server()
    assert client.next_deadline() == 10.0
    assert client.tick(10.0) == [Transmit(PING)]
    assert server.receive(PING, 11.0) == [Transmit(PONG)]
    assert client.receive(PONG, 12.0) == [HeartbeatAcked(2.0)]


def test_the_server_sends_heartbeats_and_the_client_answers(ends: Ends) -> None:
    client, server = ends.started_client(), ends.started_server()
    assert server.next_deadline() == 7.0
    assert server.tick(7.0) == [Transmit(PING)]
    assert client.receive(PING, 8.0) == [Transmit(PONG)]
    assert server.receive(PONG, 9.5) == [HeartbeatAcked(2.5)]


def test_answers_that_nobody_asked_for_are_news_of_nothing(ends: Ends) -> None:
    assert ends.started_client().receive(PONG, 1.0) == [HeartbeatAcked(None)]
    assert ends.started_server().receive(PONG, 1.0) == [HeartbeatAcked(None)]


@pytest.mark.parametrize(("side", "interval"), [("client", 10.0), ("server", 7.0)])
def test_heartbeats_that_nobody_answers_are_the_end(ends: Ends, side: str, interval: float) -> None:
    connection: Any = ends.started_client() if side == "client" else ends.started_server()
    beats = [connection.tick(interval * count) for count in (1, 2)]
    assert beats == [[Transmit(PING)], [Transmit(PING)]]
    (close,) = connection.tick(3 * interval)
    assert close.code == 4499


@pytest.mark.parametrize(("side", "silent", "own"), [("client", 21.0, 10.0), ("server", 30.0, 7.0)])
def test_silence_is_the_end(ends: Ends, side: str, silent: float, own: float) -> None:
    connection: Any = ends.started_client() if side == "client" else ends.started_server()
    now = 0.0
    while now + own < silent:
        now += own
        assert connection.tick(now) == [Transmit(PING)]
        assert connection.receive(PONG, now) == [HeartbeatAcked(0.0)]
    assert connection.next_deadline() == min(silent, now + own)
    assert [close.code for close in connection.tick(silent)] == [4408]


def test_a_client_that_says_nothing(ends: Ends) -> None:
    server = ends.server()
    assert server.next_deadline() == 3.0
    assert server.tick(2.9) == []
    assert server.tick(3.0) == [Close(4408, "LATE")]


def test_a_server_that_says_nothing(ends: Ends) -> None:
    client = ends.client()
    assert client.tick(5.0) == [Close(4499, "the server did not answer in time")]
    client.closed(1006, "", 5.0)
    assert (client.next_connection().recovery, client.session.lost) == ("identify", False)


MISTAKES = [
    ("{", 4400, "Invalid message"),
    ("[]", 4400, "BAD"),
    (b"{}", 4400, "BAD"),
    ('{"type":"later"}', 4400, "Unknown message"),
    ('{"type":"ping","payload":[]}', 4400, "BAD"),
    ('{"type":"ping","extra":1}', 4400, "Invalid message"),
    ("{}", 4400, "Invalid message"),
]


@pytest.mark.parametrize(("message", "code", "reason"), MISTAKES)
def test_mistakes_close_as_the_tables_say(
    ends: Ends, message: str | bytes, code: int, reason: str
) -> None:
    if isinstance(message, str) and "extra" in message:
        message = '{"type":"ping","id":7}'
    assert refusal(ends.started_server(), message) == (code, reason)
    assert refusal(ends.started_client(), message) == (code, reason)


def test_what_is_out_of_place(ends: Ends) -> None:
    assert refusal(ends.server(), subscribe("1")) == (4401, "Unauthorized")
    assert refusal(ends.started_server(), INIT) == (4429, "TWICE")
    assert refusal(ends.client(), item("1")) == (4400, "BAD")
    assert refusal(ends.started_client(), ACK) == (4400, "BAD")


def test_a_refused_login(ends: Ends) -> None:
    server = ends.server()
    with pytest.raises(LocalProtocolError, match="there is no connection_init to answer"):
        server.reject(4401)
    server.receive(INIT, 0.0)
    assert server.reject(4401) == [Close(4401, "UNKNOWN_CLIENT")]
    client = ends.client()
    client.closed(4401, "UNKNOWN_CLIENT", 1.0)
    plan = client.next_connection()
    assert (plan.recovery, plan.delay, plan.description) == ("fatal", 0.0, "Who?")


def test_what_the_ends_send_themselves_is_not_for_sending(ends: Ends) -> None:
    models = ends.models
    with pytest.raises(LocalProtocolError, match="sends connection_init and ping itself"):
        ends.started_client().send(models.client.ConnectionInit(), 0.0)
    with pytest.raises(LocalProtocolError, match="sends connectionAck, pong and ping itself"):
        ends.started_server().send(models.server.PingFrame(), 0.0)
    with pytest.raises(LocalProtocolError, match="before connectionAck arrived"):
        ends.client().send(models.client.Subscribe(query="q"), 0.0, id="1")


def test_a_session_that_ends_is_lost(ends: Ends) -> None:
    first = ends.started_client()
    first.closed(1006, "", 1.0)
    assert (first.next_connection().recovery, first.session.lost) == ("identify", True)
    second = ClientConnection(first.session, "wss://host/")
    assert second.opened(2.0) == [Transmit(INIT)]
    started = SessionStarted(ends.models.server.ConnectionAck(), lost=True)
    assert second.receive(ACK, 2.0) == [started]
    assert not first.session.lost


def test_the_whole_login_can_be_given(ends: Ends) -> None:
    login = ends.models.client.ConnectionInitFrame()
    connection = ClientConnection(ends.session(login=login), "wss://host/")
    assert connection.opened(0.0) == [Transmit('{"type":"connection_init"}')]


def test_a_protocol_without_a_login_starts_as_soon_as_it_stands(ends: Ends) -> None:
    roles = replace(ends.protocol.session.roles, login=None, established=None)
    bare = changed(ends.protocol, roles=roles, initial=ends.states.ON)
    session = ClientSession(random=half, protocol=bare)
    client = ClientConnection(session, "wss://host/")
    assert client.opened(0.0) == [SessionStarted(None)]
    server = ServerConnection("/", protocol=bare)
    assert (server.opened(0.0), server.is_established) == ([], True)
    assert client.send(ends.models.client.Subscribe(query="q"), 0.0, id="1") == subscribe("1")
    assert len(server.receive(subscribe("1"), 0.0)) == 1
    assert server.send(ends.models.server.Next(n=1), 0.0, id="1") == item("1")
    with pytest.raises(ValueError, match="has no login"):
        ClientSession(random=half, protocol=bare, login=SimpleNamespace())


def test_a_conversation_of_both_ends(ends: Ends) -> None:
    """What each sends is what the other takes, for an hour."""
    client: Any = ends.started_client()
    server: Any = ends.started_server()
    heard = 0
    for second in range(3600):
        for event in client.tick(second):
            (answer,) = server.receive(event.message, second)
            heard += len(client.receive(answer.message, second))
        for event in server.tick(second):
            (answer,) = client.receive(event.message, second)
            heard += len(server.receive(answer.message, second))
    assert heard == 3600 // 10 - 1 + 3600 // 7
    assert json.loads(PING)["type"] == "ping"
