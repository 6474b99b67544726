"""What of a protocol the check of a capture depends on, made once for each protocol."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.checks.findings import shown_name
from voxwire.checks.followed import Following
from voxwire.checks.frame_check import FrameCheck, severities
from voxwire.wire.mistakes import reads_binary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol, FrameClass, MessageInfo, MessageType, Side


class CheckedProtocol:
    """The checks of frames, and what is known of each kind of them. Nothing in it changes."""

    def __init__(self, protocol: AnyProtocol) -> None:
        sides: dict[Direction, Side] = {"c2s": "client", "s2c": "server"}
        self.protocol: Final = protocol
        self.following: Final = Following(protocol)
        self.frames: Final = FrameCheck(protocol)
        self.reads_binary: Final = {
            direction: reads_binary(side, protocol) for direction, side in sides.items()
        }
        """By direction whether a binary frame is read as the text that its bytes are."""
        self.severities: Final = {
            direction: severities(side, protocol) for direction, side in sides.items()
        }
        """By direction and rule how grave a mistake is that is mostly ignored."""
        self.kinds: Final[Mapping[Direction, Mapping[FrameClass, Kind]]] = {
            "c2s": {info.frame: self._kind(info, "c2s") for info in protocol.client.values()},
            "s2c": {info.frame: self._kind(info, "s2c") for info in protocol.server.values()},
        }
        """By direction what is known of the frames of a class."""

    @staticmethod
    def of(protocol: AnyProtocol) -> CheckedProtocol:
        """That of a protocol, made when it is first asked for."""
        return _made(protocol)

    def _kind(self, info: MessageInfo, direction: Direction) -> Kind:
        return Kind(
            info.type,
            shown_name(str(info.type)),
            direction == "c2s" or info.type in self.following.guide.conversation.special_types,
            info.type in self.following.first,
        )


class Kind(NamedTuple):
    """Frames of one class that go in one direction."""

    type: MessageType
    name: str
    """The type as it is shown."""
    is_for_session: bool
    """Whether the session has to look at each."""
    is_first: bool
    """Whether a connection may begin with one."""


@cache
def _made(protocol: AnyProtocol) -> CheckedProtocol:
    return CheckedProtocol(protocol)
