"""Output that holds nothing up: a reader that is slow, stops, or goes away."""

from __future__ import annotations

import asyncio
import errno
import io
import os
import threading
from collections.abc import Iterator
from typing import TextIO

import pytest

from voxwire.cli.console import CapturePipe, Console

PIPE = 1_048_576
"""More bytes than any pipe takes."""
SOON = 0.05
END = 60
"""Seconds after which a test has failed."""


class Pipe:
    """A pipe that is read when the test says so."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self.out: TextIO = os.fdopen(
            self._writer, "w", encoding="utf-8", errors="backslashreplace", closefd=False
        )

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += os.read(self._reader, count - len(data))
        return data

    def read_all(self) -> bytes:
        """Everything until the other end is closed."""
        data = b""
        while part := os.read(self._reader, 65_536):
            data += part
        return data

    def leave(self) -> None:
        """The reader goes away."""
        if self._reader >= 0:
            os.close(self._reader)
            self._reader = -1

    def end(self) -> None:
        """Nobody reads any more. A thread that still writes must not find another test's pipe under
        the same number: what it writes goes nowhere, and the number stays taken."""
        self.leave()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._writer)
        os.close(nowhere)
        self.out.close()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    opened = Pipe()
    yield opened
    opened.end()


def test_text_is_written_in_order(pipe: Pipe) -> None:
    console = Console(pipe.out)
    lines = [f"{number} é \udc80\n" for number in range(1000)]
    for line in lines:
        assert console.write(line) == len(line)
    console.flush()
    assert console.close() is True
    assert console.dropped == 0
    expected = "".join(lines).encode("utf-8", "backslashreplace")
    assert pipe.read(len(expected)) == expected


def test_nobody_reads_and_the_writer_goes_on(pipe: Pipe) -> None:
    console = Console(pipe.out, max_waiting=10 * PIPE)
    console.write("x" * PIPE)
    for _ in range(4):
        console.write("y" * PIPE)
    assert console.close(SOON) is False
    assert console.dropped == 5
    assert console.write("z") == 1
    assert console.dropped == 6


def test_what_is_too_much_is_dropped_and_counted(pipe: Pipe) -> None:
    console = Console(pipe.out, max_waiting=PIPE + 10)
    console.write("x" * PIPE)
    for _ in range(3):
        console.write("12345")
    assert console.dropped == 1
    assert pipe.read(PIPE + 10) == b"x" * PIPE + b"1234512345"
    asyncio.run(console.drain())
    console.write("there is room again")
    assert console.close() is True
    assert console.dropped == 1
    assert pipe.read(19) == b"there is room again"


def test_a_single_long_text_is_never_too_much(pipe: Pipe) -> None:
    console = Console(pipe.out, max_waiting=10)
    console.write("x" * 1000)
    assert pipe.read(1000) == b"x" * 1000
    assert console.close() is True


def test_draining_waits_for_the_reader_and_can_be_cancelled(pipe: Pipe) -> None:
    async def test() -> None:
        console = Console(pipe.out)
        console.write("x" * PIPE)
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(console.drain(), SOON)
        draining = [asyncio.create_task(console.drain()) for _ in range(2)]
        assert await asyncio.to_thread(pipe.read, PIPE) == b"x" * PIPE
        await asyncio.gather(*draining)
        await console.drain()
        assert console.close() is True

    asyncio.run(test())


def test_closing_goes_on_while_the_reader_does(pipe: Pipe) -> None:
    """Patience is for a reader that takes nothing, not for one that takes its time."""
    console = Console(pipe.out)
    for _ in range(4):
        console.write("x" * PIPE)

    async def test() -> bytes:
        reading = asyncio.create_task(asyncio.to_thread(pipe.read, 4 * PIPE))
        assert await asyncio.to_thread(console.close, 30.0) is True
        return await reading

    assert asyncio.run(test()) == b"x" * 4 * PIPE


def test_the_reader_goes_away(pipe: Pipe) -> None:
    async def test() -> None:
        console = Console(pipe.out)
        console.write("x" * PIPE)
        waiting = asyncio.create_task(console.drain())
        await asyncio.sleep(0)
        pipe.leave()
        with pytest.raises(BrokenPipeError):
            await waiting
        with pytest.raises(BrokenPipeError):
            await console.drain()
        console.write("nobody")
        assert console.dropped == 2
        assert isinstance(console.error, BrokenPipeError)
        assert console.close() is False

    asyncio.run(test())


def test_a_pipe_that_somebody_made_non_blocking(pipe: Pipe) -> None:
    os.set_blocking(pipe.out.fileno(), False)
    console = Console(pipe.out)
    console.write("x" * PIPE)
    assert pipe.read(PIPE) == b"x" * PIPE
    assert console.close() is True


def test_a_stream_without_a_descriptor() -> None:
    out = io.StringIO()
    console = Console(out)
    console.write("é\n")
    asyncio.run(console.drain())
    assert console.close() is True
    assert out.getvalue() == "é\n"


def test_what_the_stream_held_comes_first(pipe: Pipe) -> None:
    pipe.out.write("before\n")
    console = Console(pipe.out)
    console.write("after\n")
    assert console.close() is True
    assert pipe.read(13) == b"before\nafter\n"


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


def test_a_slow_stream_without_a_descriptor_has_the_same_bound() -> None:
    out = Slow()
    console = Console(out, max_waiting=10)
    console.write("one\n")
    assert out.taken.wait(END)
    for line in ("two\n", "three\n", "x\n", "four\n"):  # what is being written counts, too
        console.write(line)
    assert console.dropped == 2
    out.goes_on.set()
    assert console.close() is True
    assert (out.getvalue(), console.dropped) == ("one\ntwo\nx\n", 2)


def test_the_end_gives_up_on_a_stream_that_takes_nothing() -> None:
    out = Slow()
    console = Console(out)
    for line in ("one\n", "two\n", "three\n"):
        console.write(line)
    assert out.taken.wait(END)
    assert console.close(SOON) is False
    assert (out.getvalue(), console.dropped) == ("", 3)
    out.goes_on.set()


def test_a_stream_that_fails() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    console = Console(Full())
    for line in ("one\n", "two\n"):
        console.write(line)
    assert console.close() is False
    console.write("three\n")
    assert (console.dropped, str(console.error)) == (3, "[Errno 28] No space left on device")


# --- captures ----------------------------------------------------------------------------------


def test_a_capture_has_no_hole(pipe: Pipe) -> None:
    file = CapturePipe(pipe.out, max_waiting=PIPE + 10)
    assert file.write(b"x" * PIPE) == PIPE
    assert file.write(b"1234567890") == 10
    for _ in range(2):  # the second fits again, but would follow a hole
        with pytest.raises(OSError, match="nobody reads it") as error:
            file.write(b"12345")
        assert error.value.errno == errno.ENOBUFS
        assert pipe.read(PIPE // 2 + 5)
    file.close()


def test_the_end_of_a_capture_that_nobody_reads(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Console.close, "__defaults__", (SOON,))
    file = CapturePipe(pipe.out)
    file.write(b"x" * PIPE)
    with pytest.raises(OSError, match="nobody reads it"):
        file.close()


def test_the_reader_of_a_capture_goes_away(pipe: Pipe) -> None:
    file = CapturePipe(pipe.out)
    pipe.leave()
    file.write(b"x")
    with pytest.raises(BrokenPipeError):
        file.close()
    with pytest.raises(BrokenPipeError):
        file.write(b"x")
