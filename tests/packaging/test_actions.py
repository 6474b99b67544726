"""The action of GitHub and the template of GitLab: their steps, run by a shell as the platforms do."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.breaking.projects import NOTE, SHORTER, Project, project
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
    """A machine that runs a workflow. ``path`` is what steps have added to PATH; ``container`` what else
    is in its environment."""

    action: Path
    temp: Path
    container: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        added = self.temp / "path"
        lines = added.read_text("utf-8").splitlines() if added.exists() else []
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
            **self.container,
            **{name: filled(text, given) for name, text in step.get("env", {}).items()},
        }
        ran = bash(step["run"], folder, environment, "-e", "-o", "pipefail")
        return ran, summary.read_text("utf-8").removeprefix("# Before\n")


def filled(text: str, inputs: Mapping[str, str]) -> str:
    """A value of an environment with its expression worked out."""
    found = re.fullmatch(r"\$\{\{ (.+) \}\}", text)
    if found is None:
        assert "${{" not in text
        return text
    if found[1] == "github.event.repository.default_branch":
        return "main"
    return inputs[found[1].removeprefix("inputs.")]


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    folder = tmp_path_factory.mktemp("a runner")
    made = Runner(fetched(folder / "action"), folder)
    ran, _ = made.step(INSTALL, folder, python=sys.executable)
    assert ran is not None
    assert ran.status == 0, ran.err
    return made


@pytest.fixture
def ours(tmp_path: Path) -> Project:
    """A pull request as it is checked out, also one from a fork: one commit, and no branch."""
    (tmp_path / "origin").mkdir()
    origin = project(tmp_path / "origin")
    origin.git("update-ref", "refs/pull/7/merge", "HEAD")
    made = Project(tmp_path / "clone")
    origin.git("init", "--quiet", str(made.folder))
    made.git("remote", "add", "origin", (tmp_path / "origin").as_uri())
    merged = "refs/remotes/pull/7/merge"
    made.git("fetch", "--quiet", "--no-tags", "--depth=1", "origin", f"+refs/pull/7/merge:{merged}")
    made.git("checkout", "--quiet", "--force", merged)
    return made


def test_every_condition_is_known() -> None:
    assert {step["if"] for step in ACTION["runs"]["steps"] if "if" in step} == {*CONDITIONS}


def test_the_action_says_what_breaks(runner: Runner, ours: Project) -> None:
    ran, summary = runner.step(BREAKING, ours.folder, "main", schema="schema", sarif="out.sarif")
    assert ran is not None
    assert (ran.status, ran.err) == (0, "")
    assert re.fullmatch(
        r"schema against [0-9a-f]{40}:schema: nothing breaks or loses anything\n", ran.out
    )
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


def test_the_action_compares_with_where_the_schema_was(runner: Runner, ours: Project) -> None:
    ours.git("mv", "schema", "a schema")
    talk = ours.folder / "a schema" / "client" / "talk.yaml"
    talk.write_text(talk.read_text("utf-8").replace("maxLength: 500", "maxLength: 5"), "utf-8")
    inputs = {"schema": "a schema", "select": "CLIENT"}
    ran, _ = runner.step(BREAKING, ours.folder, "main", **inputs)
    assert ran is not None
    assert ran.status == 2
    assert re.search(r"no protocol.yaml in [0-9a-f]{40}:a schema; .* [0-9a-f]{40}:schema$", ran.err)
    ran, _ = runner.step(BREAKING, ours.folder, **inputs, against="main:schema")
    assert ran is not None
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.startswith("::error file=a schema/client/talk.yaml,")


def test_the_action_lets_a_new_schema_pass(runner: Runner, ours: Project) -> None:
    shutil.copytree(ours.schema, ours.folder / "other")
    ran, summary = runner.step(BREAKING, ours.folder, "main", schema="other")
    assert ran is not None
    assert (ran.status, ran.out) == (0, "other is new: there is nothing to compare it with\n")
    assert summary == "## voxspec breaking: other is new: there is nothing to compare it with\n"


def test_the_action_in_a_container_and_beside_the_repository(runner: Runner, ours: Project) -> None:
    ours.edit(SHORTER)
    of_another = replace(runner, container={"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    inputs = {"schema": f"{ours.folder.name}/schema", "against": "HEAD"}
    ran, _ = of_another.step(BREAKING, ours.folder.parent, **inputs)
    assert ran is not None
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.startswith(f"::error file={ours.folder.name}/schema/client/talk.yaml,")


def test_a_folder_with_the_name_of_the_branch_is_not_compared_with(
    runner: Runner, ours: Project
) -> None:
    """A pull request may bring one, by accident or so that nothing is found."""
    ours.edit(SHORTER)
    shutil.copytree(ours.schema, ours.folder / "main")
    (ours.folder / "v1").write_text("A file.\n", "utf-8")
    ran, _ = runner.step(BREAKING, ours.folder, "main", schema="schema", select="CLIENT")
    assert ran is not None
    assert ran.status == 1
    assert ran.out.startswith("::error file=schema/client/talk.yaml,")
    ours.git("tag", "v1")
    ours.git("switch", "--quiet", "--create", "main")  # such as a machine has that is used again
    ours.commit("old")
    ran, _ = runner.step(BREAKING, ours.folder, "main", schema="schema", select="CLIENT")
    assert ran is not None
    assert ran.status == 1
    ran, _ = runner.step(BREAKING, ours.folder, schema="schema", against="v1", select="CLIENT")
    assert ran is not None
    assert (ran.status, ran.err) == (1, "")
    ran, _ = runner.step(BREAKING, ours.folder, schema="schema", against="main")
    assert ran is not None
    assert (ran.status, ran.out) == (0, "schema against main: nothing breaks or loses anything\n")


def test_a_folder_that_there_is_not(runner: Runner, ours: Project) -> None:
    ran, summary = runner.step(BREAKING, ours.folder, "main")
    assert ran is not None
    assert (ran.status, ran.err) == (1, "")
    assert "there is no protocol.yaml in schema/v1 (name the folder" in ran.out
    assert summary.startswith("## voxspec breaking: schema/v1 has 1 mistake, ")


def test_no_input_is_an_option_or_a_command(runner: Runner, ours: Project) -> None:
    """Names of files and branches come from whoever makes a pull request."""
    inputs = {"schema": "schema $(touch a) `touch b`; touch c", "against": "--upload-pack=touch d"}
    shutil.copytree(ours.schema, ours.folder / inputs["schema"])
    ran, _ = runner.step(BREAKING, ours.folder, **inputs)
    assert ran is not None
    assert ran.status == 128
    assert "--upload-pack" in ran.err
    (ours.folder / "--output=e").write_text("{}\n", "utf-8")
    ran, _ = runner.step(VALIDATE, ours.folder, captures="*=*")
    assert ran is not None
    assert "CAPTURE" in ran.out
    ran, _ = runner.step(VALIDATE, ours.folder, captures="none*\n::warning::100%*\n")
    assert ran is not None
    assert (
        ran.out == "::error title=voxwire validate::no file is called none*%0A::warning::100%25*\n"
    )
    assert not {"a", "b", "c", "d", "e"} & {path.name for path in ours.folder.iterdir()}


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
    (ours.folder / "my captures").mkdir()
    (ours.folder / "captures" / "wrong.ndjson").rename(ours.folder / "my captures" / "a b.ndjson")
    block = "captures/*.ndjson none/*\n"
    ran, _ = runner.step(VALIDATE, ours.folder, protocol="my_chat.v1", captures=block)
    assert ran is not None
    assert (ran.status, ran.out) == (0, "")
    lines = "captures/*.ndjson\nmy captures/a *.ndjson\n"
    ran, _ = runner.step(VALIDATE, ours.folder, protocol="my_chat.v1", captures=lines)
    assert ran is not None
    assert ran.status == 1
    assert ran.out.startswith("::error file=my captures/a b.ndjson,title=FIELD_LENGTH%3A ")
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
    variables = {"VOX_SCHEMA": "schema", "CI_MERGE_REQUEST_DIFF_BASE_SHA": head(ours)}
    ran = job(runner, "voxspec-breaking", ours.folder, **variables)
    assert ran.status == 1
    assert "error[CONSTRAINT_TIGHTENED]" in ran.out
    kept = TEMPLATE["voxspec-breaking"]["artifacts"]["paths"]
    assert all((ours.folder / name).is_file() for name in kept)


def test_the_template_compares_with_where_the_branch_began(runner: Runner, tmp_path: Path) -> None:
    ours = cloned(tmp_path)
    began = head(ours)
    origin = Project(tmp_path / "origin")
    origin.edit(NOTE)
    origin.commit("What others did meanwhile")
    variables = {"VOX_SCHEMA": "schema", "CI_MERGE_REQUEST_DIFF_BASE_SHA": began}
    ran = job(runner, "voxspec-breaking", ours.folder, **variables)
    last = f"schema against {began}:schema: nothing breaks or loses anything"
    assert (ran.status, ran.out.splitlines()[-1]) == (0, last)
    target = head(origin)  # which is fetched, as this clone does not have it
    merged = {**variables, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": target}
    ran = job(runner, "voxspec-breaking", ours.folder, **merged)
    assert f"schema against {target}:schema: " in ran.out


def head(ours: Project) -> str:
    """The commit that is checked out."""
    return ours.git("rev-parse", "HEAD").strip()


def test_the_template_says_what_is_wrong_with_captures(runner: Runner, tmp_path: Path) -> None:
    for name in ("main-bot-plain.ndjson", "main-alice-phone-plain.ndjson"):
        source = ROOT / "examples" / "captures" / name
        (tmp_path / name).write_bytes(source.read_bytes())
    ran = job(runner, "voxwire-validate", tmp_path, VOX_CAPTURES="main-*.ndjson")
    assert ran.status == 1
    report = TEMPLATE["voxwire-validate"]["artifacts"]["reports"]["codequality"]
    issues = json.loads((tmp_path / report).read_text("utf-8"))
    assert {issue["check_name"] for issue in issues} >= {"REQUIRED_WHEN", "FIELD_LENGTH"}
