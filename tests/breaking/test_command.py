"""``voxspec breaking``: what fails it, the reports it writes, accepted breaks, and recorded traffic."""

from __future__ import annotations

import json
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path

import jsonschema
import pytest

from tests.breaking.projects import (
    LOOSER,
    MOOD,
    NO_MOOD,
    NOTE,
    SHORTER,
    Project,
    project,
)
from voxspec.cli import breaking_run
from voxspec.cli.main import main
from voxwire.capture import Frame, read_capture

SHORTER_PRINT = "b78b6793bc4577dc"
"""The fingerprint of the text that is shorter."""
TODAY = date(2026, 6, 1)
REPORT = json.loads(
    (Path(__file__).parents[2] / "docs" / "breaking.schema.json").read_text("utf-8")
)
START = 1_700_000_000.0
"""When captures begin, as Unix time."""


class Run:
    """Runs the command in the folder of a project."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> int:
        try:
            status = main(
                ["breaking", "--schema", "schema", "--against", "main", *map(str, arguments)]
            )
        except SystemExit as error:
            status = int(str(error.code))
        self.out, self.err = self._capsys.readouterr()
        return status

    def json(self, *arguments: object) -> tuple[int, dict[str, object]]:
        status = self("--format", "json", *arguments)
        found: dict[str, object] = json.loads(self.out)
        return status, found


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(breaking_run, "today", lambda: TODAY)
    return project(tmp_path)


def test_nothing_has_changed(ours: Project, run: Run) -> None:
    assert run() == 0
    assert run.out == "schema against main:schema: nothing breaks or loses anything\n"


def test_what_is_chosen_fails(ours: Project, run: Run) -> None:
    ours.edit(LOOSER, NOTE)
    assert run() == 1
    assert "\n  client/join/nickname · required → optional · SERVER, SOURCE\n" in run.out
    assert "\nschema against main:schema: 1 break, 2 other changes not listed (--all)\n" in run.out
    assert run("--select", "CLIENT") == 0
    assert run.out == "schema against main:schema: 3 other changes not listed (--all)\n"
    assert run("--all", "--select", "client, session") == 0
    assert run.out.endswith("main:schema: 1 break of kinds that are let pass, 2 notes\n")
    assert run("--select", "NOTE") == 1


def test_reports_are_written_beside(ours: Project, run: Run) -> None:
    ours.edit(SHORTER, NOTE)
    reports = ("json=a.json", "sarif=a.sarif", "markdown=a.md", "github=a.txt", "text=b.txt")
    assert run("--format", "github", *(f"--write={report}" for report in reports)) == 1
    assert run.out.startswith("::error file=schema/client/talk.yaml,line=37,col=55,title=")
    assert len(json.loads(Path("a.json").read_text("utf-8"))["changes"]) == 3
    assert len(json.loads(Path("a.sarif").read_text("utf-8"))["runs"][0]["results"]) == 3
    assert Path("a.md").read_text("utf-8").startswith("## voxspec breaking: ")
    assert "::notice " in Path("a.txt").read_text("utf-8")
    assert "note[FIELD_ADDED]" in Path("b.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "options",
    [
        ("--proofs", "traffic.ndjson", "--captures", "traffic.ndjson"),
        ("--write", "json=schema/types.yaml"),
        ("--write", "text=breaking.yaml"),
    ],
)
def test_what_is_read_is_not_written_to(ours: Project, run: Run, options: tuple[str, ...]) -> None:
    ours.edit(SHORTER)
    Path("traffic.ndjson").write_text("{}\n", "utf-8")
    Path("breaking.yaml").write_text("accepted:\n", "utf-8")
    file = Path(options[1].rpartition("=")[2])
    before = file.read_bytes()
    assert run(*options) == 2
    assert run.err == f"voxspec breaking: {file} is what is read; write to another file\n"
    assert file.read_bytes() == before


def test_a_file_is_of_one_report(ours: Project, run: Run) -> None:
    assert run("--write", "json=a", "--write", "text=./a") == 2
    assert run.err == (
        "voxspec breaking: a would be written twice; give each report a file of its own\n"
    )
    assert not Path("a").exists()


def test_what_is_no_plain_file_loses_nothing(ours: Project, run: Run) -> None:
    assert run("--write", "json=/dev/null", "--write", "text=/dev/null") == 0


def test_proofs_are_a_capture(ours: Project, run: Run) -> None:
    ours.edit(LOOSER, MOOD)
    assert run("--proofs", "proofs.ndjson") == 1
    frames = [
        (event.direction, json.loads(event.data))
        for event in read_capture("proofs.ndjson")
        if isinstance(event, Frame)
    ]
    assert frames == [
        ("c2s", {"type": "say", "data": {"text": "a"}}),
        ("c2s", {"type": "join", "data": {"token": ""}}),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--select", "CLIENTS"], "no category is called 'CLIENTS'; known are CLIENT, SERVER"),
        (["--select", ","], "argument --select/--category: names no category; leave it out"),
        (["--write", "html=a"], "'html=a' is no FORMAT=FILE, with a format of text, json"),
        (["--write", "json="], "'json=' is no FORMAT=FILE"),
        (["--accept", "x"], "--accept, --reason and --until are given together"),
        (["--reason", "x", "--until", "2026-12-31"], "are given together"),
        (["--accept", "x", "--reason", " ", "--until", "2026-12-31"], "it says nothing"),
        (["--accept", "x", "--reason", "\udcff", "--until", "2026-12-31"], "it is not UTF-8"),
        (["--accept", "x", "--reason", "y", "--until", "soon"], "'soon' is no day such as 2026-"),
        (["--captures", "a", "--from", "nowhere"], 'no format is called "nowhere"; known here: '),
        (
            ["--accepted", "none.yaml"],
            "none.yaml:1:1: error[ACCEPTED_FILE] cannot be read: No such",
        ),
    ],
)
def test_wrong_usage(ours: Project, run: Run, arguments: list[str], said: str) -> None:
    assert run(*arguments) == 2
    assert said in run.err


def test_a_day_that_is_over_is_refused(ours: Project, run: Run) -> None:
    ours.edit(SHORTER)
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert run("--accept", SHORTER_PRINT, "--reason", "rare", "--until", yesterday) == 2
    assert run.err == (
        f"voxspec breaking: --until {yesterday} is over: name a day that is yet to come\n"
    )
    assert run("--accept", SHORTER_PRINT, "--reason", "rare", "--until", TODAY.isoformat()) == 0


def test_a_reference_with_mistakes(ours: Project, run: Run) -> None:
    ours.edit(("types.yaml", "maxLength: 32", "maxLenght: 32"))
    ours.commit("A mistake")
    ours.edit(("types.yaml", "maxLenght: 32", "maxLength: 32"))
    assert run() == 2
    *mistakes, last = run.err.splitlines()
    assert last == "voxspec breaking: the schema of main has mistakes"
    assert [line.partition("error[")[2].partition("]")[0] for line in mistakes] == [
        "NO_UNKNOWN_KEYWORD"
    ]


def test_mistakes_in_the_schema_are_said_in_every_format(ours: Project, run: Run) -> None:
    ours.edit(("types.yaml", "maxLength: 32", "maxLenght: 32"))
    place = "schema/types.yaml:8:5"
    assert run("--write", "json=a.json", "--write", "text=a.txt") == 1
    assert run.out == ""
    assert run.err.startswith(f"{place}: error[NO_UNKNOWN_KEYWORD] ")
    assert Path("a.txt").read_text("utf-8").startswith(f"{place}: error[NO_UNKNOWN_KEYWORD] ")
    status, report = run.json()
    assert status == 1
    assert report == json.loads(Path("a.json").read_text("utf-8"))
    assert isinstance(report["mistakes"], list)
    [mistake] = report["mistakes"]
    assert mistake["rule"] == "NO_UNKNOWN_KEYWORD"
    assert mistake["where"] == {"file": "schema/types.yaml", "line": 8, "column": 5}
    assert isinstance(report["summary"], dict)
    assert report["summary"]["fails"] is True
    jsonschema.Draft202012Validator(REPORT).validate(report)
    assert run("--format", "github") == 1
    first, last = run.out.splitlines()
    assert first.startswith(
        "::error file=schema/types.yaml,line=8,col=5,title=NO_UNKNOWN_KEYWORD::"
    )
    assert last == "schema has 1 mistake, so that nothing was compared"
    assert run("--format", "markdown") == 1
    assert f"- `{place}`: `NO_UNKNOWN_KEYWORD` " in run.out
    assert run("--format", "sarif") == 1
    [log] = json.loads(run.out)["runs"]
    assert [one["ruleId"] for one in log["results"]] == ["NO_UNKNOWN_KEYWORD"]


def test_captures_that_nothing_reads(
    ours: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())
    assert run("--captures", "captures/hello.ndjson", "-q") == 2
    assert run.err.startswith("voxspec breaking: nothing that is installed reads captures: ")


def test_a_break_is_accepted(ours: Project, run: Run) -> None:
    ours.edit(SHORTER, LOOSER)
    options = ("--reason", "nobody says much", "--until", "2026-06-01")
    assert run("--accept", SHORTER_PRINT, *options) == 0
    assert run.out == (
        "breaking.yaml: accepted until 2026-06-01: CONSTRAINT_TIGHTENED client/say/text/maxLength\n"
    )
    assert (
        Path("breaking.yaml")
        .read_text("utf-8")
        .endswith(
            f"""
