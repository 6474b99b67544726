"""A file that is no capture is recognised at its start, and said to be one thing, once."""

import gzip
import io
import itertools
import json
import struct
import tarfile
from pathlib import Path

import pytest
import zstandard

from tests.voxwire.native import PLAIN, c2s, capture, close, described, header, leave
from voxwire import CaptureError
from voxwire.capture import BadLine, Opened, read_capture
from voxwire.checks import CaptureCheck, Selection, Statistics
from voxwire.limits import MAX_LINE_SIZE

FORMAT = (
    "`voxwire formats` lists what is read; --from names a format that the content does not tell"
)
RECORD = "record the traffic with `voxwire record`"
EACH = f"write each message in it as a line of a capture, or {RECORD}"
HELLO = '{"type":"hello","d":{"heartbeat_interval":45000}}'


def refusal(data: bytes) -> str:
    """Why this is no capture. No event comes before."""
    with pytest.raises(CaptureError) as caught:
        next(read_capture(io.BytesIO(data)))
    return str(caught.value)


def known(data: bytes) -> tuple[str, str]:
    """The name of a format that is known for certain, and the advice."""
    said = refusal(data)
    assert said.startswith("this is ")
    assert said.endswith(f"; {FORMAT}")
    said = said.replace(", which is not read as it is;", ", and no capture;")
    name, _, advice = said.removesuffix(FORMAT).partition(", and no capture")
    return name.removeprefix("this is "), advice.strip("; ")


def guessed(data: bytes) -> str:
    """What the file looks like."""
    said = refusal(data)
    assert said.startswith("this is no capture: it looks like ")
    assert said.endswith(f"; {FORMAT}")
    return said.removeprefix("this is no capture: it looks like ").removesuffix(f"; {FORMAT}")


# --- Formats that are known ------------------------------------------------------------------

PACKETS = (
    f"it holds packets in a format that is not read: editcap makes a pcap of some, or {RECORD}"
)
UTF_8 = "captures are UTF-8: convert it, for instance with iconv"


@pytest.mark.parametrize(
    ("data", "name", "advice"),
    [
        (b"snoop\0\0\0\0\0\0\2\0\0\0\4", "a packet capture (snoop)", PACKETS),
        (b"btsnoop\0\0\0\0\1\0\0\3\xea", "a packet capture (btsnoop)", PACKETS),
        (PLAIN.decode().encode("utf-16"), "UTF-16 text", UTF_8),
        (PLAIN.decode().encode("utf-16-be"), "UTF-16 text", UTF_8),
        (PLAIN.decode().encode("utf-16-le"), "UTF-16 text", UTF_8),
        (PLAIN.decode().encode("utf-32"), "UTF-32 text", UTF_8),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image", ""),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document", ""),
        (b"SQLite format 3\0\x10\0", "a SQLite database", ""),
        (b"\x7fELF\x02\x01\x01\0", "a program", ""),
        (b"\xfd7zXZ\0\0\x04", "a file compressed with xz", "decompress it first"),
        (b"BZh91AY&SY", "a file compressed with bzip2", "decompress it first"),
        (
            gzip.compress(zstandard.compress(PLAIN)),
            "a file that was compressed twice",
            "decompress it once",
        ),
        (
            zstandard.compress(gzip.compress(PLAIN)),
            "a file that was compressed twice",
            "decompress it once",
        ),
    ],
    ids=itertools.count(),
)
def test_bytes_that_tell(data: bytes, name: str, advice: str) -> None:
    assert known(data) == (name, advice)


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("capture.ndjson")
        member.size = len(PLAIN)
        archive.addfile(member, io.BytesIO(PLAIN))
    return file.getvalue()


def test_archives() -> None:
    advice = "unpack it, and name the captures in it"
    assert known(tarred()) == ("a tar archive", advice)
    assert known(gzip.compress(tarred())) == ("a tar archive", advice)


def test_a_part_of_a_playwright_trace() -> None:
    line = '{"version":8,"type":"context-options","origin":"library"}\n'
    assert known(line.encode()) == (
        "the part of a Playwright trace that has no messages",
        "name trace.zip, or trace.network beside it",
    )


@pytest.mark.parametrize(
    ("name", "advice", "text"),
    [
        (
            "a log of websocat without messages",
            "put its overlay log: around the WebSocket, as in `websocat - log:ws://host/`",
            "[DEBUG websocat::lints] Substituting StdioClass\n",
        ),
        (
            "the output of wscat",
            "read it with --from wscat",
            f"Connected (press CTRL+C to quit)\n< {HELLO}\n> {HELLO}\n",
        ),
        (
            "a log of websockets without messages",
            "set the level of the logger websockets to DEBUG",
            "2026-11-25 13:15:18,818 websockets.server INFO connection open\n",
        ),
    ],
)
def test_logs_that_say_how_to_get_one_that_is_read(name: str, advice: str, text: str) -> None:
    assert known(text.encode()) == (name, advice)
    assert known(text.encode() * 2000) == (name, advice)


