"""Answers to clients that open streams: made up, where no capture has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.live.mock.engine.source import Planned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from voxwire.live.mock.engine.event_maker import EventMaker
    from voxwire.protocol import AnyProtocol, FrameClass, MessageInfo, Stream

_MOST_ITEMS: Final = 3


def made_up(
    stream: Stream, key: object, maker: EventMaker, random: Random, protocol: AnyProtocol
) -> Iterator[Planned]:
    """Some items and the end of a stream that a client has opened under `key`."""
    keys = {stream.key: key}
    items = _of_server(stream.items, protocol)
    ends = _of_server(stream.ended_by, protocol)
    for _ in range(random.randint(1, _MOST_ITEMS) if items else 0):
        payload, given = maker.message(random.choice(items), keys)
        yield Planned(payload, None, given)
    if ends:
        payload, given = maker.message(_usual_end(ends, protocol), keys)
        yield Planned(payload, None, given)


def _of_server(frames: frozenset[FrameClass], protocol: AnyProtocol) -> list[MessageInfo]:
    """The messages of the server among these, in the order of the protocol."""
    return [info for info in protocol.server.values() if info.frame in frames]


def _usual_end(ends: list[MessageInfo], protocol: AnyProtocol) -> MessageInfo:
    """The end that says least: with a payload, it more likely says what went wrong."""
    payload = protocol.envelope.payload_attribute
    return min(ends, key=lambda info: (payload in info.frame.__struct_fields__, len(info.payloads)))
