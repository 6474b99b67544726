"""When faults act, and what a message becomes then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from voxmodels.v1 import UnknownFrame, server
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.wire.compression import Compressor

if TYPE_CHECKING:
    from voxwire.live.mock.engine.faults import Fault

UNKNOWN: Final = UnknownFrame(type="mock_unknown", d={"why": "a fault of the mock gateway"})
"""What the fault ``unknown`` sends: a type that no version of the protocol has."""

INVALID: Final = UnknownFrame(type=server.MemberLeaveFrame.type, d={})
"""What the fault ``invalid`` sends: a type that everybody knows, without its ``user_id``."""

NOT_JSON: Final = b'{"type": "message_create", "d": {'
"""What the fault ``bad_json`` sends."""

_ENDS: Final = frozenset({"drop", "close", "silence"})
_EXTRAS: Final = {"unknown": UNKNOWN, "invalid": INVALID}


class Outgoing(Struct, frozen=True):
    """A message on its way to a client: `message` as WebSocket carries it, `seq` None when it has no
    number. `by_fault`: it would not be there without a fault, so that it neither counts nor is hit."""

    message: str | bytes
    type: str
    seq: int | None = None
    by_fault: bool = False


class Plan(Struct):
    """What to do instead of sending a message: wait `delay` seconds, send `messages`, then `garbage`,
    publish `extras`, and end the connection as `end` says."""

    messages: list[str | bytes]
    delay: float = 0.0
    has_garbage: bool = False
    extras: list[UnknownFrame] = []
    end: Fault | None = None


class ActiveFault:
    """A fault at work; all connections of a gateway share it."""

    def __init__(self, fault: Fault) -> None:
        self.fault: Final = fault
        self.acted = 0
        """How often it has acted."""

    @property
    def is_spent(self) -> bool:
        """Whether it has acted as often as it may."""
        return self.fault.times is not None and self.acted >= self.fault.times

    def act(self) -> Fault:
        """It acts now."""
        self.acted += 1
        return self.fault


class Faults:
    """The faults of a gateway."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.active: Final = [ActiveFault(fault) for fault in faults]

    def add(self, fault: Fault) -> None:
        """One more, from now on: what was sent before does not count."""
        self.active.append(ActiveFault(fault))

    def at_login(self, message: str) -> Fault | None:
        """The fault that takes the place of the answer to identify or resume, if any does."""
        for active in self.active:
            if active.fault.on == message and not active.is_spent:
                return active.act()
        return None

    def at_handshake(self) -> int | None:
        """The HTTP status to refuse a handshake with; None to accept it."""
        for active in self.active:
            if active.fault.kind == "refuse" and not active.is_spent:
                return active.act().status
        return None


class Injection:
    """Lets the faults of a gateway act on one connection."""

    def __init__(self, faults: Faults) -> None:
        self._faults: Final = faults
        self._counts: Final[dict[ActiveFault, int]] = {}
        self._done: Final[set[ActiveFault]] = set()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing that could act."""
        return not self._faults.active

    def plan(self, outgoing: Outgoing) -> Plan:
        """What to do with a message."""
        plan = Plan([outgoing.message])
        if outgoing.by_fault:
            return plan
        for active in self._faults.active:
            if active.fault.kind == "no_ack":
                hits = outgoing.type == server.HeartbeatAckFrame.type and self._is_unanswered(
                    active
                )
            else:
                hits = outgoing.seq is not None and self._hits(active)
            if hits:
                _apply(active.act(), plan)
        return plan

    def _hits(self, active: ActiveFault) -> bool:
        """Count a numbered message: does the fault act at it?"""
        fault = active.fault
        count = self._counts[active] = self._counts.get(active, 0) + 1
        if active.is_spent:
            return False
        if fault.every is not None:
            return count % fault.every == 0
        if fault.after is None or active in self._done:
            return False
        # What ends a connection follows the Nth message; what hits one hits the next.
        if count < fault.after + (fault.kind not in _ENDS):
            return False
        self._done.add(active)
        return True

    def _is_unanswered(self, active: ActiveFault) -> bool:
        """Count a heartbeat: does it get no answer?"""
        count = self._counts[active] = self._counts.get(active, 0) + 1
        return not active.is_spent and count > (active.fault.after or 0)


def _apply(fault: Fault, plan: Plan) -> None:
    match fault.kind:
        case "skip" | "no_ack":
            plan.messages = []
        case "repeat":
            plan.messages = plan.messages * 2
        case "corrupt":
            how = fault.how or ""
            plan.messages = [m if isinstance(m, str) else _damaged(m, how) for m in plan.messages]
        case "delay":
            plan.delay += (fault.ms or 0) / 1000
        case "bad_json":
            plan.has_garbage = True
        case "unknown" | "invalid":
            plan.extras.append(_EXTRAS[fault.kind])
        case "drop" | "close" | "silence":
            plan.end = plan.end or fault


def _damaged(message: bytes, how: str) -> bytes:
    """A zstd frame with one mistake; each breaks another rule of voxwire's own decompressor."""
    match how:
        case "trailing":
            return message + b"\0"
        case "magic":
            return bytes(4) + message[4:]
        case "large":
            return Compressor().compress(bytes(MAX_FRAME_SIZE + 1))
    return message[:-1]