def test_an_array_of_lines() -> None:
    advice = ARRAY.removeprefix("a JSON array; ")
    for start, end in (("[", "]"), ("[\n", "\n]"), ("\ufeff[\r\n  ", "\r\n]\r\n")):
        text = f"{start}{header()},\n{leave(1)} ,\n{leave(2)}{end}"
        assert known(text.encode()) == ("a JSON array", advice)


@pytest.mark.parametrize("text", [f"{HELLO}\n> {HELLO}\n", f"> {HELLO}\n", f"\n< {HELLO}\n"])
def test_what_wscat_printed(text: str) -> None:
    assert known(text.encode()) == ("the output of wscat", "read it with --from wscat")


def test_messages_that_playwright_attached() -> None:
    line = '{"type":"receive","time":1795614351278.3918,"opcode":2,"data":"KLUv"}\n'
    assert known(line.encode()) == (
        "a file of messages that Playwright attached to another",
        "name that one: the .har beside it, trace.zip, or trace.network beside the folder resources",
    )


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_binary_messages_that_websocat_printed(end: bytes) -> None:
    name = "a file of compressed messages with line ends between them, as websocat prints them"
    advice = (
        "where one ends cannot be told for certain; record again with `websocat --base64 --binary-prefix B: "
        "--text-prefix T:`, or with `voxwire record`"
    )
    compressed, text = zstandard.compress(HELLO.encode()) + end, HELLO.encode() + end
    for data in (compressed, compressed * 2, compressed + text, text + compressed):
        assert known(data) == (name, advice)


def test_our_own_reports() -> None:
    advice = "name the capture that it is about"
    report = '{"findings":[\n{"rule":"SEQ_GAP","severity":"error"}\n]}'
    assert known(report.encode()) == ("a report of `voxwire validate`", advice)
    line = '{"rule":"SEQ_GAP","severity":"error","message":"x"}\n'
    assert known(line.encode()) == ("a report of `voxwire validate`", advice)


# --- Guesses ---------------------------------------------------------------------------------

BARE = (
    "frames alone, as websocat and wscat print them; read them with --from wscat if wscat wrote them, and else "
    "with --from lines and --direction s2c, or c2s if the client sent them"
)
ARRAY = "a JSON array; if its elements are in the native format, jq -c '.[]' FILE writes them one a line"
LAID_OUT = (
    "JSON over several lines; if it is in the native format, jq -c . FILE writes one object a line"
)
INVALID = "and its first line is not JSON: invalid character (byte 0)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{HELLO}\n" * 5, BARE),
        (f"{HELLO}{HELLO}", BARE),
        (f"[{header()}, {leave(1)}]", ARRAY),
        (json.dumps([{"a": 1}], indent=2), ARRAY),
        (json.dumps(json.loads(header()), indent=2), LAID_OUT),
        ("name,age,city\n1,2,3\n4,5,6\n", "a CSV table"),
        ("name;age\n1;2\n", "a CSV table"),
        ("a\tb\n1\t2\n", "a table"),
        ("<!DOCTYPE html>\n<html></html>\n", "HTML"),
        ("<html>", "HTML"),
        ('<?xml version="1.0"?>\n<pdml>\n', "XML"),
        ("<pdml>\n</pdml>\n", "XML"),
        ("a: 1\nb:\n  - c\n", "YAML"),
        ("---\na: 1\n", "YAML"),
        ("# yaml\n\n# more\na: 1\nb: 2\n", "YAML"),
        ("#!/usr/bin/env python3\nprint()\n", "source code"),
        ("import sys\n\nprint(sys.argv)\n", "source code"),
        ("const x = 1;\n", "source code"),
        ("// what it does\nfunction main() {}\n", "source code"),
        (
            "# A title\n\nSome words\n\nfunction words and class acts\n",
            f"text of another kind, {INVALID}",
        ),
        ("[section]\nkey = 1\n", "a file of settings"),
        ("# TLS secrets log file\nCLIENT_RANDOM 00 11\n", "a TLS key log"),
        ("CLIENT_RANDOM 00 11\n", "a TLS key log"),
        ("GET /gateway HTTP/1.1\r\nHost: x\r\n", "an HTTP exchange"),
        ("2026-11-25 13:15:18,818 gateway INFO started\n", "the log of a program"),
        ("Hello world\n", f"text of another kind, {INVALID}"),
        (
            '{"level":"info","ts":1}\n' * 3,
            'JSON with other keys, and its first line is no header, frame or close: it has no "url", '
            '"dir" or "close"',
        ),
        (
            '"text"\n',
            "text of another kind, and its first line does not have the format: "
            "expected `object`, got `str`",
        ),
    ],
)
def test_guesses(text: str, expected: str) -> None:
    assert guessed(text.encode()) == expected
    assert guessed(b"\xef\xbb\xbf" + text.encode()) == expected


