"""Does the client say what the server waits for before its time is over?

Only what a capture proves is found: that a message came later than its timer allows, counted from the
message with which the timer began. Both times are of one clock, and the server's own is never shorter: what
the timer began with was sent before it was seen, and what came late arrived after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.checks.findings import Finding
from voxwire.rules.order import MESSAGE_LATE

if TYPE_CHECKING:
    import enum

    from voxwire.checks.session.conversation import Conversation
    from voxwire.protocol import MessageType, Timer

_JITTER: Final = 0.1
"""Seconds by which the times of a capture may be wrong, as in the clock of a connection."""


class Timers:
    """The timers with which a server waits for one client."""

    def __init__(self, conversation: Conversation) -> None:
        self._timers: Final = conversation.timers_for_client
        self._began: dict[str, float | None] = {}
        self._states: set[enum.Enum] = set()

    @property
    def is_any_running(self) -> bool:
        """Whether the server may be waiting."""
        return bool(self._began)

    def follow(
        self, ts: float | None, states: set[enum.Enum], client_says: MessageType | None
    ) -> list[Finding]:
        """The server may be in these states from now on; none when that is not known. `client_says` is
        what the client just sent, if it did."""
        findings = []
        is_new, self._states = states != self._states, states
        for timer, runs_in in self._timers:
            if states and states <= runs_in:
                if timer.name not in self._began or (timer.restarts and is_new):
                    self._began[timer.name] = ts
                continue
            began = self._began.pop(timer.name, None)
            if timer.adjustable or not states:
                continue
            if client_says is not None and began is not None and ts is not None:
                late = ts - began - timer.seconds
                if late > _JITTER:
                    findings.append(_late(timer, ts - began, client_says))
        return findings

    def lose(self) -> None:
        """Something could not be read: nobody knows which timers run."""
        self._began.clear()


def _late(timer: Timer, waited: float, type_: MessageType) -> Finding:
    return Finding.of(
        MESSAGE_LATE,
        f"{type_} comes after {waited:.1f} s; the server waits {timer.seconds:g} s for it",
        f"the server closes with {timer.then.code} then",
    )
