"""How long a connection may take over each of its steps, in seconds, each with its reason."""

from typing import Final, NamedTuple

from voxmodels.v1 import limits

OPEN_TIMEOUT: Final = 10.0
"""From the first packet to the end of the opening handshake, proxy, TLS and redirections included: the
default of the ``websockets`` library. After it, a client gives a server the time for its handshake of
protocol section 8, which is in the timers of the protocol."""

CLOSE_TIMEOUT: Final = 5.0
"""For either side to answer a close, before its connection is cut."""

SEND_TIMEOUT: Final = 30.0
"""For a server to make room for a message of a client: the time that it gives a client for its first.
One that reads nothing for longer would not answer a heartbeat either."""

STALL_TIMEOUT: Final = float(limits.SESSION_LIFETIME)
"""For the receiver behind a recorder to take a message. Until then a slow one makes the sender wait, as
it would without a recorder; after this time its session could not even be resumed."""


class RecorderTimeouts(NamedTuple):
    """The times of a recorder."""

    open: float = OPEN_TIMEOUT
    close: float = CLOSE_TIMEOUT
    stall: float = STALL_TIMEOUT
