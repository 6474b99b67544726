"""zstd, one message at a time: bounded and strict (protocol section 2).

A server that compresses sends every message as one independent zstd frame. What arrives is not
trusted: its declared size is checked before anything is allocated, a frame that declares none gets a
buffer that is one byte longer than the limit, and data after the frame is refused. The ``zstandard``
library does not do this by itself: ``max_output_size`` is ignored when a frame states its size, and
``allow_extra_data=False`` when it states none or is empty.

Contexts are reused, because a new one costs five times as much as decompressing a typical message.
They are not thread-safe: use one :class:`Decompressor` or :class:`Compressor` per connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import zstandard
from zstandard import ZstdError, frame_content_size

from voxwire.default import protocol_or_vox
from voxwire.errors import MESSAGE_TOO_BIG, CompressionError
from voxwire.limits import MAX_FRAME_SIZE, MAX_ZSTD_WINDOW
from voxwire.rules.compression import ZSTD_INVALID, ZSTD_TOO_LARGE, ZSTD_TRAILING_DATA

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol

_LEVEL: Final = 3
"""zstd's own default. Messages are a few hundred bytes: higher levels gain next to nothing."""

ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
"""What a zstd frame begins with."""

_LAST_BLOCK: Final = 1
_RLE_BLOCK: Final = 1
_BLOCK_HEADER_SIZE: Final = 3
_CHECKSUM_SIZE: Final = 4


class Decompressor:
    """Decompresses the binary messages of one connection.

    >>> Decompressor().decompress(Compressor().compress(b'{"type":"heartbeat_ack"}'))
    b'{"type":"heartbeat_ack"}'
    """

    def __init__(
        self, max_size: int = MAX_FRAME_SIZE, *, protocol: AnyProtocol | None = None
    ) -> None:
        """`max_size` is the most bytes that one message may have after decompression. `protocol` says
        what a connection is closed with for a damaged one; by default it is Vox's."""
        self._max_size = max_size
        self._protocol = protocol
        self._decompress = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW).decompress

    def decompress(self, data: bytes) -> bytes:
        """The content of the one zstd frame in `data`.

        Raises CompressionError with rule ``ZSTD_TOO_LARGE``, ``ZSTD_TRAILING_DATA`` or
        ``ZSTD_INVALID``; the object stays usable.
        """
        if data[:4] != ZSTD_MAGIC:
            raise self._invalid("the message is no zstd frame")
        try:
            declared = frame_content_size(data)
            # By position, because names take a sixth longer: the most bytes where none are declared,
            # whether to go on behind the frame, and whether to pass over what stands there. As many
            # bytes as are declared come, or an error: nearly every message ends here.
            if 0 < declared <= self._max_size:
                return self._decompress(data, 0, False, False)
            if declared > self._max_size:
                raise _too_large(f"declares {declared} bytes", self._max_size)
            content = self._decompress(data, self._max_size + 1, False, False)
        except ZstdError as error:
            raise self._explained(data, error) from error
        if len(content) > self._max_size:
            raise _too_large("holds more", self._max_size)
        self._check_end(data)
        return content

    def _check_end(self, data: bytes) -> None:
        """Refuse a frame that is cut off or that something follows."""
        length = _frame_length(data)
        if length is None:
            raise self._invalid("the zstd frame is cut off")
        if length < len(data):
            raise self._trailing_data(len(data) - length)

    def _explained(self, data: bytes, error: ZstdError) -> CompressionError:
        """Why the library refused `data`: its messages do not tell cut off from too long."""
        length = _frame_length(data)
        if length is None:
            return self._invalid("the zstd frame is cut off or damaged")
        if length < len(data):
            return self._trailing_data(len(data) - length)
        if "did not decompress full frame" in str(error):
            return _too_large("holds more", self._max_size)
        return self._invalid("the zstd frame is damaged, or needs a dictionary or a large window")

    def _invalid(self, message: str) -> CompressionError:
        return CompressionError(ZSTD_INVALID.id, message, self._close_code())

    def _trailing_data(self, count: int) -> CompressionError:
        message = f"{count} bytes follow the zstd frame"
        return CompressionError(ZSTD_TRAILING_DATA.id, message, self._close_code())

    def _close_code(self) -> int:
        """As for what is no JSON: only servers compress."""
        from voxwire.wire.mistakes import code_of_text

        return code_of_text("server", protocol_or_vox(self._protocol))


class Compressor:
    """Compresses the messages of one connection, as a server does: each for itself, with the content
    size in the header and without a checksum."""

    def __init__(self, level: int = _LEVEL) -> None:
        """`level` is zstd's compression level."""
        self._compress = zstandard.ZstdCompressor(
            level=level, write_content_size=True, write_checksum=False, write_dict_id=False
        ).compress

    def compress(self, data: bytes) -> bytes:
        """`data` as one zstd frame."""
        return self._compress(data)


def _frame_length(data: bytes) -> int | None:
    """Length in bytes of the zstd frame at the start of `data` (RFC 8878, section 3.1.1).

    Walks the block headers without decompressing; None when the frame does not end in `data`.
    """
    try:
        position = zstandard.frame_header_size(data)
        has_checksum = zstandard.get_frame_parameters(data).has_checksum
    except ZstdError:
        return None
    last = False
    while not last:
        header = int.from_bytes(data[position : position + _BLOCK_HEADER_SIZE], "little")
        if position + _BLOCK_HEADER_SIZE > len(data):
            return None
        last = bool(header & _LAST_BLOCK)
        stored = 1 if header >> 1 & 3 == _RLE_BLOCK else header >> 3
        position += _BLOCK_HEADER_SIZE + stored
    position += _CHECKSUM_SIZE if has_checksum else 0
    return position if position <= len(data) else None


def _too_large(what: str, limit: int) -> CompressionError:
    message = f"the zstd frame {what}; at most {limit} bytes are read"
    return CompressionError(ZSTD_TOO_LARGE.id, message, MESSAGE_TOO_BIG)
