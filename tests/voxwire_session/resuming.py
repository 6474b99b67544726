"""Servers that are asked to resume a session, and such sessions."""

from tests.voxwire_session.wire import (
    greeting_server,
    leave,
    ready,
    text,
)
from voxmodels.v1 import client
from voxwire.session import (
    ResumeReceived,
    ServerConnection,
    ServerSession,
    Transmit,
)


def resuming_server(session_id: str = "sess_1", last_seq: int = 1) -> ServerConnection:
    connection = greeting_server()
    resume = client.Resume(token="x", session_id=session_id, last_seq=last_seq)
    assert connection.receive(text(resume), 0.0) == [ResumeReceived(resume)]
    return connection


def detached_session(messages: int, capacity: int = 1000) -> ServerSession:
    """A session that lost its connection at 0, and to which things have happened since."""
    session = ServerSession(ready(), capacity=capacity)
    session.detach(0.0)
    for number in range(messages):
        session.publish(leave(number))
    return session


def replayed(first: int, last: int) -> list[Transmit]:
    return [Transmit(text(leave(seq - 2), seq)) for seq in range(first, last + 1)]
