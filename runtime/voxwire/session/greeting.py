"""What a server says first: its greeting, and the interval of heartbeats that it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from voxwire.session.heartbeats import in_seconds, in_units
from voxwire.session.messages import made, with_values
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from msgspec import Struct

    from voxwire.protocol import AnyProtocol, Field, HeartbeatRules


@dataclass(frozen=True, slots=True)
class Greeting:
    """The greeting of one connection."""

    message: bytes | None
    """Its JSON; None where the protocol has no greeting."""
    seconds: float | None
    """The interval that it asks for; None where it asks for none."""

    @staticmethod
    def of(protocol: AnyProtocol, given: Struct | None, interval: int | None) -> Greeting:
        """The greeting with the payload that was `given` and the `interval`, in its unit; each as the
        protocol says where it is None. Raises EncodeError when it cannot be sent, LocalProtocolError
        when it has to be given and is not."""
        role = protocol.session.roles.greeting
        if role is None:
            return Greeting(None, None)
        field, asked, seconds = role.heartbeat_interval, interval, None
        if field is not None:
            if asked is None:
                asked = _usual_interval(field, protocol.session.heartbeat)
            if asked is not None:
                seconds = in_seconds(field, asked)
        if given is None:
            return Greeting(_bare_greeting(protocol, asked), seconds)
        values = {} if field is None or asked is None else {field.attribute: asked}
        whole = with_values(given, values, protocol)
        return Greeting(Codec.of(protocol).encode(whole), seconds)


def _usual_interval(field: Field, rules: HeartbeatRules | None) -> int | None:
    """What the greeting asks for where nobody says more, in its own unit."""
    return None if rules is None or rules.interval is None else in_units(field, rules.interval)


@lru_cache(maxsize=64, typed=True)
def _bare_greeting(protocol: AnyProtocol, asked: int | None) -> bytes:
    """The greeting that has no fields but the interval: mostly the same on all connections."""
    role = protocol.session.roles.greeting
    assert role is not None, "somebody greets"
    field = role.heartbeat_interval
    values = {} if field is None or asked is None else {field.attribute: asked}
    return Codec.of(protocol).encode(made(protocol, role, values))
