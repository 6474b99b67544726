"""The map: what is found out about some lines of a capture, wherever they are looked at.

A :class:`Summary` depends on nothing but the lines themselves. It is small where there is nothing to
say: runs of frames beyond doubt are a few numbers each, and only the other lines come along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from voxwire.capture.formats.plain import raw_lines, read_lines
from voxwire.capture.storage import LOCAL
from voxwire.checks.quick.certify import Certifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.capture.storage import Storage
    from voxwire.checks.quick.runs import Run
    from voxwire.protocol import AnyProtocol, Problem

PART_SIZE: Final = 1_048_576
"""Bytes of a part: enough to make the way there and back disappear, few enough that all are busy to the
end and an interruption is noticed soon."""

DIGEST_SIZE: Final = 65_536
"""Bytes that are looked at together: what fits into the cache is read twice as fast."""

_AHEAD: Final = PART_SIZE
"""Bytes that a line may go on beyond its part. What is longer is left to who reads in order."""

_STEP: Final = 65_536
"""Bytes of them that are read together: lines are shorter, and over a network each byte counts."""

_LEAD: Final = 2
"""Frames at the start of a run that go along as they are where it does not go on where the one before
ended: each says whether a number is missing, and that the numbers are in order again."""


class Part(NamedTuple):
    """The lines of a file that begin at its bytes from `start` to `stop`."""

    name: str
    start: int
    stop: int


class Note(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What is to be said of one frame of a stretch: the one with this `index`, with its time as written."""

    index: int
    ts: float | None
    type: str | int
    problems: tuple[Problem, ...]


class Stretch(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A run of frames beyond doubt on the lines from `start` to `stop` of a digest.

    `seq` is the number of the first, `first` and `last` are times as written, None where there are none.
    `counts` are frames and bytes by type of message; of one type and nothing where nobody asked. `compressed` is the size
    of compressed messages and of their contents. `notes` are in the order of the frames.
    """

    start: int
    stop: int
    seq: int | None
    is_binary: bool
    first: float | None
    last: float | None
    counts: dict[str | int, tuple[int, int]]
    compressed: tuple[int, int] | None
    notes: list[Note]


class Digest(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Some lines in a row, `size` bytes: their number, the runs among them, and the others in order."""

    size: int
    lines: int
    stretches: list[Stretch]
    others: list[bytes]


class Summary(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The lines of a part: they begin at byte `start` of the file, None where no line begins in it.

    A last line that has no end, or one far away, is not among them.
    """

    start: int | None
    digests: list[Digest]


class MappedLines(NamedTuple):
    """Lines in a row that were looked at elsewhere."""

    data: bytes
    digests: list[Digest]


def parts(name: str, *, storage: Storage = LOCAL, size: int = PART_SIZE) -> Iterator[Part]:
    """A file in parts of `size` bytes. The parts need not end where lines do."""
    total = storage.size(name)
    for start in range(0, total, size):
        yield Part(name, start, min(start + size, total))


def summarize(
    part: Part, protocol: AnyProtocol, *, storage: Storage = LOCAL, counts_frames: bool = True
) -> Summary:
    """Read a part and look at its lines. Raises OSError or CaptureError when it cannot be read."""
    with storage.open(part.name) as file:
        ahead = 1 if part.start else 0  # a line that begins with the part has a line end before it
        file.seek(part.start - ahead)
        data = _read(file, part.stop - part.start + ahead)
        start = data.find(b"\n") + 1 if ahead else 0
        if ahead and (not start or part.start - 1 + start >= part.stop):
            return Summary(None, [])
        if not data.endswith(b"\n"):
            data += _rest_of_line(file)
    lines = data[start : data.rfind(b"\n") + 1]
    digests = summarize_lines(lines, protocol, counts_frames=counts_frames)
    return Summary(part.start - ahead + start, digests)


def summarize_lines(
    data: bytes, protocol: AnyProtocol, *, counts_frames: bool = True
) -> list[Digest]:
    """Look at lines, each with its line end."""
    certifier = Certifier(protocol)
    return [digest_of(piece, certifier, counts_frames) for piece in pieces_of(data)]


def pieces_of(data: bytes) -> Iterator[bytes]:
    """Lines in as many as are looked at together."""
    position = 0
    while position < len(data):
        stop = data.rfind(b"\n", position, position + DIGEST_SIZE) + 1
        if not stop:
            stop = data.find(b"\n", position) + 1 or len(data)
        yield data[position:stop]
        position = stop


def prepare(protocol: AnyProtocol) -> None:
    """Import and make what all summaries of a protocol need: processes that are forked then share it."""
    Certifier(protocol)


def _read(file: Any, size: int) -> bytes:
    """So many bytes of a file; fewer at its end only."""
    pieces: list[bytes] = []
    while size and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _rest_of_line(file: Any) -> bytes:
    """The line that goes on at this place, with its end; empty if that is far away."""
    found = b""
    while size := min(_STEP, _AHEAD - len(found)):
        piece = _read(file, size)
        end = piece.find(b"\n") + 1
        if end:
            return found + piece[:end]
        if not piece:
            break
        found += piece
    return b""


def digest_of(
    data: bytes, certifier: Certifier, counts_frames: bool, raw: Sequence[bytes] | None = None
) -> Digest:
    """Look at some lines together. `raw` are the lines that go along where there may be something to say."""
    is_all = raw is None  # else what is said of a frame needs the line that goes along
    if raw is None:
        raw = raw_lines(data)
    stretches: list[Stretch] = []
    others: list[bytes] = []
    end = 0
    due: int | None = None
    for run in certifier.runs(read_lines(data), with_notes=is_all):
        missing = run.start - end
        skip = 0
        if end and run.seq is not None and (due is None or not due <= run.seq <= due + missing):
            skip = min(_LEAD, run.stop - run.start)
        others += raw[end : run.start + skip]
        end = run.stop
        due = None if run.seq is None else run.seq_at(end - run.start)
        if skip < run.stop - run.start:
            stretches.append(stretch_of(run, skip, certifier, counts_frames=counts_frames))
    others += raw[end:]
    return Digest(len(data), len(raw), stretches, others)


def stretch_of(run: Run, skip: int, certifier: Certifier, *, counts_frames: bool) -> Stretch:
    """A run from its `skip`-th frame on."""
    if counts_frames:
        counts = certifier.counted(run, skip)
    else:
        counts = {certifier.type_at(run, skip): (0, 0)}
    sizes = run.compressed(skip)
    compressed = None if sizes is None else (sum(sizes), sum(run.sizes(skip)))
    return Stretch(
        run.start + skip,
        run.stop,
        run.seq_at(skip),
        run.is_binary,
        run.times[skip],
        run.times[-1],
        counts,
        compressed,
        [
            Note(index - skip, run.times[index], certifier.type_at(run, index), problems)
            for index, problems in run.notes.items()
            if index >= skip
        ],
    )
