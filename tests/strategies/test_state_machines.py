"""The state machines of the strategies hold conversations with both ends of voxwire.session."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from voxmodels.v1 import server, strategies
from voxwire.errors import RemoteProtocolError
from voxwire.session import (
    ClientConnection,
    ClientSession,
    Close,
    IdentifyReceived,
    ResumeReceived,
    ServerConnection,
    ServerSessions,
    Transmit,
)

URL = "wss://host/gateway?v=1&encoding=json"
TOKEN = "vox_sess_abcdefgh"
FEW = settings(settings(), max_examples=20, stateful_step_count=40)
FOUND = settings(settings(), max_examples=200, phases=[Phase.generate], report_multiple_bugs=False)


class _End:
    """Drives an end of a connection with a clock of its own."""

    connection: Any
    sent: list[str | int]
    now: float

    def do(self, events: Any) -> None:
        """Carry out what an end orders."""
        for event in events:
            match event:
                case Transmit(message=str(message)):
                    self.sent.append(message)
                case Close(code=code):
                    self.sent.append(code)
                case _:
                    self.on(event)

    def on(self, event: Any) -> None:
        """What the application does."""

    def send(self, text: str) -> None:
        try:
            self.do(self.connection.receive(text, self.now))
        except RemoteProtocolError as error:
            self.sent.append(error.close_code)

    def receive(self) -> list[str | int]:
        sent, self.sent = self.sent, []
        return sent

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while self.connection is not None:
            deadline = self.connection.next_deadline()
            if deadline is None or deadline > until:
                break
            self.now = max(self.now, deadline)
            self.do(self.connection.tick(self.now))
        self.now = until

    def disconnect(self) -> None:
        self.connection.closed(1006, "", self.now)
        self.sent = []


class OwnServer(_End, strategies.ServerConversation):
    """The server's end, with an application that lets everybody in and publishes something."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.sent, self.connection = 0.0, [], None
        self.sessions: ServerSessions[server.Ready] = ServerSessions()

    def connect(self, url: str) -> None:
        self.connection = ServerConnection(url)
        self.do(self.connection.opened(self.now))

    def prepare(self, frame: dict[str, Any]) -> dict[str, Any]:
        if frame["type"] in ("identify", "resume"):
            frame["d"]["token"] = TOKEN
        return frame

    def on(self, event: Any) -> None:
        match event:
            case IdentifyReceived():
                ready = server.Ready(
                    session_id=f"sess_{len(self.sessions):08}",
                    user_id=1,
                    display_name="a",
                    server_name="b",
                    protocol_version=1,
                    capabilities=[],
                )
                self.do(self.connection.accept(self.sessions.start(ready), self.now))
            case ResumeReceived(resume=resume):
                session = self.sessions.find(resume.session_id, self.now)
                assert session is not None
                self.do(self.connection.accept(session, self.now))

    @precondition(lambda self: self.is_established)
    @rule()
    def publishes(self) -> None:
        self.sent.append(self.connection.send(server.MemberLeave(user_id=7), self.now))
        self.hear()

    @precondition(lambda self: self.is_established)
    @rule()
    def publishes_what_never_arrives(self) -> None:
        self.connection.send(server.MemberLeave(user_id=8), self.now)
        self.lose()


class OwnClient(_End, strategies.ClientConversation):
    """The client's end."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.sent, self.connection = 0.0, [], None
        self.session = ClientSession(TOKEN, random=lambda: 0.5)

    def connect(self, url: str) -> None:
        if self.connection is not None:
            self.connection.next_connection()
        self.connection = ClientConnection(self.session, url)
        self.do(self.connection.opened(self.now))


def run(machine: Any, how: settings) -> None:
    run_state_machine_as_test(machine, settings=how)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("machine", [OwnServer, OwnClient])
def test_own_ends_hold_conversations(machine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said: set[tuple[str, str]] = set()
    append = machine.talk.append

    def noted(self: Any, side: str, frame: dict[str, Any]) -> None:
        said.add((side, frame["type"]))
        append(self, side, frame)

    monkeypatch.setattr(machine.talk, "append", noted)
    run(machine, FEW)
    assert said >= {
        ("server", "hello"),
        ("client", "identify"),
        ("server", "ready"),
        ("client", "resume"),
        ("server", "resumed"),
        ("client", "heartbeat"),
        ("server", "heartbeat_ack"),
    }


class NoAnswer(OwnServer):
    """Heartbeats are left unanswered."""

    def receive(self) -> list[str | int]:
        return [message for message in super().receive() if "heartbeat_ack" not in str(message)]


class Numbered(OwnServer):
    """Numbers are left out."""

    def receive(self) -> list[str | int]:
        return [
            changed(m, "member_leave", lambda f: f.update(seq=f["seq"] + 1))
            for m in super().receive()
        ]


class NoReplay(OwnServer):
    """Nothing is replayed but the end."""

    def receive(self) -> list[str | int]:
        return [m for m in super().receive() if '"user_id":8' not in str(m)]


class Silent(OwnClient):
    """No heartbeats are sent."""

    def receive(self) -> list[str | int]:
        return [message for message in super().receive() if '"heartbeat"' not in str(message)]


class Forgetful(OwnClient):
    """A resume tells less than was received."""

    def receive(self) -> list[str | int]:
        return [
            changed(m, "resume", lambda f: f["d"].update(last_seq=0)) for m in super().receive()
        ]


class Hasty(OwnClient):
    """The client closes for what is allowed."""

    def send(self, text: str) -> None:
        super().send(text)
        if "member_leave" in text or '"error"' in text:
            self.sent.append(4000)


def changed(message: str | int, type_: str, change: Any) -> str | int:
    """The message, another one if it is of this type."""
    frame = json.loads(message) if isinstance(message, str) else {}
    if frame.get("type") != type_:
        return message
    change(frame)
    return json.dumps(frame)


@pytest.mark.parametrize(
    ("machine", "what"),
    [
        (NoAnswer, "the server leaves a heartbeat unanswered"),
        (Numbered, r"the server numbers a message (\d+), not (?!\1)"),
        (NoReplay, r"the server says seq \d+, not \d+"),
        (Silent, "the client sends no heartbeat"),
        (Forgetful, r"the client says last_seq 0, not \d+"),
        (Hasty, "the client closes with 4000"),
    ],
)
def test_broken_ends_are_found(machine: Any, what: str) -> None:
    with pytest.raises(AssertionError, match=what):
        run(machine, FOUND)
