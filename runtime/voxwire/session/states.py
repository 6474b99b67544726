"""How a connection proceeds, and who may send what: all of it in tables (protocol section 8).

Theory of operation
===================

One machine describes a connection, and both ends run it: neither this file nor the tables know which
side they play. A frame moves the machine of its sender when it is sent and that of its receiver when
it is received, so the two ends agree whenever nothing is in flight.

:data:`TRANSITIONS` is the machine. A row lists the frames that are legal in a state and the state
after each; what is not listed is illegal. Frames are named by their classes. All those that have no
part in the machine behave alike, so two stand-ins take their places: :class:`ServerMessage` and
:class:`ClientMessage`.

:data:`IGNORED` and :data:`CLOSE_CODES` divide what the machine does not allow a client. Servers pass
over the former, as recorded servers do, and close the connection for the latter. Nothing is said
about servers that break the machine: a client closes with 4000.

Three things are no frames and stand beside the table. The transport opens, which leads from
``CONNECTING`` to ``CONNECTED``; this side wants to close, which leads from any state to ``CLOSING``;
the transport ends, which leads from any state to ``CLOSED``.

What no table can hold: numbers and timers. They are in the two connection classes.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from voxmodels.v1 import CloseCode, UnknownFrame, client, registry, server

FrameClass: TypeAlias = type[Struct]
"""The class of a frame, or one of the two stand-ins."""

Sender: TypeAlias = Literal["client", "server"]


class State(enum.Enum):
    """How far a connection is. The value is a description."""

    CONNECTING = "the transport is not open yet"
    CONNECTED = "the transport is open, and the server is to say hello"
    GREETED = "the client is to say who it is"
    IDENTIFYING = "the server checks who the client is, to start a session"
    RESUMING = "the server checks who the client is, and replays what it missed"
    READY = "a session is under way"
    CLOSING = "this side has asked to close, and takes no part any more"
    CLOSED = "the transport has ended"

    def __repr__(self) -> str:
        return f"State.{self.name}"


class ServerMessage(Struct):
    """Stands for every sequenced message but ready, and for types that are not known."""


class ClientMessage(Struct):
    """Stands for every client message that the tables do not name, and for types not known."""


TRANSITIONS: Final[Mapping[State, Mapping[FrameClass, State]]] = MappingProxyType(
    {
        State.CONNECTING: {},
        State.CONNECTED: {
            server.HelloFrame: State.GREETED,
        },
        State.GREETED: {
            client.IdentifyFrame: State.IDENTIFYING,
            client.ResumeFrame: State.RESUMING,
            server.ErrorFrame: State.GREETED,
        },
        State.IDENTIFYING: {
            server.ReadyFrame: State.READY,
            client.HeartbeatFrame: State.IDENTIFYING,
            server.HeartbeatAckFrame: State.IDENTIFYING,
            server.ErrorFrame: State.IDENTIFYING,
        },
        State.RESUMING: {
            server.ResumedFrame: State.READY,
            ServerMessage: State.RESUMING,
            client.HeartbeatFrame: State.RESUMING,
            server.HeartbeatAckFrame: State.RESUMING,
            server.ErrorFrame: State.RESUMING,
        },
        State.READY: {
            ServerMessage: State.READY,
            ClientMessage: State.READY,
            client.HeartbeatFrame: State.READY,
            server.HeartbeatAckFrame: State.READY,
            server.ErrorFrame: State.READY,
        },
        State.CLOSING: {},
        State.CLOSED: {},
    }
)
"""The state after each frame that is legal in a state."""

IGNORED: Final[Mapping[State, frozenset[FrameClass]]] = MappingProxyType(
    {
        State.IDENTIFYING: frozenset({client.ResumeFrame}),
        State.RESUMING: frozenset({client.ResumeFrame}),
        State.READY: frozenset({client.ResumeFrame}),
    }
)
"""Client frames that are not legal in a state and that a server passes over: recordings show that it
does so with a resume that comes too late."""

CLOSE_CODES: Final[Mapping[State, Mapping[FrameClass, CloseCode]]] = MappingProxyType(
    {
        State.GREETED: {
            client.HeartbeatFrame: CloseCode.NOT_AUTHENTICATED,
            ClientMessage: CloseCode.NOT_AUTHENTICATED,
        },
        State.IDENTIFYING: {
            client.IdentifyFrame: CloseCode.ALREADY_AUTHENTICATED,
            ClientMessage: CloseCode.NOT_AUTHENTICATED,
        },
        State.RESUMING: {
            client.IdentifyFrame: CloseCode.ALREADY_AUTHENTICATED,
            ClientMessage: CloseCode.NOT_AUTHENTICATED,
        },
        State.READY: {
            client.IdentifyFrame: CloseCode.ALREADY_AUTHENTICATED,
        },
    }
)
"""What a server closes with for each of the other client frames."""

NAMED: Final[frozenset[FrameClass]] = frozenset(
    {
        server.HelloFrame,
        server.ReadyFrame,
        server.ResumedFrame,
        server.HeartbeatAckFrame,
        server.ErrorFrame,
        client.IdentifyFrame,
        client.ResumeFrame,
        client.HeartbeatFrame,
    }
)
"""The frames that the tables name. All others behave as their stand-in."""


def stand_in(frame_class: FrameClass, sender: Sender) -> FrameClass:
    """The class under which the tables list a frame."""
    if frame_class in NAMED:
        return frame_class
    return ServerMessage if sender == "server" else ClientMessage


def _legal(sender: Sender) -> Mapping[State, Mapping[FrameClass, State]]:
    """:data:`TRANSITIONS` for one sender, with the real classes in place of the stand-in."""
    side = registry.SERVER if sender == "server" else registry.CLIENT
    classes: list[FrameClass] = [info.frame for info in side.values()]
    classes.append(UnknownFrame)
    return MappingProxyType(
        {
            state: MappingProxyType(
                {c: row[stand_in(c, sender)] for c in classes if stand_in(c, sender) in row}
            )
            for state, row in TRANSITIONS.items()
        }
    )


SERVER_MAY_SEND: Final = _legal("server")
"""For each state, the frames of a server that are legal, and the state after each."""

CLIENT_MAY_SEND: Final = _legal("client")
"""For each state, the frames of a client that are legal, and the state after each."""

NUMBERED_STATES: Final = frozenset(s for s, row in TRANSITIONS.items() if ServerMessage in row)
"""The states in which sequenced messages flow."""
