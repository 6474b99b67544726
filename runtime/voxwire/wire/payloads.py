"""To which message a payload belongs, and what to do where that is not clear: messages may share a class."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from voxwire.errors import EncodeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voxwire.protocol import AnyProtocol, MessageInfo, PayloadClass


def message_of(message: Any, protocol: AnyProtocol) -> MessageInfo | None:
    """What is known of the message that a payload or a frame is; None of an unknown one.

    Raises EncodeError for a payload that several messages share.
    """
    kind = type(message)
    info = protocol.by_payload.get(kind) or protocol.by_frame.get(kind)
    if info is None and kind in shared_payloads(protocol):
        raise ambiguous(kind, protocol)
    return info


@cache
def shared_payloads(protocol: AnyProtocol) -> Mapping[PayloadClass, tuple[MessageInfo, ...]]:
    """The classes that are payloads of several messages, and of which."""
    sharing: dict[PayloadClass, tuple[MessageInfo, ...]] = {}
    for info in protocol.by_frame.values():
        for kind in info.payloads:
            if kind not in protocol.by_payload:
                sharing[kind] = (*sharing.get(kind, ()), info)
    return MappingProxyType(sharing)


def ambiguous(kind: PayloadClass, protocol: AnyProtocol) -> EncodeError:
    """What is wrong with such a payload alone."""
    infos = shared_payloads(protocol)[kind]
    named = " and ".join(f"{info.direction}/{info.type}" for info in infos)
    frames = " or ".join(info.frame.__name__ for info in infos)
    return EncodeError(f"{kind.__name__} is the payload of {named}: give a frame, {frames}")
