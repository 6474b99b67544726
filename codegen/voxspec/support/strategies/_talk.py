"""Keeps a conversation valid while it is made: states, clock, heartbeats, numbers, rates, streams.

Whoever makes a conversation says what comes next and how long that takes; heartbeats that become due
meanwhile, and their answers, come by themselves.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field
from math import floor, inf, log2
from typing import Any

from hypothesis.strategies import DrawFn

from voxspec.support.python._session import Field, FrameClass, Rate, Role, Side, Timer
from voxspec.support.strategies._cases import Object
from voxspec.support.strategies._conversation import Closed, Connection, Conversation, Said
from voxspec.support.strategies._envelope import FIRST_SEQ, SEQUENCE
from voxspec.support.strategies._tables import BOTH, Pulse, Tables, field_of, with_field

_LONGEST_TICK = 2.0**-4

_TICKS_IN_THE_SHORTEST = 16
"""Into how many parts the shortest time of the tables can be divided."""


class FullError(Exception):
    """Nothing more can be said: there is no room, or a rate would be exceeded."""


@dataclass
class Beats:
    """The heartbeats of one side on one connection, since ``last``."""

    pulse: Pulse
    interval: float | None
    last: float
    answers: list[float] = field(default_factory=list)
    """When the answers that are not yet there are due."""


@dataclass
class Session:
    """What outlives a connection."""

    name: object = None
    login: Object | None = None
    seq: int | None = None
    """The highest number that the client got."""
    renewed: float = 0.0


class Talk:
    """A conversation in the making."""

    def __init__(self, tables: Tables, draw: DrawFn, max_size: int) -> None:
        self.tables = tables
        self.draw = draw
        self.room = max_size
        """How many more frames there may be."""
        self.now = 0.0
        self.tick = _tick(tables)
        self.connections: list[Connection] = []
        self.session: Session | None = None
        """The one that is under way, or can be resumed."""
        self._begin("", is_compressed=False)

    def _begin(self, url: str, *, is_compressed: bool) -> None:
        tables = self.tables
        self.url = url
        self.is_compressed = is_compressed
        self.opened = self.now
        self.steps: list[Said | Closed] = []
        self.state: enum.Enum = tables.session.initial
        self.views: dict[Side, set[enum.Enum]] = {side: {self.state} for side in BOTH}
        """The states that each side may believe to be in, as messages take their time."""
        self.timers: dict[str, float] = {}
        self.asked: FrameClass | None = None
        """The login or resume that was sent on this connection."""
        self.is_established = False
        self.missed = 0
        """How many messages are still to be replayed."""
        self.beats = {
            pulse.beater: Beats(
                pulse, None if _is_greeted(tables, pulse) else pulse.rules.interval, self.now
            )
            for pulse in tables.pulses
        }
        self.open_keys: dict[str, list[Any]] = {
            stream.name: [] for stream in tables.session.streams
        }
        self.left_keys: dict[str, list[Any]] = {
            stream.name: [] for stream in tables.session.streams
        }
        self.over_keys: dict[str, list[Any]] = {
            stream.name: [] for stream in tables.session.streams
        }
        self._sent: dict[tuple[str, object], list[float]] = {}
        self.start_timers()

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

    # --- Time ---------------------------------------------------------------------------------

    def wait(self, seconds: float, *, beating: bool = True) -> None:
        """Time goes by, as far as that is allowed now, with the heartbeats that are due.

        Without ``beating``, nobody sends heartbeats, and nobody waits for anybody.
        """
        if not beating:
            self.now += seconds
            return
        until = max(self.now, min(self.now + seconds, self.limit()))
        while True:
            at, beats, is_answer = self._next()
            if at > until or beats is None:
                break
            self.now = max(self.now, at)
            self._answer(beats) if is_answer else self.beat(beats.pulse.beater)
        self.now = max(self.now, until)

    def limit(self) -> float:
        """Until when it is allowed that nothing but heartbeats is said."""
        limits = [
            self.timers[timer.name] + timer.seconds - 2 * self.tick for timer in self.running()
        ]
        for beats in self.beats.values():
            if beats.interval is not None and not self.can_beat(beats):
                limits.append(beats.last + beats.interval - 2 * self.tick)
        return min(limits, default=inf)

    def running(self) -> list[Timer]:
        """The timers of the state."""
        return [self.tables.session.timers[name] for name in self.tables.rows[self.state].timers]

    def can_beat(self, beats: Beats) -> bool:
        """Whether a heartbeat may be sent and answered now."""
        pulse, legal = beats.pulse, self.tables.legal
        return pulse.beat.frame in legal[pulse.beater][self.state] and (
            pulse.answer is None or pulse.answer.frame in legal[pulse.answerer][self.state]
        )

    def _next(self) -> tuple[float, Beats | None, bool]:
        """What comes next by itself: a heartbeat, or the answer to one."""
        found: list[tuple[float, bool, Beats]] = []
        for beats in self.beats.values():
            if self.can_beat(beats):
                found += [(at, False, beats) for at in beats.answers[:1]]
                if beats.interval is not None:
                    found.append((beats.last + beats.interval, True, beats))
        if not found:
            return inf, None, False
        at, is_beat, beats = min(found, key=lambda each: each[:2])
        return at, beats, not is_beat

    def beat(self, side: Side, *, is_answered: bool = True) -> int:
        """A heartbeat; gives its number."""
        beats = self.beats[side]
        number = self.say(beats.pulse.beat.frame)
        if is_answered and beats.pulse.answer is not None:
            beats.answers.append(self.now + 2 * self.tick)
        return number

    def _answer(self, beats: Beats) -> None:
        del beats.answers[0]
        if beats.pulse.answer is not None:
            self.say(beats.pulse.answer.frame)

    def answer_all(self) -> None:
        """All heartbeats are answered that can be."""
        for beats in self.beats.values():
            while beats.answers and self.can_beat(beats):
                self._answer(beats)
            beats.answers.clear()

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
            self._count(kind, frame)
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
        frame = self.without_number(self.draw(message.wire))
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

    def start_timers(self) -> None:
        """The timers of the state run."""
        running = {timer.name: timer for timer in self.running()}
        for name, timer in running.items():
            if timer.restarts or name not in self.timers:
                self.timers[name] = self.now
        for name in self.timers.keys() - running.keys():
            del self.timers[name]

    # --- Rates --------------------------------------------------------------------------------

    def keeps_rates(self, kind: FrameClass, frame: Object) -> bool:
        """Whether such a message may be sent now."""
        return all(
            len(self.recent(rate, key)) < rate.count
            for rate in self.rates_of(kind)
            for key in _keys(rate, frame)
        )

    def rates_of(self, kind: FrameClass) -> list[Rate]:
        """The rates that count a message."""
        session = self.tables.session
        return [
            rate
            for rate in session.rates
            if rate.counts is kind or rate.counts is session.any_client_message
        ]

    def sent(self, rate: Rate, key: object = None) -> list[float]:
        """When messages were sent that count."""
        return self._sent.get((rate.name, key), [])

    def recent(self, rate: Rate, key: object = None) -> list[float]:
        """When messages were sent that still count."""
        since = self.now - rate.window - 2 * self.tick
        return [at for at in self.sent(rate, key) if at >= since]

    def _count(self, kind: FrameClass, frame: Object) -> None:
        for rate in self.rates_of(kind):
            for key in _keys(rate, frame):
                self._sent.setdefault((rate.name, key), []).append(self.now)


def _keys(rate: Rate, frame: Object) -> list[object]:
    """What a message counts for: for each field that tells messages apart, and for all of them."""
    if not rate.by:
        return [None]
    values = [(field, field_of(frame, field)) for field in rate.by]
    each = [key_of_rate(field, value) for field, value in values if value is not None]
    return [*each, json.dumps([value for _, value in values])]


def key_of_rate(field: Field, value: object) -> object:
    """What a message counts for that has this value in a field."""
    return json.dumps([field.key, value])


def _is_greeted(tables: Tables, pulse: Pulse) -> bool:
    greeting = tables.roles.greeting
    return (
        pulse.rules.from_greeting
        and greeting is not None
        and greeting.heartbeat_interval is not None
    )


def _tick(tables: Tables) -> float:
    """The least time that goes by: a power of two, so that sums of it are exact."""
    session = tables.session
    times = [timer.seconds for timer in session.timers.values()]
    times += [rate.window for rate in session.rates]
    times += [pulse.rules.interval for pulse in tables.pulses if pulse.rules.interval]
    shortest = min(times, default=1.0) / _TICKS_IN_THE_SHORTEST
    return float(min(_LONGEST_TICK, 2.0 ** floor(log2(shortest))))
