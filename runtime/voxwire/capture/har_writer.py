"""Writes HAR 1.2 in the shape of Chrome, which DevTools and other tools import.

A HAR has one connection after another, a capture has them interleaved. So messages wait, in memory and
then in a temporary file, until all have come; memory does not grow with the length of the capture.

What the format has no place for:

- How connections end. A close is a message of Chrome's type ``error``, with ``_close``, in a connection of which
  ``_closes`` says that its close would be there.
- What was not recorded of a connection stands in ``_lacks``, and where something is missing in a message
  of that type with ``_gap``. The bytes of a text that is not UTF-8 are in ``_bytes``. All are
  ours; others pass over keys that they do not know.
"""

from __future__ import annotations

import tempfile
from base64 import b64encode
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from voxwire.capture.events import BadLine, Closed, Connection, Frame, Gap, Lacks, Opened
from voxwire.capture.formats.har import HAR
from voxwire.capture.gap_note import GapNote
from voxwire.capture.writer import content_of_text, json_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.wire.redact import Redactor

_MOST_IN_MEMORY: Final = 8 * 1_048_576
"""Bytes of messages that wait in memory, of all connections together."""

_COPIED: Final = 1_048_576

_PROTOCOL_HEADER: Final = "Sec-WebSocket-Protocol"


class HarWriter:
    """Writes a HAR to a binary file when it is finished; the file stays open.

    With a `redactor`, secrets are masked in frames and addresses. `version` is that of the program.
    Every method raises OSError when a file cannot be written.
    """

    def __init__(
        self, file: BinaryIO, *, version: str = "", redactor: Redactor | None = None
    ) -> None:
        self.nowhere = 0
        """Broken parts from before the first connection, for which there is no place."""
        self._file: Final = file
        self._version: Final = version
        self._redactor: Final = redactor
        self._entries: Final[dict[Connection, _Entry]] = {}
        self._spool: IO[bytes] | None = None
        self._waiting = 0

    def event(self, event: CaptureEvent) -> None:
        """What a capture reader gave."""
        match event:
            case Opened(connection):
                self._entries[connection] = _Entry(connection, self._address(connection))
            case Frame(connection=connection):
                self._add(self._entries[connection], event.ts, self._message(event))
            case Closed(connection=connection):
                self._close(self._entries[connection], event)
            case Gap(connection=connection):
                self._gap(self._entries[connection], event, again=event.is_again)
            case BadLine():
                self._broken(event)

    def finish(self) -> None:
        """Write everything."""
        creator = json_bytes({"name": "voxwire", "version": self._version})
        self._file.write(
            b'{"log": {"version": "1.2", "creator": %b, "pages": [], "entries": [' % creator
        )
        for number, entry in enumerate(self._entries.values()):
            head = json_bytes(_chrome(entry))[:-1]
            self._file.write(b'%b\n%b, "_webSocketMessages": [' % (b"," if number else b"", head))
            for piece in self._pieces(entry):
                self._file.write(piece)
            self._file.write(b"]}")
        self._file.write(b"\n]}}\n")

    def discard(self) -> None:
        """Give the temporary file up."""
        if self._spool is not None:
            self._spool.close()

    def _address(self, connection: Connection) -> str:
        url = connection.url or ""
        return url if self._redactor is None else self._redactor.url(url)

    def _message(self, frame: Frame) -> dict[str, object]:
        data = frame.data if self._redactor is None else self._redactor.message(frame.data)
        message: dict[str, object] = {
            "type": "send" if frame.direction == "c2s" else "receive",
            "time": -1 if frame.connection.times == "missing" else frame.ts,
        }
        if not isinstance(data, str):
            return message | {"opcode": 2, "data": b64encode(data).decode("ascii")}
        content = content_of_text(data)
        message |= {"opcode": 1, "data": content["text"]}
        return message | {"_bytes": content["text_b64"]} if "text_b64" in content else message

    def _close(self, entry: _Entry, event: Closed) -> None:
        reason = event.reason if self._redactor is None else self._redactor.text(event.reason)
        said = f"closed with {event.code} {reason}".rstrip()
        ts = -1 if entry.connection.times == "missing" else event.ts
        close = {"code": event.code, "reason": reason}
        shown: dict[str, object] = {"type": "error", "time": ts, "opcode": -1, "data": said}
        self._add(entry, event.ts, shown | {"_close": close})
        entry.is_over = entry.has_close = True

    def _broken(self, event: BadLine) -> None:
        """A part that may have been of any connection: each that is open has a gap there, for one cause."""
        entries = [entry for entry in self._entries.values() if not entry.is_over]
        entries = entries or list(self._entries.values())[-1:]
        for number, entry in enumerate(entries):
            self._gap(entry, event, of_any=not number, again=number > 0)
        if not entries:
            self.nowhere += 1

    def _gap(
        self, entry: _Entry, event: Gap | BadLine, *, of_any: bool = False, again: bool = False
    ) -> None:
        message, hint = event.message, event.hint
        if self._redactor is not None:
            message, hint = self._redactor.text(message), self._redactor.text(hint)
        note = GapNote.of(message, event.rule, hint, of_any=of_any, again=again)
        ts = -1 if entry.connection.times == "missing" else entry.latest
        shown: dict[str, object] = {"type": "error", "time": ts, "opcode": -1, "data": message}
        self._add(entry, entry.latest, shown | {"_gap": msgspec.to_builtins(note)})

    def _add(self, entry: _Entry, ts: float, message: dict[str, object]) -> None:
        separator = b",\n" if entry.waiting or entry.chunks else b"\n"
        data = separator + json_bytes(message)
        entry.waiting.extend(data)
        entry.latest = ts
        self._waiting += len(data)
        if self._waiting > _MOST_IN_MEMORY:
            self._put_away()

    def _put_away(self) -> None:
        """Move what waits to the temporary file."""
        if self._spool is None:
            self._spool = tempfile.TemporaryFile(prefix="voxwire-")  # noqa: SIM115 - discard() closes it
        for entry in self._entries.values():
            if entry.waiting:
                entry.chunks.append((self._spool.tell(), len(entry.waiting)))
                self._spool.write(entry.waiting)
                entry.waiting.clear()
        self._waiting = 0

    def _pieces(self, entry: _Entry) -> Iterator[bytes]:
        """The messages of a connection, from where they waited."""
        for start, size in entry.chunks:
            assert self._spool is not None
            self._spool.seek(start)
            left = size
            while left:
                piece = self._spool.read(min(left, _COPIED))
                yield piece
                left -= len(piece)
        yield bytes(entry.waiting)


