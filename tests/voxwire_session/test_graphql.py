"""Both ends speak graphql-transport-ws: what its session.yaml says that Vox's does not."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from graphql_transport_ws.v1 import client, server
from graphql_transport_ws.v1.protocol import PROTOCOL
from graphql_transport_ws.v1.session import State
from voxwire.errors import RemoteProtocolError
from voxwire.session import (
    ClientConnection,
    ClientSession,
    FrameIgnored,
    FrameInvalid,
    HeartbeatAcked,
    IdentifyReceived,
    ServerConnection,
    ServerSession,
    SessionStarted,
    Transmit,
    close_reason,
)

INIT = '{"type":"connection_init"}'
ACK = '{"type":"connection_ack"}'


def subscribe(key: str) -> str:
    return f'{{"type":"subscribe","id":"{key}","payload":{{"query":"{{ hello }}"}}}}'


def a_server() -> ServerConnection[Any, Any, Any]:
    """The end of a server that has let the client in."""
    end = ServerConnection("ws://host/graphql", protocol=PROTOCOL)
    assert end.opened(0.0) == []
    (asked,) = end.receive(INIT, 0.0)
    assert isinstance(asked, IdentifyReceived)
    session: ServerSession[Any] = ServerSession(server.ConnectionAckFrame(), protocol=PROTOCOL)
    assert end.accept(session, 0.0) == [Transmit(ACK)]
    assert end.state is State.READY
    return end


def waiting() -> ClientConnection[Any, Any]:
    """The end of a client that has not been let in yet."""
    session = ClientSession("", random=lambda: 0.0, protocol=PROTOCOL)
    end = ClientConnection(session, "ws://host/graphql")
    assert end.opened(0.0) == [Transmit(INIT)]
    assert end.state is State.ACKNOWLEDGING
    return end


def a_client() -> ClientConnection[Any, Any]:
    """The end of a client that has been let in."""
    end = waiting()
    (started,) = end.receive(ACK, 0.0)
    assert isinstance(started, SessionStarted)
    return end


def refusal(
    end: ClientConnection[Any, Any] | ServerConnection[Any, Any, Any], *messages: str | bytes
) -> tuple[int, str | None]:
    """What an end closes with for the last of these messages."""
    for message in messages[:-1]:
        end.receive(message, 0.0)
    with pytest.raises(RemoteProtocolError) as caught:
        end.receive(messages[-1], 0.0)
    return caught.value.close_code, caught.value.close_reason


FORMS = [
    ('{"type":"ping"}', '{"type":"pong"}'),
    ('{"type":"ping","payload":null}', '{"type":"pong"}'),
    ('{"type":"ping","payload":{}}', '{"type":"pong","payload":{}}'),
    ('{"type":"ping","payload":{"at":1}}', '{"type":"pong","payload":{"at":1}}'),
]


@pytest.mark.parametrize(("ping", "pong"), FORMS)
def test_an_answer_has_the_payload_of_the_heartbeat(ping: str, pong: str) -> None:
    for end in (a_server(), waiting(), a_client()):
        assert end.receive(ping, 1.0) == [Transmit(pong)]
        assert end.receive('{"type":"pong","payload":{"at":2}}', 1.0) == [HeartbeatAcked(None)]


def test_no_heartbeat_is_owed() -> None:
    for end in (a_server(), a_client()):
        assert end.next_deadline() is None
        assert end.tick(1e9) == []
    assert a_client().send(client.PingFrame(), 1.0) == '{"type":"ping"}'
    assert a_server().send(server.PingFrame(), 1.0) == '{"type":"ping"}'


def test_a_message_of_the_other_side() -> None:
    of_server = '{"type":"complete_","id":"1"}'
    assert refusal(a_server(), of_server) == (4400, "Invalid message received")
    of_server = '{"type":"next","id":"1","payload":{}}'
    assert refusal(a_server(), of_server) == (4500, "Internal server error")
    assert refusal(waiting(), subscribe("1")) == (4004, "Bad response")
    (ignored,) = a_client().receive(subscribe("1"), 1.0)
    assert isinstance(ignored, FrameInvalid)
    assert (ignored.type, [problem.rule for problem in ignored.problems]) == (
        "subscribe",
        ["WRONG_DIRECTION"],
    )
    assert refusal(a_client(), '{"type":"kept"}') == (4004, "Bad response")


def test_a_second_acknowledgement_is_ignored() -> None:
    (ignored,) = a_client().receive(ACK, 1.0)
    assert isinstance(ignored, FrameIgnored)


def test_a_binary_message_is_read_like_text() -> None:
    (opened,) = a_server().receive(subscribe("1").encode(), 1.0)
    assert opened == client.SubscribeFrame(id="1", payload=client.Subscribe(query="{ hello }"))
    assert refusal(a_server(), b"\xff") == (4400, "Invalid message received")
    assert refusal(a_server(), '{"type":"ping"}'.encode("utf-16")) == (
        4400,
        "Invalid message received",
    )
    assert refusal(a_client(), ACK.encode()) == (4004, "Bad response")


LONG = "é" * 100


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("a", "Subscriber for a already exists"),
        ("{key}", "Subscriber for {key} already exists"),
        (LONG, f"Subscriber for {LONG}"[: 15 + 54]),
    ],
)
def test_the_reason_names_the_key_in_use(key: str, reason: str) -> None:
    found = refusal(a_server(), subscribe(key), subscribe(key))
    assert found == (4409, reason)
    assert len(reason.encode()) <= 123


def test_codes_have_reasons_of_their_own() -> None:
    assert refusal(a_server(), INIT) == (4429, "Too many initialisation requests")
    early = ServerConnection("ws://host", protocol=PROTOCOL)
    early.opened(0.0)
    assert refusal(early, subscribe("1")) == (4401, "Unauthorized")
    assert close_reason(1000, PROTOCOL) == "Normal Closure"
    assert close_reason(4409, PROTOCOL) == "SUBSCRIBER_ALREADY_EXISTS"
    assert close_reason(4000, PROTOCOL) == ""


def test_a_client_gives_up_after_as_many_attempts_as_the_protocol_says() -> None:
    session: ClientSession[Any, Any] = ClientSession("", random=lambda: 0.0, protocol=PROTOCOL)
    delays = []
    for _ in range(6):
        end = ClientConnection(session, "ws://host")
        end.opened(0.0)
        end.closed(1006, "", 0.0)
        plan = end.next_connection()
        delays.append((plan.recovery.value, plan.delay))
    waits = [("identify", wait) for wait in (1.0, 2.0, 4.0, 8.0, 16.0)]
    assert delays == [*waits, ("fatal", 0.0)]
    end = ClientConnection(session, "ws://host")
    end.opened(0.0)
    end.receive(ACK, 0.0)
    end.closed(1012, "Service restart", 0.0)
    assert end.next_connection().delay == 1.0


def test_timers_are_as_the_tables_say_unless_they_are_set() -> None:
    end = ServerConnection("ws://host", protocol=PROTOCOL)
    end.opened(0.0)
    assert end.next_deadline() == 3.0
    (close,) = end.tick(3.0)
    assert msgspec.structs.asdict(close) == {
        "code": 4408,
        "reason": "Connection initialisation timeout",
    }
    session: ClientSession[Any, Any] = ClientSession("", random=lambda: 0.0, protocol=PROTOCOL)
    patient = ClientConnection(session, "ws://host", handshake_timeout=0.1)
    patient.opened(0.0)
    assert patient.next_deadline() == 0.1


def test_results_of_what_the_client_has_ended_are_passed_over() -> None:
    end = a_client()
    end.send(client.Subscribe(query="{ hello }"), 1.0, id="1")
    result = '{"type":"next","id":"1","payload":{"data":{}}}'
    assert end.receive(result, 1.0) == [server.NextFrame(id="1", payload=json.loads('{"data":{}}'))]
    end.send(client.CompleteFrame(id="1"), 1.0)
    (late,) = end.receive(result, 1.0)
    assert isinstance(late, FrameIgnored)
