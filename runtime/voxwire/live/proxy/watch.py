"""Looks at traffic while it goes by, without ever holding it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from voxwire.capture import Closed, Connection, Frame, Opened
from voxwire.live.check_thread import CheckThread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from voxwire.capture import CaptureEvent
    from voxwire.checks import Finding

MAX_WAITING: Final = 10_000
"""Events that may wait to be checked: seconds of work, at some 20 microseconds for most frames."""

MAX_WAITING_SIZE: Final = 64 * 1_048_576
"""Characters and bytes of the messages that may wait. It bounds memory when messages are long."""


class Watch:
    """Checks events in a thread of its own, in the order in which they are offered.

    `check` turns events into findings; `report` is called with each, in that thread. When checking
    falls behind, frames are skipped and counted, and their connection is from then on treated like one
    whose beginning was not seen: what was skipped is not reported as missing.
    """

    def __init__(
        self,
        check: Callable[[Iterable[CaptureEvent]], Iterator[Finding]],
        report: Callable[[Finding], None],
        *,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self.skipped = 0
        """Frames that were not checked."""
        self._max_waiting: Final = max_waiting
        self._thread: Final = CheckThread(check, report, "voxwire-watch")
        self._resumed: dict[int, Connection] = {}
        self._interrupted: set[int] = set()
        self._unopened: set[int] = set()
        """Connections whose opening was skipped, so that nothing of them can be checked."""

    def offer(self, event: CaptureEvent) -> None:
        """Have `event` checked some time soon, or skip it; returns at once."""
        if isinstance(event, Opened):
            # Frames stop at the bound itself: for one connection more there is nearly always room.
            if self._is_full(2 * self._max_waiting):
                self._unopened.add(event.connection.number)
            else:
                self._thread.put(event)
            return
        if not isinstance(event, Frame):
            if isinstance(event, Closed):
                # A close is needed to end what its opening began; there are no more of the one than
                # of the other, which has a bound.
                if event.connection.number in self._unopened:
                    return
                event = self._closed(event)
            self._thread.put(event)
            return
        number = event.connection.number
        if number in self._unopened or self._is_full(self._max_waiting):
            self.skipped += 1
            self._interrupted.add(number)
            return
        if number in self._interrupted:
            self._resume(event.connection)
        if number in self._resumed:
            event = msgspec.structs.replace(event, connection=self._resumed[number])
        self._thread.put(event)

    def forget(self, connection: Connection) -> None:
        """Nothing more is offered of this connection."""
        self._unopened.discard(connection.number)
        self._interrupted.discard(connection.number)
        self._resumed.pop(connection.number, None)

    def _closed(self, event: Closed) -> Closed:
        """A close of what its connection is treated like: nothing that was skipped is held against
        either side."""
        number = event.connection.number
        if number in self._interrupted:
            self._resume(event.connection)
        resumed = self._resumed.pop(number, None)
        return event if resumed is None else msgspec.structs.replace(event, connection=resumed)

    def _resume(self, whole: Connection) -> None:
        """Go on after frames of a connection were skipped."""
        self._interrupted.remove(whole.number)
        self._resumed[whole.number] = Connection(
            whole.number, whole.started, whole.url, whole.subprotocol
        )

    def close(self) -> None:
        """Check what still waits, and end. Raises what the check raised, which is a bug in it."""
        self._thread.close()

    def _is_full(self, events: int) -> bool:
        thread = self._thread
        return thread.waiting >= events or thread.waiting_size > MAX_WAITING_SIZE
