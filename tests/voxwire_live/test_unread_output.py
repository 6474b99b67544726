"""Commands whose output nobody reads: connections go on, and signals end them.

At its end each waits some seconds for a reader; so those of one test run at the same time.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

import pytest
from msgspec.structs import replace
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.voxwire_live.loopback import TOKEN, Loopback, loopback, run
from tests.voxwire_live.recorded import echo, messages, server_at
from tests.voxwire_live.test_client_pressure import long_message
from tests.voxwire_live.test_client_reconnect import nothing_listens

PIPE = 1_048_576
"""More bytes than any pipe takes."""

WRONG = '{"type":"typing_start","d":{"feed_id":1}}'
"""A message for which a recorder that validates prints a line."""


def small_pipe() -> tuple[int, int]:
    """A pipe that takes 4 KiB where the system can do that."""
    reader, writer = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    return reader, writer


LINES = 200 if hasattr(fcntl, "F_SETPIPE_SZ") else 2000
"""More lines than such a pipe takes."""


@contextmanager
def unread() -> Iterator[int]:
    """The end for writing of a pipe that nobody reads."""
    reader, writer = small_pipe()
    yield writer
    os.close(writer)
    os.close(reader)


@asynccontextmanager
async def command(
    *arguments: str, stdout: int | IO[bytes], stderr: int | IO[bytes]
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voxwire", *arguments),
        stdout=stdout,
        stderr=stderr,
        env=os.environ | {"VOX_TOKEN": TOKEN},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def stalled(mock: Loopback, sending: asyncio.Task[None], sent: list[int]) -> None:
    """Wait until the gateway cannot send any more, while heartbeats still come."""
    before = -1
    while len(sent) != before:
        before, beats = len(sent), mock.heartbeats
        await mock.until(lambda: mock.heartbeats > beats + 1)  # noqa: B023
        assert not sending.done()


def test_listen_sends_heartbeats_and_takes_a_signal() -> None:
    async def test() -> None:
        await asyncio.gather(listens(0), listens(0, "--format", "json"), listens(3, "-o", "-"))

    run(test())


async def listens(status: int, *arguments: str) -> None:
    """Listen to a flood, until a signal ends it with this status."""
    with unread() as stdout:
        async with (
            loopback(interval=1000) as mock,
            command(
                *("listen", mock.url, "--token-env", "VOX_TOKEN", "--no-compress", *arguments),
                stdout=stdout,
                stderr=asyncio.subprocess.PIPE,
            ) as process,
        ):
            await mock.until(lambda: mock.connection is not None)
            sent: list[int] = []

            async def flood() -> None:
                while not mock.endings:
                    await mock.send(long_message(len(sent)))
                    sent.append(1)

            sending = asyncio.create_task(flood())
            await stalled(mock, sending, sent)
            process.send_signal(signal.SIGINT)
            _, errors = await process.communicate()
            assert process.returncode == status
            await sending
            assert len(mock.logins) == 1
            assert mock.endings == [(1000, "")]
            said = errors.decode().splitlines()[-1]
            if status == 0:
                assert said.endswith("were not printed: nobody read them")
            else:
                assert said == "voxwire listen: the capture cannot be written: nobody reads it"


def test_listen_waits_for_a_slow_reader_at_its_end() -> None:
    """What was asked for comes to its last line, however late it is read."""
    reader, writer = os.pipe()

    async def test() -> None:
        async with loopback() as mock:
            arguments = ("--token-env", "VOX_TOKEN", "--no-compress", "--count", "3", "-q")
            async with command(
                "listen", mock.url, *arguments, stdout=writer, stderr=asyncio.subprocess.PIPE
            ) as process:
                os.close(writer)
                await mock.until(lambda: mock.connection is not None)
                await mock.send(replace(long_message(1), body="x" * (PIPE - 1000)))
                await mock.until(lambda: bool(mock.endings))  # it has all, and has left
                assert process.returncode is None
                with os.fdopen(reader, "rb") as pipe:
                    output = await asyncio.to_thread(pipe.read)
                assert len(output.splitlines()) == 3
                assert len(output) > PIPE - 1000
                assert await process.wait() == 0

    run(test())


def test_a_recorder_goes_on_and_takes_a_signal(tmp_path: Path) -> None:
    async def test(gateway: str) -> None:
        await asyncio.gather(
            findings_that_nobody_reads(tmp_path / "main.ndjson"),
            news_that_nobody_reads(gateway, tmp_path / "other.ndjson"),
            a_capture_that_nobody_reads(),
        )

    with nothing_listens() as gateway:
        run(test(gateway))
    assert len(messages(tmp_path / "main.ndjson")[0]) == 2 * LINES


async def findings_that_nobody_reads(file: Path) -> None:
    with unread() as stdout:
        async with (
            server_at(echo) as url,
            command(
                *("record", "--listen", "127.0.0.1:0", "--to", url, "-o", str(file), "--validate"),
                stdout=stdout,
                stderr=asyncio.subprocess.PIPE,
            ) as process,
        ):
            assert process.stderr is not None
            async with connect(address_in(await process.stderr.readline())) as client:
                for _ in range(LINES):
                    await client.send(WRONG)
                    assert await client.recv() == WRONG
            process.send_signal(signal.SIGINT)
            _, errors = await process.communicate()
            assert process.returncode == 1
            assert "findings were not printed: nobody read them" in errors.decode()


async def news_that_nobody_reads(gateway: str, file: Path) -> None:
    reader, writer = small_pipe()
    async with command(
        *("record", "--listen", "127.0.0.1:0", "--to", gateway, "-o", str(file)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=writer,
    ) as process:
        os.close(writer)
        address = address_in(await asyncio.to_thread(os.read, reader, 1000))
        for _ in range(LINES):
            with pytest.raises(InvalidStatus, match="502"):
                await connect(address)
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
    os.close(reader)


async def a_capture_that_nobody_reads() -> None:
    """It is not called whole."""
    with unread() as stdout:
        async with (
            server_at(echo) as url,
            command(
                *("record", "--listen", "127.0.0.1:0", "--to", url, "-o", "-", "--redact"),
                stdout=stdout,
                stderr=asyncio.subprocess.PIPE,
            ) as process,
        ):
            assert process.stderr is not None
            address = address_in(await process.stderr.readline())
            async with connect(address, max_size=None) as client:
                for _ in range(5):
                    await client.send("x" * PIPE)
                    assert await client.recv() == "x" * PIPE
            process.send_signal(signal.SIGINT)
            _, errors = await process.communicate()
            assert process.returncode == 3
            assert errors.decode().splitlines()[-1] == (
                "voxwire record: stopped: the capture cannot be written: nobody reads it"
            )


def address_in(said: bytes) -> str:
    """Where a recorder listens."""
    return said.decode().partition("listening on ")[2].partition(",")[0]
