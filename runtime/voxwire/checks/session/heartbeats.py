"""Heartbeats: does one side beat in time, and does the other answer (protocol section 8)?

The silence and the unanswered heartbeats are counted by what both ends of a connection count them with.
What is only here: which heartbeat an answer belongs to, and what a capture may lack.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from voxwire.checks.findings import Finding, Place
from voxwire.checks.session.conversation import a
from voxwire.session.heartbeats import HeartbeatWatch, Unanswered

if TYPE_CHECKING:
    import enum

    from voxwire.checks.session.pulse import Pulse
    from voxwire.protocol import MessageType, Role

_MAX_OPEN: Final = 1000
"""Unanswered heartbeats of which the frame is remembered; of more, the oldest are only counted."""


_JITTER: Final = 0.1
"""Seconds by which a heartbeat may stand behind its answer, where two tasks write to one file."""


class Heartbeats:
    """Follows the heartbeats of one side of a connection. Times are Unix seconds, None where not known.

    Only where the tables promise an answer is one waited for. Answers are counted: one answers the newest heartbeat that has none. An answer is missing when it did
    not come within half an interval, and not before the next heartbeat.
    """

    def __init__(self, pulse: Pulse) -> None:
        self.pulse: Final = pulse
        self._interval = pulse.interval
        self._has_begun = False
        """Whether the capture has what comes before the first heartbeat."""
        self._was_in_order = False
        """Whether heartbeats were in order before."""
        self._is_paused = False
        """Whether they are not any more."""
        self._watch: HeartbeatWatch | None = None
        """None while nobody knows since when there was no heartbeat."""
        self._open: deque[Place] = deque()
        self._answerable = 0
        """Other heartbeats that an answer may be for: late, too many to remember, or not readable."""
        self._early: float | None = None
        """When the latest answer came that answered nothing."""
        self._missed = Unanswered(pulse.rules.missed_answers)
        """Times in a row that a heartbeat found an earlier one unanswered."""

    def begin(self, ts: float | None, interval: float) -> None:
        """A heartbeat is due every `interval` seconds from now on."""
        self._interval = interval
        self._has_begun = True
        self._heard(ts)

    def follow(self, ts: float | None, states: set[enum.Enum], *, is_in_session: bool) -> None:
        """The connection may be in these states; none when that is not known. No heartbeat is due where
        none is in order, and where nobody logs in, the first state that allows them is the beginning."""
        if not states:
            return
        if not states <= self.pulse.states:
            self._is_paused = self._was_in_order
            self._watch = None if self._is_paused else self._watch
            return
        self._was_in_order = True
        if self._is_paused:
            self._is_paused = False
            self._heard(ts)
            return
        is_beginning = is_in_session or not self.pulse.is_after_login
        if is_beginning and not self._has_begun and self.pulse.interval is not None:
            self.begin(ts, self.pulse.interval)

    def beat(self, ts: float | None, frame: int, *, is_promised: bool) -> list[Finding]:
        """The side sent a heartbeat in the frame with this number. `is_promised`: it has to be answered."""
        late = self.late(ts)
        findings = [] if late is None else [late]
        if ts is not None and not is_promised:
            findings += self._overdue(ts)
            self._answerable += 1
        elif ts is None:
            self.lose_answers()
            self._answerable += 1
        else:
            findings += self._overdue(ts)
            if self._early is not None and ts - self._early <= _JITTER:
                self._early = None
                self._answerable += 1  # that its answer came before it was found
                self._heard(ts)
                return findings
            self._open.append(Place(frame, ts))
            if len(self._open) > _MAX_OPEN:
                self._open.popleft()
                self._answerable += 1
        self._heard(ts)
        return findings

    def _heard(self, ts: float | None) -> None:
        """A heartbeat came then, or the time for the first one began."""
        if ts is None or self._interval is None:
            self._watch = None
        else:
            self._watch = HeartbeatWatch(self.pulse.rules, self._interval, ts)

    def _overdue(self, ts: float) -> list[Finding]:
        """Which heartbeats will get no answer any more?"""
        if self._interval is None or self.pulse.answer is None:
            return []
        findings: list[Finding] = []
        was_over = self._missed.is_over
        while self._open and ts - self._open[0].ts >= self._interval / 2:
            place = self._open.popleft()
            self._answerable += 1
            # Several at once were a burst, and a third in a row is no news either.
            findings.append(self._unanswered(place, ts, continues=bool(findings) or was_over))
        if findings:
            self._missed.add()
            if self._missed.is_over and not was_over:
                findings.append(self._not_given_up())
        return findings

    def answer(self, ts: float | None) -> Finding | None:
        """The other side sent an answer."""
        self._missed.clear()
        if self._open:
            self._open.pop()
        elif self._answerable:
            self._answerable -= 1
        elif self._has_begun and not self.pulse.rules.unasked_answers:
            self._early = ts
            return Finding.of(
                self.pulse.unasked,
                f"{_type(self.pulse.answer)} comes without {a(self.pulse.beat.type)} that it answers",
            )
        return None  # it may answer a heartbeat from before the capture began

    @property
    def is_waiting(self) -> bool:
        """Whether a heartbeat has no answer yet."""
        return bool(self._open)

    def lose_answers(self) -> None:
        """Nobody is blamed for what is not answered yet: a message could not be read, or the other side
        went where it answers nothing."""
        self._answerable += len(self._open)
        self._open.clear()
        self._missed.clear()

    def lose_beat(self) -> None:
        """A message could not be read: it may have been a heartbeat."""
        self._answerable += 1
        self._watch = None

    def lose_lines(self, count: int) -> None:
        """So many lines of the capture could not be read: any of them may have been anything."""
        self.lose_answers()
        self._answerable += count
        self._watch = None

    def is_silent(self, ts: float | None) -> bool:
        """Whether the side may have been cut off for its silence: it missed at least one beat. The
        clock of the capture need not be that of the other side, so that this is not as strict as a
        finding."""
        if self._watch is None or ts is None:
            return True
        return self._watch.silence(ts) > self._watch.interval

    def late(self, ts: float | None) -> Finding | None:
        """The connection came so far: was a heartbeat overdue?"""
        watch = self._watch
        if watch is None or ts is None or watch.silence(ts) <= watch.patience:
            return None
        pulse, hint = self.pulse, ""
        if pulse.rules.silence_then is not None:
            hint = (
                f"the {pulse.answerer} closes with {pulse.rules.silence_then.code} after "
                f"{pulse.rules.silence_factor:g} intervals without one, or somewhat later"
            )
        return Finding.of(
            self.pulse.late,
            f"the {pulse.beater} sent no {pulse.beat.type} for {watch.silence(ts):.1f} s; "
            f"the interval is {watch.interval:g} s",
            hint,
        )

    def _unanswered(self, place: Place, ts: float, *, continues: bool) -> Finding:
        pulse = self.pulse
        return Finding.of(
            self.pulse.missing,
            f"no {_type(pulse.answer)} answered the {pulse.beat.type} of frame {place.frame} "
            f"in {ts - place.ts:.1f} s",
            f"the {pulse.answerer} answers every {pulse.beat.type} with {_type(pulse.answer)}",
            place=place,
            continues=continues,
        )

    def _not_given_up(self) -> Finding:
        again = "resume on a new one" if self.pulse.can_resume else "open a new one"
        return Finding.of(
            self.pulse.not_given_up,
            f"the {self.pulse.beater} goes on after {self._missed.limit} unanswered heartbeats in a row",
            f"close the connection and {again}"
            if self.pulse.beater == "client"
            else "close the connection",
        )


def _type(answer: Role | None) -> MessageType:
    assert answer is not None, "only what is answered can lack an answer, or have one"
    type_: MessageType = answer.type
    return type_
