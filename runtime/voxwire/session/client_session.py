"""What a client keeps from one connection to the next (protocol section 8, rules 4 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxmodels.v1 import PROTOCOL_VERSION, UNSET, Capability, Recovery, client
from voxwire.sequence import SequenceTracker
from voxwire.session.backoff import Backoff
from voxwire.session.recovery import NextConnection, is_listed, meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from voxwire.sequence import SequenceEvent


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
    ) -> None:
        """`random` gives numbers from 0 up to 1, as `random.random` does; it spreads heartbeats and
        waits. `capabilities` are what the client supports."""
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

    @property
    def last_seq(self) -> int:
        """The highest number received in the session; 0 without a session."""
        return self.sequence.last_seq or 0

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
        self.backoff.reset()
        return self.sequence.start_session(seq)

    def resume(self, last_seq: int) -> SequenceEvent:
        """``resumed`` arrived: the session goes on after `last_seq`."""
        self.backoff.reset()
        return self.sequence.resumed(last_seq)

    def forget(self) -> None:
        """The session cannot be resumed: the next connection starts a new one."""
        self.lost = self.lost or self.session_id is not None
        self.session_id = None
        self.sequence = SequenceTracker()

    def after_close(self, code: int, reason: str, *, while_resuming: bool) -> NextConnection:
        """What to do after a connection ended with `code` and `reason`."""
        recovery, patient, description = meaning(code, reason)
        if recovery is Recovery.FATAL:
            return NextConnection(recovery, 0.0, description)
        if recovery is Recovery.IDENTIFY or (while_resuming and not is_listed(code)):
            self.forget()
        return self._again(description, patient=patient)

    def after_failure(self, description: str, *, unreadable_replay: bool = False) -> NextConnection:
        """What to do after this side gave up on a connection.

        A replay that could not be read would be the same the next time, so it ends the session.
        """
        if unreadable_replay:
            self.forget()
        return self._again(description, patient=False)

    def _again(self, description: str, *, patient: bool) -> NextConnection:
        recovery = Recovery.IDENTIFY if self.session_id is None else Recovery.RESUME
        return NextConnection(recovery, self.backoff.next_delay(longest=patient), description)

    def __repr__(self) -> str:
        session = "a session" if self.session_id is not None else "no session"
        return f"<ClientSession with {session}, last_seq {self.last_seq}>"
