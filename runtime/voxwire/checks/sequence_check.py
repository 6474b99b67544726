"""Are the sequence numbers of a connection in order? Findings about what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import UNSET

from voxmodels.v1 import client, server
from voxmodels.v1.frames import MAX_SEQ
from voxmodels.v1.registry import SERVER
from voxwire.sequence import (
    Duplicate,
    Gap,
    InOrder,
    Regression,
    SequenceEvent,
    SequenceTracker,
    WrongStart,
)

if TYPE_CHECKING:
    from voxwire.checks.frame_check import FrameReport


class SequenceProblem(NamedTuple):
    """A finding about the number of a message, without its place in the capture."""

    rule: str
    pointer: str
    message: str
    hint: str = ""


class SequenceCheck:
    """Follows one connection of a capture.

    A capture may begin in the middle of a connection: the first number that is seen is taken as it
    is, unless the client said in ``resume`` what it had. A frame that cannot be read may have had the
    number that is missing afterwards: it gets its own finding, and the gap gets none.
    """

    def __init__(self) -> None:
        self.tracker = SequenceTracker()
        self._unreadable = 0

    @property
    def last_seq(self) -> int | None:
        """The highest number received; None before the first."""
        return self.tracker.last_seq

    @property
    def is_in_order(self) -> bool:
        """Whether the numbers so far are known and in order, so that the next one is known, too."""
        return self._unreadable == 0 and self.tracker.is_in_order

    def follow(self, frame: Any) -> SequenceProblem | None:
        """A valid frame of either side, as the typed decoders give it."""
        kind, seq = type(frame), frame.seq
        if seq is UNSET:
            if kind is server.ResumedFrame:
                return self._resumed(frame.d.seq)
            if kind is client.ResumeFrame:
                self._resume(frame.d.last_seq)
            return None
        if kind is server.ReadyFrame:
            event = self.tracker.start_session(seq)
        else:
            event = self.tracker.receive(seq)
        return self._problem(event, "/seq")

    def follow_report(self, report: FrameReport, is_from_server: bool) -> SequenceProblem | None:
        """Any other frame, as far as it could be read."""
        payload = report.payload or {}
        if not is_from_server:
            last_seq = payload.get("last_seq")
            if (
                report.type == client.ResumeFrame.type
                and type(last_seq) is int
                and 0 <= last_seq <= MAX_SEQ
            ):
                self._resume(last_seq)
            return None
        known = SERVER.get(report.type or "")
        if known is not None and known.seq == "never":
            last_seq = payload.get("seq")
            if (
                report.type == server.ResumedFrame.type
                and type(last_seq) is int
                and 0 < last_seq <= MAX_SEQ
            ):
                return self._resumed(last_seq)
            return None
        if report.seq is None or not 0 < report.seq <= MAX_SEQ:
            self.miss()
            return None
        if report.type == server.ReadyFrame.type:
            return self._problem(self.tracker.start_session(report.seq), "/seq")
        return self._problem(self.tracker.receive(report.seq), "/seq")

    def miss(self) -> None:
        """Something came from the server, and its number is not known."""
        self._unreadable += 1

    def _resume(self, last_seq: int) -> None:
        # The server ignores resume on a connection that has a session already.
        if self.tracker.last_seq is None:
            self.tracker.resume(last_seq)

    def _resumed(self, last_seq: int) -> SequenceProblem | None:
        return self._problem(self.tracker.resumed(last_seq), "/d/seq")

    def _problem(self, event: SequenceEvent, pointer: str) -> SequenceProblem | None:
        unreadable, self._unreadable = self._unreadable, 0
        if type(event) is InOrder:
            return None
        match event:
            case Gap(seq, first, last) if last - first >= unreadable:
                return _gap(seq, first, last, pointer)
            case Duplicate(seq):
                message = f"seq {seq} comes twice in a row"
                return SequenceProblem("SEQ_DUPLICATE", pointer, message)
            case Regression(seq, highest, continued=False):
                message = f"seq goes back from {highest} to {seq}"
                return SequenceProblem("SEQ_REGRESSION", pointer, message)
            case WrongStart(seq):
                message = f"the session starts at seq {seq}, not at 1"
                return SequenceProblem("SEQ_START", pointer, message)
        return None


def _gap(seq: int, first: int, last: int, pointer: str) -> SequenceProblem:
    missing = f"{first} is" if first == last else f"{first} to {last} are"
    if pointer == "/seq":
        message = f"seq jumps from {first - 1} to {seq}: {missing} missing"
    else:
        message = f"the replay ends before seq {seq}: {missing} missing"
    return SequenceProblem(
        "SEQ_GAP", pointer, message, "the server skipped them, or the capture lost them"
    )
