"""What to do after a connection ended (protocol section 8, close codes)."""

from typing import Final

from msgspec import Struct

from voxmodels.v1 import CloseCode, Recovery
from voxmodels.v1.close_codes import CloseMeaning

UNLISTED: Final = CloseMeaning(
    Recovery.RESUME, False, "The code is not one of the protocol. Treated as a lost connection."
)
"""What a code means that the protocol does not list, WebSocket's own or a newer one of the gateway.

It counts as a lost connection: resuming is cheap, the growing waits keep it harmless, and a server
that cannot continue the session says so with 4009. Only when it answers a resume does it also end
the session, as it could end every further attempt alike.
"""


class NextConnection(Struct, frozen=True):
    """What to do next.

    ``recovery`` RESUME or IDENTIFY: wait `delay` seconds, then open a new connection with the same
    ClientSession, which knows its first message. FATAL: do not connect again.
    """

    recovery: Recovery
    delay: float
    description: str
    """What the close code means, in words."""


def meaning(code: int, reason: str) -> CloseMeaning:
    """What a close means, also where the protocol does not list its code."""
    try:
        return CloseCode(code).meaning(reason)
    except ValueError:
        return UNLISTED


def is_listed(code: int) -> bool:
    """Whether the protocol lists a close code."""
    return code in CloseCode.__members__.values()


def close_reason(code: int) -> str:
    """The reason that goes with a close code: the name of the gateway's own, as servers send it.

    >>> close_reason(4005)
    'ALREADY_AUTHENTICATED'
    """
    return CloseCode(code).name if code >= FIRST_OWN_CODE and is_listed(code) else ""


FIRST_OWN_CODE: Final = 4000
"""WebSocket leaves the codes from here on to applications (RFC 6455, section 7.4.2)."""
