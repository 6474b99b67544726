"""`voxwire convert`: one file is read, another one is there, whole, or not at all."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from tests.voxwire.commands import Command
from tests.voxwire.native import EXAMPLES, PLAIN, START, c2s, capture, described, header, leave
from voxwire.capture import Closed, Frame, read_capture
from voxwire.rules.example import Example
from voxwire.rules.registry import RULES

if TYPE_CHECKING:
    from pathlib import Path

BOT = EXAMPLES / "main-bot-plain.ndjson"
CLOSED = EXAMPLES / "flow-second-identify-4005.ndjson"
TOKEN = "vox_sess_" + "Az09" * 6


@pytest.fixture
def convert(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command("convert", capsys)


def har(*messages: dict[str, Any], url: str = "wss://host/gateway?v=1") -> dict[str, Any]:
    return {
        "startedDateTime": "2023-11-14T22:13:20Z",
        "request": {"url": url},
        "response": {"status": 101},
        "_webSocketMessages": list(messages),
    }


def received(data: str, opcode: int = 1) -> dict[str, Any]:
    return {"type": "receive", "time": START + 1, "opcode": opcode, "data": data}


def write_har(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"log": {"entries": entries}}))
    return path


def test_a_har_becomes_a_native_capture(convert: Command, tmp_path: Path) -> None:
    source = write_har(tmp_path / "in.har", har(received("{}"), received("AP8=", 2)))
    target = tmp_path / "out.ndjson"
    assert convert(source, target) == (0, "", "")
    assert [json.loads(line) for line in target.read_text().splitlines()] == [
        {
            "url": "wss://host/gateway?v=1",
            "ts": START,
            "lacks": ["close", "control"],
            "conn": "1",
        },
        {
            "ts": START + 1,
            "dir": "s2c",
            "opcode": "text",
            "text": "{}",
            "at": "entry 1, message 1",
            "conn": "1",
        },
        {
            "ts": START + 1,
            "dir": "s2c",
            "opcode": "binary",
            "b64": "AP8=",
            "at": "entry 1, message 2",
            "conn": "1",
        },
    ]


def test_a_native_capture_becomes_a_har(convert: Command, tmp_path: Path) -> None:
    target = tmp_path / "out.har"
    assert convert(CLOSED, target) == (0, "", "")
    assert any(isinstance(event, Closed) for event in read_capture(str(target)))
    assert described(read_capture(str(target))) == described(read_capture(str(CLOSED)))


CONVERSATIONS = [
    rule.bad
    for rule in RULES.values()
    if isinstance(rule.bad, Example) and rule.group not in ("capture", "envelope", "json")
]


@pytest.mark.parametrize("example", CONVERSATIONS, ids=lambda example: example.caption)
def test_in_har_the_findings_of_conversations_are_the_same(
    convert: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str], example: Example
) -> None:
    source, target = tmp_path / "in.ndjson", tmp_path / "out.har"
    source.write_bytes(example.content())
    assert convert("-q", source, target) == (0, "", "")
    validate = Command("validate", capsys)
    native, in_har = (
        [
            (found["rule"], found["frame"], found["pointer"], found["message"])
            for found in validate("--format", "json", path).json["findings"]
        ]
        for path in (source, target)
    )
    assert native == in_har
    assert native


def test_there_and_back_again_the_findings_are_the_same(
    convert: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = EXAMPLES / "main-alice-phone-plain.ndjson"
    convert("-q", faulty, tmp_path / "one.har")
    convert("-q", tmp_path / "one.har", tmp_path / "two.ndjson")
    convert("-q", tmp_path / "two.ndjson", tmp_path / "three.har.gz")
    validate = Command("validate", capsys)
    findings = [
        [
            (found["rule"], found["frame"], found["pointer"], found["location"])
            for found in validate("--format", "json", path).json["findings"]
        ]
        for path in (faulty, *sorted(tmp_path.iterdir()))
    ]
    native = [
        ("REQUIRED_WHEN", 168, "/d", None),
        ("FIELD_LENGTH", 228, "/d/data", None),
    ]
    in_har = [(*found[:3], f"entry 1, message {found[1]}") for found in native]
    assert findings == [native, in_har, in_har, in_har]


def test_a_native_capture_is_copied_whatever_it_holds(convert: Command, tmp_path: Path) -> None:
    content = PLAIN + b'no line\n{"url": "x", "ts": 5, "other": [1]}\r\n\n{"ts": 1'
    source, target = tmp_path / "in.ndjson", tmp_path / "out.jsonl.zst"
    source.write_bytes(content)
    said = f"voxwire convert: {source}#c1 error[CAPTURE_LINE_INVALID] line"
    assert convert(source, target) == (
        3,
        "",
        f"{said} 6 is not JSON: invalid character (byte 4)\n"
        f"{said.replace('#c1', '#c2')} 9 is not JSON: input data was truncated "
        "(the capture ends in the middle of this line)\n",
    )
    reader = zstandard.ZstdDecompressor().stream_reader(target.read_bytes())
    assert reader.read() == content


@pytest.mark.parametrize("name", ["out.ndjson.gz", "OUT.JSONL.GZ"])
def test_the_name_says_how_it_is_compressed(convert: Command, tmp_path: Path, name: str) -> None:
    assert convert(BOT, tmp_path / name) == (0, "", "")
    assert gzip.decompress((tmp_path / name).read_bytes()) == BOT.read_bytes()


def test_the_same_input_gives_the_same_bytes(convert: Command, tmp_path: Path) -> None:
    for name in ("one.har.gz", "two.har.gz"):
        convert(BOT, tmp_path / name)
    assert (tmp_path / "one.har.gz").read_bytes() == (tmp_path / "two.har.gz").read_bytes()


def test_only_the_owner_may_read_it(convert: Command, tmp_path: Path) -> None:
    convert(BOT, tmp_path / "out.har")
    assert stat.S_IMODE((tmp_path / "out.har").stat().st_mode) == 0o600


@pytest.mark.parametrize("options", [[], ["--redact"]])
def test_captures_of_an_archive_become_one(
    convert: Command, tmp_path: Path, options: list[str]
) -> None:
    source, target = tmp_path / "in.zip", tmp_path / "out.ndjson"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("a.ndjson", capture(header(), leave(2)))
        archive.writestr("b.ndjson", capture(header(), leave(3), leave(4)))
    assert convert(*options, source, target) == (0, "", "")
    frames = [e for e in read_capture(str(target)) if isinstance(e, Frame)]
    assert [(e.connection.number, e.number) for e in frames] == [(1, 1), (2, 1), (2, 2)]
    assert [e.connection.member for e in frames] == ["a.ndjson", "b.ndjson", "b.ndjson"]


def test_to_names_the_format(convert: Command, tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    status, out, err = convert(BOT, target)
    assert (status, out) == (2, "")
    assert err == (
        f"voxwire convert: the name {target} does not tell its format: give --to native or --to har, "
        "or a name that ends with .ndjson or .har\n"
    )
    assert convert("--to", "har", BOT, target).status == 0
    assert target.read_bytes().startswith(b'{"log": {"version": "1.2"')


def test_a_file_that_exists_is_left_alone(convert: Command, tmp_path: Path) -> None:
    target = tmp_path / "out.ndjson"
    target.write_text("precious")
    sentence = f"voxwire convert: {target} exists; choose another name, or give --force\n"
    assert convert(BOT, target) == (2, "", sentence)
    assert target.read_text() == "precious"
    assert convert("--force", BOT, target) == (0, "", "")
    assert target.read_bytes() == BOT.read_bytes()


@pytest.mark.parametrize("how", ["itself", "a symbolic link", "a hard link"])
def test_the_input_is_never_overwritten(convert: Command, tmp_path: Path, how: str) -> None:
    source, other = tmp_path / "in.ndjson", tmp_path / "other.ndjson"
    source.write_bytes(PLAIN)
    if how == "a symbolic link":
        other.symlink_to(source)
    elif how == "a hard link":
        other.hardlink_to(source)
    else:
        other = source
    sentence = f"voxwire convert: {other} is what is read; give OUT another name\n"
    assert convert("--force", source, other) == (2, "", sentence)
    assert source.read_bytes() == PLAIN


def test_a_link_stays_one(convert: Command, tmp_path: Path) -> None:
    target, link = tmp_path / "target.ndjson", tmp_path / "link.ndjson"
    target.write_text("old")
    link.symlink_to(target)
    assert convert("--force", BOT, link).status == 0
    assert link.is_symlink()
    assert target.read_bytes() == BOT.read_bytes()


def test_what_cannot_be_read_leaves_nothing(convert: Command, tmp_path: Path) -> None:
    source, target = tmp_path / "in.txt", tmp_path / "out.ndjson"
    source.write_text("Dear Sir,\nthis is a letter.\n")
    status, out, err = convert(source, target)
    assert (status, out) == (3, "")
    assert err.startswith(f"voxwire convert: cannot read {source}: this is no capture: ")
    assert [path.name for path in tmp_path.iterdir()] == ["in.txt"]
    missing = tmp_path / "missing.har"
    status, out, err = convert(missing, target)
    assert (status, out) == (3, "")
    assert err.startswith(f"voxwire convert: cannot read {missing}: No such file or directory")


@pytest.mark.parametrize("name", ["out.ndjson", "out.har"])
def test_what_can_be_read_is_kept(convert: Command, tmp_path: Path, name: str) -> None:
    content = capture(header(), *(leave(number) for number in range(2, 20_000)))
    source, target = tmp_path / "in.ndjson.gz", tmp_path / name
    source.write_bytes(gzip.compress(content, mtime=0)[:-20])
    status, out, err = convert(source, target)
    assert (status, out) == (3, "")
    assert err == (
        f"voxwire convert: cannot read {source} to its end: the compressed file is cut off: it "
        f"ends in the middle of a gzip member; {target} has what comes before\n"
    )
    written = described(read_capture(str(target)))
    assert len(written) > 10_000
    whole = described(read_capture(io.BytesIO(content)))
    assert written[:-1] == whole[: len(written) - 1]  # of a native one, the last line is cut off


def test_where_it_cannot_write(convert: Command, tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "out.har"
    sentence = f"voxwire convert: cannot write {target}: No such file or directory\n"
    assert convert(BOT, target) == (2, "", sentence)
    folder = tmp_path / "out.har"
    folder.mkdir()
    sentence = f"voxwire convert: cannot write {folder}: Is a directory\n"
    assert convert("--force", BOT, folder) == (2, "", sentence)


def test_what_is_no_file_is_written_as_it_is(convert: Command) -> None:
    assert convert("--to", "har", "-q", BOT, os.devnull) == (0, "", "")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)  # noqa: PTH116 - of the device


def test_connections_to_others_are_left_out(convert: Command, tmp_path: Path) -> None:
    chat = har(received("hi"), url="wss://host/chat")
    source = write_har(tmp_path / "in.har", chat, har(received("{}")), chat)
    sentence = "voxwire convert: 2 other WebSocket connections left out; --all takes every one\n"
    assert convert(source, tmp_path / "out.ndjson") == (0, "", sentence)
    assert (tmp_path / "out.ndjson").read_text().count('"url"') == 1
    assert convert("--all", source, tmp_path / "all.ndjson") == (0, "", "")
    assert (tmp_path / "all.ndjson").read_text().count('"url"') == 3


def test_broken_parts_without_a_place_are_said(convert: Command, tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    source.write_bytes(capture("no line", "none either", header(), leave(2)))
    said = f"voxwire convert: {source} error[CAPTURE_LINE_INVALID] line"
    assert convert(source, tmp_path / "out.har") == (
        3,
        "",
        "voxwire convert: 2 broken parts before the first connection left out: HAR has no place for "
        f"them\n{said} 1 is not JSON: invalid character (byte 4)\n"
        f"{said} 2 is not JSON: invalid character (byte 4)\n",
    )


@pytest.mark.parametrize("name", ["out.ndjson", "out.har"])
def test_secrets_are_masked_on_request(convert: Command, tmp_path: Path, name: str) -> None:
    identify = c2s({"type": "identify", "d": {"token": TOKEN}})
    early = c2s({"type": "typing", "d": {"feed_id": 1, "tokn": f"{TOKEN}"}})
    source = tmp_path / "in.ndjson"
    source.write_bytes(capture(header(), early, identify))
    assert convert("--redact", source, tmp_path / name) == (0, "", "")
    written = (tmp_path / name).read_text()
    assert TOKEN not in written
    assert written.count("masked-") == 2


def piped(*arguments: str, given: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "voxwire", "convert", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False)


def test_standard_input_and_output() -> None:
    ran = piped("--to", "native", "-", "-", given=gzip.compress(BOT.read_bytes()))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, BOT.read_bytes(), b"")
    identify = capture(header(), c2s({"type": "identify", "d": {"token": TOKEN}}))
    ran = piped("--to", "native", "--redact", "-", "-", given=identify)
    assert ran.returncode == 0
    assert TOKEN.encode() not in ran.stdout
    assert ran.stdout.count(b"masked-") == 1


def test_standard_input_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(PLAIN)
    command = [sys.executable, "-m", "voxwire", "convert", "--force", "-", str(path)]
    with path.open("rb") as file:
        ran = subprocess.run(command, stdin=file, capture_output=True, check=False)
    assert ran.returncode == 2
    assert b"is what is read" in ran.stderr
    assert path.read_bytes() == PLAIN
