"""Findings about what clients send, by the same checks as ``voxwire validate``."""

from __future__ import annotations

import asyncio
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from voxwire.capture import Frame
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voxwire.capture import CaptureEvent
    from voxwire.checks import Finding

NAME: Final = "mock"
"""What stands in findings where captures have the name of their file."""

MAX_WAITING: Final = 10_000
"""Events that may wait to be checked before nothing more is read from clients."""

MAX_WAITING_SIZE: Final = 64 * 1_048_576
"""Characters and bytes of the messages that may wait, likewise: it bounds memory when they are long."""

FLUSH_TIMEOUT: Final = 30.0
"""Seconds in which what waits is checked: some thousand events take one."""

_SERVERS_FAULT: Final = frozenset({"HEARTBEAT_ACK_MISSING", "RESUME_LAST_SEQ"})
"""Rules about client messages that a faulty server breaks: a mock that leaves heartbeats unanswered,
or that loses a connection with messages on their way."""

_ABOUT_CLIENTS: Final = frozenset({"ENDPOINT_QUERY", "HEARTBEAT_LATE"})
"""Rules about clients that need no message of theirs."""


class ClientCheck:
    """Checks conversations as they happen, in a thread of its own.

    `report` is called with each finding about a client, in that thread; it must not wait for long. The
    check is told what clients send and the control messages they get: the rest of what a mock sends
    does not change what is due.
    """

    def __init__(self, report: Callable[[Finding], None], *, strict: bool = False) -> None:
        self._report: Final = report
        self._queue: Final[SimpleQueue[CaptureEvent | threading.Event | None]] = SimpleQueue()
        selection = Selection(strict=strict)
        self._check: Final = CaptureCheck(NAME, selection, Statistics(), Sessions())
        # Each counter has one writer, so that no lock is needed: what waits is their difference.
        self._offered_size = 0
        self._taken_size = 0
        self._error: Exception | None = None
        self._thread: Final = threading.Thread(target=self._run, name="voxwire-mock", daemon=True)
        self._thread.start()

    def offer(self, event: CaptureEvent) -> None:
        """Have `event` checked. Never waits: wait for :meth:`room` before reading more."""
        if isinstance(event, Frame):
            self._offered_size += len(event.data)
        self._queue.put(event)

    @property
    def waiting(self) -> int:
        """How much waits to be checked."""
        return self._queue.qsize()

    @property
    def _waiting_size(self) -> int:
        return self._offered_size - self._taken_size

    async def room(self) -> None:
        """Wait until not too much waits to be checked, without holding the event loop up."""
        while self.waiting > MAX_WAITING or self._waiting_size > MAX_WAITING_SIZE:
            await asyncio.to_thread(self.flush)

    def flush(self, timeout: float = FLUSH_TIMEOUT) -> None:
        """Wait until everything that was offered has been checked. Raises TimeoutError."""
        checked = threading.Event()
        self._queue.put(checked)
        if self._thread.is_alive() and not checked.wait(timeout):
            raise TimeoutError(
                f"what clients sent was not checked within {timeout:g} s; "
                f"{self.waiting} messages wait"
            )

    def close(self) -> None:
        """Check what still waits, and end. Raises what the check raised, which is a bug in it."""
        self._queue.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            for finding in self._check.findings_in(self._events()):
                if finding.rule in _SERVERS_FAULT:
                    continue
                if finding.direction == "c2s" or finding.rule in _ABOUT_CLIENTS:
                    self._report(finding)
        except Exception as error:
            self._error = error
            for _ in self._events():  # whoever waits for it must not wait for ever
                pass

    def _events(self) -> Iterator[CaptureEvent]:
        """What was offered, up to the end. Who waits is told when all before has been checked."""
        while (event := self._queue.get()) is not None:
            if isinstance(event, threading.Event):
                event.set()
                continue
            if isinstance(event, Frame):
                self._taken_size += len(event.data)
            yield event
