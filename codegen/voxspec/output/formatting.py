"""Formatting generated Python with ruff, all files in one run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LINE_LENGTH = 100
_OPTIONS = ("--isolated", "--no-cache")


class FormatterError(RuntimeError):
    """Ruff is missing, or refused the generated code."""


def ruff_command() -> str:
    """The ruff beside this Python, else the one on the PATH. FormatterError when there is none."""
    beside = Path(sys.executable).parent / "ruff"
    command = str(beside) if beside.exists() else shutil.which("ruff")
    if command is None:
        raise FormatterError("ruff is not installed; install the extra: vox-protocol[spec]")
    return command


def format_python(files: dict[str, str]) -> dict[str, str]:
    """The same files, the Python ones without unused imports, sorted and laid out."""
    python = [path for path in files if path.endswith(".py")]
    if not python:
        return files
    ruff = ruff_command()
    with tempfile.TemporaryDirectory(prefix="voxspec-") as folder:
        root = Path(folder)
        for path in python:
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(files[path], "utf-8")
        width = f"--line-length={LINE_LENGTH}"
        fixes = ["--fix", "--select=F401,I001,RUF022", "--exit-zero", "--preview"]
        _run(ruff, "check", *_OPTIONS, *fixes, width, "--target-version=py311", folder)
        dense = ("--config", "format.skip-magic-trailing-comma=true")
        _run(ruff, "format", *_OPTIONS, *dense, width, "--target-version=py311", folder)
        return {
            path: (root / path).read_text("utf-8") if path in python else text
            for path, text in files.items()
        }


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise FormatterError(f"ruff refused generated code:\n{done.stderr or done.stdout}")
