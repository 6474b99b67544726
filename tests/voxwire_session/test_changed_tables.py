"""Both ends follow the tables: a copy of Vox's with other states, codes and numbers, and another
protocol that has all of its parts by other names."""

from __future__ import annotations

import enum
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from tests.voxspec.mini import Mini
from tests.voxwire_session.wire import HELLO, PLAIN, TOKEN, changed, half, leave, ready, text
from voxmodels.v1 import CloseCode, SettableStatus, client, server
from voxmodels.v1.session import SESSION, State
from voxwire.errors import RemoteProtocolError
from voxwire.session import (
    Backoff,
    ClientConnection,
    ClientSession,
    Close,
    FailedLogins,
    FrameIgnored,
    HelloReceived,
    IdentifyReceived,
    ResumeReceived,
    ServerConnection,
    ServerSession,
    ServerSessions,
    SessionResumed,
    SessionStarted,
    TooManyMessagesError,
    Transmit,
    is_compressed,
)
from voxwire.session.sequence import Gap, WrongStart
from voxwire.vox import VOX

IDENTIFY = text(client.Identify(token="x"))


def with_row(state: enum.Enum, **row: Any) -> dict[enum.Enum, Any]:
    """The rows, one of them changed."""
    return {**SESSION.rows, state: replace(SESSION.rows[state], **row)}


def client_of(protocol: Any) -> ClientConnection[Any, Any]:
    session = ClientSession(TOKEN, random=half, protocol=protocol)
    connection = ClientConnection(session, PLAIN)
    connection.opened(0.0)
    return connection


def server_of(protocol: Any, **more: Any) -> ServerConnection[Any, Any, Any]:
    connection = ServerConnection(PLAIN, protocol=protocol, **more)
    connection.opened(0.0)
    return connection


def accepted(protocol: Any, **more: Any) -> ServerConnection[Any, Any, Any]:
    connection = server_of(protocol, **more)
    connection.receive(IDENTIFY, 0.0)
    connection.accept(ServerSession(ready(), protocol=protocol), 0.0)
    return connection


def code(connection: Any, message: str | bytes) -> int:
    with pytest.raises(RemoteProtocolError) as caught:
        connection.receive(message, 0.0)
    return caught.value.close_code


def test_another_first_message() -> None:
    """A client says presence first, and that is its login."""
    role = SESSION.roles.login
    assert role is not None
    login = replace(
        role,
        frame=client.PresenceUpdateFrame,
        type="presence_update",
        token=None,
        version=None,
        capabilities=None,
    )
    greeted = SESSION.rows[State.GREETED].client
    row: dict[Any, Any] = {client.PresenceUpdateFrame: State.IDENTIFYING, **greeted}
    del row[client.IdentifyFrame]
    protocol = changed(
        VOX,
        roles=replace(SESSION.roles, login=login),
        rows=with_row(State.GREETED, client=row),
    )
    payload = client.PresenceUpdate(status=SettableStatus.ONLINE)
    session = ClientSession(random=half, protocol=protocol, login=payload)
    connection = ClientConnection(session, PLAIN)
    assert connection.opened(0.0) == []
    message = text(payload)
    assert connection.receive(HELLO, 0.0) == [HelloReceived(45.0), Transmit(message)]
    end = server_of(protocol)
    assert end.receive(message, 0.0) == [IdentifyReceived(payload)]
    assert code(server_of(protocol), IDENTIFY) == CloseCode.NOT_AUTHENTICATED
    with pytest.raises(ValueError, match="give the whole login: presence_update cannot be made"):
        ClientSession(random=half, protocol=protocol)


def test_another_close_code() -> None:
    refusal: Any = SESSION.rows[State.READY].client_otherwise[client.IdentifyFrame]
    other = replace(refusal, code=CloseCode.AUTH_FAILED, reason="ONCE")
    otherwise: dict[Any, Any] = {**SESSION.rows[State.READY].client_otherwise}
    otherwise[client.IdentifyFrame] = other
    protocol = changed(VOX, rows=with_row(State.READY, client_otherwise=otherwise))
    connection = accepted(protocol)
    with pytest.raises(RemoteProtocolError) as caught:
        connection.receive(IDENTIFY, 0.0)
    assert (caught.value.close_code, caught.value.close_reason) == (4004, "ONCE")
    mistakes = replace(SESSION.mistakes_of_server, not_json=other, unknown_type=other)
    for message in ("{", '{"type":"new","d":{},"seq":1}'):
        assert code(client_of(changed(VOX, mistakes_of_server=mistakes)), message) == 4004


