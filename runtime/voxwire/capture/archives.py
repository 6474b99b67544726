"""Captures in zip archives: what Playwright writes as ``.har.zip`` and ``trace.zip``, and what people zip.

A layer above formats: each member that is a capture is read like a file, and what belongs to it is found
in the archive. What a member is, its content tells, as of any file.
"""

from __future__ import annotations

import io
import re
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from voxwire.capture.decompress import decompressed
from voxwire.capture.detect import Detected, detected
from voxwire.capture.events import Lacks
from voxwire.capture.formats.format import CaptureFormat, Likelihood
from voxwire.capture.formats.registry import BY_NAME
from voxwire.capture.input import SourceInput
from voxwire.capture.source import ByteReader
from voxwire.errors import CaptureError
from voxwire.limits import MAX_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from mmap import mmap
    from zipfile import ZipInfo

    from voxwire.capture.events import CaptureEvent
    from voxwire.capture.formats.format import CaptureInput
    from voxwire.direction import Direction

_FIDDLER: Final = re.compile(r"raw/\d+_[cs]\.txt", re.IGNORECASE)
_RUBBISH: Final = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._|Thumbs\.db$)")
_TRACE: Final = re.compile(r"\.network$")
_HAR: Final = re.compile(r"\.har$", re.IGNORECASE)
_ATTACHED: Final = re.compile(r"(?:^|/)(?:resources/.+|[0-9a-f]{32,40}(?:\.\w{1,10})?)$")
"""How members are named that Playwright attaches to a HAR or a trace: the bodies of responses, and messages
of WebSockets. They may be anything, also captures of somebody else."""

_ENCRYPTED: Final = 0x1
_SAZ: Final = (
    "this is an archive of Fiddler (.saz): how WebSocket messages are written in it is documented "
    "nowhere; export the sessions as a HAR (File, Export Sessions, HTTPArchive), or record the traffic "
    "with `voxwire record`"
)
_NAMED: Final = 3
"""Members that are named where none is a capture."""


def captures_in(given: SourceInput, format_: str | None) -> Detected:
    """The captures in an archive. `format_` is the name of their format where it is known. Raises
    CaptureError when there are none."""
    with given.mapped() as content:
        return _Archive(content, given.direction).captures(format_)


class _Archive:
    """A zip archive."""

    def __init__(self, content: mmap | bytes, direction: Direction | None) -> None:
        from zipfile import BadZipFile, ZipFile  # which takes long, and most captures are in none

        self._direction: Final = direction
        try:
            self._zip: Final = ZipFile(_Content(content))
            infos = self._zip.infolist()
        except (BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise CaptureError(
                "the zip archive is damaged or cut off: its table of contents cannot be read; copy it "
                "again, or repair it with zip -FF"
            ) from error
        if len(infos) > MAX_MEMBERS:
            raise CaptureError(
                f"the zip archive has {len(infos)} files, and at most {MAX_MEMBERS} are looked at; "
                "unpack it, and name the captures in it"
            )
        self._members: Final = {
            info.filename: info for info in infos if not info.filename.endswith("/")
        }

    def captures(self, format_: str | None) -> Detected:
        """The capture in it, or all of them."""
        found: list[str] = []
        reasons: list[str] = []
        for name in self._likely():
            try:
                self._detected(name, format_)
            except CaptureError as error:
                reasons.append(f"{name}: {error}")
            else:
                found.append(name)
        if not found:
            raise CaptureError(_nothing_in(self._members, reasons))
        if len(found) == 1:
            return self._detected(found[0], format_)
        members = partial(map, partial(self._member, format_), found)
        return Detected(ZIP, SourceInput(iter(())), members=members)

    def _member(self, format_: str | None, name: str) -> Detected:
        return self._detected(name, format_)._replace(name=name)

    def _likely(self) -> list[str]:
        """The members that may be captures."""
        names = [
            name
            for name, info in self._members.items()
            if info.file_size and not _RUBBISH.search(name)
        ]
        if any(_FIDDLER.fullmatch(name) for name in names):
            raise CaptureError(_SAZ)
        if any(_TRACE.search(name) or _HAR.search(name) for name in names):
            return [name for name in names if not _ATTACHED.search(name)]
        return names

    def _detected(self, name: str, format_: str | None) -> Detected:
        given = self._input(name)
        return detected(given) if format_ is None else Detected(BY_NAME[format_], given)

    def _input(self, name: str) -> SourceInput:
        info = self._members[name]
        folder = name[: name.rfind("/") + 1]
        return SourceInput(
            self._blocks(info),
            direction=self._direction,
            neighbour=partial(self._neighbour, folder),
            size_on_disk=lambda: info.compress_size,
        )

    def _neighbour(self, folder: str, name: str) -> SourceInput | None:
        whole = folder + name
        return self._input(whole) if whole in self._members else None

    def _blocks(self, info: ZipInfo) -> Iterator[bytes]:
        from zipfile import BadZipFile

        if info.flag_bits & _ENCRYPTED:
            raise CaptureError("it is encrypted; unpack the archive with its password")
        try:
            with self._zip.open(info) as file:
                yield from decompressed(ByteReader(file, None))
        except NotImplementedError as error:
            raise CaptureError(
                f"it is compressed in a way that is not read (method {info.compress_type}); unpack the "
                "archive, and name the captures in it"
            ) from error
        except (BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise CaptureError(f"it is damaged in the archive: {_why(error)}") from error


def _why(error: Exception) -> str:
    text = str(error)
    if "CRC" in text:
        return "its checksum is wrong"
    if isinstance(error, EOFError):
        return "it is cut off"
    return "it cannot be decompressed" if isinstance(error, zlib.error) else "its header is wrong"


def _nothing_in(names: Iterable[str], reasons: list[str]) -> str:
    if reasons:
        more = len(reasons) - _NAMED
        shown = reasons[:_NAMED] + ([f"and {more} more"] if more > 0 else [])
        return f"the zip archive holds no capture: {'; '.join(shown)}"
    return "the zip archive is empty" if not list(names) else "the zip archive holds no capture"


class _Content(io.RawIOBase):
    """Bytes as a file. It needs not be closed."""

    def __init__(self, content: mmap | bytes) -> None:
        super().__init__()
        self._content: Final = memoryview(content)
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._position, len(self._content))[whence]
        if base + offset < 0:
            raise OSError("before the first byte")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        piece = self._content[self._position : self._position + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)


def _no_probe(_start: bytes) -> Likelihood:
    return Likelihood.NO


def _no_events(_capture: CaptureInput) -> Iterator[CaptureEvent]:
    return iter(())


ZIP: Final = CaptureFormat(
    "zip", "several captures in a zip archive", Lacks.NOTHING, _no_probe, _no_events
)
"""What is in it has a format of its own each."""
