"""The hooks of ``.pre-commit-hooks.yaml``, run by pre-commit in somebody's repository."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.breaking.projects import NOTE, SHORTER, Project
from tests.packaging.platforms import Ran, bash, cloned, fetched

ROOT = Path(__file__).parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def test_the_environment_of_hooks_has_what_the_extras_bring() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [
        *extras["optional-dependencies"]["spec"],
        *extras["optional-dependencies"]["breaking"],
    ]
    for hook in HOOKS:
        assert hook["additional_dependencies"] == needed


class Hooked:
    """A clone in which pre-commit is installed, with the environment that it makes for the hooks."""

    def __init__(self, ours: Project, home: Path) -> None:
        self.ours = ours
        self.home = home
        self._environment = {
            "PRE_COMMIT_HOME": str(home),
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            **{f"GIT_{who}_NAME": "Ada" for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": "ada@example.org" for who in ("AUTHOR", "COMMITTER")},
        }

    def run(self, script: str) -> Ran:
        return bash(script, self.ours.folder, self._environment)


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Hooked:
    folder = tmp_path_factory.mktemp("pre-commit")
    hooks = fetched(folder / "hooks")
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=hooks, check=True, capture_output=True, encoding="utf-8"
    ).stdout.strip()
    ours = cloned(folder)
    (ours.folder / ".pre-commit-config.yaml").write_text(
        f"""\
repos:
  - repo: {hooks}
    rev: {head}
    hooks:
      - id: voxspec-lint
        args: [--schema, schema]
      - id: voxspec-check-generated
        args: [--schema, schema]
      - id: voxspec-breaking
        args: [--schema, schema, --against, origin/HEAD...]
""",
        "utf-8",
    )
    made = Hooked(ours, folder / "home")
    generated = made.run("voxspec generate --schema schema && git add --all && pre-commit install")
    assert generated.status == 0, generated.err
    first = made.run("git commit --message 'With hooks'")
    assert first.status == 0, first.out + first.err
    return made


def told(ran: Ran) -> dict[str, str]:
    """How each hook ended."""
    return dict(re.findall(r"^(voxspec [\w -]*\w)\.*(?:\(.*\))?(\w+)$", ran.out + ran.err, re.M))


def test_what_is_in_order_is_committed(hooked: Hooked) -> None:
    ran = hooked.run("pre-commit run --all-files")
    assert told(ran) == {
        "voxspec lint": "Passed",
        "voxspec generate --check": "Passed",
        "voxspec breaking": "Passed",
    }
    assert ran.status == 0


def test_what_breaks_somebody_is_not_committed(hooked: Hooked) -> None:
    hooked.ours.edit(SHORTER)
    try:
        assert hooked.run("voxspec generate --schema schema && git add --all").status == 0
        ran = hooked.run("git commit --message 'Shorter'")
    finally:
        assert hooked.run("git reset --quiet --hard").status == 0
    assert ran.status == 1
    assert told(ran)["voxspec breaking"] == "Failed"
    assert told(ran)["voxspec generate --check"] == "Passed"
    assert "error[CONSTRAINT_TIGHTENED]" in ran.out + ran.err


def test_what_is_not_generated_is_not_committed(hooked: Hooked) -> None:
    hooked.ours.edit(NOTE)
    try:
        assert hooked.run("git add --all").status == 0
        ran = hooked.run("git commit --message 'One more key'")
    finally:
        assert hooked.run("git reset --quiet --hard").status == 0
    assert ran.status == 1
    assert told(ran)["voxspec breaking"] == "Passed"
    assert told(ran)["voxspec generate --check"] == "Failed"


def test_a_file_that_is_deleted_is_looked_for(hooked: Hooked) -> None:
    """Of which pre-commit gives hooks no name, so that they must not wait for one."""
    try:
        assert hooked.run("git rm --quiet schema/client/talk.yaml").status == 0
        ran = hooked.run("git commit --message 'Nothing from clients'")
    finally:
        assert hooked.run("git reset --quiet --hard").status == 0
    assert ran.status == 1
    assert told(ran) == {
        "voxspec lint": "Failed",
        "voxspec generate --check": "Failed",
        "voxspec breaking": "Failed",
    }


def test_what_others_did_meanwhile_is_not_held_against_a_branch(hooked: Hooked) -> None:
    origin = Project(hooked.ours.folder.parent / "origin")
    origin.edit(NOTE)
    origin.commit("One more key")
    ran = hooked.run("git fetch --quiet && pre-commit run --all-files")
    assert told(ran)["voxspec breaking"] == "Passed"


def test_the_first_commit_of_a_repository(hooked: Hooked) -> None:
    first = hooked.ours.folder.parent / "first"
    hooked.run(f"git clone --quiet . {first}")
    ours = Hooked(Project(first), hooked.home)
    script = "rm -rf .git && git init --quiet && pre-commit install && git add --all"
    assert ours.run(script).status == 0
    ran = ours.run("git commit --message 'The beginning'")
    assert told(ran)["voxspec breaking"] == "Passed"
    assert ran.status == 0
