r"""The bytes of a TCP connection as websocat logs them: ``websocat --ws-c-uri ws://host/ - ws-c:log:tcp:host:port``.

::

    WRITE 130 "GET /gateway?v=1 HTTP/1.1\r\nHost: …\r\n\r\n"
    READ 129 "HTTP/1.1 101 Switching Protocols\r\n…\r\n\r\n"
    READ 51 "\x811{\"type\":\"hello\",…}"

Texts have the escapes of Rust. There are no times; other lines may stand between these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from voxwire.capture.events import BadLine, Lacks
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.lines import numbered_lines
from voxwire.capture.streams.output import StreamOutput
from voxwire.capture.streams.streams import Streams
from voxwire.errors import CaptureError
from voxwire.rules.capture_format import CAPTURE_LINE_INVALID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.capture.events import CaptureEvent

_START: Final = re.compile(rb'^(?:READ|WRITE) \d{1,12} "(?:GET /|HTTP/1\.1 101 )', re.MULTILINE)
_LOGGED: Final = re.compile(rb'(READ|WRITE) (\d{1,12}) "(.*)"\s*', re.DOTALL)
_BEGUN: Final = re.compile(rb"(?:READ|WRITE) \d")
_ESCAPE: Final = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_LETTERS: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_ASK: Final = b"GET "


def _probe(start: bytes) -> Likelihood:
    return Likelihood.SURE if _START.search(start) else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    reader = _Reader()
    for number, lines in numbered_lines(capture.blocks()):
        if isinstance(lines, bytes):
            reader.lines(number, lines.split(b"\n"))
        else:
            reader.broken(number, "is too long")
        yield from reader.output.taken()
    reader.streams.end()
    yield from reader.output.taken()
    if not reader.output.connections:
        raise CaptureError("the log holds no WebSocket connection")


class _Reader:
    def __init__(self) -> None:
        self.output: Final = StreamOutput("line", Lacks.TIME)
        self.streams: Final = Streams(self.output)
        self._connections = 0

    def lines(self, first: int, lines: Iterable[bytes]) -> None:
        for number, line in enumerate(lines, start=first):
            found = _LOGGED.fullmatch(line)
            if found is None:
                if _BEGUN.match(line):
                    self.broken(number, "is cut off")
                continue
            way, size, text = found.groups()
            data = _ESCAPE.sub(_unescaped, text)
            if data.startswith(_ASK):  # another connection begins, as with `websocat -E` in a loop
                self.streams.close(self._connections)
                self._connections += 1
            side = 0 if way == b"WRITE" else 1
            if len(data) != int(size):
                self.broken(number, f"holds {len(data)} bytes, not {int(size)}")
            else:
                self.streams.feed(self._connections, "ws", side, data, 0.0, number)

    def broken(self, number: int, why: str) -> None:
        """A line cannot be read; it may have been of either side."""
        self.streams.lose()
        self.output.events.append(BadLine(None, CAPTURE_LINE_INVALID, f"line {number} {why}"))


def _unescaped(found: re.Match[bytes]) -> bytes:
    byte, letter = found.groups()
    return _LETTERS.get(letter, letter) if byte is None else bytes.fromhex(byte.decode())


WEBSOCAT_RAW: Final = CaptureFormat(
    "websocat-raw",
    "bytes of a connection as websocat logs them, ws-c:log:tcp:",
    Lacks.TIME,
    _probe,
    _read,
)
