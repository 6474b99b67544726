"""Captures of every condition: compressed, cut off, interleaved, damaged, or no captures at all."""

import gzip
import io
import json
import sys
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.voxwire.native import EXAMPLES, START, binary, c2s, capture, close, header, leave, s2c
from voxwire import CaptureError
from voxwire.capture import BadLine, CaptureEvent, Closed, Connection, Frame, Opened, read_capture
from voxwire.capture.lines import whole_lines
from voxwire.capture.native import read_native
from voxwire.limits import MAX_LINE_SIZE

PLAIN = capture(header(), leave(2), c2s('{"é":"𝕏"}'), binary(b"\x00\xff"), close(4007, "why"))


def events(data: bytes, block_size: int | None = None) -> list[CaptureEvent]:
    size = block_size or max(len(data), 1)
    return list(read_native(data[at : at + size] for at in range(0, len(data), size)))


def described(found: list[CaptureEvent]) -> list[tuple[object, ...]]:
    """The events in short, comparable form."""
    return [_described(event) for event in found]


def _described(event: CaptureEvent) -> tuple[object, ...]:
    match event:
        case Opened(connection, has_header):
            return ("opened", connection.number, connection.url, has_header)
        case Frame(connection, number, _, direction, data):
            return (connection.number, number, direction, data)
        case Closed(connection, _, code, reason):
            return ("closed", connection.number, code, reason)
        case BadLine(connection, rule, message, hint):
            return (rule, None if connection is None else connection.number, message, hint)


def bad_lines(*lines: str | bytes) -> list[str]:
    """The messages about the bad lines among these, which follow a header."""
    data = capture(header()) + b"\n".join(
        line if isinstance(line, bytes) else line.encode() for line in lines
    )
    return [event.message for event in events(data) if isinstance(event, BadLine)]


def test_every_kind_of_line() -> None:
    assert described(events(PLAIN)) == [
        ("opened", 1, "wss://host/gateway?v=1&encoding=json", True),
        (1, 1, "s2c", '{"type": "member_leave", "d": {"user_id": 7}, "seq": 2}'),
        (1, 2, "c2s", '{"é":"𝕏"}'),
        (1, 3, "s2c", b"\x00\xff"),
        ("closed", 1, 4007, "why"),
    ]


def test_times_are_those_of_the_capture() -> None:
    opened, frame = events(capture(header(ts=1.5), leave(1, ts=2)))
    assert isinstance(opened, Opened)
    assert isinstance(frame, Frame)
    assert (opened.connection.started, frame.ts) == (1.5, 2.0)


@pytest.mark.parametrize("block_size", [1, 2, 7, 64, 1000])
def test_blocks_may_end_anywhere(block_size: int) -> None:
    assert described(events(PLAIN, block_size)) == described(events(PLAIN))


@pytest.mark.parametrize(
    "data",
    [
        PLAIN[:-1],
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b"\n", b"\n\n \t\r\n"),
        b"\n" + PLAIN,
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.replace(b'{"', b' {\t"'),
    ],
    ids=["no final newline", "CRLF", "blank lines", "blank start", "BOM", "white space"],
)
def test_layouts_that_make_no_difference(data: bytes) -> None:
    assert described(events(data)) == described(events(PLAIN))


def test_several_connections_in_a_row() -> None:
    data = capture(header(), leave(1), header(url="second"), leave(1), leave(2), close())
    assert described(events(data)) == [
        ("opened", 1, "wss://host/gateway?v=1&encoding=json", True),
        (1, 1, "s2c", json.loads(leave(1))["text"]),
        ("opened", 2, "second", True),
        (2, 1, "s2c", json.loads(leave(1))["text"]),
        (2, 2, "s2c", json.loads(leave(2))["text"]),
        ("closed", 2, 1000, ""),
    ]


def frame_numbers(*lines: str) -> list[tuple[int, int]]:
    """Connection and number of every frame."""
    found = events(capture(*lines))
    return [(e.connection.number, e.number) for e in found if isinstance(e, Frame)]


