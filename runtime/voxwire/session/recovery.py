"""What to do after a connection ended, as the close codes of the protocol say."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from msgspec import Struct

from voxwire.default import protocol_or_vox

if TYPE_CHECKING:
    from voxwire import vox
    from voxwire.protocol import AnyProtocol, Close

UNLISTED: Final = "The code is not one of the protocol. Treated as a lost connection."
"""What a code means that the protocol does not list, WebSocket's own or a newer one of the gateway.

It counts as a lost connection: resuming is cheap, the growing waits keep it harmless, and a server
that cannot continue the session says so. Only when it answers a resume does it also end the session, as
it could end every further attempt alike.
"""


class Meaning(NamedTuple):
    """What a close means. ``delay``: be patient."""

    recovery: vox.Recovery
    delay: bool
    description: str


class NextConnection(Struct, frozen=True):
    """What to do next.

    ``recovery`` RESUME or IDENTIFY: wait `delay` seconds, then open a new connection with the same
    ClientSession, which knows its first message. FATAL: do not connect again.
    """

    recovery: vox.Recovery
    delay: float
    description: str
    """What the close code means, in words."""


def meaning(code: int, reason: str, protocol: AnyProtocol) -> Meaning:
    """What a close means, also where the protocol does not list its code."""
    if not is_listed(code, protocol):
        return Meaning(Recoveries.of(protocol).resume, False, UNLISTED)
    return Meaning(*cast("Any", protocol.close_codes(code)).meaning(reason))


def is_listed(code: int, protocol: AnyProtocol) -> bool:
    """Whether the protocol lists a close code."""
    return code in protocol.close_codes.__members__.values()


def close_reason(code: int, protocol: AnyProtocol | None = None) -> str:
    """The reason that goes with a close code: mostly the name of the gateway's own, as servers send it.

    >>> close_reason(4005)
    'ALREADY_AUTHENTICATED'
    """
    protocol = protocol_or_vox(protocol)
    known: Any = protocol.close_codes(code) if is_listed(code, protocol) else None
    return "" if known is None else str(known.reason)


def reason_of(close: Close, protocol: AnyProtocol) -> str:
    """The reason to close with, as the tables say: the name of the code unless they give another."""
    return close_reason(close.code, protocol) if close.reason is None else close.reason


class Recoveries(NamedTuple):
    """The three kinds of recovery, as members of the protocol's own enum."""

    resume: vox.Recovery
    identify: vox.Recovery
    fatal: vox.Recovery

    @classmethod
    def of(cls, protocol: AnyProtocol) -> Recoveries:
        """Those of a protocol."""
        codes: list[Any] = list(protocol.close_codes)
        kind = cast("type[vox.Recovery]", type(codes[0].recovery) if codes else _Recovery)
        return cls(kind("resume"), kind("identify"), kind("fatal"))


class _Recovery(enum.StrEnum):
    """What a client does after a close, where the protocol lists no codes."""

    RESUME = "resume"
    IDENTIFY = "identify"
    FATAL = "fatal"


FIRST_OWN_CODE: Final = 4000
"""WebSocket leaves the codes from here on to applications (RFC 6455, section 7.4.2)."""