class _Entry:
    """A connection, and where its messages wait: parts of the temporary file, then `waiting`."""

    def __init__(self, connection: Connection, url: str) -> None:
        self.connection: Final = connection
        self.url: Final = url
        self.latest = connection.started
        self.is_over = False
        self.has_close = False
        self.chunks: Final[list[tuple[int, int]]] = []
        self.waiting: Final = bytearray()


def _chrome(entry: _Entry) -> dict[str, Any]:
    """All of an entry but its messages."""
    connection, url = entry.connection, entry.url
    version = "HTTP/1.1"
    chosen = connection.subprotocol
    headers = [] if chosen is None else [{"name": _PROTOCOL_HEADER, "value": chosen}]
    elapsed = max(0.0, (entry.latest - connection.started) * 1000)
    lacks = connection.lacks & ~HAR.lacks
    if not url:
        lacks |= Lacks.ADDRESS | Lacks.START
    found: dict[str, Any] = {
        "_resourceType": "websocket",
        "cache": {},
        "request": {
            "method": "GET",
            "url": url,
            "httpVersion": version,
            "headers": headers,
            "queryString": _query(url),
            "cookies": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 101,
            "statusText": "Switching Protocols",
            "httpVersion": version,
            "headers": headers,
            "cookies": [],
            "content": {"size": 0, "mimeType": "x-unknown"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
            "_transferSize": 0,
            "_error": None,
        },
        "serverIPAddress": "",
        "startedDateTime": _iso(connection.started),
        "time": elapsed,
        "timings": {
            **dict.fromkeys(("blocked", "dns", "ssl", "connect"), -1),
            "send": 0,
            "wait": elapsed,
            "receive": 0,
        },
    }
    if entry.has_close or Lacks.CLOSE not in connection.lacks:
        found["_closes"] = True
    return found | {"_lacks": lacks.names} if lacks else found


def _query(url: str) -> list[dict[str, str]]:
    try:
        query = urlsplit(url).query
    except ValueError:
        return []
    return [{"name": name, "value": value} for name, value in parse_qsl(query, True)]


def _iso(ts: float) -> str:
    """A time as browsers write it, with microseconds."""
    try:
        time = datetime.fromtimestamp(ts, UTC)
    except (OverflowError, OSError, ValueError):
        time = datetime.fromtimestamp(0, UTC)
    return f"{time.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
