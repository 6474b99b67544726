"""Checks a whole capture: reads it, looks at every frame and its order, and yields findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from voxwire.capture import (
    STDIN,
    BadLine,
    Closed,
    Connection,
    Frame,
    NativeReader,
    Opened,
    capture_blocks,
)
from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.checks.findings import (
    Finding,
    about_connection,
    about_file,
    about_frame,
    shown_file,
    shown_name,
)
from voxwire.checks.frame_check import report, sound_frame
from voxwire.checks.rules import RULES
from voxwire.checks.sequence_check import SequenceCheck
from voxwire.checks.session import CONTROL_TYPES, SessionCheck, SessionProblem, Sessions
from voxwire.checks.skim import Kind, skim
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


class _Followed:
    """What is known of one connection. `session` is None when the conversation is not checked."""

    __slots__ = ("sequence", "session")

    def __init__(self, sequence: SequenceCheck, session: SessionCheck | None) -> None:
        self.sequence = sequence
        self.session = session

    @property
    def can_be_skimmed(self) -> bool:
        """Whether a sound text frame of the server with the number that is due is no news."""
        session = self.session
        return self.sequence.is_in_order and (
            session is None or not (session.is_unsettled or session.odd_kind is False)
        )


class CaptureCheck:
    """Checks one capture file; memory does not grow with its length.

    `sessions` knows the sessions of all files of a run, so that a resume can be held against what
    came before; without it, frames and their numbers are checked, but not the conversation. `file` is
    the file's name as findings show it. `failure` says why it could not be read to its end; None as
    long as it could.
    """

    def __init__(
        self,
        name: str,
        selection: Selection,
        statistics: Statistics,
        sessions: Sessions | None = None,
    ) -> None:
        self.failure: str | None = None
        self._name = name
        self.file = "<stdin>" if name == STDIN else shown_file(name)
        self._selection = selection
        self._statistics = statistics
        self._is_empty = True
        self._decompressor = Decompressor()
        self._sessions = sessions
        self._connections: dict[Connection, _Followed] = {}
        self._closed: list[Connection] = []
        self._kinds: dict[type, Kind] = {}

    def findings(self, advance: Advance | None = None) -> Iterator[Finding]:
        """Read the file and yield what is found, in the order of the file.

        `advance` is told how many bytes of the file were read. Never raises for what a file holds.
        """
        return self._selected(self._read(advance))

    def findings_in(self, events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        """The same for events that come from elsewhere, such as a connection that is still open."""
        return self._selected(found for event in events for found in self._event(event))

    def _selected(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        self._statistics.files += 1
        for finding in self._guarded(findings):
            selected = self._selection.select(finding)
            if selected is not None:
                self._statistics.add_finding(selected)
                yield selected

    def _guarded(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        try:
            yield from findings
        except CaptureError as error:
            self.failure = str(error)
            yield self._file_finding("CAPTURE_UNREADABLE", self.failure)
        else:
            if self._is_empty:
                yield self._file_finding("CAPTURE_EMPTY", "the capture is empty")

    def _read(self, advance: Advance | None) -> Iterator[Finding]:
        """The file, line by line; stretches of plain sound frames are only skimmed."""
        reader = NativeReader()
        for number, lines in reader.parsed(capture_blocks(self._name, advance)):
            index = 0
            while index < len(lines):
                connection = reader.connections.latest
                if connection is not None:
                    followed = self._followed(connection)
                    if followed.can_be_skimmed:
                        tracker = followed.sequence.tracker
                        index = skim(lines, index, connection, tracker, self._kinds)
                        if index == len(lines):
                            break
                for event in reader.events(number + index, lines[index]):
                    yield from self._event(event)
                index += 1

    def _event(self, event: CaptureEvent) -> Iterable[Finding]:
        self._is_empty = False
        return self._frame(event) if isinstance(event, Frame) else self._other(event)

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
        kind = self._kinds.get(type(typed))
        if kind is None:
            kind = self._kinds[type(typed)] = self._kind(frame, typed.type)
        kind.row.frames += 1
        kind.row.size += len(data)
        followed = self._followed(frame.connection)
        problem = followed.sequence.follow(typed)
        session = followed.session
        if session is None or not (
            kind.is_for_session
            or session.is_unsettled
            or session.odd_kind is isinstance(content, bytes)
        ):
            return () if problem is None else (self._finding(frame, typed.type, *problem),)
        problems = [] if problem is None else [self._finding(frame, typed.type, *problem)]
        seq = None if typed.seq is UNSET else typed.seq
        said = self._conversation(session, frame, typed.type, seq, typed.d)
        return problems + [self._finding(frame, typed.type, *problem) for problem in said]

    def _inspect(self, frame: Frame, data: bytes) -> Iterator[Finding]:
        """The exact check, for a frame about which there may be something to say."""
        found = report(data, frame.direction)
        self._row(frame, found.type).add(len(data))
        for p in found.problems:
            pointer = None if p.rule in _ABOUT_THE_TEXT else p.pointer
            yield self._finding(frame, found.type, p.rule, pointer, p.message, p.hint, p.severity)
        followed = self._followed(frame.connection)
        is_from_server = frame.direction == "s2c"
        problem = followed.sequence.follow_report(found, is_from_server=is_from_server)
        if problem is not None:
            yield self._finding(frame, found.type, *problem)
        if followed.session is not None:
            rules = [problem.rule for problem in found.problems]
            for said in self._conversation(
                followed.session, frame, found.type, found.seq, found.payload, rules
            ):
                yield self._finding(frame, found.type, *said)

    def _conversation(
        self,
        session: SessionCheck,
        frame: Frame,
        type_: str | None,
        seq: int | None,
        payload: Any,
        rules: Iterable[str] = (),
    ) -> list[SessionProblem]:
        """What a frame means to the session. `rules` are those that the frame itself breaks."""
        if frame.direction == "c2s":
            return session.client_frame(frame.ts, frame.number, type_, payload, rules)
        binary = isinstance(frame.data, bytes)
        return session.server_frame(frame.ts, type_, seq, payload, binary=binary)

    def _binary_from_client(self, frame: Frame, size: int) -> Iterator[Finding]:
        """Clients send uncompressed text only (protocol section 2)."""
        self._row(frame, None).add(size)
        message, hint = "a client sent a binary message", "clients send uncompressed text"
        yield self._finding(frame, None, "BINARY_FROM_CLIENT", None, message, hint)
        session = self._followed(frame.connection).session
        if session is not None:
            rules = ["BINARY_FROM_CLIENT"]
            for said in self._conversation(session, frame, None, None, None, rules):
                yield self._finding(frame, None, *said)

    def _undecompressed(
        self, frame: Frame, size: int, error: CompressionError
    ) -> Iterator[Finding]:
        self._row(frame, None).add(size)
        followed = self._followed(frame.connection)
        followed.sequence.miss()
        yield self._finding(frame, None, error.rule, None, str(error))
        if followed.session is not None:
            for said in self._conversation(followed.session, frame, None, None, None):
                yield self._finding(frame, None, *said)

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
                yield from self._opened(connection, has_header)
            case Closed(connection, ts, code, reason):
                followed = self._followed(connection)
                self._closed.append(connection)
                if followed.session is not None:
                    for said in followed.session.closed(ts, code, reason):
                        yield self._connection_finding(connection, ts, said)
            case BadLine(connection, rule, message, hint):
                if connection is not None:
                    self._followed(connection).sequence.miss()
                yield self._file_finding(rule, message, connection, hint)

    def _opened(self, connection: Connection, has_header: bool) -> Iterator[Finding]:
        """A connection began; those that were closed before can be forgotten now."""
        for other in self._closed:
            self._connections.pop(other, None)
        self._closed.clear()
        if len(self._connections) >= MAX_CONNECTIONS:
            del self._connections[next(iter(self._connections))]
        session = self._followed(connection, from_start=has_header).session
        if session is not None:
            for said in session.opened():
                yield self._connection_finding(connection, connection.started, said)

    def _followed(self, connection: Connection, *, from_start: bool = False) -> _Followed:
        followed = self._connections.get(connection)
        if followed is None:
            sequence = SequenceCheck()
            session = None
            if self._sessions is not None:
                session = SessionCheck(
                    connection.url, self._sessions, sequence, from_start=from_start
                )
            followed = self._connections[connection] = _Followed(sequence, session)
        return followed

    def _kind(self, frame: Frame, type_: str) -> Kind:
        is_for_session = frame.direction == "c2s" or type_ in CONTROL_TYPES
        return Kind(self._row(frame, type_), is_for_session)

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
        severity = severity or RULES[rule].severity
        return about_frame(self.file, frame, type_, rule, severity, pointer, message, hint)

    def _connection_finding(
        self, connection: Connection, ts: float, said: SessionProblem
    ) -> Finding:
        severity = RULES[said.rule].severity
        return about_connection(
            self.file, connection, ts, said.rule, severity, said.message, said.hint
        )

    def _file_finding(
        self, rule: str, message: str, connection: Connection | None = None, hint: str = ""
    ) -> Finding:
        return about_file(self.file, connection, rule, RULES[rule].severity, message, hint)
