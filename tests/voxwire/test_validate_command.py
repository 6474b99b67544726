"""`voxwire validate` as a person or a program meets it."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.voxwire.native import EXAMPLES, START, c2s, capture, close, header, leave, s2c
from voxwire.cli import main

CLEAN = EXAMPLES / "main-bot-plain.ndjson"
FAULTY = EXAMPLES / "main-alice-phone-plain.ndjson"
FRAMES_ONLY = "--no-session"
"""For captures that are no conversation; test_session_checks.py is about those that are."""

HELLO = s2c({"type": "hello", "d": {"heartbeat_interval": 45000}})
IDENTIFY = c2s({"type": "identify", "d": {"token": "vox_sess_abcdefgh"}})
NOTES = capture(header(), c2s({"type": "no_such_type", "d": {"x": 1}}))


class Ran(NamedTuple):
    """What a run left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def run_(*arguments: object) -> Ran:
        try:
            status = main(["validate", *map(str, arguments)])
        except SystemExit as error:
            status = int(str(error.code))
        written = capsys.readouterr()
        return Ran(status, written.out, written.err)

    return run_


def write(tmp_path: Path, data: bytes, name: str = "capture.ndjson") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


# --- Text ------------------------------------------------------------------------------------


def test_a_clean_capture(run: Any) -> None:
    status, out, err = run(CLEAN)
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[0].split() == ["direction", "type", "frames", "bytes", "findings"]
    assert lines[1].split() == ["s2c", "message_create", "177", "54,816"]
    assert lines[-1] == "1 file, 1 connection, 686 frames, 110,370 bytes: nothing found"


def test_one_line_a_finding(run: Any) -> None:
    status, out, _ = run("--quiet", FAULTY)
    assert status == 1
    assert out.splitlines() == [
        f"{FAULTY}#c1:168 +10.131s c2s cpace_relay /d error[REQUIRED_WHEN] "
        '"d" lacks "nonce", which is required when "cpace_type" is "new_device_key"',
        f"{FAULTY}#c1:228 +12.199s c2s cpace_relay /d/data error[FIELD_LENGTH] "
        '"data" must have at most 16384 characters; got 20000',
    ]


def test_a_hint_and_what_is_left_out(run: Any) -> None:
    _, out, _ = run("--quiet", FRAMES_ONLY, EXAMPLES / "flow-unknown-types-ignored.ndjson")
    place = f"{EXAMPLES}/flow-unknown-types-ignored.ndjson#c1"
    lines = out.splitlines()
    assert lines[1] == f'{place}:19 +0.098s c2s error[TYPE_MISSING] the frame lacks "type"'
    assert lines[4].endswith('; it is a server message (did you mean "typing"?)')


def test_what_is_repeated_is_counted_at_the_end(run: Any, tmp_path: Path) -> None:
    ack = s2c({"type": "heartbeat_ack"})
    path = write(tmp_path, capture(header(), HELLO, IDENTIFY, ack, *[ack] * 1_233))
    status, out, _ = run("--quiet", path)
    assert status == 1
    assert out.splitlines() == [
        f"{path}#c1:3 +1.000s s2c heartbeat_ack error[HEARTBEAT_ACK_UNASKED] "
        "heartbeat_ack comes without a heartbeat that it answers",
        f"{path}#c1 … and 1,233 more HEARTBEAT_ACK_UNASKED, the last in frame 1236",
    ]
    _, out, _ = run(path)
    assert out.splitlines()[-1] == "HEARTBEAT_ACK_UNASKED 1,234"


def test_who_is_to_blame_is_said_where_it_is_not_the_sender(run: Any, tmp_path: Path) -> None:
    payload = {"msg_id": 1, "author_id": 1, "body": "", "timestamp": 1, "feed_id": 1}
    frame = {"type": "message_create", "d": payload | {"embed": []}, "seq": 2}
    beat = {"type": "heartbeat"}
    lines = [
        HELLO,
        IDENTIFY,
        c2s(beat, ts=START + 2),
        s2c(frame, ts=START + 3),
        c2s(beat, ts=START + 60),
    ]
    _, out, _ = run(
        "--quiet", "--ignore", "BEFORE_READY", write(tmp_path, capture(header(), *lines))
    )
    shape, missing = out.splitlines()
    assert "note[UNKNOWN_SHAPE]" in shape
    assert shape.endswith(" [to blame: another client]")
    assert "error[HEARTBEAT_ACK_MISSING]" in missing
    assert missing.endswith(" [to blame: the server]")