def test_a_mistake_that_is_passed_over() -> None:
    ignored = SESSION.mistakes_of_client.invalid
    every: dict[str, Any] = {
        "not_json": ignored,
        "not_object": ignored,
        "payload_not_object": ignored,
        "binary": ignored,
        "out_of_place": ignored,
    }
    protocol = changed(
        VOX,
        mistakes_of_client=replace(SESSION.mistakes_of_client, **every),
        mistakes_of_server=replace(SESSION.mistakes_of_server, **every),
    )
    end: Any
    for end in (client_of(protocol), accepted(protocol)):
        for message in ("{", "[]", '{"type":"typing","d":[]}', '{"type":"member_leave","d":[]}'):
            assert [type(event).__name__ for event in end.receive(message, 0.0)] == ["FrameInvalid"]
        assert end.receive(b"{}", 0.0) == []
    early = client_of(protocol)
    why = f"ready is not due here: {State.CONNECTED.value}"
    frame = server.ReadyFrame(d=ready(), seq=1)
    assert early.receive(text(frame), 0.0) == [FrameIgnored(frame, why)]
    assert early.receive(HELLO, 0.0)[0] == HelloReceived(45.0)


@pytest.mark.parametrize(("buffer", "kept"), [(3, 3), (5, 5), (2000, 1500)])
def test_a_longer_replay_window(buffer: int, kept: int) -> None:
    assert SESSION.resume is not None
    window = replace(SESSION.resume, buffer=buffer, reach=buffer - 1, lifetime=7.0)
    protocol = changed(VOX, resume=window)
    session = ServerSessions(protocol=protocol).start(ready())
    for number in range(1499):
        session.publish(leave(number))
    assert session.can_replay_after(1500 - kept + 1)
    assert not session.can_replay_after(1500 - kept)
    session.detach(0.0)
    assert [session.is_expired(now) for now in (6.9, 7.0)] == [False, True]


