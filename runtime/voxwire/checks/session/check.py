"""One connection of a capture, followed from its opening to its close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from voxmodels.v1 import client, server
from voxwire.checks.session.agreement import Agreement
from voxwire.checks.session.closing import Story, contradiction, meaning
from voxwire.checks.session.heartbeats import Heartbeats
from voxwire.checks.session.phases import Phase, Phases, Said
from voxwire.checks.session.problems import SessionProblem
from voxwire.checks.session.rates import Rates

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voxwire.checks.session.sessions import HasLastSeq, Sessions

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

_TARGETS: Final = ("feed_id", "dm_id")


class SessionCheck:
    """Follows one connection. `sequence` knows its highest sequence number.

    `from_start` is False when the capture has no beginning of the connection, for instance because
    its header is missing; nothing that may have been said before is then missed.
    """

    def __init__(
        self, url: str | None, sessions: Sessions, sequence: HasLastSeq, *, from_start: bool
    ) -> None:
        self._sessions = sessions
        self._sequence = sequence
        self._phases = Phases(from_start=from_start)
        self._heartbeats = Heartbeats()
        self._rates = Rates()
        self._agreement = Agreement(url)
        self._resuming: str | None = None
        self._client_rules: set[str] = set()
        self._from_start = from_start
        self._closed = False
        self.is_unsettled = True
        """Whether every message of the server needs a look, as the session is not there yet, or not
        any more. Plain events of a settled session need none."""

    @property
    def odd_kind(self) -> bool | None:
        """What `binary` would be for a server message of the wrong kind; None for neither."""
        return self._agreement.odd_kind

    def opened(self) -> list[SessionProblem]:
        """The connection was opened."""
        return self._agreement.opened()

    def server_frame(
        self, ts: float, type_: str | None, seq: int | None, payload: Any, *, binary: bool
    ) -> list[SessionProblem]:
        """The server sent a message; `payload` is its typed payload or parsed object, or None."""
        phases = self._phases
        problems = [
            self._after_close(),
            self._agreement.server_message(binary=binary),
            phases.greet(type_, seq),
            phases.say(type_, by_client=False, numbered=seq is not None),
        ]
        if type_ in CONTROL_TYPES:
            problems.append(self._control(ts, type_, payload))
        self.is_unsettled = self._closed or not phases.settled
        return _present(problems)

    def _control(self, ts: float, type_: str | None, payload: Any) -> SessionProblem | None:
        if type_ == server.HelloFrame.type:
            self._heartbeats.hello(ts, _field(payload, "heartbeat_interval"))
        elif type_ == server.HeartbeatAckFrame.type:
            return self._heartbeats.ack()
        elif type_ == server.ReadyFrame.type:
            session_id = _field(payload, "session_id")
            if isinstance(session_id, str):
                self._sessions.remember(session_id, self._sequence)
        elif self._resuming is not None:
            self._sessions.remember(self._resuming, self._sequence)
            self._resuming = None
        return None

    def client_frame(
        self, ts: float, number: int, type_: str | None, payload: Any, rules: Iterable[str] = ()
    ) -> list[SessionProblem]:
        """The client sent the frame `number`; `rules` are those that the frame itself breaks."""
        self._client_rules.update(rules)
        before = self._phases.phase
        problems: list[SessionProblem | None] = [
            self._after_close(),
            self._rates.message(ts),
            self._phases.say(type_, by_client=True, numbered=False),
        ]
        if type_ == client.HeartbeatFrame.type:
            problems += self._heartbeats.beat(ts, number)
        elif type_ == client.TypingFrame.type:
            for key in _TARGETS:
                target = _field(payload, key)
                if type(target) is int:
                    problems.append(self._rates.typing(ts, (key, target)))
        elif type_ == client.ResumeFrame.type and before in (Phase.CONNECTED, Phase.UNKNOWN):
            session_id, last_seq = _field(payload, "session_id"), _field(payload, "last_seq")
            if isinstance(session_id, str):
                self._resuming = session_id
                if type(last_seq) is int:
                    problems.append(self._sessions.resume(session_id, last_seq))
        self.is_unsettled = self._closed or not self._phases.settled
        return _present(problems)

    def closed(self, ts: float, code: int, reason: str) -> list[SessionProblem]:
        """The connection was closed."""
        self._closed = self.is_unsettled = True
        late = self._heartbeats.close(ts)
        phases = self._phases
        story = Story(
            from_start=self._from_start and phases.phase is not Phase.UNKNOWN,
            identified=Said.IDENTIFY in phases.past,
            asked_to_resume=Said.RESUME in phases.past,
            established=phases.phase is Phase.ESTABLISHED,
            began_otherwise=phases.phase is Phase.REFUSED,
            identified_again=phases.repeated_identify,
            heartbeat_late=self._heartbeats.is_silent(ts),
            rate_exceeded=self._rates.was_over,
            client_rules=self._client_rules,
        )
        return _present([late, contradiction(code, reason, story), meaning(code, reason)])

    def _after_close(self) -> SessionProblem | None:
        if not self._closed:
            return None
        return SessionProblem(
            "FRAME_AFTER_CLOSE", None, "a frame follows the close of its connection"
        )


def _field(payload: Any, name: str) -> Any:
    """A field of a typed payload or a parsed object; None when it is not there."""
    value = payload.get(name) if isinstance(payload, dict) else getattr(payload, name, None)
    return None if value is UNSET else value


def _present(problems: Iterable[SessionProblem | None]) -> list[SessionProblem]:
    return [problem for problem in problems if problem is not None]
