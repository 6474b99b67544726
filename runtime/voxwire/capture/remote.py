"""Files at addresses, such as ``s3://bucket/2026/05.ndjson.zst``, through fsspec.

Each kind of storage is a package of its own (``s3fs`` for s3, ``gcsfs`` for gs), which fsspec names where it
is missing. What says who may read, and where the storage is, are that package's own settings and
environment variables, such as ``AWS_PROFILE`` and ``AWS_ENDPOINT_URL``.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from voxwire.capture.storage import LOCAL
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from voxwire.capture.storage import SeekableFile

_AHEAD: Final = 65_536
"""Bytes that are read ahead of what is asked for. fsspec's own 5 MiB would be five times the file where parts
of 1 MiB are read."""

_WILD: Final = frozenset("*?[")


def is_remote(name: str) -> bool:
    """Whether a name is an address."""
    return "://" in name


class Anywhere:
    """Files by their addresses, and those of this machine by their paths.

    It can be sent to other processes, which then find the same files at the same addresses.
    """

    def is_local(self, name: str) -> bool:
        """Whether it is a file of this machine."""
        return not is_remote(name)

    def size(self, name: str) -> int:
        """The size of a file in bytes. Raises CaptureError or OSError."""
        if not is_remote(name):
            return LOCAL.size(name)
        with _translated(name):
            system, path = _system(name)
            return int(system.size(path) or 0)

    def open(self, name: str) -> AbstractContextManager[SeekableFile]:
        """The file, to be closed after use. Raises CaptureError or OSError."""
        if not is_remote(name):
            return LOCAL.open(name)
        return _opened(name)


def expanded(names: Sequence[str]) -> list[str]:
    """The names with each address that is a pattern (``*``, ``?``, ``[…]``, ``**`` for any folders) replaced by
    those that it fits, in order. Raises CaptureError where there are none, or the storage cannot be
    asked."""
    found: list[str] = []
    for name in names:
        if not is_remote(name) or _WILD.isdisjoint(name):
            found.append(name)
            continue
        try:
            with _translated(name):
                system, path = _system(name)
                paths = sorted(system.glob(path))
                addresses = [str(system.unstrip_protocol(path)) for path in paths]
        except OSError as error:
            raise CaptureError(f"{name} cannot be read: {error}") from error
        if not addresses:
            raise CaptureError(f"no file has an address of the pattern {name}")
        found += addresses
    return found


@contextmanager
def _opened(name: str) -> Iterator[SeekableFile]:
    with _translated(name):
        system, path = _system(name)
        file = system.open(path, "rb", block_size=_AHEAD)
    try:
        yield _File(name, file)
    finally:
        file.close()


class _File:
    """A file whose storage may fail in ways of its own."""

    def __init__(self, name: str, file: Any) -> None:
        self._name: Final = name
        self._read: Final[Callable[[int], bytes]] = file.read
        self._seek: Final[Callable[[int], int]] = file.seek

    def read(self, size: int, /) -> bytes:
        with _translated(self._name):
            return self._read(size)

    def seek(self, offset: int, /) -> int:
        return self._seek(offset)


def _system(name: str) -> tuple[Any, str]:
    """The storage of an address, and the path of the file there."""
    try:
        core = import_module("fsspec.core")
    except ImportError as error:
        raise CaptureError(
            f"{name} is an address, which fsspec reads: pip install 'vox-protocol[cluster]'"
        ) from error
    system, path = core.url_to_fs(name)
    return system, path


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """What a storage raises, as errors of a capture that cannot be read."""
    try:
        yield
    except (CaptureError, OSError):
        raise
    except (ImportError, ValueError) as error:  # the package of the storage is missing, or unknown
        raise CaptureError(f"{name} cannot be read: {error}") from error
    except Exception as error:  # libraries of storages have exceptions of their own
        said = str(error).strip().partition("\n")[0]
        raise CaptureError(f"{type(error).__name__}{said and ': '}{said}") from error
