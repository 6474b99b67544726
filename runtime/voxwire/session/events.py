"""What a connection tells its caller: orders to the transport, and news for the application.

Lists of events come back from ``opened``, ``receive``, ``tick``, ``accept``, ``reject``, ``close`` and
``closed``. Their order matters: carry out orders in the order in which they were given.

Two events are orders, :class:`Transmit` and :class:`Close`. Everything else is news.

A frame for the application is an event itself, and so is an UnknownFrame, whose type the protocol does
not list. Findings of :mod:`voxwire.session.sequence` also appear as they are: ``Gap`` says that messages are
missing before the frame that follows, ``WrongStart`` that a session did not begin at 1.

Type checkers take the frames and payloads to be Vox's unless they are told others.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, Generic, TypeAlias

from msgspec import Struct

from voxwire.masking import mask_secrets
from voxwire.session.sequence import Duplicate, Gap, Regression, WrongStart

if TYPE_CHECKING:
    import enum

    from typing_extensions import TypeVar

    from voxwire import vox
    from voxwire.protocol import Problem

    ServerFrameT = TypeVar("ServerFrameT", default=vox.ServerFrame | vox.UnknownFrame)
    ClientFrameT = TypeVar("ClientFrameT", default=vox.ClientFrame | vox.UnknownFrame)
    ReadyT = TypeVar("ReadyT", default=vox.server.Ready)
    LoginT = TypeVar("LoginT", default=vox.client.Identify)
    ResumeT = TypeVar("ResumeT", default=vox.client.Resume)
else:  # the typing of Python 3.11 knows no defaults
    from typing import TypeVar

    ServerFrameT = TypeVar("ServerFrameT")
    ClientFrameT = TypeVar("ClientFrameT")
    ReadyT = TypeVar("ReadyT")
    LoginT = TypeVar("LoginT")
    ResumeT = TypeVar("ResumeT")


class Transmit(Struct, frozen=True):
    """An order: send this as one WebSocket message, text for `str` and binary for `bytes`.

    The message may hold a token, so its `repr` only shows how long it is.
    """

    message: str | bytes

    def __repr__(self) -> str:
        unit = "characters" if isinstance(self.message, str) else "bytes"
        return f"Transmit(<{len(self.message)} {unit}>)"


class Close(Struct, frozen=True):
    """An order: close the transport with this code and reason, then call ``closed``."""

    code: int
    reason: str = ""


class ConnectionClosed(Struct, frozen=True):
    """The transport has ended, with what ``closed`` was told."""

    code: int
    reason: str = ""

    def __repr__(self) -> str:
        return f"ConnectionClosed(code={self.code}, reason={mask_secrets(self.reason)!r})"


class FrameRepeated(Struct, Generic[ServerFrameT], frozen=True, gc=False):
    """A frame whose number is not new, so that it was delivered before or was reported missing.

    Only a faulty server sends one. `finding` says how the number is out of order.
    """

    frame: ServerFrameT
    finding: Duplicate | Regression


class FrameInvalid(Struct, frozen=True):
    """A frame that breaks rules of its message, but not the connection.

    `type` and `seq` are what could still be read of it. A server of Vox answers with ``error`` if it
    likes, or relays it all the same: real servers check little of what they relay.
    """

    problems: tuple[Problem, ...]
    type: Any
    seq: int | None = None


class FrameIgnored(Struct, Generic[ClientFrameT], frozen=True, gc=False):
    """A frame that this side passes over, and why. In Vox only servers do so."""

    frame: ClientFrameT | FrameInvalid
    why: str


class HelloReceived(Struct, frozen=True, gc=False):
    """The server greeted the client. `heartbeat_interval` is in seconds, infinite where it gives none."""

    heartbeat_interval: float


class SessionStarted(Struct, Generic[ReadyT], frozen=True, gc=False):
    """A new session began. `lost`: it replaces one that could not be resumed, so what was sent since
    then has to be loaded over REST.

    `ready` is the payload of the message that says so. Where a protocol has none, it is None, and the
    session begins with the login, or without one as soon as the connection stands."""

    ready: ReadyT
    lost: bool = False


class SessionResumed(Struct, frozen=True, gc=False):
    """The session goes on after the message with number `last_seq`.

    `replayed` messages, as far as the numbers tell, had been sent to the connection that ended, and
    came now. **What happened while nobody was connected never comes**: servers number and keep only
    what they send, so that it leaves no gap either. `away` is how long that was, in seconds from the
    end of the connection before, as this side saw it, to this ``resumed``; attempts in between that
    failed are part of it. None when that end was not seen, since the session was begun elsewhere.

    After an absence that matters to you, load over REST what may have changed; or have the client
    begin a new session then, with ``resume_within`` of :class:`~voxwire.session.ClientSession`.
    """

    last_seq: int
    replayed: int
    away: float | None = None


class HeartbeatAcked(Struct, frozen=True, gc=False):
    """A heartbeat was answered after `latency` seconds; None when none was waiting for it."""

    latency: float | None


class IdentifyReceived(Struct, Generic[LoginT], frozen=True, gc=False):
    """A client wants to start a session. Answer with ``accept`` or ``reject``.

    `identify` is the payload of its login. The token may be empty: no user has that one.
    """

    identify: LoginT


class ResumeReceived(Struct, Generic[ResumeT], frozen=True, gc=False):
    """A client wants to resume a session. Answer with ``accept`` or ``reject``.

    `resume` is the payload of its message."""

    resume: ResumeT


class Carrier(typing.Protocol):
    """The server's end of a connection, as the session knows it that it carries."""

    @property
    def state(self) -> enum.Enum: ...
    def send(self, payload: Struct, now: float) -> str | bytes: ...
    def wrapped(self, data: bytes) -> str | bytes: ...
    def close(self, code: int = ..., reason: str = ...) -> list[Close]: ...


class SessionTakenOver(Struct, frozen=True):
    """The resumed session was still attached to another connection, which is finished now: it was
    accepted with `take_over`.

    Carry out `close` on the transport of `connection`. Usually nobody listens there any more.
    """

    connection: Carrier
    close: Close


ClientEvent: TypeAlias = (
    Transmit
    | Close
    | ConnectionClosed
    | ServerFrameT
    | FrameRepeated[Any]
    | FrameInvalid
    | FrameIgnored[Any]
    | Gap
    | WrongStart
    | HelloReceived
    | SessionStarted[ReadyT]
    | SessionResumed
    | HeartbeatAcked
)
"""What a ClientConnection reports."""

ServerEvent: TypeAlias = (
    Transmit
    | Close
    | ConnectionClosed
    | ClientFrameT
    | FrameInvalid
    | FrameIgnored[Any]
    | IdentifyReceived[LoginT]
    | ResumeReceived[ResumeT]
    | SessionTakenOver
    | HeartbeatAcked
)
"""What a ServerConnection reports."""

Event: TypeAlias = ClientEvent[ServerFrameT, ReadyT] | ServerEvent[ClientFrameT, LoginT, ResumeT]
"""What either connection reports."""
