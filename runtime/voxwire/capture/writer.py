"""Writes the native capture format (protocol section 11), line by line, for whoever has frames.

::

    with open_capture("main.ndjson") as capture:
        capture.opened("wss://host/gateway?v=1&encoding=json", ts)
        capture.frame(ts, "s2c", '{"type":"hello","d":{"heartbeat_interval":45000}}')
        capture.closed(ts, 1000, "")

The lines look like those of the recorded captures. Besides the keys of section 11, a line may have
``conn``, the header a ``subprotocol``, and the close may say ``"by"``: which side closed. Readers ignore keys that they do not know.
"""

from __future__ import annotations

import json
import os
import stat
from base64 import b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, Self

import msgspec

from voxwire.capture.events import BadLine, Closed, Connection, Frame, Gap, Lacks, Opened
from voxwire.capture.gap_note import GapNote
from voxwire.direction import Direction
from voxwire.rules.capture_format import CAPTURE_GAP

if TYPE_CHECKING:
    from types import TracebackType

    from voxwire.capture.events import CaptureEvent, Place
    from voxwire.rules.rule import Rule
    from voxwire.wire.redact import Redactor

Safety = Literal["buffered", "flushed", "synced"]
"""When a line is safe. ``buffered``: some time later, fastest, for a capture that can be made again.
``flushed``: at once, so that a crash of this program loses nothing that was written. ``synced``: at
once and on the disk, so that not even a crash of the machine does; each line costs milliseconds."""

ClosedBy = Literal["client", "server", "recorder"]
"""Who ended a connection; ``recorder`` is a proxy in between that was stopped."""

_encode: Final = json.JSONEncoder(ensure_ascii=False).encode


class CaptureWriter:
    """Writes lines to a binary file that it owns from now on.

    A line is written in one piece, so that a crash cuts off the last one at most. All times are Unix
    time in seconds. `conn` names the connection of a line, where several are interleaved in one file.
    With a `redactor`, secrets are masked in frames, addresses and close reasons.

    Every method raises OSError when the file cannot be written. Not thread-safe.
    """

    def __init__(
        self, file: BinaryIO, *, safety: Safety = "flushed", redactor: Redactor | None = None
    ) -> None:
        self._file = file
        self._safety: Final = safety
        self._redactor = redactor

    def opened(
        self,
        url: str,
        ts: float,
        conn: str | None = None,
        *,
        subprotocol: str | None = None,
        lacks: Lacks = Lacks.NOTHING,
        member: str | None = None,
    ) -> None:
        """A connection to `url` began, with the WebSocket `subprotocol` if one was chosen. `lacks` says
        what is not recorded of it, `member` which capture of an archive it is from."""
        if self._redactor is not None:
            url = self._redactor.url(url)
            if subprotocol is not None:
                subprotocol = self._redactor.text(subprotocol)
        header: dict[str, object] = {"url": url, "ts": ts}
        if subprotocol is not None:
            header["subprotocol"] = subprotocol
        if lacks:
            header["lacks"] = lacks.names
        if member is not None:
            header["member"] = member if self._redactor is None else self._redactor.text(member)
        self._write(header, conn)

    def frame(
        self,
        ts: float | None,
        direction: Direction,
        data: str | bytes,
        conn: str | None = None,
        *,
        place: Place | None = None,
    ) -> None:
        """A message: text of a text message, bytes of a binary one. `ts` is None where it is not
        recorded; `place` is where it stands in the file of another tool."""
        if self._redactor is not None:
            data = self._redactor.message(data)
        line: dict[str, object] = {"ts": ts, "dir": direction}
        if isinstance(data, str):
            line |= {"opcode": "text"} | content_of_text(data)
        else:
            line |= {"opcode": "binary", "b64": b64encode(data).decode("ascii")}
        if place is not None:
            line["at"] = str(place)
        self._write(line, conn)

    def closed(
        self,
        ts: float,
        code: int,
        reason: str,
        conn: str | None = None,
        *,
        by: ClosedBy | None = None,
    ) -> None:
        """A connection was closed. One that was lost has no such line."""
        if self._redactor is not None:
            reason = self._redactor.text(reason)
        close: dict[str, object] = {"code": code, "reason": reason}
        if by is not None:
            close["by"] = by
        self._write({"close": close, "ts": ts}, conn)

    def gap(
        self,
        message: str,
        conn: str | None = None,
        *,
        rule: Rule = CAPTURE_GAP,
        hint: str = "",
        of_any: bool = False,
        again: bool = False,
    ) -> None:
        """Something of the connection is missing here, as `message` says; with `of_any` something that
        may have been of any connection, with `again` for the same cause as the gap before."""
        if self._redactor is not None:
            message, hint = self._redactor.text(message), self._redactor.text(hint)
        note = GapNote.of(message, rule, hint, of_any=of_any, again=again)
        self._write({"gap": msgspec.to_builtins(note)}, conn)

    def event(self, event: CaptureEvent, conn: str | None = None) -> None:
        """What a capture reader gave; headers that were missing in a native capture are left out. A bad
        line becomes a gap."""
        match event:
            case Opened(Connection(url=url, lacks=lacks) as connection) if url is not None or lacks:
                self.opened(
                    url or "",
                    connection.started,
                    conn,
                    subprotocol=connection.subprotocol,
                    lacks=lacks,
                    member=connection.member,
                )
            case Frame(ts=ts, direction=direction, data=data):
                is_timed = event.connection.times != "missing"
                self.frame(ts if is_timed else None, direction, data, conn, place=event.place)
            case Closed(ts=ts, code=code, reason=reason):
                self.closed(ts, code, reason, conn)
            case Gap(rule=rule, message=message, hint=hint, is_again=again):
                self.gap(message, conn, rule=rule, hint=hint, again=again)
            case BadLine(rule=rule, message=message, hint=hint):
                self.gap(message, conn, rule=rule, hint=hint, of_any=True)

    def close(self) -> None:
        """Write what is still buffered and close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self, line: dict[str, object], conn: str | None) -> None:
        if conn is not None:
            line["conn"] = conn
        self._file.write(json_bytes(line) + b"\n")
        if self._safety != "buffered":
            self._file.flush()
            if self._safety == "synced":
                os.fsync(self._file.fileno())


def content_of_text(text: str) -> dict[str, object]:
    """What a line holds of a text message: its bytes as well, where those are not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        with suppress(UnicodeEncodeError):  # half a surrogate pair that stands for no byte
            raw = text.encode("utf-8", "surrogateescape")
            shown = raw.decode("utf-8", "replace")
            return {"text": shown, "text_b64": b64encode(raw).decode("ascii")}
    return {"text": text}


def json_bytes(value: object) -> bytes:
    """`value` as JSON in UTF-8, as it stands in files that are written."""
    text = _encode(value)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair, which no text message can hold
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def open_capture(
    name: str | os.PathLike[str],
    *,
    append: bool = False,
    safety: Safety = "flushed",
    redactor: Redactor | None = None,
) -> CaptureWriter:
    """A writer of the file `name`, which only its owner may read: captures hold secrets.

    A file that exists is left alone, unless it is to be appended to. Then a last line that was cut off
    is ended, so that it does not swallow the next. Raises FileExistsError and other OSErrors.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    descriptor = os.open(name, flags | (0 if append else os.O_EXCL), stat.S_IRUSR | stat.S_IWUSR)
    file = open(descriptor, "a+b")  # noqa: PTH123, SIM115 - the writer closes it
    if append and file.seek(0, os.SEEK_END):
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")
    return CaptureWriter(file, safety=safety, redactor=redactor)
