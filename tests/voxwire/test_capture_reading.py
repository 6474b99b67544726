"""The lines of a capture, in every condition: interleaved, damaged, cut off, zero-filled."""

import itertools
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voxwire.native import (
    PLAIN,
    START,
    binary,
    capture,
    close,
    described,
    header,
    leave,
    s2c,
)
from voxwire.capture import BadLine, CaptureEvent, Connection, Frame, Opened
from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.capture.formats.native import read_native
from voxwire.capture.lines import OverlongLine, ZeroFill, whole_lines
from voxwire.limits import MAX_LINE_SIZE


def events(data: bytes, block_size: int | None = None) -> list[CaptureEvent]:
    size = block_size or max(len(data), 1)
    return list(read_native(data[at : at + size] for at in range(0, len(data), size)))


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
    assert frame_numbers(header(conn="a"), a, closed, header(conn="a"), a) == [(1, 1), (2, 1)]


def test_lines_after_the_close_belong_to_the_connection_that_was_closed() -> None:
    a, b, closed = leave(1, conn="a"), leave(1, conn="b"), close(conn="a")
    named = header(conn="a"), header(conn="b")
    assert frame_numbers(*named, a, closed, a, b, a) == [(1, 1), (1, 2), (2, 1), (1, 3)]
    assert frame_numbers(header(), a, closed, a) == [(1, 1), (1, 2)]
    assert frame_numbers(a, closed, a) == [(1, 1), (1, 2)]
    assert described(events(capture(header(conn="a"), closed, closed)))[1:] == [
        ("closed", 1, 1000, ""),
        ("closed", 1, 1000, ""),
    ]
    # The name of a connection that has begun since is that connection's.
    assert frame_numbers(*named, closed, header(conn="a"), a, closed, a) == [(3, 1), (3, 2)]


def test_names_of_closed_connections_are_forgotten_in_the_end() -> None:
    ended = [
        line
        for name in range(MAX_CONNECTIONS + 1)
        for line in (header(conn=str(name)), close(conn=str(name)))
    ]
    late = leave(1, conn="0"), leave(1, conn="1")
    assert frame_numbers(*ended, *late) == [(MAX_CONNECTIONS + 2, 1), (2, 1)]
    # Nor is a name that was forgotten taken for that of an older connection.
    opened = [header(conn=str(name)) for name in range(MAX_CONNECTIONS)]
    again = header(conn="a"), close(conn="a"), header(conn="a"), *opened, leave(1, conn="a")
    assert frame_numbers(*again) == [(MAX_CONNECTIONS + 3, 1)]
    # One that is still open is not forgotten, however many have been closed since.
    first = header(conn="first")
    assert frame_numbers(first, *ended, leave(1, conn="first")) == [(1, 1)]


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
        (r'{"ts":1,"text":"\ud800"}', "holds half of a surrogate pair in a text"),
        (
            r'{"ts":1,"text":"\ud800 and more text"}',
            "is not JSON: unexpected end of escaped utf-16 surrogate pair",
        ),
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


CUT_OFF = "the capture ends in the middle of this line"

LONG = leave(1, ts=-1.5e300, conn="é\\𝕏\n", more=[True, None, {"": [False, 0, -7]}])


def test_a_capture_that_was_cut_off() -> None:
    found = events(PLAIN[:-20])
    assert described(found)[-1] == (
        "CAPTURE_LINE_INVALID",
        1,
        "line 5 is not JSON: input data was truncated",
        CUT_OFF,
    )
    assert len(found) == 5


@pytest.mark.parametrize("line", [LONG, LONG.replace("\\ud835\\udd4f", "𝕏é"), close(), header()])
def test_a_line_may_be_cut_off_anywhere(line: str) -> None:
    data = line.encode()
    for end in range(1, len(data)):
        opened, bad = events(capture(header()) + data[:end])
        assert isinstance(opened, Opened)
        assert isinstance(bad, BadLine)
        assert bad.hint == CUT_OFF, data[:end]


