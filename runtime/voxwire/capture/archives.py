"""Captures in zip archives: what Playwright writes as ``.har.zip`` and ``trace.zip``, and what people zip.

A layer above formats: each member that is a capture is read like a file, and what belongs to it is found
in the archive. What a member is, its content tells, as of any file; one that cannot be read, or that only its
name calls a capture, is a finding beside the others, so that nobody takes it for checked.
"""

from __future__ import annotations

import io
import re
import zlib
from functools import partial
from itertools import chain, count, starmap
from typing import TYPE_CHECKING, Any, Final

from voxwire.capture.decompress import decompressed
from voxwire.capture.detect import Detected, detected
from voxwire.capture.events import Lacks
from voxwire.capture.formats.format import CaptureFormat, Likelihood
from voxwire.capture.formats.registry import BY_NAME
from voxwire.capture.input import SourceInput
from voxwire.capture.search import EXPECTED, NoCaptureError
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
_ATTACHED: Final = re.compile(
    r"(?:^|/)(?:[0-9a-f]{32,40}(?:\.\w{1,10})?|resources/(?:page|src)@[^/]+)$"
)
"""How members are named that Playwright attaches to a HAR or a trace: the bodies of responses, messages of
WebSockets, pictures and sources. They may be anything, also captures of somebody else."""
_CAPTURE: Final = re.compile(r"\.(?:ndjson|jsonl|har|pcap|pcapng)(?:\.(?:gz|zst))?$", re.IGNORECASE)
"""How members are named that are meant to be captures."""