class Moved(enum.Enum):
    """The states of Vox, and one more, in which a server is done."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    GREETED = "greeted"
    IDENTIFYING = "identifying"
    RESUMING = "resuming"
    READY = "ready"
    LEAVING = "the server leaves"
    CLOSING = "closing"
    CLOSED = "closed"


def moved(frames: Any) -> dict[Any, Any]:
    return {frame: Moved[state.name] for frame, state in frames.items()}


def test_one_more_state() -> None:
    """After a numbered member_leave nothing but heartbeats is allowed."""
    rows = {
        Moved[state.name]: replace(row, client=moved(row.client), server=moved(row.server))
        for state, row in SESSION.rows.items()
    }
    on = rows[Moved.READY]
    beats: dict[Any, Any] = {client.HeartbeatFrame: Moved.LEAVING}
    answers: dict[Any, Any] = {server.HeartbeatAckFrame: Moved.LEAVING}
    rows[Moved.LEAVING] = replace(on, client=beats, server=answers)
    rows[Moved.READY] = replace(on, server={**on.server, server.MemberLeaveFrame: Moved.LEAVING})
    protocol = changed(
        VOX,
        states=Moved,
        connecting=Moved.CONNECTING,
        initial=Moved.CONNECTED,
        closing=Moved.CLOSING,
        closed=Moved.CLOSED,
        rows=MappingProxyType(rows),
    )
    end, peer = accepted(protocol), client_of(protocol)
    peer.receive(HELLO, 0.0)
    peer.receive(text(ready(), 1), 0.0)
    assert (end.state, peer.state) == (Moved.READY, Moved.READY)
    message = end.send(leave(7), 0.0)
    frame = server.MemberLeaveFrame(d=leave(7), seq=2)
    assert peer.receive(message, 0.0) == [frame]
    assert (end.state, peer.state, peer.session.last_seq) == (Moved.LEAVING, Moved.LEAVING, 2)
    assert end.receive(text(client.Heartbeat()), 1.0) == [Transmit('{"type":"heartbeat_ack"}')]
    assert code(end, text(client.Typing(feed_id=1))) == CloseCode.NOT_AUTHENTICATED
    assert code(peer, text(leave(8), 3)) == CloseCode.UNKNOWN_ERROR


def test_other_timers() -> None:
    timers = {name: replace(timer, seconds=9.0) for name, timer in SESSION.timers.items()}
    protocol = changed(VOX, timers=timers)
    assert server_of(protocol).next_deadline() == 9.0
    connection = client_of(protocol)
    assert connection.next_deadline() == 9.0
    connection.receive(HELLO, 5.0)
    assert connection.next_deadline() == 14.0
    assert connection.tick(14.0) == [Close(4000, "the server did not answer in time")]


def test_other_heartbeats() -> None:
    assert SESSION.heartbeat is not None
    rules = replace(SESSION.heartbeat, interval=10.0, missed_answers=1, silence_factor=4.0)
    protocol = changed(VOX, heartbeat=replace(rules, jittered=False))
    hello = '{"type":"hello","d":{"heartbeat_interval":10000}}'
    end = ServerConnection(PLAIN, protocol=protocol)
    assert end.opened(0.0) == [Transmit(hello)]
    end.receive(IDENTIFY, 1.0)
    assert end.next_deadline() == 41.0
    peer = client_of(protocol)
    peer.receive(hello, 0.0)
    peer.receive(text(ready(), 1), 0.0)
    assert peer.tick(10.0) == [Transmit('{"type":"heartbeat","d":{}}')]
    assert peer.tick(20.0) == [Close(4000, "the server does not answer heartbeats")]


def test_other_rates() -> None:
    messages, typing = SESSION.rates
    rates = (
        replace(messages, count=4, window=10.0, enforced=True),
        replace(typing, window=30.0, then=messages.then),
    )
    protocol = changed(VOX, rates=rates)
    end = accepted(protocol)  # identify counts as well
    for number in range(3):
        assert len(end.receive(text(client.Typing(feed_id=number)), 1.0)) == 1
    assert code(end, text(client.Typing(feed_id=9))) == CloseCode.RATE_LIMITED
    paced = accepted(changed(VOX, rates=rates[1:]))
    assert len(paced.receive(text(client.Typing(feed_id=1)), 1.0)) == 1
    assert code(paced, text(client.Typing(feed_id=1))) == CloseCode.RATE_LIMITED
    peer = client_of(changed(VOX, rates=rates[1:]))
    peer.receive(HELLO, 0.0)
    peer.receive(text(ready(), 1), 0.0)
    peer.send(client.Typing(feed_id=1), 2.0)
    peer.send(client.Typing(feed_id=2), 2.0)
    with pytest.raises(TooManyMessagesError) as caught:
        peer.send(client.TypingFrame(d=client.Typing(feed_id=1)), 3.0)
    assert caught.value.retry_at == 32.0


def test_other_waits_and_failures() -> None:
    backoff = replace(SESSION.backoff, initial=2.0, maximum=9.0, factor=3.0, spread=0.0)
    failures = SESSION.refusals.failures
    assert failures is not None
    refusals = replace(SESSION.refusals, failures=replace(failures, count=1, window=5.0))
    protocol = changed(VOX, backoff=backoff, refusals=refusals)
    waits = Backoff(half, protocol=protocol)
    assert [waits.next_delay() for _ in range(4)] == [2.0, 6.0, 9.0, 9.0]
    failed = FailedLogins(protocol=protocol)
    failed.add("a", 0.0)
    assert [failed.blocks("a", now) for now in (4.9, 5.0)] == [True, False]
    none = FailedLogins(protocol=changed(VOX, refusals=replace(refusals, failures=None)))
    none.add("a", 0.0)
    assert not none.blocks("a", 0.0)


def test_no_compression() -> None:
    protocol = changed(VOX, compression=None)
    url = f"{PLAIN}&compress=zstd"
    assert (is_compressed(url), is_compressed(url, protocol)) == (True, False)


# --- the same parts by other names ---------------------------------------------------------------


@pytest.fixture(scope="module")
def said(talk: Mini) -> Any:
    return talk.models


def start(said: Any, url: str = "wss://host/") -> tuple[Any, Any]:
    """Both ends, with a session."""
    protocol, server = said.PROTOCOL, said.server
    session = ClientSession("key_abcdef", random=half, protocol=protocol, capabilities=["sing"])
    peer: Any = ClientConnection(session, url)
    end: Any = ServerConnection(url, protocol=protocol)
    peer.opened(0.0)
    (greeting,) = end.opened(0.0)
    (hello, login) = peer.receive(greeting.message, 0.0)
    assert hello == HelloReceived(45.0)
    (asked,) = end.receive(login.message, 0.0)
    expected = said.client.Login(key="key_abcdef", version=1, can=("sing",))
    assert asked == IdentifyReceived(expected)
    welcome = server.Welcome(session="s", user=7)
    (first,) = end.accept(ServerSession(welcome, protocol=protocol), 0.0)
    assert peer.receive(first.message, 0.0) == [SessionStarted(welcome)]
    return peer, end


def test_a_session_by_other_names(said: Any) -> None:
    peer, end = start(said)
    assert (peer.session.session_id, peer.session.last_seq) == ("s", 1)
    assert (end.session.session_id, end.session.user_id) == ("s", 7)
    (beat,) = peer.tick(100.0)
    (answer,) = end.receive(beat.message, 100.0)
    assert peer.receive(answer.message, 100.5)[0].latency == 0.5
    news = said.server.News(text="n")
    frame = said.server.NewsFrame(d=news, seq=2)
    assert peer.receive(end.send(news, 0.0), 0.0) == [frame]
    assert peer.receive('{"type":"news","d":{"text":"n"},"seq":5}', 0.0)[0] == Gap(5, 3, 4)


def test_a_resume_by_other_names(said: Any) -> None:
    peer, end = start(said)
    news = [said.server.News(text=text) for text in "ab"]
    sent = [end.send(payload, 0.0) for payload in news]
    peer.receive(sent[0], 0.0)
    for connection in (peer, end):
        connection.closed(1006, "", 10.0)
    assert peer.next_connection().recovery == "resume"
    protocol = said.PROTOCOL
    again: Any = ClientConnection(peer.session, "wss://host/")
    other: Any = ServerConnection("wss://host/", protocol=protocol)
    again.opened(11.0)
    _, back = again.receive(other.opened(11.0)[0].message, 11.0)
    resume = said.client.Back(key="key_abcdef", session="s", last=2)
    assert other.receive(back.message, 11.0) == [ResumeReceived(resume)]
    missed, end_of_replay = other.accept(end.session, 11.0)
    assert again.receive(missed.message, 11.0) == [said.server.NewsFrame(d=news[1], seq=3)]
    assert again.receive(end_of_replay.message, 12.0) == [SessionResumed(3, 1, away=2.0)]


def test_refusals_by_other_names(said: Any) -> None:
    protocol = said.PROTOCOL
    end = ServerConnection("/", protocol=protocol)
    end.opened(0.0)
    assert code(end, '{"type":"login","d":{"key":"k","version":2}}') == 4002
    for message, expected in (
        ('{"type":"login","d":{"key":5}}', 4001),
        ('{"type":"back","d":{"key":"k"}}', 4002),
        ('{"type":"news","d":{}}', 4001),
        ("{", 4001),
    ):
        end = ServerConnection("/", protocol=protocol)
        end.opened(0.0)
        assert code(end, message) == expected
    _, end = start(said)
    assert code(end, '{"type":"login","d":{"key":"k"}}') == 4002


def test_compression_by_another_name(said: Any) -> None:
    peer, end = start(said, "wss://host/?pack=yes")
    message = end.send(said.server.News(text="n"), 0.0)
    assert isinstance(message, bytes)
    assert peer.receive(message, 0.0) == [
        said.server.NewsFrame(d=said.server.News(text="n"), seq=2)
    ]


def test_a_first_message_with_a_wrong_number(said: Any) -> None:
    protocol = said.PROTOCOL
    peer = ClientConnection(ClientSession("k", random=half, protocol=protocol), "wss://host/")
    peer.opened(0.0)
    peer.receive('{"type":"hello","d":{"every":1000,"lamp":1}}', 0.0)
    events = peer.receive('{"type":"welcome","d":{"session":"s","user":7},"seq":4}', 0.0)
    assert events[0] == WrongStart(4)
