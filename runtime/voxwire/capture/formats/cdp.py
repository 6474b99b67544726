"""Logs of the Chrome DevTools protocol, in the envelopes that people have of them.

::

    {"method":"Network.webSocketFrameReceived","params":{"requestId":"1.2","timestamp":1296.8,
     "response":{"opcode":1,"mask":false,"payloadData":"…"}}}                an event a line
    [{"level":"INFO","message":"{\"message\":{\"method\":…},\"webview\":…}"}]  Selenium's log ``performance``
    2026-11-25T13:44:30.025Z pw:protocol ◀ RECV {"method":…}                  DEBUG=pw:protocol
    [{"method":…, "result":{…}}]                            DevTools' Protocol monitor, with the params in
                                                                         ``result``
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from voxwire.capture.events import BadLine, Place
from voxwire.capture.formats.cdp_connections import LACKS, PREFIX, CdpConnections
from voxwire.capture.formats.format import CaptureFormat, Likelihood
from voxwire.capture.formats.json_parts import READ_ERRORS, ItemReader, Unreadable, reason
from voxwire.capture.lines import OverlongLine, numbered_lines
from voxwire.errors import CaptureError
from voxwire.rules.capture_format import CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.capture.formats.format import CaptureInput

_BOM: Final = b"\xef\xbb\xbf"
_START_SIZE: Final = 65_536

_DOMAIN: Final = rb"[A-Z][A-Za-z]{2,30}\.[a-z][A-Za-z]+"
_SIGNS: Final = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rb'^(?:\xef\xbb\xbf)?[ \t\[]*\{[^\n"]*(?:"(?:id|sessionId|jsonrpc)"\s*:\s*[^\n,]{1,80},\s*)*'
        rb'"method"\s*:\s*"' + _DOMAIN + rb'"',
        rb'^[ \t]*"method"\s*:\s*"' + _DOMAIN + rb'"',
        rb'"message"\s*:\s*(?:"\{\\"message\\":\{\\"method\\":\\"|\{\s*"method"\s*:\s*")' + _DOMAIN,
        rb"^.{0,80}\bpw:protocol .{0,8}(?:SEND|RECV)",
    )
)

_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*")
_ARRAY: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*(?:\{|\Z)")
_LAID_OUT: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*\n")
_LINES: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")

_SENT: Final = re.compile(rb"[^{]{0,200}\bSEND\b")
_RECEIVED: Final = re.compile(rb"[^{]{0,200}\bRECV\b")


class _Item(msgspec.Struct, gc=False):
    """Any envelope."""

    method: str = ""
    params: msgspec.Raw = msgspec.Raw()
    result: msgspec.Raw = msgspec.Raw()
    session: str | None = msgspec.field(name="sessionId", default=None)
    message: msgspec.Raw = msgspec.Raw()
    webview: str | None = None


_Placed: TypeAlias = "tuple[Place, _Item | Unreadable]"
_READER: Final = ItemReader(_Item)
_decode_lines: Final = msgspec.json.Decoder(_Item).decode_lines
_one: Final = msgspec.json.Decoder(_Item).decode
_text: Final = msgspec.json.Decoder(str).decode
_PREFIX: Final = PREFIX.encode()


def _probe(start: bytes) -> Likelihood:
    return Likelihood.SURE if any(sign.search(start) for sign in _SIGNS) else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    connections = CdpConnections()
    is_whole = True
    for place, item in _items(capture):
        if isinstance(item, Unreadable):
            is_whole = False
            yield _bad(place, item.reason)
            continue
        try:
            yield from _events(connections, item, place)
        except READ_ERRORS as error:
            is_whole = False
            yield _bad(place, reason(error))
    if is_whole and not connections.count:
        raise CaptureError(_nothing(connections))


def _events(connections: CdpConnections, item: _Item, place: Place) -> Iterator[CaptureEvent]:
    session = item.session
    if not item.method and memoryview(item.message):  # of Selenium
        item = _inner(item.message)
        session = item.webview
        if memoryview(item.message):
            item = _one(item.message)
    if item.method.startswith(PREFIX):
        params = item.params if memoryview(item.params) else item.result
        yield from connections.events(item.method, params, session, place)


def _inner(message: msgspec.Raw) -> _Item:
    """The message of a log entry: JSON in a text, or what somebody has decoded already."""
    if bytes(memoryview(message)[:1]) != b'"':
        return _one(message)
    text = _text(message)
    return _one(text) if PREFIX in text else _Item()


def _nothing(connections: CdpConnections) -> str:
    if connections.failures:
        return (
            f"no WebSocket connection in the log came about, {connections.failures} failed: "
            f"{connections.failure}"
        )
    return (
        "the log holds no event of a WebSocket: send Network.enable before the page is opened, and "
        "keep the events whose names begin with Network.webSocket"
    )


def _bad(place: Place, why: str) -> BadLine:
    return BadLine(None, CAPTURE_PART_INVALID, f"{place} cannot be read: {why}")


def _items(capture: CaptureInput) -> Iterator[_Placed]:
    """What is logged, in whatever envelope, with its place."""
    start = capture.peek(_START_SIZE)
    if _ARRAY.match(start) or _LAID_OUT.match(start):
        yield from _values(capture)
        return
    is_json = _LINES.match(start) is not None
    for number, lines in numbered_lines(capture.blocks()):
        if isinstance(lines, bytes):
            yield from _json_lines(number, lines) if is_json else _log_lines(number, lines)
        elif not isinstance(lines, OverlongLine):  # which no message of a WebSocket can make
            yield Place("line", number), Unreadable(f"it has {lines.size} zero bytes")


def _values(capture: CaptureInput) -> Iterator[_Placed]:
    """The items of an array, or values laid out over several lines each."""
    with capture.mapped() as content:
        view = memoryview(content)
        start = _START.match(content).end()  # type: ignore[union-attr]
        end = _end(view)
        is_array = bytes(view[start : start + 1]) == b"["
        is_closed = not is_array or bytes(view[end - 1 : end]) == b"]"
        item: _Item | Unreadable | None = None
        groups = _READER.groups(view, start + is_array, end - (is_array and is_closed))
        for number, item in enumerate(chain.from_iterable(groups), start=1):
            yield Place("event", number), item
        if not is_closed and not isinstance(item, Unreadable):
            yield Place("byte", end), Unreadable("the array is cut off there")


def _end(view: memoryview) -> int:
    """Where the last character is that is no white space."""
    end = len(view)
    while end and view[end - 1] in b" \t\r\n":
        end -= 1
    return end


def _json_lines(first: int, data: bytes) -> Iterator[_Placed]:
    if first == 1:
        data = data.removeprefix(_BOM)
    count = data.count(b"\n") + (not data.endswith(b"\n"))
    try:
        items = _decode_lines(data)
    except READ_ERRORS:
        items = []
    if len(items) == count:
        for ahead, item in enumerate(items):
            yield Place("line", first + ahead), item
        return
    for number, line in enumerate(data.split(b"\n"), start=first):
        if line.strip():
            yield Place("line", number), _READER.one(line)


def _log_lines(first: int, data: bytes) -> Iterator[_Placed]:
    """The events in a text log, whatever stands around them: a time, colours of a terminal."""
    for number, line in enumerate(data.split(b"\n"), start=first):
        is_received = _RECEIVED.match(line) is not None
        if not is_received and (_PREFIX not in line or _SENT.match(line)):
            continue
        start, end = line.find(b"{"), line.rfind(b"}") + 1
        if 0 <= start < end:
            yield Place("line", number), _READER.one(line[start:end])
        elif is_received:
            yield Place("line", number), Unreadable("it is cut off")


CDP: Final = CaptureFormat(
    "cdp",
    "events of the Chrome DevTools protocol: JSON lines, Selenium, DEBUG=pw:protocol, Protocol monitor",
    LACKS,
    _probe,
    _read,
    "what was sent before Network.enable is not in it",
)