accepted:
  - fingerprint: "{SHORTER_PRINT}"
    rule: CONSTRAINT_TIGHTENED
    subject: "client/say/text/maxLength"
    reason: "nobody says much"
    until: 2026-06-01
"""
        )
    )
    assert run() == 1
    assert "schema against main:schema: 1 break, 1 accepted break, 1 other change not" in run.out
    ours.edit((*LOOSER[:1], LOOSER[2], LOOSER[1]))
    assert run() == 0
    assert "warning[CONSTRAINT_TIGHTENED]" in run.out
    assert " · accepted until 2026-06-01: nobody says much\n" in run.out
    assert len(run.out.splitlines()) == 3


def test_a_file_that_settings_name_is_made_when_it_is_needed(ours: Project, run: Run) -> None:
    ours.edit(SHORTER)
    Path("pyproject.toml").write_text(
        '[tool.voxspec.breaking]\naccepted = "ci/breaking.yaml"\n', "utf-8"
    )
    assert run() == 1
    assert run("--accept", SHORTER_PRINT, "--reason", "rare", "--until", "2026-06-01") == 0
    assert run.out.startswith("ci/breaking.yaml: accepted until 2026-06-01: ")
    assert run() == 0


def test_accepted_breaks_stand_beside_the_project_wherever_one_is(
    ours: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.edit(SHORTER)
    below = ours.folder / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    (ours.folder / "pyproject.toml").unlink()
    options = ("--schema", "../schema", "--accept", SHORTER_PRINT, "--reason", "rare")
    assert run(*options, "--until", "2026-06-01") == 0
    assert run.out.startswith(f"{ours.folder / 'breaking.yaml'}: accepted until 2026-06-01: ")
    monkeypatch.chdir(ours.folder)
    assert run() == 0
    assert " · accepted until 2026-06-01: rare\n" in run.out


def test_it_fails_again_when_the_day_is_over(
    ours: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.edit(SHORTER)
    options = ("--accepted", "ci/accepted.yaml")
    Path("ci").mkdir()
    wanted = ("--accept", SHORTER_PRINT, "--reason", "rare", "--until", "2026-06-01")
    assert run(*options, *wanted) == 0
    assert run(*options) == 0
    monkeypatch.setattr(breaking_run, "today", lambda: date(2026, 6, 2))
    assert run(*options) == 1
    assert "  accepted until 2026-06-01, which is over: rare\n" in run.out
    assert (
        f"warning: ci/accepted.yaml:4:5: the acceptance of {SHORTER_PRINT} was over on 2026-06-01: "
        "rare\n"
    ) in run.out
    again = ("--accept", SHORTER_PRINT, "--reason", "still rare", "--until", "2026-07-01")
    assert run(*options, *again) == 0
    assert run(*options) == 0
    assert "rare\n" in run.out
    assert "over" not in run.out


def test_an_acceptance_of_nothing_is_said(ours: Project, run: Run) -> None:
    ours.edit(SHORTER)
    assert run("--accept", SHORTER_PRINT, "--reason", "rare", "--until", "2026-12-31") == 0
    ours.edit((*SHORTER[:1], SHORTER[2], SHORTER[1]))
    assert run() == 0
    assert run.out == (
        f"warning: breaking.yaml:4:5: {SHORTER_PRINT} is none of these changes: take the entry out\n"
        "schema against main:schema: nothing breaks or loses anything\n"
    )


def test_a_file_is_added_to_as_it_is(ours: Project, run: Run) -> None:
    ours.edit(SHORTER)
    options = ("--accept", SHORTER_PRINT, "--reason", "rare", "--until", "2026-12-31")
    Path("breaking.yaml").write_bytes(b"\xff")
    assert run(*options) == 2
    assert run.err == (
        "breaking.yaml:1:1: error[ACCEPTED_FILE] the file is not UTF-8 (save it as UTF-8)\n"
        "voxspec breaking: the file of accepted breaks is wrong\n"
    )
    Path("breaking.yaml").write_bytes(b"# ours\r\naccepted: []\r\n")
    assert run(*options) == 0
    written = Path("breaking.yaml").read_bytes()
    assert written.startswith(b"# ours\r\naccepted:\r\n  - fingerprint: ")
    assert written.count(b"\n") == written.count(b"\r\n") == 7
    assert run() == 0


def test_acceptances_are_no_part_of_a_schema(
    ours: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.edit(SHORTER)
    accept = ("--accept", SHORTER_PRINT, "--reason", "rare", "--until", "2026-12-31")
    monkeypatch.chdir("schema")
    Path(".accepted").mkdir()
    here = ("--schema", ".", *accept, "--accepted")
    assert run(*here, "breaking.yaml") == 2
    assert run.err == (
        "voxspec breaking: breaking.yaml would be in the folder of the schema, where nothing but the "
        "schema is; --accepted names another file\n"
    )
    assert run(*here, ".accepted/breaking.yaml") == 0
    assert run("--schema", ".", "--accepted", ".accepted/breaking.yaml") == 0


def test_what_cannot_be_accepted(ours: Project, run: Run) -> None:
    options = ("--reason", "rare", "--until", "2026-12-31")
    assert run("--accept", "0000000000000000", *options) == 2
    assert run.err == (
        "voxspec breaking: no change has the fingerprint 0000000000000000 (nothing fails)\n"
    )
    ours.edit(SHORTER, NOTE)
    assert run("--accept", "0000000000000000", *options) == 2
    assert run.err.endswith(f" (known here: {SHORTER_PRINT})\n")
    assert run("--accept", "b78b6793bc4577dd", *options) == 2
    assert f'(did you mean "{SHORTER_PRINT}"?)' in run.err
    assert not Path("breaking.yaml").exists()
    Path("breaking.yaml").write_text("accepted: 1\n", "utf-8")
    for arguments in ((), ("--accept", SHORTER_PRINT, *options)):
        assert run(*arguments) == 2
        assert run.err == (
            'breaking.yaml:1:11: error[ACCEPTED_FILE] "accepted" is no list (each entry begins with a '
            "hyphen)\nvoxspec breaking: the file of accepted breaks is wrong\n"
        )


def frame(way: str, type_: str, at: float, seq: int | None = None, **data: object) -> str:
    told = {"type": type_, **({"data": data} if data else {}), **({"seq": seq} if seq else {})}
    return (
        json.dumps({"ts": START + at, "dir": way, "opcode": "text", "text": json.dumps(told)})
        + "\n"
    )


def conversation(*frames: str, join_at: float = 1.0) -> str:
    return "".join(
        (
            json.dumps({"url": "wss://host/my-chat", "ts": START}) + "\n",
            frame("s2c", "welcome", 0.0, heartbeat_interval=30000),
            frame("c2s", "join", join_at, token="example-token", nickname="Ada"),
            frame("s2c", "joined", join_at, 1, session_id="sess_example"),
            *frames,
        )
    )


def test_captures_say_what_would_have_been_hit(ours: Project, run: Run) -> None:
    ours.edit(SHORTER, NO_MOOD)
    say = [frame("c2s", "say", 2.0, text=text) for text in ("short", "longer", "longer still")]
    said = [
        frame("s2c", "said", 2.0, number, nickname="Ada", text=text)
        for number, text in ((2, "a"), (3, "b"))
    ]
    wrong = frame("c2s", "say", 2.0, text="x" * 501)
    Path("a.ndjson").write_text(conversation(*say, wrong), "utf-8")
    Path("b.ndjson").write_text(conversation(*say, *said) + conversation(), "utf-8")
    status, report = run.json("--captures", "a.ndjson", "b.ndjson", "-q")
    clients = {
        "who": "old_clients",
        "frames": 4,
        "connections": 2,
        "first": "a.ndjson#c1:5",
        "said": 'FIELD_LENGTH /data/text "text" must have at most 5 characters; got 6',
    }
    servers = {
        "who": "new_clients",
        "frames": 2,
        "connections": 1,
        "first": "b.ndjson#c1:7",
        "said": 'FIELD_MISSING /data "data" lacks "mood"',
    }
    assert status == 1
    assert report["captures"] == {
        "frames": 18,
        "connections": 3,
        "hit": [clients, servers],
        "known_frames": 18,
        "others": [],
        "unread": {},
        "remarks": [],
    }
    changes = report["changes"]
    assert isinstance(changes, list)
    assert {change["subject"]: change["hits"] for change in changes} == {
        "client/say/text/maxLength": [clients],
        "server/said/mood": [servers],
    }


def test_captures_say_which_conversations_would_have_been_hit(ours: Project, run: Run) -> None:
    ours.edit(
        (
            "session.yaml",
            "    value: 10\n    unit: s\n    limit:",
            "    value: 3\n    unit: s\n    limit:",
        )
    )
    Path("a.ndjson").write_text(conversation(join_at=7.0) + conversation(), "utf-8")
    _, report = run.json("--captures", "a.ndjson", "-q")
    assert isinstance(report["captures"], dict)
    (hit,) = report["captures"]["hit"]
    assert hit.pop("said").startswith("MESSAGE_LATE ")
    assert hit == {
        "who": "old_clients",
        "frames": 1,
        "connections": 1,
        "first": "a.ndjson#c1:2",
    }


def test_nothing_that_was_recorded_is_hit(ours: Project, run: Run) -> None:
    ours.edit(LOOSER)
    assert run("--captures", "captures/hello.ndjson", "-q") == 1
    assert (
        "captures: nothing that was recorded would have been refused (7 frames in 1 connection)\n"
    ) in run.out


def test_a_capture_that_cannot_be_read(ours: Project, run: Run) -> None:
    assert run("--captures", "captures/hello.ndjson", "Makefile", "-q") == 3
    assert "error: cannot read Makefile: this is no capture" in run.out
    ours.edit(SHORTER)
    assert run("--captures", "Makefile", "-q") == 1


def test_settings_say_what_fails(ours: Project, run: Run) -> None:
    ours.edit(LOOSER)
    settings = Path("pyproject.toml")
    settings.write_text('[tool.voxspec.breaking]\nselect = ["CLIENT"]\n', "utf-8")
    assert run() == 0
    assert run("--select", "SERVER") == 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("selected = []", 'tool.voxspec.breaking.selected: unknown key; did you mean "select"?'),
        (
            'select = "CLIENT"',
            'tool.voxspec.breaking.select: is no list of categories; write ["CLIENT"]',
        ),
        (
            'select = ["CLIENTS"]',
            "tool.voxspec.breaking.select: no category is called 'CLIENTS'; did you mean \"CLIENT\"?",
        ),
        (
            "select = []",
            "tool.voxspec.breaking.select: names no category; leave it out for all but NOTE",
        ),
        ("accepted = 1", "tool.voxspec.breaking.accepted: is no name of a file"),
    ],
)
def test_settings_that_are_wrong(ours: Project, run: Run, table: str, said: str) -> None:
    path = ours.folder / "pyproject.toml"
    path.write_text(f"[tool.voxspec.breaking]\n{table}\n", "utf-8")
    assert run() == 2
    assert run.err == f"voxspec breaking: {path}: {said}\n"


def test_a_frame_that_is_hit_twice_is_counted_for_each_cause(ours: Project, run: Run) -> None:
    limit = "    value: {}\n    unit: s\n    limit:"
    ours.edit(
        ("session.yaml", limit.format(10), limit.format(3)),
        ("types.yaml", "maxLength: 32", "maxLength: 2"),
        ("client/talk.yaml", "nickname: Ada}", "nickname: Al}"),
        ("server/talk.yaml", "nickname: Ada,", "nickname: Al,"),
    )
    Path("a.ndjson").write_text(conversation(join_at=7.0), "utf-8")
    _, report = run.json("--captures", "a.ndjson", "-q")
    changes = report["changes"]
    assert isinstance(changes, list)
    hit = {change["subject"]: len(change["hits"]) for change in changes}
    assert hit["types/nickname/maxLength"] == 1
    assert hit["session/timers/first_message"] == 1
