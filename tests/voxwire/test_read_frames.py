"""Typed frames of a capture, with the reason where there is none."""

import io
from collections.abc import Iterable
from pathlib import Path

import pytest
import zstandard

from tests.voxwire.native import EXAMPLES, START, binary, c2s, capture, close, header, leave, s2c
from voxmodels.v1 import UnknownFrame, client, server
from voxwire import CaptureError, CompressionError, DecodeError, decode_client, decode_server
from voxwire.capture import (
    ClientFrameRead,
    Frame,
    FrameRead,
    ServerFrameRead,
    read_capture,
    read_frames,
)

LEAVE = '{"type":"member_leave","d":{"user_id":7},"seq":1}'
LEAVE_FRAME = server.MemberLeaveFrame(d=server.MemberLeave(user_id=7), seq=1)
TYPING = c2s({"type": "typing", "d": {"feed_id": 3}})


def reads(*lines: str) -> list[FrameRead]:
    return list(read_frames(io.BytesIO(capture(*lines))))


def one(line: str) -> FrameRead:
    """The only frame of a capture with this line."""
    [read] = reads(header(), line)
    return read


def test_a_frame_of_each_side() -> None:
    from_server, from_client = reads(header(), s2c(LEAVE, ts=START + 2.5), TYPING)
    assert isinstance(from_server, ServerFrameRead)
    assert from_server.frame == LEAVE_FRAME
    assert from_server.error is None
    assert (from_server.direction, from_server.time, from_server.number) == ("s2c", START + 2.5, 1)
    assert isinstance(from_client, ClientFrameRead)
    assert from_client.frame == client.TypingFrame(d=client.Typing(feed_id=3))
    assert (from_client.direction, from_client.time, from_client.number) == ("c2s", START + 1, 2)
    assert from_client.connection is from_server.connection
    assert from_server.connection.number == 1
    assert from_server.connection.url == "wss://host/gateway?v=1&encoding=json"


def test_match_statements() -> None:
    found: list[object] = []
    for read in reads(header(), s2c(LEAVE), TYPING, s2c("x")):
        match read:
            case ServerFrameRead(frame=server.MemberLeaveFrame(d=leaves)):
                found.append(leaves.user_id)
            case ClientFrameRead(frame=client.TypingFrame(d=typing)):
                found.append(typing.feed_id)
            case ServerFrameRead(error=DecodeError() as error):
                found.append(error.problems[0].rule)
    assert found == [7, 3, "JSON_INVALID"]


def test_compressed_frames() -> None:
    assert one(binary(zstandard.compress(LEAVE.encode()))).frame == LEAVE_FRAME


def test_a_type_that_nobody_knows() -> None:
    for line in (s2c({"type": "new", "d": {"x": 1}}), c2s({"type": "new", "d": {"x": 1}})):
        read = one(line)
        assert isinstance(read.frame, UnknownFrame)
        assert (read.frame.type, read.error) == ("new", None)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (s2c("x"), "JSON_INVALID"),
        (s2c({"type": "member_leave", "d": {}, "seq": 1}), "FIELD_MISSING"),
        (c2s({"type": "typing_start"}), "WRONG_DIRECTION"),
        (binary(b"x", "c2s"), "BINARY_FROM_CLIENT"),
    ],
)
def test_frames_that_are_not_valid(line: str, rule: str) -> None:
    read = one(line)
    assert read.frame is None
    assert isinstance(read.error, DecodeError)
    assert [problem.rule for problem in read.error.problems][:1] == [rule]
    assert read.number == 1


def test_frames_that_cannot_be_decompressed() -> None:
    read = one(binary(b"x"))
    assert read.frame is None
    assert isinstance(read.error, CompressionError)
    assert (read.error.rule, str(read.error)) == ("ZSTD_INVALID", "the message is no zstd frame")


def test_what_is_no_frame_is_passed_over() -> None:
    lines = (leave(1), "x", header(), close(), "{}", leave(2), leave(3, conn="a"))
    assert [(read.connection.number, read.number) for read in reads(*lines)] == [
        (1, 1),
        (2, 1),
        (3, 1),
    ]


def test_a_file_that_is_no_capture(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"^No such file or directory$"):
        next(read_frames(tmp_path / "none"))
    with pytest.raises(CaptureError, match=r"^this is a PDF document"):
        next(read_frames(io.BytesIO(b"%PDF-1.7\n")))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ndjson")), ids=lambda path: path.stem)
def test_recorded_captures(path: Path) -> None:
    """Number, time and place are those of the events; what is decoded is what decoding gives."""
    frames = [event for event in read_capture(path) if isinstance(event, Frame)]
    found = list(read_frames(zstandard_file(path)))
    assert _places(found) == [
        (event.connection.number, event.number, event.direction, event.ts) for event in frames
    ]
    for event, read in zip(frames, found, strict=True):
        if isinstance(event.data, str):
            decode = decode_server if event.direction == "s2c" else decode_client
            if read.error is None:
                assert read.frame == decode(event.data)
            else:
                with pytest.raises(DecodeError) as caught:
                    decode(event.data)
                assert str(read.error) == str(caught.value)
        else:
            assert read.frame is not None
        assert (read.frame is None) is not (read.error is None)


def zstandard_file(path: Path) -> io.BytesIO:
    return io.BytesIO(zstandard.compress(path.read_bytes()))


def _places(found: Iterable[FrameRead]) -> list[tuple[int, int, str, float]]:
    return [(read.connection.number, read.number, read.direction, read.time) for read in found]


def test_frames_come_one_after_another() -> None:
    """No frame is waited for: what has come is given, and nothing is kept."""
    line = f"{leave(1)}\n".encode()

    class Endless:
        given = 0

        def read(self, size: int, /) -> bytes:
            self.given += 1
            return line * 100

    source = Endless()
    frames = read_frames(source)
    for number in range(1, 20_001):
        assert next(frames).number == number
    assert 200 <= source.given <= 202
