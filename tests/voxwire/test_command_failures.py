"""The command when the world around it fails: its exit status, one line, and nothing else."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.voxwire.native import EXAMPLES
from voxwire.cli import main

CAPTURE = str(EXAMPLES / "main-bot-plain.ndjson")


class Broken(io.StringIO):
    """A stream that fails when what was written to it is to go out."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def flush(self) -> None:
        raise self.error


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[OSError], None]:
    def replace(error: OSError) -> None:
        monkeypatch.setattr(sys, "stdout", Broken(error))

    return replace


def test_output_that_cannot_go_out(
    broken: Callable[[OSError], None], capsys: pytest.CaptureFixture[str]
) -> None:
    broken(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert main(["rules"]) == 2
    assert capsys.readouterr().err == (
        "voxwire: cannot write: [Errno 28] No space left on device\n"
    )


def test_a_reader_that_is_gone(
    broken: Callable[[OSError], None], capsys: pytest.CaptureFixture[str]
) -> None:
    broken(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))
    assert main(["rules"]) == 141
    assert capsys.readouterr().err == ""


def test_an_interruption(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("voxwire.cli.validate.checks", interrupted)
    assert main(["validate", CAPTURE]) == 130
    assert capsys.readouterr().err == "voxwire: interrupted\n"


def test_without_standard_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    try:
        assert main(["rules", "JSON_INVALID"]) == 0
        assert sys.stdout.name == sys.stderr.name == os.devnull
    finally:
        sys.stdout.close()
        sys.stderr.close()


@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("reader that is gone", 141, b""),
        ("full disk", 2, b"voxwire: cannot write: [Errno 28] No space left on device\n"),
    ],
)
def test_the_interpreter_says_nothing_at_its_end(target: str, status: int, said: bytes) -> None:
    """What is still in the buffer fails once more when Python ends, and would change the status.

    It is short, so that nothing of it goes out before the end.
    """
    if target == "full disk":
        if not Path("/dev/full").exists():
            pytest.skip("there is no /dev/full here")
        out = os.open("/dev/full", os.O_WRONLY)
    else:
        gone, out = os.pipe()
        os.close(gone)
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "voxwire", "rules", "JSON_INVALID"],
            check=False,
            env=buffered,
            stdout=out,
            stderr=subprocess.PIPE,
        )
    finally:
        os.close(out)
    assert (done.returncode, done.stderr) == (status, said)
