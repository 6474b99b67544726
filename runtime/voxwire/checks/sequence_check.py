"""Are the sequence numbers of a connection in order? Findings about what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

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
from voxwire.wire.strict_json import pointer_step

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol, Role
    from voxwire.wire.envelope import Parts


class SequenceCheck:
    """Follows one connection of a capture.

    A capture may begin in the middle of a connection: the first number that is seen is taken as it
    is, unless the client said in ``resume`` what it had. A frame that cannot be read may have had the
    number that is missing afterwards: it gets its own finding, and the gap gets none. Behind a line that
    cannot be read anything may be missing: the number after it is taken as it is, too.

    What is due after a resume rests on what the client said it had. When the server goes on with a
    lower number, the server is not blamed for it, unless the captures show that the client was right.
    """

    def __init__(self, numbering: Numbering, *, is_lossy: bool = False) -> None:
        """`is_lossy` when the capture does not have all of the connection's beginning: a resume may
        then be one that the server ignores, so that what is due does not follow from it."""
        self.tracker = SequenceTracker(first_seq=numbering.first_seq)
        self._numbering: Final = numbering
        self._is_lossy = is_lossy
        self._is_off = False
        self._is_asked = False
        """Whether the client has asked for a session since the latest one began."""
        self._unreadable = 0
        self._claim: int | None = None
        self._claim_is_true: bool | None = None
        self._missing = range(0)
        """What the latest gap left out."""
        self._taken: int | None = None
        """The first number, where it was taken as it is: the server may have sent others before."""
        self._latest_rule: str | None = None
        """The rule that the number before broke; None when it was the one that was due."""

    @property
    def last_seq(self) -> int | None:
        """The highest number received; None before the first, and when that is not known."""
        return None if self._is_off else self.tracker.last_seq

    @property
    def is_in_order(self) -> bool:
        """Whether the numbers so far are known and in order, so that the next one is known, too; without
        numbers they always are."""
        is_known = self._unreadable == 0 and not self._is_off
        if is_known and self._latest_rule is None and self.tracker.is_in_order:
            return True
        return not self._numbering.is_used

    def follow(self, frame: Any) -> Finding | None:
        """A valid frame of either side, as the typed decoders give it."""
        numbering = self._numbering
        seq = getattr(
            frame, numbering.attribute, UNSET
        )  # which none has where there are no numbers
        if seq is not UNSET:
            return self._numbered(seq, is_first=type(frame) is numbering.first_frame)
        if numbering.is_used:
            kind = type(frame)
            self._is_asked = self._is_asked or kind in numbering.asking_frames
            if numbering.resumed is not None and kind is numbering.resumed.frame:
                return self._resumed(numbering.resumed.said_in(numbering.payload_of(frame)))
            if numbering.resume is not None and kind is numbering.resume.frame:
                self._resume(numbering.resume.said_in(numbering.payload_of(frame)))
        return None

    def follow_parts(self, parts: Parts, is_from_server: bool) -> Finding | None:
        """Any other frame, as far as it could be read."""
        numbering = self._numbering
        if not numbering.is_used:
            return None
        if not is_from_server:
            self._is_asked = self._is_asked or parts.type in numbering.asking_types
            last_seq = None if numbering.resume is None else numbering.resume.said_by(parts)
            if last_seq is not None and 0 <= last_seq <= numbering.max_seq:
                self._resume(last_seq)
            return None
        known = None if parts.type is None else numbering.server.get(parts.type)
        if known is not None and known.seq == "never":
            last_seq = None if numbering.resumed is None else numbering.resumed.said_by(parts)
            if last_seq is not None and numbering.first_seq <= last_seq <= numbering.max_seq:
                return self._resumed(last_seq)
            if parts.seq is not None:
                self.miss()  # it has its own finding; perhaps it used up a number
            return None
        if parts.seq is None or not numbering.first_seq <= parts.seq <= numbering.max_seq:
            self.miss()
            return None
        established = numbering.established
        is_first = established is not None and parts.type == established.type
        return self._numbered(parts.seq, is_first=is_first)

    def miss(self) -> None:
        """A message of the server came whose number, if it has one, is not known."""
        self._unreadable += 1

    def lose(self) -> None:
        """Lines of the capture could not be read: nobody knows what number is due now."""
        self.tracker = SequenceTracker(first_seq=self._numbering.first_seq)
        self._is_lossy = True
        self._unreadable = 0
        self._missing = range(0)
        self._claim = self._claim_is_true = self._latest_rule = self._taken = None

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

    def _numbered(self, seq: int, *, is_first: bool) -> Finding | None:
        # An answer that nobody asked for begins no session where the numbers go on: it is said apart.
        last_seq = self.tracker.last_seq
        goes_on = last_seq is not None and seq != self._numbering.first_seq
        if last_seq is None and self._is_lossy and not self._is_asked:
            self._taken = seq
            event = self.tracker.receive(seq)
        elif is_first and (self._is_asked or not goes_on):
            self._is_asked = False
            self._missing = range(0)
            self._taken = None
            event = self.tracker.start_session(seq)
        else:
            event = self.tracker.receive(seq)
        return self._problem(event, self._numbering.pointer)

    def _resumed(self, last_seq: int) -> Finding | None:
        return self._problem(self.tracker.resumed(last_seq), self._numbering.resumed_pointer)

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
                is_at_end = pointer != self._numbering.pointer
                return _gap(seq, first, last, pointer, is_at_end=is_at_end)
            case Duplicate(seq):
                message = f"seq {seq} comes twice in a row"
                return Finding.of(SEQ_DUPLICATE, message, pointer=pointer)
            case Regression(seq, highest) if highest == self._claim and not self._claim_is_true:
                self.tracker = SequenceTracker(seq, first_seq=self._numbering.first_seq)
                # That the client resumed after what it never had is a finding of its own.
                return None if self._claim_is_true is False else _below_claim(seq, highest, pointer)
            case Regression(seq, highest, continued=False) if seq in self._missing:
                return _late(seq, highest, pointer)
            case Regression(seq, highest, continued=False) if seq < (self._taken or 0):
                return _before_the_first(seq, highest, pointer)
            case Regression(seq, highest, continued=False):
                message = f"seq goes back from {highest} to {seq}"
                return Finding.of(SEQ_REGRESSION, message, pointer=pointer)
            case WrongStart(seq):
                message = f"the session starts at seq {seq}, not at {self._numbering.first_seq}"
                return Finding.of(SEQ_START, message, pointer=pointer)
        return None


class Numbering:
    """What of a protocol its sequence numbers depend on."""

    __slots__ = (
        "asking_frames",
        "asking_types",
        "attribute",
        "established",
        "first_frame",
        "first_seq",
        "is_used",
        "max_seq",
        "payload_of",
        "pointer",
        "resume",
        "resumed",
        "resumed_pointer",
        "server",
    )

    def __init__(self, protocol: AnyProtocol) -> None:
        envelope, roles = protocol.envelope, protocol.session.roles
        self.attribute: Final = envelope.sequence_attribute or ""
        """The number of a frame; its own look-up is faster than the envelope's."""
        self.is_used: Final = envelope.sequence_key is not None
        """Whether messages are numbered at all."""
        self.server: Final = protocol.server
        self.first_seq: Final = envelope.first_seq
        self.max_seq: Final = envelope.max_seq
        self.payload_of: Final = envelope.payload_of
        self.established: Final = roles.established
        self.first_frame: Final = None if roles.established is None else roles.established.frame
        """The class of the frames that begin a session, where there are such."""
        asking = [role for role in (roles.login, roles.resume) if role is not None]
        self.asking_frames: Final = frozenset(role.frame for role in asking)
        self.asking_types: Final = frozenset(role.type for role in asking)
        """What a client asks for a session with."""
        self.resume: Final = _with_number(roles.resume)
        self.resumed: Final = _with_number(roles.resumed)
        self.pointer: Final = pointer_step(envelope.sequence_key or "")
        """Where the number of a frame is."""
        self.resumed_pointer: Final = (
            ""
            if self.resumed is None
            else (pointer_step(envelope.payload_key) if envelope.payload_key is not None else "")
            + pointer_step(self.resumed.key)
        )
        """Where the message at the end of a replay says the last number."""


