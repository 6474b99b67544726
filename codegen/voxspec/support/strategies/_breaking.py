"""What those have in common who break one rule: they get to the right place, and end afterwards."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from hypothesis import reject
from hypothesis import strategies as st

from voxspec.support.python._session import Close, FrameClass, Side
from voxspec.support.strategies._cases import Object
from voxspec.support.strategies._course import Course
from voxspec.support.strategies._tables import BOTH


@dataclass(frozen=True)
class Mark:
    """Where a rule is broken: the numbers of the connection, and of the frame if it is one."""

    connection: int
    frame: int | None
    also: frozenset[str] = frozenset()


class Breaking(Course):
    """A valid conversation until somebody breaks a rule."""

    def begin(self, *, is_chatty: bool = True) -> None:
        """A connection, up to where conversations take place."""
        self.connect()
        self.to(self.tables.home, is_chatty=is_chatty)

    def to(self, state: enum.Enum, *, is_chatty: bool = True, first: Side = "client") -> None:
        """Lead on to a state; where either side can, by what ``first`` says."""
        while self.state is not state:
            if is_chatty:
                self.chat(1)
            self.wait(self.tick)
            self.lead(self._next_step(state, first))
        if is_chatty:
            self.chat(3)

    def before(self, kind: FrameClass) -> None:
        """Lead on to where a message is legal."""
        side = self.tables.side_of[kind]
        states = [state for state in self.tables.rows if kind in self.tables.legal[side][state]]
        self.to(min(states, key=self._distance), is_chatty=False)

    def chat(self, most: int) -> None:
        """Say a few things that change nothing."""
        for _ in range(self.draw(st.integers(0, most))):
            self.move(self.draw(st.integers(0, 2**10 - 1)), leads=False)

    def enter(self, state: enum.Enum) -> None:
        """Take a state for granted, without what leads to it."""
        self.state = state
        self.views = {side: {state} for side in BOTH}
        self.start_timers()

    def lead_any(self, side: Side) -> None:
        """A side says what leads on from here."""
        kinds = [kind for kind in self.tables.leads(side, self.state) if self.may_lead(kind)]
        if not kinds:
            reject()
        self.wait(self.tick)
        self.lead(kinds[0])

    def reachable(self) -> set[enum.Enum]:
        """The states that something leads to from here."""
        return {state for state in self.tables.rows if self._way(state)} | {self.state}

    def broken(self, frame: int | None = None, *, also: frozenset[str] = frozenset()) -> Mark:
        """The rule is broken here."""
        return Mark(len(self.connections) + 1, frame, also)

    def here(self, *, also: frozenset[str] = frozenset()) -> Mark:
        """The rule is broken by the latest frame."""
        return self.broken(self.number, also=also)

    def is_misplaced(self, kind: FrameClass) -> bool:
        """Whether a message is in no state legal that its side may believe to be in."""
        side = self.tables.side_of[kind]
        return not any(kind in self.tables.legal[side][state] for state in self.views[side])

    def misplace(self, kind: FrameClass, frame: Object | None = None) -> Mark:
        """Say something that is not legal, whatever its side may believe."""
        if not self.is_misplaced(kind):
            reject()
        self.wait(self.tick)
        self.say(kind, frame, is_allowed=False)
        return self.here()

    def go_on(self) -> None:
        """Some more, and the end."""
        self.chat(3)
        self.wait(self.tick)
        if self.draw(st.booleans()):
            self.close("client", 1000, "")
        self.finish()

    def react(self, reaction: object, side: Side = "server") -> None:
        """A side does with a mistake what the tables say."""
        if not isinstance(reaction, Close):
            self.go_on()
            return
        self.wait(self.tick)
        self.close(side, int(reaction.code), self.tables.reason_of(reaction))
        self.finish()

    def lose(self) -> None:
        """The connection is lost."""
        self.finish()

    def _next_step(self, goal: enum.Enum, first: Side) -> FrameClass:
        """What to say next on the shortest way to a state."""
        way = self._way(goal, first)
        if not way:
            reject()
        return way[0]

    def _distance(self, goal: enum.Enum) -> int:
        way = self._way(goal)
        return len(way) if way or goal is self.state else len(self.tables.rows)

    def _way(self, goal: enum.Enum, first: Side = "client") -> list[FrameClass]:
        """The shortest way to a state, by messages that can be sent."""
        ways: dict[enum.Enum, list[FrameClass]] = {self.state: []}
        found = deque([self.state])
        while found:
            state = found.popleft()
            for side in sorted(BOTH, key=lambda side: side != first):
                for kind in self.tables.leads(side, state):
                    after = self.tables.legal[side][state][kind]
                    if after in ways or self.tables.role_of.get(kind) == "resume":
                        continue
                    if not self.may_lead(kind):
                        continue
                    ways[after] = [*ways[state], kind]
                    found.append(after)
        return ways.get(goal, [])


Break: TypeAlias = Callable[[Breaking], Mark]
"""Makes a conversation that breaks a rule, all of it."""
