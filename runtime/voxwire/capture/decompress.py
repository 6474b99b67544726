"""Decompresses a file in bounded blocks, and says exactly why where it cannot be."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

import zstandard

from voxwire.capture.source import ByteReader, CutOffError
from voxwire.errors import CaptureError
from voxwire.limits import MAX_ZSTD_WINDOW

BLOCK_SIZE: Final = 65_536
"""Bytes read at a time: enough to make the cost of a read disappear, small enough to stay in cache."""

_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_SKIPPABLE_MAGIC: Final = b"\x2a\x4d\x18"
_SKIPPABLE_FIRST: Final = range(0x50, 0x60)
"""Skippable frames begin with one of these bytes and the magic (RFC 8878, section 3.1.2). pzstd puts
one before each frame."""

_MAX_HEADER: Final = 18
"""Longest header of a zstd frame in bytes, with its magic number (RFC 8878, section 3.1.1.1)."""
_BLOCK_HEADER: Final = 3
_MAX_BLOCK: Final = 131_072
_RLE_BLOCK: Final = 1
_RESERVED_BLOCK: Final = 3
_CHECKSUM: Final = 4

_WHOLE_FILE: Final = "the compressed file"
_NO_ZSTD: Final = "something that is not zstd follows the last zstd frame"


class LineEndError(CaptureError):
    """A line end follows a frame: of text that is none, or of a message that somebody printed."""


def is_compressed(start: bytes) -> bool:
    """Whether a file that begins like this is decompressed when it is read."""
    return start.startswith((_GZIP_MAGIC, _ZSTD_MAGIC)) or _is_skippable(start)


def decompressed(reader: ByteReader) -> Iterator[bytes]:
    """The content of a file, block by block; compression is told by the first bytes, never by the name.

    Raises CaptureError where it cannot go on; what stands before that has been given by then.
    """
    start = reader.peek(_MAX_HEADER)
    if start.startswith(_GZIP_MAGIC):
        return _gunzip(reader)
    if start.startswith(_ZSTD_MAGIC) or _is_skippable(start):
        return _in_blocks(_unzstd(reader))
    return iter(lambda: reader.read(BLOCK_SIZE), b"")


def _gunzip(reader: ByteReader) -> Iterator[bytes]:
    source = gzip.GzipFile(fileobj=reader)
    try:
        while block := source.read1(BLOCK_SIZE):  # read() would lose what stands before damage
            yield block
    except EOFError as error:
        raise _cut_off("a gzip member") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(_gzip_reason(str(error))) from error


def _gzip_reason(text: str) -> str:
    if text.startswith("CRC check failed"):
        return "the checksum of a gzip member is wrong"
    if text.startswith("Incorrect length"):
        return "a gzip member has another length than it says"
    if text.startswith("Not a gzipped file"):
        return "something that is not gzip follows the last gzip member"
    return text[:1].lower() + text[1:]


def _in_blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """`pieces` put together to blocks. When an error ends them, all that came before is given first."""
    held: list[bytes] = []
    size = 0
    try:
        for piece in pieces:
            held.append(piece)
            size += len(piece)
            if size >= BLOCK_SIZE:
                yield b"".join(held)
                held, size = [], 0
    except (CaptureError, OSError):
        if size:
            yield b"".join(held)
        raise
    if size:
        yield b"".join(held)


def _unzstd(reader: ByteReader) -> Iterator[bytes]:
    """The content of zstd frames and skippable ones in any order (RFC 8878, section 3.1)."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW)
    while start := reader.peek(_MAX_HEADER):
        if start.startswith(_ZSTD_MAGIC):
            yield from _zstd_frame(reader, start, decompressor)
        elif _is_skippable(start):
            _skip(reader)
        elif not start.strip(b"\0"):
            raise CaptureError(
                "zero bytes follow the last zstd frame, as a crash leaves them; "
                "what stands before them was read"
            )
        elif start.startswith((b"\n", b"\r\n")):
            raise LineEndError(f"{_WHOLE_FILE} is damaged: {_NO_ZSTD}")
        elif _is_cut_magic(start):
            raise _cut_off("the header of a zstd frame")
        else:
            raise _damaged(_NO_ZSTD)