@pytest.mark.parametrize(
    "last",
    [
        b"x",
        b"{} {}",
        b'{"ts":1}',
        b'{"ts":"1"',
        b'{"ts":1,"dir":"up","opc',
        b'{"ts":1,"text":"\xff"}',
        b'{"ts":1,"text":"\\ud800"}',
        b'{"ts":1.}',
        b'{"ts":-}',
        b'{"ts":1,}',
        b"[" * 100_000,
        b"1-",
    ],
)
def test_other_mistakes_of_the_last_line_are_not_called_cut_off(last: bytes) -> None:
    _, bad = events(capture(header()) + last)
    assert isinstance(bad, BadLine)
    assert bad.hint == ""


def test_only_the_last_line_can_be_cut_off() -> None:
    _, first, second = events(capture(header()) + b'{"ts":1\n{"ts":1\n')
    assert isinstance(first, BadLine)
    assert isinstance(second, BadLine)
    assert (first.hint, second.hint) == ("", "")


# --- Zero bytes ------------------------------------------------------------------------------

ZEROS = b"\0" * 4096
CRASH = "a crash of the machine leaves zero bytes; what stands before and after them was read"
FILL = "4096 zero bytes, and the file ends there"


def zero_filled(data: bytes, block_size: int | None = None) -> tuple[object, ...]:
    """What is said about the zeros, which is the last of the events and the only complaint."""
    found = described(events(data + ZEROS, block_size))
    assert [event for event in found if event[0] == "CAPTURE_LINE_INVALID"] == found[-1:]
    return found[-1]


@pytest.mark.parametrize("block_size", [1, 100, 4096, 1_000_000])
def test_zeros_at_the_end_are_one_bad_line(block_size: int) -> None:
    for data in (PLAIN, PLAIN * 2000):
        if len(data) > 1_000_000 and block_size == 1:
            continue
        number = data.count(b"\n") + 1
        connection = data.count(b'{"url"')
        assert zero_filled(data, block_size) == (
            "CAPTURE_LINE_INVALID",
            connection,
            f"line {number} is {FILL}",
            CRASH,
        )
        assert len(events(data + ZEROS)) == len(events(data)) + 1


def test_zeros_from_the_middle_of_a_line() -> None:
    cut = PLAIN[:-20]
    assert zero_filled(cut) == ("CAPTURE_LINE_INVALID", 1, f"line 5 goes over into {FILL}", CRASH)
    assert len(events(cut + ZEROS)) == 5
    whole = PLAIN[:-1]
    assert zero_filled(whole)[2] == f"line 6 is {FILL}"
    assert len(events(whole + ZEROS)) == 6
    assert (
        described(events(PLAIN + b"\0"))[-1][2] == "line 6 is 1 zero byte, and the file ends there"
    )


def test_zeros_in_the_middle_are_a_bad_line() -> None:
    assert described(events(capture(header()) + ZEROS + b"\n" + capture(leave(1))))[1:] == [
        ("CAPTURE_LINE_INVALID", 1, "line 2 is 4096 zero bytes", CRASH),
        (1, 1, "s2c", json.loads(leave(1))["text"]),
    ]
    assert described(events(capture(header()) + ZEROS + capture(leave(1), leave(2))))[1:] == [
        ("CAPTURE_LINE_INVALID", 1, "line 2 begins with 4096 zero bytes", CRASH),
        (1, 1, "s2c", json.loads(leave(2))["text"]),
    ]


def test_zeros_take_little_memory() -> None:
    tracemalloc.start()
    blocks = (bytes(65_536) for _ in range(4000))  # 260 MB
    (found,) = whole_lines(blocks)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == ZeroFill(b"", 65_536 * 4000)
    assert peak < 1_000_000
    few = itertools.chain((bytes(65_536) for _ in range(1000)), [b"\n"])
    (found,) = whole_lines(few)
    assert isinstance(found, OverlongLine)


# --- Long lines ------------------------------------------------------------------------------


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
    assert isinstance(found, OverlongLine)


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


def test_the_start_of_the_connection_is_its_first_line() -> None:
    (opened, *_) = events(capture(leave(1)))
    assert isinstance(opened, Opened)
    assert opened.connection.started == START + 1
