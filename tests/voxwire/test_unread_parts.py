"""What commands say of captures that are missing, empty, damaged or cut off: what `voxwire validate` says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.commands import Command
from tests.voxwire.native import START, c2s, capture, close, header, leave, ready, s2c
from voxspec.cli.main import main as voxspec

OVER_MANY = ("stats", "coverage", "drift")
REWRITING = ("convert", "redact")

GAP = json.dumps({"gap": {"message": "12 bytes are missing"}})
HELLO = s2c({"type": "hello", "d": {"heartbeat_interval": 45000}})
BROKEN = "{}"
"""A line that is none of the format."""

WHY = 'is no header, frame or close: it has no "url", "dir" or "close"'


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    def run(command: str, path: Path, *more: object) -> Any:
        output = [tmp_path / "out.ndjson", "--force"] if command in REWRITING else []
        return Command(command, capsys)(path, *output, *more)

    return run


def write(tmp_path: Path, *lines: str, name: str = "in.ndjson") -> Path:
    path = tmp_path / name
    path.write_bytes(capture(*lines))
    return path


def validated(run: Any, path: Path) -> list[str]:
    """The findings of validation about the capture itself."""
    return [
        line for line in run("validate", path, "--quiet").out.splitlines() if "[CAPTURE_" in line
    ]


@pytest.mark.parametrize("command", ["inspect", *OVER_MANY, *REWRITING])
def test_a_file_that_is_missing(run: Any, tmp_path: Path, command: str) -> None:
    missing = tmp_path / "missing.ndjson"
    said = f"voxwire {command}: cannot read {missing}: No such file or directory\n"
    assert run(command, missing) == (3, "", said)
    assert not (tmp_path / "out.ndjson").exists()


@pytest.mark.parametrize("command", ["inspect", *OVER_MANY, *REWRITING])
@pytest.mark.parametrize(
    "content", [b"", b"\n\n", gzip.compress(b"", mtime=0)], ids=["bytes", "lines", "gzip"]
)
def test_a_file_that_is_empty(run: Any, tmp_path: Path, command: str, content: bytes) -> None:
    path = tmp_path / "in.ndjson"
    path.write_bytes(content)
    (finding,) = validated(run, path)
    assert finding == f"{path} error[CAPTURE_EMPTY] the capture is empty"
    assert run(command, path) == (3, "", f"voxwire {command}: {finding}\n")
    assert not (tmp_path / "out.ndjson").exists()


@pytest.mark.parametrize("command", OVER_MANY)
def test_an_empty_file_beside_another(run: Any, tmp_path: Path, command: str) -> None:
    empty, full = write(tmp_path, name="empty"), write(tmp_path, header(), leave(2))
    ran = run(command, full, empty)
    said = f"voxwire {command}: {empty} error[CAPTURE_EMPTY] the capture is empty\n"
    assert (ran.status, ran.err) == (3, said)
    assert "1 frame" in ran.out


@pytest.mark.parametrize("command", ["inspect", *OVER_MANY, *REWRITING])
def test_a_part_that_cannot_be_read_is_an_error(run: Any, tmp_path: Path, command: str) -> None:
    path = write(tmp_path, header(), leave(2), BROKEN, leave(3), leave(4)[:-9])
    path.write_bytes(path.read_bytes()[:-1])
    found = validated(run, path)
    assert found == [
        f"{path}#c1 error[CAPTURE_LINE_INVALID] line 3 {WHY}",
        f"{path}#c1 error[CAPTURE_LINE_INVALID] line 5 is not JSON: input data was truncated (the "
        "capture ends in the middle of this line)",
    ]
    ran = run(command, path)
    assert (ran.status, ran.err) == (3, "".join(f"voxwire {command}: {one}\n" for one in found))


def test_a_damaged_file_before_a_whole_one_counts(run: Any, tmp_path: Path) -> None:
    damaged = write(tmp_path, header(), BROKEN, leave(2))
    whole = write(tmp_path, header(), leave(2), name="whole")
    for command in OVER_MANY:
        assert run(command, damaged, whole).status == run(command, whole, damaged).status == 3


def test_no_such_frame_in_a_damaged_file(run: Any, tmp_path: Path) -> None:
    lines = [header(), leave(2)]
    for more, status in (([], 1), ([BROKEN], 3)):
        ran = run("inspect", write(tmp_path, *lines, *more), "--frame", 9)
        assert ran.status == status
        assert "there is no frame 9 of connection 1" in ran.err


def test_what_is_read_twice_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For redaction, to know the secrets first."""
    path = write(tmp_path, header(), BROKEN, leave(2))
    out = tmp_path / "out.har"
    ran = Command("redact", capsys)(path, out)
    assert (ran.status, ran.err) == (
        3,
        f"voxwire redact: {path}#c1 error[CAPTURE_LINE_INVALID] line 2 {WHY}\n",
    )