def _zstd_frame(
    reader: ByteReader, start: bytes, decompressor: zstandard.ZstdDecompressor
) -> Iterator[bytes]:
    """The content of the frame that begins with `start`.

    Fed block by block, each of which holds at most 128 KiB: so that memory stays small whatever the
    ratio, and so that all blocks before a damaged one, or before a wrong checksum, are given.
    """
    try:
        parameters = zstandard.get_frame_parameters(start)
        header_size = zstandard.frame_header_size(start)
    except zstandard.ZstdError as error:
        if len(start) < _MAX_HEADER:
            raise _cut_off("the header of a zstd frame") from error
        raise _damaged("the header of a zstd frame is wrong") from error
    _check(parameters)
    frame = decompressor.decompressobj()
    try:
        frame.decompress(reader.exactly(header_size))
        is_last = False
        while not is_last:
            header = reader.exactly(_BLOCK_HEADER)
            value = int.from_bytes(header, "little")
            is_last, kind, size = bool(value & 1), value >> 1 & 3, value >> 3
            if kind == _RESERVED_BLOCK or size > _MAX_BLOCK:
                raise _damaged("the header of a zstd block is wrong")
            content = reader.exactly(1 if kind == _RLE_BLOCK else size)
            yield frame.decompress(header + content)
        if parameters.has_checksum:
            yield frame.decompress(reader.exactly(_CHECKSUM))
    except CutOffError as error:
        raise _cut_off("a zstd frame") from error
    except zstandard.ZstdError as error:
        raise _damaged(_zstd_reason(str(error))) from error


def _check(parameters: zstandard.FrameParameters) -> None:
    """Refuse, by its real name, what a decompressor would only call damaged."""
    if parameters.window_size > MAX_ZSTD_WINDOW:
        raise CaptureError(
            f"{_WHOLE_FILE} needs a zstd window of {_mebibytes(parameters.window_size)}, and at most "
            f"{_mebibytes(MAX_ZSTD_WINDOW)} are given to it; decompress it first: "
            "zstd -d --long=31 FILE"
        )
    if parameters.dict_id:
        raise CaptureError(
            f"{_WHOLE_FILE} needs the dictionary {parameters.dict_id} that it was compressed with; "
            "decompress it first: zstd -d -D DICTIONARY FILE"
        )


def _mebibytes(size: int) -> str:
    return f"{-(-size // 1_048_576)} MiB"


def _zstd_reason(text: str) -> str:
    reason = text.removeprefix("zstd decompressor error: ")
    if "checksum" in reason:
        return "the checksum of a zstd frame is wrong"
    return f"a zstd frame cannot be decompressed: {reason[:1].lower()}{reason[1:]}"


def _is_skippable(start: bytes) -> bool:
    return start[1:4] == _SKIPPABLE_MAGIC and start[0] in _SKIPPABLE_FIRST


def _is_cut_magic(start: bytes) -> bool:
    """Whether a frame begins here, and the file ends within its first four bytes."""
    is_skippable = start[0] in _SKIPPABLE_FIRST and _SKIPPABLE_MAGIC.startswith(start[1:])
    return is_skippable or _ZSTD_MAGIC.startswith(start)


def _skip(reader: ByteReader) -> None:
    """Read over a skippable frame: magic number, size and as many bytes."""
    try:
        rest = int.from_bytes(reader.exactly(8)[4:], "little")
        while rest:
            rest -= len(reader.exactly(min(rest, BLOCK_SIZE)))
    except CutOffError as error:
        raise _cut_off("a skippable zstd frame") from error


def _cut_off(where: str) -> CaptureError:
    return CaptureError(f"{_WHOLE_FILE} is cut off: it ends in the middle of {where}")


def _damaged(reason: str) -> CaptureError:
    return CaptureError(f"{_WHOLE_FILE} is damaged: {reason}")