def test_interleaved_connections() -> None:
    a, b = leave(1, conn="a"), leave(1, conn="b")
    named = header(conn="b"), header(conn="a")
    assert frame_numbers(*named, a, b, a, a, b) == [(2, 1), (1, 1), (2, 2), (2, 3), (1, 2)]
    # Headers without a name are taken in order by the names that come up.
    assert frame_numbers(header(), header(), b, a, b) == [(1, 1), (2, 1), (1, 2)]
    assert frame_numbers(header(), a, header(), b, a) == [(1, 1), (2, 1), (1, 2)]
    # A header with frames of its own is not for the taking.
    assert frame_numbers(header(), leave(1), header(), a) == [(1, 1), (2, 1)]
    # A close frees the name.
    closed = close(conn="a")
    assert frame_numbers(header(), a, closed, header(), a) == [(1, 1), (2, 1)]


def test_connections_without_a_header() -> None:
    data = capture(leave(1), leave(2), leave(1, conn="a"), close(conn="b"))
    kinds = [(e.connection.number, e.has_header) for e in events(data) if isinstance(e, Opened)]
    assert kinds == [(1, False), (2, False), (3, False)]


def test_bad_lines_do_not_stop_the_reading() -> None:
    data = capture(header(), leave(1), "x", '{"ts":1}', leave(2))
    assert described(events(data))[2:4] == [
        ("CAPTURE_LINE_INVALID", 1, "line 3 is not JSON: invalid character (byte 0)", ""),
        (
            "CAPTURE_LINE_INVALID",
            1,
            'line 4 is no header, frame or close: it has no "url", "dir" or "close"',
            "",
        ),
    ]
    assert described(events(data))[4][:2] == (1, 2)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{}", 'is no header, frame or close: it has no "url", "dir" or "close"'),
        ("[]", "does not have the format: expected `object`, got `array`"),
        ("null", "does not have the format: expected `object`, got `null`"),
        (leave(1, ts="1"), "does not have the format: expected `float`, got `str` - at `$.ts`"),
        (leave(1, dir="up"), "does not have the format: invalid enum value 'up' - at `$.dir`"),
        (
            leave(1, opcode="ping"),
            "does not have the format: invalid enum value 'ping' - at `$.opcode`",
        ),
        (leave(1, opcode="binary"), 'has neither "text" nor "b64" as its "opcode" says'),
        (leave(1, opcode=None), 'has neither "text" nor "b64" as its "opcode" says'),
        (binary(b"", opcode="text"), 'has neither "text" nor "b64" as its "opcode" says'),
        (
            binary(b"", b64="a"),
            "does not have the format: invalid base64 encoded string - at `$.b64`",
        ),
        (
            '{"ts":1,"close":{"code":"x"}}',
            "does not have the format: expected `int`, got `str` - at `$.close.code`",
        ),
        (leave(1) + leave(2), "is not JSON: trailing characters (byte 130)"),
        ('{"x":' + "[" * 100_000, "is nested too deeply"),
        (b'{"ts":1,"dir":"s2c","opcode":"text","text":"\xff"}', "is not UTF-8"),
        (r'{"ts":1,"dir":"s2c","opcode":"text","text":"\ud800"}', "is not JSON: "),
        ('{"ts":NaN}', "is not JSON: invalid character (byte 6)"),
    ],
)
def test_bad_lines(line: str | bytes, expected: str) -> None:
    (message,) = bad_lines(line, leave(1))
    assert message.startswith(f"line 2 {expected}")


def test_a_line_that_spans_two() -> None:
    first, second = leave(1).split(", ", 1)
    one, two = bad_lines(first + ",", second)
    assert one == "line 2 is not JSON: input data was truncated"
    assert two == "line 3 does not have the format: expected `object`, got `str`"


def test_a_capture_that_was_cut_off() -> None:
    found = events(PLAIN[:-20])
    assert described(found)[-1] == (
        "CAPTURE_LINE_INVALID",
        1,
        "line 5 is not JSON: input data was truncated",
        "the capture ends in the middle of this line",
    )
    assert len(found) == 5


def test_lines_that_are_too_long_are_skipped() -> None:
    long = b"x" * (MAX_LINE_SIZE + 1_000_000)
    data = capture(header(), leave(1)) + long + b"\n" + capture(leave(2)) + long
    found = events(data, 100_000)
    assert described(found)[2] == (
        "CAPTURE_LINE_TOO_LONG",
        1,
        f"line 3 is longer than {MAX_LINE_SIZE} bytes and was skipped",
        "",
    )
    assert described(found)[3][:2] == (1, 2)
    assert described(found)[4][:2] == ("CAPTURE_LINE_TOO_LONG", 1)
    assert len(found) == 5


