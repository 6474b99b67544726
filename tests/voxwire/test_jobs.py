"""``voxwire validate --jobs``: the same output for every number of processes, and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voxwire.native import EXAMPLES, capture
from tests.voxwire.test_bulk import BEGUN, member
from voxwire.cli import jobs, main

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

_PATIENCE = 10_000
"""Looks until a test gives up, which only a mistake makes it do."""

NAMES = [str(path) for path in sorted(EXAMPLES.glob("*.ndjson"))]


@pytest.mark.parametrize("format_", ["text", "json", "jsonl"])
@pytest.mark.parametrize("more", [[], ["--strict"], ["--no-session"], ["--only", "message_create"]])
def test_the_same_output(format_: str, more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = set()
    for count in ("1", "2", "3"):
        status = main(["validate", "--format", format_, *more, "--jobs", count, *NAMES])
        said.add((status, *capsys.readouterr()))
    assert len(said) == 1


def test_much_is_checked_on_all_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_cores", lambda: 7)
    path = tmp_path / "long.ndjson"
    path.touch()
    assert jobs.default_jobs([str(path), *NAMES]) == 1
    os.truncate(path, 16_000_000)
    assert jobs.default_jobs([str(path), *NAMES]) == 7
    assert jobs.default_jobs(["-"]) == 1


@pytest.mark.parametrize("text", ["0", "-1", "two", "62", "٣"])
def test_numbers_of_processes(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["validate", "--jobs", text, NAMES[0]])
    assert ended.value.code == 2
    assert f"{text!r} is not a number from 1 to 61" in capsys.readouterr().err


@pytest.fixture
def waiting() -> Iterator[subprocess.Popen[bytes]]:
    """A command that checks standard input, has checked some of it and waits for more."""
    command = [sys.executable, "-m", "voxwire", "validate", "--jobs", "2", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(capture(*BEGUN, *map(member, range(2, 30_000))))
            process.stdin.flush()
            yield process
        finally:
            process.kill()


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that a command has begun, as soon as there are two."""
    for _ in range(_PATIENCE):
        listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if len(listed) == 2:
            return list(map(int, listed))
        time.sleep(0.01)
    raise AssertionError("it has not begun two processes")


def wait_for_the_end_of(pids: list[int]) -> None:
    for _ in range(_PATIENCE):
        if not any(map(is_running, pids)):
            return
        time.sleep(0.01)
    raise AssertionError("they are still running")


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_an_interruption_leaves_nothing_behind(waiting: subprocess.Popen[bytes]) -> None:
    pids = children(waiting)
    for pid in (*pids, waiting.pid):  # as a terminal does
        os.kill(pid, signal.SIGINT)
    out, err = waiting.communicate()
    assert (waiting.returncode, out, err) == (130, b"", b"voxwire: interrupted\n")
    assert not any(map(is_running, pids))


def test_nothing_outlives_a_command_that_is_killed(waiting: subprocess.Popen[bytes]) -> None:
    pids = children(waiting)
    waiting.kill()
    waiting.wait()
    wait_for_the_end_of(pids)


def test_a_process_that_is_killed(waiting: subprocess.Popen[bytes]) -> None:
    pids = children(waiting)
    os.kill(pids[0], signal.SIGKILL)
    wait_for_the_end_of(pids)
    out, err = waiting.communicate(capture(*map(member, range(30_000, 60_000))))
    assert waiting.returncode == 3
    assert b"CAPTURE_UNREADABLE" in out
    assert b"voxwire: cannot read <stdin>: the process that was to look at lines " in err
    assert not any(map(is_running, pids))
