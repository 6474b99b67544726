"""The ``voxspec`` command: what it prints, what it writes, how it exits."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.voxspec.tide import SCHEMA
from voxspec.cli import main

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The installed command, in a process of its own."""
    command = Path(sys.executable).parent / "voxspec"
    return subprocess.run(
        [str(command), *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_generate_writes_then_has_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["generate", "--schema", str(SCHEMA), "--out", str(tmp_path)]
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"new      {tmp_path / 'tidemodels/v3/server/harbour.py'}" in lines
    count = len(lines) - 1
    assert lines[-1] == f"{count} written, 0 deleted, 0 unchanged"
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"0 written, 0 deleted, {count} unchanged\n"


def test_check_shows_stale_missing_and_orphan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["generate", "--schema", str(SCHEMA), "--out", str(tmp_path)]
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    enums = tmp_path / "tidemodels/v3/enums.py"
    (tmp_path / "old.py").write_text(enums.read_text("utf-8"), "utf-8")
    (tmp_path / "tidemodels/v3/limits.py").unlink()
    enums.write_text(enums.read_text("utf-8").replace('"red"', '"rad"'), "utf-8")
    whole = tmp_path / "tidemodels/v3/schema.json"
    whole.write_text(whole.read_text("utf-8").replace("red", "rad", 1), "utf-8")
    capsys.readouterr()
    assert main([*arguments, "--check"]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines()[:4] == [
        f"missing  {tmp_path / 'tidemodels/v3/limits.py'}",
        f"stale    {enums}",
        f"stale    {whole}",
        f"orphan   {tmp_path / 'old.py'}",
    ]
    assert '-    RED = "rad"' in captured.out
    run = f"voxspec generate --schema {SCHEMA} --out {tmp_path}"
    assert max(map(len, captured.out.splitlines())) < 230
    assert captured.out.count(" characters)\n") == 4
    assert captured.err == f"1 missing, 2 stale, 1 orphaned; run: {run}\n"
    assert (tmp_path / "old.py").exists()


def test_the_committed_files_are_current() -> None:
    done = run("generate", "--check")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_generation_does_not_depend_on_the_hash_seed(tmp_path: Path, seed: str) -> None:
    done = run("generate", "--out", str(tmp_path), PYTHONHASHSEED=seed)
    assert done.returncode == 0
    checked = run("generate", "--check", "--out", str(tmp_path), PYTHONHASHSEED="77")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_generated_files_name_no_path_and_no_time() -> None:
    import re

    for path in (ROOT / "generated").rglob("*"):
        if path.is_file() and path.suffix in {".py", ".md", ".json"}:
            text = path.read_text("utf-8")
            assert str(ROOT) not in text, path
            assert "do not edit" in text[:2048], path
            assert not re.search(r"generated (on|at) \d", text[:2048], re.IGNORECASE), path


def test_list_as_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--schema", str(SCHEMA), "--direction", "client"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "DIRECTION  TYPE  AREA     SEQ    SUMMARY",
        "client     moor  mooring  never  Join a harbour",
        "client     ping  link     never  Are you there",
        "client     bye   link     never  The end",
        "",
        "3 messages: 3 from the client",
    ]


def test_list_as_json_has_every_message_of_the_schema() -> None:
    done = run("list", "--format", "json")
    entries = json.loads(done.stdout)
    listed = sorted((e["direction"], e["area"], e["type"]) for e in entries)
    assert listed == sorted(
        (direction, path.stem, type_)
        for direction in ("client", "server")
        for path in (ROOT / "schema" / "v1" / direction).glob("*.yaml")
        for type_ in yaml.safe_load(path.read_text("utf-8"))["messages"]
    )
    assert {
        "type": "typing",
        "direction": "client",
        "area": "presence",
        "seq": "never",
    }.items() <= (next(e for e in entries if e["type"] == "typing").items())


def test_check_says_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--schema", str(SCHEMA)]) == 0
    assert capsys.readouterr().out == "Tide link protocol v3: 10 messages, no mistakes\n"


def test_rules_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "REF_RESOLVES"]) == 0
    head = "REF_RESOLVES  MINIMAL\n  Every $ref names an entry of types.yaml.\n"
    assert capsys.readouterr().out.startswith(head)
    assert main(["rules", "client"]) == 2
    assert capsys.readouterr().err == (
        "voxspec: CLIENT says whom a change breaks, which is judged each time, whatever the rule; "
        "`voxspec rules breaking` lists the rules\n"
    )
    assert main(["rules", "breaking"]) == 0
    assert capsys.readouterr().out.startswith("BREAKING\n")
    assert main(["rules", "ref_resolve"]) == 2
    assert capsys.readouterr().err == (
        'voxspec: no rule is called ref_resolve; did you mean "REF_RESOLVES"?\n'
    )


def test_wrong_usage_exits_2() -> None:
    done = run("generate", "--no-such-option")
    assert done.returncode == 2
    assert done.stderr.startswith("usage: voxspec")


def test_help_has_examples_and_exit_codes() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "voxspec generate --check" in done.stdout
    assert "exit codes: 0 fine" in done.stdout


@pytest.mark.parametrize(
    "command",
    ["breaking", "changelog", "diff", "editors", "infer", "init", "lint", "rules"],
)
def test_examples_of_help_are_command_lines(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """None has an option or a value that the command does not take."""
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  voxspec ")]
    assert any(line.startswith(f"  voxspec {command} ") for line in lines)
    module = sys.modules["voxspec.cli.main"]
    monkeypatch.setattr(module, "_run", lambda options: 7)
    for line in lines:
        used = line.split(" > ")[0].strip().partition("  ")[0]
        assert main(shlex.split(used)[1:]) == 7, line


def test_a_missing_schema_folder_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--schema", "no/such/folder"]) == 1
    assert "there is no protocol.yaml in no/such/folder" in capsys.readouterr().err


def test_schema_files_are_found_in_both_usual_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    assert "there is no protocol.yaml in schema/v1" in capsys.readouterr().err
    assert main(["init", "my-chat"]) == 0
    assert main(["check"]) == 0
    (tmp_path / "schema").rename(tmp_path / "v1")
    (tmp_path / "schema").mkdir()
    (tmp_path / "v1").rename(tmp_path / "schema" / "v1")
    assert main(["check"]) == 0


def test_help_fits_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    commands = ("breaking", "changelog", "check", "diff", "editors", "generate", "infer", "init")
    for command in (*commands, "lint", "list", "rules"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert max(map(len, capsys.readouterr().out.splitlines())) <= 110, command


def test_a_mistake_is_one_line_whatever_stands_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What runs a command may take lines for its own, and a terminal acts on escapes."""
    (tmp_path / "protocol.yaml").write_text('"a\\n::error::b\\e[31m": 1\n', "utf-8")
    assert main(["check", "--schema", str(tmp_path)]) == 1
    *lines, last = capsys.readouterr().err.splitlines()
    assert all(line.startswith(f"{tmp_path}/protocol.yaml:1:1: error[") for line in lines)
    assert any(r"a\n::error::b\x1b[31m" in line for line in lines)
    assert last.endswith(" in the schema files")
