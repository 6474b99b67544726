"""What arrives at a server: logins and resumes, heartbeats, rates, and what is not valid."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from voxwire.errors import DecodeError
from voxwire.session import lenient
from voxwire.session.connection import Connection
from voxwire.session.events import FrameIgnored, FrameInvalid, IdentifyReceived, ResumeReceived
from voxwire.session.messages import value_of
from voxwire.session.rates import RateLimit
from voxwire.wire.mistakes import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.protocol import AnyProtocol, FrameClass, Problem, Role


class ReceivingServer(Connection):
    """The part of a server's connection that follows what the client sends."""

    def __init__(
        self,
        protocol: AnyProtocol,
        random: Callable[[], float],
        versions: range | None,
        *,
        enforce_rate: bool,
    ) -> None:
        super().__init__(protocol, "server", random)
        version = protocol.version
        self._versions = range(version, version + 1) if versions is None else versions
        self._counting: list[RateLimit] = []
        self._paces: list[RateLimit] = []
        for rate in self._tables.rates:
            if rate.enforced or enforce_rate:
                limit = RateLimit(rate, self._tables)
                (self._counting if limit.counts_all and not rate.by else self._paces).append(limit)
        self._reader = lenient.Reader.of(protocol)
        self._asked: Role | None = None
        """The login or resume that waits for an answer."""
        self._resumption: lenient.Resumption | None = None

    def _receive_frame(self, frame: Any, now: float) -> list[Any]:
        kind = type(frame)
        why = self._admit(kind, now) or self._too_soon(kind, frame, now)
        if why is not None:
            return [FrameIgnored(frame, why)]
        if kind in self._at.plain:
            return [frame]
        payload = self._machine.envelope.payload_of(frame)
        role = self._machine.role_of.get(kind)
        if role is not None:
            match role.name:
                case "heartbeat":
                    return self._answer_beat(now, payload)
                case "login":
                    return self._receive_login(payload, now)
                case "resume":
                    return self._receive_resume(payload, now)
                case "server_heartbeat_answer":
                    return self._receive_answer(now)
        why = self._check_stream(frame)
        if why is not None:
            return [FrameIgnored(frame, why)]
        self._move(self._at.may_receive[kind], now)
        return [frame]

    def _admit(self, kind: FrameClass, now: float) -> str | None:
        """Why to pass over a message of this kind. Raises RemoteProtocolError to close."""
        why, beats = None, self._beats
        if kind not in self._at.may_receive:
            reaction = self._machine.reaction("client", self._at.state, kind)
            assert reaction is not None, "what is not legal has one"
            self._passed_over(reaction, f"not due here: {self._at.state.value}")
            is_again = self._roles.resume is not None and kind is self._roles.resume.frame
            why = "the client has said before who it is" if is_again else "it is not due here"
        # A heartbeat that was asked for does not count, or short intervals would use up the rate.
        is_beat = beats.peer is not None and kind is beats.peer.frame
        was_due = is_beat and beats.heard(now)
        for limit in self._counting if not was_due else ():
            if not limit.accepts(None, now):
                said = f"too many messages in {limit.rate.window:g} seconds"
                self._passed_over(limit.rate.then, said)
                why = why or said
        return why

    def _too_soon(self, kind: FrameClass, message: object, now: float) -> str | None:
        """Why to pass over a message that comes too soon after others: a frame, or a payload of any
        content. Raises RemoteProtocolError where the protocol closes for it."""
        for limit in self._paces:
            if limit.concerns(kind) and not limit.accepts(self._payload(message), now):
                info = self.protocol.by_frame.get(kind)
                name = "a message" if info is None else info.type
                why = f"{name} came too soon after the one before"
                self._passed_over(limit.rate.then, why)
                return why
        return None

    def _receive_login(self, payload: Any, now: float) -> list[Any]:
        assert self._roles.login is not None
        version = value_of(payload, self._roles.login.version)
        return self._log_in(lenient.Login(payload, version), now)

    def _log_in(self, login: lenient.Login, now: float) -> list[Any]:
        assert self._roles.login is not None
        refusal = self._tables.refusals.version
        if refusal is not None and self._roles.login.version is not None:
            version = login.version
            if version < self._versions[0] or version > self._versions[-1]:
                self._refuse(refusal, f"protocol version {version}")
        self._ask(self._roles.login, now)
        return [IdentifyReceived(login.identify)]

    def _receive_resume(self, payload: Any, now: float) -> list[Any]:
        assert self._roles.resume is not None
        last_seq = value_of(payload, self._roles.resume.last_seq)
        return self._resume(lenient.Resumption(payload, last_seq), now)

    def _resume(self, resumption: lenient.Resumption, now: float) -> list[Any]:
        role, rules = self._roles.resume, self._tables.resume
        assert role is not None, "only a resume is one"
        assert rules is not None, "whoever resumes has rules for it"
        named = [field for field in (role.token, role.session) if field is not None]
        if not all(value_of(resumption.resume, field) for field in named):
            self._refuse(rules.unnamed, f"a {role.type} that names nothing")
        self._resumption = resumption
        self._ask(role, now)
        return [ResumeReceived(resumption.resume)]

    def _ask(self, role: Role, now: float) -> None:
        """The client said who it is: it waits for an answer from now on."""
        self._move(self._at.may_receive[role.frame], now)
        self._asked = role
        if self._beats.watch is not None:
            self._beats.watch.restart(now)

    # --- What is not valid --------------------------------------------------------------------

    def _receive_invalid(self, text: str | bytes, error: DecodeError, now: float) -> list[Any]:
        misdirected = self._receive_misdirected(text, error)
        if misdirected is not None:
            return misdirected
        if not isinstance(self._mistakes.invalid, enum.Enum):  # it is strict: nothing else matters
            raise refused(error, "client", self.protocol) or error
        try:
            return self._receive_leniently(text, error.problems, now)
        except lenient.PassedOver:
            return [FrameInvalid(error.problems, None)]

    def _receive_leniently(
        self, text: str | bytes, problems: tuple[Problem, ...], now: float
    ) -> list[Any]:
        message = self._reader.read(text)
        kind = self._machine.frame_class("client", message.type)
        why = self._admit(kind, now)
        role = self._machine.role_of.get(kind)
        name = None if role is None else role.name
        if why is None and name == "heartbeat":  # it counts, whatever it carries
            return self._answer_beat(now)
        if why is None and name == "server_heartbeat_answer":
            return self._receive_answer(now)
        invalid = FrameInvalid(problems, message.type)
        if kind is self.protocol.unknown_frame or why is not None:
            return [invalid]
        if not self.protocol.by_frame[kind].payloads:
            return [invalid]
        payload = self._reader.payload(message)
        if name == "login":
            return self._log_in(self._reader.login(payload), now)
        if name == "resume":
            return self._resume(self._reader.resumption(payload), now)
        why = self._too_soon(kind, payload, now)
        if why is not None:
            return [FrameIgnored(invalid, why)]
        self._move(self._at.may_receive[kind], now)
        return [invalid]
