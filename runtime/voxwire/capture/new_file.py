"""A file that is there when it is whole, and not before: written under another name beside its place."""

from __future__ import annotations

import errno
import gzip
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Final, cast

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPRESSIONS: Final = (".gz", ".zst")


def bare_name(name: str) -> str:
    """A file's name in lower case, without what says how it is compressed.

    >>> bare_name("Main.har.zst")
    'main.har'
    """
    lower = Path(name).name.lower()
    suffix = Path(lower).suffix
    return lower.removesuffix(suffix) if suffix in _COMPRESSIONS else lower


@contextmanager
def new_file(name: str, *, replaces: bool = False) -> Iterator[BinaryIO]:
    """A binary file to be written, which appears as `name` at the end of the context, whole; if that
    ends with an exception, it does not. Only its owner may read it: captures hold secrets.

    Names that end with ``.gz`` or ``.zst`` say that it is compressed. What is no regular file, such as a
    pipe, is written as it is. Raises FileExistsError, unless it `replaces` the file that is there,
    and other OSErrors.
    """
    path = Path(os.path.realpath(name))  # where a link leads
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb", buffering=0) as stream, _compressed(stream, path) as content:
            yield content
        return
    if path.exists() and not (replaces and path.is_file()):
        number = errno.EISDIR if path.is_dir() else errno.EEXIST
        raise OSError(number, os.strerror(number), str(path))
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is open already
            with _compressed(file, path) as content:
                yield content
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(stat.S_IRUSR | stat.S_IWUSR)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


@contextmanager
def _compressed(file: IO[bytes], path: Path) -> Iterator[BinaryIO]:
    """What compresses as the name says, and then `file` itself stays open."""
    suffix = path.suffix.lower()
    if suffix == ".gz":
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as content:
            yield cast("BinaryIO", content)
    elif suffix == ".zst":
        compressor = zstandard.ZstdCompressor(write_checksum=True)
        with compressor.stream_writer(file, closefd=False) as writer:
            yield cast("BinaryIO", writer)
    else:
        yield cast("BinaryIO", file)
