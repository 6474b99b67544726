"""`voxwire inspect`: a capture in lines, a frame as a whole, and a file that grows."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import zstandard

from tests.voxwire.commands import Command
from tests.voxwire.native import EXAMPLES, START, binary, c2s, capture, close, header, leave, s2c
from voxwire.analysis.choice import Field, Moment
from voxwire.capture.events import Connection
from voxwire.capture.growing import GrowingFile
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "vox_sess_" + "Az09" * 6
IDENTIFY = c2s({"type": "identify", "d": {"token": TOKEN, "protocol_version": 1}})
HELLO = b'{"type":"hello","d":{"heartbeat_interval":45000}}'


@pytest.fixture
def inspect(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command("inspect", capsys)


def at(seconds: float, line: str, **keys: object) -> str:
    return json.dumps(json.loads(line) | {"ts": START + seconds} | keys)


SMALL = capture(
    header(conn="a"),
    at(0.25, binary(zstandard.compress(HELLO)), conn="a"),
    at(0.5, IDENTIFY, conn="a"),
    header(conn="b", url=f"wss://me:{TOKEN}@other/x?v=1&key={TOKEN}", ts=START + 1),
    at(1.5, leave(2), conn="a"),
    at(2, leave(3), conn="b"),
    "no line",
    at(2.25, s2c({"type": "new_thing", "d": [1, "é", None]}), conn="b"),
    at(2.5, s2c("no JSON \x1b[2J"), conn="b"),
    at(3, binary(b"no zstd"), conn="b"),
    json.dumps({"gap": {"message": "12 bytes are missing"}, "conn": "b"}),
    at(90.5, close(4007, f"late {TOKEN}"), conn="a"),
)
MASKED = re.compile(r"masked-[0-9a-f]{10}\**")


def write(tmp_path: Path, content: bytes = SMALL) -> Path:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(content)
    return path


def said_of(path: Path) -> str:
    """What is broken in the capture, as `voxwire validate` says it."""
    return (
        f"voxwire inspect: {path}#c2 error[CAPTURE_LINE_INVALID] line 7 is not JSON: invalid character "
        f"(byte 4)\nvoxwire inspect: {path}#c2 warning[CAPTURE_GAP] 12 bytes are missing\n"
    )


def test_one_line_each(inspect: Command, tmp_path: Path) -> None:
    path = write(tmp_path)
    ran = inspect(path)
    assert (ran.status, ran.err) == (3, said_of(path))
    assert MASKED.sub("MASK", ran.out).splitlines() == [
        "c1 opened wss://host/gateway?v=1&encoding=json, 2023-11-14T22:13:20.000+00:00",
        'c1:1 +0.250s s2c hello {"heartbeat_interval":45000}',
        'c1:2 +0.500s c2s identify {"token":"MASK","protocol_version":1}',
        "c2 opened wss://***@other/x?v=1&key=***, 2023-11-14T22:13:21.000+00:00",
        'c1:3 +1.500s s2c member_leave seq=2 {"user_id":7}',
        'c2:1 +1.000s s2c member_leave seq=3 {"user_id":7}',
        "broken: line 7 is not JSON: invalid character (byte 4)",
        'c2:2 +1.250s s2c new_thing [1,"\\u00e9",null]',
        "c2:3 +1.500s s2c (unknown) MASK",
        "c2:4 +2.000s s2c (unknown) (cannot be decompressed)",
        "c2 missing: 12 bytes are missing",
        "c1 +90.500s closed 4007 late MASK",
    ]


def test_secrets_are_shown_on_request_and_nothing_acts_on_the_terminal(
    inspect: Command, tmp_path: Path
) -> None:
    lines = inspect("--show-secrets", write(tmp_path)).out.splitlines()
    assert lines[2] == f'c1:2 +0.500s c2s identify {{"token":"{TOKEN}","protocol_version":1}}'
    assert lines[3].startswith(f"c2 opened wss://me:{TOKEN}@other/x?v=1&key={TOKEN}, ")
    assert lines[8] == "c2:3 +1.500s s2c (unknown) no JSON \\x1b[2J"
    assert lines[-1] == f"c1 +90.500s closed 4007 late {TOKEN}"


ALL = ["c1:1", "c1:2", "c1:3", "c2:1", "c2:2", "c2:3", "c2:4"]


@pytest.mark.parametrize(
    ("options", "frames"),
    [
        ((), ALL),
        (("--direction", "c2s"), ["c1:2"]),
        (("--only", "hello,new_thing"), ["c1:1", "c2:2"]),
        (("--only", "hello", "--only", "identify"), ["c1:1", "c1:2"]),
        (("--connection", "2"), ALL[3:]),
        (("--connection", "1,2"), ALL),
        (("--since", "1.25"), ["c1:3", "c2:2", "c2:3", "c2:4"]),
        (("--until", "1s"), ["c1:1", "c1:2", "c2:1"]),
        (("--since", "2023-11-14T22:13:22Z"), ["c2:1", "c2:2", "c2:3", "c2:4"]),
        (("--until", "2023-11-14 22:13:21"), ["c1:1", "c1:2"]),
        (("--seq", "3"), ["c2:1"]),
        (("--seq", "3-"), ["c2:1"]),
        (("--seq", "2-3"), ["c1:3", "c2:1"]),
        (("--seq=-2",), ["c1:3"]),
        (("--where", "user_id=7"), ["c1:3", "c2:1"]),
        (("--where", "user_id=7", "--where", "seq=3"), ["c2:1"]),
        (("--where", "user_id=70"), []),
        (("--where", "*interval=45000"), ["c1:1"]),
        (("--where", f"token={TOKEN}"), ["c1:2"]),
        (("--where", "type=new_thing"), ["c2:2"]),
    ],
)
def test_only_some_frames(
    inspect: Command, tmp_path: Path, options: tuple[str, ...], frames: list[str]
) -> None:
    path = write(tmp_path)
    ran = inspect(*options, path)
    nothing = "" if frames else "voxwire inspect: none of 7 frames is as the options ask for\n"
    assert (ran.status, ran.err) == (3, said_of(path) + nothing)
    assert re.findall(r"^c\d+:\d+", ran.out, re.MULTILINE) == frames


def test_a_choice_of_frames_leaves_everything_else_out(inspect: Command, tmp_path: Path) -> None:
    assert inspect("--only", "hello", write(tmp_path)).out.count("\n") == 1
    out = inspect("--connection", "1", write(tmp_path)).out
    assert "c2:" not in out
    assert "c2 " not in out
    assert "broken" not in out
    assert "c1 opened" in out


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (Field("a", "1"), {"a": 1}, True),
        (Field("a", "1"), {"a": "1"}, True),
        (Field("a", "1"), {"a": 1.0}, False),
        (Field("a", "true"), [{"b": [{"a": True}]}], True),
        (Field("a", "null"), {"a": None}, True),
        (Field("?", ""), {"a": ""}, True),
        (Field("a", "1"), {"A": 1}, False),
        (Field("a", "[1]"), {"a": [1]}, False),
    ],
)
def test_fields(field: Field, value: object, expected: bool) -> None:
    assert field.is_in(value) is expected


@pytest.mark.parametrize(
    ("moment", "ts"), [(Moment(90.0, True), START + 90.0), (Moment(90.0, False), 90.0)]
)
def test_moments(moment: Moment, ts: float) -> None:
    assert moment.at(Connection(1, START, None)) == ts


@pytest.mark.parametrize(
    ("option", "text", "problem"),
    [
        ("--seq", "x", "'x' is not a number from 0 upwards"),
        ("--seq", "-", "'-' is no number and no range such as 120-130"),
        ("--where", "feed_id", "'feed_id' is not KEY=VALUE"),
        ("--frame", "1:x", "'x' is not a number from 0 upwards"),
        ("--connection", "1,x", "'x' is not a number from 0 upwards"),
        (
            "--since",
            "noon",
            "'noon' is neither seconds since the start, such as 90 or 1m30s, nor a time, such as "
            "2026-11-25T13:06:52Z",
        ),
    ],
)
def test_wrong_options_say_what_is_expected(
    inspect: Command, tmp_path: Path, option: str, text: str, problem: str
) -> None:
    ran = inspect(f"{option}={text}", write(tmp_path))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.endswith(f"error: argument {option}: {problem}\n")


def test_spans_of_hours_and_minutes(inspect: Command, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), *(at(60 * n, leave(n + 1)) for n in range(1, 122))))
    out = inspect("--since", "2h1m", "--until", "2h1m0.5s", path).out
    assert re.findall(r"^c1:\d+ \+\S+", out, re.MULTILINE) == ["c1:121 +7260.000s"]


def test_lines_are_cut(inspect: Command, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), c2s({"type": "typing", "d": {"x": "y" * 300}})))
    cut = inspect(path).out.splitlines()[1]
    assert len(cut) == 160
    assert cut.endswith("yyy…")
    assert len(inspect("--width", "50", path).out.splitlines()[1]) == 50
    assert (
        len(inspect("--width", "1", path).out.splitlines()[1])
        == len("c1:1 +1.000s c2s typing") + 20
    )
    assert inspect("--width", "0", path).out.endswith('yyy"}\n')


def test_without_times_there_are_none(inspect: Command, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(lacks=["time", "address"]), leave(2)))
    assert inspect(path).out.splitlines() == [
        "c1 opened",
        'c1:1 s2c member_leave seq=2 {"user_id":7}',
    ]


# --- One frame -------------------------------------------------------------------------------


def test_a_frame_as_a_whole(inspect: Command, tmp_path: Path) -> None:
    ran = inspect("--frame", "1", write(tmp_path))
    size = len(zstandard.compress(HELLO))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "c1:1 +0.250s s2c hello",
        f"{size} bytes of binary, 49 decompressed, 2023-11-14T22:13:20.250+00:00",
        "{",
        '  "type": "hello",',
        '  "d": {',
        '    "heartbeat_interval": 45000',
        "  }",
        "}",
    ]


def test_a_frame_of_another_connection(inspect: Command, tmp_path: Path) -> None:
    path = write(tmp_path)
    assert inspect("--frame", "2:3", "--show-secrets", path).out.splitlines() == [
        "c2:3 +1.500s s2c (unknown)",
        "12 bytes of text, 2023-11-14T22:13:22.500+00:00",
        "no JSON \\x1b[2J",
    ]
    assert inspect("--frame", "c2:4", path).out.splitlines() == [
        "c2:4 +2.000s s2c (unknown)",
        "7 bytes of binary, 2023-11-14T22:13:23.000+00:00",
        "(cannot be decompressed) 6e 6f 20 7a 73 74 64",
    ]


def test_a_frame_keeps_its_numbers_and_repeated_keys(inspect: Command, tmp_path: Path) -> None:
    text = '{"type":"x","type":"y","n":1.50e3,"big":123456789012345678901234567890}'
    lines = inspect("--frame", "1", write(tmp_path, capture(header(), s2c(text)))).out.splitlines()
    assert lines[2:] == [
        "{",
        '  "type": "x",',
        '  "type": "y",',
        '  "n": 1.50e3,',
        '  "big": 123456789012345678901234567890',
        "}",
    ]


def test_a_frame_says_where_it_stands(inspect: Command, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), leave(2, at="packet 17")))
    assert inspect("--frame", "1", path).out.splitlines()[1] == (
        "55 bytes of text, packet 17, 2023-11-14T22:13:21.000+00:00"
    )


def test_a_frame_that_there_is_not(inspect: Command, tmp_path: Path) -> None:
    path = write(tmp_path)
    sentence = f"voxwire inspect: there is no frame 9 of connection 2 in {path}\n"
    assert inspect("--frame", "2:9", path) == (3, "", said_of(path) + sentence)
    path.write_bytes(capture(header(), leave(2)))
    sentence = f"voxwire inspect: there is no frame 9 of connection 2 in {path}\n"
    assert inspect("--frame", "2:9", path) == (1, "", sentence)


# --- Files -----------------------------------------------------------------------------------


def test_real_traffic_has_a_line_a_frame(inspect: Command) -> None:
    out = inspect(EXAMPLES / "main-alice-desktop-zstd.ndjson").out
    assert len(re.findall(r"^c1:\d+ ", out, re.MULTILINE)) == 777
    assert not re.search(r"vox_sess_\w", out)


def test_what_cannot_be_read(inspect: Command, tmp_path: Path) -> None:
    missing = tmp_path / "missing.ndjson"
    for options in ([], ["--follow"]):
        ran = inspect(*options, missing)
        assert (ran.status, ran.out) == (3, "")
        assert ran.err.startswith(
            f"voxwire inspect: cannot read {missing}: No such file or directory"
        )


def test_connections_to_others_are_left_out(inspect: Command, tmp_path: Path) -> None:
    path = tmp_path / "in.har"
    message = {"type": "receive", "time": START, "opcode": 1, "data": "hi"}
    entry = {
        "startedDateTime": "2023-11-14T22:13:20Z",
        "request": {"url": "wss://host/chat"},
        "response": {"status": 101},
        "_webSocketMessages": [message],
    }
    path.write_text(json.dumps({"log": {"entries": [entry]}}))
    sentence = (
        f"voxwire inspect: {path} error[CAPTURE_EMPTY] no connection in the capture is to the gateway\n"
        "voxwire inspect: 1 other WebSocket connection left out; --all takes every one\n"
    )
    assert inspect(path) == (3, "", sentence)
    assert inspect("--all", "--only", "None", "--show-secrets", path).out == (
        "c1:1 +0.000s s2c (unknown) hi\n"
    )


# --- A file that grows -----------------------------------------------------------------------


def test_a_file_is_followed_until_it_is_interrupted(
    inspect: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, capture(header(), leave(2)))
    rest = capture(leave(3)).decode()
    to_come = [rest[:20], rest[20:], capture(close(1000)).decode()]

    def wait(_seconds: float) -> None:
        if not to_come:
            raise KeyboardInterrupt
        with path.open("a") as file:
            file.write(to_come.pop(0))

    monkeypatch.setattr("voxwire.capture.growing.time.sleep", wait)
    ran = inspect("--follow", "--direction", "s2c", path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        'c1:1 +1.000s s2c member_leave seq=2 {"user_id":7}',
        'c1:2 +1.000s s2c member_leave seq=3 {"user_id":7}',
    ]
    assert to_come == []


def test_a_file_that_is_begun_anew_is_said(tmp_path: Path) -> None:
    path = write(tmp_path, b"a" * 10)

    def wait() -> None:
        path.write_bytes(b"b")

    with GrowingFile(str(path), wait) as file:
        assert file.read(100) == b"a" * 10
        with pytest.raises(CaptureError, match=r"^the file has become shorter"):
            file.read(100)


def test_only_native_captures_are_followed(inspect: Command, tmp_path: Path) -> None:
    path = tmp_path / "in.har"
    path.write_text('{"log": {"version": "1.2", "creator": {"name": "x"}, "entries": []}}')
    assert inspect("--follow", path) == (
        3,
        "",
        f"voxwire inspect: cannot read {path}: only native captures are followed, and this is har; "
        "leave --follow out\n",
    )


@pytest.mark.parametrize("arguments", [("--follow", "-"), ("--follow", "--frame", "1", "x")])
def test_what_cannot_be_followed(inspect: Command, arguments: tuple[str, ...]) -> None:
    ran = inspect(*arguments)
    assert ran.status == 2
    assert ran.err.endswith("error: argument --follow: it takes a file, and all of it\n")
