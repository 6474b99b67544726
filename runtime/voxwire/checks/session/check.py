"""One connection of a capture, followed from its opening to its close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from voxmodels.v1 import client, server
from voxmodels.v1.frames import MAX_SEQ
from voxwire.capture.times import FIRST_UNIX_TIME
from voxwire.checks.findings import Finding
from voxwire.checks.session.agreement import Agreement
from voxwire.checks.session.closing import Story, contradiction, meaning
from voxwire.checks.session.heartbeats import Heartbeats
from voxwire.checks.session.phases import Phase, Phases, Said
from voxwire.checks.session.rates import Rates
from voxwire.checks.session.sides import Sides
from voxwire.rules.json_text import FRAME_TOO_LARGE, JSON_TOO_DEEP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voxwire.checks.sequence_check import SequenceCheck
    from voxwire.checks.session.sessions import Sessions
    from voxwire.rules.rule import Rule

CONTROL_TYPES: Final = frozenset(
    frame.type
    for frame in (
        server.HelloFrame,
        server.ReadyFrame,
        server.ResumedFrame,
        server.HeartbeatAckFrame,
    )
)
"""Server messages that change the state of a session; all others only need one to be there."""

_UNREAD: Final = frozenset((FRAME_TOO_LARGE, JSON_TOO_DEEP))
"""Rules about frames that are not looked into here, but that a server may read."""

_TARGETS: Final = ("feed_id", "dm_id")


class SessionCheck:
    """Follows one connection. `sequence` knows its highest sequence number.

    `from_start` is False when the capture has no beginning of the connection, for instance because
    its header is missing; nothing that may have been said before is then missed. Times are Unix
    seconds; None where the capture has none that can be trusted.
    """

    def __init__(
        self, url: str | None, sessions: Sessions, sequence: SequenceCheck, *, from_start: bool
    ) -> None:
        self._sessions = sessions
        self._sequence = sequence
        self._phases = Phases(from_start=from_start)
        self._heartbeats = Heartbeats()
        self._rates = Rates()
        self._agreement = Agreement(url)
        self._sides = Sides()
        self._resuming: str | None = None
        self._session_id: str | None = None
        self._is_alone = False
        self._began: float | None = None
        self._client_rules: set[Rule] = set()
        self._from_start = from_start
        self._is_lossy = False
        self._was_unclear = False
        self.is_unsettled = True
        """Whether every message of the server needs a look, as the session is not there yet. Plain
        events of a settled session need none."""

    @property
    def odd_kind(self) -> bool | None:
        """What `binary` would be for a server message of the wrong kind; None for neither."""
        return self._agreement.odd_kind

    @property
    def has_heard_client(self) -> bool:
        """Whether the capture has anything that the client sent."""
        return self._sides.client > 0

    @property
    def has_greeted(self) -> bool:
        """Whether the capture has the server's hello."""
        return self._phases.has_greeted

    def opened(self) -> list[Finding]:
        """The connection was opened."""
        return self._agreement.opened()

    def server_frame(
        self,
        ts: float | None,
        type_: Any,
        seq: int | None,
        payload: Any,
        *,
        binary: bool,
    ) -> list[Finding]:
        """The server sent a message; `payload` is its typed payload or parsed object, or None."""
        self._begin(ts)
        phases = self._phases
        findings = [
            self._agreement.server_message(binary=binary),
            phases.greet(type_, seq),
            phases.say(type_, by_client=False, seq=seq),
        ]
        if phases.is_mixed:
            self._sequence.stop()
        is_answer = seq is not None and phases.has_greeted
        self._sides.server_frame(type_, is_answer=is_answer)
        if type_ is None:
            self._lose_server_frame()
        elif type_ in CONTROL_TYPES:
            findings.append(self._control(ts, type_, payload))
        elif seq is not None:
            self._numbered()
        self._settle()
        return _present(findings)

    def _begin(self, ts: float | None) -> None:
        """Something was sent; the first time of day that is seen is when the connection began."""
        if self._began is None and ts is not None and ts >= FIRST_UNIX_TIME:
            self._began = ts

    def _control(self, ts: float | None, type_: str, payload: Any) -> Finding | None:
        if type_ == server.HelloFrame.type:
            self._heartbeats.hello(ts, _field(payload, "heartbeat_interval"))
        elif type_ == server.HeartbeatAckFrame.type:
            return self._heartbeats.ack(ts)
        elif type_ == server.ReadyFrame.type:
            self._resuming = None
            session_id = _field(payload, "session_id")
            if isinstance(session_id, str):
                self._session_id = session_id
                self._sessions.start(session_id, self._sequence, self._began)
        else:
            self._numbered()
        return None

    def _numbered(self) -> None:
        """A message of some session arrived; what is replayed counts at once."""
        if self._resuming is not None:
            self._sessions.go_on(self._resuming, self._sequence, self._began)
            self._session_id, self._resuming = self._resuming, None
        elif self._session_id is None and not self._is_alone:
            self._is_alone = True  # which session it is was never seen: it can be any
            self._sessions.forget_all()

    def client_frame(
        self,
        ts: float | None,
        number: int,
        type_: Any,
        payload: Any,
        rules: Iterable[Rule] = (),
    ) -> list[Finding]:
        """The client sent the frame `number`; `rules` are those that the frame itself breaks."""
        self._begin(ts)
        self._client_rules.update(rules)
        self._sides.client_frame()
        is_first = self._can_resume
        if not _UNREAD.isdisjoint(rules):
            self._phases.lose()
            self._from_start = False
        findings: list[Finding | None] = [
            None if ts is None or self._phases.is_mixed else self._rates.message(ts),
            self._phases.say(type_, by_client=True),
        ]
        if type_ is None:
            self._was_unclear = True
            self._heartbeats.lose_beat()
        elif type_ == client.HeartbeatFrame.type:
            findings += self._heartbeats.beat(ts, number)
        elif type_ == client.TypingFrame.type and ts is not None:
            for key in _TARGETS:
                target = _field(payload, key)
                if type(target) is int:
                    findings.append(self._rates.typing(ts, (key, target)))
        elif type_ == client.ResumeFrame.type and is_first:
            findings.append(self._resume(payload))
        self._settle()
        return _present(findings)

    @property
    def _can_resume(self) -> bool:
        """Whether a resume now is the first message of the client, so that the server heeds it."""
        if self._phases.phase is Phase.UNKNOWN:
            return self._phases.has_greeted and not (self._phases.past or self._is_lossy)
        return self._phases.phase is Phase.CONNECTED

    def _resume(self, payload: Any) -> Finding | None:
        session_id, last_seq = _field(payload, "session_id"), _field(payload, "last_seq")
        if not isinstance(session_id, str):
            return None
        self._resuming = session_id
        if type(last_seq) is not int or not 0 <= last_seq <= MAX_SEQ:
            return None
        finding = self._sessions.resume(session_id, last_seq, self._began)
        if self._sessions.knows(session_id, self._began):
            is_lie = finding is not None and finding.severity == "error"
            self._sequence.judge_claim(is_true=not is_lie)
        if not self._phases.has_greeted:
            self._sessions.forget(session_id)  # what it receives here may not be in the capture
        return finding

    def _settle(self) -> None:
        knows_session = self._session_id is not None or self._is_alone
        self.is_unsettled = not (self._phases.settled and knows_session)

    def lose_lines(self, count: int) -> None:
        """So many lines of the capture could not be read: any of them may have been anything."""
        self._phases.lose()
        self._heartbeats.lose_lines(count)
        self._rates = Rates()
        self._from_start = False
        self._is_lossy = True

    def _lose_server_frame(self) -> None:
        self._phases.lose_answer()
        self._heartbeats.lose_answers()
        for session_id in (self._session_id, self._resuming):
            if session_id is not None:  # nobody knows whether the client could read it
                self._sessions.forget(session_id)

    def closed(self, ts: float | None, code: int, reason: str, *, is_timed: bool) -> list[Finding]:
        """The connection was closed. `is_timed` when its times can be trusted for certain."""
        self._sides.close(code)
        late = self._heartbeats.late(ts)
        phases = self._phases
        story = Story(
            from_start=self._from_start
            and self._sides.are_both_there
            and phases.phase is not Phase.UNKNOWN,
            identified=Said.IDENTIFY in phases.past,
            asked_to_resume=Said.RESUME in phases.past,
            established=phases.phase is Phase.ESTABLISHED,
            began_otherwise=phases.phase is Phase.REFUSED,
            identified_again=phases.repeated_identify,
            heartbeat_late=not is_timed or self._heartbeats.is_silent(ts),
            rate_exceeded=not is_timed or self._rates.was_over,
            was_unclear=self._was_unclear,
            client_rules=self._client_rules,
        )
        return _present([late, contradiction(code, reason, story), meaning(code, reason)])

    def ended(self, frames: int) -> Finding | None:
        """Nothing of this connection comes any more; was only one side of its `frames` captured?"""
        return self._sides.missing(frames)


def _field(payload: Any, name: str) -> Any:
    """A field of a typed payload or a parsed object; None when it is not there."""
    value = payload.get(name) if isinstance(payload, dict) else getattr(payload, name, None)
    return None if value is UNSET else value


def _present(findings: Iterable[Finding | None]) -> list[Finding]:
    return [finding for finding in findings if finding is not None]
