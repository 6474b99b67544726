"""How a conversation goes, resolved: messages behind their names, close codes, times in seconds."""

from voxspec.model.session.parts import (
    Backoff,
    Binding,
    Compression,
    Heartbeats,
    Number,
    Quota,
    Rate,
    Refusals,
    Resume,
    Role,
    Stream,
    Timer,
    Token,
)
from voxspec.model.session.prose import (
    SessionRule,
)
from voxspec.model.session.reactions import (
    Close,
    Ignored,
    Mistakes,
    Reaction,
    Read,
)
from voxspec.model.session.session import (
    Session,
)
from voxspec.model.session.states import (
    CLOSED,
    CLOSING,
    CONNECTING,
    Key,
    Move,
    StandIn,
    StandInKind,
    State,
    Subject,
    key_of,
)

__all__ = [
    "CLOSED",
    "CLOSING",
    "CONNECTING",
    "Backoff",
    "Binding",
    "Close",
    "Compression",
    "Heartbeats",
    "Ignored",
    "Key",
    "Mistakes",
    "Move",
    "Number",
    "Quota",
    "Rate",
    "Reaction",
    "Read",
    "Refusals",
    "Resume",
    "Role",
    "Session",
    "SessionRule",
    "StandIn",
    "StandInKind",
    "State",
    "Stream",
    "Subject",
    "Timer",
    "Token",
    "key_of",
]
