"""When faults act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from voxwire.default import protocol_or_vox
from voxwire.live.mock.engine.fault_kinds import KINDS
from voxwire.live.mock.engine.plan import Outgoing, Plan
from voxwire.live.mock.engine.traffic import Traffic

if TYPE_CHECKING:
    from voxwire.live.mock.engine.fault import Fault
    from voxwire.protocol import AnyProtocol, FrameClass


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

    def at_login(self, message: object) -> Fault | None:
        """The fault that takes the place of the answer to a login or resume, if any does."""
        for active in self.active:
            if active.fault.on == str(message) and not active.is_spent:
                return active.act()
        return None

    def at_handshake(self) -> int | None:
        """The HTTP status to refuse a handshake with; None to accept it."""
        for active in self.active:
            if KINDS[active.fault.kind].hits == "handshake" and not active.is_spent:
                return active.act().status
        return None


class Injection:
    """Lets the faults of a gateway act on one connection."""

    def __init__(
        self,
        faults: Faults,
        protocol: AnyProtocol | None = None,
        spoiled: FrameClass | None = None,
    ) -> None:
        """`spoiled` is the message that is sent without what it needs, if it matters which."""
        self._faults: Final = faults
        self._protocol: Final = protocol_or_vox(protocol)
        self._spoiled: Final = spoiled
        self._traffic: Final = Traffic.of(self._protocol)
        self._counts: Final[dict[ActiveFault, int]] = {}
        self._done: Final[set[ActiveFault]] = set()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing that could act."""
        return not self._faults.active

    def plan(self, outgoing: Outgoing) -> Plan:
        """What to do with a message."""
        plan = Plan([outgoing.message], self._protocol, self._spoiled)
        if outgoing.by_fault:
            return plan
        for active in self._faults.active:
            kind = KINDS[active.fault.kind]
            if kind.hits == "answer":
                is_answer = outgoing.type == self._traffic.answer
                hits = is_answer and self._is_unanswered(active)
            else:
                hits = self._traffic.counts(outgoing.type, outgoing.seq) and self._hits(active)
            if hits:
                kind.act(active.act(), plan)
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
        if count < fault.after + (not KINDS[fault.kind].ends):
            return False
        self._done.add(active)
        return True

    def _is_unanswered(self, active: ActiveFault) -> bool:
        """Count a heartbeat: does it get no answer?"""
        count = self._counts[active] = self._counts.get(active, 0) + 1
        return not active.is_spent and count > (active.fault.after or 0)
