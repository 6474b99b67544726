"""What becomes of the frames that ``voxwire listen`` receives: lines on standard output, or a capture."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Literal, Protocol, TextIO

import msgspec

from voxwire.cli.console import Console
from voxwire.errors import CompressionError
from voxwire.report.style import Style, printable
from voxwire.wire.compression import Decompressor
from voxwire.wire.envelope import raw_parts
from voxwire.wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.capture import Direction
    from voxwire.capture.writer import ClosedBy
    from voxwire.live.proxy.recording import RecordedConnection, Recording
    from voxwire.live.socket import Record
    from voxwire.protocol import AnyProtocol
    from voxwire.wire.envelope import RawParts

Format = Literal["text", "json"]


class Sink(Protocol):
    """Takes the messages of all connections of a session."""

    @property
    def frames(self) -> int:
        """Frames that were printed, or recorded of those from the server."""
        ...

    @property
    def connections(self) -> int:
        """Connections so far."""
        ...

    def connection(self, url: str, subprotocol: str | None = None) -> Record:
        """A connection to `url` begins, with the `subprotocol` if one was chosen; gives what takes its messages."""
        ...

    async def flush(self) -> None:
        """Wait until everything so far is where it belongs. Raises OSError. Can be cancelled: nothing
        is lost, and the next call waits for it, too."""
        ...

    def close(self) -> int:
        """End the output; how many lines nobody took."""
        ...


class Limit:
    """Counts frames up to a number, and says when that is reached."""

    def __init__(self, most: int | None, reached: Callable[[], None]) -> None:
        """`most` None is without end; `reached` is called once."""
        self.count = 0
        self._most: Final = most
        self._reached: Final = reached

    def admits(self) -> bool:
        """Whether one more frame counts; if so, it is counted."""
        if self._most is not None and self.count >= self._most:
            return False
        self.count += 1
        if self.count == self._most:
            self._reached()
        return True


class Printer:
    """Prints the server's frames, one a line, with their secrets masked.

    ``json`` is the frame itself, in ASCII. ``text`` is the time of day, the type, the sequence number
    and the payload. What is no frame is not printed; the session says what is wrong with it.
    """

    def __init__(
        self,
        out: TextIO,
        form: Format,
        limit: Limit,
        *,
        types: frozenset[str] | None,
        style: Style,
        protocol: AnyProtocol,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`types` are the message types to print, None for all. `clock` gives Unix time."""
        self.connections = 0
        self._form: Final = form
        self._limit: Final = limit
        self._types: Final = types
        self._style: Final = style
        self._clock: Final = clock
        self._protocol: Final = protocol
        self._redactor: Final = Redactor(protocol=protocol)
        self._decompressor: Final = Decompressor(protocol=protocol)
        # Writing can block for as long as the reader likes, and heartbeats have to go out.
        self._console: Final = Console(out)

    @property
    def frames(self) -> int:
        """Frames that were printed."""
        return self._limit.count

    def connection(self, url: str, subprotocol: str | None = None) -> Printer:  # noqa: ARG002
        """A connection begins."""
        self.connections += 1
        return self

    def frame(self, direction: Direction, data: str | bytes) -> None:
        """A message: text of a text message, bytes of a binary one."""
        if direction != "s2c":
            return
        line = self._line(data)
        if line is not None and self._limit.admits():
            self._console.write(line)

    def closed(self, code: int, reason: str, by: ClosedBy) -> None:
        """A connection was closed."""

    def lost(self, by: ClosedBy) -> None:
        """A connection broke."""

    async def flush(self) -> None:
        """Wait until the lines are written: a slow reader makes the gateway wait."""
        await self._console.drain()

    def close(self) -> int:
        """Give the reader a moment to take the last lines."""
        self._console.close()
        return self._console.dropped

    def _line(self, data: str | bytes) -> str | None:
        """The line for a message; None when it is not to be printed."""
        try:
            text = data if isinstance(data, str) else self._text(data)
            frame = msgspec.json.format(self._redactor.json(text).encode(), indent=-1)
            parts = raw_parts(frame, self._protocol)
        except (CompressionError, UnicodeError, msgspec.MsgspecError, RecursionError):
            return None
        if self._types is not None and str(parts.type) not in self._types:
            return None
        if self._form == "json":
            return f"{_ascii(frame.decode())}\n"
        return f"{self._in_words(parts)}\n"

    def _text(self, data: bytes) -> str:
        return self._decompressor.decompress(data).decode()

    def _in_words(self, parts: RawParts) -> str:
        now = self._clock()
        at = f"{time.strftime('%H:%M:%S', time.localtime(now))}.{int(now % 1 * 1000):03}"
        type_ = printable(str(parts.type))
        words = [self._style.paint(at, "dim"), self._style.paint(type_, "place")]
        if parts.seq:
            words.append(f"seq {printable(parts.seq.decode())}")
        words += [f"{key} {printable(value.decode())}" for key, value in parts.others.items()]
        if parts.payload:
            words.append(printable(parts.payload.decode()))
        return "  ".join(words)


class Recorder:
    """Writes a capture of both directions."""

    def __init__(self, recording: Recording, limit: Limit, console: Console | None = None) -> None:
        """`console` is what the capture goes through, if it is no file."""
        self._console: Final = console
        self._recording: Final = recording
        self._limit: Final = limit

    @property
    def frames(self) -> int:
        """Frames of the server that were recorded."""
        return self._limit.count

    @property
    def connections(self) -> int:
        """Connections so far."""
        return self._recording.connections

    def connection(self, url: str, subprotocol: str | None = None) -> Record:
        """A connection begins."""
        return _Limited(self._recording.open(url, subprotocol), self._limit)

    async def flush(self) -> None:
        """Wait for the reader of a pipe; to a file each line is written at once."""
        if self._console is not None:
            await self._console.drain()

    def close(self) -> int:
        """Nothing to do: the capture is closed by its owner."""
        return 0


class _Limited:
    """A recorded connection that takes no more of the server's frames than it should."""

    def __init__(self, record: RecordedConnection, limit: Limit) -> None:
        self._record: Final = record
        self._limit: Final = limit
        self.closed: Final = record.closed
        self.lost: Final = record.lost

    def frame(self, direction: Direction, data: str | bytes) -> None:
        if direction == "c2s" or self._limit.admits():
            self._record.frame(direction, data)


def _ascii(json_text: str) -> str:
    """JSON with everything escaped that is not ASCII, so that no terminal acts on it."""
    if json_text.isascii():
        return json_text
    return "".join(c if c.isascii() else _escaped(c) for c in json_text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
