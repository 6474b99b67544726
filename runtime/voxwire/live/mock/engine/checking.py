"""Findings about what clients send, by the same checks as ``voxwire validate``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.live.check_thread import CheckThread
from voxwire.rules.agreement import ENDPOINT_QUERY
from voxwire.rules.heartbeats import HEARTBEAT_ACK_MISSING, HEARTBEAT_LATE
from voxwire.rules.order import RESUME_LAST_SEQ

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from voxwire.capture import CaptureEvent
    from voxwire.checks import Finding
    from voxwire.protocol import AnyProtocol

    Check: TypeAlias = Callable[[Iterable[CaptureEvent]], Iterator[Finding]]

NAME: Final = "mock"
"""What stands in findings where captures have the name of their file."""

MAX_WAITING: Final = 10_000
"""Events that may wait to be checked before nothing more is read from clients."""

MAX_WAITING_SIZE: Final = 64 * 1_048_576
"""Characters and bytes of the messages that may wait, likewise: it bounds memory when they are long."""

FLUSH_TIMEOUT: Final = 30.0
"""Seconds in which what waits is checked: some thousand events take one."""

_SERVERS_FAULT: Final = frozenset({HEARTBEAT_ACK_MISSING, RESUME_LAST_SEQ})
"""Rules about client messages that a faulty server breaks: a mock that leaves heartbeats unanswered,
or that loses a connection with messages on their way."""

_ABOUT_CLIENTS: Final = frozenset({ENDPOINT_QUERY, HEARTBEAT_LATE})
"""Rules about clients that need no message of theirs."""


class ClientCheck:
    """Checks conversations as they happen, in a thread of its own.

    `report` is called with each finding about a client, in that thread; it must not wait for long. The
    check is told what clients send and the control messages they get: the rest of what a mock sends
    does not change what is due.
    """

    def __init__(
        self,
        report: Callable[[Finding], None],
        *,
        strict: bool = False,
        protocol: AnyProtocol | None = None,
    ) -> None:
        selection = Selection(strict=strict)
        check = CaptureCheck(NAME, selection, Statistics(), Sessions(), protocol=protocol)
        about_clients = _about_clients(check.findings_in)
        self._thread: Final = CheckThread(about_clients, report, "voxwire-mock")

    def offer(self, event: CaptureEvent) -> None:
        """Have `event` checked. Never waits: wait for :meth:`room` before reading more."""
        self._thread.put(event)

    @property
    def waiting(self) -> int:
        """How much waits to be checked."""
        return self._thread.waiting

    async def room(self) -> None:
        """Wait until not too much waits to be checked, without holding the event loop up."""
        while self.waiting > MAX_WAITING or self._thread.waiting_size > MAX_WAITING_SIZE:
            await asyncio.to_thread(self.flush)

    def flush(self, timeout: float = FLUSH_TIMEOUT) -> None:
        """Wait until everything that was offered has been checked. Raises TimeoutError."""
        if not self._thread.flush(timeout):
            raise TimeoutError(
                f"what clients sent was not checked within {timeout:g} s; "
                f"{self.waiting} messages wait"
            )

    def close(self) -> None:
        """Check what still waits, and end. Raises what the check raised, which is a bug in it."""
        self._thread.close()


def _about_clients(check: Check) -> Check:
    """A check that gives what concerns clients alone."""

    def findings_in(events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        for finding in check(events):
            if finding.rule in _SERVERS_FAULT:
                continue
            if finding.direction == "c2s" or finding.rule in _ABOUT_CLIENTS:
                yield finding

    return findings_in
