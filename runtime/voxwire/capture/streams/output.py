"""What reading streams comes to: events, and how much of what there was cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.events import Connection, Lacks

if TYPE_CHECKING:
    from voxwire.capture.events import CaptureEvent, Unit


class StreamOutput:
    """Of all streams of one file."""

    def __init__(self, unit: Unit, lacks: Lacks = Lacks.NOTHING) -> None:
        self.unit: Final[Unit] = unit
        """What places in the file count."""
        self.lacks = lacks
        """What the file lacks of each connection that begins from here on."""
        self.events: Final[list[CaptureEvent]] = []
        """What has been read since they were taken out the last time."""
        self.connections = 0
        """WebSocket connections so far."""
        self.tls = 0
        """Streams of TLS, which could hold any."""
        self.http2 = 0
        """Streams of HTTP/2, which could hold any."""

    def connection(
        self, started: float, url: str | None, subprotocol: str | None, lacks: Lacks
    ) -> Connection:
        """The next one."""
        self.connections += 1
        return Connection(self.connections, started, url, subprotocol, self.lacks | lacks)


def counted_bytes(count: int) -> str:
    """``1 byte``, ``2 bytes``."""
    return f"{count} byte{'' if count == 1 else 's'}"