@pytest.mark.parametrize("command", ["inspect", *OVER_MANY, *REWRITING])
def test_what_was_not_recorded_is_said_and_no_error(run: Any, tmp_path: Path, command: str) -> None:
    path = write(tmp_path, header(), leave(2), GAP, leave(3))
    (found,) = validated(run, path)
    assert found == f"{path}#c1 warning[CAPTURE_GAP] 12 bytes are missing"
    ran = run(command, path)
    assert (ran.status, ran.err) == (0, f"voxwire {command}: {found}\n")


@pytest.mark.parametrize("command", ["inspect", *OVER_MANY, *REWRITING])
def test_parts_are_listed_as_validation_lists_them(run: Any, tmp_path: Path, command: str) -> None:
    path = write(tmp_path, header(), leave(2), *[BROKEN] * 13)
    lines = run(command, path).err.splitlines()
    assert lines[:10] == [
        f"voxwire {command}: {path}#c1 error[CAPTURE_LINE_INVALID] line {number} {WHY}"
        for number in range(3, 13)
    ]
    assert lines[10:] == [f"voxwire {command}: {path} … and 3 more CAPTURE_LINE_INVALID"]
    assert lines[10].removeprefix(f"voxwire {command}: ") in run("validate", path).out


@pytest.mark.parametrize("command", OVER_MANY)
def test_a_file_that_is_cut_off_between_lines(run: Any, tmp_path: Path, command: str) -> None:
    path = write(tmp_path, header(), *map(leave, range(2, 40)))
    path.write_bytes(gzip.compress(path.read_bytes())[:-12])
    ran = run(command, path)
    assert ran.status == 3
    assert ran.err.startswith(f"voxwire {command}: cannot read {path}: ")


@pytest.mark.parametrize("command", REWRITING)
def test_what_is_copied_has_the_broken_parts(run: Any, tmp_path: Path, command: str) -> None:
    path = write(tmp_path, header(), leave(2), "no line", leave(3))
    assert run(command, path).status == 3
    copied = tmp_path / "out.ndjson"
    (of_in,), (of_out,) = validated(run, path), validated(run, copied)
    place = "#c1 error[CAPTURE_LINE_INVALID] line 3 is not JSON: "
    assert of_in.startswith(f"{path}{place}")
    assert of_out.startswith(f"{copied}{place}")


def test_no_part_of_packets_is_passed_over(run: Any, tmp_path: Path) -> None:
    path = Path("tests/formats/pcap/snaplen96-tcpdump.pcap")
    found = validated(run, path)
    assert len(found) > 3
    for command in ("inspect", *OVER_MANY, *REWRITING):
        said = [
            line.removeprefix(f"voxwire {command}: ")
            for line in run(command, path).err.splitlines()
        ]
        assert said[: len(found)] == found


# --- How connections end -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "ending"),
    [
        ([leave(2)], "lost"),
        ([BROKEN, leave(2)], "lost"),
        ([GAP, leave(2)], "lost"),
        ([leave(2), BROKEN], "not recorded"),
        ([leave(2), GAP], "not recorded"),
        ([leave(2), BROKEN, close(1000)], "closed"),
    ],
)
def test_a_close_may_be_among_what_is_missing(
    run: Any, tmp_path: Path, lines: list[str], ending: str
) -> None:
    path = write(tmp_path, header(), *lines)
    (connection,) = run("stats", path, "--format", "json").json["connections"]
    assert connection["ending"] == ending
    goals = run("coverage", path, "--format", "json").json["goals"]
    (lost,) = [one["count"] for one in goals if one["what"].startswith("1006 ")]
    assert lost == (ending == "lost")


