"""All that the checks of conversations know of a protocol, made once for each protocol."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from voxwire.checks.session.causes import Causes
from voxwire.checks.session.conversation import Conversation
from voxwire.checks.session.pulse import pulses

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol


class Guide:
    """The states of a conversation, its heartbeats, and what its close codes are given for."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self.conversation: Final = Conversation(protocol)
        self.pulses: Final = tuple(pulses(self.conversation))
        self.causes: Final = Causes(self.conversation)

    @staticmethod
    def of(protocol: AnyProtocol) -> Guide:
        """That of a protocol, made when it is first asked for."""
        return _made(protocol)


@cache
def _made(protocol: AnyProtocol) -> Guide:
    return Guide(protocol)
