"""Checks a whole capture: reads it, looks at every frame and its order, and yields findings."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from voxwire.capture import (
    STDIN,
    BadLine,
    Closed,
    Frame,
    Gap,
    Opened,
    Reading,
)
from voxwire.capture.storage import LOCAL
from voxwire.checks.checked_protocol import CheckedProtocol, Kind
from voxwire.checks.file_reading import FileReading
from voxwire.checks.findings import Finding, of_nothing, shown_file, shown_name
from voxwire.checks.followed_connections import FollowedConnections
from voxwire.checks.placing import Placing
from voxwire.checks.quick.native import NativeCheck
from voxwire.checks.repetitions import Repetitions
from voxwire.checks.session import Message
from voxwire.checks.session.conversation import codes, what_follows
from voxwire.checks.statistics import FileRead, Row
from voxwire.default import protocol_or_vox
from voxwire.errors import CaptureError, CompressionError
from voxwire.rules.capture_format import CAPTURE_UNREADABLE
from voxwire.rules.closing import FRAME_AFTER_CLOSE
from voxwire.rules.compression import BINARY_FROM_CLIENT
from voxwire.rules.registry import RULES
from voxwire.wire.compression import Decompressor

if TYPE_CHECKING:
    from voxwire.capture import Advance, CaptureEvent, Connection
    from voxwire.capture.storage import Storage
    from voxwire.checks.file_reading import Elsewhere
    from voxwire.checks.followed import Followed
    from voxwire.checks.observing import Observer
    from voxwire.checks.quick.summary import Note
    from voxwire.checks.selection import Selection
    from voxwire.checks.session import SessionCheck, Sessions
    from voxwire.checks.statistics import Statistics
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol, MessageType, Problem


class CaptureCheck:
    """Checks one capture file; memory does not grow with its length.

    `sessions` knows the sessions of all files of a run, so that a resume can be held against what
    came before; without it, frames and their numbers are checked, but not the conversation. `file` is
    the file's name as findings show it. `protocol` is that of the frames, Vox's by default. With
    `elsewhere`, lines are looked at where that says. `storage` says where the file is,
    `reading` how it is read. `failure` says why it could not be read to its end;
    None as long as it could.
    `observer` is shown every event, which takes longer. `excused` frames, each the number of its
    connection and its own, are taken for right whatever is in them.
    """

    def __init__(
        self,
        name: str,
        selection: Selection,
        statistics: Statistics,
        sessions: Sessions | None = None,
        *,
        protocol: AnyProtocol | None = None,
        elsewhere: Elsewhere | None = None,
        storage: Storage = LOCAL,
        reading: Reading | None = None,
        observer: Observer | None = None,
        excused: Container[tuple[int, int]] = (),
    ) -> None:
        self._observer: Final = observer
        self._excused: Final = excused
        self._protocol: Final = protocol_or_vox(protocol)
        self.failure: str | None = None
        self.file = "<stdin>" if name == STDIN else shown_file(name)
        self._selection = selection
        self._statistics = statistics
        self._repetitions = Repetitions(self.file, statistics.repeated)
        self._placing = Placing(self.file)
        self._is_empty = True
        self._decompressor = Decompressor(protocol=self._protocol)
        checked = CheckedProtocol.of(self._protocol)
        self._checked: Final = checked
        self._sound_frame: Final = checked.frames.sound_frame
        self._envelope: Final = self._protocol.envelope
        self._sessions = sessions
        self._connections = FollowedConnections(
            checked.following, self._placing, sessions, self._repetitions.end
        )
        self._reads_binary: Final = checked.reads_binary
        self._kinds: dict[type, tuple[Kind, Row]] = {}
        self._file: Final = FileReading(
            name,
            self._protocol,
            statistics,
            self._event if observer is None else self._observed,
            self._native,
            elsewhere=elsewhere,
            storage=storage,
            reading=reading or Reading(),
            exactly=observer is not None,
        )

    def findings(self, advance: Advance | None = None) -> Iterator[Finding]:
        """Read the file and yield what is found, in the order of the file.

        `advance` is told how many bytes of the file were read. Never raises for what a file holds.
        """
        return self._selected(self._file.findings(advance))

    def findings_in(self, events: Iterable[CaptureEvent]) -> Iterator[Finding]:
        """The same for events that come from elsewhere, such as a connection that is still open."""
        return self._selected(found for event in events for found in self._event(event))

    def _selected(self, found: Iterator[Finding]) -> Iterator[Finding]:
        """The findings that count and are not mere repetitions, which are only counted."""
        self._statistics.files += 1
        self._statistics.read.setdefault(self.file, FileRead())
        for finding in self._guarded(found):
            selected = self._selection.select(finding)
            if selected is not None:
                self._statistics.add_finding(selected)
                if self._repetitions.is_listed(selected):
                    yield selected
        self._repetitions.end_all()

    def _guarded(self, found: Iterator[Finding]) -> Iterator[Finding]:
        others_before = self._statistics.others.connections
        try:
            yield from found
            yield from self._connections.end()
        except CaptureError as error:
            self.failure = self._statistics.read[self.file].failure = str(error)
            if self._sessions is not None:
                self._sessions.forget_all()  # nobody knows what the rest of the file holds
            yield from self._connections.released()
            yield self._placing.about_file(Finding.of(CAPTURE_UNREADABLE, self.failure))
        else:
            if self._is_empty:
                others = self._statistics.others.connections - others_before
                yield self._placing.about_file(of_nothing(others))

    def _native(self) -> NativeCheck:
        return NativeCheck(
            self._protocol,
            self._connections,
            self._statistics,
            self._event,
            self._noted,
            partial(self._row, "s2c"),
        )

    def _event(self, event: CaptureEvent) -> Iterable[Finding]:
        self._is_empty = False
        connections = self._connections
        match event:
            case Frame():
                followed, odd_times = connections.frame(event)
                found = self._frame(event, followed)
                released = followed.released()
                return [*odd_times, *released, *found] if odd_times or released else found
            case Opened():
                self._count(event.connection)
                connection = event.connection
                format_ = connection.member_format or self._file.format
                self._statistics.lack(format_, connection.lacks)
                return connections.opened(event)
            case Closed():
                return connections.closed(event)
            case Gap():
                return connections.gap(event)
            case BadLine():
                return connections.bad_line(event)

    def _observed(self, event: CaptureEvent) -> Iterable[Finding]:
        """The same, with somebody who looks on."""
        found = list(self._event(event))
        if self._observer is not None:
            states = self._connections.states(event.connection)
            self._observer.saw(self.file, event, states)
        return found

    def _count(self, connection: Connection) -> None:
        self._statistics.connections += 1
        read = self._statistics.read[self.file]
        read.connections = max(read.connections, connection.number)

    def _frame(self, frame: Frame, followed: Followed) -> list[Finding]:
        content = frame.data
        if isinstance(content, str):
            data = content.encode("utf-8", "surrogatepass")
        elif self._reads_binary[frame.direction]:
            data = content
        elif frame.direction == "c2s":
            return self._binary_from_client(frame, followed, len(content))
        else:
            try:
                data = self._decompressor.decompress(content)
            except CompressionError as error:
                return self._undecompressed(frame, followed, len(content), error)
            followed.is_undecompressed = False
            self._statistics.compressed_size += len(content)
            self._statistics.decompressed_size += len(data)
        typed = self._sound_frame(data, frame.direction)
        if typed is None:
            return self._inspect(frame, followed, data)
        kind, row = self._kinds.get(type(typed)) or self._first(frame, type(typed))
        row.frames += 1
        row.size += len(data)
        type_ = kind.type
        if followed.is_closed if not kind.is_first else not self._is_expected(followed, type_):
            return self._after_close(frame, followed, type_)
        finding = followed.sequence.follow(typed)
        findings = [] if finding is None else [finding]
        session = followed.session
        if session is not None and (
            kind.is_for_session
            or session.is_unsettled
            or session.odd_kind is isinstance(content, bytes)
        ):
            seq, payload = self._envelope.seq_of(typed), self._envelope.payload_of(typed)
            is_binary = isinstance(content, bytes)
            message = Message(frame.number, type_, seq, payload, typed, (), is_binary)
            findings += self._conversation(followed, session, frame, message)
        return self._certain(frame, followed, type_, findings) if findings else []

    def _inspect(self, frame: Frame, followed: Followed, data: bytes) -> list[Finding]:
        """The exact check, for a frame about which there may be something to say."""
        parts, value, found = self._checked.frames.report(data, frame.direction)
        self._row(frame.direction, parts.type).add(len(data))
        broken = self._findings_of(frame, found)
        certain = self._certain(frame, followed, parts.type, broken)
        if not self._is_expected(followed, parts.type):
            return certain + self._after_close(frame, followed, parts.type)
        is_from_server = frame.direction == "s2c"
        finding = followed.sequence.follow_parts(parts, is_from_server=is_from_server)
        said = [] if finding is None else [finding]
        if followed.session is not None:
            rules = [finding.rule for finding in broken]
            is_binary = isinstance(frame.data, bytes)
            message = Message(
                frame.number, parts.type, parts.seq, parts.fields, value, rules, is_binary
            )
            said += self._conversation(followed, followed.session, frame, message)
        return certain + self._certain(frame, followed, parts.type, said)

    def _noted(self, frame: Frame, followed: Followed, note: Note) -> list[Finding]:
        """The same for a plain message of the server in a settled session, of which the problems are known:
        `frame` has its place and time, and its number is in order."""
        broken = self._findings_of(frame, note.problems)
        certain = self._certain(frame, followed, note.type, broken)
        if followed.session is None:
            return certain
        rules = [finding.rule for finding in broken]
        message = Message(
            frame.number, note.type, rules=rules, binary=isinstance(frame.data, bytes)
        )
        said = self._conversation(followed, followed.session, frame, message)
        return certain + self._certain(frame, followed, note.type, said)

    def _findings_of(self, frame: Frame, problems: Iterable[Problem]) -> list[Finding]:
        """What a validator says of a frame, with the severity that it has for who receives it."""
        if (frame.connection.number, frame.number) in self._excused:
            return []
        severities = self._checked.severities[frame.direction]
        return [Finding.of_problem(problem, severities.get(problem.rule)) for problem in problems]

    def _binary_from_client(self, frame: Frame, followed: Followed, size: int) -> list[Finding]:
        """Clients send uncompressed text only (protocol section 2)."""
        reactions = [self._protocol.session.mistakes_of_client.binary]
        follows = f"; {what_follows(reactions, 'server')}" if codes(reactions) else ""
        finding = Finding.of(
            BINARY_FROM_CLIENT,
            "a client sent a binary message",
            f"clients send uncompressed text{follows}",
        )
        return self._unreadable(frame, followed, size, finding)

    def _undecompressed(
        self, frame: Frame, followed: Followed, size: int, error: CompressionError
    ) -> list[Finding]:
        finding = Finding.of(RULES[error.rule], str(error), continues=followed.is_undecompressed)
        followed.is_undecompressed = True
        if not followed.is_closed:
            followed.sequence.miss()
        return self._unreadable(frame, followed, size, finding)

    def _unreadable(
        self, frame: Frame, followed: Followed, size: int, finding: Finding
    ) -> list[Finding]:
        """A message that is not looked into."""
        self._row(frame.direction, None).add(size)
        certain = self._certain(frame, followed, None, [finding])
        if followed.is_closed:
            return certain + self._after_close(frame, followed, None)
        if followed.session is None:
            return certain
        message = Message(frame.number, rules=[finding.rule], binary=isinstance(frame.data, bytes))
        said = self._conversation(followed, followed.session, frame, message)
        return certain + self._certain(frame, followed, None, said)

    def _is_expected(self, followed: Followed, type_: MessageType | None) -> bool:
        """Whether a message can come now, as the connection is open or begins again."""
        if followed.begins(type_):
            followed.begin_again()
        return not followed.is_closed

    def _after_close(
        self, frame: Frame, followed: Followed, type_: MessageType | None
    ) -> list[Finding]:
        if self._sessions is None:
            return []
        finding = Finding.of(
            FRAME_AFTER_CLOSE,
            "a frame follows the close of its connection",
            "nothing is sent after a close; or the lines are out of order",
        )
        return self._certain(frame, followed, type_, [finding])

    def _conversation(
        self, followed: Followed, session: SessionCheck, frame: Frame, message: Message
    ) -> list[Finding]:
        """What a frame means to the session."""
        now = followed.clock.now
        if frame.direction == "c2s":
            return session.client_says(now, message)
        return session.server_says(now, message)

    def _certain(
        self,
        frame: Frame,
        followed: Followed,
        type_: MessageType | None,
        findings: Iterable[Finding],
    ) -> list[Finding]:
        """The findings about a frame, without those that have to wait."""
        placed = [self._placing.about_frame(finding, frame, type_) for finding in findings]
        return [finding for finding in placed if not followed.wait(finding)]

    def _first(self, frame: Frame, frame_class: type) -> tuple[Kind, Row]:
        """The first frame of its class: what is known of its kind, and where to count it."""
        kind = self._checked.kinds[frame.direction][frame_class]
        if self._selection.has_frame(frame.direction, kind.type):
            row = self._statistics.row(frame.direction, kind.name)
        else:
            row = Row(frame.direction, kind.name)
        found = self._kinds[frame_class] = kind, row
        return found

    def _row(self, direction: Direction, type_: MessageType | None) -> Row:
        """Where to count a frame: out of sight when frames of its kind do not count."""
        name = None if type_ is None else shown_name(str(type_))
        if self._selection.has_frame(direction, type_):
            return self._statistics.row(direction, name)
        return Row(direction, name)