def test_a_long_line_takes_little_memory() -> None:
    blocks = (b"x" * 65_536 for _ in range(100_000))  # 6.5 GB
    (found,) = whole_lines(blocks)
    assert found.number == 1


@given(st.binary(), st.integers(1, 20))
def test_any_bytes_are_events(data: bytes, block_size: int) -> None:
    for event in events(data, block_size):
        assert isinstance(event, BadLine)


TOKENS = st.sampled_from(
    [
        header(),
        leave(1),
        s2c("x", conn="a"),
        close(),
        close(conn="a"),
        binary(b"x"),
        "",
        "x",
        "\n",
        "{",
    ]
)


@given(st.lists(TOKENS), st.integers(1, 200))
def test_frames_are_numbered_without_gaps(lines: list[str], block_size: int) -> None:
    numbers: dict[Connection, list[int]] = {}
    for event in events("\n".join(lines).encode(), block_size):
        if isinstance(event, Opened):
            assert event.connection.number == len(numbers) + 1
            numbers[event.connection] = []
        elif isinstance(event, Frame):
            numbers[event.connection].append(event.number)
    for found in numbers.values():
        assert found == list(range(1, len(found) + 1))


# --- Files -----------------------------------------------------------------------------------


def written(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "capture"  # no suffix: only the content counts
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize(
    "compress",
    [
        bytes,
        gzip.compress,
        lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:]),
        zstandard.compress,
        lambda data: zstandard.compress(data[:99]) + zstandard.compress(data[99:]),
        zstandard.ZstdCompressor(write_content_size=False, write_checksum=True).compress,
    ],
    ids=["plain", "gzip", "gzip members", "zstd", "zstd frames", "zstd without size"],
)
def test_compressed_files(tmp_path: Path, compress: type[bytes]) -> None:
    data = (EXAMPLES / "main-bot-plain.ndjson").read_bytes()
    found = list(read_capture(written(tmp_path, compress(data))))
    assert described(found) == described(events(data))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(zstandard.compress(PLAIN)))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert described(list(read_capture("-"))) == described(events(PLAIN))


def test_advance_is_told_of_every_byte_on_disk(tmp_path: Path) -> None:
    for data in (PLAIN, gzip.compress(PLAIN), zstandard.compress(PLAIN), b""):
        counts: list[int] = []
        assert list(read_capture(written(tmp_path, data), counts.append)) is not None
        assert sum(counts) == len(data)


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_damaged_compression_gives_what_stands_before_it(
    tmp_path: Path, compress: type[bytes]
) -> None:
    data = (EXAMPLES / "main-bot-plain.ndjson").read_bytes() * 20
    found: list[CaptureEvent] = []
    with pytest.raises(CaptureError, match="the compressed file is damaged or cut off: "):
        found.extend(read_capture(written(tmp_path, compress(data)[:-9])))
    assert len(found) > 9000


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x1f\x8b\x08\x00garbage", "the compressed file is damaged or cut off"),
        (b"\x28\xb5\x2f\xfdgarbage", "the compressed file is damaged or cut off"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "this is a binary file"),
        (b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", "this is a packet capture"),
        (b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00", "this is a packet capture"),
        ("\ufeff{}".encode("utf-16"), "this is UTF-16 text"),
        (b'{\n "log": {\n  "version": "1.2",\n  "creator": {', "this is a HAR file"),
    ],
)
def test_files_that_are_no_captures(tmp_path: Path, data: bytes, expected: str) -> None:
    with pytest.raises(CaptureError, match=f"^{expected}"):
        list(read_capture(written(tmp_path, data)))


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="No such file or directory"):
        list(read_capture(str(tmp_path / "none")))
    with pytest.raises(CaptureError, match="Is a directory"):
        list(read_capture(str(tmp_path)))
    assert list(read_capture(written(tmp_path, b""))) == []


def test_the_start_of_the_connection_is_its_first_line() -> None:
    (opened, *_) = events(capture(leave(1)))
    assert isinstance(opened, Opened)
    assert opened.connection.started == START + 1
