"""What recorded traffic would meet where one of its ends runs another revision of the protocol.

A frame is hit that is right by the old revision and refused by the new one. A connection is hit as well
by what the new revision's conversation forbids and the old one's allows, frames that are hit taken for
right; where the new revision did not know a message, what follows has the same cause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.analysis.unread import Unread
from voxwire.capture import Frame, Opened, Others, detected_capture, of_the_gateway
from voxwire.checks import CaptureCheck, Finding, Selection, Sessions, Statistics
from voxwire.checks.checked_protocol import CheckedProtocol
from voxwire.errors import CaptureError, CompressionError
from voxwire.rules.envelope import UNKNOWN_TYPE
from voxwire.wire.compression import Decompressor

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from voxwire.capture import Advance, Reading
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol, MessageType, Problem, Side

_GROUPS: Final = frozenset({"sequence", "session"})
_SIDES: Final[dict[Direction, Side]] = {"c2s": "client", "s2c": "server"}


class Refusal(NamedTuple):
    """One thing for which a frame or a conversation is refused."""

    rule: str
    pointer: str
    message: str


class Hit(NamedTuple):
    """A frame, or with `frame` of None something between frames, that would be refused.

    `side`: whose traffic it is. `is_of_conversation`: the frame itself is right.
    """

    file: str
    connection: int
    frame: int | None
    side: Side
    type: MessageType | None
    refusals: tuple[Refusal, ...]
    is_of_conversation: bool


class Meeting:
    """Captures of the old revision, held against the new one. Counts grow while hits are taken."""

    def __init__(self, old: AnyProtocol, new: AnyProtocol, reading: Reading) -> None:
        self.frames = 0
        self.connections = 0
        self.known = 0
        """Frames of messages that one of the revisions knows."""
        self.failures: Final[dict[str, str]] = {}
        self.unread: Final[list[Unread]] = []
        """What of each capture could not be read or was not recorded."""
        self.foreign: Final[list[str]] = []
        """Captures with frames of which none is of a message that is known."""
        self._old: Final = old
        self._new: Final = new
        self._reading: Final = reading
        self._sessions: Final = {id(protocol): Sessions() for protocol in (old, new)}

    def hits(self, source: str, name: str, advance: Advance | None = None) -> Iterator[Hit]:
        """Those of a capture, which `name` is shown for; first those of frames."""
        first: dict[int, int] = {}
        excused = set[tuple[int, int]]()
        unread = Unread(name)
        self.unread.append(unread)
        frames, known, others = self.frames, self.known, Others()
        try:
            for hit in self._in_frames(source, unread, others, advance):
                excused.add((hit.connection, hit.frame or 0))
                if any(refusal.rule == UNKNOWN_TYPE for refusal in hit.refusals):
                    first.setdefault(hit.connection, hit.frame or 0)
                yield hit
            unread.end(others=others.connections)
        except CaptureError as error:
            self.failures[name] = str(error)
            unread.cut()
        if self.frames > frames and self.known == known:
            self.foreign.append(unread.file)
        allowed = {_key(finding) for finding in self._of_conversation(source, self._old, advance)}
        for finding in self._of_conversation(source, self._new, advance, excused):
            hit_before = first.get(finding.connection or 0)
            follows = hit_before is not None and (finding.frame or hit_before) >= hit_before
            if _key(finding) not in allowed and not follows:
                yield _hit(finding, name)

    def _in_frames(
        self, source: str, unread: Unread, others: Others, advance: Advance | None
    ) -> Iterator[Hit]:
        capture = detected_capture(source, advance, reading=self._reading)
        old, new = (CheckedProtocol.of(protocol) for protocol in (self._old, self._new))
        decompressor = Decompressor(protocol=self._old)
        known = {
            way: frozenset({*getattr(self._old, side), *getattr(self._new, side)})
            for way, side in _SIDES.items()
        }
        for event in unread.watched(of_the_gateway(capture, self._old, self._reading, others)):
            if isinstance(event, Opened):
                self.connections += 1
            if not isinstance(event, Frame):
                continue
            self.frames += 1
            data = _read(event, decompressor, old)
            way = event.direction
            if data is None:
                continue
            if new.frames.sound_frame(data, way) is not None:
                self.known += 1
                continue
            type_, refusals = _refusals(new, data, way)
            self.known += type_ in known[way]
            if refusals and not _refusals(old, data, way)[1]:
                number = event.connection.number
                yield Hit(unread.name, number, event.number, _SIDES[way], type_, refusals, False)

    def _of_conversation(
        self,
        source: str,
        protocol: AnyProtocol,
        advance: Advance | None,
        excused: Container[tuple[int, int]] = (),
    ) -> Iterator[Finding]:
        """What is wrong with a conversation and no single frame; frames that are `excused` count as right."""
        check = CaptureCheck(
            source,
            Selection(),
            Statistics(),
            self._sessions[id(protocol)],
            protocol=protocol,
            reading=self._reading,
            excused=excused,
        )
        for finding in check.findings(advance):
            if finding.rule.group in _GROUPS and finding.severity != "note":
                yield finding


def _read(frame: Frame, decompressor: Decompressor, checked: CheckedProtocol) -> bytes | None:
    """The text of a frame, None where it has none."""
    data = frame.data
    if isinstance(data, str):
        return data.encode("utf-8", "surrogatepass")
    if checked.reads_binary[frame.direction]:
        return data
    if frame.direction == "c2s":
        return None
    try:
        return decompressor.decompress(data)
    except CompressionError:
        return None


def _refusals(
    checked: CheckedProtocol, data: bytes, way: Direction
) -> tuple[MessageType | None, tuple[Refusal, ...]]:
    """The type of a frame, and for what it is refused: a type that is not known, too."""
    parts, _, problems = checked.frames.report(data, way)
    graver = checked.severities[way]
    return parts.type, tuple(
        Refusal(problem.rule, problem.pointer, problem.message)
        for problem in problems
        if _is_refused(problem, graver.get(problem.rule, problem.severity))
    )


def _is_refused(problem: Problem, severity: str) -> bool:
    return severity == "error" or problem.rule == UNKNOWN_TYPE


def _key(finding: Finding) -> tuple[int | None, str]:
    return finding.connection, finding.rule.id


def _hit(finding: Finding, name: str) -> Hit:
    sides: dict[str | None, Side] = {"client": "client", "other client": "client"}
    side = sides.get(finding.blame, "server")
    if finding.blame is None and finding.direction == "c2s":
        side = "client"
    refusal = Refusal(finding.rule.id, finding.pointer or "", finding.message)
    return Hit(name, finding.connection or 0, finding.frame, side, finding.type, (refusal,), True)
