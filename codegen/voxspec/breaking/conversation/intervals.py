"""How far apart heartbeats are, as each side understands it: by its own revision, or by the greeting."""

from __future__ import annotations

from voxspec.breaking.conversation.machine import Machine
from voxspec.breaking.conversation.meeting import Skew
from voxspec.model.session import Heartbeats


def part_of(machine: Machine, name: str) -> Heartbeats | None:
    """The heartbeats of one side."""
    session = machine.session
    return session.heartbeat if name == "heartbeat" else session.server_heartbeat


def seconds_in_unit(machine: Machine) -> float | None:
    """The seconds in one unit of the interval that the greeting says; None where it says none."""
    greeting = machine.session.role("greeting")
    bound = None if greeting is None else dict(greeting.bindings).get("heartbeat_interval")
    return None if bound is None else bound.seconds


def asked_for(server: Machine) -> float | None:
    """The number that a server of this revision says in its greeting."""
    unit = seconds_in_unit(server)
    for part in (server.session.heartbeat, server.session.server_heartbeat):
        if unit and part is not None and part.from_greeting and part.interval is not None:
            return (part.interval.seconds or 0.0) / unit
    return None


def interval_of(machine: Machine, name: str, skew: Skew) -> float | None:
    """Seconds between two heartbeats as one side of a skew understands it."""
    part = part_of(machine, name)
    if part is None:
        return None
    unit, asked = seconds_in_unit(machine), asked_for(skew.server)
    if part.from_greeting and unit is not None and asked is not None:
        return asked * unit
    return None if part.interval is None else part.interval.seconds
