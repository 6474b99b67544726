"""The clock of a conversation in the making: timers, heartbeats and rates."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field
from math import floor, inf, log2

from voxspec.support.python._session import Field, FrameClass, Rate, Side, Timer
from voxspec.support.strategies._cases import Object
from voxspec.support.strategies._tables import Pulse, Tables, field_of

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


class Pace:
    """When something may be said on a connection, and when it has to be."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.now = 0.0
        self.tick = _tick(tables)
        self.state: enum.Enum = tables.session.initial
        self.begin_pace()

    def begin_pace(self) -> None:
        """A connection begins now."""
        self.state = self.tables.session.initial
        self.timers: dict[str, float] = {}
        self.beats: dict[Side, Beats] = {
            pulse.beater: self._beats(pulse) for pulse in self.tables.pulses
        }
        self._sent: dict[tuple[str, object], list[float]] = {}
        self.start_timers()

    def say(self, kind: FrameClass, frame: Object | None = None) -> int:
        """Send a message of this kind; gives its number in the connection."""
        raise NotImplementedError

    def _beats(self, pulse: Pulse) -> Beats:
        is_greeted = _is_greeted(self.tables, pulse)
        return Beats(pulse, None if is_greeted else pulse.rules.interval, self.now)

    def start_timers(self) -> None:
        """The timers of the state run."""
        running = {timer.name: timer for timer in self.running()}
        for name, timer in running.items():
            if timer.restarts or name not in self.timers:
                self.timers[name] = self.now
        for name in self.timers.keys() - running.keys():
            del self.timers[name]

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

    def count(self, kind: FrameClass, frame: Object) -> None:
        """A message of the client was sent."""
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
