"""What went on on one connection, in bounded space: activity, states, numbers, heartbeats, marks."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from voxwire.report.html.series import Bins, Series

if TYPE_CHECKING:
    import enum
    from collections.abc import Set

    from voxwire.capture import Connection
    from voxwire.checks import Finding
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol, Role
    from voxwire.report.html.frames import SeenFrame

_MOST: Final = 200
"""Changes of state, marks and beats under way that are kept."""

LANES: Final[tuple[Direction, ...]] = ("s2c", "c2s")


class Stretch(NamedTuple):
    """From `x` on the session was in a state."""

    x: float
    state: str


class Mark(NamedTuple):
    """Something worth seeing: a finding, or a resume."""

    x: float
    kind: Literal["error", "warning", "note", "resume"]
    text: str
    frame: int | None = None


class Beating(NamedTuple):
    """The message types of a heartbeat and of its answer, and who beats."""

    direction: Direction
    beat: str
    answer: str

    @classmethod
    def of(cls, protocol: AnyProtocol) -> list[Beating]:
        """The heartbeats of a protocol that are answered."""
        roles = protocol.session.roles
        pairs: list[tuple[Direction, Role | None, Role | None]] = [
            ("c2s", roles.heartbeat, roles.heartbeat_answer),
            ("s2c", roles.server_heartbeat, roles.server_heartbeat_answer),
        ]
        return [
            cls(direction, str(beat.type), str(answer.type))
            for direction, beat, answer in pairs
            if beat is not None and answer is not None
        ]


class Story:
    """One connection. `has_times` is False where frames are shown by their numbers instead."""

    def __init__(self, file: str, connection: Connection, protocol: AnyProtocol) -> None:
        roles = protocol.session.roles
        self.file: Final = file
        self.number: Final = connection.number
        self.address: str | None = None
        self.started: Final = connection.started
        self.has_times = connection.times != "missing"
        self.closed: str | None = None
        self.frames = 0
        self.length = 0.0
        self.bins: Final = Bins(len(LANES))
        self.stretches: Final[list[Stretch]] = []
        self.numbers: Final = Series()
        self.marks: Final[list[Mark]] = []
        self.more_marks = 0
        self.round_trips: Final = Series()
        self.found: Final = {"error": 0, "warning": 0, "note": 0}
        self._beatings: Final = Beating.of(protocol)
        self._under_way: Final = {beating: deque[float](maxlen=_MOST) for beating in self._beatings}
        self._resumed: Final = None if roles.resumed is None else str(roles.resumed.type)

    def frame(self, frame: SeenFrame, states: Set[enum.Enum]) -> None:
        """A frame came, after which the session is in one of these states."""
        self.frames += 1
        x = self._x(frame)
        self.length = max(self.length, x)
        self.bins.add(x, LANES.index(frame.direction))
        self._state(x, states)
        if frame.seq is not None and frame.direction == "s2c":
            self.numbers.add(x, frame.seq)
        if frame.type is None:
            return
        if frame.type == self._resumed and frame.direction == "s2c":
            self._mark(Mark(x, "resume", "the session was resumed", frame.number))
        if frame.elapsed is not None:
            self._beat(x, frame.type, frame.direction)

    def close(self, ts: float, words: str) -> None:
        """The connection was closed."""
        self.closed = words
        if self.has_times:
            self.length = max(self.length, ts - self.started)

    def add(self, finding: Finding) -> None:
        """Something was found about it."""
        self.found[finding.severity] += 1
        x = finding.elapsed if self.has_times else finding.frame
        if x is not None:
            words = f"{finding.rule}: {finding.message}"
            self._mark(Mark(float(x), finding.severity, words, finding.frame))

    def _x(self, frame: SeenFrame) -> float:
        if frame.elapsed is None:
            self.has_times = False
        return float(frame.number) if frame.elapsed is None else max(0.0, frame.elapsed)

    def _state(self, x: float, states: Set[enum.Enum]) -> None:
        names = sorted(state.name.lower() for state in states)
        name = " or ".join(names) or "not known"
        if self.stretches and self.stretches[-1].state == name:
            return
        if len(self.stretches) < _MOST:
            self.stretches.append(Stretch(x, name))

    def _beat(self, x: float, type_: str, direction: Direction) -> None:
        for beating in self._beatings:
            under_way = self._under_way[beating]
            if type_ == beating.beat and direction == beating.direction:
                under_way.append(x)
            elif type_ == beating.answer and direction != beating.direction and under_way:
                self.round_trips.add(x, x - under_way.popleft())

    def _mark(self, mark: Mark) -> None:
        if len(self.marks) < _MOST:
            self.marks.append(mark)
        else:
            self.more_marks += 1
