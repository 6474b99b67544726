"""One connection of a capture, followed from its opening to its close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.checks.session.agreement import Agreement
from voxwire.checks.session.beats import Beats
from voxwire.checks.session.causes import Story
from voxwire.checks.session.closing import contradiction, meaning
from voxwire.checks.session.conversation import is_role
from voxwire.checks.session.identity import Identity
from voxwire.checks.session.order import Following, Order
from voxwire.checks.session.rates import Rates
from voxwire.checks.session.sides import Sides
from voxwire.checks.session.streams import Streams
from voxwire.checks.session.timers import Timers
from voxwire.rules.json_text import FRAME_TOO_LARGE, JSON_TOO_DEEP

if TYPE_CHECKING:
    import enum
    from collections.abc import Iterable, Set

    from voxwire.checks.findings import Finding
    from voxwire.checks.sequence_check import SequenceCheck
    from voxwire.checks.session.guide import Guide
    from voxwire.checks.session.message import Message
    from voxwire.checks.session.sessions import Sessions
    from voxwire.protocol import FrameClass, Side
    from voxwire.rules.rule import Rule

_UNREAD: Final = frozenset((FRAME_TOO_LARGE, JSON_TOO_DEEP))
"""Rules about frames that are not looked into here, but that a server may read."""


class SessionCheck:
    """Follows one connection. `sequence` knows its highest sequence number.

    `from_start` is False when the capture has no beginning of the connection, for instance because
    its header is missing; nothing that may have been said before is then missed. Times are Unix
    seconds; None where the capture has none that can be trusted. `subprotocol` is the one that was chosen,
    if the capture says so.
    """

    def __init__(
        self,
        guide: Guide,
        url: str | None,
        sessions: Sessions,
        sequence: SequenceCheck,
        *,
        from_start: bool,
        subprotocol: str | None = None,
    ) -> None:
        conversation = guide.conversation
        self._guide: Final = guide
        self._roles: Final = conversation.roles
        self._machine: Final = conversation.machine
        self._special_types: Final = conversation.special_types
        self._sequence = sequence
        self._order = Order(conversation, from_start=from_start)
        self._identity = Identity(conversation, sessions, sequence)
        self._beats = Beats(guide.pulses)
        self._rates = Rates(conversation)
        self._agreement = Agreement(url, conversation.protocol)
        self.odd_kind: Final = self._agreement.odd_kind
        """What `binary` would be for a server message of the wrong kind; None for neither."""
        self._sides = Sides(conversation, guide.causes.answering)
        self._streams = Streams(conversation, from_start=from_start)
        self._timers = Timers(conversation)
        self._broken: dict[Side, set[Rule]] = {"client": set(), "server": set()}
        self._subprotocol: Final = subprotocol
        self._from_start = from_start
        self._is_lossy = False
        self._was_unclear = False
        self._is_answered = False
        """Whether the connection was closed for what the client said at the wrong time."""
        self.is_unsettled = True
        """Whether every message of the server needs a look, as the session is not there yet. Plain
        events of a settled session need none."""

    @property
    def states(self) -> Set[enum.Enum]:
        """The states that the server may be in; none where that is not known."""
        return self._order.states

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
        order = self._order
        return order.is_in_session or order.has_been_answered or self._is_answered

    def opened(self) -> list[Finding]:
        """The connection was opened."""
        return self._agreement.opened()

    # --- The server ---------------------------------------------------------------------------

    def server_says(self, ts: float | None, message: Message) -> list[Finding]:
        """The server sent a message."""
        type_, seq, order = message.type, message.seq, self._order
        self._identity.begin(ts)
        if message.rules:
            self._broken["server"].update(message.rules)
        if not (self.is_unsettled or type_ is None or type_ in self._special_types):
            self._sides.server += 1
            return _present([self._agreement.server_message(binary=message.binary)])
        out_of_place = [order.greet(type_, seq), order.server_says(type_, seq)]
        findings = [self._agreement.server_message(binary=message.binary), *out_of_place]
        if order.following is Following.MIXED:
            self._sequence.stop()
        states = order.states
        self._beats.follow(ts, order)
        self._sides.server_frame(type_, is_answer=seq is not None and order.has_greeted)
        if type_ is None:
            self._lose_server_message()
        elif type_ in self._special_types:
            frame_class = self._machine.frame_class("server", type_)
            findings += self._special(ts, message, frame_class)
            in_stream = self._in_stream("server", message, frame_class)
            findings.append(in_stream if out_of_place[1] is None else None)
        elif seq is not None:
            self._identity.numbered()
        findings += self._timers.follow(ts, states, None)
        self._settle()
        return _present(findings)

    def _special(
        self, ts: float | None, message: Message, frame_class: FrameClass
    ) -> list[Finding]:
        """A message that has a part in the session."""
        roles = self._roles
        if is_role(roles.greeting, frame_class):
            self._beats.greeted(ts, roles.greeting, message.payload)
        elif is_role(roles.established, frame_class):
            self._identity.established(message.payload)
        elif is_role(roles.resumed, frame_class):
            self._identity.numbered()
        return self._beats.said("server", ts, message.number, frame_class, self._order)

    # --- The client ---------------------------------------------------------------------------

    def client_says(self, ts: float | None, message: Message) -> list[Finding]:
        """The client sent a message."""
        type_, order = message.type, self._order
        self._identity.begin(ts)
        self._sides.client_frame()
        frame_class = self._machine.frame_class("client", type_)
        is_resume = is_role(self._roles.resume, frame_class)
        is_first = is_resume and order.can_resume(is_lossy=self._is_lossy)
        if message.rules:
            self._broken["client"].update(message.rules)
            if not _UNREAD.isdisjoint(message.rules):
                self._lose()
        findings: list[Finding | None] = []
        if ts is not None and order.following is not Following.MIXED:
            findings += self._rates.message(ts, type_, frame_class)
        is_excessive = bool(findings)
        out_of_place = order.client_says(type_)
        findings.append(out_of_place)
        states = order.states
        self._beats.follow(ts, order)
        if type_ is None:
            self._was_unclear = True
            self._streams.lose()
            self._beats.lose("client")
        else:
            if frame_class in self._guide.conversation.login_frames:
                self._beats.logged_in(ts)
            too_often: list[Finding] = []
            if ts is not None:
                too_often += self._rates.message_about(ts, type_, frame_class, message.payload)
            is_excessive = is_excessive or bool(too_often)
            findings += self._beats.said(
                "client", ts, message.number, frame_class, order, is_excessive=is_excessive
            )
            findings += too_often
            if is_first:
                # What it receives here may not be in the capture without the greeting.
                is_from_start = order.has_greeted
                findings.append(self._identity.resume(message.payload, is_from_start=is_from_start))
            in_stream = self._in_stream("client", message, frame_class)
            if out_of_place is None:
                findings += [in_stream, *self._timers.follow(ts, states, type_)]
        self._settle()
        return _present(findings)

    # --- Common to both -----------------------------------------------------------------------

    def _in_stream(self, side: Side, message: Message, frame_class: FrameClass) -> Finding | None:
        stream, frame, type_ = self._streams.stream_of(frame_class), message.frame, message.type
        if stream is None or type_ is None:
            return None
        if not self._order.is_known:
            self._streams.lose_beginning()
        if isinstance(frame, dict):
            key = frame.get(stream.wire_key or stream.key)
        else:
            key = getattr(frame, stream.key, None)
        if side == "server":
            return self._streams.server_says(stream, frame_class, key, type_)
        finding = self._streams.client_says(stream, frame_class, key, type_)
        if finding is not None:
            self._order.earned["client"].add(stream.duplicate.code)
        return finding

    def _settle(self) -> None:
        self.is_unsettled = not (self._order.is_settled and self._identity.is_settled)

    def _lose(self) -> None:
        """Something came that may have been anything."""
        self._order.lose()
        self._timers.lose()
        self._streams.lose()
        self._from_start = False

    def lose_lines(self, count: int) -> None:
        """So many lines of the capture could not be read: any of them may have been anything."""
        self._lose()
        self._beats.lose_lines(count)
        self._rates = Rates(self._guide.conversation)
        self._is_lossy = True

    def _lose_server_message(self) -> None:
        self._order.lose_answer()
        self._streams.lose_answer()
        self._beats.lose("server")
        self._identity.lose_message()

    def closed(self, ts: float | None, code: int, reason: str, *, is_timed: bool) -> list[Finding]:
        """The connection was closed. `is_timed` when its times can be trusted for certain."""
        self._sides.close(code)
        order, causes, conversation = self._order, self._guide.causes, self._guide.conversation
        is_from_start = self._roles.greeting is None or order.has_greeted
        # With another code for something earlier, the server would have closed then; what it said instead
        # is not in the capture.
        self._is_answered = is_from_start and order.earned["client"] == {code}
        story = Story(
            is_whole=self._from_start and self._sides.are_both_there and order.is_known,
            has_asked=frozenset(order.has_asked),
            is_waiting_for_client=not order.has_asked or self._timers.is_any_running,
            is_in_session=order.is_in_session,
            is_late=not is_timed or self._beats.is_client_silent(ts),
            is_over_rate=not is_timed or self._rates.was_over,
            is_agreed=self._subprotocol in conversation.protocol.endpoint.subprotocols,
            is_taken_over=self._identity.is_taken_over,
            was_unclear=self._was_unclear,
            earned=order.earned["client"] | order.earned["server"],
            client_rules=self._broken["client"],
            server_rules=self._broken["server"],
        )
        protocol = conversation.protocol
        odd = contradiction(code, reason, story, causes, protocol)
        return _present([*self._beats.late(ts), odd, meaning(code, reason, protocol)])

    def ended(self, frames: int) -> Finding | None:
        """Nothing of this connection comes any more; was only one side of its `frames` captured?"""
        return self._sides.missing(frames)


def _present(findings: Iterable[Finding | None]) -> list[Finding]:
    return [finding for finding in findings if finding is not None]
