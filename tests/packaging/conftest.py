"""The wheel of this tree, built once a session, and an environment that it is installed into."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Environment:
    """A virtual environment of its own, used from a folder outside the source tree."""

    folder: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of this environment; its status is the caller's to check."""
        program, *arguments = command
        return subprocess.run(
            [self.folder / "bin" / program, *arguments],
            cwd=self.folder,
            env={"PATH": str(self.folder / "bin"), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def install(self, *requirements: str) -> None:
        """Install with the versions that development pins."""
        _check_run(
            [self.folder / "bin" / "python", "-m", "pip", "install", "--quiet"],
            ["--disable-pip-version-check", "--constraint", ROOT / "requirements-dev.txt"],
            requirements,
        )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _check_run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("environment")
    _check_run([sys.executable, "-m", "venv", folder])
    made = Environment(folder)
    made.install(str(wheel))
    return made


def _check_run(*arguments: Sequence[str | Path]) -> None:
    command = [argument for part in arguments for argument in part]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
