"""What reading streams comes to: events, and how much of what there was cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.events import Connection, Lacks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voxwire.capture.events import CaptureEvent, Unit

MOST_AT_ONCE: Final = 16 << 20
"""Bytes of messages that are read before they are taken out: a packet of 64 KiB can hold 64 MiB that are
compressed."""

MOST_HELD: Final = 128 << 20
"""Bytes of all streams that wait for what makes a message of them. What would be more is given up."""


class StreamOutput:
    """Of all streams of one file."""

    def __init__(self, unit: Unit, lacks: Lacks = Lacks.NOTHING) -> None:
        self.unit: Final[Unit] = unit
        """What places in the file count."""
        self.lacks = lacks
        """What the file lacks of each connection that begins from here on."""
        self.events: Final[list[CaptureEvent]] = []
        """What has been read and not yet taken out."""
        self.size = 0
        """Bytes of messages among them."""
        self.held = 0
        """Bytes that wait."""
        self._paused: list[Callable[[], None]] = []
        self.connections = 0
        """WebSocket connections so far."""
        self.tls = 0
        """Streams of TLS, which could hold any."""
        self.http2 = 0
        """Streams of HTTP/2, which could hold any."""

    def pause(self, go_on: Callable[[], None]) -> None:
        """Call `go_on` when the events have been taken out."""
        self._paused.append(go_on)

    def taken(self) -> Iterator[CaptureEvent]:
        """Take out all events, and those of streams that paused meanwhile."""
        while True:
            yield from self.events
            self.events.clear()
            self.size = 0
            if not self._paused:
                return
            paused, self._paused = self._paused, []
            for go_on in paused:
                go_on()

    def connection(
        self, started: float, url: str | None, subprotocol: str | None, lacks: Lacks
    ) -> Connection:
        """The next one."""
        self.connections += 1
        return Connection(self.connections, started, url, subprotocol, self.lacks | lacks)


def counted_bytes(count: int) -> str:
    """``1 byte``, ``2 bytes``."""
    return f"{count} byte{'' if count == 1 else 's'}"
