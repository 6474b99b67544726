"""What a client keeps from one connection to the next (protocol section 8, rules 4 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, overload

from msgspec.structs import replace

from voxwire.default import protocol_or_vox
from voxwire.session.backoff import Backoff
from voxwire.session.events import ReadyT, ServerFrameT
from voxwire.session.login import check_login, made_login
from voxwire.session.messages import made
from voxwire.session.recovery import NextConnection, Recoveries, is_listed, meaning
from voxwire.session.sequence import SequenceTracker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from msgspec import Struct

    from voxwire import vox
    from voxwire.protocol import AnyProtocol, Role
    from voxwire.session.sequence import SequenceEvent


MAX_UNREADABLE_CONNECTIONS: Final = 5
"""Connections in a row that may end because of what the server sent, before the client gives up.

One such message costs two connections: the one that it arrives on and the one that replays it. Five
leave room for two of them; whoever still finds the next one has a server that will not mend, or a limit
that is too low. A heartbeat that is answered in a session starts the count over.
"""


class ClientSession(Generic[ServerFrameT, ReadyT]):
    """The login, the session that it led to, how far it was received, and how patient to be.

    Make one for each login and give it to every connection, one after the other.
    """

    @overload
    def __init__(
        self: ClientSession[vox.ServerFrame | vox.UnknownFrame, vox.server.Ready],
        token: str = "",
        *,
        random: Callable[[], float],
        protocol_version: int | None = None,
        capabilities: Iterable[str] = (),
        resume_within: float | None = None,
        login: object = None,
        protocol: None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: ClientSession[Any, Any],
        token: str = "",
        *,
        random: Callable[[], float],
        protocol_version: int | None = None,
        capabilities: Iterable[str] = (),
        resume_within: float | None = None,
        login: object = None,
        protocol: AnyProtocol | None,
    ) -> None: ...
    def __init__(
        self,
        token: str = "",
        *,
        random: Callable[[], float],
        protocol_version: int | None = None,
        capabilities: Iterable[str] = (),
        resume_within: float | None = None,
        login: object = None,
        protocol: AnyProtocol | None = None,
    ) -> None:
        """`random` gives numbers from 0 up to 1, as `random.random` does; it spreads heartbeats and
        waits. `capabilities` are what the client supports. `resume_within` is for how many seconds of
        absence the session is resumed; after more a new one is begun, which says so with ``lost``.
        None resumes whenever the server agrees.

        `protocol` is what is spoken, Vox unless given. Where its login has fields of its own, `login`
        is the whole of it: the payload, the frame, or any JSON where the payload is that. The token
        still takes its place in it, so that it can be renewed.

        Raises ValueError for a number below 0, and when a login has to be given and is not."""
        if resume_within is not None and not resume_within >= 0:
            raise ValueError("resume_within must be a number of seconds from 0 upwards, or None")
        protocol = protocol_or_vox(protocol)
        self.protocol: AnyProtocol = protocol
        """The protocol that is spoken."""
        self.token = token
        """The login; assign a new one when it was renewed."""
        self.login = login
        """The whole login, where its fields were given; None to make it of the others."""
        self.random = random
        version = protocol.version if protocol_version is None else protocol_version
        self.protocol_version = version
        self.capabilities = tuple(capabilities)
        self.session_id: str | None = None
        """The session to resume; None when there is none."""
        self.sequence = self._tracker()
        """The numbers received so far."""
        self.lost = False
        """Whether a session ended that could not be resumed, and none has begun since."""
        self.backoff = Backoff(random, protocol=protocol)
        self.resume_within = resume_within
        """Seconds of absence after which a session is not resumed any more."""
        tables = protocol.session
        self._roles = tables.roles
        self._rules = tables.resume
        self._lost_at: float | None = None
        self._is_under_way = False
        self._fruitless_resumes = 0
        self._unreadable_connections = 0
        check_login(
            self.protocol,
            token=token,
            login=login,
            version=version,
            capabilities=self.capabilities,
        )

    @property
    def last_seq(self) -> int:
        """The highest number received in the session; 0 without a session."""
        return 0 if self.sequence.last_seq is None else self.sequence.last_seq

    def absence(self, now: float) -> float | None:
        """Seconds since the session lost its connection; None without one that is known to be lost."""
        return None if self._lost_at is None else now - self._lost_at

    def lose_connection(self, now: float) -> None:
        """The connection that carried the session has ended: the absence begins, or, where it cannot
        be resumed, the session is lost."""
        if self.session_id is not None:
            self._lost_at = now
        elif self._is_under_way:
            self.forget()

    def forget_if_overdue(self, now: float) -> None:
        """Forget the session if the absence was longer than `resume_within`."""
        absence = self.absence(now)
        if absence is not None and self.resume_within is not None and absence > self.resume_within:
            self.forget()

    @property
    def first_role(self) -> Role | None:
        """The part of what the client says first, once it is its turn: the resume, or the login where
        there is no session to resume; None where the protocol has no login."""
        roles = self._roles
        if self.session_id is not None and roles.resume is not None:
            return roles.resume
        return roles.login

    def first_message(self) -> Struct | None:
        """What the client says first."""
        role = self.first_role
        return None if role is None else self.message_of(role)

    def message_of(self, role: Role) -> Struct:
        """The message of :attr:`first_role`."""
        if role is self._roles.resume:
            return made(self.protocol, role, self._resume_values(role))
        return made_login(
            self.protocol,
            role,
            token=self.token,
            login=self.login,
            version=self.protocol_version,
            capabilities=self.capabilities,
        )

    def _resume_values(self, role: Role) -> dict[str, Any]:
        """What a resume says, by attribute."""
        known = (
            (role.token, self.token),
            (role.session, self.session_id),
            (role.last_seq, self.last_seq),
        )
        return {field.attribute: value for field, value in known if field is not None}

    def start(self, session_id: str | None, seq: int | None = None) -> SequenceEvent | None:
        """A new session begins. `session_id` is None where it cannot be resumed; `seq` is the number of
        the message that says so, if it has one."""
        self.session_id = session_id
        self.lost = False
        self._is_under_way = True
        self._begin_connection()
        self._fruitless_resumes = 0
        if seq is not None:
            return self.sequence.start_session(seq)
        envelope = self.protocol.envelope
        is_numbered = envelope.sequence_key is not None
        self.sequence = self._tracker(envelope.first_seq - 1 if is_numbered else None)
        return None

    def resume(self, last_seq: int) -> SequenceEvent:
        """The replay is over: the session goes on after `last_seq`."""
        self._begin_connection()
        return self.sequence.resumed(last_seq)

    def hold(self) -> None:
        """A heartbeat was answered in the session: what counts attempts in a row starts over."""
        self._fruitless_resumes = 0
        self._unreadable_connections = 0

    def forget(self) -> None:
        """The session cannot be resumed: the next connection starts a new one."""
        self.lost = self.lost or self._is_under_way or self.session_id is not None
        self._is_under_way = False
        self.session_id = None
        self.sequence = self._tracker()
        self._lost_at = None
        self._fruitless_resumes = 0

    def after_close(self, code: int, reason: str, *, while_resuming: bool) -> NextConnection:
        """What to do after a connection ended with `code` and `reason`."""
        kinds = Recoveries.of(self.protocol)
        recovery, patient, description = meaning(code, reason, self.protocol)
        if recovery is kinds.fatal:
            return NextConnection(recovery, 0.0, description)
        is_refusal = while_resuming and not is_listed(code, self.protocol)
        if recovery is kinds.identify or is_refusal:
            self.forget()
        return self._again(description, patient=patient)

    def after_failure(self, description: str) -> NextConnection:
        """What to do after this side gave up on a connection whose server does not answer."""
        return self._again(description, patient=False)

    def after_unreadable(self, description: str, *, while_resuming: bool) -> NextConnection:
        """What to do after this side ended a connection because of what the server sent.

        A replay that could not be read would be the same the next time, so it ends the session. After
        :data:`MAX_UNREADABLE_CONNECTIONS` the client gives up.
        """
        self._unreadable_connections += 1
        if self._unreadable_connections >= MAX_UNREADABLE_CONNECTIONS:
            why = (
                f"{description.rstrip('.')}; {self._unreadable_connections} connections in a row "
                "ended because of what the server sent, and another would, too"
            )
            return NextConnection(Recoveries.of(self.protocol).fatal, 0.0, why)
        if while_resuming:
            self.forget()
        return self._again(description, patient=False)

    def after_resume(self, plan: NextConnection, *, brought_news: bool) -> NextConnection:
        """`plan`, or to begin a new session after as many resumes that led nowhere as the protocol says.

        A connection on which a heartbeat was answered after ``resumed`` is none of these, however quiet.

        `brought_news`: whether the connection, which had sent resume, got a message with a new number.
        """
        if brought_news:
            self._fruitless_resumes = 0
        kinds = Recoveries.of(self.protocol)
        if brought_news or plan.recovery is not kinds.resume or self._rules is None:
            return plan
        # What kills a connection during its replay, such as a message that this side cannot take, does
        # so in every replay: only a new session gets past it.
        self._fruitless_resumes += 1
        if self._fruitless_resumes < self._rules.attempts_without_progress:
            return plan
        why = (
            f"{plan.description.rstrip('.')}; {self._fruitless_resumes} resumes in a row brought no "
            "new message, so that a new session begins"
        )
        self.forget()
        return replace(plan, recovery=kinds.identify, description=why)

    def _tracker(self, last_seq: int | None = None) -> SequenceTracker:
        return SequenceTracker(last_seq, first_seq=self.protocol.envelope.first_seq)

    def _begin_connection(self) -> None:
        self._lost_at = None
        self.backoff.reset()

    def _again(self, description: str, *, patient: bool) -> NextConnection:
        kinds = Recoveries.of(self.protocol)
        if self.backoff.is_used_up:
            why = f"{description.rstrip('.')}; no attempt to connect again has succeeded"
            return NextConnection(kinds.fatal, 0.0, why)
        recovery = kinds.identify if self.session_id is None else kinds.resume
        return NextConnection(recovery, self.backoff.next_delay(longest=patient), description)

    def __repr__(self) -> str:
        session = "a session" if self.session_id is not None else "no session"
        return f"<ClientSession with {session}, last_seq {self.last_seq}>"
