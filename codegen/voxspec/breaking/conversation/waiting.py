"""How long one side waits for the other: timers that give up before the other side's time is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
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
    stays: tuple[float, ...] = ()
    """How long they were where they were before, from the first connection on: the timer ran there
    already."""

    def names_in(self, machine: Machine) -> Iterator[str]:
        """The timers of a revision that this is about."""
        if machine is self.skew.of(other(self.side)):
            yield self.timer.name
        elif self.allowed is not None:
            yield self.allowed.name

    @property
    def breaks(self) -> bool:
        """Whether the time is the protocol's, and not each peer's own."""
        return not self.timer.adjustable

    def effect(self) -> Effect:
        """The conversation up to where one side gives up."""
        reader, writer = self.skew.of(other(self.side)), self.skew.of(self.side)
        refused = refusal(reader, other(self.side), self.timer.then)
        time = "any time" if self.allowed is None else spoken(seconds_of(self.allowed))
        while_ = f'while "{self.at.node.state(self.side)}"'
        if not self.stays and _is_as_long(self.timer, self.allowed):
            what = f"{some(reader, other(self.side))} may wait for less than {time} {while_}"
            return Effect(self.skew.who, Verdict.LOSES, what)
        before, in_all = (", however long it took before", " in all") if self.stays else ("", "")
        after = f"{spoken(seconds_of(self.timer))}{in_all}"
        what = f"{some(writer, self.side)} has {time} {while_}{before}; {refused} after {after}"
        verdict = Verdict.BREAKS if self.breaks else Verdict.LOSES
        proof = self._story().proof(self.side, refused, self.timer.then)
        return Effect(self.skew.who, verdict, what, proof)

    def _story(self) -> Story:
        story = Story(self.skew)
        way = self.at.way()
        for before, step, seconds in zip_longest(way, way[1:], self.stays, fillvalue=None):
            if before is not None and step is not None and step.said is not None:
                story.lasts(before.node, seconds or 0.0)
                story.goes(step.said)
        story.lasts(self.at.node, seconds_of(self.timer) - sum(self.stays))
        return story


def lates(meeting: Meeting) -> Iterator[Late]:
    """Where one side gives up too soon for the other, by the shortest conversations first."""
    for at in meeting.reached:
        for side in SIDES:
            reader, writer = meeting.skew.of(other(side)), meeting.skew.of(side)
            waiting = _waiting(reader, at.node.state(other(side)), side)
            allowed = _first(_waiting(writer, at.node.state(side), side))
            fixed = _first([timer for timer in waiting if not timer.adjustable])
            for timer in dict.fromkeys(filter(None, (_first(waiting), fixed))):
                is_shorter = seconds_of(timer) < seconds_of(allowed) - BARELY
                if is_shorter or (_is_as_long(timer, allowed) and timer.adjustable):
                    yield Late(meeting.skew, at, side, timer, allowed)


def compare_timers(both: Comparison, found: list[Late]) -> Iterator[Change]:
    """A change for each timer that hurts somebody; ``found`` are those where the states are the same."""
    causes: dict[str, list[Late]] = {}
    for late in sorted(found, key=lambda late: not late.breaks):
        causes.setdefault(_cause(both, late), []).append(late)
    for name, all_late in causes.items():
        effects = {late.skew.who: late.effect() for late in reversed(all_late)}
        was, now = (_timer(machine, name, all_late) for machine in (both.old, both.new))
        yield both.change(
            rules.SESSION_TIMER_SAME,
            ("timers", name),
            f'the time "{name}" {_differs(was, now)}',
            _stated(both.old, was),
            _stated(both.new, now),
            (effects[who] for who in Who if who in effects),
        )


def _cause(both: Comparison, late: Late) -> str:
    """The timer that is named: the new one, where there is one."""
    names = [late.timer.name, *([] if late.allowed is None else [late.allowed.name])]
    in_new = [name for name in names if any(name == t.name for t in both.new.session.timers)]
    return (in_new or names)[0]


def _timer(machine: Machine, name: str, all_late: list[Late]) -> Timer | None:
    """The timer of this name, or the one that it was in a revision that calls it otherwise."""
    timers = {timer.name: timer for timer in machine.session.timers}
    names = [name, *(each for late in all_late for each in late.names_in(machine))]
    return next((timers[each] for each in names if each in timers), None)


def _differs(was: Timer | None, now: Timer | None) -> str:
    """How a time is another, in words that follow its name."""
    if was is None:
        return "is new"
    if now is None:
        return "is gone"
    if abs(seconds_of(was) - seconds_of(now)) > BARELY:
        return f"is {number(now.time)} and not {number(was.time)}"
    if was.restarts != now.restarts:
        return "begins anew in each state" if now.restarts else "runs on from state to state"
    if was.adjustable != now.adjustable:
        return "is up to each peer" if now.adjustable else "is not up to each peer any more"
    return "runs in other states"


def _stated(machine: Machine, timer: Timer | None) -> str:
    """How long a timer is, and where it runs."""
    if timer is None:
        return "none"
    states = sorted(state.name for state in machine.session.states if timer.name in state.timers)
    anew = ", anew in each" if timer.restarts and len(states) > 1 else ""
    own = ", up to each peer" if timer.adjustable else ""
    return f"{number(timer.time)} in {', '.join(states)}{anew}{own}"


def running(machine: Machine, state: str) -> list[Timer]:
    """The timers that run in a state."""
    names = machine.states[state].timers
    return [timer for timer in machine.session.timers if timer.name in names]


def seconds_of(timer: Timer | None) -> float:
    """How long a timer runs; none is over."""
    return inf if timer is None or timer.time.seconds is None else timer.time.seconds


def _waiting(machine: Machine, state: str, side: Direction) -> list[Timer]:
    """All that waits for a side in a state."""
    return [timer for timer in running(machine, state) if timer.waits_for == side]


def _first(timers: list[Timer]) -> Timer | None:
    """What runs out first."""
    return min(timers, key=seconds_of, default=None)


def _is_as_long(timer: Timer, allowed: Timer | None) -> bool:
    """Whether both sides have the same time, and only the one that waits may choose a shorter one."""
    is_fixed = allowed is not None and not allowed.adjustable
    return is_fixed and abs(seconds_of(timer) - seconds_of(allowed)) <= BARELY
