"""zstd: one bounded frame a message, and nothing else."""

import struct
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from graphql_transport_ws.v1.protocol import PROTOCOL as GRAPHQL
from voxwire import CompressionError, Compressor, Decompressor
from voxwire.limits import MAX_FRAME_SIZE, MAX_ZSTD_WINDOW
from voxwire.vox import VOX

Compress = Callable[[bytes], bytes]

TEXT = b'{"type": "hello", "d": {"heartbeat_interval": 45000}}'

with_size = Compressor().compress
without_size = zstandard.ZstdCompressor(write_content_size=False).compress
with_checksum = zstandard.ZstdCompressor(write_checksum=True).compress

each_way = pytest.mark.parametrize("compress", [with_size, without_size, with_checksum])


def refused(data: bytes, max_size: int = MAX_FRAME_SIZE) -> tuple[str, int]:
    """Rule and close code of the error."""
    with pytest.raises(CompressionError) as caught:
        Decompressor(max_size).decompress(data)
    return caught.value.rule, caught.value.close_code


def message(data: bytes, max_size: int = MAX_FRAME_SIZE) -> str:
    """What the error says."""
    with pytest.raises(CompressionError) as caught:
        Decompressor(max_size).decompress(data)
    return str(caught.value)


def test_compressed_as_servers_do() -> None:
    frame = Compressor().compress(TEXT * 3)
    parameters = zstandard.get_frame_parameters(frame)
    assert parameters.content_size == len(TEXT * 3)
    assert not parameters.has_checksum
    assert parameters.dict_id == 0
    assert frame == zstandard.ZstdCompressor(level=3).compress(TEXT * 3)


def test_the_level_can_be_chosen() -> None:
    text = b"".join(b"%d%s" % (number, TEXT[number % 50 :]) for number in range(200))
    for level in (1, 19):
        expected = zstandard.ZstdCompressor(level=level).compress(text)
        assert Compressor(level).compress(text) == expected != Compressor().compress(text)


@each_way
@pytest.mark.parametrize("content", [b"", b"a", TEXT, TEXT * 1000])
def test_round_trip(compress: Compress, content: bytes) -> None:
    assert Decompressor().decompress(compress(content)) == content


@each_way
@pytest.mark.parametrize("content", [b"", TEXT, TEXT * 1000])
def test_anything_after_the_frame_is_refused(compress: Compress, content: bytes) -> None:
    frame = compress(content)
    assert refused(frame + b"x") == ("ZSTD_TRAILING_DATA", 4002)
    assert refused(frame + frame) == ("ZSTD_TRAILING_DATA", 4002)


