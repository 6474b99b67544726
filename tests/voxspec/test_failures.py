"""The command when something around it fails: exit codes, one line, and no traceback."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.voxspec.tide import SCHEMA
from voxspec.cli import main
from voxspec.output import formatting
from voxspec.output.formatting import FormatterError, format_python, ruff_command
from voxspec.output.render import header


def generate(folder: Path) -> int:
    return main(["generate", "--schema", str(SCHEMA), "--out", str(folder)])


@pytest.fixture
def without_ruff(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("without_ruff")
def test_without_ruff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FormatterError):
        ruff_command()
    assert generate(tmp_path / "out") == 2
    assert capsys.readouterr().err == (
        "voxspec: ruff is not installed; install the extra: vox-protocol[spec]\n"
    )
    assert not (tmp_path / "out").exists()


def test_ruff_elsewhere_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ruff = tmp_path / "bin" / "ruff"
    ruff.parent.mkdir()
    ruff.write_text("#!/bin/sh\n", "utf-8")
    ruff.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(ruff.parent))
    assert ruff_command() == str(ruff)


def test_code_that_ruff_refuses() -> None:
    with pytest.raises(FormatterError, match=r"^ruff refused generated code:\n"):
        format_python({"a.py": "def (:\n"})


def test_nothing_to_format_needs_no_ruff(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> str:
        raise AssertionError

    monkeypatch.setattr(formatting, "ruff_command", refused)
    assert format_python({"a.md": "text"}) == {"a.md": "text"}


def test_a_file_in_the_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "tidemodels" / "__init__.py"
    mine.parent.mkdir()
    mine.write_text("mine = True\n", "utf-8")
    assert generate(tmp_path) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"voxspec: {mine} was not made by voxspec")
    assert error.count("\n") == 1


def test_a_folder_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tidemodels").write_text(f"# {header('a.yaml')}\n", "utf-8")
    assert generate(tmp_path) == 2
    error = capsys.readouterr().err
    assert error.startswith("voxspec: Not a directory: ")
    assert error.count("\n") == 1


def test_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("voxspec.cli.listing.load_protocol", interrupted)
    assert main(["list", "--schema", str(SCHEMA)]) == 130


def test_an_interruption_while_it_starts() -> None:
    code = (
        "import builtins, sys\n"
        "from voxspec.__main__ import main\n"
        "plain = builtins.__import__\n"
        "def interrupted(name, *others):\n"
        "    if name == 'argparse':\n"
        "        raise KeyboardInterrupt\n"
        "    return plain(name, *others)\n"
        "builtins.__import__ = interrupted\n"
        "sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, timeout=600
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_output_that_cannot_go_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["list", "--schema", str(SCHEMA)]) == 2
    assert capsys.readouterr().err == "voxspec: No space left on device\n"


def test_without_standard_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    try:
        assert main(["lint", "--schema", str(SCHEMA), "--select", "MINIMAL"]) == 0
        assert sys.stdout.name == sys.stderr.name == os.devnull
    finally:
        sys.stdout.close()
        sys.stderr.close()


@pytest.mark.parametrize("module", ["voxspec", "voxwire"])
def test_an_encoding_without_the_letters(module: str) -> None:
    """As where Windows writes to no terminal."""
    rule = {"voxspec": "CONSTRAINT_TIGHTENED", "voxwire": "SEQ_GAP"}[module]
    done = subprocess.run(
        [sys.executable, "-m", module, "rules", rule],
        env=os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert {"→", "←"} & {*done.stdout.decode("utf-8")}


def test_a_reader_that_goes_away() -> None:
    """Nothing is said of what was found, as it is where others write to whom has gone."""
    with subprocess.Popen(
        [sys.executable, "-m", "voxspec", "list", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.modules['yaml'] = None\n"
            "from voxspec.__main__ import main; sys.exit(main())",
        ],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert done.stderr == (
        "voxspec: yaml is not installed; install the extra: vox-protocol[spec]\n"
    )
