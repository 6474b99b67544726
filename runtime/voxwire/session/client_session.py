"""What a client keeps from one connection to the next (protocol section 8, rules 4 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxmodels.v1 import PROTOCOL_VERSION, UNSET, Capability, Recovery, client
from voxwire.session.backoff import Backoff
from voxwire.session.recovery import NextConnection, is_listed, meaning
from voxwire.session.sequence import SequenceTracker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from voxwire.session.sequence import SequenceEvent


MAX_FRUITLESS_RESUMES: Final = 3
"""Resumes in a row that may bring no new message before the session is given up.

What kills a connection during its replay, such as a message that this side cannot take, does so in
every replay: only a new session gets past it. Once is any lost connection, twice a bad network; the
third comes some 7 seconds after the first at the default waits, long before the session would expire.
A connection on which a heartbeat was answered after ``resumed`` is none of these, however quiet.
"""

MAX_UNREADABLE_CONNECTIONS: Final = 5
"""Connections in a row that may end because of what the server sent, before the client gives up.

One such message costs two connections: the one that it arrives on and the one that replays it. Five
leave room for two of them; whoever still finds the next one has a server that will not mend, or a limit
that is too low. A heartbeat that is answered in a session starts the count over.
"""


class ClientSession:
    """The login, the session that it led to, how far it was received, and how patient to be.

    Make one for each login and give it to every connection, one after the other.
    """

    def __init__(
        self,
        token: str,
        *,
        random: Callable[[], float],
        protocol_version: int = PROTOCOL_VERSION,
        capabilities: Iterable[Capability] = (),
        resume_within: float | None = None,
    ) -> None:
        """`random` gives numbers from 0 up to 1, as `random.random` does; it spreads heartbeats and
        waits. `capabilities` are what the client supports. `resume_within` is for how many seconds of
        absence the session is resumed; after more a new one is begun, which says so with ``lost``.
        None resumes whenever the server agrees. Raises ValueError for a number below 0."""
        if resume_within is not None and not resume_within >= 0:
            raise ValueError("resume_within must be a number of seconds from 0 upwards, or None")
        self.token = token
        """The login; assign a new one when it was renewed."""
        self.random = random
        self.protocol_version = protocol_version
        self.capabilities = tuple(capabilities)
        self.session_id: str | None = None
        """The session to resume; None when there is none."""
        self.sequence = SequenceTracker()
        """The numbers received so far."""
        self.lost = False
        """Whether a session ended that could not be resumed, and none has begun since."""
        self.backoff = Backoff(random)
        self.resume_within = resume_within
        """Seconds of absence after which a session is not resumed any more."""
        self._lost_at: float | None = None
        self._fruitless_resumes = 0
        self._unreadable_connections = 0

    @property
    def last_seq(self) -> int:
        """The highest number received in the session; 0 without a session."""
        return self.sequence.last_seq or 0

    def absence(self, now: float) -> float | None:
        """Seconds since the session lost its connection; None without one that is known to be lost."""
        return None if self._lost_at is None else now - self._lost_at

    def lose_connection(self, now: float) -> None:
        """The connection that carried the session has ended: the absence begins."""
        if self.session_id is not None:
            self._lost_at = now

    def forget_if_overdue(self, now: float) -> None:
        """Forget the session if the absence was longer than `resume_within`."""
        absence = self.absence(now)
        if absence is not None and self.resume_within is not None and absence > self.resume_within:
            self.forget()

    def first_message(self) -> client.Identify | client.Resume:
        """What to answer hello with."""
        if self.session_id is not None:
            return client.Resume(
                token=self.token, session_id=self.session_id, last_seq=self.last_seq
            )
        return client.Identify(
            token=self.token,
            protocol_version=self.protocol_version,
            capabilities=self.capabilities or UNSET,
        )

    def start(self, session_id: str, seq: int) -> SequenceEvent:
        """``ready`` arrived: a new session begins."""
        self.session_id = session_id
        self.lost = False
        self._begin_connection()
        self._fruitless_resumes = 0
        return self.sequence.start_session(seq)

    def resume(self, last_seq: int) -> SequenceEvent:
        """``resumed`` arrived: the session goes on after `last_seq`."""
        self._begin_connection()
        return self.sequence.resumed(last_seq)

    def hold(self) -> None:
        """A heartbeat was answered in the session: what counts attempts in a row starts over."""
        self._fruitless_resumes = 0
        self._unreadable_connections = 0

    def forget(self) -> None:
        """The session cannot be resumed: the next connection starts a new one."""
        self.lost = self.lost or self.session_id is not None
        self.session_id = None
        self.sequence = SequenceTracker()
        self._lost_at = None
        self._fruitless_resumes = 0

    def after_close(self, code: int, reason: str, *, while_resuming: bool) -> NextConnection:
        """What to do after a connection ended with `code` and `reason`."""
        recovery, patient, description = meaning(code, reason)
        if recovery is Recovery.FATAL:
            return NextConnection(recovery, 0.0, description)
        if recovery is Recovery.IDENTIFY or (while_resuming and not is_listed(code)):
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
            return NextConnection(Recovery.FATAL, 0.0, why)
        if while_resuming:
            self.forget()
        return self._again(description, patient=False)

    def after_resume(self, plan: NextConnection, *, brought_news: bool) -> NextConnection:
        """`plan`, or to begin a new session where resuming leads nowhere.

        `brought_news`: whether the connection, which had sent resume, got a message with a new number.
        """
        if brought_news:
            self._fruitless_resumes = 0
        if brought_news or plan.recovery is not Recovery.RESUME:
            return plan
        self._fruitless_resumes += 1
        if self._fruitless_resumes < MAX_FRUITLESS_RESUMES:
            return plan
        why = (
            f"{plan.description.rstrip('.')}; {self._fruitless_resumes} resumes in a row brought no "
            "new message, so that a new session begins"
        )
        self.forget()
        return replace(plan, recovery=Recovery.IDENTIFY, description=why)

    def _begin_connection(self) -> None:
        self._lost_at = None
        self.backoff.reset()

    def _again(self, description: str, *, patient: bool) -> NextConnection:
        recovery = Recovery.IDENTIFY if self.session_id is None else Recovery.RESUME
        return NextConnection(recovery, self.backoff.next_delay(longest=patient), description)

    def __repr__(self) -> str:
        session = "a session" if self.session_id is not None else "no session"
        return f"<ClientSession with {session}, last_seq {self.last_seq}>"
