"""Where files are: on this machine, unless somebody brings another place.

Whoever checks parts of a file on other machines gives a :class:`Storage` that finds the file there too,
such as :class:`voxwire.capture.remote.Anywhere`, which is on top of fsspec, or one of its own::

    class Bucket:
        def size(self, name): return fs.size(name)
        def open(self, name): return fs.open(name, "rb", block_size=65_536)

Each part is read by itself. What is read ahead of that is thrown away.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final, Protocol, cast

from voxwire.capture.decompress import BLOCK_SIZE, is_compressed
from voxwire.capture.source import ByteReader, opened, size_on_disk
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voxwire.capture.source import Advance, CaptureSource


class SeekableFile(Protocol):
    """A binary file that can be read from any place."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, /) -> int: ...


class Storage(Protocol):
    """Opens files by their names, in this process and in any other that it is sent to."""

    def size(self, name: str) -> int:
        """The size of a file in bytes; 0 when that is unknown, or it cannot be read from any place."""
        ...

    def open(self, name: str) -> AbstractContextManager[SeekableFile]:
        """The file, to be closed after use. Raises CaptureError or OSError when it cannot be opened."""
        ...


class _Local:
    """The files of this machine, by their paths."""

    def size(self, name: str) -> int:
        return size_on_disk(name, only_regular=True)

    def __reduce__(self) -> str:
        return "LOCAL"  # which is told from others in other processes, too

    def open(self, name: str) -> AbstractContextManager[SeekableFile]:
        return cast("AbstractContextManager[SeekableFile]", opened(name))


LOCAL: Final[Storage] = _Local()
"""The files of this machine."""

_LONGEST_MAGIC: Final = 18

_AT_A_TIME: Final = 4_194_304
"""Bytes of a file elsewhere that are read together, where all of it is read."""


def is_divisible(storage: Storage, name: str) -> bool:
    """Whether the bytes of a file are its lines, so that it can be read from any place. Never raises."""
    try:
        if not storage.size(name):
            return False
        with storage.open(name) as file:
            return not is_compressed(file.read(_LONGEST_MAGIC))
    except (CaptureError, OSError):
        return False  # which is said when the file is read


@contextmanager
def source_in(storage: Storage, name: str) -> Iterator[CaptureSource]:
    """What the file is read from, from its start to its end: the name itself on this machine, where other
    files may lie beside it. Raises CaptureError as :func:`opened_in`."""
    is_local: Callable[[str], bool] | None = getattr(storage, "is_local", None)
    if storage is LOCAL or (is_local is not None and is_local(name)):
        yield name
    else:
        with opened_in(storage, name) as file:
            yield _Ahead(file)


class _Ahead:
    """A file that is read in large pieces: each may be a request over a network."""

    def __init__(self, file: SeekableFile) -> None:
        self._file: Final = file
        self._held = b""
        self._position = 0

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""
        if self._position == len(self._held):
            self._held, self._position = self._file.read(_AT_A_TIME), 0
        data = self._held[self._position : self._position + size]
        self._position += len(data)
        return data


@contextmanager
def opened_in(storage: Storage, name: str) -> Iterator[SeekableFile]:
    """The file of this name, closed at the end. Raises CaptureError, also for an OSError while it is
    read."""
    try:
        with storage.open(name) as file:
            yield file
    except OSError as error:
        raise CaptureError(error.strerror or str(error)) from error


def blocks_from(
    storage: Storage, name: str, offset: int, advance: Advance | None
) -> Iterator[bytes]:
    """The bytes of a file from `offset` on; otherwise as :func:`voxwire.capture.read_capture`."""
    with opened_in(storage, name) as file:
        file.seek(offset)
        reader = ByteReader(file if storage is LOCAL else _Ahead(file), advance)
        while block := reader.read(BLOCK_SIZE):
            yield block
