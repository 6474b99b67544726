"""Captures that say little or nothing of a change: what is said of them, and by which exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.breaking.projects import SHORTER, Project, project
from voxspec.cli.main import main

RIGHT = json.dumps({"url": "wss://host/my-chat", "ts": 1.0}) + "\n"
SAY = '{"type":"say","data":{"text":"hello"}}'


def line(text: str) -> str:
    return json.dumps({"ts": 1.0, "dir": "c2s", "opcode": "text", "text": text}) + "\n"


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return project(tmp_path)


Said = Callable[[str], tuple[int, list[str]]]


@pytest.fixture
def said(ours: Project, capsys: pytest.CaptureFixture[str]) -> Said:
    """The exit status, and the lines about captures, of a text that is one."""

    def run(text: str) -> tuple[int, list[str]]:
        Path("a.ndjson").write_text(text, "utf-8")
        options = ("--schema", "schema", "--against", "main", "--captures", "a.ndjson", "-q")
        status = main(["breaking", *options])
        out = capsys.readouterr().out.splitlines()
        return status, [line for line in out if line.startswith("captures: ")]

    return run


NOTHING = "captures: no frame could be read, so nothing can be said"


@pytest.mark.parametrize(
    ("text", "what", "then"),
    [
        ("", "a.ndjson error[CAPTURE_EMPTY] the capture is empty", NOTHING),
        (
            '{"ts": 1, "dir": "c2s",\n',
            "a.ndjson error[CAPTURE_LINE_INVALID] line 1 is not JSON: input data was truncated",
            NOTHING,
        ),
        (
            RIGHT + line(SAY) + line(SAY)[:30],
            "a.ndjson#c1 error[CAPTURE_LINE_INVALID] line 3 is not JSON: input data was truncated (the "
            "capture ends in the middle of this line)",
            "captures: nothing of 1 frame in 1 connection would be refused; what could not be read is not "
            "known",
        ),
        (
            RIGHT + line('{"type":"never"}') + line('{"type":"heard"}'),
            "a.ndjson: no frame is of a message that my-chat knows",
            "captures: no frame of 2 frames in 1 connection is of a message that the schema knows, so "
            "nothing can be said",
        ),
    ],
    ids=["empty", "damaged", "cut", "foreign"],
)
def test_what_says_little(said: Said, text: str, what: str, then: str) -> None:
    assert said(text) == (3, [f"captures: {what}", then])


def test_a_capture_of_another_address(
    said: Said, ours: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = {
        "_resourceType": "websocket",
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "request": {"url": "wss://elsewhere.example/socket"},
        "_webSocketMessages": [{"type": "send", "time": 1.0, "opcode": 1, "data": SAY}],
    }
    har = json.dumps({"log": {"version": "1.2", "entries": [entry]}})
    status, lines = said(har)
    assert (status, lines[1:]) == (3, [NOTHING])
    assert lines[0] == (
        "captures: a.ndjson error[CAPTURE_EMPTY] no connection in the capture is to the gateway"
    )


def test_a_frame_that_is_wrong_by_both_is_of_the_protocol(said: Said) -> None:
    assert said(RIGHT + line('{"type":"say","data":{"text":1}}')) == (
        0,
        ["captures: nothing that was recorded would have been refused (1 frame in 1 connection)"],
    )


def test_a_message_that_is_taken_out_is_of_the_protocol(ours: Project, said: Said) -> None:
    """The change is what it is hit by."""
    talk = ours.schema / "client" / "talk.yaml"
    text = talk.read_text("utf-8")
    talk.write_text(text.replace("\n  say:\n", "\n  tell_everybody:\n"), "utf-8")
    status, lines = said(RIGHT + line(SAY))
    assert (status, lines) == (
        1,
        [
            "captures: of 1 frame in 1 connection, 1 frame in 1 connection is hit: old clients with a new "
            "server"
        ],
    )


def test_other_formats_say_it_as_well(
    said: Said, ours: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    ours.edit(SHORTER)
    Path("a.ndjson").write_text("", "utf-8")
    options = ("--schema", "schema", "--against", "main", "--captures", "a.ndjson", "-q")
    remark = "a.ndjson error[CAPTURE_EMPTY] the capture is empty"
    assert main(["breaking", *options, "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["captures"]["remarks"] == [remark]
    assert report["captures"]["known_frames"] == 0
    main(["breaking", *options, "--format", "sarif"])
    [run] = json.loads(capsys.readouterr().out)["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert {"level": "note", "message": {"text": remark}} in notes
    main(["breaking", *options, "--format", "github"])
    assert f"::warning title=captures::{remark}" in capsys.readouterr().out


def test_of_a_conversation_that_a_bundle_does_not_say_nothing_is_hit(
    ours: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """What breaks the rules of today broke those of yesterday, as far as anybody knows."""
    begun = Path("captures/hello.ndjson").read_text("utf-8").splitlines(keepends=True)[:4]
    closed = json.dumps({"close": {"code": 4003, "reason": ""}, "ts": 1795380080.0})
    silent = "".join(begun) + line(SAY).replace('"ts": 1.0', '"ts": 1795380001.0') + closed
    Path("a.ndjson").write_text(silent, "utf-8")
    bundle = "generated/jsonschema/v1/bundle.json"
    assert main(["generate", "--schema", "schema"]) == 0
    capsys.readouterr()
    options = ("--schema", "schema", "--against", bundle, "--captures", "a.ndjson", "-q")
    assert main(["breaking", *options]) == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        "captures: nothing that was recorded would have been refused (4 frames in 1 connection)"
    )
    ours.edit(SHORTER)
    Path("a.ndjson").write_text(silent.replace("hello", "hello all"), "utf-8")
    assert main(["breaking", *options]) == 1
    assert "captures: of 4 frames in 1 connection, 1 frame in 1 connection is hit: " in (
        capsys.readouterr().out
    )
