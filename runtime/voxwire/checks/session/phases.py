"""The order of a session: hello, then identify or resume, then ready or resumed, then the rest.

What each message means in each phase stands in one table; the only rules outside of it are that
hello comes first, and that a capture may begin in the middle.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxmodels.v1 import client, server
from voxmodels.v1.frames import FIRST_SEQ
from voxwire.checks.findings import Finding
from voxwire.rules.order import (
    BEFORE_READY,
    HELLO_NOT_FIRST,
    HELLO_REPEATED,
    IDENTIFY_REPEATED,
    NOT_IDENTIFIED,
    READY_UNASKED,
    RESUME_REPEATED,
    RESUMED_UNASKED,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Phase(enum.Enum):
    """How far a connection is. UNKNOWN: the capture began after the handshake."""

    UNKNOWN = "unknown"
    CONNECTED = "connected"
    IDENTIFYING = "identifying"
    RESUMING = "resuming"
    ESTABLISHED = "established"
    REFUSED = "refused"
    """The client began with something else; the server will close with 4003."""


class Said(enum.Enum):
    """What a message is to the session; all other messages are one of the last two."""

    IDENTIFY = client.IdentifyFrame.type
    RESUME = client.ResumeFrame.type
    READY = server.ReadyFrame.type
    RESUMED = server.ResumedFrame.type
    NUMBERED = "numbered"
    """Any other server message that has a sequence number."""
    REQUEST = "request"
    """Any other message of the client."""


_KNOWN: Final[Mapping[str, Said]] = {
    said.value: said for said in (Said.IDENTIFY, Said.RESUME, Said.READY, Said.RESUMED)
}

_NEXT: Final[Mapping[tuple[Phase, Said], Phase]] = {
    (Phase.UNKNOWN, Said.READY): Phase.ESTABLISHED,
    (Phase.UNKNOWN, Said.RESUMED): Phase.ESTABLISHED,
    (Phase.CONNECTED, Said.IDENTIFY): Phase.IDENTIFYING,
    (Phase.CONNECTED, Said.RESUME): Phase.RESUMING,
    (Phase.CONNECTED, Said.REQUEST): Phase.REFUSED,
    (Phase.CONNECTED, Said.READY): Phase.ESTABLISHED,
    (Phase.CONNECTED, Said.RESUMED): Phase.ESTABLISHED,
    (Phase.IDENTIFYING, Said.READY): Phase.ESTABLISHED,
    (Phase.IDENTIFYING, Said.RESUMED): Phase.ESTABLISHED,
    (Phase.RESUMING, Said.RESUMED): Phase.ESTABLISHED,
    (Phase.RESUMING, Said.READY): Phase.ESTABLISHED,
}
"""Where a message leads; a pair that is not listed leaves the phase as it is. In an unknown phase only
the server's answers tell where a connection is: an identify may be the first, or one too many."""

_IDENTIFY_AGAIN: Final = Finding.of(
    IDENTIFY_REPEATED,
    "the client identifies again on this connection",
    "the server closes with 4005; open a new connection for a new session",
)
_RESUME_AGAIN: Final = Finding.of(
    RESUME_REPEATED,
    "the client resumes on a connection that has a session already",
    "the server ignores it; resume is the first message of a new connection",
)
_READY_UNASKED: Final = Finding.of(
    READY_UNASKED,
    "ready comes without an identify that it answers",
)
_RESUMED_UNASKED: Final = Finding.of(
    RESUMED_UNASKED,
    "resumed comes without a resume that it answers",
)
_TOO_EARLY: Final = Finding.of(
    BEFORE_READY, "a numbered message comes before the session is established", pointer="/seq"
)
_READY_LOST: Final = replace(
    _TOO_EARLY,
    hint="the server began without ready, or the capture lost it",
    culprit=None,
)
_NOT_IDENTIFIED: Final = Finding.of(
    NOT_IDENTIFIED,
    "the client's first message is neither identify nor resume",
    "the server closes with 4003",
)

_HELLO_AGAIN: Final = Finding.of(
    HELLO_REPEATED,
    "hello comes a second time",
    "the server repeats it, or the lines are of several connections: rules about order are off",
)

_WRONG: Final[Mapping[tuple[Phase, Said], Finding]] = {
    (Phase.CONNECTED, Said.REQUEST): _NOT_IDENTIFIED,
    (Phase.IDENTIFYING, Said.IDENTIFY): _IDENTIFY_AGAIN,
    (Phase.RESUMING, Said.IDENTIFY): _IDENTIFY_AGAIN,
    (Phase.ESTABLISHED, Said.IDENTIFY): _IDENTIFY_AGAIN,
    (Phase.IDENTIFYING, Said.RESUME): _RESUME_AGAIN,
    (Phase.RESUMING, Said.RESUME): _RESUME_AGAIN,
    (Phase.ESTABLISHED, Said.RESUME): _RESUME_AGAIN,
    (Phase.CONNECTED, Said.READY): _READY_UNASKED,
    (Phase.RESUMING, Said.READY): _READY_UNASKED,
    (Phase.ESTABLISHED, Said.READY): _READY_UNASKED,
    (Phase.CONNECTED, Said.RESUMED): _RESUMED_UNASKED,
    (Phase.IDENTIFYING, Said.RESUMED): _RESUMED_UNASKED,
    (Phase.ESTABLISHED, Said.RESUMED): _RESUMED_UNASKED,
    (Phase.CONNECTED, Said.NUMBERED): _TOO_EARLY,
    (Phase.IDENTIFYING, Said.NUMBERED): _TOO_EARLY,
}
"""What is wrong with a message in a phase; a pair that is not listed is in order."""


