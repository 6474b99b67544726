"""A client and a server joined by a wire that only moves when it is told to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from voxmodels.v1 import CloseCode, UnknownFrame, server
from voxwire import encode
from voxwire.session import (
    ClientConnection,
    ClientEvent,
    ClientSession,
    Close,
    IdentifyReceived,
    ResumeReceived,
    ServerConnection,
    ServerEvent,
    ServerSessions,
    SessionTakenOver,
    Transmit,
)

PLAIN = "wss://host/gateway?v=1&encoding=json"
COMPRESSED = PLAIN + "&compress=zstd"
TOKEN = "vox_sess_made_up"
INTERVAL = 45.0
HALF = 0.5


def half() -> float:
    """A source of randomness that has none."""
    return HALF


def text(message: msgspec.Struct | UnknownFrame, seq: int | None = None) -> str:
    """A frame as a peer would send it."""
    return encode(message, seq).decode()


def ready(session_id: str = "sess_1", user_id: int = 7) -> server.Ready:
    return server.Ready(
        session_id=session_id,
        user_id=user_id,
        display_name="Ada",
        server_name="Tea Party",
        protocol_version=1,
        capabilities=(),
    )


def leave(user_id: int) -> server.MemberLeave:
    """A short sequenced message that carries a number of its own."""
    return server.MemberLeave(user_id=user_id)


HELLO = text(server.Hello(heartbeat_interval=int(INTERVAL * 1000)))
ACK = text(server.HeartbeatAckFrame())

Login = Callable[[ServerConnection, IdentifyReceived | ResumeReceived, float], list[ServerEvent]]


def login_to(sessions: ServerSessions) -> Login:
    """A server that lets everyone in."""
    count = 0

    def answer(
        connection: ServerConnection, event: IdentifyReceived | ResumeReceived, now: float
    ) -> list[ServerEvent]:
        nonlocal count
        if isinstance(event, IdentifyReceived):
            count += 1
            return connection.accept(sessions.start(ready(f"sess_{count}")), now)
        session = sessions.find(event.resume.session_id, now)
        if session is None:
            return connection.reject(CloseCode.SESSION_EXPIRED)
        return connection.accept(session, now, take_over=True)

    return answer


def changed(protocol: Any, **tables: Any) -> Any:
    """A protocol whose conversation has other tables."""
    copy = msgspec.structs.replace(protocol)
    vars(copy)["_session"] = replace(protocol.session, **tables)
    return copy


class Wire:
    """One connection with both of its ends, and what is on the way between them."""

    def __init__(
        self, session: ClientSession, login: Login, url: str = PLAIN, interval: float = INTERVAL
    ) -> None:
        self.client = ClientConnection(session, url)
        self.server = ServerConnection(url, heartbeat_interval=int(interval * 1000))
        self.to_client: deque[str | bytes | Close] = deque()
        self.to_server: deque[str | bytes | Close] = deque()
        self.client_events: list[ClientEvent] = []
        """News for the client's application."""
        self.server_events: list[ServerEvent] = []
        """News for the server's application."""
        self.client_up = self.server_up = True
        self.on_taken_over: Callable[[SessionTakenOver, float], None] = lambda event, now: None
        self._login = login

    def open(self, now: float) -> None:
        self.client_does(self.client.opened(now), now)
        self.server_does(self.server.opened(now), now)

    def run(self, now: float) -> None:
        """Deliver until nothing is on the way."""
        while self.to_server or self.to_client:
            while self.to_client:
                self.deliver_to_client(now)
            while self.to_server:
                self.deliver_to_server(now)

    def deliver_to_client(self, now: float) -> None:
        message = self.to_client.popleft()
        if not self.client_up:
            return
        if isinstance(message, Close):
            self.end_client(message.code, message.reason, now)
            self.to_server.append(message)
        else:
            self.client_does(self.client.receive(message, now), now)

    def deliver_to_server(self, now: float) -> None:
        message = self.to_server.popleft()
        if not self.server_up:
            return
        if isinstance(message, Close):
            self.end_server(message.code, message.reason, now)
            self.to_client.append(message)
        else:
            self.server_does(self.server.receive(message, now), now)

    def client_sends(self, payload: msgspec.Struct, now: float) -> None:
        self.to_server.append(self.client.send(payload, now))

    def server_sends(self, payload: msgspec.Struct, now: float) -> None:
        self.to_client.append(self.server.send(payload, now))

    def tick(self, now: float) -> None:
        if self.client_up:
            self.client_does(self.client.tick(now), now)
        if self.server_up:
            self.server_does(self.server.tick(now), now)

    def drop(self, now: float) -> None:
        """The connection is lost, and both ends notice."""
        self.end_client(1006, "", now)
        self.end_server(1006, "", now)

    def end_client(self, code: int, reason: str, now: float) -> None:
        if self.client_up:
            self.client_up = False
            self.client_does(self.client.closed(code, reason, now), now)

    def end_server(self, code: int, reason: str, now: float) -> None:
        if self.server_up:
            self.server_up = False
            self.server_does(self.server.closed(code, reason, now), now)

    def client_does(self, events: Sequence[ClientEvent], now: float) -> None:
        for event in events:
            match event:
                case Transmit(message=message):
                    self.to_server.append(message)
                case Close() if self.server_up:
                    self.to_server.append(event)
                case Close():  # nobody answers, and waiting for it ends at some time
                    self.end_client(1006, "", now)
                case _:
                    self.client_events.append(event)

    def server_does(self, events: Sequence[ServerEvent], now: float) -> None:
        for event in events:
            match event:
                case Transmit(message=message):
                    self.to_client.append(message)
                case Close() if self.client_up:
                    self.to_client.append(event)
                case Close():
                    self.end_server(1006, "", now)
                case IdentifyReceived() | ResumeReceived():
                    self.server_events.append(event)
                    self.server_does(self._login(self.server, event, now), now)
                case SessionTakenOver():
                    self.on_taken_over(event, now)
                case _:
                    self.server_events.append(event)


def client_session() -> ClientSession:
    return ClientSession(TOKEN, random=half)


def sessions() -> ServerSessions:
    return ServerSessions()


def connected(url: str = PLAIN, now: float = 0.0) -> Wire:
    """A wire whose session has begun."""
    wire = Wire(client_session(), login_to(ServerSessions()), url)
    wire.open(now)
    wire.run(now)
    wire.client_events.clear()
    wire.server_events.clear()
    return wire


def greeted_client(session: ClientSession | None = None, now: float = 0.0) -> ClientConnection:
    """A client that has answered hello."""
    connection = ClientConnection(session or client_session(), PLAIN)
    connection.opened(now)
    connection.receive(HELLO, now)
    return connection


def ready_client(now: float = 0.0) -> ClientConnection:
    """A client whose session has begun, with no server behind it."""
    connection = greeted_client(now=now)
    connection.receive(text(ready(), 1), now)
    return connection


def greeting_server(now: float = 0.0, url: str = PLAIN) -> ServerConnection:
    """A server that has said hello."""
    connection = ServerConnection(url)
    connection.opened(now)
    return connection


def ready_server(now: float = 0.0) -> ServerConnection:
    """A server with a session, and with no client behind it."""
    connection = greeting_server(now)
    connection.receive('{"type":"identify","d":{"token":"x"}}', now)
    connection.accept(ServerSessions().start(ready()), now)
    return connection
