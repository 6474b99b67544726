"""NetLog of Chrome and Edge (``chrome://net-export``, ``--log-net-log``), made with raw bytes.

::

    {"constants":{"logEventTypes":{"SOCKET_BYTES_SENT":84,…},"timeTickOffset":1795610714759,…},
    "events": [
    {"params":{"byte_count":2,"bytes":"iAA="},"phase":0,"source":{"id":146,…},"time":"1371757","type":84},
    …],

An event is a line; names of events stand in the constants. A browser that was killed leaves no end. What is
inside TLS has events of its own: no other export of a browser has pings and close codes of ``wss``.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

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

_START: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"constants"\s*:\s*\{')
_OWN: Final = re.compile(
    rb'"(?:logEventTypes|activeFieldTrialGroups|logSourceType|logCaptureMode)"'
)

_BYTES: Final = {
    "SOCKET_BYTES_SENT": ("ws", 0),
    "SOCKET_BYTES_RECEIVED": ("ws", 1),
    "SSL_SOCKET_BYTES_SENT": ("wss", 0),
    "SSL_SOCKET_BYTES_RECEIVED": ("wss", 1),
}
"""The events that hold bytes: on which kind of connection, and of which side."""

_LAST: Final = re.compile(rb"\}\]\}?$")
"""How the last event ends."""

_ALIVE: Final = "SOCKET_ALIVE"
_END: Final = 2
"""The phase in which something is over."""

_NO_BYTES: Final = (
    "the NetLog was made without the bytes of messages: choose 'Include raw bytes' in chrome://net-export, or "
    "start the browser with --net-log-capture-mode=Everything"
)


class _Source(msgspec.Struct):
    id: int


class _Params(msgspec.Struct):
    byte_count: int = 0
    bytes: str | None = None


class _Event(msgspec.Struct):
    type: int
    source: _Source
    time: str | int = 0
    phase: int = 0
    params: msgspec.Raw = msgspec.Raw(b"{}")


_decode: Final = msgspec.json.Decoder(_Event).decode
_decode_params: Final = msgspec.json.Decoder(_Params).decode
_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _Constants(NamedTuple):
    kinds: dict[int, tuple[str, int]]
    """What events that hold bytes are, by their numbers."""
    alive: int
    offset: int
    """Milliseconds to add to times."""
    has_bytes: bool


def _probe(start: bytes) -> Likelihood:
    if not _START.match(start):
        return Likelihood.NO
    return Likelihood.SURE if _OWN.search(start) else Likelihood.MAYBE


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    lines = _lines(capture.blocks())
    first = next(lines, None)
    content = b"" if first is None or first[1] is None else first[1]
    if content.rstrip().endswith(b",") and b'"events"' not in content:
        constants = _constants(content.rstrip()[:-1] + b"}")
        yield from _Reader(constants, StreamOutput("line")).events(lines)
        return
    rest = chain([content], (line or b"" for _, line in lines))
    yield from _not_in_lines(b"\n".join(rest))


def _lines(blocks: Iterable[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their numbers; None for one that is too long, or not there."""
    for number, lines in numbered_lines(blocks):
        if isinstance(lines, bytes):
            yield from enumerate(lines.split(b"\n"), start=number)
        else:
            yield number, None


def _not_in_lines(content: bytes) -> Iterator[CaptureEvent]:
    """The events of a log that another program wrote anew, as one JSON text."""
    try:
        log = msgspec.json.decode(content, type=_Log)
    except _ERRORS as error:
        raise CaptureError(f"the NetLog is damaged or cut off: {error}") from error
    reader = _Reader(
        _constants(b'{"constants":' + bytes(log.constants) + b"}"), StreamOutput("event")
    )
    yield from reader.events(
        (number, bytes(event)) for number, event in enumerate(log.events, start=1)
    )


class _Log(msgspec.Struct):
    constants: msgspec.Raw
    events: list[msgspec.Raw]


def _constants(text: bytes) -> _Constants:
    try:
        constants: Any = json.loads(text.removeprefix(b"\xef\xbb\xbf"))["constants"]
        types = constants["logEventTypes"]
        kinds = {int(types[name]): kind for name, kind in _BYTES.items() if name in types}
        alive = int(types.get(_ALIVE, -1))
        offset = int(constants.get("timeTickOffset", 0))
        mode = constants.get("logCaptureMode", "Everything")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CaptureError("the constants at the start of the NetLog cannot be read") from error
    return _Constants(kinds, alive, offset, mode == "Everything")


class _Reader:
    def __init__(self, constants: _Constants, output: StreamOutput) -> None:
        if not constants.has_bytes:
            raise CaptureError(_NO_BYTES)
        self._constants: Final = constants
        self._output: Final = output
        self._streams: Final = Streams(output)
        self._had_bytes = False

    def events(self, lines: Iterable[tuple[int, bytes | None]]) -> Iterator[CaptureEvent]:
        """What stands in the events, each with its number."""
        events = self._output.events
        for number, line in lines:
            text = None if line is None else line.strip()
            if text is not None and (not text or text.startswith(b'"events"')):
                continue
            if text is not None and text.startswith((b"]", b'"polledData"')):
                break
            is_last = self._line(number, text)
            if events:
                yield from self._output.taken()
            if is_last:
                break
        self._streams.end()
        yield from self._output.taken()
        if not self._output.connections:
            raise self._nothing()

    def _line(self, number: int, line: bytes | None) -> bool:
        """An event; whether it is the last."""
        text = b"" if line is None else line.removesuffix(b",")
        end = _LAST.search(text)
        if end is not None:
            text = text[: end.start() + 1]
        try:
            self._event(number, _decode(text))
        except (*_ERRORS, ValueError, binascii.Error) as error:
            self._streams.lose()
            unit = self._output.unit
            reason = "is too long" if line is None else f"is no event: {error}"
            self._output.events.append(
                BadLine(None, CAPTURE_LINE_INVALID, f"{unit} {number} {reason}", _WHY_BROKEN)
            )
        return end is not None

    def _event(self, number: int, event: _Event) -> None:
        kind = self._constants.kinds.get(event.type)
        if kind is None:
            if event.type == self._constants.alive and event.phase == _END:
                for scheme in ("ws", "wss"):
                    self._streams.close((event.source.id, scheme))
            return
        params = _decode_params(event.params)
        scheme, side = kind
        name = event.source.id, scheme
        ts = (int(event.time) + self._constants.offset) / 1000
        data = b"" if params.bytes is None else b64decode(params.bytes, validate=True)
        if data:
            self._had_bytes = True
            self._streams.feed(name, scheme, side, data, ts, number)
        if params.byte_count > len(data):
            self._streams.missing(name, side, params.byte_count - len(data), ts, number)

    def _nothing(self) -> CaptureError:
        if not self._had_bytes:
            return CaptureError(_NO_BYTES)
        if self._output.http2:
            return CaptureError(
                "the NetLog holds no WebSocket connection over HTTP/1.1; those over HTTP/2 (RFC 8441) are not read"
            )
        return CaptureError("the NetLog holds no WebSocket connection")


_WHY_BROKEN: Final = "a browser that is killed leaves half of the last line; what stands before and behind it was read"

NETLOG: Final = CaptureFormat(
    "netlog",
    "NetLog of Chrome, Edge (chrome://net-export)",
    Lacks.NOTHING,
    _probe,
    _read,
    "only with 'Include raw bytes'; the one export of a browser with pings and close codes of wss. It also "
    "holds cookies and names of other sites",
)
