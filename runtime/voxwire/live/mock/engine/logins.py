"""Who may have a session at a mock gateway, and which one (protocol section 8)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, Final

from voxwire.live.mock.engine.sessions import MockSession
from voxwire.session import FailedLogins, ServerSession, close_reason
from voxwire.session.machine import Machine
from voxwire.session.messages import value_of
from voxwire.session.recovery import reason_of

if TYPE_CHECKING:
    from voxwire.live.mock.engine.application import Application
    from voxwire.live.mock.engine.connection import MockConnection
    from voxwire.live.mock.engine.injection import Faults
    from voxwire.live.mock.engine.options import MockOptions
    from voxwire.live.mock.engine.source import Script
    from voxwire.live.mock.engine.users import User
    from voxwire.protocol import AnyProtocol, Close, Role

_POLICY_VIOLATION: Final = 1008
"""WebSocket's own code (RFC 6455, section 7.4.1), where a protocol has none for a refusal."""

_ANYONE: Final = "anyone"
"""The token of those who need none."""


class Logins:
    """Answers logins and resumes, and keeps the sessions."""

    def __init__(
        self,
        options: MockOptions,
        faults: Faults,
        protocol: AnyProtocol,
        application: Application,
    ) -> None:
        self._options: Final = options
        self._faults: Final = faults
        self._protocol: Final = protocol
        self._machine: Final = Machine.of(protocol)
        self._roles: Final = protocol.session.roles
        self._refusals: Final = protocol.session.refusals
        self._application: Final = application
        self._failed: Final = FailedLogins(protocol=protocol)
        self._sessions: Final[dict[Any, MockSession]] = {}
        self._started = 0

    def sessions(self, now: float) -> tuple[MockSession, ...]:
        """The sessions that can still be resumed, connected or not."""
        over = [key for key, one in self._sessions.items() if one.session.is_over(now)]
        for key in over:
            self._sessions.pop(key).stop_playing()
        return tuple(self._sessions.values())

    def identify(self, connection: MockConnection, login: Any) -> MockSession | None:
        """Answer a login: gives the session that begins, if one does, which plays what is to be played
        to it."""
        assert self._roles.login is not None, "there is a login to answer"
        now = connection.now()
        if self._failed.blocks(connection.address, now):
            failures = self._refusals.failures
            self._reject(connection, None if failures is None else failures.then)
            return None
        token = self._token(login, self._roles.login)
        if not self._knows(token, self._roles.login):
            self._failed.add(connection.address, now)
            self._reject(connection, self._refusals.token)
            return None
        if not self._application.admits(login):
            self._failed.add(connection.address, now)
            self._reject(connection, self._refusals.login or self._refusals.token)
            return None
        if self._is_prevented(connection, self._roles.login):
            return None
        script = self._script()
        user = self._application.user(token, None if script is None else script.identity)
        # Sessions whose client is away do not count: recorded servers let users log in many times.
        most = self._refusals.sessions
        if most is not None and user.connections >= most.count:
            self._reject(connection, most.then)
            return None
        return self._accept(connection, self._begin(user, script))

    def resume(self, connection: MockConnection, resume: Any) -> MockSession | None:
        """Answer a resume: gives the session that goes on, if one does.

        The limit of failed logins has no part in it: a resume is neither counted nor blocked.
        """
        role, rules = self._roles.resume, self._protocol.session.resume
        assert role is not None, "there is a resume to answer"
        assert rules is not None, "whoever resumes has rules for it"
        token = self._token(resume, role)
        if not self._knows(token, role):
            self._reject(connection, self._refusals.token)
            return None
        if self._is_prevented(connection, role):
            return None
        self.sessions(connection.now())
        session = self._named(resume, role, token)
        if session is None:
            self._reject(connection, rules.gone)
            return None
        if role.token is not None and session.user is not self._application.users.get(token):
            self._reject(connection, rules.other_user)
            return None
        return self._accept(connection, session)

    def begin(self, connection: MockConnection) -> MockSession | None:
        """Begin a session for a client that need not log in, as soon as the protocol lets it begin."""
        if self._roles.login is not None or connection.session is not None:
            return None
        carried = connection.protocol.session
        established = self._roles.established
        if carried is None:
            may_send = self._machine.legal["server"][connection.protocol.state]
            if established is not None and established.frame not in may_send:
                return None
        script = self._script()
        user = self._application.user(_ANYONE, None if script is None else script.identity)
        if carried is None:
            return self._accept(connection, self._begin(user, script))
        session = self._kept(carried, user, script)
        connection.session = session
        session.attach(connection)
        return session

    def _script(self) -> Script | None:
        source = self._options.source
        return None if source is None else source.script(self._started)

    def _begin(self, user: User, script: Script | None) -> MockSession:
        identity = None if script is None else script.identity
        session: ServerSession[Any] = ServerSession(
            self._application.established(user, identity),
            capacity=self._options.capacity,
            lifetime=self._options.lifetime,
            protocol=self._protocol,
        )
        return self._kept(session, user, script)

    def _kept(self, session: ServerSession[Any], user: User, script: Script | None) -> MockSession:
        self._started += 1
        rules = self._protocol.session.resume
        # Where sessions have no ids, nobody asks for one.
        key = self._started if session.session_id is None else session.session_id
        kept = self._sessions[key] = MockSession(
            session,
            user,
            self._protocol,
            script,
            keeps_while_away=self._options.keep_while_away
            or (rules is not None and rules.buffered_while_away),
        )
        return kept

    def _named(self, resume: Any, role: Role, token: str) -> MockSession | None:
        """The session that a resume names; the latest of the user where it names none."""
        if role.session is not None:
            return self._sessions.get(value_of(resume, role.session))
        user = self._application.users.get(token)
        sessions = reversed(self._sessions.values())
        return next((one for one in sessions if role.token is None or one.user is user), None)

    def _token(self, login: Any, role: Role) -> str:
        """The token of a login; where the protocol has none, all are the same user."""
        if role.token is None:
            return _ANYONE
        token = value_of(login, role.token)
        return "" if token is None else str(token)

    def _knows(self, token: str, role: Role) -> bool:
        """Whether a user may have this token. Where a protocol refuses none, it may be absent."""
        only = self._options.token
        if role.token is None or (only is None and self._refusals.token is None):
            return True
        return bool(token) and (only is None or _are_equal(token, only))

    def _is_prevented(self, connection: MockConnection, role: Role) -> bool:
        """Whether a fault takes the place of the answer to the login."""
        fault = self._faults.at_login(role.type)
        if fault is None:
            return False
        if fault.kind == "drop":
            connection.drop()
        else:
            code = fault.code or 0
            usual = close_reason(code, self._protocol)
            reason = usual if fault.reason is None else fault.reason
            connection.carry_out(connection.protocol.reject(code, reason))
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

    def _reject(self, connection: MockConnection, close: Close | None) -> None:
        if close is None:
            connection.carry_out(connection.protocol.reject(_POLICY_VIOLATION, ""))
        else:
            reason = reason_of(close, self._protocol)
            connection.carry_out(connection.protocol.reject(close.code, reason))


def _are_equal(token: str, expected: str) -> bool:
    encoded = (text.encode("utf-8", "surrogatepass") for text in (token, expected))
    return hmac.compare_digest(*encoded)
