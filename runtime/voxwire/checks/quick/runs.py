"""Runs of frames beyond doubt, and where they begin and end among the frames of lines in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.protocol import Problem

Notes: TypeAlias = "dict[int, tuple[Problem, ...]]"
"""What there is to say of some frames, in order, by their places."""


class Run(msgspec.Struct, gc=False):
    """Frames beyond doubt on the lines from `start` to `stop`, their times never running back, their
    numbers without a gap.

    `seq` is the first number, None where the protocol has none. `times` are as written, each None
    where lines have none. `texts` are those that the frames are among, `first` is the place of the
    first there.
    """

    start: int
    stop: int
    seq: int | None
    kinds: list[type]
    times: list[Any]
    texts: Texts
    first: int
    notes: Notes
    """By the places of frames in the run; of most there is nothing to say."""

    @property
    def is_binary(self) -> bool:
        """Whether the messages were binary."""
        return self.texts.is_binary

    def seq_at(self, skip: int) -> int | None:
        """The number of the frame after so many."""
        return None if self.seq is None else self.seq + skip

    def sizes(self, skip: int = 0) -> list[int]:
        """The bytes of the frames from the `skip`-th on."""
        return list(map(len, self.texts.data[self.first + skip : self._end]))

    def compressed(self, skip: int = 0) -> list[int] | None:
        """The bytes of the messages that they were in, where they were compressed."""
        sizes = self.texts.compressed
        return None if sizes is None else sizes[self.first + skip : self._end]

    @property
    def _end(self) -> int:
        return self.first + self.stop - self.start


class Texts(NamedTuple):
    """The JSON texts of lines in a row from `start` on.

    `compressed` are the sizes of the messages that held them, where they were compressed.
    """

    start: int
    data: list[bytes]
    is_binary: bool = False
    compressed: list[int] | None = None

    def of(self, lines: Sequence[Any]) -> Sequence[Any]:
        """The lines that they are from, which are among these."""
        return lines[self.start : self.start + len(self.data)]


class Frames(NamedTuple):
    """What is known of the frames of lines in a row, by their places there."""

    kinds: list[type]
    times: list[Any]
    numbers: list[Any]
    notes: Notes


def unbroken(texts: Texts, frames: Frames, start: int, stop: int) -> Iterator[Run]:
    """The runs that frames beyond doubt from `start` to `stop` make."""
    kinds, times = frames.kinds[start:stop], frames.times[start:stop]
    numbers = frames.numbers[start:stop]
    count = stop - start
    cuts: list[int] = []
    if not _is_sorted(times) or (
        numbers and numbers != list(range(numbers[0], numbers[0] + count))
    ):
        cuts = [
            index
            for index in range(1, count)
            if not _goes_on(times[index - 1], times[index])
            or (numbers and numbers[index] != numbers[index - 1] + 1)
        ]
    for a, b in zip((0, *cuts), (*cuts, count), strict=True):
        yield Run(
            texts.start + start + a,
            texts.start + start + b,
            numbers[a] if numbers else None,
            kinds[a:b],
            times[a:b],
            texts,
            start + a,
            {
                place - start - a: noted
                for place, noted in frames.notes.items()
                if start + a <= place < start + b
            },
        )


def _is_sorted(times: list[Any]) -> bool:
    """Whether no time is before the one in front of it; all may be missing."""
    try:
        return times == sorted(times)
    except TypeError:  # some or all are missing
        return not any(time is not None for time in times)


def _goes_on(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is after
    return before <= after
