"""How a mock gateway is set up, and who is told what happens there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import Struct

from voxwire.session.heartbeats import in_units

if TYPE_CHECKING:
    from voxwire.checks import Finding
    from voxwire.live.mock.engine.application import Application
    from voxwire.live.mock.engine.fault import Fault
    from voxwire.live.mock.engine.source import Source
    from voxwire.protocol import AnyProtocol

_USUAL_INTERVAL: Final = 45_000
"""Milliseconds that a greeting asks for where neither an option nor the protocol says so."""


class MockOptions(Struct, frozen=True, kw_only=True):
    """How a mock gateway is set up. None is as the protocol says."""

    protocol: AnyProtocol | None = None
    """Whose messages these are; None stands for Vox's."""
    application: type[Application] | None = None
    """What follows from what clients do; None is what is installed for the protocol."""
    host: str = "127.0.0.1"
    port: int = 0
    """0 is any port that is free."""
    token: str | None = None
    """The only token that is accepted; None accepts any but the empty one. Every token is a user of
    its own."""
    source: Source | None = None
    """What is sent to sessions without being asked for."""
    faults: tuple[Fault, ...] = ()
    heartbeat_interval: int | None = None
    """Milliseconds that the greeting asks for; None for as many as the protocol says."""
    capacity: int | None = None
    """Messages that are kept of each session, its first one included."""
    lifetime: float | None = None
    """Seconds for which a session can be resumed, from its login or the last resume."""
    connections_per_address: int | None = None
    """Connections that an address can have at a time. One more is closed."""
    keep_while_away: bool = False
    """Whether what happens while a client is away is numbered, and replayed when it resumes, where the
    protocol says that it is lost."""
    take_over: bool = False
    """Whether a resume closes the connection that still has the session. A real server leaves it
    open, and both get events."""
    enforce_rate: bool = False
    """Whether too many messages close the connection where real servers let them pass."""
    denied: tuple[str, ...] = ()
    """Permissions that users lack, of those that the application has. Of Vox what they may not turn on in
    voice, ``"video"`` and ``"streaming"``: it is answered by the error MISSING_PERMISSIONS."""
    strict: bool = False
    """Whether findings such as unknown fields are errors instead of notes."""

    def greeted_interval(self, protocol: AnyProtocol) -> int | None:
        """What a greeting asks for, in its unit; None for what the protocol says."""
        greeting, rules = protocol.session.roles.greeting, protocol.session.heartbeat
        field = None if greeting is None else greeting.heartbeat_interval
        if field is None:
            return None
        milliseconds = self.heartbeat_interval
        if milliseconds is None:
            if rules is not None and rules.interval is not None:
                return None
            milliseconds = _USUAL_INTERVAL
        return max(1, in_units(field, milliseconds / 1000))

    def __repr__(self) -> str:
        return f"<MockOptions of {self.host}:{self.port}>"  # no token in a traceback


class Observer(Protocol):
    """Is told what happens at a gateway."""

    def said(self, sentence: str) -> None:
        """Something happened to a connection. The sentence may quote what a client sent."""

    def received(self, frame: Any) -> None:
        """A client sent a frame, typed, of the gateway's protocol. One that is not valid is a finding instead."""

    def found(self, finding: Finding) -> None:
        """A finding about a client. Called in another thread than the rest."""


class Nobody:
    """An observer that does nothing."""

    def said(self, sentence: str) -> None:
        """Nothing follows."""

    def received(self, frame: Any) -> None:
        """Nothing follows."""

    def found(self, finding: Finding) -> None:
        """Nothing follows."""