class _WithNumber(NamedTuple):
    """A message that says a number, and the field of its payload that does."""

    frame: type
    type: Any
    attribute: str
    key: str
    when_absent: int

    def said_in(self, payload: Any) -> int:
        """The number in a typed payload."""
        said = getattr(payload, self.attribute)
        return said if type(said) is int else self.when_absent

    def said_by(self, parts: Parts) -> int | None:
        """The number in a message that may be this one, and need not be valid."""
        if parts.type != self.type or parts.fields is None:
            return None
        said = parts.fields.get(self.key)
        return said if type(said) is int else None


def _with_number(role: Role | None) -> _WithNumber | None:
    if role is None or role.last_seq is None:
        return None
    field = role.last_seq
    return _WithNumber(role.frame, role.type, field.attribute, field.key, field.when_absent or 0)


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


def _before_the_first(seq: int, highest: int, pointer: str) -> Finding:
    return Finding.of(
        SEQ_REGRESSION,
        f"seq {seq} comes after {highest}, and the capture lacks what was before",
        "the server sent it too late, or the lines of the capture are out of order",
        culprit=None,
        pointer=pointer,
    )


def _gap(seq: int, first: int, last: int, pointer: str, *, is_at_end: bool) -> Finding:
    missing = f"{first} is" if first == last else f"{first} to {last} are"
    if is_at_end:
        message = f"the replay ends before seq {seq}: {missing} missing"
    else:
        message = f"seq jumps from {first - 1} to {seq}: {missing} missing"
    return Finding.of(
        SEQ_GAP, message, "the server skipped them, or the capture lost them", pointer=pointer
    )
