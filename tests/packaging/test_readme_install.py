"""The Install section of the README, done in an environment of its own, with every extra."""

import tomllib
from pathlib import Path

import pytest

from tests.docs.blocks import Key, commands, the_block
from tests.packaging.conftest import ROOT, Environment

INSTALL = Key("Install", "sh")
README = (ROOT / "README.md").read_text("utf-8")

pytestmark = pytest.mark.xdist_group("wheel")


def test_the_wheel_is_installed_as_the_readme_says(wheel: Path, environment: Environment) -> None:
    make, pip = commands(the_block(INSTALL))
    assert make == ["make", "wheel"]
    assert "--outdir dist" in (ROOT / "Makefile").read_text("utf-8")
    assert pip[:2] == ["pip", "install"]
    [requirement] = pip[2:]
    assert requirement == f"dist/{wheel.name}[live]"
    environment.install(requirement.replace("dist", str(wheel.parent)))
    for command in ("validate", "record", "listen", "mock"):
        done = environment.run("voxwire", command, "--help")
        assert (done.returncode, done.stderr) == (0, "")
    done = environment.run("python", "-c", "import voxwire.live; print(voxwire.live.connect)")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_extras_of_the_readme_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert f"any of `[{','.join(sorted(extras))}]` or none" in README
    for extra, requirements in extras.items():
        [row] = [line for line in README.splitlines() if line.startswith(f"| `{extra}` | ")]
        names = {requirement.partition(">")[0] for requirement in requirements}
        assert {name.strip().lower() for name in row.split("|")[2].split(",")} == names
