"""``voxwire mock`` with readers of its output that do not read, or go away: it serves on, and ends at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from tests.voxwire_live.mocked import plain_client, run
from voxwire.cli import exit_codes

MISTAKES = 11_000
"""More lines than a pipe holds."""

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


def test_nobody_has_to_read_it() -> None:
    """Findings of one mock, and what happens at another: both wait for readers at the same time."""
    with unread() as mock, unread() as other:
        run(many_connections(other))
        other.process.send_signal(signal.SIGTERM)
        run(many_mistakes(mock))
        assert mock.process.wait(END) == exit_codes.FINDINGS  # nothing has been read yet
        assert other.process.wait(END) == exit_codes.FINDINGS
        lines = mock.stdout.read().decode().splitlines()
        said = mock.stderr.read().decode().splitlines()
    assert lines
    assert all(line.startswith("mock#c1:") for line in lines)
    count, _, rest = said[-1].removeprefix("voxwire mock: ").partition(" ")
    assert rest == "findings were not printed: nobody read them"
    assert len(lines) + int(count.replace(",", "")) >= MISTAKES


async def many_mistakes(mock: Unread) -> None:
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


async def many_connections(mock: Unread) -> None:
    for _ in range(800):  # two lines each: more than a pipe holds
        async with plain_client(mock.url) as plain:
            await plain.send('{"type":"party"}')
            assert (await plain.end())[0] == 4003


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
