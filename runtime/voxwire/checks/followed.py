"""What is known of one connection of a capture, and the findings about it that are not yet certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxwire.capture.events import Lacks
from voxwire.checks.clock import Clock
from voxwire.checks.lacking import never_there
from voxwire.checks.sequence_check import Numbering, SequenceCheck
from voxwire.checks.session import Guide, SessionCheck
from voxwire.rules.rule import Needs

if TYPE_CHECKING:
    from voxwire.capture import Connection
    from voxwire.checks.findings import Finding
    from voxwire.checks.session import Sessions
    from voxwire.protocol import AnyProtocol, MessageType
    from voxwire.rules.rule import Rule


class Following:
    """What of a protocol it depends on how its connections are followed."""

    def __init__(self, protocol: AnyProtocol) -> None:
        roles = protocol.session.roles
        self.protocol: Final = protocol
        self.numbering: Final = Numbering(protocol)
        self.guide: Final = Guide.of(protocol)
        self.greeting: Final = None if roles.greeting is None else roles.greeting.type
        """The type of the first message of a connection; None where the server says nothing first."""
        self.first_of_client: Final = frozenset(
            role.type for role in (roles.login, roles.resume) if role is not None
        )
        """The types of the messages that only a new connection begins with."""
        self.first: Final = self.first_of_client | {self.greeting}
        """The types of all messages that a connection may begin with."""


class Followed:
    """One connection. `session` is None when the conversation is not checked."""

    def __init__(
        self,
        connection: Connection,
        following: Following,
        sessions: Sessions | None,
        *,
        from_start: bool,
        lost_lines: int,
    ) -> None:
        self.clock = Clock(connection.started)
        self.clock.is_off = Lacks.TIME in connection.lacks
        self._never: Final = never_there(connection.lacks)
        if Lacks.IDENTITY in connection.lacks:
            sessions = None  # what one connection says is no answer to what another one said
        self._is_numbered: Final = Lacks.IDENTITY not in connection.lacks
        self.sequence = self._sequence(following, is_lossy=not from_start)
        self.session: SessionCheck | None = None
        if sessions is not None:
            self.session = SessionCheck(
                following.guide,
                connection.url,
                sessions,
                self.sequence,
                from_start=from_start,
                subprotocol=connection.subprotocol,
            )
        self.is_closed = False
        self.is_undecompressed = False
        """Whether the binary message before could not be decompressed."""
        self.is_lossy = False
        """Whether lines that could not be read may have been of this connection."""
        self.is_summed_up = False
        """Whether it was said what the capture lacks of this connection."""
        self._following: Final = following
        self._sessions = sessions
        self._from_start = from_start
        self.lost_lines = lost_lines
        """How many lines of the capture could not be read so far."""
        self._has_lost_lines = False
        self._waiting: dict[Rule, Finding] = {}

    def can_pass_over(self, *, is_binary: bool) -> bool:
        """Whether a sound message of the server of that kind, with the number that is due, is no news."""
        session = self.session
        if session is not None and (session.is_unsettled or session.odd_kind is is_binary):
            return False
        return not (self.is_closed or self.clock.is_lost) and self.sequence.is_in_order

    def lose_lines(self, total: int) -> None:
        """More lines of the capture could not be read, `total` so far; each may have been of this
        connection, its close, or the header of the next one."""
        count, self.lost_lines = total - self.lost_lines, total
        if self.is_closed:
            self.begin_again()
        self.lose(count)

    def lose(self, count: int = 1) -> None:
        """So many messages of the connection may be missing here."""
        self.is_lossy = self._has_lost_lines = True
        self._forget_waiting()
        self.clock.lose()
        self.sequence.lose()
        if self.session is not None:
            self.session.lose_lines(count)

    def close(self) -> None:
        """The connection was closed; what still comes is not followed."""
        self.is_closed = True
        self.clock.lose()  # whatever still comes may be of a later connection
        self.session = None
        self._waiting.clear()

    def begins(self, type_: MessageType | None) -> bool:
        """Whether a message of this type can only be, or may be, of another connection, whose header
        is not in the capture. Only one of those that :class:`Following` lists can."""
        if type_ is None:
            return False
        if type_ == self._following.greeting:
            return self.is_closed or self._has_lost_lines or not self._from_start
        return (self.is_closed or self._has_lost_lines) and (
            type_ in self._following.first_of_client
        )

    def begin_again(self) -> None:
        """Another connection begins here: what was said before does not count for it."""
        self.sequence = self._sequence(self._following, is_lossy=self._has_lost_lines)
        if self._sessions is not None:
            self.session = SessionCheck(
                self._following.guide, None, self._sessions, self.sequence, from_start=False
            )
            if self._has_lost_lines:
                self.session.lose_lines(0)
        self.is_closed = self._has_lost_lines = self._from_start = False
        self._forget_waiting()

    def _sequence(self, following: Following, *, is_lossy: bool) -> SequenceCheck:
        sequence = SequenceCheck(following.numbering, is_lossy=is_lossy)
        if not self._is_numbered:
            sequence.stop()
        return sequence

    def _forget_waiting(self) -> None:
        """What waits may have been explained by what could not be read."""
        for rule in [rule for rule, held in self._waiting.items() if held.needs != Needs.TIME]:
            del self._waiting[rule]

    def wait(self, finding: Finding) -> bool:
        """Whether a finding has to wait for what the capture does not hold yet, or never will. Of each
        rule the first is kept, and stands for all of them."""
        if not finding.needs:
            return False
        if finding.needs & self._never:
            return True
        needs = self._missing(finding.needs)
        if not needs:
            return False
        held = self._waiting.get(finding.rule)
        self._waiting[finding.rule] = (
            replace(finding, needs=needs)
            if held is None
            else replace(held, times=held.times + finding.times)
        )
        return True

    def released(self) -> list[Finding]:
        """The findings that waited for something that is there now."""
        if not self._waiting:
            return []
        done = [rule for rule, held in self._waiting.items() if not self._missing(held.needs)]
        held = [self._waiting.pop(rule) for rule in done]
        return [replace(finding, needs=Needs.NOTHING, continues=False) for finding in held]

    @property
    def waits_for_time(self) -> bool:
        """Whether a finding waits for times that move on."""
        return any(held.needs & Needs.TIME for held in self._waiting.values())

    def _missing(self, needs: Needs) -> Needs:
        missing = Needs.NOTHING
        session = self.session
        if needs & Needs.TIME and not self.clock.has_moved:
            missing |= Needs.TIME
        if session is not None:
            if needs & Needs.CLIENT and not session.has_heard_client:
                missing |= Needs.CLIENT
            if needs & Needs.SERVER and not session.has_heard_server:
                missing |= Needs.SERVER
            if needs & Needs.ANSWER and not session.has_answer:
                missing |= Needs.ANSWER
            if needs & Needs.BEGINNING and not session.has_beginning:
                missing |= Needs.BEGINNING
        return missing
