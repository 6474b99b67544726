"""Findings about what clients send, by the same checks as ``voxwire validate``."""

from __future__ import annotations

import threading
from queue import Queue
from typing import TYPE_CHECKING, Final

from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voxwire.capture import CaptureEvent
    from voxwire.checks import Finding

NAME: Final = "mock"
"""What stands in findings where captures have the name of their file."""

_MAX_WAITING: Final = 10_000
"""Events that may wait to be checked. Clients send 120 messages a minute; more than this waits only
when hundreds of them do, who then wait, too."""

_SERVERS_FAULT: Final = frozenset({"HEARTBEAT_ACK_MISSING", "RESUME_LAST_SEQ"})
"""Rules about client messages that a faulty server breaks: a mock that leaves heartbeats unanswered,
or that loses a connection with messages on their way."""

_ABOUT_CLIENTS: Final = frozenset({"ENDPOINT_QUERY", "HEARTBEAT_LATE"})
"""Rules about clients that need no message of theirs."""


class ClientCheck:
    """Checks conversations as they happen, in a thread of its own.

    `report` is called with each finding about a client, in that thread. It is told what clients send
    and the control messages they get: the rest of what a mock sends does not change what is due.
    """

    def __init__(self, report: Callable[[Finding], None], *, strict: bool = False) -> None:
        self._report: Final = report
        self._queue: Final[Queue[CaptureEvent | None]] = Queue(_MAX_WAITING)
        selection = Selection(strict=strict)
        self._check: Final = CaptureCheck(NAME, selection, Statistics(), Sessions())
        self._error: Exception | None = None
        self._thread: Final = threading.Thread(target=self._run, name="voxwire-mock", daemon=True)
        self._thread.start()

    def offer(self, event: CaptureEvent) -> None:
        """Have `event` checked."""
        self._queue.put(event)

    def flush(self) -> None:
        """Wait until everything that was offered has been checked."""
        self._queue.join()

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
        """What was offered. Each is done when the next is asked for: it has been checked by then."""
        while True:
            event = self._queue.get()
            try:
                if event is None:
                    return
                yield event
            finally:
                self._queue.task_done()
