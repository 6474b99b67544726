r"""What websocat writes: the log of its overlay ``log:``, or messages with ``timestamp:`` or with prefixes.

::

    READ 16 "{\"type\":\"hello\"}"                 websocat - log:ws://host/
    WRITE 21 "{\"type\":\"heartbeat\"}\n"
    1795664550.0699263 {"type":"hello"}            websocat - timestamp:ws://host/
    T:{"type":"hello"}                             websocat --base64 --text-prefix T: --binary-prefix B:

The log has both directions, the others what was received. READ is what came from the WebSocket.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final

import msgspec

from voxwire.capture.escapes import unescaped_bytes
from voxwire.capture.events import Lacks
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.log_lines import log_lines
from voxwire.capture.unnamed import BARE, Unnamed
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction

_LOGGED: Final = re.compile(rb'(?:^|(?<=\}))(READ|WRITE) (\d{1,12})(?: "(.*)"\s*$)?')
_TIMED: Final = re.compile(rb"(\d{9,11}(?:\.\d{1,9})?) (.*)", re.DOTALL)
_PREFIXED: Final = re.compile(rb"([TB]):(.*)", re.DOTALL)
_WAYS: Final[dict[bytes, Direction]] = {b"READ": "s2c", b"WRITE": "c2s"}
_BUFFER: Final = 65_536
"""Bytes that websocat reads at a time unless told otherwise: what is longer is logged in several pieces."""

_PROBED: Final = re.compile(
    rb'^(?:READ|WRITE) \d{1,12} "|\A(?:\d{9,11}(?:\.\d{1,9})? \{|T:\{|B:KLUv)', re.MULTILINE
)
_ON_THE_WIRE: Final = (
    "this is a log of bytes, not of messages: read it with --from websocat-raw, or put the overlay around "
    "the WebSocket, as in `websocat - log:ws://host/`"
)


def _probe(start: bytes) -> Likelihood:
    return Likelihood.SURE if _PROBED.search(start) else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    printed, log = _Printed(capture.direction or "s2c"), _Log()
    is_log: bool | None = None
    for number, content in log_lines(capture.blocks()):
        if content is None:
            yield (log if is_log else printed).unnamed.too_long(number)
            continue
        if is_log is None and content.strip():
            is_log = _kind(content)
        if is_log is not None:
            yield from log.line(number, content) if is_log else printed.line(number, content)
    yield from log.end()


def _kind(line: bytes) -> bool | None:
    """Whether a line is of the log of the overlay; None for neither kind."""
    if _LOGGED.search(line):
        return True
    return False if _TIMED.match(line) or _PREFIXED.match(line) else None


class _Log:
    """What the overlay ``log:`` writes."""

    def __init__(self) -> None:
        self.unnamed: Final = Unnamed(BARE | Lacks.TIME)
        self._pieces: dict[Direction, bytearray] = {}
        self._is_first = True

    def line(self, number: int, line: bytes) -> Iterator[CaptureEvent]:
        """The line with this number; other lines may stand between those of the log."""
        found = _LOGGED.search(line)
        if found is None:
            return
        kind, size, written = found.groups()
        try:
            data = None if written is None else unescaped_bytes(written)
        except ValueError:
            data = None
        if data is None or len(data) != int(size):
            self._pieces.pop(_WAYS[kind], None)
            yield from self.unnamed.gap(
                f"line {number}: a message cannot be read", "the line is cut off or was changed"
            )
            return
        if self._is_first and data.startswith((b"GET ", b"HTTP/1.")):
            raise CaptureError(_ON_THE_WIRE)
        self._is_first = False
        yield from self._piece(_WAYS[kind], data, number)

    def _piece(self, way: Direction, data: bytes, number: int) -> Iterator[CaptureEvent]:
        begun = self._pieces.pop(way, None)
        whole = data if begun is None else bytes(begun) + data
        if len(data) == _BUFFER and len(whole) <= _MOST and not _is_json(whole):
            self._pieces[way] = bytearray(whole)
        else:
            yield from self.unnamed.message(way, _text_or_bytes(whole), number)

    def end(self) -> Iterator[CaptureEvent]:
        """The log ends: what was begun is as whole as it will be."""
        for _ in self._pieces:
            yield from self.unnamed.gap("the log ends in the middle of a message")


class _Printed:
    """Messages that were received, each behind its time or its prefix."""

    def __init__(self, way: Direction) -> None:
        self._way: Final[Direction] = way
        other = Lacks.CLIENT if way == "s2c" else Lacks.SERVER
        self.unnamed: Final = Unnamed(BARE | other)

    def line(self, number: int, line: bytes) -> Iterator[CaptureEvent]:
        """The line with this number."""
        if found := _TIMED.fullmatch(line):
            yield from self._text(found[2], number, float(found[1]))
        elif found := _PREFIXED.fullmatch(line):
            yield from self._prefixed(found[1], found[2], number)
        elif line.strip():
            yield self.unnamed.bad_line(f"line {number} has neither a time nor a prefix in front")

    def _prefixed(self, kind: bytes, content: bytes, number: int) -> Iterator[CaptureEvent]:
        if kind == b"T":
            yield from self._text(content, number, None)
            return
        try:
            data = base64.b64decode(content, validate=True)
        except binascii.Error:
            yield from self.unnamed.gap(f"line {number}: a binary message is not in base64")
        else:
            yield from self.unnamed.message(self._way, data, number)

    def _text(self, content: bytes, number: int, ts: float | None) -> Iterator[CaptureEvent]:
        try:
            text = content.decode()
        except UnicodeDecodeError:
            yield self.unnamed.bad_line(f"line {number} is not UTF-8", _BASE64)
        else:
            yield from self.unnamed.printed(self._way, text, number, ts)


_MOST: Final = 128 * _BUFFER
"""Bytes of a message whose pieces are put together."""

_BASE64: Final = "binary messages need --base64 --binary-prefix B: --text-prefix T:"


def _text_or_bytes(data: bytes) -> str | bytes:
    """The log does not say whether a message is text; a compressed one is never UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    return True


WEBSOCAT: Final = CaptureFormat(
    "websocat",
    "what websocat writes with log: or timestamp:",
    BARE,
    _probe,
    _read,
    "log: has both directions and no times, timestamp: has times and what was received",
    takes_direction=True,
)
