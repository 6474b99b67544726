"""Checks a capture in the native format: runs of frames beyond doubt at once, the rest line by line.

A run is taken where the exact way would have nothing to say about any of its frames and would learn
nothing from them but their number, their count and the time. This is also the reduction: it goes over
summaries (see :mod:`voxwire.checks.quick.summary`) that others made as over lines of its own, and reads
again what a summary does not settle.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from voxwire.capture import Frame, NativeReader
from voxwire.capture.formats.native import parsed_lines
from voxwire.capture.formats.plain import in_full, read_line, read_lines
from voxwire.capture.lines import whole_lines
from voxwire.capture.storage import blocks_from
from voxwire.capture.times import in_seconds
from voxwire.checks.quick.certify import Certifier
from voxwire.checks.quick.summary import MappedLines, stretch_of
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from voxwire.capture import Advance, CaptureEvent, Connection
    from voxwire.capture.formats.plain import AnyLine
    from voxwire.capture.lines import Lines
    from voxwire.checks.findings import Finding
    from voxwire.checks.followed import Followed
    from voxwire.checks.followed_connections import FollowedConnections
    from voxwire.checks.quick.mapping import Mapper
    from voxwire.checks.quick.runs import Run
    from voxwire.checks.quick.summary import Digest, Note, Stretch
    from voxwire.checks.quick.whole import LinesAgain
    from voxwire.checks.statistics import Row, Statistics
    from voxwire.protocol import AnyProtocol, MessageType


class NativeCheck:
    """Checks the lines of one capture. `event` is the exact way, `noted` what it does with a frame of which
    is known what to say; `row_of` is where frames of the server of a type are counted."""

    def __init__(
        self,
        protocol: AnyProtocol,
        connections: FollowedConnections,
        statistics: Statistics,
        event: Callable[[CaptureEvent], Iterable[Finding]],
        noted: Callable[[Frame, Followed, Note], Iterable[Finding]],
        row_of: Callable[[MessageType], Row],
    ) -> None:
        self._reader: Final = NativeReader()
        self._certifier: Final = Certifier(protocol)
        self._followed: Final = connections.followed
        self._statistics: Final = statistics
        self._event: Final = event
        self._noted: Final = noted
        self._row_of: Final = row_of
        self._rows: Final[dict[MessageType, Row]] = {}
        self._number = 1
        """That of the next line."""

    def read(self, blocks: Iterable[bytes]) -> Iterator[Finding]:
        """Check all lines of a capture, in order."""
        for block in whole_lines(blocks):
            yield from self._block(block)

    def read_mapped(self, blocks: Iterable[bytes], mapper: Mapper) -> Iterator[Finding]:
        """The same, with the lines looked at elsewhere."""
        for block in mapper.lines(whole_lines(blocks)):
            if not isinstance(block, MappedLines):
                yield from self._block(block)
                continue
            offset = 0
            for digest in block.digests:
                data = block.data[offset : offset + digest.size]
                yield from self._digest(digest, lambda data=data: data)  # type: ignore[misc]
                offset += digest.size

    def read_divided(
        self, name: str, mapper: Mapper, place: int, advance: Advance | None
    ) -> Iterator[Finding]:
        """The same for a file of which the parts are looked at elsewhere, the one at this place."""
        position = 0
        for part, summary in mapper.summaries(place):
            if summary.start is not None:
                if summary.start != position:
                    break  # the file has become another one
                for digest in summary.digests:
                    start, size = position, digest.size
                    yield from self._digest(
                        digest,
                        lambda start=start, size=size: _read(mapper, name, start, size),  # type: ignore[misc]
                    )
                    position += size
                    if advance is not None:
                        advance(size)
            if position < part.stop:
                break  # a line without an end in sight, or nothing more to read
        yield from self.read(blocks_from(mapper.storage, name, position, advance))

    def read_whole(self, digests: Iterable[Digest], again: LinesAgain) -> Iterator[Finding]:
        """The same for a file that was looked at as a whole."""
        for index, digest in enumerate(digests):
            yield from self._digest(digest, partial(again.of, index))

    def _block(self, block: Lines) -> Iterator[Finding]:
        if isinstance(block, bytes):
            yield from self._lines(block)
        else:
            for line in parsed_lines(block):
                yield from self._line(line)

    def _lines(self, data: bytes, index: int = 0) -> Iterator[Finding]:
        """Check lines in a row from the `index`-th on."""
        lines = read_lines(data)
        for run in self._certifier.runs(lines):
            while index < run.stop:
                skip = index - run.start
                taker = self._run_taker(run, skip) if skip >= 0 else None
                if taker is None:
                    yield from self._line(lines[index])
                    index += 1
                else:
                    counts = self._statistics.counts_frames
                    stretch = stretch_of(run, skip, self._certifier, counts_frames=counts)
                    index = run.stop
                    yield from self._take(stretch, taker)
        for line in islice(lines, index, None):
            yield from self._line(line)

    def _digest(self, digest: Digest, again: Callable[[], bytes]) -> Iterator[Finding]:
        """Check lines that were looked at elsewhere; `again` gives them."""
        index = 0
        others = iter(digest.others)
        for stretch in digest.stretches:
            for raw in _first(others, stretch.start - index):
                yield from self._line(read_line(raw))
            index = stretch.stop
            taker = self._taker(
                stretch.seq, stretch.first, stretch.last, is_binary=stretch.is_binary
            )
            if taker is None:
                yield from self._lines(again(), stretch.start)
                return
            yield from self._take(stretch, taker)
        for raw in others:
            yield from self._line(read_line(raw))

    def _line(self, line: AnyLine) -> Iterator[Finding]:
        """The exact way."""
        number = self._number
        self._number += 1
        for event in self._reader.events(number, in_full(line)):
            yield from self._event(event)

    def _run_taker(self, run: Run, skip: int) -> Followed | None:
        return self._taker(
            run.seq_at(skip), run.times[skip], run.times[-1], is_binary=run.is_binary
        )

    def _taker(
        self, seq: int | None, first: float | None, last: float | None, *, is_binary: bool
    ) -> Followed | None:
        """The connection to which frames beyond doubt are no news; None where they may be."""
        connection = self._reader.connections.latest
        if connection is None:
            return None
        followed = self._followed(connection)
        if not followed.can_pass_over(is_binary=is_binary):
            return None
        if seq is not None and followed.sequence.last_seq != seq - 1:
            return None
        return followed if _goes_on(connection, followed, first, last) else None

    def _take(self, stretch: Stretch, followed: Followed) -> Iterator[Finding]:
        """Do what the exact way does with frames about which there is nothing to say, or no more than is
        known."""
        connection = self._reader.connections.latest
        assert connection is not None
        before = connection.frames
        frames = stretch.stop - stretch.start
        self._number += frames
        self._reader.pass_over(connection, frames, stretch.last)
        if stretch.seq is not None:
            followed.sequence.tracker.last_seq = stretch.seq + frames - 1
        if stretch.compressed is not None:
            followed.is_undecompressed = False
            compressed, decompressed = stretch.compressed
            self._statistics.compressed_size += compressed
            self._statistics.decompressed_size += decompressed
        for type_, (count, size) in stretch.counts.items():
            row = self._rows.get(type_)
            if row is None:
                row = self._rows[type_] = self._row_of(type_)
            row.frames += count
            row.size += size
        for note in stretch.notes:
            ts = self._tell_time(followed, note.ts)
            content = b"" if stretch.is_binary else ""  # at which nobody looks any more
            frame = Frame(connection, before + note.index + 1, ts, "s2c", content)
            found = self._noted(frame, followed, note)
            yield from followed.released()
            yield from found
        self._tell_time(followed, stretch.last)
        yield from followed.released()

    @staticmethod
    def _tell_time(followed: Followed, ts: float | None) -> float:
        """Let the clock know of a time as written, that of a frame which is no news; in seconds."""
        if ts is None:
            return followed.clock.latest
        seconds = in_seconds(ts)[0]
        if not followed.clock.is_off:
            followed.clock.latest = seconds
        return seconds


def _read(mapper: Mapper, name: str, start: int, size: int) -> bytes:
    """Some lines of a file once more. Raises CaptureError when they are not there any more."""
    data = bytearray()
    for block in blocks_from(mapper.storage, name, start, None):
        data += block
        if len(data) >= size:
            break
    if len(data) < size:
        raise CaptureError("the file was cut off while it was read")
    return bytes(data[:size])


def _first(items: Iterator[bytes], count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield next(items)


def _goes_on(
    connection: Connection, followed: Followed, first: float | None, last: float | None
) -> bool:
    """Whether times from `first` to `last` as they are written say nothing new of the clock."""
    clock = followed.clock
    if first is None or last is None:
        return clock.is_off and connection.times == "missing"
    times = in_seconds(first)[1]
    if times != in_seconds(last)[1]:
        return False
    if clock.is_off:
        return True
    return first >= clock.latest and (
        times == connection.times
        if connection.times == "seconds"
        else connection.times == "unknown" and times in ("seconds", "unknown")
    )
