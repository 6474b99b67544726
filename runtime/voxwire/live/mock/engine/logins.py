"""Who may have a session at a mock gateway, and which one (protocol section 8)."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxmodels.v1 import PROTOCOL_VERSION, Capability, CloseCode, client, limits, server
from voxwire.live.mock.engine.sessions import MockSession
from voxwire.live.mock.vox.users import Users
from voxwire.session import FailedLogins, ServerSessions, close_reason

if TYPE_CHECKING:
    from voxwire.live.mock.engine.connection import MockConnection
    from voxwire.live.mock.engine.injection import Faults
    from voxwire.live.mock.engine.options import MockOptions
    from voxwire.live.mock.vox.users import User

_SESSION_ID_SIZE: Final = 12
_AUTH_RATE_LIMITED: Final = "AUTH_RATE_LIMITED"


class Logins:
    """Answers identify and resume, and keeps the sessions."""

    def __init__(self, options: MockOptions, faults: Faults) -> None:
        self._options: Final = options
        self._faults: Final = faults
        self._failed: Final = FailedLogins()
        self._known: Final = ServerSessions(capacity=options.capacity, lifetime=options.lifetime)
        self._sessions: Final[dict[str, MockSession]] = {}
        self._started = 0
        self.users: Final = Users()

    def sessions(self, now: float) -> tuple[MockSession, ...]:
        """The sessions that can still be resumed, connected or not."""
        for expired in self._known.expire(now):
            self._sessions.pop(expired.session_id).stop_playing()
        return tuple(self._sessions.values())

    def identify(self, connection: MockConnection, identify: client.Identify) -> MockSession | None:
        """Answer identify: gives the session that begins, if one does, which plays what is to be
        played to it."""
        now = connection.now()
        if self._failed.blocks(connection.address, now):
            _reject(connection, CloseCode.SERVER_RESTART, _AUTH_RATE_LIMITED)
            return None
        if not self._knows(identify.token):
            self._failed.add(connection.address, now)
            _reject(connection, CloseCode.AUTH_FAILED)
            return None
        if self._is_prevented(connection, client.IdentifyFrame.type):
            return None
        source = self._options.source
        script = None if source is None else source.script(self._started)
        identity = None if script is None else script.identity
        user = self.users.with_token(identify.token, identity)
        # Sessions whose client is away do not count: recorded servers let users log in many times.
        if user.connections >= limits.SESSIONS_PER_USER:
            _reject(connection, CloseCode.RATE_LIMITED)
            return None
        self._started += 1
        known = self._known.start(self._ready(user, identity))
        session = self._sessions[known.session_id] = MockSession(
            known, user, script, keeps_while_away=self._options.keep_while_away
        )
        return self._accept(connection, session)

    def resume(self, connection: MockConnection, resume: client.Resume) -> MockSession | None:
        """Answer resume: gives the session that goes on, if one does.

        The limit of failed logins has no part in it: a resume is neither counted nor blocked.
        """
        if not self._knows(resume.token):
            _reject(connection, CloseCode.AUTH_FAILED)
            return None
        if self._is_prevented(connection, client.ResumeFrame.type):
            return None
        self.sessions(connection.now())
        session = self._sessions.get(resume.session_id)
        if session is None:
            _reject(connection, CloseCode.SESSION_EXPIRED)
            return None
        if session.user is not self.users.get(resume.token):
            _reject(connection, CloseCode.AUTH_FAILED)
            return None
        return self._accept(connection, session)

    def _knows(self, token: str) -> bool:
        """Whether a user may have this token."""
        only = self._options.token
        return bool(token) and (only is None or _are_equal(token, only))

    def _is_prevented(self, connection: MockConnection, message: str) -> bool:
        """Whether a fault takes the place of the answer to the login."""
        fault = self._faults.at_login(message)
        if fault is None:
            return False
        if fault.kind == "drop":
            connection.drop()
        else:
            _reject(connection, fault.code or 0, fault.reason)
        return True

    def _accept(self, connection: MockConnection, session: MockSession) -> MockSession | None:
        """Let `connection` carry the session: None when it cannot be resumed from there."""
        take_over, now = self._options.take_over, connection.now()
        connection.carry_out(connection.protocol.accept(session.session, now, take_over=take_over))
        if connection.protocol.session is None:
            return None
        connection.session = session
        session.attach(connection)
        return session

    def _ready(self, user: User, identity: server.Ready | None) -> server.Ready:
        session_id = f"sess_{secrets.token_hex(_SESSION_ID_SIZE)}"
        now = int(time.time())
        if identity is not None:
            return replace(
                identity,
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


def _reject(connection: MockConnection, code: int, reason: str | None = None) -> None:
    given = close_reason(code) if reason is None else reason
    connection.carry_out(connection.protocol.reject(code, given))


def _are_equal(token: str, expected: str) -> bool:
    encoded = (text.encode("utf-8", "surrogatepass") for text in (token, expected))
    return hmac.compare_digest(*encoded)
