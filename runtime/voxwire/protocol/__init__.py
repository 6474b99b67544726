"""What voxwire needs of a protocol: the one object that a generated package offers as ``PROTOCOL``.

Nothing else in voxwire knows a message. Whoever handles frames takes such an object; Vox's own is the
default, in :mod:`voxwire.vox`. Everything here is an interface: what has these members is a protocol,
whichever package it is from. None stands for what a protocol does not have.
"""

from voxwire.protocol.coding import Decode, Encode, EncodeWithKeys, JsonText
from voxwire.protocol.frames import Closed, Endpoint, Envelope, MessageInfo, Problem, Secrets
from voxwire.protocol.names import FrameClass, MessageType, PayloadClass, Severity, Side
from voxwire.protocol.reactions import Close, Mistakes, Reaction
from voxwire.protocol.roles import Field, Role, Roles
from voxwire.protocol.rules import (
    Backoff,
    Compression,
    HeartbeatRules,
    Quota,
    Rate,
    Refusals,
    ResumeRules,
    Stream,
    Timer,
)
from voxwire.protocol.session import Row, Session
from voxwire.protocol.whole import AnyProtocol, Protocol

__all__ = [
    "AnyProtocol",
    "Backoff",
    "Close",
    "Closed",
    "Compression",
    "Decode",
    "Encode",
    "EncodeWithKeys",
    "Endpoint",
    "Envelope",
    "Field",
    "FrameClass",
    "HeartbeatRules",
    "JsonText",
    "MessageInfo",
    "MessageType",
    "Mistakes",
    "PayloadClass",
    "Problem",
    "Protocol",
    "Quota",
    "Rate",
    "Reaction",
    "Refusals",
    "ResumeRules",
    "Role",
    "Roles",
    "Row",
    "Secrets",
    "Session",
    "Severity",
    "Side",
    "Stream",
    "Timer",
]
