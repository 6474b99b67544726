"""Whole messages and the close of a connection, from WebSocket frames that somebody else has decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.capture.events import Closed, Frame, Gap
from voxwire.limits import MAX_LINE_SIZE
from voxwire.rules.capture_format import CAPTURE_GAP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent, Connection, Place
    from voxwire.direction import Direction

CONT: Final = 0
TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
"""Opcodes (RFC 6455, section 5.2)."""

_DATA: Final = (CONT, TEXT, BINARY)
NO_CODE: Final = 1005
"""What stands for a close without a code (section 7.1.5)."""

_UNFINISHED: Final = "a message has no end: its last fragment is missing"
_WITHOUT_START: Final = "a fragment has no beginning: it belongs to a message that is not there"
_TOO_LONG: Final = f"a message is longer than {MAX_LINE_SIZE} bytes and was skipped"


class Missing(NamedTuple):
    """Why what a frame carries is not known."""

    message: str
    hint: str = ""


class _Begun:
    """A message of which the last fragment is still to come."""

    def __init__(self, opcode: int) -> None:
        self.opcode: Final = opcode
        self.parts: list[bytes] = []
        self.missing: Missing | None = None
        self._size = 0

    def add(self, data: bytes | Missing) -> None:
        """Another fragment of it."""
        if isinstance(data, bytes):
            self._size += len(data)
            if self._size <= MAX_LINE_SIZE:
                self.parts.append(data)
                return
            data = Missing(_TOO_LONG)
        self.missing = self.missing or data
        self.parts.clear()


class Messages:
    """Puts together what goes over one connection. The close comes last, whoever sends it, as the other
    side may go on until it has answered it (RFC 6455, section 5.5.1)."""

    def __init__(self, connection: Connection) -> None:
        self.connection: Final = connection
        self._begun: dict[Direction, _Begun] = {}
        self._closed: tuple[int, str] | None = None
        self._closing: set[Direction] = set()
        self._latest = 0.0

    @property
    def is_closed(self) -> bool:
        """Whether one side has said that this is the end."""
        return bool(self._closing)

    def frame(
        self,
        way: Direction,
        opcode: int,
        data: bytes | Missing,
        *,
        ts: float,
        place: Place,
        is_last: bool = True,
    ) -> Iterator[CaptureEvent]:
        """A frame; `is_last` where it is the last fragment of its message. Pings and pongs are passed over."""
        self._latest = max(self._latest, ts)
        if opcode == CLOSE:
            yield from self._close(way, data, ts)
        elif opcode in _DATA:
            yield from self._data(way, opcode, data, place)
            if is_last:
                yield from self._finished(way, ts, place)

    def close(
        self, way: Direction, code: int | None, reason: str, ts: float
    ) -> Iterator[CaptureEvent]:
        """One side closes the connection; with None for a code that cannot be told."""
        self._latest = max(self._latest, ts)
        self._closing.add(way)
        if self._closed is None and code is not None:
            self._closed = code, reason
        if len(self._closing) > 1:
            yield from self.end()

    def end(self) -> Iterator[CaptureEvent]:
        """Nothing comes any more."""
        if self._closed is not None:
            yield Closed(self.connection, self._latest, *self._closed)
            self._closed = None

    def _data(
        self, way: Direction, opcode: int, data: bytes | Missing, place: Place
    ) -> Iterator[CaptureEvent]:
        begun = self._begun.get(way)
        if opcode != CONT:
            if begun is not None:
                yield Gap(self.connection, CAPTURE_GAP, f"before {place} {_UNFINISHED}")
            begun = self._begun[way] = _Begun(opcode)
        elif begun is None:
            begun = self._begun[way] = _Begun(CONT)
            begun.add(Missing(_WITHOUT_START))
        begun.add(data)

    def _finished(self, way: Direction, ts: float, place: Place) -> Iterator[CaptureEvent]:
        begun, connection = self._begun.pop(way), self.connection
        missing = begun.missing
        if missing is not None:
            yield Gap(connection, CAPTURE_GAP, f"{place}: {missing.message}", missing.hint)
            return
        content = b"".join(begun.parts)
        is_binary = begun.opcode == BINARY
        connection.frames += 1
        yield Frame(
            connection,
            connection.frames,
            ts,
            way,
            content if is_binary else content.decode("utf-8", "surrogateescape"),
            place,
        )

    def _close(self, way: Direction, data: bytes | Missing, ts: float) -> Iterator[CaptureEvent]:
        if isinstance(data, Missing) or len(data) == 1:
            yield from self.close(way, None, "", ts)
        elif not data:
            yield from self.close(way, NO_CODE, "", ts)
        else:
            reason = data[2:].decode("utf-8", "replace")
            yield from self.close(way, int.from_bytes(data[:2], "big"), reason, ts)
