"""examples/consumer: a project of its own that has the wheel and nothing of the source tree."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import Key, all_blocks, commands
from tests.packaging.conftest import ROOT, Environment

CONSUMER = ROOT / "examples" / "consumer"
CAPTURE = ROOT / "examples" / "captures" / "flow-resume-a2.ndjson"
EXPECTED = Path(__file__).parent / "chat_log.txt"

pytestmark = pytest.mark.xdist_group("wheel")


def test_it_prints_the_conversation(environment: Environment) -> None:
    environment.install(str(CONSUMER))
    done = environment.run("vox-chat-log", str(CAPTURE))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == EXPECTED.read_text("utf-8")


def test_it_ends_quietly_when_nobody_reads_on(environment: Environment) -> None:
    environment.install(str(CONSUMER))
    command = [str(environment.folder / "bin" / "vox-chat-log"), str(CAPTURE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_its_readme_shows_that_command() -> None:
    block = "".join(all_blocks(Key("vox-chat-log", "sh"), "examples/consumer/README.md"))
    assert ["pip", "install", "."] in commands(block)
    [[_, capture]] = [words for words in commands(block) if words[0] == "vox-chat-log"]
    assert (CONSUMER / capture).resolve() == CAPTURE


def test_it_uses_the_installed_packages(environment: Environment) -> None:
    program = "import voxmodels.v1, voxwire; print(voxmodels.v1.__file__, voxwire.__file__)"
    done = environment.run("python", "-c", program)
    assert all(Path(path).is_relative_to(environment.folder) for path in done.stdout.split())
    assert len(done.stdout.split()) == 2


def test_its_types_are_checked_against_the_installed_wheel(environment: Environment) -> None:
    python = environment.folder / "bin" / "python"
    options = [
        "--strict",
        "--cache-dir=/dev/null",
        "--config-file=",
        f"--python-executable={python}",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "vox_chat_log.py"],
        cwd=CONSUMER,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == "Success: no issues found in 1 source file\n"
