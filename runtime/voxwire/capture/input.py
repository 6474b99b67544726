"""Gives the content of a capture, decompressed: block by block, or as a whole in mapped memory."""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import chain
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voxwire.capture.decompress import decompressed
from voxwire.capture.source import STDIN, Advance, ByteReader, CaptureSource, opened
from voxwire.errors import CaptureError
from voxwire.limits import MAX_UNPACKED, MAX_UNPACKED_RATIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO, TypeAlias

    from voxwire.direction import Direction

    Neighbour: TypeAlias = Callable[[str], "SourceInput | None"]

_IN_MEMORY: Final = 1_048_576
"""Bytes of content that are not worth a temporary file."""


def read_blocks(source: CaptureSource, advance: Advance | None = None) -> Iterator[bytes]:
    """The content of `source`, block by block.

    Raises CaptureError when it cannot be opened or read, or when its compression is damaged; the
    blocks before the damage have been given by then.
    """
    with opened(source) as file:
        try:
            yield from decompressed(ByteReader(file, advance))
        except OSError as error:
            raise CaptureError(error.strerror or str(error)) from error


class SourceInput:
    """What a reader of a format is given of a source: see :class:`voxwire.capture.formats.format.CaptureInput`.

    `name` is that of a file on this machine, beside which others may lie; None where there is none.
    `neighbour` finds those others by their names, where they are in an archive. `direction` is that of frames
    that do not say theirs. `size_on_disk` says how many bytes were read of what the blocks were packed in.
    """

    def __init__(
        self,
        blocks: Iterator[bytes],
        name: str | None = None,
        *,
        direction: Direction | None = None,
        neighbour: Neighbour | None = None,
        size_on_disk: Callable[[], int] | None = None,
    ) -> None:
        self._blocks = blocks
        self._path: Final = None if name is None or name == STDIN else Path(name)
        self.direction: Final = direction
        self._neighbour: Final = neighbour or self._in_folder
        self._size_on_disk: Final = size_on_disk

    @classmethod
    def of(
        cls,
        source: CaptureSource,
        advance: Advance | None = None,
        *,
        direction: Direction | None = None,
    ) -> SourceInput:
        """The content of `source`; otherwise as :func:`read_blocks`."""
        name = os.fspath(source) if isinstance(source, str | os.PathLike) else None
        size = 0

        def count(more: int) -> None:
            nonlocal size
            size += more
            if advance is not None:
                advance(more)

        blocks = read_blocks(source, count)
        return cls(blocks, name, direction=direction, size_on_disk=lambda: size)

    def again(self, blocks: Iterator[bytes]) -> SourceInput:
        """The same, of which some blocks have been read and are given once more in `blocks`."""
        return SourceInput(
            blocks,
            None if self._path is None else str(self._path),
            direction=self.direction,
            neighbour=self._neighbour,
            size_on_disk=self._size_on_disk,
        )

    def peek(self, size: int) -> bytes:
        """The first bytes, at least so many if there are: all other methods give them again."""
        held: list[bytes] = []
        read = 0
        rest = self._blocks
        try:
            while read < size:
                held.append(next(rest))
                read += len(held[-1])
        except StopIteration:
            pass
        except CaptureError as error:
            rest = _raising(error)
        self._blocks = chain(held, rest)
        return b"".join(held)

    def blocks(self) -> Iterator[bytes]:
        """The content in pieces of any size."""
        return self._blocks

    @contextmanager
    def mapped(self) -> Iterator[mmap | bytes]:
        """The whole content. Raises CaptureError where it is damaged, and where it grows out of all
        proportion when it is decompressed.

        It is a copy of its own, in memory or in a temporary file: of a file that is mapped and cut off meanwhile,
        a read behind its new end would end the process (SIGBUS).
        """
        held: list[bytes] = []
        size = 0
        for block in self._blocks:
            held.append(block)
            size += len(block)
            if size > _IN_MEMORY:
                break
        else:
            yield b"".join(held)
            return
        self._blocks = joined(held, self._blocks)
        with _temporary_file() as spool:
            self._copy_to(spool)
            yield mmap(spool.fileno(), 0, access=ACCESS_READ)  # closed when nothing points into it

    def beside(self, name: str) -> SourceInput | None:
        """A file of this name in the folder of this one, or below it."""
        parts = name.split("/")
        if not parts[-1] or "\\" in name or any(part in ("", ".", "..") for part in parts):
            return None
        return self._neighbour(name)

    def _in_folder(self, name: str) -> SourceInput | None:
        if self._path is None:
            return None
        path = self._path.parent / name
        try:
            found = path.is_file()
        except (OSError, ValueError):
            return None
        return SourceInput.of(str(path), direction=self.direction) if found else None

    def _copy_to(self, spool: IO[bytes]) -> None:
        size = 0
        for block in self._blocks:
            size += len(block)
            on_disk = size if self._size_on_disk is None else self._size_on_disk()
            if size > MAX_UNPACKED and size > MAX_UNPACKED_RATIO * on_disk:
                raise CaptureError(
                    f"its first {on_disk} bytes were {size} when they were decompressed, and no capture "
                    "is: if it is one after all, decompress it first"
                )
            try:
                spool.write(block)
            except OSError as error:
                raise CaptureError(_no_room(error)) from error
        try:
            spool.flush()
        except OSError as error:
            raise CaptureError(_no_room(error)) from error


def joined(held: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    """`held`, of which no reference is kept, and then `rest`."""
    yield from held
    held.clear()
    yield from rest


def _raising(error: CaptureError) -> Iterator[bytes]:
    yield from ()
    raise error


def _temporary_file() -> IO[bytes]:
    from tempfile import TemporaryFile  # it imports as long as a thousand lines take to check

    try:
        return TemporaryFile(prefix="voxwire-")
    except OSError as error:
        raise CaptureError(
            f"no temporary file can be made for it: {error.strerror or error}; TMPDIR names a folder for "
            "them"
        ) from error


def _no_room(error: OSError) -> str:
    from tempfile import gettempdir

    return (
        f"it cannot be copied to a temporary file in {gettempdir()}: "
        f"{error.strerror or error}; TMPDIR names another folder"
    )
