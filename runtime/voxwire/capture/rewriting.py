"""Writes a capture anew: in another format, without its secrets, or compressed in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final, Literal, TypeVar

import msgspec

from voxwire.capture.events import Frame, Opened
from voxwire.capture.formats.native import NATIVE, read_native
from voxwire.capture.gateway import Others, of_the_gateway
from voxwire.capture.har_writer import HarWriter
from voxwire.capture.redacted_lines import redacted_lines
from voxwire.capture.writer import CaptureWriter
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from voxwire.capture.detect import Detected
    from voxwire.capture.events import CaptureEvent
    from voxwire.capture.reading import Reading
    from voxwire.protocol import AnyProtocol
    from voxwire.wire.redact import Redactor

    Source: TypeAlias = Callable[[], Detected]
    Notice: TypeAlias = Callable[[CaptureEvent], None]

_T = TypeVar("_T")

Written = Literal["native", "har"]
"""The names of formats that captures are written in."""


class Rewritten(msgspec.Struct):
    """What did not go over into the new file."""

    others: Others
    """Connections that are no business of the protocol."""
    nowhere: int = 0
    """Broken parts of no connection."""
    failure: str | None = None
    """Why the capture could not be read to its end; what could be read is written."""


def _ignore(event: CaptureEvent) -> None:
    del event


class Rewriting:
    """Writes one capture anew. `version` is that of the program, `redactor` None to keep secrets."""

    def __init__(
        self,
        protocol: AnyProtocol,
        reading: Reading,
        *,
        to: Written,
        redactor: Redactor | None = None,
        version: str = "",
    ) -> None:
        self._protocol: Final = protocol
        self._reading: Final = reading
        self._to: Final = to
        self._redactor: Final = redactor
        self._version: Final = version

    def write(self, source: Source, file: BinaryIO, notice: Notice = _ignore) -> Rewritten:
        """Write to `file`, which stays open, what `source` gives: with a redactor it is asked twice, first
        for the secrets that there are. `notice` is told each event of it, once.

        Raises CaptureError when nothing can be read, and OSError when it cannot be written.
        """
        redactor = self._redactor
        if redactor is not None:
            self._learn(source(), redactor, notice)
            notice = _ignore
        capture = source()
        found = Rewritten(Others())
        if self._to == "har":
            self._write_har(self._events(capture, found, notice), file, found)
        elif capture.format is not NATIVE or capture.members is not None:
            writer = CaptureWriter(file, safety="buffered", redactor=redactor)
            for event in self._events(capture, found, notice):
                connection = event.connection
                writer.event(event, None if connection is None else str(connection.number))
        else:
            # Line by line, so that nothing is lost that this program knows no use for.
            blocks = capture.input.blocks()
            if redactor is None:
                for event in _readable(read_native(_copied(blocks, file)), found):
                    notice(event)
            else:
                for data in _readable(redacted_lines(blocks, redactor), found):
                    file.write(data)
        return found

    def _write_har(self, events: Iterator[CaptureEvent], file: BinaryIO, found: Rewritten) -> None:
        har = HarWriter(file, version=self._version, redactor=self._redactor)
        try:
            for event in events:
                har.event(event)
            har.finish()
        finally:
            har.discard()
        found.nowhere = har.nowhere

    def _events(
        self, capture: Detected, found: Rewritten, notice: Notice
    ) -> Iterator[CaptureEvent]:
        events = of_the_gateway(capture, self._protocol, self._reading, found.others)
        for event in _readable(events, found):
            notice(event)
            yield event

    def _learn(self, capture: Detected, redactor: Redactor, notice: Notice) -> None:
        unread = Rewritten(Others())
        with redactor.learning():
            for event in self._events(capture, unread, notice):
                if isinstance(event, Frame):
                    redactor.message(event.data)
                elif isinstance(event, Opened) and event.connection.url is not None:
                    redactor.url(event.connection.url)


def _copied(blocks: Iterable[bytes], file: BinaryIO) -> Iterator[bytes]:
    for block in blocks:
        file.write(block)
        yield block


def _readable(parts: Iterator[_T], found: Rewritten) -> Iterator[_T]:
    """`parts` as far as they can be read. Raises CaptureError when not even the first can."""
    is_first = True
    try:
        for part in parts:
            is_first = False
            yield part
    except CaptureError as error:
        if is_first:
            raise
        found.failure = str(error)
