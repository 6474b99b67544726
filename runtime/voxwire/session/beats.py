"""The heartbeats of one connection, in both directions, as one of its ends sees them."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

from voxwire.session.heartbeats import HeartbeatSchedule, HeartbeatWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.protocol import Close, HeartbeatRules, Role, Side
    from voxwire.session.machine import Machine
    from voxwire.session.situation import Situation


class Beats:
    """Which heartbeats this end sends and which it waits for. A protocol has both, one or none."""

    def __init__(self, machine: Machine, side: Side, random: Callable[[], float]) -> None:
        """`random` gives numbers from 0 up to 1."""
        rules = machine.beats[side]
        self._rules: Final = rules
        self.own: Final = rules.own
        """What this end sends by itself."""
        self.peer: Final = rules.peer
        self.answer: Final = rules.answer
        """What this end answers with."""
        self._random: Final = random
        self.asked: float | None = None
        """Seconds between two, as the greeting asks for."""
        self.schedule: HeartbeatSchedule | None = None
        self.watch: HeartbeatWatch | None = None

    @property
    def echoes_payload(self) -> bool:
        """Whether this end gives the payload of a heartbeat back."""
        return self._rules.peer_rules is not None and self._rules.peer_rules.echoes_payload

    @property
    def automatic(self) -> Role | None:
        """What the application need not and may not send, because this end does so in time."""
        return None if self.schedule is None else self.own

    @property
    def deadline(self) -> float:
        """When something is due or missing; infinite while nothing is."""
        due = inf if self.schedule is None else self.schedule.due_at
        return due if self.watch is None else min(due, self.watch.expires_at)

    def enter(self, at: Situation, now: float) -> None:
        """A state begins: heartbeats begin in the first one that allows them, and end in one that does
        not."""
        if not at.may_beat:
            self.schedule = None
        elif self.schedule is None:
            rules = self._rules.own_rules
            interval = self._interval(rules)
            if rules is not None and interval is not None:
                self.schedule = HeartbeatSchedule(rules, interval, now, self._random)
        if not at.may_hear_beats:
            self.watch = None
        elif self.watch is None:
            rules = self._rules.peer_rules
            interval = self._interval(rules)
            if rules is not None and interval is not None:
                self.watch = HeartbeatWatch(rules, interval, now)

    def stop(self) -> None:
        """Nothing is sent or waited for any more."""
        self.schedule = self.watch = None

    def due(self, now: float) -> bool:
        """Whether this end is to send one."""
        return self.schedule is not None and now >= self.schedule.due_at

    def given_up(self, now: float) -> tuple[Close, str] | None:
        """What to close with, and why, when the other end leaves heartbeats unanswered or sends none."""
        if self.due(now) and self.schedule is not None and self.schedule.is_dead:
            then = None if self._rules.own_rules is None else self._rules.own_rules.missed_then
            if then is not None:
                return then, "does not answer heartbeats"
        if self.watch is not None and now >= self.watch.expires_at:
            then = None if self._rules.peer_rules is None else self._rules.peer_rules.silence_then
            if then is not None:
                return then, "sends no heartbeats"
        return None

    def heard(self, now: float) -> bool:
        """The other end sent one. Whether it was due."""
        return self.watch is not None and self.watch.received(now)

    def answered(self, now: float) -> float | None:
        """The other end answered: after how many seconds, if one was waiting for it."""
        return None if self.schedule is None else self.schedule.answered(now)

    def _interval(self, rules: HeartbeatRules | None) -> float | None:
        if rules is None:
            return None
        return self.asked if rules.from_greeting and self.asked is not None else rules.interval
