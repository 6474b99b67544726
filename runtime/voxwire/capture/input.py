"""Gives the bytes of a capture, decompressed, in bounded blocks."""

from collections.abc import Iterator

from voxwire.capture.decompress import decompressed
from voxwire.capture.source import Advance, ByteReader, CaptureSource, opened
from voxwire.errors import CaptureError


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
