"""Keeps a conversation valid while it is made: states, clock, heartbeats, numbers, rates, streams.

Whoever makes a conversation says what comes next and how long that takes; heartbeats that become due
meanwhile, and their answers, come by themselves.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from hypothesis.strategies import SearchStrategy

from voxspec.support.python._session import FrameClass, Role, Side
from voxspec.support.strategies._cases import Object
from voxspec.support.strategies._conversation import Closed, Connection, Conversation, Said
from voxspec.support.strategies._envelope import FIRST_SEQ, SEQUENCE
from voxspec.support.strategies._pace import FullError, Pace
from voxspec.support.strategies._tables import BOTH, Tables, field_of, with_field

DrawnT = TypeVar("DrawnT")


class Draw(Protocol):
    """Draws a value: within a composite strategy, or within a test."""

    def __call__(self, strategy: SearchStrategy[DrawnT], /) -> DrawnT:
        """One of the strategy's values."""
        ...


@dataclass
class Session:
    """What outlives a connection."""

    name: object = None
    login: Object | None = None
    seq: int | None = None
    """The highest number that the client got."""
    renewed: float = 0.0


class Talk(Pace):
    """A conversation in the making."""

    def __init__(self, tables: Tables, draw: Draw, max_size: int) -> None:
        super().__init__(tables)
        self.draw = draw
        self.room = max_size
        """How many more frames there may be."""
        self.connections: list[Connection] = []
        self.session: Session | None = None
        """The one that is under way, or can be resumed."""
        self._begin("", is_compressed=False)

    def _begin(self, url: str, *, is_compressed: bool) -> None:
        self.begin_pace()
        self.url = url
        self.is_compressed = is_compressed
        self.opened = self.now
        self.steps: list[Said | Closed] = []
        self.views: dict[Side, set[enum.Enum]] = {side: {self.state} for side in BOTH}
        """The states that each side may believe to be in, as messages take their time."""
        self.asked: FrameClass | None = None
        """The login or resume that was sent on this connection."""
        self.is_established = False
        self.missed = 0
        """How many messages are still to be replayed."""
        names = [stream.name for stream in self.tables.session.streams]
        self.open_keys: dict[str, list[Any]] = {name: [] for name in names}
        self.left_keys: dict[str, list[Any]] = {name: [] for name in names}
        """The keys of streams that the client ended, and those that the server ended."""
        self.over_keys: dict[str, list[Any]] = {name: [] for name in names}

    # --- Connections --------------------------------------------------------------------------

    def open(self, url: str, *, is_compressed: bool) -> None:
        """A new connection."""
        self._begin(url, is_compressed=is_compressed)
        self.now += self.tick
        if self.tables.roles.login is None and self.tables.roles.established is None:
            self.session = Session(renewed=self.now)

    def close(self, side: Side, code: int, reason: str) -> None:
        """One side closes the connection."""
        self.steps.append(Closed(self.now, side, code, reason))

    def finish(self) -> None:
        """The connection is over; without a close, it is lost."""
        self.connections.append(
            Connection(self.opened, self.url, self.is_compressed, tuple(self.steps))
        )

    def conversation(self) -> Conversation:
        """What has happened."""
        return Conversation(tuple(self.connections))

    @property
    def said(self) -> list[Said]:
        """What was said on the connection."""
        return [step for step in self.steps if isinstance(step, Said)]

    @property
    def number(self) -> int:
        """The number of the latest frame of the connection."""
        return len(self.said)

    # --- Saying something ---------------------------------------------------------------------

    def say(self, kind: FrameClass, frame: Object | None = None, *, is_allowed: bool = True) -> int:
        """A message of this kind; gives its number in the connection. Without ``is_allowed`` it is out
        of place: nothing follows from it."""
        side = self.tables.side_of[kind]
        legal = self.tables.legal[side][self.state]
        after = legal.get(kind, self.state) if is_allowed else self.state
        if after is not self.state:
            self.answer_all()
        if frame is None:
            frame = self.made(kind)
        if is_allowed and side == "client" and not self.keeps_rates(kind, frame):
            raise FullError
        self.append(side, frame)
        if side == "client":
            self.count(kind, frame)
        for beats in self.beats.values():
            if beats.pulse.beat.frame is kind:
                beats.last = self.now
        if is_allowed:
            self._follow(kind, frame)
            self._move(side, kind, after)
        return self.number

    def append(self, side: Side, frame: Object) -> None:
        """A frame, whatever it is."""
        if self.room <= 0:
            raise FullError
        self.room -= 1
        self.steps.append(Said(self.now, side, frame))

    def made(self, kind: FrameClass) -> Object:
        """A message of this kind that says what it has to say now."""
        message, tables = self.tables.message_of[kind], self.tables
        frame = self.without_number(self.draw(message.brief))
        if SEQUENCE is not None and message.sequenced:
            frame[SEQUENCE] = self.next_number(kind)
        session = self.session or Session()
        match tables.role_of.get(kind):
            case "greeting":
                frame = self._greeting(tables.roles.greeting, frame)
            case "login":
                version = tables.roles.login.version
                if field_of(frame, version) is not None:
                    frame = with_field(frame, version, tables.protocol.version)
            case "resume":
                role = tables.roles.resume
                if session.login is not None and field_of(session.login, tables.roles.login.token):
                    token = field_of(session.login, tables.roles.login.token)
                    frame = with_field(frame, role.token, token)
                frame = with_field(frame, role.session, session.name)
                frame = with_field(frame, role.last_seq, session.seq or 0)
            case "resumed":
                frame = with_field(frame, tables.roles.resumed.last_seq, session.seq or 0)
        return frame

    def without_number(self, frame: Object) -> Object:
        """The frame without the number that it may have by mistake."""
        return {key: value for key, value in frame.items() if key != SEQUENCE}

    def next_number(self, kind: FrameClass) -> int:
        """The number that is due."""
        established = self.tables.roles.established
        is_first = established is not None and kind is established.frame
        if is_first or self.session is None or self.session.seq is None:
            return FIRST_SEQ
        return self.session.seq + 1

    def _greeting(self, role: Role, frame: Object) -> Object:
        field = role.heartbeat_interval
        rules = self.tables.session.heartbeat or self.tables.session.server_heartbeat
        if field is None or rules is None or rules.interval is None:
            return frame
        return with_field(frame, field, round(rules.interval / field.seconds))

    def _follow(self, kind: FrameClass, frame: Object) -> None:
        """What a message means to the session."""
        roles, role = self.tables.roles, self.tables.role_of.get(kind)
        if role == "greeting":
            asked = field_of(frame, roles.greeting.heartbeat_interval)
            for beats in self.beats.values():
                if beats.pulse.rules.from_greeting and type(asked) is int and asked > 0:
                    beats.interval = asked * roles.greeting.heartbeat_interval.seconds
                    beats.last = self.now
        elif role in ("login", "resume"):
            self.asked = kind
            if role == "login":
                self.session = Session(login=frame, renewed=self.now)
                self.is_established = roles.established is None
        elif role == "established":
            login = None if self.session is None else self.session.login
            name = field_of(frame, roles.established.session)
            self.session = Session(name, login, renewed=self.now)
            self.is_established = True
        elif role == "resumed" and self.session is not None:
            self.session.renewed = self.now
            self.is_established = True
        if SEQUENCE is not None and self.tables.counts(kind) and self.session is not None:
            number = frame[SEQUENCE]
            assert isinstance(number, int), "numbers are integers"
            self.session.seq = max(number, self.session.seq or number)
            self.missed -= not self.is_established
        self._follow_stream(kind, frame)

    def _follow_stream(self, kind: FrameClass, frame: Object) -> None:
        stream = self.tables.stream_of.get(kind)
        if stream is None:
            return
        key = frame[stream.wire_key or stream.key]
        open_ = self.open_keys[stream.name]
        if kind is stream.opened_by:
            open_.append(key)
        elif kind in stream.ended_by and key in open_:
            open_.remove(key)
            ended = self.left_keys if self.tables.side_of[kind] == "client" else self.over_keys
            ended[stream.name].append(key)

    def _move(self, side: Side, kind: FrameClass, after: enum.Enum) -> None:
        legal = self.tables.legal[side]
        knows = {legal[state][kind] for state in self.views[side] if kind in legal[state]}
        self.views[side] = knows | {after}
        if after is not self.state:
            for other in BOTH:
                self.views[other].add(after)
            self.state = after
            self.start_timers()
