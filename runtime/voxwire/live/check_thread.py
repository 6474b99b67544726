"""A check of traffic that runs in a thread of its own, beside the event loop that sees the traffic."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from voxwire.capture import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from voxwire.capture import CaptureEvent
    from voxwire.checks import Finding


class CheckThread:
    """Hands events to a check, in the order in which they are put.

    `check` turns events into findings; `report` is called with each, in the thread called `name`. What
    waits has no bound here: whoever puts looks at :attr:`waiting` and :attr:`waiting_size`.
    """

    def __init__(
        self,
        check: Callable[[Iterable[CaptureEvent]], Iterator[Finding]],
        report: Callable[[Finding], None],
        name: str,
    ) -> None:
        self.error: Exception | None = None
        """What the check raised, which is a bug in it."""
        self._check: Final = check
        self._report: Final = report
        self._queue: Final[SimpleQueue[CaptureEvent | threading.Event | None]] = SimpleQueue()
        # Each counter has one writer, so that no lock is needed: what waits is their difference.
        self._put_size = 0
        self._taken_size = 0
        self._has_ended = False
        self._thread: Final = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many events wait to be checked."""
        return self._queue.qsize()

    @property
    def waiting_size(self) -> int:
        """How many characters and bytes the messages have that wait to be checked."""
        return self._put_size - self._taken_size

    def put(self, event: CaptureEvent) -> None:
        """Have `event` checked. Never waits."""
        if isinstance(event, Frame):
            self._put_size += len(event.data)
        self._queue.put(event)

    def flush(self, timeout: float) -> bool:
        """Wait until everything that was put has been checked; False if that takes too long."""
        checked = threading.Event()
        self._queue.put(checked)
        return not self._thread.is_alive() or checked.wait(timeout)

    def close(self) -> None:
        """Check what still waits, and end. Raises what the check raised."""
        self._queue.put(None)
        self._thread.join()
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        try:
            for finding in self._check(self._events()):
                self._report(finding)
        except Exception as error:
            self.error = error
            for _ in (
                self._events()
            ):  # nothing may pile up, or be waited for, behind a check that is over
                pass

    def _events(self) -> Iterator[CaptureEvent]:
        """What was put, up to the end. Who waits is told when all before has been checked."""
        while not self._has_ended:
            event = self._queue.get()
            if event is None:
                self._has_ended = True
                return
            if isinstance(event, threading.Event):
                event.set()
                continue
            if isinstance(event, Frame):
                self._taken_size += len(event.data)
            yield event
