"""Has parts of captures looked at elsewhere, some parts ahead, and hands the summaries out in order."""

from __future__ import annotations

import traceback
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError, Future
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from voxwire.capture import Reading
from voxwire.capture.storage import LOCAL
from voxwire.checks.quick.division import Division, WholeFile
from voxwire.checks.quick.summary import (
    PART_SIZE,
    MappedLines,
    Part,
    summarize,
    summarize_lines,
)
from voxwire.checks.quick.whole import FileSummary, summarize_file
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from voxwire.capture.lines import Lines, OverlongLine, ZeroFill
    from voxwire.capture.storage import Storage
    from voxwire.checks.quick.summary import Digest, Summary
    from voxwire.protocol import AnyProtocol

_T = TypeVar("_T")

_ENDED: Final = (BrokenExecutor, CancelledError)
"""What the executors of the standard library say when nobody looked at a part."""

_EXPECTED: Final = (OSError, CaptureError)
"""What is raised where a file cannot be read."""

_AHEAD: Final = 3
"""Parts for each worker that are under way or done and not yet used: what bounds the memory."""


class Raised(NamedTuple):
    """What was raised where lines were looked at, as a value: what a future raises is the executor's."""

    error: Exception


class _Asked(NamedTuple):
    """A piece of a file that is looked at; `place` is that of the file."""

    place: int
    piece: Part | WholeFile
    future: Future[Any]


class _Waiting(NamedTuple):
    """Lines that are looked at."""

    block: bytes
    future: Future[list[Digest] | Raised]


class Mapper:
    """Asks an executor for summaries of files.

    `names` are all files in the order in which they will be checked. `workers` is how many parts the
    executor looks at together.
    """

    def __init__(
        self,
        executor: Executor,
        names: Sequence[str],
        protocol: AnyProtocol,
        *,
        workers: int,
        counts_frames: bool = True,
        storage: Storage = LOCAL,
        reading: Reading | None = None,
        part_size: int = PART_SIZE,
    ) -> None:
        self.storage: Final = storage
        self._reading: Final = reading or Reading()
        self.part_size: Final = part_size
        self._executor: Final = executor
        self._protocol: Final = protocol
        self._counts_frames: Final = counts_frames
        self._most: Final = _AHEAD * workers
        self._place = 0
        self._division: Final = Division(storage, self._reading, part_size)
        self._todo: Final = self._all_pieces(names)
        self._asked: Final[deque[_Asked]] = deque()

    def is_divided(self, place: int) -> bool:
        """Whether the file at this place is looked at in parts, and not as it is read here. Files before
        it are done with."""
        return isinstance(self._next(place), Part)

    def whole(self, place: int) -> FileSummary | None:
        """What was found out about the file at this place; None where it has to be read here. Raises
        CaptureError when it is lost."""
        if not isinstance(self._next(place), WholeFile):
            return None
        asked = self._asked.popleft()
        try:
            found: FileSummary | None = _result(asked.future, lambda: "the file")
        except _CannotReadError:
            return None  # reading it here will say why
        return found

    def summaries(self, place: int) -> Iterator[tuple[Part, Summary]]:
        """The parts of the file at this place, in order, each once; only the first ones where it cannot
        be read elsewhere. Raises CaptureError when one is lost."""
        while self.is_divided(place):
            asked = self._asked.popleft()
            part = asked.piece
            assert isinstance(part, Part)
            try:
                summary = _result(asked.future, _place_of(part))
            except _CannotReadError:
                return  # reading it here will say why
            yield part, summary

    def lines(self, blocks: Iterable[Lines]) -> Iterator[MappedLines | OverlongLine | ZeroFill]:
        """Whole lines that were read here, looked at elsewhere. Raises CaptureError when some are lost,
        and what reading them raises, when what was read before has been given."""
        number = 1
        for block in self._looked_at(blocks):
            if isinstance(block, _Waiting):
                lines = _done(block, number)
                number += sum(digest.lines for digest in lines.digests)
                yield lines
            else:
                number += 1
                yield block

    def _looked_at(self, blocks: Iterable[Lines]) -> Iterator[_Waiting | OverlongLine | ZeroFill]:
        """The same lines, of which some that follow are being looked at already."""
        waiting: deque[_Waiting | OverlongLine | ZeroFill] = deque()
        joined = _joined(blocks, self.part_size)
        failure: CaptureError | None = None
        while True:
            try:
                block = next(joined, None)
            except CaptureError as error:
                failure, block = error, None
            if block is None:
                break
            if isinstance(block, bytes):
                waiting.append(_Waiting(block, self._submit(summarize_lines, block)))
            else:
                waiting.append(block)
            if len(waiting) >= self._most:
                yield waiting.popleft()
        yield from waiting
        if failure is not None:
            raise failure

    def _next(self, place: int) -> Part | WholeFile | None:
        """What is looked at next of the file at this place; None where nothing is."""
        self._place = place
        while self._asked and self._asked[0].place < place:
            self._asked.popleft().future.cancel()
        self._ask()
        return self._asked[0].piece if self._asked and self._asked[0].place == place else None

    def _all_pieces(self, names: Sequence[str]) -> Iterator[tuple[int, Part | WholeFile]]:
        for place, name in enumerate(names):
            if place < self._place:
                continue
            for piece in self._division.pieces(name):
                if place < self._place:
                    break  # it was enough to read some of it
                yield place, piece

    def _ask(self) -> None:
        """Have as many parts looked at as may be under way."""
        while len(self._asked) < self._most:
            following = next(self._todo, None)
            if following is None:
                return
            place, piece = following
            future: Future[Any]
            if isinstance(piece, Part):
                future = self._submit(summarize, piece, storage=self.storage)
            else:
                future = self._submit(
                    summarize_file, piece.name, storage=self.storage, reading=self._reading
                )
            self._asked.append(_Asked(place, piece, future))

    def _submit(
        self, function: Callable[..., _T], what: Any, **options: Any
    ) -> Future[_T | Raised]:
        options["counts_frames"] = self._counts_frames
        try:
            return self._executor.submit(attempt, function, what, self._protocol, **options)
        except (BrokenExecutor, OSError) as error:
            future: Future[_T | Raised] = Future()
            future.set_exception(error)
            return future


