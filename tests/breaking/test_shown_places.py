"""Where programs that show files show what was taken out: at what it was part of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.breaking.projects import Project, project
from voxspec.cli.main import main

Edit = tuple[str, str, str]
VALUE: tuple[Edit, ...] = (
    ("types.yaml", "enum: [plain, loud, joking]", "enum: [plain, loud]"),
    ("types.yaml", ", joking: With a wink.", ""),
)
FIELD: tuple[Edit, ...] = (
    (
        "client/talk.yaml",
        "        mood: {$ref: mood, description: How it is meant.}\n",
        "",
    ),
    ("client/talk.yaml", "text: Hello, mood: plain", "text: Hello"),
)
CODE: tuple[Edit, ...] = (
    (
        "close_codes.yaml",
        "  4005: {name: SPARE, recovery: identify, description: Not used.}\n",
        "",
    ),
)
SPARE: Edit = (
    "close_codes.yaml",
    "close_codes:\n",
    f"close_codes:\n{CODE[0][1]}",
)


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    made = project(tmp_path)
    made.edit(SPARE)
    made.commit("One code more")
    return made


def line_of(ours: Project, file: str, begin: str) -> int:
    lines = (ours.schema / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(begin))


@pytest.mark.parametrize(
    ("edits", "subject", "file", "begin"),
    [
        (VALUE, "types/mood/values/joking", "types.yaml", "mood:"),
        (FIELD, "client/say/mood", "client/talk.yaml", "say:"),
        (CODE, "close_codes/4005", "close_codes.yaml", "close_codes:"),
    ],
    ids=["value", "field", "code"],
)
def test_what_is_gone_is_shown_where_it_was(
    ours: Project,
    capsys: pytest.CaptureFixture[str],
    edits: tuple[Edit, ...],
    subject: str,
    file: str,
    begin: str,
) -> None:
    ours.edit(*edits)
    options = ("breaking", "--schema", "schema", "--against", "main", "--all", "--format")
    main([*options, "github"])
    line = line_of(ours, file, begin)
    [said] = [one for one in capsys.readouterr().out.splitlines() if f"%3A {subject}::" in one]
    assert f" file=schema/{file},line={line},col=" in said
    main([*options, "sarif"])
    [run] = json.loads(capsys.readouterr().out)["runs"]
    [place] = [
        one["locations"][0]["physicalLocation"]
        for one in run["results"]
        if one["properties"]["subject"] == subject
    ]
    assert place["artifactLocation"]["uri"] == f"schema/{file}"
    assert place["region"]["startLine"] == line


def test_what_was_in_a_file_that_is_gone_is_shown_at_the_protocol(
    ours: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (ours.schema / "client" / "more.yaml").write_text(
        "area: more\ntitle: More\ndescription: More.\nmessages:\n  wave:\n    summary: Hello\n"
        "    description: Waves.\n    audience: everybody\n    seq: never\n    payload: false\n    examples: [{summary: One}]\n",
        "utf-8",
    )
    ours.commit("A file more")
    (ours.schema / "client" / "more.yaml").unlink()
    main(["breaking", "--schema", "schema", "--against", "main", "--all", "--format", "github"])
    assert " file=schema/protocol.yaml,title=MESSAGE_NO_DELETE%3A client/wave::" in (
        capsys.readouterr().out
    )