def test_the_summary_counts_findings(run: Any) -> None:
    _, out, _ = run(FAULTY)
    (relay,) = [line for line in out.splitlines() if line.startswith("c2s        cpace_relay ")]
    assert relay.split() == ["c2s", "cpace_relay", "4", "20,609", "2", "errors"]
    assert out.splitlines()[-2:] == [
        "1 file, 1 connection, 755 frames, 164,931 bytes: 2 errors",
        "FIELD_LENGTH 1  REQUIRED_WHEN 1",
    ]


def test_several_files_and_their_compression(run: Any) -> None:
    status, out, _ = run(CLEAN, EXAMPLES / "flow-resume-a2.ndjson")
    assert status == 0
    assert "2 files, 2 connections, 763 frames, " in out
    assert ", zstd 1.18:1: nothing found" in out


def test_control_characters_are_escaped(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), s2c({"type": "a\x1b[2J\n\u202eb"})))
    _, out, _ = run("--quiet", FRAMES_ONLY, path)
    (line,) = out.splitlines()
    assert r"s2c a\x1b[2J\n\u202eb /type note[UNKNOWN_TYPE]" in line


def test_lines_and_files_without_frames(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), "x", leave(1)))
    _, out, _ = run("--quiet", FRAMES_ONLY, path)
    assert (
        out
        == f"{path}#c1 error[CAPTURE_LINE_INVALID] line 2 is not JSON: invalid character (byte 0)\n"
    )
    path = write(tmp_path, capture(leave(1)))
    _, out, _ = run("--quiet", FRAMES_ONLY, path)
    assert out == (
        f"{path}#c1 note[CAPTURE_NO_HEADER] the connection has no header line "
        "(times count from its first frame)\n"
    )


# --- JSON ------------------------------------------------------------------------------------


def test_json(run: Any) -> None:
    status, out, _ = run("--format", "json", FAULTY)
    report = json.loads(out)
    assert status == 1
    assert report["summary"] == {
        "files": 1,
        "connections": 1,
        "frames": 755,
        "errors": 2,
        "warnings": 0,
        "notes": 0,
        "by_rule": {"FIELD_LENGTH": 1, "REQUIRED_WHEN": 1},
    }
    assert report["findings"][1] == {
        "rule": "FIELD_LENGTH",
        "severity": "error",
        "message": '"data" must have at most 16384 characters; got 20000',
        "file": str(FAULTY),
        "connection": 1,
        "frame": 228,
        "location": None,
        "time": 1795376361.9909377,
        "direction": "c2s",
        "type": "cpace_relay",
        "pointer": "/d/data",
        "hint": None,
        "blame": "client",
    }
    assert report["repeated"] == []


def test_json_of_a_clean_capture(run: Any) -> None:
    status, out, _ = run("--format", "json", CLEAN)
    assert status == 0
    assert json.loads(out)["findings"] == []
    assert json.loads(out)["summary"]["by_rule"] == {}


def test_json_of_what_has_no_place(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), "x", s2c("x"), s2c("[]")))
    line, text, frame = run("--format", "json", FRAMES_ONLY, path).json["findings"]
    nothing = {"frame": None, "time": None, "direction": None, "type": None, "pointer": None}
    assert line == line | nothing | {"connection": 1}
    assert text == text | {"frame": 1, "time": START + 1, "direction": "s2c", "pointer": None}
    assert frame == frame | {"frame": 2, "type": None, "pointer": ""}
    (empty,) = run("--format", "json", write(tmp_path, b"")).json["findings"]
    assert empty == empty | nothing | {"connection": None, "rule": "CAPTURE_EMPTY"}


def test_jsonl(run: Any) -> None:
    status, out, _ = run("--format", "jsonl", FAULTY)
    assert status == 1
    findings = run("--format", "json", FAULTY).json["findings"]
    assert [json.loads(line) for line in out.splitlines()] == [
        {"version": 1} | finding for finding in findings
    ]


