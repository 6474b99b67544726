"""A message on its way to a client, and what is to become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from voxwire.live.mock.engine.fault import Fault
    from voxwire.protocol import AnyProtocol, FrameClass


class Outgoing(Struct, frozen=True):
    """A message on its way to a client: `message` as WebSocket carries it, `seq` None when it has no
    number. `by_fault`: it would not be there without a fault, so that it neither counts nor is hit."""

    message: str | bytes
    type: Any
    seq: int | None = None
    by_fault: bool = False


class Plan(Struct):
    """What to do instead of sending a message: wait `delay` seconds, send `messages`, then the JSON in
    `garbage`, publish `extras`, and end the connection as `end` says.

    `protocol` is that of the messages; `spoiled` the one that is sent without what it needs, if it
    matters which."""

    messages: list[str | bytes]
    protocol: AnyProtocol
    spoiled: FrameClass | None = None
    delay: float = 0.0
    garbage: list[bytes] = []
    extras: list[Struct] = []
    end: Fault | None = None
