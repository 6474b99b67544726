"""Are the sequence numbers of a connection in order? Findings about what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET
from msgspec.structs import replace

from voxmodels.v1 import client, server
from voxmodels.v1.frames import MAX_SEQ
from voxmodels.v1.registry import SERVER
from voxwire.checks.findings import Finding
from voxwire.rules.sequence import SEQ_DUPLICATE, SEQ_GAP, SEQ_REGRESSION, SEQ_START
from voxwire.session.sequence import (
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


class SequenceCheck:
    """Follows one connection of a capture.

    A capture may begin in the middle of a connection: the first number that is seen is taken as it
    is, unless the client said in ``resume`` what it had. A frame that cannot be read may have had the
    number that is missing afterwards: it gets its own finding, and the gap gets none. Behind a line that
    cannot be read anything may be missing: the number after it is taken as it is, too.

    What is due after a resume rests on what the client said it had. When the server goes on with a
    lower number, the server is not blamed for it, unless the captures show that the client was right.
    """

    def __init__(self, *, is_lossy: bool = False) -> None:
        """`is_lossy` when the capture does not have all of the connection's beginning: a resume may
        then be one that the server ignores, so that what is due does not follow from it."""
        self.tracker = SequenceTracker()
        self._is_lossy = is_lossy
        self._is_off = False
        self._unreadable = 0
        self._claim: int | None = None
        self._claim_is_true: bool | None = None
        self._missing = range(0)
        """What the latest gap left out."""
        self._latest_rule: str | None = None
        """The rule that the number before broke; None when it was the one that was due."""

    @property
    def last_seq(self) -> int | None:
        """The highest number received; None before the first, and when that is not known."""
        return None if self._is_off else self.tracker.last_seq

    @property
    def is_in_order(self) -> bool:
        """Whether the numbers so far are known and in order, so that the next one is known, too."""
        is_known = self._unreadable == 0 and not self._is_off
        return is_known and self._latest_rule is None and self.tracker.is_in_order

    def follow(self, frame: Any) -> Finding | None:
        """A valid frame of either side, as the typed decoders give it."""
        kind, seq = type(frame), frame.seq
        if seq is UNSET:
            if kind is server.ResumedFrame:
                return self._resumed(frame.d.seq)
            if kind is client.ResumeFrame:
                self._resume(frame.d.last_seq)
            return None
        return self._numbered(seq, is_ready=kind is server.ReadyFrame)

    def follow_report(self, report: FrameReport, is_from_server: bool) -> Finding | None:
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
            if report.seq is not None:
                self.miss()  # it has its own finding; perhaps it used up a number
            return None
        if report.seq is None or not 0 < report.seq <= MAX_SEQ:
            self.miss()
            return None
        return self._numbered(report.seq, is_ready=report.type == server.ReadyFrame.type)

    def miss(self) -> None:
        """A message of the server came whose number, if it has one, is not known."""
        self._unreadable += 1

    def lose(self) -> None:
        """Lines of the capture could not be read: nobody knows what number is due now."""
        self.tracker = SequenceTracker()
        self._is_lossy = True
        self._unreadable = 0
        self._missing = range(0)
        self._claim = self._claim_is_true = self._latest_rule = None

    def stop(self) -> None:
        """The numbers may be those of several connections: they say nothing any more."""
        self._is_off = True

    def judge_claim(self, *, is_true: bool) -> None:
        """Earlier connections show whether the client had what it said in its resume."""
        self._claim_is_true = is_true

    def _resume(self, last_seq: int) -> None:
        # The server ignores resume on a connection that has a session already.
        if self.tracker.last_seq is None and not self._is_lossy:
            self.tracker.resume(last_seq)
            self._claim = last_seq

    def _numbered(self, seq: int, *, is_ready: bool) -> Finding | None:
        if is_ready:
            self._missing = range(0)
            event = self.tracker.start_session(seq)
        else:
            event = self.tracker.receive(seq)
        return self._problem(event, "/seq")

    def _resumed(self, last_seq: int) -> Finding | None:
        return self._problem(self.tracker.resumed(last_seq), "/d/seq")

    def _problem(self, event: SequenceEvent, pointer: str) -> Finding | None:
        if self._is_off:
            return None
        unreadable, self._unreadable = self._unreadable, 0
        if type(event) is InOrder:
            self._latest_rule = None
            return None
        finding = self._about(event, unreadable, pointer)
        before, self._latest_rule = self._latest_rule, None if finding is None else finding.rule
        if finding is not None and finding.rule == before:
            return replace(finding, continues=True)
        return finding

    def _about(self, event: SequenceEvent, unreadable: int, pointer: str) -> Finding | None:
        match event:
            case Gap(seq, first, last) if last - first >= unreadable:
                self._missing = event.missing
                return _gap(seq, first, last, pointer)
            case Duplicate(seq):
                message = f"seq {seq} comes twice in a row"
                return Finding.of(SEQ_DUPLICATE, message, pointer=pointer)
            case Regression(seq, highest) if highest == self._claim and not self._claim_is_true:
                self.tracker = SequenceTracker(seq)
                # That the client resumed after what it never had is a finding of its own.
                return None if self._claim_is_true is False else _below_claim(seq, highest, pointer)
            case Regression(seq, highest, continued=False) if seq in self._missing:
                return _late(seq, highest, pointer)
            case Regression(seq, highest, continued=False):
                message = f"seq goes back from {highest} to {seq}"
                return Finding.of(SEQ_REGRESSION, message, pointer=pointer)
            case WrongStart(seq):
                message = f"the session starts at seq {seq}, not at 1"
                return Finding.of(SEQ_START, message, pointer=pointer)
        return None


def _below_claim(seq: int, claim: int, pointer: str) -> Finding:
    return Finding.of(
        SEQ_REGRESSION,
        f"the server goes on at seq {seq}, though the client resumed after seq {claim}",
        "the client said that it had more than the session holds, or the server forgot messages",
        culprit=None,
        pointer=pointer,
    )


def _late(seq: int, highest: int, pointer: str) -> Finding:
    return Finding.of(
        SEQ_REGRESSION,
        f"seq {seq} comes after {highest}: it is not missing, but late",
        "the server sent it too late, or the lines of the capture are out of order",
        culprit=None,
        pointer=pointer,
    )


def _gap(seq: int, first: int, last: int, pointer: str) -> Finding:
    missing = f"{first} is" if first == last else f"{first} to {last} are"
    if pointer == "/seq":
        message = f"seq jumps from {first - 1} to {seq}: {missing} missing"
    else:
        message = f"the replay ends before seq {seq}: {missing} missing"
    return Finding.of(
        SEQ_GAP, message, "the server skipped them, or the capture lost them", pointer=pointer
    )
