"""A capture as people read it: one line a frame, or one frame as a whole. Secrets are masked unless asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from voxwire.analysis.reading import ContentReader
from voxwire.capture.events import BadLine, Closed, Connection, Frame, Gap, Opened
from voxwire.report.addresses import shown_address
from voxwire.report.style import printable
from voxwire.wire.envelope import raw_parts
from voxwire.wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.analysis.choice import Choice
    from voxwire.analysis.reading import Content
    from voxwire.capture.events import CaptureEvent
    from voxwire.protocol import AnyProtocol
    from voxwire.report.style import Style

_CUT: Final = "…"
_LEAST: Final = 20
"""Characters of a payload that are shown however narrow the terminal is."""

_LONGEST_TYPE: Final = 60
_SHOWN_BYTES: Final = 32


class Timeline:
    """Makes lines of what a capture holds.

    `width` is how long a line may become, 0 for any length.
    """

    def __init__(
        self,
        protocol: AnyProtocol,
        choice: Choice,
        style: Style,
        *,
        width: int = 0,
        shows_secrets: bool = False,
    ) -> None:
        self._protocol: Final = protocol
        self._choice: Final = choice
        self._style: Final = style
        self._width: Final = width
        self._reader: Final = ContentReader(protocol)
        self._redactor: Final = None if shows_secrets else Redactor(protocol=protocol)
        self._known: Final = {
            "s2c": {*map(str, protocol.server)},
            "c2s": {*map(str, protocol.client)},
        }

    def lines(self, event: CaptureEvent) -> Iterator[str]:
        """What is to be shown of an event: a line, or nothing."""
        choice = self._choice
        match event:
            case Frame():
                if choice.has_frame(event):
                    content = self._reader.content(event)
                    if choice.has_content(content):
                        yield self._frame(event, content)
            case BadLine() if not choice.is_about_frames and choice.connections is None:
                yield self._paint(f"broken: {self._text(event.message)}", "warning")
            case Opened(connection) | Closed(connection=connection) | Gap(connection=connection):
                if not choice.is_about_frames and choice.has_connection(connection):
                    yield from self._about(connection, event)
            case BadLine():
                pass

    def whole(self, frame: Frame) -> Iterator[str]:
        """Everything about a frame, its JSON over many lines."""
        content = self._reader.content(frame)
        yield self._frame(frame, content, has_payload=False)
        size = len(
            frame.data if isinstance(frame.data, bytes) else frame.data.encode("utf-8", "replace")
        )
        kind = "text" if isinstance(frame.data, str) else "binary"
        said = [f"{size:,} bytes of {kind}"]
        if content.is_compressed and content.data is not None:
            said.append(f"{len(content.data):,} decompressed")
        if frame.place is not None:
            said.append(str(frame.place))
        if frame.connection.times not in ("missing", "unknown"):
            said.append(_iso(frame.ts))
        yield self._paint(", ".join(said), "dim")
        if content.data is None:
            yield f"(cannot be decompressed) {_hex(frame.data)}"
            return
        yield from map(printable, self._indented(content).split("\n"))

    def _indented(self, content: Content) -> str:
        text = self._masked(content)
        try:
            return msgspec.json.format(text, indent=2)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return text

    def _masked(self, content: Content) -> str:
        text = (content.data or b"").decode("utf-8", "replace")
        return text if self._redactor is None else self._redactor.json(text)

    def _frame(self, frame: Frame, content: Content, *, has_payload: bool = True) -> str:
        way = frame.direction
        name = (
            "(unknown)" if content.type is None else self._text(str(content.type))[:_LONGEST_TYPE]
        )
        is_known = str(content.type) in self._known[way]
        colour = "place" if is_known else "note"
        head = f"c{frame.connection.number}:{frame.number} {_elapsed(frame.connection, frame.ts)}{way} "
        seq = "" if content.seq is None else f" seq={content.seq}"
        payload = f" {self._short(content)}" if has_payload else ""
        left = self._width - len(head) - len(name) - len(seq)
        if self._width and len(payload) > max(left, _LEAST):
            payload = payload[: max(left, _LEAST) - len(_CUT)] + _CUT
        return f"{head}{self._paint(name, colour)}{self._paint(seq, 'dim')}{payload}".rstrip()

    def _short(self, content: Content) -> str:
        """The payload in one line; all of a frame that has no type."""
        if content.data is None:
            return "(cannot be decompressed)"
        text = self._masked(content)
        if content.type is None:
            return printable(text)
        try:
            compact = msgspec.json.format(text.encode(), indent=-1)
            payload = raw_parts(compact, self._protocol).payload
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return printable(text)
        return printable(payload.decode())

    def _about(self, connection: Connection, event: Opened | Closed | Gap) -> Iterator[str]:
        name = f"c{connection.number}"
        if isinstance(event, Opened):
            url = connection.url
            address = "" if url is None else f" {self._address(url)}"
            when = f", {_iso(connection.started)}" if connection.times == "seconds" else ""
            yield self._paint(f"{name} opened{address}{when}", "good")
        elif isinstance(event, Closed):
            if self._choice.has_time(connection, event.ts):
                reason = self._text(event.reason)
                said = f"closed {event.code} {reason}".rstrip()
                yield self._paint(f"{name} {_elapsed(connection, event.ts)}{said}", "good")
        else:
            yield self._paint(f"{name} missing: {self._text(event.message)}", "warning")

    def _address(self, url: str) -> str:
        return printable(url) if self._redactor is None else shown_address(url, self._protocol)

    def _text(self, text: str) -> str:
        return printable(text if self._redactor is None else self._redactor.text(text))

    def _paint(self, text: str, name: str) -> str:
        return self._style.paint(text, name) if text else text


def _hex(data: str | bytes) -> str:
    """How a binary message begins."""
    start = data[:_SHOWN_BYTES] if isinstance(data, bytes) else b""
    return f"{start.hex(' ')}{_CUT if len(data) > _SHOWN_BYTES else ''}"


def _elapsed(connection: Connection, ts: float) -> str:
    if connection.times == "missing":
        return ""
    return f"{ts - connection.started:+.3f}s "


def _iso(ts: float) -> str:
    try:
        return datetime.fromtimestamp(ts, UTC).isoformat(timespec="milliseconds")
    except (OverflowError, OSError, ValueError):
        return str(ts)
