"""Timers that run on from one state to the next, where the other side has its time anew."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.conversation.machine import SIDES, Machine, other
from voxspec.breaking.conversation.meeting import LOST, Meeting, Reached, Skew
from voxspec.breaking.conversation.waiting import BARELY, Late, running, seconds_of
from voxspec.model import Direction
from voxspec.model.session import Timer

_SHARES = (0.5, 0.9, 0.99)
"""Which part of the time that they have the two sides use in the states before, until one is enough."""


def overruns(meeting: Meeting) -> Iterator[Late]:
    """Where one side gives up too soon for the other because of time that passed in states before."""
    for step in meeting.steps:
        if step.said != LOST:
            for side in SIDES:
                yield from _overruns(meeting.skew, step, side)


def _overruns(skew: Skew, step: Reached, side: Direction) -> Iterator[Late]:
    clocks = _Clocks(skew, step)
    allowed = clocks.running(side, side)
    for timer in clocks.running(other(side), side):
        began = clocks.began(other(side), timer)
        later = [at for each in allowed if (at := clocks.began(side, each)) > began]
        if not later:
            continue  # nobody has time anew
        for share in _SHARES:
            stays = clocks.stays(began, min(later), share)
            left = seconds_of(timer) - sum(stays)
            room = {each.name: clocks.left(side, each, stays) for each in allowed}
            if all(left < seconds - BARELY for seconds in room.values()):
                shortest = min(allowed, key=lambda each: room[each.name])
                yield Late(skew, step, side, timer, shortest, stays)
                break


class _Clocks:
    """The timers of both sides along a way, since the connection opened."""

    def __init__(self, skew: Skew, step: Reached) -> None:
        self.skew = skew
        self.way = step.way()
        lost = [at for at, each in enumerate(self.way) if each.said == LOST]
        self.opened = max(lost, default=0)

    def running(self, waiting: Direction, side: Direction, at: int = -1) -> list[Timer]:
        """What runs at a point of the way, at its end unless told otherwise, by whose revision."""
        state = self.way[at].node.state(waiting)
        return [timer for timer in running(self.skew.of(waiting), state) if timer.waits_for == side]

    def began(self, runs_at: Direction, timer: Timer, at: int | None = None) -> int:
        """Since which point of the way a timer runs that runs at another, or at the end."""
        at = len(self.way) - 1 if at is None else at
        while at > self.opened and self._runs_on(self.skew.of(runs_at), runs_at, timer, at):
            at -= 1
        return at

    def _runs_on(self, machine: Machine, runs_at: Direction, timer: Timer, at: int) -> bool:
        before, here = (self.way[each].node.state(runs_at) for each in (at - 1, at))
        return before == here or (
            timer.name in machine.states[before].timers and not timer.restarts
        )

    def stays(self, first: int, end: int, share: float) -> tuple[float, ...]:
        """How long to be at each point from the first one on, before the end: a share of what every timer
        leaves."""
        stays = [0.0] * first
        for at in range(first, end):
            room = min(
                self.left(runs_at, timer, (*stays,), at)
                for runs_at in SIDES
                for side in SIDES
                for timer in self.running(runs_at, side, at)
            )
            stays.append(room * share)
        return (*stays,)

    def left(
        self, runs_at: Direction, timer: Timer, stays: tuple[float, ...], at: int | None = None
    ) -> float:
        """What is left of a timer at a point of the way, or at its end, after these stays."""
        return seconds_of(timer) - sum(stays[self.began(runs_at, timer, at) :])
