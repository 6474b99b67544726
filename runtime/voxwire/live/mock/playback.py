"""Plays what a server sent in a capture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from msgspec.structs import replace

from voxmodels.v1 import UNSET, ServerFrame, UnknownFrame, server
from voxwire.capture import Frame, read_capture
from voxwire.codec import decode_server
from voxwire.compression import Decompressor
from voxwire.errors import CaptureError, RemoteProtocolError
from voxwire.live.mock.source import Planned


class CapturePlayback:
    """The numbered messages of the first connection in a capture that has a session.

    They keep their relative times, divided by `speed`; None is as fast as clients can take them.
    ``ready`` becomes the identity; hello, acks and errors are left out, because the gateway sends its
    own. The file is read anew for each session, so that memory does not grow with its length.
    """

    def __init__(self, file: str, speed: float | None = 1.0) -> None:
        """Read `file` once. Raises CaptureError when it cannot be read or has nothing to play."""
        self._file: Final = file
        self._speed: Final = speed
        self.identity: server.Ready | None = None
        self.messages = 0
        """Messages that are played."""
        self.skipped = 0
        """Messages that are not played, because they are not valid."""
        self._connection = 0
        self._began = 0.0
        for frame, decoded in self._frames():
            if decoded is None:
                self.skipped += 1
            elif isinstance(decoded, server.ReadyFrame):
                self.identity = decoded.d
                self._began = frame.ts
            else:
                self.messages += 1
                self._began = self._began or frame.ts
        if not self.messages:
            raise CaptureError("it holds no numbered message of a server")

    @property
    def description(self) -> str:
        """What is played."""
        count = f"{self.messages} message{'' if self.messages == 1 else 's'}"
        left_out = f"; {self.skipped} that are not valid are left out" if self.skipped else ""
        return f"plays {count} of {self._file}{left_out}"

    def events(self) -> Iterator[Planned]:
        """The messages after ``ready``, each without its number."""
        for frame, decoded in self._frames():
            if decoded is None or isinstance(decoded, server.ReadyFrame):
                continue
            at = None if self._speed is None else max(0.0, frame.ts - self._began) / self._speed
            if isinstance(decoded, UnknownFrame):
                yield Planned(replace(decoded, seq=UNSET), at)
            else:
                yield Planned(cast("Any", decoded).d, at)

    def _frames(self) -> Iterator[tuple[Frame, ServerFrame | UnknownFrame | None]]:
        """The numbered frames of the connection; None for one that is not valid."""
        decompressor = Decompressor()
        for event in read_capture(self._file):
            if not isinstance(event, Frame) or event.direction != "s2c":
                continue
            if self._connection and event.connection.number != self._connection:
                continue
            decoded = _decoded(event, decompressor)
            if decoded is not None and decoded.seq is UNSET:
                continue
            if not self._connection:
                if decoded is None:
                    continue
                self._connection = event.connection.number
            yield event, decoded


def _decoded(frame: Frame, decompressor: Decompressor) -> ServerFrame | UnknownFrame | None:
    data = frame.data
    try:
        return decode_server(decompressor.decompress(data) if isinstance(data, bytes) else data)
    except RemoteProtocolError:
        return None
