"""One side of a conversation with somebody who is tested: what it says is drawn, what it hears is judged.

The other side has to be in its place, in time, with the right numbers, and to answer heartbeats.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import inf
from typing import Any, Protocol

from voxspec.support.python._session import Close, FrameClass, Side
from voxspec.support.strategies._cases import Object
from voxspec.support.strategies._course import Course, key_of
from voxspec.support.strategies._envelope import SEQUENCE, TYPE
from voxspec.support.strategies._pace import Beats
from voxspec.support.strategies._tables import Pulse, Tables, field_of
from voxspec.support.strategies._talk import Draw

_NO_END = 10**9
"""As many frames as somebody likes."""

_ORDINARY = (1000, 1001, 1005, 1006)
"""Codes with which anybody may end a connection."""

_STEPS_IN_AN_INTERVAL = 8

_SHOWN = 12
"""Steps that a failure shows."""


class Line(Protocol):
    """The way to the one who is tested."""

    def send(self, text: str) -> None:
        """A message reaches it."""

    def receive(self) -> list[str | int]:
        """What it has sent since the last call; an integer is the code of its close."""
        ...

    def wait(self, seconds: float) -> None:
        """Time goes by."""


class Half(Course):
    """Plays one side. ``prepare`` may change a message before it is sent."""

    def __init__(
        self,
        tables: Tables,
        draw: Draw,
        side: Side,
        line: Line,
        prepare: Callable[[Object], Object],
    ) -> None:
        super().__init__(tables, draw, _NO_END, compression=False)
        self.speakers = (side,)
        self.side: Side = side
        self.other: Side = "server" if side == "client" else "client"
        self.is_over = True
        self.is_open = False
        """Whether the one who is tested believes that there is a connection."""
        self._line = line
        self._prepare = prepare
        self._waiting: list[float] = []
        """When heartbeats were sent that have no answer yet."""
        intervals = [pulse.rules.interval for pulse in tables.pulses if pulse.rules.interval]
        self.interval = min(intervals, default=60.0)
        """Seconds between two heartbeats, or so."""
        self._step = self.interval / _STEPS_IN_AN_INTERVAL

    # --- Time ---------------------------------------------------------------------------------

    def open(self, url: str, *, is_compressed: bool) -> None:
        """A new connection."""
        super().open(url, is_compressed=is_compressed)
        self.is_over, self.is_open = False, True
        self._waiting.clear()

    def wait(self, seconds: float, *, beating: bool = True) -> None:
        """Time goes by; what is due on this side is said, what comes meanwhile is heard."""
        del beating
        until = max(self.now, min(self.now + seconds, self.limit()))
        is_waiting = not self.is_over
        while is_waiting:
            at, beats, is_answer = self._next()
            step = max(self.now, min(until, at, self.now + self._step))
            if step > self.now:
                self._line.wait(step - self.now)
                self.now = step
            self.hear()
            is_due = beats is not None and at <= self.now
            is_waiting = not self.is_over and (is_due or self.now < until)
            if is_waiting and is_due and beats is not None:
                self._answer(beats) if is_answer else self.beat(self.side)

    def limit(self) -> float:
        """Until when this side has to say something."""
        timers = [timer for timer in self.running() if timer.waits_for == self.side]
        limits = [self.timers[timer.name] + timer.seconds - 2 * self.tick for timer in timers]
        beats = self.beats.get(self.side)
        if beats is not None and beats.interval is not None and not self.can_beat(beats):
            limits.append(beats.last + beats.interval - 2 * self.tick)
        return min(limits, default=inf)

    def _next(self) -> tuple[float, Beats | None, bool]:
        own, others = self.beats.get(self.side), self.beats.get(self.other)
        if others is not None and others.answers and self.can_beat(others):
            return others.answers[0], others, True
        if own is None or own.interval is None or not self.can_beat(own):
            return inf, None, False
        return own.last + own.interval, own, False

    def beat(self, side: Side, *, is_answered: bool = True) -> int:
        """A heartbeat, which the other side has to answer."""
        pulse = self.beats[side].pulse
        if is_answered and pulse.answer is not None:
            self._waiting.append(self.now)
        return self.say(pulse.beat.frame)

    def answer_all(self) -> None:
        """All heartbeats of the other side are answered."""
        beats = self.beats.get(self.other)
        while beats is not None and beats.answers and self.can_beat(beats):
            self._answer(beats)

    # --- Saying and hearing -------------------------------------------------------------------

    def made(self, kind: FrameClass) -> Object:
        """A message of this kind."""
        return self._prepare(super().made(kind))

    def choose_missed(self) -> None:
        """Who is resumed decides what was missed."""
        if self.side == "server":
            super().choose_missed()

    def append(self, side: Side, frame: Object) -> None:
        """A frame of this side goes out."""
        super().append(side, frame)
        if side == self.side:
            self._line.send(json.dumps(frame))

    def hear(self) -> None:
        """Judge what the other side has sent."""
        for message in self._line.receive():
            if self.is_over:
                return
            if isinstance(message, int):
                self._hear_close(message)
            else:
                self._hear_frame(message)
        if not self.is_over:
            self._check_time()

    def expect(self, is_true: object, what: str) -> None:
        """Fail where the other side has broken a rule."""
        if not is_true:
            told = "\n".join(
                f"  {step.at:10.3f} {step.side:6} {getattr(step, 'text', step)}"
                for step in self.steps[-_SHOWN:]
            )
            raise AssertionError(f"the {self.other} {what}\nin {self.state.name}, after\n{told}")

    def _hear_close(self, code: int) -> None:
        self.close(self.other, code, "")
        is_allowed = code in _ORDINARY or code in self.tables.free_codes
        self.expect(is_allowed, f"closes with {code} {self.tables.codes.get(code, '')}".rstrip())
        self.is_over = True

    def _hear_frame(self, text: str) -> None:
        tables = self.tables
        frame = json.loads(text)
        self.append(self.other, frame)
        validate = getattr(tables.protocol, f"validate_{self.other}")
        errors = [problem for problem in validate(frame) if problem.severity == "error"]
        self.expect(not errors, f"sends a frame that breaks {errors[:1]}")
        infos = tables.protocol.client if self.other == "client" else tables.protocol.server
        known = infos.get(frame[TYPE])
        self.expect(known is not None, f"sends {frame[TYPE]!r}, which it does not have")
        kind: FrameClass = known.frame
        legal = tables.legal[self.other]
        is_legal = any(kind in legal[state] for state in self.views[self.other])
        self.expect(is_legal, f"sends {frame[TYPE]!r} at the wrong time")
        self._check(kind, frame)
        if self.other == "client":
            self._check_rates(kind)
            self.count(kind, frame)
        self._follow(kind, frame)
        self._follow_beats(kind)
        self._move(self.other, kind, legal[self.state].get(kind, self.state))
        if tables.role_of.get(kind) == "resume":
            self.choose_missed()

    def _check_rates(self, kind: FrameClass) -> None:
        """Whether one more message is too many of those that count whatever they are about."""
        for rate in self.rates_of(kind):
            since = self.now - rate.window + self._step  # when exactly it was said is not known
            recent = [at for at in self.sent(rate) if at > since]
            is_allowed = rate.by or not isinstance(rate.then, Close) or len(recent) < rate.count
            self.expect(is_allowed, f"sends more than {rate.count} in {rate.window:g} s")

    def _check(self, kind: FrameClass, frame: Object) -> None:
        """The numbers and keys of what was heard."""
        tables, session = self.tables, self.session
        if SEQUENCE is not None and tables.counts(kind):
            due, number = self.next_number(kind), frame.get(SEQUENCE)
            is_open = session is None or session.seq is None
            established = tables.roles.established
            is_open = is_open and (established is None or kind is not established.frame)
            self.expect(number == due or is_open, f"numbers a message {number}, not {due}")
        match tables.role_of.get(kind):
            case "resume" if session is not None:
                self._check_field(frame, tables.roles.resume.session, session.name)
                self._check_field(frame, tables.roles.resume.last_seq, session.seq or 0)
            case "resumed" if session is not None:
                self._check_field(frame, tables.roles.resumed.last_seq, session.seq or 0)
        stream = tables.stream_of.get(kind)
        if stream is None:
            return
        key = key_of(stream, frame)
        is_open = key in self.open_keys[stream.name]
        if kind is stream.opened_by:
            self.expect(not is_open, f"opens a {stream.name} {key!r}, which is open")
        else:
            is_over = key in self.over_keys[stream.name] and not is_open
            known = is_open or key in self.left_keys[stream.name] or self.other == "client"
            self.expect(
                known and not is_over, f"speaks of a {stream.name} {key!r}, which is not open"
            )

    def _check_field(self, frame: Object, field: Any, expected: object) -> None:
        if field is not None:
            said = field_of(frame, field)
            said = field.when_absent if said is None else said
            self.expect(said == expected, f"says {field.key} {said!r}, not {expected!r}")

    def _follow_beats(self, kind: FrameClass) -> None:
        own, others = self.beats.get(self.side), self.beats.get(self.other)
        if others is not None and kind is others.pulse.beat.frame:
            others.last = self.now
            if others.pulse.answer is not None:
                others.answers.append(self.now + 2 * self.tick)
        if own is not None and own.pulse.answer is not None and kind is own.pulse.answer.frame:
            is_asked = self._waiting or own.pulse.rules.unasked_answers
            self.expect(is_asked, "answers a heartbeat that nobody sent")
            self._waiting = self._waiting[:-1]

    def _check_time(self) -> None:
        """Is the other side still in time?"""
        for timer in self.running():
            if timer.waits_for == self.other and not timer.adjustable:
                late = self.now - self.timers[timer.name] - timer.seconds
                self.expect(late <= self._step, f"says nothing for {timer.seconds:g} s")
        for beats in self.beats.values():
            if beats.interval is not None:
                self._check_beats(beats, beats.interval)

    def _check_beats(self, beats: Beats, interval: float) -> None:
        pulse: Pulse = beats.pulse
        if pulse.beater == self.other and pulse.patience is not None:
            silence = self.now - beats.last
            is_beating = silence <= interval * pulse.patience + self._step
            self.expect(is_beating, f"sends no heartbeat for {silence:g} s")
        elif pulse.beater == self.side and self._waiting:
            is_answering = self.now - self._waiting[0] <= interval / 2
            self.expect(is_answering, "leaves a heartbeat unanswered")
