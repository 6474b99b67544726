"""Compressed captures: every way that tools write them, and every reason why one cannot be read."""

import gzip
import io
import itertools
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from tests.voxwire.native import EXAMPLES, PLAIN, capture, described, header, leave
from voxwire import CaptureError
from voxwire.capture import CaptureEvent, Frame, read_capture
from voxwire.capture.input import read_blocks

BOT = (EXAMPLES / "main-bot-plain.ndjson").read_bytes()
MANY = capture(header(), *[leave(number) for number in range(1, 20_001)])
"""2.6 MB: many blocks of 128 KiB."""

Compress = Callable[[bytes], bytes]


def events(data: bytes) -> list[CaptureEvent]:
    return list(read_capture(io.BytesIO(data)))


def skippable(content: bytes, kind: int = 0) -> bytes:
    """A frame that decoders skip (RFC 8878, section 3.1.2)."""
    return struct.pack("<II", 0x184D2A50 + kind, len(content)) + content


def zstd(data: bytes, **parameters: int) -> bytes:
    """One frame, written as a stream."""
    settings = zstandard.ZstdCompressionParameters.from_level(3, **parameters)
    compressor = zstandard.ZstdCompressor(compression_params=settings).compressobj()
    return compressor.compress(data) + compressor.flush()


def pzstd(data: bytes, size: int = 20_000) -> bytes:
    """What pzstd writes: before each frame a skippable one with the frame's length."""
    frames = [zstandard.compress(data[at : at + size]) for at in range(0, len(data), size)]
    return b"".join(skippable(struct.pack("<I", len(frame))) + frame for frame in frames)


WAYS: dict[str, Compress] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "gzip members": lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:]),
    "many gzip members": lambda data: b"".join(
        gzip.compress(data[at : at + 64]) for at in range(0, len(data), 64)
    ),
    "empty gzip members": lambda data: gzip.compress(b"") * 9 + gzip.compress(data),
    "gzip, zero padding": lambda data: gzip.compress(data) + b"\0" * 512,
    "zstd": zstandard.compress,
    "zstd frames": lambda data: zstandard.compress(data[:99]) + zstandard.compress(data[99:]),
    "many zstd frames": lambda data: b"".join(
        zstandard.compress(data[at : at + 64]) for at in range(0, len(data), 64)
    ),
    "empty zstd frames": lambda data: zstandard.compress(b"") * 9 + zstandard.compress(data),
    "zstd stream": zstd,
    "zstd with a checksum": lambda data: zstd(data, write_checksum=1),
    "the largest window": lambda data: zstd(data, window_log=23),
    "pzstd": pzstd,
    "skippable first": lambda data: skippable(b"x" * 99, 15) + zstandard.compress(data),
    "skippable first and empty": lambda data: skippable(b"") + zstandard.compress(data),
    "skippable in the middle": lambda data: (
        zstandard.compress(data[:99])
        + skippable(b"\0" * 300_000, 3)
        + zstandard.compress(data[99:])
    ),
    "skippable last": lambda data: zstandard.compress(data) + skippable(b"index"),
}

each_way = pytest.mark.parametrize("compress", WAYS.values(), ids=WAYS)


@each_way
def test_every_way_is_read(compress: Compress) -> None:
    for data in (PLAIN, BOT):
        assert described(events(compress(data))) == described(events(data))


@each_way
def test_only_the_content_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compress: Compress
) -> None:
    data = compress(PLAIN)
    path = tmp_path / "capture"
    path.write_bytes(data)
    assert described(read_capture(path)) == described(events(PLAIN))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert described(read_capture("-")) == described(events(PLAIN))


@each_way
def test_blocks_may_end_anywhere(compress: Compress) -> None:
    class Dripping(io.BytesIO):
        """Gives three bytes at a time, as a slow pipe does."""

        def read1(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 3))

    assert described(read_capture(Dripping(compress(PLAIN)))) == described(events(PLAIN))


@each_way
def test_advance_is_told_of_every_byte_on_disk(compress: Compress) -> None:
    counts: list[int] = []
    data = compress(BOT)
    assert list(read_capture(io.BytesIO(data), counts.append))
    assert sum(counts) == len(data)


def test_nothing_but_skippable_frames_is_empty() -> None:
    assert events(skippable(b"x") * 3) == []
    assert events(zstandard.compress(b"")) == []
    assert events(gzip.compress(b"")) == []


def test_a_high_ratio_gives_small_blocks() -> None:
    for compressed in (zstandard.compress(b"\n" * 50_000_000), gzip.compress(b"\n" * 50_000_000)):
        sizes = [len(block) for block in read_blocks(io.BytesIO(compressed))]
        assert sum(sizes) == 50_000_000
        assert max(sizes) <= 262_144
        assert len(compressed) < 100_000


# --- What cannot be read ---------------------------------------------------------------------


def failure(data: bytes) -> str:
    """Why this cannot be read to its end."""
    with pytest.raises(CaptureError) as caught:
        events(data)
    return str(caught.value)


def before_failure(data: bytes) -> int:
    """Frames that are given before the reading fails."""
    found: list[CaptureEvent] = []
    with pytest.raises(CaptureError):
        found.extend(read_capture(io.BytesIO(data)))
    return sum(isinstance(event, Frame) for event in found)


