"""The page about what a change breaks: its blocks are run, and what they name is there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.breaking.projects import MOOD, NOTE, SHORTER, Project, project
from tests.docs.blocks import ROOT, Key, all_blocks, blocks, commands, the_block
from voxspec.cli.main import main

PAGE = "docs/change-safety.md"
FIRST = "What a change breaks"
ACCEPTED = "Breaks that you accept"
CONVERSATIONS = "Conversations"
TRAFFIC = "How much of your traffic it hits"
NEW = "What is new"
CLAIMED = {
    Key(FIRST, "sh"),
    Key(FIRST, "console"),
    Key(FIRST, "toml"),
    Key(CONVERSATIONS, "console"),
    Key(ACCEPTED, "sh"),
    Key(ACCEPTED, "yaml"),
    Key(TRAFFIC, "sh"),
    Key(NEW, "console"),
    Key("In pre-commit", "yaml"),
    Key("On GitHub", "yaml"),
    Key("On GitLab", "yaml"),
}


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The repository of which the page speaks."""
    monkeypatch.chdir(tmp_path)
    made = project(tmp_path)
    made.edit(("client/talk.yaml", "maxLength: 500", "maxLength: 6"))
    made.commit("Six letters")
    made.edit(("client/talk.yaml", "maxLength: 6", "maxLength: 5"))
    return made


def run(block: str) -> int:
    [[program, *arguments]] = commands(block)
    assert program == "voxspec"
    return main(arguments)


def test_every_block_is_claimed_by_a_check() -> None:
    assert {key for key, _ in blocks(PAGE)} == CLAIMED


def test_a_change_is_said_as_shown(ours: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(the_block(Key(FIRST, "sh"), PAGE)) == 1
    assert capsys.readouterr().out == the_block(Key(FIRST, "console"), PAGE)


def test_a_conversation_is_said_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    limit = "unit: s\n    limit: first_message_timeout"
    before, after = (f"value: {seconds}\n    {limit}" for seconds in (10, 5))
    project(tmp_path).edit(("session.yaml", before, after))
    assert run(the_block(Key(FIRST, "sh"), PAGE)) == 1
    shown = the_block(Key(CONVERSATIONS, "console"), PAGE)
    assert capsys.readouterr().out.startswith(f"{shown}\nschema against main:schema: 1 break")


def test_settings_are_taken_as_shown(ours: Project) -> None:
    with (ours.folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(the_block(Key(FIRST, "toml"), PAGE))
    assert run(the_block(Key(FIRST, "sh"), PAGE)) == 1
    assert run(the_block(Key(ACCEPTED, "sh"), PAGE)) == 0
    assert (ours.folder / "ci" / "breaking.yaml").is_file()
    assert run(the_block(Key(FIRST, "sh"), PAGE)) == 0


def test_a_break_is_accepted_as_shown(ours: Project) -> None:
    assert run(the_block(Key(ACCEPTED, "sh"), PAGE)) == 0
    written = (ours.folder / "breaking.yaml").read_text("utf-8")
    assert written.endswith(the_block(Key(ACCEPTED, "yaml"), PAGE))


def test_captures_are_looked_at_as_shown(ours: Project, capsys: pytest.CaptureFixture[str]) -> None:
    [[_, *arguments]] = commands(the_block(Key(TRAFFIC, "sh"), PAGE))
    expanded = [str(path) for path in sorted(Path().glob(arguments[-1]))]
    assert main([*arguments[:-1], *expanded, "-q"]) == 1
    assert "captures: nothing that was recorded would have been refused" in capsys.readouterr().out


def test_all_that_differs_is_said_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    made = project(tmp_path)
    made.git("tag", "v1.2")
    renamed = ("established: talking", "established: chatting"), ("  talking:\n", "  chatting:\n")
    made.edit(MOOD, SHORTER, NOTE, *(("session.yaml", *each) for each in renamed))
    assert main(["diff", "--schema", "schema", "--against", "v1.2"]) == 1
    assert capsys.readouterr().out == the_block(Key(NEW, "console"), PAGE)


def test_the_hooks_are_there() -> None:
    [repository] = yaml.safe_load(the_block(Key("In pre-commit", "yaml"), PAGE))["repos"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in hooks]


def test_the_inputs_and_variables_are_there() -> None:
    workflow = yaml.safe_load(the_block(Key("On GitHub", "yaml"), PAGE))
    step = workflow["jobs"]["protocol"]["steps"][1]
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert {*step["with"]} <= {*action["inputs"]}
    [gitlab] = all_blocks(Key("On GitLab", "yaml"), PAGE)
    template = yaml.safe_load((ROOT / "ci" / "gitlab-template.yml").read_text("utf-8"))
    named = {*yaml.safe_load(gitlab)["variables"]}
    assert named - {"PYTHONPATH"} <= {*template["variables"]}
