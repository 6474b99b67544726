"""What a live client tells its application, and the errors that end it (protocol section 8).

Frames are events themselves, and so is all news of a connection of :mod:`voxwire.session`, except that
:class:`Disconnected` takes the place of its ``ConnectionClosed``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

from voxwire.errors import VoxwireError
from voxwire.masking import mask_secrets
from voxwire.session import (
    FrameIgnored,
    FrameInvalid,
    FrameRepeated,
    HeartbeatAcked,
    HelloReceived,
    SessionResumed,
    SessionStarted,
)
from voxwire.session.recovery import meaning
from voxwire.session.sequence import Gap, WrongStart

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol
    from voxwire.session import NextConnection
    from voxwire.vox import Recovery, ServerFrame, UnknownFrame

LOST: Final = 1006
"""What WebSocket libraries report for a connection that ended without a close frame (RFC 6455, section
7.1.5)."""


class Disconnected(Struct, frozen=True):
    """A connection ended, or could not be opened, and the client will connect again by itself.

    `code` and `reason` are those of the close, which this side may have sent, too; 1006 when there was
    none. `description` says in words what happened: also which message could not be read, and which
    limit it broke. `recovery` is RESUME or IDENTIFY: with the latter, what is sent from here to the next
    ``SessionStarted`` is lost and has to be loaded over REST. After RESUME that is what happens while
    nobody is connected; ``SessionResumed`` says how long that was. `delay` is in seconds.
    """

    code: int
    reason: str
    description: str
    recovery: Recovery
    delay: float

    @classmethod
    def of(
        cls,
        code: int,
        reason: str,
        plan: NextConnection,
        protocol: AnyProtocol,
        description: str | None = None,
    ) -> Disconnected:
        """What to tell of an end for which the session made `plan`."""
        words = mask_secrets(description or plan.description)
        if words == meaning(LOST, "", protocol).description:
            words = "The connection was lost."
        return cls(code, mask_secrets(reason), words, plan.recovery, plan.delay)


News: TypeAlias = (
    HelloReceived
    | HeartbeatAcked
    | SessionStarted
    | SessionResumed
    | Gap
    | WrongStart
    | FrameRepeated
    | FrameInvalid
    | FrameIgnored
    | Disconnected
)
"""The events that are no frames."""

NEWS: Final = frozenset(
    (
        HelloReceived,
        HeartbeatAcked,
        SessionStarted,
        SessionResumed,
        Gap,
        WrongStart,
        FrameRepeated,
        FrameInvalid,
        FrameIgnored,
        Disconnected,
    )
)
"""Their classes."""

if TYPE_CHECKING:
    Frame: TypeAlias = ServerFrame | UnknownFrame
else:
    Frame = Any  # of whatever protocol
"""A frame for the application."""

GatewayEvent: TypeAlias = Frame | News
"""Everything that a live client tells."""


class GatewayClosedError(VoxwireError):
    """The connection was closed, and coming back is forbidden or leads nowhere.

    Either the server closed it with a code after which no client may come back, or this side did, since
    several connections in a row had brought what it cannot read, such as a message over its limit.
    `code` and `reason` are those of the close, `description` says what the code means, 4004, for
    example, that the token is not valid; or what could not be read.
    """

    def __init__(self, code: int, reason: str, description: str, name: str = "") -> None:
        """`name` is what the protocol calls the code, shown where there is no reason."""
        self.code = code
        self.reason = mask_secrets(reason)
        self.description = description
        self._name = name
        name = self.reason or name
        super().__init__(f"closed for good with {code} {name}".rstrip() + f": {description}")

    def __reduce__(self) -> tuple[type[GatewayClosedError], tuple[int, str, str, str]]:
        return GatewayClosedError, (self.code, self.reason, self.description, self._name)


class GatewayUnreachableError(VoxwireError):
    """The very first connection could not be opened: most likely the address is wrong."""
