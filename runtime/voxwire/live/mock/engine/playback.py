"""Plays what a server sent in a capture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from msgspec import UnsetType
from msgspec.structs import replace

from voxmodels.v1 import UNSET, ServerFrame, UnknownFrame, server
from voxwire.capture import Frame, Opened, read_capture
from voxwire.errors import CaptureError, RemoteProtocolError
from voxwire.live.mock.engine.source import Planned
from voxwire.vox import decode_server
from voxwire.wire.compression import Decompressor


class NoSuchConnectionError(CaptureError):
    """The capture has no connection with this number."""

    def __init__(self, wanted: int, there_are: int) -> None:
        count = f"{there_are} connection{'' if there_are == 1 else 's'}"
        range_ = "" if there_are < 2 else f", 1 to {there_are}"
        super().__init__(f"there is no connection {wanted}: the capture has {count}{range_}")


class CapturePlayback:
    """The numbered messages of every connection in a capture; a session gets those of one.

    The first session gets the first connection that has any, the next session the next one, and after
    the last it begins again with the first. `connection` picks one, which every session gets;
    connections count from 1, as in findings.

    Messages keep their relative times, divided by `speed`; None is as fast as clients can take them.
    ``ready`` becomes the identity; hello, acks and errors are left out, because the gateway sends its
    own. The file is read anew for each session, so that memory does not grow with its length.
    """

    def __init__(
        self, file: str, speed: float | None = 1.0, *, connection: int | None = None
    ) -> None:
        """Read `file` once. Raises CaptureError when it cannot be read or has nothing to play, and
        NoSuchConnectionError when there is no such connection."""
        self._file: Final = file
        parts: dict[int, ConnectionPlayback] = {}
        for event in read_capture(file):
            if isinstance(event, Opened):
                number = event.connection.number
                parts[number] = ConnectionPlayback(file, number, speed)
            elif isinstance(event, Frame):
                parts[event.connection.number].prepare(event)
        if connection is not None and connection not in parts:
            raise NoSuchConnectionError(connection, len(parts))
        chosen = parts.values() if connection is None else [parts[connection]]
        self.connections: Final = tuple(part for part in chosen if part.messages)
        """What is played, to one session after the other."""
        if not self.connections:
            where = "it" if connection is None else f"connection {connection}"
            raise CaptureError(f"{where} holds no numbered message of a server")

    @property
    def messages(self) -> int:
        """Messages that are played, of all connections together."""
        return sum(part.messages for part in self.connections)

    @property
    def description(self) -> str:
        """What is played."""
        messages = self.messages
        skipped = sum(part.skipped for part in self.connections)
        count = f"{messages} message{'' if messages == 1 else 's'}"
        turns = len(self.connections)
        in_turn = f", {turns} connections to one session after the other" if turns > 1 else ""
        left_out = f"; {skipped} that are not valid are left out" if skipped else ""
        return f"plays {count} of {self._file}{in_turn}{left_out}"

    def script(self, number: int) -> ConnectionPlayback:
        """The connection that is played to a session, counted from 0."""
        return self.connections[number % len(self.connections)]


class ConnectionPlayback:
    """The numbered messages of one connection in a capture."""

    def __init__(self, file: str, number: int, speed: float | None) -> None:
        self.number: Final = number
        """Which connection of the capture it is, from 1."""
        self.identity: server.Ready | None = None
        """Its ``ready``; None when it resumed a session."""
        self.messages = 0
        """Messages that are played."""
        self.skipped = 0
        """Messages that are not played, because they are not valid."""
        self._file: Final = file
        self._speed: Final = speed
        self._began: float | None = None
        self._decompressor: Final = Decompressor()

    def prepare(self, frame: Frame) -> None:
        """Look at a frame of the connection; in the end all of them have been."""
        decoded = self._numbered(frame)
        if decoded is UNSET:
            return
        if decoded is None:
            self.skipped += 1
            return
        if isinstance(decoded, server.ReadyFrame):
            self.identity = decoded.d
        else:
            self.messages += 1
        if self._began is None:
            self._began = frame.ts

    def events(self) -> Iterator[Planned]:
        """The messages after ``ready``, each without its number."""
        began = self._began or 0.0
        for event in read_capture(self._file):
            if not isinstance(event, Frame) or event.connection.number != self.number:
                continue
            decoded = self._numbered(event)
            if decoded is UNSET or decoded is None or isinstance(decoded, server.ReadyFrame):
                continue
            at = None if self._speed is None else max(0.0, event.ts - began) / self._speed
            if isinstance(decoded, UnknownFrame):
                yield Planned(replace(decoded, seq=UNSET), at)
            else:
                yield Planned(cast("Any", decoded).d, at)

    def _numbered(self, frame: Frame) -> ServerFrame | UnknownFrame | UnsetType | None:
        """The frame of the server if it is numbered, else UNSET; None if it is not valid."""
        if frame.direction != "s2c":
            return UNSET
        data = frame.data
        decoded: ServerFrame | UnknownFrame
        try:
            decoded = decode_server(
                self._decompressor.decompress(data) if isinstance(data, bytes) else data
            )
        except RemoteProtocolError:
            return None
        return UNSET if decoded.seq is UNSET else decoded
