"""The action of GitHub and the template of GitLab: their steps, run by a shell as the platforms do."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.breaking.projects import SHORTER, Project
from tests.packaging.platforms import Ran, bash, cloned, fetched, with_capture

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
TEMPLATE = yaml.safe_load((ROOT / "ci" / "gitlab-template.yml").read_text("utf-8"))
INSTALL, BREAKING, VALIDATE = ACTION["runs"]["steps"]
CONDITIONS = {
    "inputs.against != 'none'": lambda inputs: inputs["against"] != "none",
    "inputs.captures != '' && !cancelled()": lambda inputs: inputs["captures"] != "",
}


@dataclass(frozen=True)
class Runner:
    """A machine that runs a workflow. ``path`` is what steps have added to PATH."""

    action: Path
    temp: Path

    @property
    def path(self) -> str:
        added = self.temp / "path"
        lines = added.read_text("utf-8").split() if added.exists() else []
        return ":".join([*reversed(lines), "/usr/local/bin", "/usr/bin", "/bin"])

    def step(
        self, step: Mapping[str, Any], folder: Path, base: str = "", **inputs: str
    ) -> tuple[Ran | None, str]:
        """Run a step with inputs; gives what it left behind, None where it is left out, and its summary."""
        given = {name: one["default"] for name, one in ACTION["inputs"].items()} | inputs
        if "if" in step and not CONDITIONS[step["if"]](given):
            return None, ""
        summary = self.temp / "summary.md"
        summary.write_text("# Before\n", "utf-8")
        environment = {
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_BASE_REF": base,
            "GITHUB_PATH": str(self.temp / "path"),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(self.temp),
            "PATH": self.path,
            **{name: filled(text, given) for name, text in step.get("env", {}).items()},
        }
        ran = bash(step["run"], folder, environment, "-e", "-o", "pipefail")
        return ran, summary.read_text("utf-8").removeprefix("# Before\n")


def filled(text: str, inputs: Mapping[str, str]) -> str:
    """A value of an environment with its expression worked out."""
    found = re.fullmatch(r"\$\{\{ (.+) \}\}", text)
    assert found is not None
    if found[1] == "github.event.repository.default_branch":
        return "main"
    return inputs[found[1].removeprefix("inputs.")]


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    folder = tmp_path_factory.mktemp("runner")
    made = Runner(fetched(folder / "action"), folder)
    ran, _ = made.step(INSTALL, folder, python=sys.executable)
    assert ran is not None
    assert ran.status == 0, ran.err
    return made


@pytest.fixture
def ours(tmp_path: Path) -> Project:
    """A clone as a pull request is checked out: one commit, and no branch."""
    made = cloned(tmp_path)
    made.git("checkout", "--quiet", "--detach")
    made.git("branch", "--quiet", "--delete", "--force", "main")
    made.git("update-ref", "-d", "refs/remotes/origin/main")
    made.git("symbolic-ref", "--delete", "refs/remotes/origin/HEAD")
    return made


def test_every_condition_is_known() -> None:
    assert {step["if"] for step in ACTION["runs"]["steps"] if "if" in step} == {*CONDITIONS}


def test_the_action_says_what_breaks(runner: Runner, ours: Project) -> None:
    ran, summary = runner.step(BREAKING, ours.folder, "main", schema="schema", sarif="out.sarif")
    assert ran is not None
    assert (ran.status, ran.err) == (0, "")
    assert re.fullmatch(r"schema says the same as [0-9a-f]{40}:schema\n", ran.out)
    ours.edit(SHORTER)
    for base in ("main", ""):
        ran, summary = runner.step(BREAKING, ours.folder, base, schema="schema", sarif="out.sarif")
        assert ran is not None
        assert ran.status == 1
        assert ran.out.startswith(
            "::error file=schema/client/talk.yaml,line=37,col=55,title=CONSTRAINT_TIGHTENED%3A "
        )
        assert summary.startswith("## voxspec breaking: schema against ")
        assert "| error | `CONSTRAINT_TIGHTENED` | `client/say/text/maxLength`: " in summary
        assert json.loads((ours.folder / "out.sarif").read_text("utf-8"))["version"] == "2.1.0"


def test_the_action_takes_its_inputs(runner: Runner, ours: Project) -> None:
    ours.git("tag", "v1")
    ours.edit(SHORTER)
    inputs = {"schema": "schema", "against": "v1"}
    ran, summary = runner.step(BREAKING, ours.folder, **inputs, select="SERVER")
    assert ran is not None
    assert ran.status == 0
    assert ran.out.startswith("::warning file=schema/client/talk.yaml,")
    assert "| warning |" in summary
    (ours.folder / "ok.yaml").write_text(
        'accepted:\n  - {fingerprint: b78b6793bc4577dc, reason: rare, until: "9999-12-31"}\n',
        "utf-8",
    )
    ran, summary = runner.step(BREAKING, ours.folder, **inputs, accepted="ok.yaml")
    assert ran is not None
    assert ran.status == 0
    assert "::error" not in ran.out
    assert ran.out.endswith("\nschema against v1:schema: 1 accepted break, 1 note\n")
    assert runner.step(BREAKING, ours.folder, schema="schema", against="none") == (None, "")


def test_the_action_says_what_is_wrong_with_captures(runner: Runner, ours: Project) -> None:
    assert runner.step(VALIDATE, ours.folder) == (None, "")
    (ours.folder / "my_chat").symlink_to(ours.folder / "generated" / "my_chat")
    made = bash("voxspec generate --schema schema", ours.folder, {"PATH": runner.path})
    assert made.status == 0, made.err
    inputs = {"protocol": "my_chat.v1", "captures": "captures/*.ndjson none/*"}
    ran, summary = runner.step(VALIDATE, ours.folder, **inputs)
    assert ran is not None
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert summary.startswith("## voxwire validate: nothing found\n")
    with_capture(ours, "")
    ran, summary = runner.step(VALIDATE, ours.folder, **inputs)
    assert ran is not None
    assert ran.status == 1
    assert ran.out.startswith("::error file=captures/wrong.ndjson,title=FIELD_LENGTH%3A ")
    assert summary.startswith("## voxwire validate: 1 error\n")
    ran, _ = runner.step(VALIDATE, ours.folder, protocol="my_chat.v1", captures="none/*.ndjson")
    assert ran is not None
    assert (ran.status, ran.out) == (
        2,
        "::error title=voxwire validate::no file is called none/*.ndjson\n",
    )


def job(runner: Runner, name: str, folder: Path, **variables: str) -> Ran:
    """Run the script of a job of the template."""
    environment = {
        **{key: str(value) for key, value in TEMPLATE["variables"].items()},
        "PATH": runner.path,
        **variables,
    }
    return bash("\n".join(TEMPLATE[name]["script"]), folder, environment, "-e", "-o", "pipefail")


def test_the_template_installs_what_its_variable_names(runner: Runner, tmp_path: Path) -> None:
    lines = TEMPLATE[".vox-protocol"]["before_script"]
    environment = {"PATH": runner.path, "VOX_PACKAGE": f"{runner.action}[spec,breaking]"}
    ran = bash("\n".join(lines), tmp_path, environment, "-e", "-o", "pipefail")
    assert ran.status == 0, ran.err
    assert TEMPLATE["variables"]["VOX_PACKAGE"].startswith("vox-protocol[spec,breaking] @ git+")


def test_the_template_says_what_breaks(runner: Runner, ours: Project) -> None:
    ours.edit(SHORTER)
    variables = {"VOX_SCHEMA": "schema", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    ran = job(runner, "voxspec-breaking", ours.folder, **variables)
    assert ran.status == 1
    assert "error[CONSTRAINT_TIGHTENED]" in ran.out
    kept = TEMPLATE["voxspec-breaking"]["artifacts"]["paths"]
    assert all((ours.folder / name).is_file() for name in kept)


def test_the_template_says_what_is_wrong_with_captures(runner: Runner, tmp_path: Path) -> None:
    for name in ("main-bot-plain.ndjson", "main-alice-phone-plain.ndjson"):
        source = ROOT / "examples" / "captures" / name
        (tmp_path / name).write_bytes(source.read_bytes())
    ran = job(runner, "voxwire-validate", tmp_path, VOX_CAPTURES="main-*.ndjson")
    assert ran.status == 1
    report = TEMPLATE["voxwire-validate"]["artifacts"]["reports"]["codequality"]
    issues = json.loads((tmp_path / report).read_text("utf-8"))
    assert {issue["check_name"] for issue in issues} >= {"REQUIRED_WHEN", "FIELD_LENGTH"}
