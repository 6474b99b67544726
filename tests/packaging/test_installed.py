"""The wheel as users get it: installed into an environment of its own, used from outside the tree."""

import json
import shutil
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, Environment
from voxmodels.v1 import registry

CAPTURES = ROOT / "examples" / "captures"

pytestmark = pytest.mark.xdist_group("wheel")


def test_voxwire_says_its_version(environment: Environment) -> None:
    done = environment.run("voxwire", "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "voxwire 0.1.0\n", "")


def test_voxwire_validates_without_any_extra(environment: Environment) -> None:
    capture = CAPTURES / "main-bot-plain.ndjson"
    done = environment.run("voxwire", "validate", "--format", "json", str(capture))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["summary"]["errors"] == 0


def test_voxspec_says_which_extra_is_missing(environment: Environment) -> None:
    done = environment.run("voxspec", "list")
    assert done.returncode == 2
    assert "vox-protocol[spec]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_models_are_there(environment: Environment) -> None:
    program = "from voxmodels.v1 import registry; print(*registry.SERVER, '/', *registry.CLIENT)"
    done = environment.run("python", "-c", program)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [*registry.SERVER, "/", *registry.CLIENT]


def test_voxspec_generates_from_the_installed_package(
    wheel: Path, environment: Environment, tmp_path: Path
) -> None:
    """With the extra, the templates, the support code and the dialect's schema are found inside the wheel."""
    shutil.copytree(ROOT / "schema" / "v1", tmp_path / "schema")
    environment.install(f"{wheel}[spec]")
    assert environment.run("voxspec", "--version").stdout == "voxspec 0.1.0\n"
    out = tmp_path / "generated"
    arguments = ("--schema", str(tmp_path / "schema"), "--out", str(out))
    done = environment.run("voxspec", "generate", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    for path in ("_checks.py", "v1/server/messages.py", "v1/strategies/_frames.py"):
        committed = ROOT / "generated" / "voxmodels" / path
        assert (out / "voxmodels" / path).read_text("utf-8") == committed.read_text("utf-8")
