"""HAR 1.2, as browsers and proxies export it: ``_webSocketMessages`` in the entries of WebSockets.

::

    {"log": {"creator": {"name": "…"}, "entries": [
      {"startedDateTime": "…", "request": {"url": "wss://…"}, "response": {"status": 101},
       "_webSocketMessages": [{"type": "receive", "time": 1795376354.15, "opcode": 1, "data": "…"}]}]}}

What `voxwire convert` writes also says what was not recorded (``"_lacks": ["start"]`` of an entry) and
where something is missing (``"_gap": {"message": "…"}`` of a message that is an error).

Messages are whole and inflated; opcode 2 is base64. ``time`` counts seconds or milliseconds, is negative
where none was recorded, and counts from the start of the browser where the connection failed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from voxwire.capture.events import (
    CaptureEvent,
    Connection,
    Frame,
    Gap,
    Lacks,
    Opened,
    Place,
)
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.gap_note import GapNote
from voxwire.capture.times import in_seconds
from voxwire.errors import CaptureError
from voxwire.rules.capture_format import CAPTURE_GAP, CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from voxwire.direction import Direction

_LACKS: Final = Lacks.CLOSE | Lacks.CONTROL

_START: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:\s*\{')

_NOT_RECORDED: Final = "its messages were not recorded"

_WAYS: Final[dict[str, Direction]] = {"send": "c2s", "receive": "s2c"}

_ADVICE: Final = {
    "firefox": "Firefox exports no WebSocket messages; export the HAR from Chrome or mitmproxy, or use "
    "`voxwire record`",
    "playwright": "record it without content 'omit' and without PLAYWRIGHT_HAR_NO_WEBSOCKET_FRAMES",
}


class _Named(msgspec.Struct):
    name: str = ""
    value: str = ""


class _Request(msgspec.Struct):
    url: str = ""


class _Response(msgspec.Struct):
    status: int = 0
    headers: list[_Named] = []


class _Message(msgspec.Struct, rename={"gap": "_gap"}):
    type: str
    opcode: int
    data: str
    time: float = -1
    gap: GapNote | None = None


class _Entry(
    msgspec.Struct,
    rename={"kind": "_resourceType", "messages": "_webSocketMessages", "lacks": "_lacks"},
):
    request: _Request
    response: _Response
    started: str = msgspec.field(name="startedDateTime", default="")
    kind: str | None = None
    messages: list[msgspec.Raw] | None = None
    lacks: Any = None

    @property
    def is_websocket(self) -> bool:
        return (
            self.messages is not None
            or self.kind == "websocket"
            or self.response.status == 101
            or self.request.url.startswith(("ws://", "wss://"))
        )


class _Log(msgspec.Struct):
    entries: list[_Entry]
    creator: _Named = msgspec.field(default_factory=_Named)


class _Har(msgspec.Struct):
    log: _Log


_decode: Final = msgspec.json.Decoder(_Har).decode
_decode_message: Final = msgspec.json.Decoder(_Message).decode


def _probe(start: bytes) -> Likelihood:
    found = _START.match(start)
    if found is None:
        return Likelihood.NO
    return Likelihood.SURE if re.search(rb'"(?:entries|creator)"', start) else Likelihood.MAYBE


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    with capture.mapped() as content:
        try:
            log = _decode(content).log
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise CaptureError(f"the HAR is damaged or cut off: {error}") from error
        yield from _events(log)


def _events(log: _Log) -> Iterator[CaptureEvent]:
    found = [
        (number, entry) for number, entry in enumerate(log.entries, start=1) if entry.is_websocket
    ]
    if not found:
        raise CaptureError("the HAR holds no WebSocket connection")
    if all(entry.messages is None for _, entry in found):
        said = _ADVICE.get(log.creator.name.lower(), "record it with the messages of WebSockets")
        raise CaptureError(f"the HAR was made without the messages of its WebSockets: {said}")
    count = 0
    for number, entry in sorted(found, key=lambda item: _unix_time(item[1].started)):
        if entry.response.status == 101 or entry.messages:
            count += 1
            yield from _connection(count, number, entry)


def _connection(count: int, number: int, entry: _Entry) -> Iterator[CaptureEvent]:
    subprotocol = next(
        (h.value for h in entry.response.headers if h.name.lower() == "sec-websocket-protocol"),
        None,
    )
    started = _unix_time(entry.started)
    url = re.sub("^http", "ws", entry.request.url)
    lacks = _LACKS | Lacks.of(entry.lacks) | (Lacks.NOTHING if url else Lacks.ADDRESS)
    address = None if Lacks.ADDRESS in lacks else url
    connection = Connection(count, started, address, subprotocol, lacks)
    if entry.messages is None:
        connection.lacks |= Lacks.CLIENT | Lacks.SERVER
        yield Opened(connection, has_header=True)
        yield Gap(connection, CAPTURE_GAP, f"entry {number}: {_NOT_RECORDED}")
        return
    yield Opened(connection, has_header=True)
    for at, raw in enumerate(entry.messages, start=1):
        yield from _message(connection, Place("entry", number, at), raw)


def _message(connection: Connection, place: Place, raw: Any) -> Iterator[CaptureEvent]:
    try:
        message = _decode_message(raw)
        if message.opcode == -1:
            if message.gap is not None:
                yield message.gap.event(connection, connection)
            return
        data = base64.b64decode(message.data) if message.opcode == 2 else message.data
        way = _WAYS[message.type]
    except (msgspec.MsgspecError, binascii.Error, KeyError, UnicodeError) as error:
        yield Gap(connection, CAPTURE_PART_INVALID, f"{place} cannot be read: {error}")
        return
    ts, times = in_seconds(message.time)
    if times not in ("seconds", "milliseconds"):
        connection.lacks |= Lacks.TIME
        connection.times = "missing"
        ts = connection.started
    connection.frames += 1
    yield Frame(connection, connection.frames, ts, way, data, place)


def _unix_time(text: str) -> float:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0


HAR: Final = CaptureFormat(
    "har",
    "HAR 1.2 of Chrome, Edge, Playwright, mitmproxy",
    _LACKS,
    _probe,
    _read,
    "Firefox writes no messages into it",
)