def test_a_capture_that_is_cut_off_loses_no_connection(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, header(), *map(leave, range(2, 400)))
    path.write_bytes(gzip.compress(path.read_bytes())[:-12])
    (connection,) = run("stats", path, "--format", "json").json["connections"]
    assert connection["ending"] == "not recorded"
    goals = run("coverage", path, write(tmp_path, name="x"), "--format", "json").json["goals"]
    assert [one["count"] for one in goals if one["what"].startswith("1006 ")] == [0]


def test_no_round_trip_over_what_is_missing(run: Any, tmp_path: Path) -> None:
    beat, answer = c2s({"type": "heartbeat"}), s2c({"type": "heartbeat_ack"}, ts=START + 9)
    for lines, count in (
        ((beat, answer), 1),
        ((beat, GAP, answer), 0),
        ((beat, BROKEN, answer), 0),
    ):
        heartbeats = run("stats", write(tmp_path, header(), *lines), "--format", "json").json
        (found,) = heartbeats["heartbeats"]
        assert (found["round_trip_microseconds"] or {"count": 0})["count"] == count


# --- diff --------------------------------------------------------------------------------------


WHOLE = [header(), HELLO, ready(), leave(2), s2c({"type": "typing_stop"}), close(1000)]


def compared(run: Any, tmp_path: Path, a: list[str], b: list[str]) -> Any:
    paths = write(tmp_path, *a, name="a"), write(tmp_path, *b, name="b")
    return run("diff", *paths, "--format", "json")


@pytest.mark.parametrize("place", range(1, len(WHOLE)))
@pytest.mark.parametrize(("hole", "status"), [(GAP, 0), (BROKEN, 3)])
def test_what_a_gap_explains_is_no_difference(
    run: Any, tmp_path: Path, place: int, hole: str, status: int
) -> None:
    torn = [*WHOLE[:place], hole, *WHOLE[place + 1 :]]
    for pair in ((torn, WHOLE), (WHOLE, torn)):
        ran = compared(run, tmp_path, *pair)
        assert (ran.status, ran.json["differences"]) == (status, [])
        assert [ran.json[side]["unread"] for side in ("a", "b")] == [
            int(lines is torn) for lines in pair
        ]


@pytest.mark.parametrize("hole", [GAP, BROKEN])
def test_numbers_of_what_is_missing_are_no_gaps_in_them(
    run: Any, tmp_path: Path, hole: str
) -> None:
    whole = [header(), HELLO, ready(), leave(2), leave(3), leave(4), close(1000)]
    torn = [*whole[:4], hole, *whole[5:]]
    for pair in ((torn, whole), (whole, torn)):
        assert compared(run, tmp_path, *pair).json["differences"] == []


def test_a_capture_that_is_cut_off_lacks_nothing(run: Any, tmp_path: Path) -> None:
    whole = write(tmp_path, *WHOLE)
    content, cut = whole.read_bytes(), tmp_path / "cut"
    for size in range(len(capture(*WHOLE[:1])) + 1, len(content) - 1):
        if b"\n" in content[size - 1 : size + 1]:
            continue  # nobody sees that it was cut there
        cut.write_bytes(content[:size])
        ran = run("diff", cut, whole, "--format", "json")
        assert (ran.status, ran.json["differences"]) == (3, []), size


def test_what_only_a_torn_capture_has_is_a_difference(run: Any, tmp_path: Path) -> None:
    odd = s2c({"type": "server_update", "d": {"name": None, "odd": 1}, "seq": 3})
    plain = s2c({"type": "server_update", "d": {"name": "x"}, "seq": 3})
    ran = compared(
        run, tmp_path, [*WHOLE[:-1], GAP, odd, close(4005)], [*WHOLE[:-1], plain, close(1000)]
    )
    assert ran.status == 1
    assert [(one["group"], one["place"], one["what"]) for one in ran.json["differences"]] == [
        ("contents", "/d/name", "JSON types"),
        ("contents", "/d/odd", "key"),
        ("conversation", "", "end: 4005 ALREADY_AUTHENTICATED"),
        ("findings", "", "CLOSE_MEANING"),
        ("findings", "", "FIELD_TYPE"),
        ("findings", "", "UNKNOWN_FIELD"),
    ]


