"""What the messages of a protocol's server are to a mock: sent of its own accord, counted, or an answer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from voxwire.session.machine import Machine

if TYPE_CHECKING:
    import enum

    from voxwire.protocol import AnyProtocol, FrameClass, MessageInfo


class Traffic:
    """The server's messages of one protocol. :meth:`of` shares one."""

    def __init__(self, protocol: AnyProtocol) -> None:
        machine = Machine.of(protocol)
        roles = protocol.session.roles
        of_streams = {
            frame
            for stream in protocol.session.streams
            for frame in (stream.opened_by, *stream.items, *stream.ended_by)
        }
        special = machine.role_of.keys() | of_streams
        self._plain: Final = machine.plain["server"]
        plain = frozenset().union(*self._plain.values())
        infos = protocol.server.values()
        self.is_numbered: Final = protocol.envelope.sequence_key is not None
        """Whether messages have numbers, so that faults go by those."""
        self.events: Final[tuple[MessageInfo, ...]] = tuple(
            info
            for info in infos
            if info.frame not in special
            and (bool(info.payloads) if info.seq == "required" else info.frame in plain)
        )
        """The messages that a server sends of its own accord, but for numbered ones without a class of
        payloads: sessions number no others."""
        self.shows: Final = frozenset(info.type for info in infos if info.frame not in plain)
        """Types of messages that change what a client may do: the check of clients has to see them,
        numbered or not."""
        greeting = roles.greeting
        self.leads: Final = frozenset(
            info.type
            for info in infos
            if (greeting is None or info.frame is not greeting.frame)
            and any(
                row.get(info.frame, state) is not state
                for state, row in machine.legal["server"].items()
            )
        )
        """Types of messages that lead to another state, but for the greeting, from which clients count
        the time."""
        self.answer: Final[Any] = None if (role := roles.heartbeat_answer) is None else role.type
        """The type of the answer to a heartbeat."""
        self._unnumbered: Final = frozenset(
            info.frame for info in self.events if info.seq == "never"
        )
        established = None if roles.established is None else roles.established.frame
        self._uncounted: Final = frozenset(
            role.type
            for frame, role in machine.role_of.items()
            if role.side == "server" and frame is not established
        )

    @staticmethod
    def of(protocol: AnyProtocol) -> Traffic:
        """That of a protocol, made when it is first asked for."""
        return _made(protocol)

    def plain_in(self, state: enum.Enum) -> frozenset[FrameClass]:
        """The messages that a server may send of its own accord in a state, and that change nothing."""
        return self._plain.get(state, frozenset())

    def has_number(self, info: MessageInfo | None) -> bool:
        """Whether a session numbers a message that it is given; None is an unknown one. What has a part in
        the conversation itself is no message to be given, which the session says."""
        return self.is_numbered and (info is None or info.frame not in self._unnumbered)

    def counts(self, type_: Any, seq: int | None) -> bool:
        """Whether faults count a message: those with numbers, or where there are none, those that are
        neither a greeting nor a heartbeat nor a complaint."""
        return seq is not None if self.is_numbered else type_ not in self._uncounted


@cache
def _made(protocol: AnyProtocol) -> Traffic:
    return Traffic(protocol)