@each_way
@pytest.mark.parametrize("content", [b"", TEXT, TEXT * 1000])
def test_a_frame_that_is_cut_off_is_refused(compress: Compress, content: bytes) -> None:
    frame = compress(content)
    for length in {0, 1, 4, 5, len(frame) // 2, len(frame) - 1}:
        assert refused(frame[:length]) == ("ZSTD_INVALID", 4002)


@each_way
def test_the_limit_is_exact(compress: Compress) -> None:
    assert Decompressor(100).decompress(compress(b"a" * 100)) == b"a" * 100
    assert refused(compress(b"a" * 101), 100) == ("ZSTD_TOO_LARGE", 1009)
    assert refused(compress(b"a" * 10_000_000), 100) == ("ZSTD_TOO_LARGE", 1009)


def test_a_declared_size_is_refused_before_anything_is_decompressed() -> None:
    frame = bytearray(with_size(b"a" * 1000))
    # Frame header: magic, descriptor, then the content size less 256 in two bytes.
    frame[5:7] = struct.pack("<H", 65_000)
    assert refused(bytes(frame), 65_000) == ("ZSTD_TOO_LARGE", 1009)


@pytest.mark.parametrize("declared", [256, 300, 60_000])
def test_a_declared_size_that_is_not_true(declared: int) -> None:
    frame = bytearray(with_size(b"a" * 1000))
    frame[5:7] = struct.pack("<H", declared - 256)
    assert refused(bytes(frame)) == ("ZSTD_INVALID", 4002)


def test_a_wrong_checksum() -> None:
    frame = with_checksum(TEXT)
    assert refused(frame[:-1] + bytes([frame[-1] ^ 1])) == ("ZSTD_INVALID", 4002)


def test_a_skippable_frame_and_plain_text_are_no_zstd_frame() -> None:
    skippable = struct.pack("<II", 0x184D2A50, 3) + b"abc"
    for data in (b"", TEXT, skippable, skippable + with_size(TEXT)):
        assert refused(data) == ("ZSTD_INVALID", 4002)


def test_a_window_that_is_too_large() -> None:
    parameters = zstandard.ZstdCompressionParameters(
        window_log=MAX_ZSTD_WINDOW.bit_length(), write_content_size=False
    )
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    assert refused(stream.compress(TEXT * 1000) + stream.flush()) == ("ZSTD_INVALID", 4002)


def test_a_decompressor_stays_usable() -> None:
    decompressor = Decompressor()
    for _ in range(3):
        with pytest.raises(CompressionError):
            decompressor.decompress(with_size(TEXT)[:-1])
        assert decompressor.decompress(with_size(TEXT)) == TEXT


@given(st.binary(max_size=2000), st.sampled_from([with_size, without_size, with_checksum]))
def test_whatever_is_compressed_comes_back(content: bytes, compress: Compress) -> None:
    assert Decompressor().decompress(compress(content)) == content


@given(
    st.binary(max_size=300) | st.binary(max_size=300).map(lambda b: b"\x28\xb5\x2f\xfd" + b),
    st.integers(0, 1000),
)
def test_any_bytes_give_bounded_content_or_the_one_error(data: bytes, max_size: int) -> None:
    try:
        content = Decompressor(max_size).decompress(data)
    except CompressionError:
        return
    assert len(content) <= max_size


@given(st.data(), st.sampled_from([with_size, without_size, with_checksum]))
def test_damaged_frames_give_bounded_content_or_the_one_error(
    data: st.DataObject, compress: Compress
) -> None:
    frame = bytearray(compress(TEXT * 3))
    index = data.draw(st.integers(0, len(frame) - 1))
    frame[index] = data.draw(st.integers(0, 255))
    try:
        content = Decompressor(200).decompress(bytes(frame))
    except CompressionError:
        return
    assert len(content) <= 200


# --- what is said -----------------------------------------------------------------------------


def test_what_is_no_zstd_frame() -> None:
    assert message(TEXT) == "the message is no zstd frame"


def test_the_limit_is_named() -> None:
    too_long = b"a" * 101
    assert message(with_size(too_long), 100) == (
        "the zstd frame declares 101 bytes; at most 100 bytes are read"
    )
    for content in (too_long, b"a" * 10_000_000):
        assert message(without_size(content), 100) == (
            "the zstd frame holds more; at most 100 bytes are read"
        )
    assert message(without_size(b"a" * (MAX_FRAME_SIZE + 1))) == (
        "the zstd frame holds more; at most 1048576 bytes are read"
    )


@each_way
@pytest.mark.parametrize("content", [b"", TEXT])
def test_the_number_of_bytes_that_follow(compress: Compress, content: bytes) -> None:
    assert message(compress(content) + b"abc") == "3 bytes follow the zstd frame"


def test_how_a_frame_is_damaged() -> None:
    assert message(with_size(TEXT)[:-1]) == "the zstd frame is cut off or damaged"
    assert message(with_size(b"")[:-1]) == "the zstd frame is cut off"
    changed = bytearray(with_checksum(TEXT))
    changed[-1] ^= 1
    assert message(bytes(changed)) == (
        "the zstd frame is damaged, or needs a dictionary or a large window"
    )


def test_the_code_is_that_of_the_protocol_for_what_servers_send() -> None:
    """Each protocol has its own, and here it is not the one for clients."""
    damaged = with_size(TEXT)[:-1]
    for protocol, code in ((None, 4002), (VOX, 4002), (GRAPHQL, 4004)):
        with pytest.raises(CompressionError) as caught:
            Decompressor(protocol=protocol).decompress(damaged)
        assert caught.value.close_code == code
