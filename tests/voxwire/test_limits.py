"""The limits are what they say, and what they are made for fits."""

import json

import pytest
import zstandard

from tests.voxwire.native import capture, header, s2c
from voxwire import CompressionError, Decompressor
from voxwire.capture import BadLine, Frame
from voxwire.capture.formats.native import read_native
from voxwire.capture.lines import OverlongLine, whole_lines
from voxwire.limits import (
    MAX_DEPTH,
    MAX_FRAME_SIZE,
    MAX_LINE_SIZE,
    MAX_NUMBER_LENGTH,
    MAX_ZSTD_WINDOW,
)


def test_their_values() -> None:
    assert MAX_FRAME_SIZE == 1024**2
    assert MAX_DEPTH == 128
    assert MAX_NUMBER_LENGTH == 4300
    assert MAX_LINE_SIZE == 8 * 1024**2
    assert MAX_ZSTD_WINDOW == 8 * 1024**2


def test_the_longest_frame_fits_into_a_line_when_all_of_it_is_escaped() -> None:
    frame = "\x1f" * MAX_FRAME_SIZE
    data = capture(header(), s2c(frame))
    assert len(data) > 6 * MAX_FRAME_SIZE
    _, found = read_native([data])
    assert isinstance(found, Frame)
    assert found.data == frame


@pytest.mark.parametrize(("length", "is_read"), [(MAX_LINE_SIZE, True), (MAX_LINE_SIZE + 1, False)])
def test_a_line_that_goes_over_several_blocks(length: int, is_read: bool) -> None:
    start = s2c("")[:-2]
    line = start.encode() + b"x" * (length - len(start) - 2) + b'"}'
    assert len(line) == length
    assert json.loads(line)["dir"] == "s2c"
    (found,) = whole_lines([line[:70_000], line[70_000:]])
    assert isinstance(found, OverlongLine) is not is_read
    if not is_read:
        (bad,) = read_native([line[:70_000], line[70_000:]])
        assert isinstance(bad, BadLine)
        assert bad.rule == "CAPTURE_LINE_TOO_LONG"
        assert bad.message == "line 1 is longer than 8388608 bytes and was skipped"


@pytest.mark.parametrize(("log", "is_read"), [(23, True), (24, False)])
def test_a_window_may_have_eight_megabytes(log: int, is_read: bool) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=log, write_content_size=False)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    data = stream.compress(b"text" * 1000) + stream.flush()
    assert zstandard.get_frame_parameters(data).window_size == 2**log
    if is_read:
        assert Decompressor().decompress(data) == b"text" * 1000
    else:
        with pytest.raises(CompressionError) as caught:
            Decompressor().decompress(data)
        assert caught.value.rule == "ZSTD_INVALID"
