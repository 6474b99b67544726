"""``voxwire mock`` with readers of its output that do not read, or go away: it serves on, and ends at once."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import pytest

from tests.voxwire_live.mocked import plain_client, run
from voxwire.cli import background, exit_codes
from voxwire.cli.background import BackgroundOutput

MISTAKES = 11_000
"""More lines than a pipe holds and than may wait to be written."""

END = 60
"""Seconds after which a process that does not end has failed the test."""


class Unread:
    """A mock whose output goes into pipes. Of what it says, only its address has been read."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self.process = process
        self.stdout: IO[bytes] = process.stdout
        self.stderr: IO[bytes] = process.stderr
        line = self.stderr.readline().decode().strip()
        assert line.startswith("voxwire mock: listening on ws://127.0.0.1:"), line
        self.url = line.rpartition(" ")[2]


@contextmanager
def unread() -> Iterator[Unread]:
    command = [sys.executable, "-m", "voxwire", "mock"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, bufsize=0) as process:
        try:
            yield Unread(process)
        finally:
            process.kill()


def test_nobody_has_to_read_the_findings() -> None:
    with unread() as mock:

        async def test() -> None:
            async with plain_client(mock.url) as plain:
                await plain.identify()
                for _ in range(MISTAKES):
                    await plain.send('{"type":"typing_start","d":{}}')
                assert await plain.heartbeat() == []
                async with plain_client(mock.url) as other:
                    await other.identify("another")
                    assert len(await other.heartbeat()) == 1
                mock.process.send_signal(signal.SIGINT)
                assert (await plain.end())[:2] == (1001, "mock stopped")

        run(test())
        assert mock.process.wait(END) == exit_codes.FINDINGS  # nothing has been read yet
        lines = mock.stdout.read().decode().splitlines()
        said = mock.stderr.read().decode().splitlines()
    assert lines
    assert all(line.startswith("mock#c1:") for line in lines)
    count, _, rest = said[-1].removeprefix("voxwire mock: ").partition(" ")
    assert rest == "findings could not be printed: nobody reads standard output"
    assert len(lines) + int(count.replace(",", "")) >= MISTAKES


def test_nobody_has_to_read_what_happens() -> None:
    with unread() as mock:

        async def test() -> None:
            for _ in range(800):  # two lines each: more than a pipe holds
                async with plain_client(mock.url) as plain:
                    await plain.send('{"type":"party"}')
                    assert (await plain.end())[0] == 4003

        run(test())
        mock.process.send_signal(signal.SIGTERM)
        assert mock.process.wait(END) == exit_codes.FINDINGS


def test_a_reader_that_goes_away_ends_nothing() -> None:
    with unread() as mock:
        mock.stdout.close()

        async def test() -> None:
            async with plain_client(mock.url) as plain:
                await plain.identify()
                for _ in range(3):
                    await plain.send('{"type":"typing_start","d":{}}')
                assert await plain.heartbeat() == []

        run(test())
        mock.process.send_signal(signal.SIGINT)
        assert mock.process.wait(END) == exit_codes.BROKEN_PIPE


class Slow(io.StringIO):
    """A stream without a descriptor that takes what it is given when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = threading.Event()
        self.goes_on = threading.Event()

    def write(self, text: str) -> int:
        self.taken.set()
        assert self.goes_on.wait(END)
        return super().write(text)


def test_lines_are_written_in_their_order_and_all_of_them() -> None:
    out = io.StringIO()
    output = BackgroundOutput(out)
    for number in range(1000):
        output.line(str(number))
    output.close()
    assert (out.getvalue().split(), output.left_out) == (list(map(str, range(1000))), 0)


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "MAX_WAITING", 3)
    out = Slow()
    output = BackgroundOutput(out)
    output.line("one")
    assert out.taken.wait(END)
    for line in ("two", "three", "four", "five", "six"):
        output.line(line)
    assert output.left_out == 2
    out.goes_on.set()
    output.close()
    assert (out.getvalue().split(), output.left_out) == (["one", "two", "three", "four"], 2)


def test_the_end_gives_up_on_a_reader_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "PATIENCE", 0.01)
    out = Slow()
    output = BackgroundOutput(out)
    for line in ("one", "two", "three"):
        output.line(line)
    assert out.taken.wait(END)
    output.close()
    assert (out.getvalue(), output.left_out) == ("", 3)
    out.goes_on.set()


def test_what_cannot_be_written_is_kept_as_the_error() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> Any:
            raise OSError(28, "No space left on device")

    output = BackgroundOutput(Full())
    for line in ("one", "two"):
        output.line(line)
    output.close()
    output.line("three")
    assert (output.left_out, str(output.error)) == (3, "[Errno 28] No space left on device")
