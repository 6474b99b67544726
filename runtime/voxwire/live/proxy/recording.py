"""What a recorder writes down: the connections of one capture, as they are seen in between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from voxwire.capture import Closed, Connection, Frame, Opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.capture import CaptureEvent, Direction
    from voxwire.capture.writer import CaptureWriter, ClosedBy
    from voxwire.live.proxy.watch import Watch


class Recording:
    """A capture in the making.

    `notify` is told in a sentence what happens to connections. `watch` is offered everything that is
    recorded. `clock` gives Unix time in seconds. When the capture cannot be written, `on_failure` is
    called, once, and nothing is written any more: a capture with holes would look like a whole one.
    """

    def __init__(
        self,
        writer: CaptureWriter,
        *,
        notify: Callable[[str], None],
        on_failure: Callable[[OSError], None],
        watch: Watch | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.connections = 0
        """Connections so far."""
        self.frames = 0
        """Frames so far, of all connections."""
        self.notify: Final = notify
        self.now: Final = clock
        self._writer: Final = writer
        self._watch: Final = watch
        self._on_failure: Final = on_failure
        self._is_broken = False

    def open(self, url: str, subprotocol: str | None = None) -> RecordedConnection:
        """A connection to `url` begins, with the WebSocket `subprotocol` if one was chosen."""
        self.connections += 1
        return RecordedConnection(self, self.connections, url, subprotocol)

    def write(self, event: CaptureEvent, conn: str, by: ClosedBy | None = None) -> None:
        """Write one line, unless writing has failed."""
        if self._is_broken:
            return
        try:
            if isinstance(event, Closed):
                self._writer.closed(event.ts, event.code, event.reason, conn, by=by)
            else:
                self._writer.event(event, conn)
        except OSError as error:
            self._is_broken = True
            self._on_failure(error)
            return
        if self._watch is not None:
            self._watch.offer(event)

    def forget(self, connection: Connection) -> None:
        """A connection is over, and nothing more is offered of it."""
        if self._watch is not None:
            self._watch.forget(connection)


class RecordedConnection:
    """One connection of a recording. After its end nothing more is recorded of it."""

    def __init__(
        self, recording: Recording, number: int, url: str, subprotocol: str | None = None
    ) -> None:
        self._recording: Final = recording
        self._connection: Final = Connection(number, recording.now(), url, subprotocol)
        self._conn: Final = str(number)
        self._is_over = False
        recording.write(Opened(self._connection, has_header=True), self._conn)
        recording.notify(f"connection {number} opened")

    def frame(self, direction: Direction, data: str | bytes) -> None:
        """A message went by."""
        if self._is_over:
            return
        connection = self._connection
        connection.frames += 1
        self._recording.frames += 1
        event = Frame(connection, connection.frames, self._recording.now(), direction, data)
        self._recording.write(event, self._conn)

    def closed(self, code: int, reason: str, by: ClosedBy) -> None:
        """One side sent a close. The first one counts: what follows is only the answer to it."""
        if self._is_over:
            return
        event = Closed(self._connection, self._recording.now(), code, reason)
        self._recording.write(event, self._conn, by)
        self._end(f"closed by the {by} with {code} {reason}".rstrip())

    def lost(self, by: ClosedBy) -> None:
        """The connection of one side broke. A capture says so by having no close line."""
        if not self._is_over:
            self._end(f"lost: the {by} went away without a close")

    def stalled(self, by: ClosedBy) -> None:
        """One side took nothing any more. For a capture that is like :meth:`lost`."""
        if not self._is_over:
            self._end(f"given up: the {by} took no message for too long")

    def _end(self, how: str) -> None:
        self._is_over = True
        self._recording.forget(self._connection)
        count = self._connection.frames
        frames = "1 frame" if count == 1 else f"{count} frames"
        self._recording.notify(f"connection {self._conn} {how}; {frames}")
