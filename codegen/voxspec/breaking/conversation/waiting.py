"""How long one side waits for the other: timers that give up before the other side's time is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from voxspec.breaking.conversation.comparison import Comparison, number
from voxspec.breaking.conversation.machine import SIDES, Machine, other
from voxspec.breaking.conversation.meeting import Meeting, Reached, Skew
from voxspec.breaking.conversation.story import Story, refusal, some, spoken
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict, Who
from voxspec.model import Direction
from voxspec.model.session import Timer

BARELY = 1e-6
"""Times that differ by less are the same, written in other units."""


@dataclass(frozen=True, slots=True)
class Late:
    """A side that may still say something when the other one gives up waiting for it."""

    skew: Skew
    at: Reached
    side: Direction
    """Who is waited for."""
    timer: Timer
    """What the waiting side runs."""
    allowed: Timer | None
    """What gives the other one its time; None where it has any time."""

    @property
    def breaks(self) -> bool:
        """Whether the time is the protocol's, and not each peer's own."""
        return not self.timer.adjustable

    def effect(self) -> Effect:
        """The conversation up to where one side gives up."""
        reader, writer = self.skew.of(other(self.side)), self.skew.of(self.side)
        seconds = self.timer.time.seconds or 0.0
        story = Story.along(self.skew, self.at)
        story.lasts(self.at.node, seconds)
        refused = refusal(reader, other(self.side), self.timer.then)
        time = "any time" if self.allowed is None else spoken(self.allowed.time.seconds or 0.0)
        state = self.at.node.state(self.side)
        what = f'{some(writer, self.side)} has {time} while "{state}"; {refused} after {spoken(seconds)}'
        verdict = Verdict.BREAKS if self.breaks else Verdict.LOSES
        proof = story.proof(self.side, refused, self.timer.then)
        return Effect(self.skew.who, verdict, what, proof)


def lates(meeting: Meeting) -> Iterator[Late]:
    """Where one side gives up too soon for the other, by the shortest conversations first."""
    for at in meeting.reached:
        for side in SIDES:
            reader, writer = meeting.skew.of(other(side)), meeting.skew.of(side)
            timer = _first(reader, at.node.state(other(side)), side)
            allowed = _first(writer, at.node.state(side), side)
            if timer is not None and _seconds(timer) < _seconds(allowed) - BARELY:
                yield Late(meeting.skew, at, side, timer, allowed)


def compare_timers(both: Comparison, found: list[Late]) -> Iterator[Change]:
    """A change for each timer that hurts somebody; ``found`` are those where the states are the same."""
    causes: dict[str, dict[Who, Effect]] = {}
    for late in found:
        effects = causes.setdefault(_cause(both, late), {})
        if late.skew.who not in effects:
            effects[late.skew.who] = late.effect()
    for name, effects in causes.items():
        was, now = (_stated(machine, name) for machine in (both.old, both.new))
        yield both.change(
            rules.SESSION_TIMER_SAME,
            ("timers", name),
            f'the time "{name}" is another, or is given in other states',
            was,
            now,
            (effects[who] for who in Who if who in effects),
        )


def _cause(both: Comparison, late: Late) -> str:
    """The timer that is named: the new one, where there is one."""
    names = [late.timer.name, *([] if late.allowed is None else [late.allowed.name])]
    in_new = [name for name in names if any(name == t.name for t in both.new.session.timers)]
    return (in_new or names)[0]


def _stated(machine: Machine, name: str) -> str:
    timer = next((timer for timer in machine.session.timers if timer.name == name), None)
    if timer is None:
        return "none"
    states = [state.name for state in machine.session.states if name in state.timers]
    return f"{number(timer.time)} in {', '.join(states)}"


def _first(machine: Machine, state: str, side: Direction) -> Timer | None:
    """What runs out first of all that waits for a side in a state."""
    names = machine.states[state].timers
    running = [t for t in machine.session.timers if t.name in names and t.waits_for == side]
    return min(running, key=_seconds, default=None)


def _seconds(timer: Timer | None) -> float:
    return inf if timer is None or timer.time.seconds is None else timer.time.seconds
