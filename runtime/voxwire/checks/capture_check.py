"""Checks a whole capture: reads it, looks at every frame and its order, and yields findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from voxwire.capture import (
    STDIN,
    BadLine,
    Closed,
    Connection,
    Frame,
    Opened,
    read_capture,
)
from voxwire.checks.findings import Finding, shown_file, shown_name, shown_text
from voxwire.checks.frame_check import report, sound_frame
from voxwire.checks.rules import RULES
from voxwire.checks.sequence_check import SequenceCheck
from voxwire.checks.statistics import Row
from voxwire.compression import Decompressor
from voxwire.errors import CaptureError, CompressionError

if TYPE_CHECKING:
    from voxwire.capture import Advance, CaptureEvent
    from voxwire.checks.findings import Severity
    from voxwire.checks.selection import Selection
    from voxwire.checks.statistics import Statistics

_ABOUT_THE_TEXT: Final = frozenset(
    ("FRAME_TOO_LARGE", "JSON_INVALID", "JSON_NOT_UTF8", "JSON_TOO_DEEP")
)
"""Rules about a text that has no value a pointer could point into."""


class CaptureCheck:
    """Checks one capture file; memory does not grow with its length.

    `file` is its name as findings show it. `failure` says why the file could not be read to its end;
    None as long as it could.
    """

    def __init__(self, name: str, selection: Selection, statistics: Statistics) -> None:
        self.failure: str | None = None
        self._name = name
        self.file = "<stdin>" if name == STDIN else shown_file(name)
        self._selection = selection
        self._statistics = statistics
        self._decompressor = Decompressor()
        self._sequences: dict[Connection, SequenceCheck] = {}
        self._rows: dict[type, Row] = {}

    def findings(self, advance: Advance | None = None) -> Iterator[Finding]:
        """Read the file and yield what is found, in the order of the file.

        `advance` is told how many bytes of the file were read. Never raises for what a file holds.
        """
        return self.findings_in(read_capture(self._name, advance))

    def findings_in(self, events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        """The same for events that come from elsewhere, such as a connection that is still open."""
        self._statistics.files += 1
        for finding in self._all_findings(events):
            selected = self._selection.select(finding)
            if selected is not None:
                self._statistics.add_finding(selected)
                yield selected

    def _all_findings(self, events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        is_empty = True
        try:
            for event in events:
                is_empty = False
                if isinstance(event, Frame):
                    found = self._frame(event)
                    if found:
                        yield from found
                else:
                    yield from self._other(event)
        except CaptureError as error:
            self.failure = str(error)
            yield self._file_finding("CAPTURE_UNREADABLE", self.failure)
        else:
            if is_empty:
                yield self._file_finding("CAPTURE_EMPTY", "the capture is empty")

    def _frame(self, frame: Frame) -> Iterable[Finding]:
        content = frame.data
        if isinstance(content, str):
            data = content.encode("utf-8", "surrogatepass")
        elif frame.direction == "c2s":
            return self._binary_from_client(frame, len(content))
        else:
            try:
                data = self._decompressor.decompress(content)
            except CompressionError as error:
                return self._undecompressed(frame, len(content), error)
            self._statistics.compressed_size += len(content)
            self._statistics.decompressed_size += len(data)
        typed = sound_frame(data, frame.direction)
        if typed is None:
            return self._inspect(frame, data)
        row = self._rows.get(type(typed))
        if row is None:
            row = self._rows[type(typed)] = self._row(frame, typed.type)
        row.frames += 1
        row.size += len(data)
        problem = self._sequence(frame.connection).follow(typed)
        return () if problem is None else (self._finding(frame, typed.type, *problem),)

    def _inspect(self, frame: Frame, data: bytes) -> Iterator[Finding]:
        """The exact check, for a frame about which there may be something to say."""
        found = report(data, frame.direction)
        self._row(frame, found.type).add(len(data))
        for p in found.problems:
            pointer = None if p.rule in _ABOUT_THE_TEXT else p.pointer
            yield self._finding(frame, found.type, p.rule, pointer, p.message, p.hint, p.severity)
        sequence = self._sequence(frame.connection)
        problem = sequence.follow_report(found, is_from_server=frame.direction == "s2c")
        if problem is not None:
            yield self._finding(frame, found.type, *problem)

    def _binary_from_client(self, frame: Frame, size: int) -> Iterator[Finding]:
        """Clients send uncompressed text only (protocol section 2)."""
        self._row(frame, None).add(size)
        message, hint = "a client sent a binary message", "clients send uncompressed text"
        yield self._finding(frame, None, "BINARY_FROM_CLIENT", None, message, hint)

    def _undecompressed(
        self, frame: Frame, size: int, error: CompressionError
    ) -> Iterator[Finding]:
        self._row(frame, None).add(size)
        self._sequence(frame.connection).miss()
        yield self._finding(frame, None, error.rule, None, str(error))

    def _other(self, event: CaptureEvent) -> Iterator[Finding]:
        match event:
            case Opened(connection, has_header):
                self._statistics.connections += 1
                if not has_header:
                    yield self._file_finding(
                        "CAPTURE_NO_HEADER",
                        "the connection has no header line",
                        connection,
                        "times count from its first frame",
                    )
            case Closed(connection):
                self._sequences.pop(connection, None)
            case BadLine(connection, rule, message, hint):
                if connection is not None:
                    self._sequence(connection).miss()
                yield self._file_finding(rule, message, connection, hint)

    def _sequence(self, connection: Connection) -> SequenceCheck:
        sequence = self._sequences.get(connection)
        if sequence is None:
            sequence = self._sequences[connection] = SequenceCheck()
        return sequence

    def _row(self, frame: Frame, type_: str | None) -> Row:
        """Where to count a frame: out of sight when frames of its kind do not count."""
        name = None if type_ is None else shown_name(type_)
        if self._selection.has_frame(frame.direction, type_):
            return self._statistics.row(frame.direction, name)
        return Row(frame.direction, name)

    def _finding(
        self,
        frame: Frame,
        type_: str | None,
        rule: str,
        pointer: str | None,
        message: str,
        hint: str = "",
        severity: Severity | None = None,
    ) -> Finding:
        return Finding(
            rule=rule,
            severity=severity or RULES[rule].severity,
            message=shown_text(message),
            file=self.file,
            connection=frame.connection.number,
            frame=frame.number,
            time=frame.ts,
            direction=frame.direction,
            type=None if type_ is None else shown_name(type_),
            pointer=None if pointer is None else shown_text(pointer),
            hint=shown_text(hint) or None,
            elapsed=frame.ts - frame.connection.started,
        )

    def _file_finding(
        self, rule: str, message: str, connection: Connection | None = None, hint: str = ""
    ) -> Finding:
        """A finding about a line, a connection or the whole file."""
        return Finding(
            rule=rule,
            severity=RULES[rule].severity,
            message=shown_text(message),
            file=self.file,
            connection=None if connection is None else connection.number,
            hint=hint or None,
        )