class Phases:
    """Follows one connection through the phases. `from_start`: the capture has its beginning."""

    def __init__(self, *, from_start: bool) -> None:
        self.phase = Phase.CONNECTED if from_start else Phase.UNKNOWN
        self.past: set[Said] = set()
        """What was said so far."""
        self.has_greeted = False
        """Whether the server said hello."""
        self.is_mixed = False
        """Whether the lines may be of several connections; nothing is out of order then."""
        self.repeated_identify = False
        self._unanswered: set[Said] = set()
        """Answers to what the client said at the wrong time; a server may give them all the same."""
        self._is_answer_early = False
        """Whether the server answered before the client asked for anything."""
        self._heard_server = not from_start

    @property
    def settled(self) -> bool:
        """Whether a numbered message of the server is in order now."""
        return self._heard_server and self.phase not in (Phase.CONNECTED, Phase.IDENTIFYING)

    def greet(self, type_: str | None, seq: int | None) -> Finding | None:
        """Any message of the server arrived: is hello the first one, and only that one?"""
        is_hello = type_ == server.HelloFrame.type
        is_repeated = is_hello and self.has_greeted
        is_repeated = is_repeated and (self.is_mixed or self.phase is not Phase.UNKNOWN)
        if is_repeated:
            self.is_mixed = True
            self.phase = Phase.UNKNOWN
        self.has_greeted = self.has_greeted or is_hello
        if self._heard_server:
            return _HELLO_AGAIN if is_repeated else None
        self._heard_server = True
        if is_hello or type_ is None:
            return None
        # Only hello comes before the client has said who it is, and only ready begins at number 1.
        is_answer_to_nothing = self.past <= {Said.REQUEST}
        is_late = type_ == server.HeartbeatAckFrame.type or (seq is not None and seq > FIRST_SEQ)
        if is_answer_to_nothing or (is_late and Said.RESUME not in self.past):
            self.phase = Phase.UNKNOWN  # the capture began in the middle: nobody is to blame
            return None
        return Finding.of(
            HELLO_NOT_FIRST,
            f"the server's first message is {type_}, not hello",
            "the server did not say hello at once, or the capture lost it",
        )

    def say(self, type_: str | None, *, by_client: bool, seq: int | None = None) -> Finding | None:
        """A message arrived; is it in order in this phase? `seq` is its number, if it has one."""
        if self.is_mixed:
            return None
        said = _KNOWN.get(type_) if type_ is not None else None
        if said is None or (said in (Said.IDENTIFY, Said.RESUME)) is not by_client:
            if by_client:
                said = Said.REQUEST
            elif seq is not None:
                said = Said.NUMBERED
            else:
                return None
        step = (self.phase, said)
        self.past.add(said)
        self.phase = _NEXT.get(step, self.phase)
        finding = _WRONG.get(step)
        if finding is None:
            return None
        if finding is _IDENTIFY_AGAIN or finding is _RESUME_AGAIN:
            return self._again(finding)
        if finding is _READY_UNASKED or finding is _RESUMED_UNASKED:
            return self._unasked(finding, said, step[0])
        if finding is _TOO_EARLY and seq != FIRST_SEQ:
            return _READY_LOST
        if finding is _NOT_IDENTIFIED and type_ is None:
            return None  # the frame is broken, which was said; the server answers 4002 or 4000
        return finding

    def _again(self, finding: Finding) -> Finding | None:
        """The client asks for a session where there is one, or asks a second time."""
        is_identify = finding is _IDENTIFY_AGAIN
        self.repeated_identify = self.repeated_identify or is_identify
        if self._is_answer_early:
            self._is_answer_early = False
            return None  # it is the first request; that its answer came before it was found
        self._unanswered.add(Said.READY if is_identify else Said.RESUMED)
        return finding

    def _unasked(self, finding: Finding, said: Said, phase: Phase) -> Finding | None:
        """The server answers what nobody asked, or what the client asked at the wrong time."""
        if said in self._unanswered:
            self._unanswered.discard(said)
            return None  # the mistake was the client's, and was found
        self._is_answer_early = self._is_answer_early or phase is Phase.CONNECTED
        return finding

    def lose(self) -> None:
        """Something came that could not be read; it may have been anything."""
        self.phase = Phase.UNKNOWN
        self._heard_server = True

    def lose_answer(self) -> None:
        """The server sent something that could not be read; it may have been what was awaited."""
        if self.phase in (Phase.IDENTIFYING, Phase.RESUMING):
            self.phase = Phase.UNKNOWN
