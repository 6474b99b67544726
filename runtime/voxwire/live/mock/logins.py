"""Who may have a session at a mock gateway, and which one (protocol section 8)."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxmodels.v1 import PROTOCOL_VERSION, Capability, CloseCode, client, limits, server
from voxwire.live.mock.sessions import MockSession
from voxwire.live.mock.users import Users
from voxwire.session import FailedLogins, ServerSessions, close_reason

if TYPE_CHECKING:
    from voxwire.live.mock.connection import MockConnection
    from voxwire.live.mock.injection import Faults
    from voxwire.live.mock.options import MockOptions
    from voxwire.live.mock.users import User

_SESSION_ID_SIZE: Final = 12
_AUTH_RATE_LIMITED: Final = "AUTH_RATE_LIMITED"


class Logins:
    """Answers identify and resume, and keeps the sessions."""

    def __init__(self, options: MockOptions, faults: Faults) -> None:
        source = options.source
        self._identity: Final = None if source is None else source.identity
        self._token: Final = options.token
        self._faults: Final = faults
        self._failed: Final = FailedLogins()
        self._known: Final = ServerSessions(capacity=options.capacity, lifetime=options.lifetime)
        self._sessions: Final[dict[str, MockSession]] = {}
        self.users: Final = Users(self._identity)

    def sessions(self, now: float) -> tuple[MockSession, ...]:
        """The sessions that can still be resumed, connected or not."""
        for expired in self._known.expire(now):
            self._sessions.pop(expired.session_id).stop_playing()
        return tuple(self._sessions.values())

    def identify(self, connection: MockConnection, identify: client.Identify) -> MockSession | None:
        """Answer identify: gives the session that begins, if one does."""
        user = self._admitted(connection, identify.token, client.IdentifyFrame.type)
        if user is None:
            return None
        # Sessions whose client is away do not count: recorded servers let users log in many times.
        if user.connections >= limits.SESSIONS_PER_USER:
            _reject(connection, CloseCode.RATE_LIMITED)
            return None
        known = self._known.start(self._ready(user))
        session = self._sessions[known.session_id] = MockSession(known, user)
        return _accept(connection, session)

    def resume(self, connection: MockConnection, resume: client.Resume) -> MockSession | None:
        """Answer resume: gives the session that goes on, if one does."""
        user = self._admitted(connection, resume.token, client.ResumeFrame.type)
        if user is None:
            return None
        now = connection.now()
        self.sessions(now)
        session = self._sessions.get(resume.session_id)
        if session is None or session.user is not user:
            _reject(connection, CloseCode.SESSION_EXPIRED)
            return None
        return _accept(connection, session)

    def _admitted(self, connection: MockConnection, token: str, message: str) -> User | None:
        """The user with this token; None when the login has been refused."""
        now = connection.now()
        if self._failed.blocks(connection.address, now):
            _reject(connection, CloseCode.SERVER_RESTART, _AUTH_RATE_LIMITED)
            return None
        if self._token is not None and not _are_equal(token, self._token):
            self._failed.add(connection.address, now)
            _reject(connection, CloseCode.AUTH_FAILED)
            return None
        fault = self._faults.at_login(message)
        if fault is None:
            return self.users.with_token(token)
        if fault.kind == "drop":
            connection.drop()
            return None
        _reject(connection, fault.code or 0, fault.reason)
        return None

    def _ready(self, user: User) -> server.Ready:
        session_id = f"sess_{secrets.token_hex(_SESSION_ID_SIZE)}"
        now = int(time.time())
        if self._identity is not None:
            return replace(
                self._identity,
                session_id=session_id,
                user_id=user.user_id,
                display_name=user.name,
                server_time=now,
            )
        return server.Ready(
            session_id=session_id,
            user_id=user.user_id,
            display_name=user.name,
            server_name="Mock gateway",
            server_time=now,
            protocol_version=PROTOCOL_VERSION,
            capabilities=tuple(Capability),
        )


def _accept(connection: MockConnection, session: MockSession) -> MockSession | None:
    """Let `connection` carry the session: None when its replay buffer does not reach back far enough."""
    connection.carry_out(connection.protocol.accept(session.session, connection.now()))
    if connection.protocol.session is None:
        return None
    connection.session = session
    session.attach(connection)
    return session


def _reject(connection: MockConnection, code: int, reason: str | None = None) -> None:
    given = close_reason(code) if reason is None else reason
    connection.carry_out(connection.protocol.reject(code, given))


def _are_equal(token: str, expected: str) -> bool:
    encoded = (text.encode("utf-8", "surrogatepass") for text in (token, expected))
    return hmac.compare_digest(*encoded)