def test_that_something_is_not_compared_is_said(run: Any, tmp_path: Path) -> None:
    torn = [*WHOLE[:3], GAP, *WHOLE[3:]]
    paths = write(tmp_path, *torn, name="a"), write(tmp_path, *WHOLE, name="b")
    ran = run("diff", *paths)
    assert ran.out.splitlines()[-2:] == [
        "not compared, as parts of A are missing: what it lacks, or has less of",
        "nothing differs",
    ]
    assert ran.err == f"voxwire diff: {paths[0]}#c1 warning[CAPTURE_GAP] 12 bytes are missing\n"


def test_an_empty_capture_is_not_compared(run: Any, tmp_path: Path) -> None:
    empty, full = write(tmp_path, name="empty"), write(tmp_path, *WHOLE)
    for pair in ((empty, full), (full, empty)):
        ran = run("diff", *pair)
        assert (ran.status, ran.out) == (3, "")
        assert ran.err == (
            f"voxwire diff: {empty} error[CAPTURE_EMPTY] the capture is empty\n"
            "voxwire diff: there is nothing to compare, as a capture has no connection that could be read\n"
        )


# --- infer -------------------------------------------------------------------------------------


def test_a_draft_says_what_it_is_not_made_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, *WHOLE[:3], BROKEN, GAP, *WHOLE[3:])
    arguments = ["infer", "-q", "--name", "drafted", "--out", str(tmp_path / "schema"), str(path)]
    assert voxspec(arguments) == 3
    assert capsys.readouterr().err == (
        f"voxspec infer: {path}#c1 error[CAPTURE_LINE_INVALID] line 4 {WHY}\n"
        f"voxspec infer: {path}#c1 warning[CAPTURE_GAP] 12 bytes are missing\n"
    )
    assert (tmp_path / "schema" / "protocol.yaml").exists()


def test_no_draft_of_a_missing_capture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "missing.ndjson"
    arguments = ["infer", "-q", "--name", "drafted", "--out", str(tmp_path / "schema"), str(path)]
    assert voxspec(arguments) == 3
    assert capsys.readouterr().err == (
        f"voxspec infer: cannot read {path}: No such file or directory\n"
        "voxspec infer: the captures hold no frame: nothing was written\n"
    )


def test_no_draft_of_an_empty_capture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path)
    arguments = ["infer", "-q", "--name", "drafted", "--out", str(tmp_path / "schema"), str(path)]
    assert voxspec(arguments) == 3
    assert capsys.readouterr().err == (
        f"voxspec infer: {path} error[CAPTURE_EMPTY] the capture is empty\n"
        "voxspec infer: the captures hold no frame: nothing was written\n"
    )


# --- Where the output goes ---------------------------------------------------------------------


@pytest.mark.parametrize("command", OVER_MANY)
def test_nothing_is_written_of_nothing(run: Any, tmp_path: Path, command: str) -> None:
    before = tmp_path / "before"
    before.write_text("a report", "utf-8")
    for output in (before, tmp_path / "new"):
        assert run(command, write(tmp_path), "-o", output).status == 3
    assert before.read_text("utf-8") == "a report"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("command", OVER_MANY)
def test_an_output_that_cannot_be_written_is_noticed_before_reading(
    run: Any, tmp_path: Path, command: str
) -> None:
    for output in (tmp_path / "nowhere" / "new", tmp_path):
        ran = run(command, tmp_path / "missing", "-o", output)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("voxwire: cannot write: [Errno ")


def test_a_choice_that_nothing_fits_is_said(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path, header(), leave(2))
    for options in (("--only", "member_leve"), ("--connection", "2"), ("--where", "x=1")):
        said = "voxwire inspect: none of 1 frame is as the options ask for\n"
        assert run("inspect", path, *options) == (0, "", said)