def test_output_file(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    status, out, err = run("--format", "json", "-o", path, FAULTY)
    assert (status, out, err) == (1, "", "")
    assert json.loads(path.read_text("utf-8"))["summary"]["errors"] == 2


# --- What to report --------------------------------------------------------------------------


def rules(ran: Ran) -> list[str]:
    return [finding["rule"] for finding in ran.json["findings"]]


def test_notes_alone_are_no_failure(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, NOTES)
    ran = run("--format", "json", FRAMES_ONLY, path)
    assert (ran.status, rules(ran)) == (0, ["UNKNOWN_TYPE"])
    ran = run("--format", "json", "--strict", FRAMES_ONLY, path)
    assert (ran.status, rules(ran)) == (1, ["UNKNOWN_TYPE"])
    assert ran.json["summary"]["errors"] == 1


def test_select_and_ignore(run: Any) -> None:
    as_json = ("--format", "json", FRAMES_ONLY, EXAMPLES / "flow-unknown-types-ignored.ndjson")
    everything = rules(run(*as_json))
    assert len(everything) == 8
    assert rules(run("--select", "TYPE_MISSING", *as_json)) == ["TYPE_MISSING"] * 2
    assert rules(run("--select", "type_missing,SEQ_FORBIDDEN", *as_json)) == [
        "TYPE_MISSING",
        "TYPE_MISSING",
        "SEQ_FORBIDDEN",
    ]
    ran = run("--ignore", "TYPE_MISSING", "--ignore", "TYPE_INVALID,UNKNOWN_TYPE", *as_json)
    assert rules(ran) == ["WRONG_DIRECTION", "WRONG_DIRECTION", "SEQ_FORBIDDEN", "UNKNOWN_FIELD"]
    assert ran.json["summary"]["errors"] == 3
    assert run("--select", "FIELD_TYPE", *as_json).status == 0


def test_only_some_types_and_one_direction(run: Any) -> None:
    ran = run("--format", "json", "--only", "cpace_relay,typing", FAULTY)
    assert (ran.status, len(rules(ran)), ran.json["summary"]["frames"]) == (1, 2, 4)
    ran = run("--format", "json", "--only", "message_create", FAULTY)
    assert (ran.status, rules(ran)) == (0, [])
    ran = run("--format", "json", "--direction", "s2c", FAULTY)
    assert (ran.status, rules(ran), ran.json["summary"]["frames"]) == (0, [], 741)
    ran = run("--format", "json", "--direction", "c2s", FAULTY)
    assert (ran.status, len(rules(ran)), ran.json["summary"]["frames"]) == (1, 2, 14)


def test_the_order_is_followed_through_frames_that_do_not_count(run: Any, tmp_path: Path) -> None:
    hello = s2c({"type": "feed_delete", "d": {"feed_id": 1}, "seq": 3})
    path = write(tmp_path, capture(header(), leave(2), hello, leave(4), leave(6)))
    ran = run("--format", "json", "--only", "member_leave", FRAMES_ONLY, path)
    assert rules(ran) == ["SEQ_GAP"]


def test_max_findings(run: Any) -> None:
    path = EXAMPLES / "flow-unknown-types-ignored.ndjson"
    ran = run("--format", "json", "--max-findings", "3", FRAMES_ONLY, path)
    assert (ran.status, len(rules(ran)), ran.json["summary"]["errors"]) == (1, 3, 6)
    ran = run("--max-findings", "0", "--quiet", FRAMES_ONLY, path)
    assert (ran.status, ran.out) == (1, "… and 8 more\n")


# --- Wrong usage and files that cannot be read -----------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: FILE"),
        (["--select", "FEILD_TYPE", "x"], "unknown rule 'FEILD_TYPE' (did you mean 'FIELD_TYPE'?)"),
        (["--ignore", "QQQ", "x"], "unknown rule 'QQQ' (see `voxwire rules`)"),
        (["--select", ",", "x"], "no rule is named"),
        (
            ["--only", "mesage_create", "x"],
            "unknown message type 'mesage_create' (did you mean 'message_create'?)",
        ),
        (["--direction", "up", "x"], "invalid choice: 'up'"),
        (["--format", "xml", "x"], "invalid choice: 'xml'"),
        (["--max-findings", "-1", "x"], "'-1' is not a number from 0 upwards"),
        (["--max-findings", "many", "x"], "'many' is not a number from 0 upwards"),
        (["--no-such-option", "x"], "unrecognized arguments: --no-such-option"),
    ],
)
def test_wrong_usage(run: Any, arguments: list[str], message: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert message in err


def test_a_report_that_cannot_be_written(run: Any, tmp_path: Path) -> None:
    status, out, err = run("-o", tmp_path / "none" / "report", CLEAN)
    assert (status, out) == (2, "")
    assert err.startswith("voxwire: cannot write: ")


def test_files_that_cannot_be_read(run: Any, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    status, out, err = run("--quiet", missing, FAULTY, tmp_path)
    assert status == 3
    assert err.splitlines() == [
        f"voxwire: cannot read {missing}: No such file or directory",
        f"voxwire: cannot read {tmp_path}: Is a directory; name its files, such as "
        f"{tmp_path}/*.ndjson",
    ]
    lines = out.splitlines()
    assert lines[0] == f"{missing} error[CAPTURE_UNREADABLE] No such file or directory"
    assert len(lines) == 4


def test_a_file_that_was_cut_off_is_checked_as_far_as_it_goes(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(FAULTY.read_bytes())[:-9])
    ran = run("--format", "json", path)
    assert ran.status == 3
    assert rules(ran) == ["REQUIRED_WHEN", "FIELD_LENGTH", "CAPTURE_UNREADABLE"]
    assert ran.json["summary"]["frames"] == 755


def test_an_empty_file_was_not_checked(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, b"\n")
    ran = run("--quiet", path)
    assert (ran.status, ran.out) == (1, f"{path} error[CAPTURE_EMPTY] the capture is empty\n")


def test_a_connection_without_frames_is_nothing_to_report(run: Any, tmp_path: Path) -> None:
    assert run("--quiet", FRAMES_ONLY, write(tmp_path, capture(header(), close(1006)))) == (
        0,
        "",
        "",
    )


# --- As a process ----------------------------------------------------------------------------


def process(*arguments: object, **keywords: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "voxwire", "validate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, **keywords)


def test_standard_input() -> None:
    done = process("--quiet", "-", input=FAULTY.read_bytes())
    assert done.returncode == 1
    assert done.stdout.startswith(b"<stdin>#c1:168 +10.131s c2s cpace_relay /d ")


def test_output_is_utf8_everywhere(tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), s2c({"type": "é𝕏"})), "ünï.ndjson")
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = process("--quiet", FRAMES_ONLY, path, env=environment)
    assert done.returncode == 0
    assert "ünï.ndjson#c1:1 +1.000s s2c é𝕏 /type note[UNKNOWN_TYPE]" in done.stdout.decode()


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), *[s2c("x")] * 20_000))
    command = [sys.executable, "-m", "voxwire", "validate", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 141


# --- What must not happen ----------------------------------------------------------------------


def test_the_report_never_overwrites_the_capture(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, NOTES)
    link = tmp_path / "link.ndjson"
    link.symlink_to(path)
    for output in (path, link):
        status, out, err = run("-o", output, path)
        assert (status, out) == (2, "")
        assert err == f"voxwire: the report would overwrite {output}, which is to be checked\n"
    assert path.read_bytes() == NOTES


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
def test_a_payload_that_is_a_text_may_be_a_secret(run: Any, tmp_path: Path, form: str) -> None:
    frame = c2s({"type": "identify", "d": "hunter2hunter2"})
    status, out, err = run("--format", form, write(tmp_path, capture(header(), frame)))
    assert status == 1
    assert "must be an object; got a string" in out
    assert "hunter2" not in out + err


def test_a_har_file_says_where_and_what_it_lacks(run: Any) -> None:
    har = EXAMPLES.parents[1] / "tests" / "data" / "captures" / "two-connections.har"
    status, out, err = run(har)
    lines = out.splitlines()
    assert (status, err) == (1, "")
    assert lines[0] == (
        f"{har}#c1:4 (entry 1, message 4) +0.019s c2s identify error[IDENTIFY_REPEATED] the client "
        "sends identify again on this connection (the server closes with 4005; open a new connection "
        "for a new session)"
    )
    assert lines[-3:] == [
        "not recorded (har): how connections end, pings and pongs; 6 rules that need it are off",
        "1 file, 2 connections, 92 frames, 11,113 bytes, zstd 1.18:1: 1 error",
        "IDENTIFY_REPEATED 1",
    ]


def test_the_format_can_be_named(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"[]")
    status, out, _ = run("--from", "har", "-q", file)
    assert (status, "error[CAPTURE_UNREADABLE] the HAR has no list of entries" in out) == (3, True)
    status, out, err = run("--from", "hra", file)
    assert (status, out) == (2, "")
    assert err.endswith("argument --from: unknown format 'hra' (did you mean 'har'?)\n")


# --- Captures of other protocols ----------------------------------------------------------------


def test_a_capture_of_another_protocol_is_known_for_one(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), s2c({"type": "welcome"}), c2s({"type": "say"})))
    assert run(path, "--quiet").err == (
        "voxwire: no frame is of a message that vox-gateway knows; if the capture is of another "
        "protocol, name it with --protocol (`voxwire protocols` lists them)\n"
    )


def test_one_known_frame_is_enough_for_the_protocol(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), HELLO, c2s({"type": "say"})))
    assert run(path, "--quiet").err == ""


def test_nothing_is_said_of_what_was_not_looked_at(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), c2s({"type": "say"})))
    assert run(path, "--quiet", "--only", "typing").err == ""