def test_a_window_over_the_limit() -> None:
    for window_log, size in ((24, 16), (27, 128), (30, 1024)):
        data = zstd(PLAIN, window_log=window_log)
        assert failure(data) == (
            f"the compressed file needs a zstd window of {size} MiB, and at most 8 MiB are given to "
            "it; decompress it first: zstd -d --long=31 FILE"
        )
    later = zstandard.compress(PLAIN) + zstd(PLAIN, window_log=27)
    assert failure(later).startswith("the compressed file needs a zstd window of 128 MiB")
    assert before_failure(later) == 3


def test_a_dictionary() -> None:
    dictionary = zstandard.train_dictionary(4096, [leave(n).encode() for n in range(2000)])
    data = zstandard.ZstdCompressor(dict_data=dictionary).compress(MANY)
    assert failure(data) == (
        f"the compressed file needs the dictionary {dictionary.dict_id()} that it was compressed "
        "with; decompress it first: zstd -d -D DICTIONARY FILE"
    )


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (zstandard.compress(MANY)[:-1], "a zstd frame"),
        (zstandard.compress(MANY)[:9000], "a zstd frame"),
        (zstandard.compress(PLAIN)[:5], "the header of a zstd frame"),
        (zstandard.compress(PLAIN)[:4], "the header of a zstd frame"),
        (zstandard.compress(PLAIN) + b"\x28\xb5", "the header of a zstd frame"),
        (zstandard.compress(PLAIN) + b"\x50\x2a\x4d", "the header of a zstd frame"),
        (zstandard.compress(PLAIN) + b"\x50", "the header of a zstd frame"),
        (zstd(MANY, write_checksum=1)[:-2], "a zstd frame"),
        (skippable(b"x" * 99)[:-1], "a skippable zstd frame"),
        (skippable(b"x" * 99)[:6], "a skippable zstd frame"),
        (gzip.compress(MANY)[:-1], "a gzip member"),
        (gzip.compress(MANY)[:9000], "a gzip member"),
        (gzip.compress(PLAIN)[:5], "a gzip member"),
        (gzip.compress(PLAIN) + gzip.compress(PLAIN)[:40], "a gzip member"),
    ],
    ids=itertools.count(),
)
def test_a_file_that_was_cut_off(data: bytes, where: str) -> None:
    assert failure(data) == f"the compressed file is cut off: it ends in the middle of {where}"


def changed(data: bytes, at: int) -> bytes:
    """`data` with another byte at this place."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (changed(zstd(MANY, write_checksum=1), -1), "the checksum of a zstd frame is wrong"),
        (changed(gzip.compress(MANY), -6), "the checksum of a gzip member is wrong"),
        (changed(gzip.compress(MANY), -1), "a gzip member has another length than it says"),
        (
            gzip.compress(MANY) + b"x" * 99,
            "something that is not gzip follows the last gzip member",
        ),
        (
            zstandard.compress(MANY) + b"x" * 99,
            "something that is not zstd follows the last zstd frame",
        ),
        (
            zstandard.compress(MANY) + b"\n",
            "something that is not zstd follows the last zstd frame",
        ),
        (b"\x28\xb5\x2f\xfd\x08" + b"\0" * 99, "the header of a zstd frame is wrong"),
        (b"\x28\xb5\x2f\xfd\0\x58\x06\0\0" + b"\0" * 99, "the header of a zstd block is wrong"),
    ],
    ids=itertools.count(),
)
def test_a_damaged_file(data: bytes, reason: str) -> None:
    assert failure(data) == f"the compressed file is damaged: {reason}"


def test_damage_in_the_middle() -> None:
    data = changed(zstandard.compress(MANY), 60_000)
    assert failure(data).startswith("the compressed file is damaged: a zstd frame cannot be decom")
    assert failure(b"\x1f\x8b\x08" + b"\0" * 7 + b"\xff" * 99) == (
        "the compressed file is damaged: error -3 while decompressing data: invalid block type"
    )


@pytest.mark.parametrize(
    ("data", "frames"),
    [
        (zstandard.compress(PLAIN) + b"\0" * 4096, 3),
        (zstandard.compress(PLAIN) + b"\0", 3),
    ],
    ids=itertools.count(),
)
def test_zeros_after_the_last_frame(data: bytes, frames: int) -> None:
    assert failure(data) == (
        "zero bytes follow the last zstd frame, as a crash leaves them; "
        "what stands before them was read"
    )
    assert before_failure(data) == frames


@pytest.mark.parametrize(
    "data",
    [
        changed(zstd(MANY, write_checksum=1), -1),
        changed(gzip.compress(MANY), -6),
        zstandard.compress(MANY) + b"x",
        gzip.compress(MANY) + b"x" * 9,
        zstd(MANY, write_checksum=1)[:-1],
        gzip.compress(MANY)[:-1],
    ],
    ids=itertools.count(),
)
def test_all_that_stands_before_the_failure_is_given(data: bytes) -> None:
    assert before_failure(data) == 20_000


def test_blocks_before_a_damaged_one_are_given() -> None:
    assert before_failure(zstandard.compress(MANY)[:-1]) > 18_000
    assert before_failure(zstandard.compress(BOT * 20)[:-9]) > 9000
    assert before_failure(gzip.compress(BOT * 20)[:-9]) > 9000
