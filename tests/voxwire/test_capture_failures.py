"""Files that fail while they are read: what was read before is kept, memory stays bounded."""

import errno
import gzip
import io
import os
import random
import sys
import zlib
from pathlib import Path

import pytest
import zstandard

from tests.voxwire.native import capture, header, leave
from voxwire import CaptureError
from voxwire.capture.input import BLOCK_SIZE, read_blocks, size_on_disk

LINES = capture(header(), *(leave(number) for number in range(1, 2000)))


def written(folder: Path, data: bytes) -> str:
    path = folder / "capture"
    path.write_bytes(data)
    return str(path)


def read(name: str) -> tuple[bytes, str]:
    """What was read before the error, and what the error says."""
    found: list[bytes] = []
    with pytest.raises(CaptureError) as caught:
        found.extend(read_blocks(name))
    return b"".join(found), str(caught.value)


def test_gzip_with_a_wrong_checksum(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(LINES))
    data[-8] ^= 1
    found, said = read(written(tmp_path, bytes(data)))
    assert found == LINES
    assert said.startswith("the compressed file is damaged or cut off: ")


def test_gzip_that_is_damaged_in_the_middle(tmp_path: Path) -> None:
    stream = zlib.compressobj(wbits=31)
    whole = stream.compress(LINES) + stream.flush(zlib.Z_FULL_FLUSH)
    found, said = read(written(tmp_path, whole + b"\xff" * 40))
    assert found
    assert LINES.startswith(found)
    assert said.startswith("the compressed file is damaged or cut off: Error -3 ")


def test_zstd_that_is_damaged_in_the_middle(tmp_path: Path) -> None:
    whole = zstandard.ZstdCompressor(write_checksum=True).compress(LINES)
    data = bytearray(whole)
    data[-1] ^= 1
    _, said = read(written(tmp_path, bytes(data)))
    assert said.startswith("the compressed file is damaged or cut off: ")


def test_zstd_with_a_window_over_the_limit(tmp_path: Path) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=24, write_content_size=False)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    found, _ = read(written(tmp_path, stream.compress(LINES) + stream.flush()))
    assert found == b""


def test_a_disk_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read1(size)

        def read(self, size: int | None = -1) -> bytes:
            start = self.tell()
            data = super().read(size)
            self.seek(start)  # looking at the first bytes is not reading them
            return data

    class Stdin:
        buffer = Failing(LINES)

    monkeypatch.setattr(sys, "stdin", Stdin())
    _, said = read("-")
    assert said == "Input/output error"


def test_an_error_without_a_text_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("out of order")

    monkeypatch.setattr(Path, "open", refused)
    assert read("capture") == (b"", "out of order")


def test_standard_input_may_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert read("-") == (b"", "standard input is closed")


def test_sizes_that_are_not_known(tmp_path: Path) -> None:
    assert size_on_disk("-") == 0
    assert size_on_disk(str(tmp_path / "none")) == 0
    assert size_on_disk(written(tmp_path, b"abc")) == 3


def test_blocks_of_plain_and_compressed_files_are_short(tmp_path: Path) -> None:
    content = random.Random(1).randbytes(1_000_000)
    assert BLOCK_SIZE == 65_536
    for data, most in (
        (content, BLOCK_SIZE),
        (gzip.compress(content, 1), BLOCK_SIZE),
        (zstandard.compress(content), BLOCK_SIZE + zstandard.BLOCKSIZE_MAX),
    ):
        blocks = list(read_blocks(written(tmp_path, data)))
        assert b"".join(blocks) == content
        assert max(map(len, blocks)) <= most


def test_a_few_bytes_that_stand_for_many(tmp_path: Path) -> None:
    """Four bytes of zstd can stand for a block of 128 KiB; 1024 are looked at in one go."""
    megabytes = 100
    stream = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    data = b"".join(stream.compress(bytes(2**20)) for _ in range(megabytes)) + stream.flush()
    lengths = [len(block) for block in read_blocks(written(tmp_path, data))]
    assert sum(lengths) == megabytes * 2**20
    assert max(lengths) <= 1024 // 4 * zstandard.BLOCKSIZE_MAX + BLOCK_SIZE
