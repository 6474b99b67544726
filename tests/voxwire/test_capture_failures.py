"""Files that fail while they are read: what was read before is kept, memory stays bounded."""

import errno
import gzip
import io
import os
import random
import sys
from pathlib import Path

import pytest
import zstandard

from tests.voxwire.native import capture, header, leave
from voxwire import CaptureError
from voxwire.capture.decompress import BLOCK_SIZE
from voxwire.capture.input import read_blocks
from voxwire.capture.source import size_on_disk

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


def test_a_disk_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            if self.tell() > 1000:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read1(min(size or 0, 1000))

    class Stdin:
        buffer = Failing(LINES)

    monkeypatch.setattr(sys, "stdin", Stdin())
    found, said = read("-")
    assert said == "Input/output error"
    assert found
    assert LINES.startswith(found)


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
    """Four bytes of zstd can stand for a block of 128 KiB."""
    megabytes = 20
    stream = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    data = b"".join(stream.compress(bytes(2**20)) for _ in range(megabytes)) + stream.flush()
    lengths = [len(block) for block in read_blocks(written(tmp_path, data))]
    assert sum(lengths) == megabytes * 2**20
    assert max(lengths) <= BLOCK_SIZE + zstandard.BLOCKSIZE_MAX
