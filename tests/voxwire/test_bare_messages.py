"""Messages alone: lines on request, and what wscat shows."""

from pathlib import Path

import pytest

from tests.voxwire.native import described
from tests.voxwire.reading_formats import FORMATS, connection_lacks, findings, messages, read
from voxwire import CaptureError
from voxwire.capture import BadLine, Gap, Lacks, Reading, read_frames
from voxwire.cli.main import main
from voxwire.limits import MAX_LINE_SIZE

WSCAT = FORMATS / "wscat"
BARE = Lacks.START | Lacks.CLOSE | Lacks.CONTROL | Lacks.ADDRESS | Lacks.TIME
PLAIN_LOG = str(FORMATS / "websocat" / "without-line-ends.txt")
HELLO = '{"type":"hello","d":{"heartbeat_interval":45000}}'


def test_lines_need_a_direction() -> None:
    with pytest.raises(CaptureError) as caught:
        read(HELLO, "lines")
    assert str(caught.value) == (
        "bare lines do not say which way they went: add --direction s2c for what the server sent, or "
        "--direction c2s for what the client sent"
    )


def test_lines() -> None:
    events = read(f"\ufeff{HELLO}\r\n\n[1]\n{HELLO}{HELLO}\n", "lines", "s2c")
    assert messages(events) == [
        ("s2c", HELLO, "line 1"),
        ("s2c", "[1]", "line 3"),
        ("s2c", HELLO, "line 4"),
        ("s2c", HELLO, "line 4"),
    ]
    assert connection_lacks(events) == [BARE | Lacks.CLIENT]
    assert connection_lacks(read("{}", "lines", "c2s")) == [BARE | Lacks.SERVER]


@pytest.mark.parametrize("line", ["{", '"text"', "12", "{} x", '{"a":1}{', "T:{}", "[" * 100_000])
def test_lines_that_are_no_messages(line: str) -> None:
    bad, *rest = read(f"{line}\n{HELLO}\n", "lines", "s2c")
    assert isinstance(bad, BadLine)
    assert (bad.rule, bad.message) == ("CAPTURE_LINE_INVALID", "line 1 is no JSON object or array")
    assert messages(rest) == [("s2c", HELLO, "line 2")]


def test_lines_that_are_no_text_or_too_long() -> None:
    bad, long, *rest = read(
        b"\xff\n" + b"a" * (MAX_LINE_SIZE + 1) + b"\n" + HELLO.encode(), "lines", "s2c"
    )
    assert isinstance(bad, BadLine)
    assert isinstance(long, BadLine)
    assert bad.message == "line 1 is not UTF-8"
    assert long.rule == "CAPTURE_LINE_TOO_LONG"
    assert messages(rest) == [("s2c", HELLO, "line 3")]


def test_typed_frames_from_lines() -> None:
    path = FORMATS / "websocat" / "without-line-ends.txt"
    found = list(read_frames(path, reading=Reading("lines", "s2c")))
    assert len(found) == 76
    assert {one.error for one in found} == {None}


def test_wscat_in_a_file() -> None:
    path = WSCAT / "pipe.txt.gz"
    assert findings(path, "wscat") == []
    events = read(path, "wscat")
    assert connection_lacks(events) == [BARE | Lacks.CLIENT]
    said = messages(events)
    assert len(said) == 283
    assert {message.direction for message in said} == {"s2c"}
    assert said[162].data == '{"type":"heartbeat_ack"}'


def test_wscat_on_a_terminal() -> None:
    path = WSCAT / "terminal.txt.gz"
    assert findings(path, "wscat") == []
    events = read(path, "wscat")
    assert connection_lacks(events) == [BARE & ~Lacks.CLOSE]
    said = messages(events)
    assert len(said) == 286
    assert said[0] == ("s2c", HELLO, "line 3")
    assert [str(message.data)[:16] for message in said if message.direction == "c2s"] == [
        '{"type":"identif',
        '{"type":"heartbe',
        '{"type":"typing"',
    ]


def test_wscat_says_how_a_connection_ended() -> None:
    shown = f'Connected (press CTRL+C to quit)\n< {HELLO}\nDisconnected (code: 4004, reason: "AUTH_FAILED")\n'
    assert described(read(shown, "wscat")) == [
        ("opened", 1, None, False),
        (1, 1, "s2c", HELLO),
        ("closed", 1, 4004, "AUTH_FAILED"),
    ]
    lost = shown.replace("4004", "1006")
    assert len(read(lost, "wscat")) == 2


def test_wscat_loses_binary_messages() -> None:
    opened, gap, _ = read("Connected (press CTRL+C to quit)\n< (\ufffd/\ufffd\n< {}\n", "wscat")
    assert isinstance(gap, Gap)
    assert gap.message == "line 2: a binary message cannot be read: wscat shows it as text"
    assert opened.connection is gap.connection


def test_wscat_is_read_on_request_only() -> None:
    for text in (f"Connected (press CTRL+C to quit)\n< {HELLO}\n", (WSCAT / "terminal.txt.gz")):
        with pytest.raises(
            CaptureError, match=r"^this is the output of wscat.*read it with --from wscat"
        ):
            read(text)


def test_every_command_that_reads_lines_can_be_told_their_direction(tmp_path: Path) -> None:
    path, native = FORMATS / "websocat" / "without-line-ends.txt", tmp_path / "native.ndjson"
    told = ["--from", "lines", "--direction", "s2c", str(path)]
    for command in ("validate", "stats", "inspect", "coverage", "drift"):
        assert main([command, *told]) == 0
    assert main(["convert", *told, str(native)]) == 0
    assert messages(read(native)) == messages(read(path, "lines", "s2c"))
    assert findings(native) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("stats", PLAIN_LOG),
        ("diff", PLAIN_LOG, PLAIN_LOG),
        ("convert", PLAIN_LOG, "never.ndjson"),
        ("redact", PLAIN_LOG, "never.ndjson"),
        ("coverage", PLAIN_LOG),
        ("drift", PLAIN_LOG),
    ],
)
def test_a_direction_that_nobody_would_heed_is_refused(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    command, *files = arguments
    for more in ((), ("--from", "har")):
        with pytest.raises(SystemExit) as ended:
            main([command, "--direction", "s2c", *more, *files])
        assert ended.value.code == 2
        said = capsys.readouterr().err.splitlines()[-1]
        assert said == (
            f"voxwire {command}: error: argument --direction: it says which way messages went where the format "
            "does not, with --from websockets or websocat or lines; `voxwire validate` and `inspect` choose "
            "frames by it"
        )


def test_a_direction_is_heeded_where_the_format_needs_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.write_text(f"{HELLO}\n")
    assert main(["stats", "-q", "--from", "lines", "--direction", "s2c", str(log)]) == 0
    assert "hello" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["stats", "coverage", "drift", "inspect"])
def test_an_address_is_said_to_be_one(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "s3://bucket/a.ndjson"]) == 3
    assert capsys.readouterr().err == (
        f"voxwire {command}: cannot read s3://bucket/a.ndjson: it is an address, and only `voxwire validate` "
        "reads those, with the extra [cluster]; copy it to a file first\n"
    )
