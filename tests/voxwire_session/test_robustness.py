"""Whatever arrives, in whatever order: a list of events, or one of the two families of errors."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.voxwire_session.wire import (
    ACK,
    COMPRESSED,
    HELLO,
    client_session,
    leave,
    ready,
    text,
)
from voxmodels.v1 import ErrorCode, client, server
from voxwire import Compressor, LocalProtocolError, RemoteProtocolError
from voxwire.session import (
    ClientConnection,
    IdentifyReceived,
    ResumeReceived,
    ServerConnection,
    ServerSession,
    State,
)

FROM_SERVER = [
    HELLO,
    ACK,
    text(ready(), 1),
    text(ready("sess_2"), 2),
    *(text(leave(seq), seq) for seq in range(1, 6)),
    text(server.Resumed(seq=1)),
    text(server.Resumed(seq=3)),
    text(server.Error(code=ErrorCode("X"), message="")),
    '{"type":"member_leave","d":{},"seq":2}',
]
FROM_CLIENT = [
    text(client.Identify(token="x")),
    text(client.Identify(token="x", protocol_version=3)),
    text(client.Resume(token="x", session_id="sess_1", last_seq=1)),
    text(client.Resume(token="x", session_id="sess_1", last_seq=9)),
    text(client.Heartbeat()),
    text(client.Typing(feed_id=1)),
    '{"type":"resume","d":{"token":1,"session_id":"","last_seq":-1}}',
    '{"type":"typing","d":{}}',
    '{"type":"heartbeat","d":{},"seq":1}',
]
ANYTHING: list[str | bytes] = [
    "",
    "{}",
    "[]",
    "null",
    '{"type":1}',
    '{"type":"new","seq":1.0,"d":NaN}',
    '{"type":"new","seq":true}',
    '{"type":"new","seq":null}',
    '{"type":"new","seq":99999999999999999999999}',
    '{"type":"new","d":"\\ud800"}',
    "\ud800",
    b"",
    b"{}",
    b"\x28\xb5\x2f\xfd\x20",
    Compressor().compress(b'{"type":"heartbeat_ack"}'),
    Compressor().compress(b"\xff"),
]


def messages(known: list[str]) -> st.SearchStrategy[list[str | bytes]]:
    listed: list[str | bytes] = [*known, *ANYTHING]
    return st.lists(st.one_of(st.sampled_from(listed), st.text(), st.binary()), max_size=12)


@given(messages(FROM_SERVER), st.booleans())
def test_a_client_raises_nothing_else(arriving: list[str | bytes], resuming: bool) -> None:
    session = client_session()
    if resuming:
        session.start("sess_1", 1)
    connection = ClientConnection(session, COMPRESSED)
    connection.opened(0.0)
    failures: list[RemoteProtocolError] = []
    for now, message in enumerate([HELLO, *arriving]):
        try:
            connection.receive(message, now)
        except RemoteProtocolError as error:
            failures.append(error)
        else:
            assert failures == []
        connection.tick(now)
    assert all(error is failures[0] for error in failures)
    assert not failures or connection.state is State.CLOSING
    connection.closed(1006, "", 99.0)
    assert connection.next_connection().delay <= 60


@given(messages(FROM_CLIENT), st.booleans())
def test_a_server_raises_nothing_else(arriving: list[str | bytes], accepting: bool) -> None:
    connection = ServerConnection(COMPRESSED)
    connection.opened(0.0)
    failures: list[RemoteProtocolError] = []
    for now, message in enumerate(arriving):
        try:
            events = connection.receive(message, now)
        except RemoteProtocolError as error:
            failures.append(error)
            continue
        assert failures == []
        for event in events:
            match event:
                case IdentifyReceived() if accepting:
                    connection.accept(ServerSession(ready()), now)
                case ResumeReceived() if accepting:
                    connection.accept(ServerSession(ready(event.resume.session_id)), now)
                case IdentifyReceived() | ResumeReceived():
                    connection.reject(4004)
        connection.tick(now)
    assert all(error is failures[0] for error in failures)
    assert not failures or connection.state is State.CLOSING
    connection.closed(1006, "", 99.0)


@given(st.lists(st.sampled_from(["opened", "receive", "send", "close", "closed", "tick"])))
def test_calls_in_any_order_raise_local_errors_only(calls: list[str]) -> None:
    for connection in (
        ClientConnection(client_session(), COMPRESSED),
        ServerConnection(COMPRESSED),
    ):
        for name in calls:
            arguments = {
                "opened": (0.0,),
                "receive": ('{"type":"error","d":{"code":"X","message":""}}', 0.0),
                "send": (leave(1), 0.0),
                "close": (),
                "closed": (1000, "", 0.0),
                "tick": (0.0,),
            }[name]
            try:
                getattr(connection, name)(*arguments)
            except LocalProtocolError:
                assert name in ("opened", "receive", "send")
            except RemoteProtocolError:
                assert name == "receive"
            connection.next_deadline()
