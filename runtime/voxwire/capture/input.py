"""Gives the content of a capture, decompressed: block by block, or as a whole in mapped memory."""

from __future__ import annotations

import os
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voxwire.capture.decompress import decompressed, is_compressed
from voxwire.capture.source import STDIN, Advance, ByteReader, CaptureSource, opened
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.direction import Direction

_LONGEST_MAGIC: Final = 18


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

    `name` is that of a file on this machine, which is mapped as it is, and beside which others may lie;
    None where there is none. `direction` is that of frames that do not say theirs.
    """

    def __init__(
        self,
        blocks: Iterator[bytes],
        name: str | None = None,
        *,
        direction: Direction | None = None,
    ) -> None:
        self._blocks: Final = blocks
        self._path: Final = None if name is None or name == STDIN else Path(name)
        self.direction: Final = direction

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
        return cls(read_blocks(source, advance), name, direction=direction)

    def again(self, blocks: Iterator[bytes]) -> SourceInput:
        """The same, of which some blocks have been read and are given once more in `blocks`."""
        name = None if self._path is None else str(self._path)
        return SourceInput(blocks, name, direction=self.direction)

    def blocks(self) -> Iterator[bytes]:
        """The content in pieces of any size."""
        return self._blocks

    @contextmanager
    def mapped(self) -> Iterator[mmap | bytes]:
        """The whole content. Raises CaptureError where it is damaged."""
        path = self._path
        if path is not None and _is_plain(path):
            with path.open("rb") as file:
                yield from _mapped(file.fileno())
            return
        from tempfile import TemporaryFile  # it imports as long as a thousand lines take to check

        with TemporaryFile(prefix="voxwire-") as spool:
            for block in self._blocks:
                spool.write(block)
            spool.flush()
            yield from _mapped(spool.fileno())

    def beside(self, name: str) -> SourceInput | None:
        """A file of this name in the folder of this one."""
        if self._path is None or Path(name).name != name or name in (".", ".."):
            return None
        path = self._path.parent / name
        try:
            found = path.is_file()
        except (OSError, ValueError):
            return None
        return SourceInput.of(str(path), direction=self.direction) if found else None


def _mapped(descriptor: int) -> Iterator[mmap | bytes]:
    if not os.fstat(descriptor).st_size:
        yield b""  # which cannot be mapped
        return
    yield mmap(descriptor, 0, access=ACCESS_READ)  # closed when nothing points into it any more


def _is_plain(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return not is_compressed(file.read(_LONGEST_MAGIC))
    except OSError:
        return False