_ENCRYPTED: Final = 0x1
_SAZ: Final = (
    "this is an archive of Fiddler (.saz): how WebSocket messages are written in it is documented "
    "nowhere; export the sessions as a HAR (File, Export Sessions, HTTPArchive), or record the traffic "
    "with `voxwire record`"
)
_MEMBER: Final = b"PK\x03\x04"
"""What a member begins with."""
_HEADER: Final = 30
"""Bytes before a member's name."""
_DESCRIPTOR: Final = 24
"""Bytes behind the content of a member, at most."""
_NOT_LISTED: Final = (
    "there is more in the archive than its table of contents lists, as where archives stand in a row; unpack what "
    "zip -FF finds, and name the captures in it"
)
_NOTHING: Final = 14
"""Bytes that nothing takes at most: compressed 2, and encrypted 12 more."""
_OTHER_SIZE: Final = (
    "it is damaged in the archive: it has another size than the table of contents says"
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
        self._members: Final = _named(infos)
        self._unlisted: Final = _unlisted(content, infos, self._zip.start_dir)

    def captures(self, format_: str | None) -> Detected:
        """The capture in it, or all of them."""
        found: dict[str, None] = {}
        unread: dict[str, str] = {}
        reasons: list[str] = []
        for name in self._likely():
            try:
                self._refuse_empty(name)
                self._detected(name, format_)
            except CaptureError as error:
                why = str(error).removesuffix(f"; {EXPECTED}")
                reasons.append(f"{name}: {why}")
                if not isinstance(error, NoCaptureError) or _CAPTURE.search(name):
                    unread[name] = why
            else:
                found[name] = None
        if not found:
            told = [f"{name}: {why}" for name, why in (unread | self._unlisted).items()]
            raise CaptureError(_nothing_in(self._members, told or reasons))
        if len(found) == 1 and not unread and not self._unlisted:
            return self._detected(next(iter(found)), format_)
        parts = [name for name in self._members if name in unread or name in found]
        return Detected(
            ZIP,
            SourceInput(iter(())),
            members=lambda: chain(
                (
                    _refused(name, unread[name]) if name in unread else self._member(format_, name)
                    for name in parts
                ),
                starmap(_refused, self._unlisted.items()),
            ),
        )

    def _member(self, format_: str | None, name: str) -> Detected:
        return self._detected(name, format_)._replace(name=name)

    def _likely(self) -> list[str]:
        """The members that may be captures."""
        names = [
            name
            for name, info in self._members.items()
            if (info.file_size or info.compress_size > _NOTHING or _CAPTURE.search(name))
            and not _RUBBISH.search(name)
        ]
        if any(_FIDDLER.fullmatch(name) for name in names):
            raise CaptureError(_SAZ)
        if any(_TRACE.search(name) or _HAR.search(name) for name in names):
            return [name for name in names if not _ATTACHED.search(name)]
        return names

    def _refuse_empty(self, name: str) -> None:
        info = self._members[name]
        if not info.file_size:
            is_empty = info.compress_size <= _NOTHING
            raise CaptureError("it is empty" if is_empty else _OTHER_SIZE)

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
        from lzma import LZMAError
        from struct import error as StructError  # noqa: N812 - a class, whose name hides others
        from zipfile import BadZipFile

        if info.flag_bits & _ENCRYPTED:
            raise CaptureError("it is encrypted; unpack the archive with its password")
        size = 0

        def add(more: int) -> None:
            nonlocal size
            size += more

        try:
            with self._zip.open(info) as file:
                yield from decompressed(ByteReader(file, add))
        except NotImplementedError as error:
            raise CaptureError(
                f"it is compressed in a way that is not read (method {info.compress_type}); unpack the "
                "archive, and name the captures in it"
            ) from error
        except (
            BadZipFile,
            zlib.error,
            LZMAError,
            StructError,
            EOFError,
            OSError,
            ValueError,
        ) as error:
            raise CaptureError(f"it is damaged in the archive: {_why(error)}") from error
        if size < info.file_size:
            raise CaptureError(_OTHER_SIZE)


def _named(infos: Iterable[ZipInfo]) -> dict[str, ZipInfo]:
    """All members by their names. Of those that have the same, the last is what others refer to; whoever
    unpacks the archive keeps that one."""
    named: dict[str, ZipInfo] = {}
    numbers: dict[str, Iterator[int]] = {}
    for info in infos:
        name = info.filename
        earlier = named.pop(name, None)
        if earlier is not None:
            number = next(
                n for n in numbers.setdefault(name, count(1)) if f"{name} ({n})" not in named
            )
            named[f"{name} ({number})"] = earlier
        named[name] = info
    return named


def _unlisted(content: mmap | bytes, infos: Iterable[ZipInfo], table: int) -> dict[str, str]:
    """Where in the archive there is something of no member, and what that means: of archives in a row (``cat
    a.zip b.zip``), only the table of contents of the last one is found, which begins at byte `table`."""
    unlisted: dict[str, str] = {}
    position = 0
    places = sorted((info.header_offset, info.compress_size) for info in infos)
    for place, size in [*places, (table, 0)]:
        if place > position + _DESCRIPTOR:
            unlisted[f"byte {position}"] = _NOT_LISTED
        start = place + _HEADER
        name, extra = content[start - 4 : start - 2], content[start - 2 : start]  # their lengths
        start += int.from_bytes(name, "little") + int.from_bytes(extra, "little")
        position = max(position, start + size)
    behind = content.find(_MEMBER, table)
    if behind >= 0:
        unlisted[f"byte {behind}"] = _NOT_LISTED
    return unlisted


def _refused(name: str, why: str) -> Detected:
    """A member that is not read."""

    def read(_capture: CaptureInput) -> Iterator[CaptureEvent]:
        yield from ()
        raise CaptureError(why)

    return Detected(ZIP._replace(read=read), SourceInput(iter(())), name=name)


def _why(error: Exception) -> str:
    from zipfile import BadZipFile

    text = str(error)
    if "CRC" in text:
        return "its checksum is wrong"
    if isinstance(error, EOFError):
        return "it is cut off"
    return "its header is wrong" if isinstance(error, BadZipFile) else "it cannot be decompressed"


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
