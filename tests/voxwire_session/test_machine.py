"""Sessions under all sorts of mishaps: nothing lost, nothing twice, and both ends agree.

Hypothesis makes things happen to one client and one server: messages, delays, drops that either end
notices first, silence, repeated frames, time that passes. After each step the machine looks at what
the client's application has been given. Every message carries a number of its own, and so does what is
missing afterwards.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.voxwire_session.wire import COMPRESSED, PLAIN, Wire, client_session, leave, ready
from voxmodels.v1 import CloseCode, MlsType, Recovery, client, server
from voxwire import Decompressor
from voxwire.session import (
    ClientConnection,
    Close,
    ConnectionClosed,
    FrameRepeated,
    HeartbeatAcked,
    HelloReceived,
    IdentifyReceived,
    ResumeReceived,
    ServerConnection,
    ServerEvent,
    ServerSession,
    ServerSessions,
    SessionResumed,
    SessionStarted,
    SessionTakenOver,
    State,
)

CAPACITY = 6
LIFETIME = 30.0
INTERVAL = 10.0
SHORTEST_WAIT = 0.5


class Session(RuleBasedStateMachine):
    """A login whose connections suffer."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.login = client_session()
        self.sessions = ServerSessions(capacity=CAPACITY, lifetime=LIFETIME)
        self.started = 0
        self.published: dict[str, list[int]] = {}
        """What happened in each session on the server."""
        self.delivered: dict[str, list[int]] = {}
        """What the client's application was given of it."""
        self.counter = 0
        self.sent_by_client: list[int] = []
        self.got_by_server: list[int] = []
        self.renewed_at: dict[str, float] = {}
        """When a session began or was last resumed."""
        self.wires: list[Wire] = []

    # What happens

    @initialize(url=st.sampled_from([PLAIN, COMPRESSED]))
    def start(self, url: str) -> None:
        self.url = url
        self.connect()
        self.settle()

    @precondition(lambda self: not self.wire.client_up)
    @rule(late=st.sampled_from([0.0, 0.5, 1.0, LIFETIME]), prompt=st.booleans())
    def reconnect(self, late: float, prompt: bool) -> None:
        """The client comes back as it was told to; with `prompt`, all goes well at first."""
        decision = self.wire.client.next_connection()
        if decision.recovery is Recovery.FATAL:  # the first message was on the way for 30 seconds
            assert decision.description == CloseCode.NOT_AUTHENTICATED.meaning().description
        else:
            assert SHORTEST_WAIT <= decision.delay <= 60
        self.pass_time(max(decision.delay, SHORTEST_WAIT) + late)
        self.connect()
        if prompt:
            self.settle()

    @rule(count=st.integers(1, CAPACITY + 2))
    def publish(self, count: int) -> None:
        """Something happens, whether the client is there or not."""
        session = self.current
        if session is None:
            return
        for _ in range(count):
            self.counter += 1
            self.published[session.session_id].append(self.counter)
            owner = session.connection
            if owner is not None and owner.state is State.READY:
                wire = next(wire for wire in self.wires if wire.server is owner)
                wire.server_sends(leave(self.counter), self.now)
            else:
                session.publish(leave(self.counter))

    @precondition(lambda self: self.wire.client.state is State.READY)
    @rule()
    def client_sends(self) -> None:
        self.counter += 1
        payload = client.MlsRelay(mls_type=MlsType.COMMIT, data=str(self.counter))
        self.wire.client_sends(payload, self.now)
        self.sent_by_client.append(self.counter)

    @rule(count=st.integers(1, 5))
    def deliver_to_client(self, count: int) -> None:
        for _ in range(min(count, len(self.wire.to_client))):
            self.wire.deliver_to_client(self.now)
        self.look()

    @rule(count=st.integers(1, 5))
    def deliver_to_server(self, count: int) -> None:
        for _ in range(min(count, len(self.wire.to_server))):
            self.wire.deliver_to_server(self.now)
        self.look()

    @rule()
    def settle(self) -> None:
        """Everything arrives."""
        self.wire.run(self.now)
        self.look()
        if self.wire.client_up and self.wire.server_up:
            assert self.wire.client.state is self.wire.server.state is State.READY
            session = self.wire.server.session
            assert session is not None
            assert self.login.session_id == session.session_id
            assert self.login.last_seq == session.last_seq
            assert self.delivered[session.session_id] == self.published[session.session_id]

    @rule(seconds=st.sampled_from([0.25, 1.0, INTERVAL]))
    def wait(self, seconds: float) -> None:
        self.pass_time(seconds)

    @precondition(lambda self: self.wire.client_up or self.wire.server_up)
    @rule(how=st.sampled_from(["drop", "drop", "half", "half", "client", 1012, 4006]))
    def end(self, how: str | int) -> None:
        """The connection is lost, and what was on the way is gone; or one side closes it."""
        wire = self.wire
        if isinstance(how, int):
            wire.server_does(wire.server.close(how), self.now)
        elif how == "client":
            wire.client_does(wire.client.close(), self.now)
        else:
            wire.end_client(1006, "", self.now)
            if how == "drop":  # otherwise the server does not notice
                wire.end_server(1006, "", self.now)
            wire.to_client.clear()
            wire.to_server.clear()
        self.look()

    @precondition(lambda self: self.wire.to_client)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """A faulty server sends a numbered message twice, at once or later."""
        queue = self.wire.to_client
        numbered = [i for i, message in enumerate(queue) if self.is_numbered(message)]
        if numbered:
            index = data.draw(st.sampled_from(numbered))
            later = data.draw(st.integers(index + 1, len(queue)))
            if not any(isinstance(queue[i], Close) for i in range(index, later)):
                queue.insert(later, queue[index])

    # What must hold

    @invariant()
    def nothing_is_lost_or_given_twice(self) -> None:
        for session_id, given in self.delivered.items():
            assert given == self.published[session_id][: len(given)]

    @invariant()
    def the_client_knows_how_far_it_is(self) -> None:
        if self.login.session_id is not None:
            assert self.login.last_seq == 1 + len(self.delivered[self.login.session_id])

    @invariant()
    def the_server_gets_messages_in_order(self) -> None:
        given = iter(self.sent_by_client)
        assert all(number in given for number in self.got_by_server)

    @invariant()
    def a_session_has_one_connection(self) -> None:
        for wire in self.wires:
            session = wire.server.session
            if session is not None and wire.server.state is State.READY:
                assert session.connection is wire.server

    @invariant()
    def memory_is_bounded(self) -> None:
        assert len(self.sessions) <= 1 + (LIFETIME + 1.5 * INTERVAL) / SHORTEST_WAIT
        for wire in self.wires:
            session = wire.server.session
            assert session is None or len(session._recent) <= CAPACITY

    # How it is done

    @property
    def wire(self) -> Wire:
        return self.wires[-1]

    @property
    def current(self) -> ServerSession | None:
        """The session that the client believes in, or that is just being made."""
        attached = self.wire.server.session
        if attached is not None and self.wire.server_up:
            return attached
        return self.sessions.find(self.login.session_id or "", self.now)

    def connect(self) -> None:
        wire = Wire(self.login, self.answer, self.url, INTERVAL)
        wire.on_taken_over = self.finish_taken_over
        self.wires = [*(w for w in self.wires if w.server_up or w.client_up), wire]
        wire.open(self.now)

    def answer(
        self, connection: ServerConnection, event: IdentifyReceived | ResumeReceived, now: float
    ) -> list[ServerEvent]:
        self.sessions.expire(now)
        if isinstance(event, IdentifyReceived):
            self.started += 1
            name = f"sess_{self.started}"
            self.published[name], self.delivered[name] = [], []
            self.renewed_at[name] = now
            return connection.accept(self.sessions.start(ready(name)), now)
        session = self.sessions.find(event.resume.session_id, now)
        if session is None:
            assert now - self.renewed_at[event.resume.session_id] >= LIFETIME
            return connection.reject(CloseCode.SESSION_EXPIRED)
        missed = session.last_seq - event.resume.last_seq
        events = connection.accept(session, now, take_over=True)
        assert (connection.state is State.READY) == (missed < CAPACITY)
        if connection.state is State.READY:
            self.renewed_at[session.session_id] = now
        return events

    def finish_taken_over(self, event: SessionTakenOver, now: float) -> None:
        wire = next(wire for wire in self.wires if wire.server is event.connection)
        wire.server_does([event.close], now)

    def pass_time(self, seconds: float) -> None:
        """Let time pass; every deadline on the way is met."""
        end = self.now + seconds
        while self.now < end:
            ends: list[ClientConnection | ServerConnection] = []
            ends += [wire.client for wire in self.wires if wire.client_up]
            ends += [wire.server for wire in self.wires if wire.server_up]
            deadlines = [deadline for one in ends if (deadline := one.next_deadline()) is not None]
            assert all(deadline >= self.now for deadline in deadlines)
            self.now = min([end, *deadlines])
            for wire in self.wires:
                wire.tick(self.now)
            self.look()

    @staticmethod
    def is_numbered(message: str | bytes | Close) -> bool:
        if isinstance(message, bytes):
            message = Decompressor().decompress(message).decode()
        return isinstance(message, str) and '"member_leave"' in message

    def look(self) -> None:
        """Note what the applications were given, and that it is nothing strange."""
        for wire in self.wires:
            for event in wire.client_events:
                match event:
                    case server.MemberLeaveFrame(d=payload):
                        assert self.login.session_id is not None
                        self.delivered[self.login.session_id].append(payload.user_id)
                    case _:
                        assert isinstance(
                            event,
                            HelloReceived
                            | SessionStarted
                            | SessionResumed
                            | HeartbeatAcked
                            | ConnectionClosed
                            | FrameRepeated,
                        )
            wire.client_events.clear()
            for happened in wire.server_events:
                if isinstance(happened, client.MlsRelayFrame):
                    self.got_by_server.append(int(happened.d.data))
            wire.server_events.clear()
            self.end_if_alone(wire)

    def end_if_alone(self, wire: Wire) -> None:
        """Who closes and gets no answer waits for a while only."""
        if wire.client.state is State.CLOSING and not wire.server_up:
            wire.end_client(1006, "", self.now)
        if wire.server.state is State.CLOSING and not wire.client_up:
            wire.end_server(1006, "", self.now)


TestSession = Session.TestCase
TestSession.settings = settings(
    max_examples=max(250, settings().max_examples), stateful_step_count=50
)
