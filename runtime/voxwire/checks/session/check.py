"""One connection of a capture, followed from its opening to its close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voxwire.capture.times import FIRST_UNIX_TIME
from voxwire.checks.session.agreement import Agreement
from voxwire.checks.session.beats import Beats
from voxwire.checks.session.causes import Story
from voxwire.checks.session.closing import contradiction, meaning
from voxwire.checks.session.conversation import is_role
from voxwire.checks.session.fields import field_of, pointer_to
from voxwire.checks.session.order import Following, Order
from voxwire.checks.session.rates import Rates
from voxwire.checks.session.sides import Sides
from voxwire.checks.session.streams import Streams
from voxwire.checks.session.timers import Timers
from voxwire.rules.json_text import FRAME_TOO_LARGE, JSON_TOO_DEEP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voxwire.checks.findings import Finding
    from voxwire.checks.sequence_check import SequenceCheck
    from voxwire.checks.session.guide import Guide
    from voxwire.checks.session.sessions import Sessions
    from voxwire.protocol import FrameClass, MessageType
    from voxwire.rules.rule import Rule

_UNREAD: Final = frozenset((FRAME_TOO_LARGE, JSON_TOO_DEEP))
"""Rules about frames that are not looked into here, but that a server may read."""


class SessionCheck:
    """Follows one connection. `sequence` knows its highest sequence number.

    `from_start` is False when the capture has no beginning of the connection, for instance because
    its header is missing; nothing that may have been said before is then missed. Times are Unix
    seconds; None where the capture has none that can be trusted.
    """

    def __init__(
        self,
        guide: Guide,
        url: str | None,
        sessions: Sessions,
        sequence: SequenceCheck,
        *,
        from_start: bool,
    ) -> None:
        conversation = guide.conversation
        self._guide: Final = guide
        self._roles: Final = conversation.roles
        self._protocol: Final = conversation.protocol
        self._machine: Final = conversation.machine
        self._special_types: Final = conversation.special_types
        self._login_types: Final = frozenset(conversation.login_types)
        self._sessions = sessions
        self._sequence = sequence
        self._order = Order(conversation, from_start=from_start)
        self._beats = Beats(guide.pulses)
        self._rates = Rates(conversation)
        self._agreement = Agreement(url, conversation.protocol)
        self._sides = Sides(conversation, guide.causes.answering)
        self._streams = Streams(conversation, from_start=from_start)
        self._timers = Timers(conversation)
        self._resuming: str | None = None
        self._session_id: str | None = None
        self._is_alone = conversation.roles.resume is None
        """Whether it does not matter which session it is, or cannot be told."""
        self._began: float | None = None
        self._broken: dict[str, set[Rule]] = {"client": set(), "server": set()}
        self._from_start = from_start
        self._is_lossy = False
        self._was_unclear = False
        self._is_answered = False
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
    def has_heard_server(self) -> bool:
        """Whether the capture has anything that the server sent, be it the code of a close that says
        that the client was wrong."""
        return self._sides.server > 0 or self._is_answered

    @property
    def has_beginning(self) -> bool:
        """Whether the capture is known to have the beginning of the connection: the server's greeting,
        or where there is none, something of the server that fits what the client said first."""
        if self._roles.greeting is not None:
            return self._order.has_greeted
        return self._from_start and self.has_heard_server and self._order.is_known

    @property
    def has_answer(self) -> bool:
        """Whether the server has answered the login, be it by closing for what came meanwhile."""
        return self._order.is_in_session or self._is_answered

    def opened(self) -> list[Finding]:
        """The connection was opened."""
        return self._agreement.opened()

    # --- The server ---------------------------------------------------------------------------

    def server_frame(
        self,
        ts: float | None,
        number: int,
        type_: MessageType | None,
        seq: int | None,
        payload: Any,
        *,
        frame: Any,
        binary: bool,
        rules: Iterable[Rule] = (),
    ) -> list[Finding]:
        """The server sent the frame `number`; `payload` is its typed payload or parsed object, `frame`
        the typed frame or all of the parsed one; None where there is no such thing. `rules` are those
        that the frame itself breaks."""
        self._begin(ts)
        self._broken["server"].update(rules)
        order = self._order
        findings = [
            self._agreement.server_message(binary=binary),
            order.greet(type_, seq),
            order.server_says(type_, seq),
        ]
        if order.following is Following.MIXED:
            self._sequence.stop()
        is_answer = seq is not None and order.has_greeted
        self._sides.server_frame(type_, is_answer=is_answer)
        if type_ is None:
            self._lose_server_frame()
        elif type_ in self._special_types:
            frame_class = self._machine.frame_class("server", type_)
            findings += self._special(ts, number, frame_class, payload)
            if findings[2] is None:
                findings.append(self._stream("server", frame_class, frame, type_))
        elif seq is not None:
            self._numbered()
        findings += self._timers.follow(ts, order.states, None)
        self._settle()
        return _present(findings)

    def _begin(self, ts: float | None) -> None:
        """Something was sent; the first time of day that is seen is when the connection began."""
        if self._began is None and ts is not None and ts >= FIRST_UNIX_TIME:
            self._began = ts

    def _special(
        self, ts: float | None, number: int, frame_class: FrameClass, payload: Any
    ) -> list[Finding]:
        """A message of the server that has a part in the session."""
        roles = self._roles
        if is_role(roles.greeting, frame_class):
            self._beats.greeted(ts, roles.greeting, payload)
        elif is_role(roles.established, frame_class):
            self._resuming = None
            session_id = field_of(
                payload, None if roles.established is None else roles.established.session
            )
            if isinstance(session_id, str):
                self._session_id = session_id
                self._sessions.start(session_id, self._sequence, self._began)
        elif is_role(roles.resumed, frame_class):
            self._numbered()
        return self._beats.said("server", ts, number, frame_class)

    def _numbered(self) -> None:
        """A message of some session arrived; what is replayed counts at once."""
        if self._resuming is not None:
            self._sessions.go_on(self._resuming, self._sequence, self._began)
            self._session_id, self._resuming = self._resuming, None
        elif self._session_id is None and not self._is_alone:
            self._is_alone = True  # which session it is was never seen: it can be any
            self._sessions.forget_all()

    # --- The client ---------------------------------------------------------------------------

    def client_frame(
        self,
        ts: float | None,
        number: int,
        type_: MessageType | None,
        payload: Any,
        *,
        frame: Any,
        rules: Iterable[Rule] = (),
    ) -> list[Finding]:
        """The client sent the frame `number`; the others are as in :meth:`server_frame`."""
        self._begin(ts)
        self._broken["client"].update(rules)
        self._sides.client_frame()
        order = self._order
        is_first = order.can_resume(is_lossy=self._is_lossy)
        if not _UNREAD.isdisjoint(rules):
            order.lose()
            self._timers.lose()
            self._streams.lose()
            self._from_start = False
        frame_class = self._machine.frame_class("client", type_)
        findings: list[Finding | None] = []
        if ts is not None and order.following is not Following.MIXED:
            findings += self._rates.message(ts, type_, frame_class)
        out_of_place = order.client_says(type_)
        findings.append(out_of_place)
        if type_ is None:
            self._was_unclear = True
            self._streams.lose()
            self._beats.lose("client")
        else:
            if type_ in self._login_types:
                self._beats.logged_in(ts)
            findings += self._beats.said("client", ts, number, frame_class)
            if ts is not None:
                findings += self._rates.message_about(ts, type_, frame_class, payload)
            if is_first and is_role(self._roles.resume, frame_class):
                findings.append(self._resume(payload))
            found = self._stream("client", frame_class, frame, type_)
            findings.append(found if out_of_place is None else None)
            if out_of_place is None:
                findings += self._timers.follow(ts, order.states, type_)
        self._settle()
        return _present(findings)

    def _resume(self, payload: Any) -> Finding | None:
        resume = self._roles.resume
        assert resume is not None, "a resume was received"
        session_id = field_of(payload, resume.session)
        last_seq = field_of(payload, resume.last_seq)
        if not isinstance(session_id, str):
            return None
        self._resuming = session_id
        if type(last_seq) is not int or not 0 <= last_seq <= self._protocol.envelope.max_seq:
            return None
        pointer = pointer_to(resume.last_seq, self._protocol)
        finding = self._sessions.resume(session_id, last_seq, self._began, pointer)
        if self._sessions.knows(session_id, self._began):
            is_lie = finding is not None and finding.severity == "error"
            self._sequence.judge_claim(is_true=not is_lie)
        if not self._order.has_greeted:
            self._sessions.forget(session_id)  # what it receives here may not be in the capture
        return finding

    # --- Common to both -----------------------------------------------------------------------

    def _stream(
        self, side: str, frame_class: FrameClass, frame: Any, type_: MessageType
    ) -> Finding | None:
        stream = self._streams.stream_of(frame_class)
        if stream is None:
            return None
        key = (
            frame.get(stream.wire_key or stream.key)
            if isinstance(frame, dict)
            else getattr(frame, stream.key, None)
        )
        if side == "server":
            return self._streams.server_says(stream, frame_class, key, type_)
        finding = self._streams.client_says(stream, frame_class, key, type_)
        if finding is not None:
            self._order.earned.add(stream.duplicate.code)
        return finding

    def _settle(self) -> None:
        knows_session = self._session_id is not None or self._is_alone
        self.is_unsettled = not (self._order.is_settled and knows_session)

    def lose_lines(self, count: int) -> None:
        """So many lines of the capture could not be read: any of them may have been anything."""
        self._order.lose()
        self._beats.lose_lines(count)
        self._rates = Rates(self._guide.conversation)
        self._timers.lose()
        self._streams.lose()
        self._from_start = False
        self._is_lossy = True

    def _lose_server_frame(self) -> None:
        self._order.lose_answer()
        self._streams.lose_answer()
        self._beats.lose("server")
        for session_id in (self._session_id, self._resuming):
            if session_id is not None:  # nobody knows whether the client could read it
                self._sessions.forget(session_id)

    def closed(self, ts: float | None, code: int, reason: str, *, is_timed: bool) -> list[Finding]:
        """The connection was closed. `is_timed` when its times can be trusted for certain."""
        self._sides.close(code)
        order, causes, protocol = self._order, self._guide.causes, self._protocol
        self._is_answered = code in order.earned and code in causes.answering
        late = self._beats.late(ts)
        story = Story(
            is_whole=self._from_start and self._sides.are_both_there and order.is_known,
            has_asked=frozenset(order.has_asked),
            is_waiting_for_client=not order.has_asked or self._timers.is_any_running,
            is_in_session=order.is_in_session,
            is_late=not is_timed or self._beats.is_client_silent(ts),
            is_over_rate=not is_timed or self._rates.was_over,
            is_taken_over=self._session_id is not None
            and self._sessions.went_on_elsewhere(self._session_id, self._sequence, self._began),
            was_unclear=self._was_unclear,
            earned=order.earned,
            client_rules=self._broken["client"],
            server_rules=self._broken["server"],
        )
        odd = contradiction(code, reason, story, causes, protocol)
        return _present([*late, odd, meaning(code, reason, protocol)])

    def ended(self, frames: int) -> Finding | None:
        """Nothing of this connection comes any more; was only one side of its `frames` captured?"""
        return self._sides.missing(frames)


def _present(findings: Iterable[Finding | None]) -> list[Finding]:
    return [finding for finding in findings if finding is not None]
