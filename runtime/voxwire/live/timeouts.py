"""How long a connection may take over each of its steps, in seconds, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Self

from voxwire.default import protocol_or_vox

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol

OPEN_TIMEOUT: Final = 10.0
"""From the first packet to the end of the opening handshake, proxy, TLS and redirections included: the
default of the ``websockets`` library. After it, a client gives a server the time for its handshake of
protocol section 8, which is in the timers of the protocol."""

CLOSE_TIMEOUT: Final = 5.0
"""For either side to answer a close, before its connection is cut."""

SEND_TIMEOUT: Final = 30.0
"""For a server to make room for a message of a client: the time that it gives a client for its first.
One that reads nothing for longer would not answer a heartbeat either."""

STALL_TIMEOUT: Final = 300.0
"""For the receiver behind a recorder to take a message, where sessions have no lifetime. Until then a
slow one makes the sender wait, as it would without a recorder."""


class RecorderTimeouts(NamedTuple):
    """The times of a recorder."""

    open: float = OPEN_TIMEOUT
    close: float = CLOSE_TIMEOUT
    stall: float = STALL_TIMEOUT

    @classmethod
    def of(cls, protocol: AnyProtocol | None) -> Self:
        """Those for a protocol: after the lifetime of its sessions, one that a slow receiver has could
        not even be resumed."""
        rules = protocol_or_vox(protocol).session.resume
        return cls() if rules is None else cls(stall=rules.lifetime)
