"""What the README shows is what happens: its commands and its Python lines are run."""

import doctest
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", _blocks("console"))
def test_commands_print_what_the_readme_shows(block: str) -> None:
    command, _, expected = block.partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    done = subprocess.run(
        [Path(sys.executable).parent / Path(program).name, *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout + done.stderr == expected


def test_the_python_lines_do_what_the_readme_shows() -> None:
    session = "".join(_blocks("pycon"))
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    report: list[str] = []
    results = doctest.DocTestRunner().run(test, out=report.append)
    assert (results.failed, results.attempted > 3) == (0, True), "".join(report)


def test_the_readme_starts_with_two_commands() -> None:
    first = _blocks("sh")[0]
    assert re.findall(r"^make (\w+)", first, re.MULTILINE) == ["validate", "test"]


def test_make_targets_in_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert named - targets == set()
    assert {"validate", "test", "generate", "check", "wheel", "fuzz"} <= named


def test_the_wheel_that_the_readme_names_has_the_current_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"vox_protocol-{project['version']}-py3-none-any.whl" in README


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    commands = [line for line in script.splitlines() if line.startswith("make")]
    assert commands == ["make test", "make check"]
