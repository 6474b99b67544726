"""Both ends of a protocol whose envelope has other keys, whose numbers begin with 0 after a first
message without one, and in which messages without a role lead to other states."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.voxspec.mini import Mini
from tests.voxwire_session.wire import half
from voxwire.errors import LocalProtocolError, RemoteProtocolError
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
from voxwire.session.sequence import Gap

MOOR = '{"op":"moor","data":{"call_sign":"ABBA","phrase":"open","by":"red","berth":1}}'


class Harbour:
    """Both ends, moored."""

    def __init__(self, tide: Mini) -> None:
        self.models: Any = tide.models
        self.protocol: Any = tide.models.PROTOCOL
        self.login = self.models.client.Moor(call_sign="ABBA", phrase="?", by="red", berth=1)
        self.session: Any = ClientSession(
            "open", random=half, protocol=self.protocol, login=self.login
        )
        self.ship: Any = ClientConnection(self.session, "wss://host/")
        self.harbour: Any = harbour_of(self.protocol)
        assert self.ship.opened(0.0) == [Transmit(MOOR)]
        (asked,) = self.harbour.receive(MOOR, 0.0)
        assert asked == IdentifyReceived(replace(self.login, phrase="open"))
        moored = self.models.server.Moored(berth=1)
        (answer,) = self.harbour.accept(ServerSession(moored, protocol=self.protocol), 0.0)
        assert self.ship.receive(answer.message, 0.0) == [SessionStarted(moored)]

    def manifest(self) -> Any:
        return self.models.server.Manifest(holds=(), extra_=None)


@pytest.fixture
def harbour(tide: Mini) -> Harbour:
    return Harbour(tide)


def test_numbers_begin_after_the_first_message(harbour: Harbour) -> None:
    for number in (0, 1):
        message = harbour.harbour.send(harbour.manifest(), 0.0)
        assert f'"from":{number}' in message
        (frame,) = harbour.ship.receive(message, 0.0)
        assert (frame.from_, harbour.session.last_seq) == (number, number)
    gap, _ = harbour.ship.receive(message.replace('"from":1', '"from":4'), 0.0)
    assert gap == Gap(4, 2, 3)


def test_unknown_messages_have_numbers_too(harbour: Harbour) -> None:
    unknown = harbour.models.UnknownFrame(op="storm")
    message = harbour.harbour.send(unknown, 0.0)
    assert message == '{"op":"storm","from":0}'
    assert harbour.ship.receive(message, 0.0) == [harbour.models.UnknownFrame(op="storm", from_=0)]
    assert harbour.session.last_seq == 0


def test_a_message_without_a_role_leads_to_another_state(harbour: Harbour) -> None:
    states = harbour.protocol.session.states
    goodbye = harbour.models.client.ByeFrame()
    message = harbour.ship.send(goodbye, 0.0)
    assert harbour.harbour.receive(message, 0.0) == [goodbye]
    assert (harbour.ship.state, harbour.harbour.state) == (states.LEAVING, states.LEAVING)
    late = '{"op":"ping"}'
    why = "it is not due here"
    assert harbour.harbour.receive(late, 0.0) == [
        FrameIgnored(harbour.models.client.PingFrame(), why)
    ]
    with pytest.raises(LocalProtocolError, match="ping is not due here"):
        harbour.ship.send(harbour.models.client.PingFrame(), 0.0)
    numbered = harbour.harbour.send(harbour.manifest(), 0.0)
    assert len(harbour.ship.receive(numbered, 0.0)) == 1


def test_heartbeats_end_where_they_are_not_allowed(harbour: Harbour) -> None:
    assert (harbour.ship.next_deadline(), harbour.harbour.next_deadline()) == (120.0, 360.0)
    message = harbour.ship.send(harbour.models.client.ByeFrame(), 0.0)
    harbour.harbour.receive(message, 0.0)
    assert (harbour.ship.next_deadline(), harbour.harbour.next_deadline()) == (None, None)


def test_heartbeats_have_a_rate_of_their_own(harbour: Harbour) -> None:
    ping, answer = '{"op":"ping","data":{"nonce":7}}', [Transmit('{"op":"ping","data":{}}')]
    assert [harbour.harbour.receive(ping, now) == answer for now in range(5)] == [True] * 4 + [
        False
    ]
    (ignored,) = harbour.harbour.receive(ping, 9.0)
    assert ignored.why == "ping came too soon after the one before"
    assert harbour.harbour.receive('{"op":"ping","data":{"nonce":8}}', 9.0) == answer
    assert harbour.ship.receive('{"op":"ping"}', 9.0) == [HeartbeatAcked(None)]


def test_what_comes_before_mooring(tide: Mini) -> None:
    protocol = tide.models.PROTOCOL
    early = harbour_of(protocol)
    frame = tide.models.client.PingFrame()
    assert early.receive('{"op":"ping"}', 0.0) == [FrameIgnored(frame, "it is not due here")]
    assert early.tick(1.5) == [Close(4100, "ADRIFT")]
    early = harbour_of(protocol)
    with pytest.raises(RemoteProtocolError) as caught:
        early.receive('{"op":"bye"}', 0.0)
    assert (caught.value.close_code, caught.value.close_reason) == (4100, "MOOR FIRST")
    with pytest.raises(RemoteProtocolError) as caught:
        harbour_of(protocol).receive('{"op":"moor","data":{}}', 0.0)
    assert (caught.value.close_code, caught.value.close_reason) == (4101, "SUNK")


def harbour_of(protocol: Any) -> Any:
    connection = ServerConnection("/", protocol=protocol)
    assert connection.opened(0.0) == []
    return connection


def test_the_whole_login_is_needed(tide: Mini) -> None:
    with pytest.raises(ValueError, match="give the whole login: moor cannot be made by itself"):
        ClientSession("open", random=half, protocol=tide.models.PROTOCOL)


def test_the_token_can_be_renewed(harbour: Harbour) -> None:
    harbour.session.token = "renewed"
    assert harbour.session.first_message().phrase == "renewed"