def test_bytes_that_tell_nothing() -> None:
    assert guessed(bytes(range(256)) * 10) == "a binary file"
    assert guessed(struct.pack("<300d", *range(1, 301))) == "a binary file"
    assert guessed(zstandard.compress(HELLO.encode()) + b"(\xb5") == BARE
    assert refusal(b"\0" * 100_000) == (
        "this is no capture: it holds nothing but zero bytes, 100000 of them, as a crash of the "
        "machine leaves them in a file to which it was still to write"
    )
    assert "zero bytes, 8454144 or more of them" in refusal(b"\0" * 10_000_000)


def test_nothing_of_the_content_is_shown() -> None:
    secret = "vox_sess_hunter2hunter2"
    for text in (f"{secret}\n", f"token: {secret}\nb: 1\n", f'{{"a":"{secret}"}}\n', f"[{secret}"):
        assert "hunter2" not in refusal(text.encode())


# --- What is a capture after all -------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        b"x\n",
        b"Hello world\n" * 10_000,
        b"\n\n<html>\n",
        b"[\n",
        f"{HELLO}\n".encode() * 100,
        b"2026-11-25 13:15:18,818 websockets.client DEBUG x\n",
        b'{"log":{\n',
        b'{"ts":"1"}\n' * 9,
        b"\0" * 999 + b"\n",
        b"\xff\xff\xff\xff\n",
        b'{"ts":1,"dir":"s2c","opcode":"text","text":"'
        + b"x" * (MAX_LINE_SIZE + 999_999)
        + b'"}\n',
    ],
    ids=itertools.count(),
)
def test_a_capture_whose_first_lines_are_broken(broken: bytes) -> None:
    found = described(read_capture(io.BytesIO(broken + PLAIN)))
    bad = [event for event in found if str(event[0]).startswith("CAPTURE_LINE")]
    assert len(bad) == len([line for line in broken.split(b"\n") if line])
    assert found[len(bad) :] == described(read_capture(io.BytesIO(PLAIN)))


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        b"\xef\xbb\xbf" + PLAIN,
        b"\r\n \xef\xbb\xbf\n" + PLAIN,
        capture(header()),
        capture(leave(1)),
        capture(close()),
        capture(c2s("x" * 1_000_000)),
        capture(c2s('{"log":{"creator":1}}'), c2s("websockets.client")),
        header().encode(),
    ],
    ids=itertools.count(),
)
def test_captures(data: bytes) -> None:
    found = described(read_capture(io.BytesIO(data)))
    assert found[0][0] == "opened" or found[1][0] == "opened"


def test_a_text_that_quotes_lines_of_captures_is_none() -> None:
    text = "a: 1\n" * 50 + f"  {header()}\n" + "b:\n" * 9 + f"  {leave(1)}\n" + "c: 2\n" * 50
    assert guessed(text.encode()) == "YAML"
    assert guessed(b"# a comment\n\n# another\n" + text.encode() * 2000) == "YAML"
    # But many broken lines among the good ones are no reason to refuse a capture.
    for broken in (b"x\n" * 3 + capture(header()) + b"x\n" * 99, b"x\n" * 99 + PLAIN + b"x\n" * 9):
        found = described(read_capture(io.BytesIO(broken)))
        assert [event for event in found if event[0] == "opened"] != []


def test_one_broken_line_is_a_capture_of_one_broken_line() -> None:
    cut_off = "the capture ends in the middle of this line"
    assert described(read_capture(io.BytesIO(header()[:-9].encode()))) == [
        ("CAPTURE_LINE_INVALID", None, "line 1 is not JSON: input data was truncated", cut_off)
    ]


def test_lines_that_are_all_wrong_are_said_once() -> None:
    line = '{"ts":"now","dir":"s2c","opcode":"text","text":"x"}\n'
    assert refusal(line.encode() * 1000) == (
        "this is no capture: no line has the format, and its first line does not have the format: "
        f"expected `float`, got `str` - at `$.ts`; {FORMAT}"
    )


def test_validate_says_it_once(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a,b\n1,2\n" * 50_000)
    check = CaptureCheck(str(path), Selection(), Statistics())
    [finding] = check.findings()
    assert finding.rule == "CAPTURE_UNREADABLE"
    assert finding.message == f"this is no capture: it looks like a CSV table; {FORMAT}"
    assert check.failure == finding.message


@pytest.mark.parametrize("line", [b"\xff\xfe\0\1", b"\xfe\xff\1\0", b"\xff\xfe\x80", b"\xff\xfe"])
def test_a_destroyed_first_line_makes_no_text_of_another_kind(line: bytes) -> None:
    events = list(read_capture(io.BytesIO(line + b"\n" + PLAIN)))
    assert [type(event) for event in events[:2]] == [BadLine, Opened]
