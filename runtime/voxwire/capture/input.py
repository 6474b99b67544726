"""Opens what the command line names and gives its bytes, decompressed, in bounded blocks.

Compression is told by the first bytes, never by the name, so that standard input works alike.
"""

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final, cast

import zstandard

from voxwire.errors import CaptureError
from voxwire.limits import MAX_ZSTD_WINDOW

STDIN: Final = "-"
"""The file name that stands for standard input."""

BLOCK_SIZE: Final = 65_536
"""Bytes read at a time: enough to make the cost of a read disappear, small enough to stay in cache."""

_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_ZSTD_INPUT_SIZE: Final = 1024
"""Compressed bytes given to zstd at a time. Four bytes can stand for a block of 128 KiB, so that this
many give 32 MiB at the very worst."""

Advance = Callable[[int], None]
"""Told how many bytes of the file, as it is on disk, were read since the last call."""


def read_blocks(name: str, advance: Advance | None = None) -> Iterator[bytes]:
    """The content of the file `name`, or of standard input for ``-``, block by block.

    Raises CaptureError when it cannot be opened or read, or when its compression is damaged; the
    blocks before the damage have been given by then.
    """
    try:
        with _opened(name) as file:
            source = _Source(file, advance)
            magic = source.peek(len(_ZSTD_MAGIC))
            if magic.startswith(_GZIP_MAGIC):
                yield from _gunzip(gzip.GzipFile(fileobj=source))
            elif magic == _ZSTD_MAGIC:
                yield from _unzstd(source)
            else:
                yield from _read_all(source)
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise CaptureError(f"the compressed file is damaged or cut off: {error}") from error
    except OSError as error:
        raise CaptureError(error.strerror or str(error)) from error


def size_on_disk(name: str) -> int:
    """Size of the file `name` in bytes, 0 when that is unknown."""
    try:
        return 0 if name == STDIN else Path(name).stat().st_size
    except OSError:
        return 0


class _Source(io.RawIOBase):
    """A binary file whose first bytes can be looked at, and that tells how far it was read."""

    def __init__(self, file: io.BufferedReader, advance: Advance | None) -> None:
        super().__init__()
        self._file = file
        self._advance = advance
        self._ahead = b""

    def peek(self, size: int) -> bytes:
        """The first `size` bytes, which :meth:`read` gives again; fewer in a shorter file."""
        self._ahead = self._file.read(size)
        return self._ahead

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """What is there, at most `size` bytes; empty at the end only."""
        ahead = self._ahead if size < 0 else self._ahead[:size]
        self._ahead = self._ahead[len(ahead) :]
        rest = size - len(ahead)
        data = ahead + self._file.read1(rest) if rest else ahead
        if self._advance is not None:
            self._advance(len(data))
        return data


def _opened(name: str) -> AbstractContextManager[io.BufferedReader]:
    if name != STDIN:
        return Path(name).open("rb")
    if sys.stdin is None:
        raise CaptureError("standard input is closed")
    return nullcontext(cast("io.BufferedReader", sys.stdin.buffer))


def _read_all(source: _Source) -> Iterator[bytes]:
    while block := source.read(BLOCK_SIZE):
        yield block


def _gunzip(source: gzip.GzipFile) -> Iterator[bytes]:
    while block := source.read1(BLOCK_SIZE):  # read() would lose what stands before damaged data
        yield block


def _unzstd(source: _Source) -> Iterator[bytes]:
    """The content of one or more zstd frames. Not through ``stream_reader``, which takes the end of
    a file that was cut off for the end of the frame."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW)
    frame = decompressor.decompressobj()
    held: list[bytes] = []
    size = 0
    while data := source.read(_ZSTD_INPUT_SIZE):
        while data:
            if frame.eof:
                frame = decompressor.decompressobj()
            content = frame.decompress(data)
            data = frame.unused_data if frame.eof else b""
            if content:
                held.append(content)
                size += len(content)
            if size >= BLOCK_SIZE:
                yield b"".join(held)
                held, size = [], 0
    if held:
        yield b"".join(held)
    if not frame.eof:
        raise EOFError("the end of the last zstd frame is missing")