def attempt(function: Callable[..., _T], /, *given: Any, **options: Any) -> _T | Raised:
    """Call a function where an executor has it called."""
    try:
        return function(*given, **options)
    except Exception as error:
        if not isinstance(error, _EXPECTED):
            error.add_note(traceback.format_exc())  # a traceback does not travel
        return Raised(error)


class _CannotReadError(Exception):
    """Who was to look at lines could not read them."""


def _result(future: Future[_T | Raised], where: Callable[[], str]) -> _T:
    """What was found. Raises CaptureError when nobody looked, whatever the executor calls that, and
    what was raised there."""
    try:
        result = future.result()
    except Exception as error:
        raise CaptureError(_lost(where(), error)) from error
    if not isinstance(result, Raised):
        return result
    if isinstance(result.error, _EXPECTED):
        raise _CannotReadError from result.error
    raise result.error


def _done(waiting: _Waiting, number: int) -> MappedLines:
    """Lines of which the first has this number."""
    block, future = waiting

    def where() -> str:
        last = number + block.count(b"\n") - 1
        return f"lines {number} to {last}"

    return MappedLines(block, _result(future, where))


def _place_of(part: Part) -> Callable[[], str]:
    return lambda: f"bytes {part.start} to {part.stop}"


def _lost(where: str, error: Exception) -> str:
    if isinstance(error, _ENDED):
        return (
            f"the process that was to look at {where} ended before it was done; if memory is short, "
            "--jobs 1 takes the least"
        )
    said = str(error).strip().partition("\n")[0]
    return f"nobody looked at {where}: {type(error).__name__}{said and ': '}{said}"


def _joined(blocks: Iterable[Lines], size: int) -> Iterator[Lines]:
    """The same lines in blocks of at least this size; also of those before an exception."""
    held: list[bytes] = []
    length = 0
    try:
        for block in blocks:
            if isinstance(block, bytes):
                held.append(block)
                length += len(block)
                if length < size:
                    continue
            if held:
                yield b"".join(held)
                held, length = [], 0
            if not isinstance(block, bytes):
                yield block
    except CaptureError:
        if held:
            yield b"".join(held)
        raise
    if held:
        yield b"".join(held)
