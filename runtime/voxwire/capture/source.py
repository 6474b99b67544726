"""Opens what holds a capture: a file by its name, standard input, or a binary file that is open."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, TypeAlias, cast

from voxwire.errors import CaptureError

STDIN: Final = "-"
"""The file name that stands for standard input."""


class BinaryFile(Protocol):
    """A binary file that is open, or anything else that is read like one."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; empty at the end only."""
        ...


CaptureSource: TypeAlias = str | os.PathLike[str] | BinaryFile
"""Where a capture comes from: the name of a file, ``-`` for standard input, a path object, which is
always a file, or a binary file that is open. Such a file is read from where it is, and stays open."""

Advance = Callable[[int], None]
"""Told how many bytes of the file, as it is on disk, were read since the last call."""

_ADDRESS: Final = "it is an address, and only `voxwire validate` reads those, with the extra [cluster]; copy it to a file first"
_SUFFIXES: Final = (".ndjson", ".ndjson.zst", ".ndjson.gz", ".jsonl", ".json")
"""How files that may be captures are named, the likeliest first."""


class CutOffError(CaptureError):
    """The file ended where more of it was due."""


class ByteReader(io.RawIOBase):
    """A binary file that can be looked at ahead, and that tells how far it was read."""

    def __init__(self, file: BinaryFile, advance: Advance | None) -> None:
        super().__init__()
        self._read_some: Callable[[int], bytes] = getattr(file, "read1", file.read)
        self._advance = advance
        self._ahead = b""

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, which :meth:`read` gives again; fewer at the end only."""
        while len(self._ahead) < size:
            data = self._read_some(size - len(self._ahead))
            if not isinstance(data, bytes):
                raise TypeError(
                    "the file gives text; open it in binary mode: open(name, 'rb')"
                    if isinstance(data, str)
                    else "the file gives no bytes: it must be a binary file that blocks"
                )
            if not data:
                break
            self._ahead += data
        return self._ahead[:size]

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """What is there, at most `size` bytes; empty at the end only."""
        ahead = self._ahead if size < 0 else self._ahead[:size]
        self._ahead = self._ahead[len(ahead) :]
        rest = size - len(ahead)
        data = ahead + self._read_some(rest) if rest else ahead
        if self._advance is not None:
            self._advance(len(data))
        return data

    def exactly(self, size: int) -> bytes:
        """The next `size` bytes. Raises CutOffError when there are fewer."""
        parts: list[bytes] = []
        while size:
            data = self.read(size)
            if not data:
                raise CutOffError("the file is cut off")
            parts.append(data)
            size -= len(data)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def opened(source: CaptureSource) -> AbstractContextManager[BinaryFile]:
    """The binary file that `source` stands for, closed at the end unless it was open before.

    Raises CaptureError when it cannot be opened, and TypeError for what is no source at all.
    """
    if isinstance(source, str | os.PathLike):
        if not source:
            raise CaptureError("the name of the file is empty")
        if source != STDIN:
            return _opened_file(source)
        if sys.stdin is None:
            raise CaptureError("standard input is closed")
        return nullcontext(cast("BinaryIO", sys.stdin.buffer))
    given: Any = source
    if isinstance(given, io.TextIOBase):
        raise TypeError("a capture is read from a binary file: open it with open(name, 'rb')")
    if not callable(getattr(given, "read", None)):
        raise TypeError(
            "a capture is read from a file name, a path or an open binary file, "
            f"not from {type(given).__name__}"
        )
    return nullcontext(source)


def size_on_disk(source: CaptureSource, *, only_regular: bool = False) -> int:
    """Size of the file `source` in bytes, 0 when that is unknown; if asked, also of what is no regular
    file, such as a pipe."""
    if not isinstance(source, str | os.PathLike) or source == STDIN:
        return 0
    try:
        status = Path(source).stat()
    except (OSError, ValueError):
        return 0
    return 0 if only_regular and not stat.S_ISREG(status.st_mode) else status.st_size


def _opened_file(source: str | os.PathLike[str]) -> BinaryIO:
    path = Path(source)
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError) and "://" in os.fspath(source):
            raise CaptureError(_ADDRESS) from error
        raise CaptureError(_why_not(path, error)) from error


def _why_not(path: Path, error: OSError | ValueError) -> str:
    """Why the file cannot be opened, and what to do."""
    if not isinstance(error, OSError):
        return f"no file can have this name: {error}"
    reason = error.strerror or str(error)
    if _is_directory(path):
        return f"Is a directory; name its files, such as {_glob(path)}"
    if isinstance(error, PermissionError):
        return (
            f"{reason}: this user may not read it (captures are made readable by their owner only)"
        )
    if not isinstance(error, FileNotFoundError):
        return reason
    if path.is_symlink():
        return f"{reason}: it is a link to a file that is not there"
    if not _is_directory(path.parent):
        return f"{reason}: there is no folder {_shown(path.parent)}"
    near = _near_names(path)
    if near:
        return f"{reason}; did you mean {' or '.join(near)}?"
    if any(character in path.name for character in "*?["):
        return f"{reason}: no file has a name of this pattern"
    return reason


def _glob(folder: Path) -> str:
    """A pattern for the captures in `folder`, as a shell takes it."""
    from shlex import quote

    found = {suffix for name in _names(folder) for suffix in _SUFFIXES if name.endswith(suffix)}
    suffix = next((suffix for suffix in _SUFFIXES if suffix in found), _SUFFIXES[0])
    return f"{quote(_shown(folder))}/*{suffix}"


def _near_names(path: Path) -> list[str]:
    """Files beside `path` whose names are like its own, nearest first."""
    from difflib import get_close_matches

    names = {name.lower(): name for name in _names(path.parent)}
    near = get_close_matches(path.name.lower(), names, n=2, cutoff=0.75)
    return [_shown(path.parent / names[name]) for name in near]


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names are all that is needed
    except OSError:
        return []


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _shown(path: Path) -> str:
    """A name as it may be shown, also when its bytes are no text in the system's encoding."""
    text = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
