"""Output of commands that run an event loop: whoever reads it, slowly or not at all, holds up nothing.

::

    console = Console(sys.stdout)
    console.write("a line\\n")        # at once, always
    await console.drain()            # where a slow reader is to slow the command down
    console.close()                  # at the end; console.dropped says what was not printed

A pipe that nobody reads takes some 64 KiB, and then blocks whoever writes to it: the event loop would
stop, with all connections and signals. So a thread of its own writes here. What waits for it has a
bound; what comes beyond that is dropped and counted.
"""

from __future__ import annotations

import errno
import os
import select
import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TextIO

MAX_WAITING: Final = 4 * 1_048_576
"""Bytes that may wait for a reader: some 40,000 findings. More than that nobody is going to read."""

MAX_CAPTURE_WAITING: Final = 64 * 1_048_576
"""The same for a capture, which must not have holes: seconds of traffic, for a reader that compresses."""

_UNREAD: Final = "nobody reads it"

PATIENCE: Final = 2.0
"""Seconds that a reader gets at the end to take what waits: most are only behind by some lines."""


class Console:
    """Writes text to a stream, in order, without ever blocking who calls.

    From any thread. The stream must not be written to in any other way meanwhile.
    """

    def __init__(self, out: TextIO, *, max_waiting: int = MAX_WAITING) -> None:
        """`max_waiting` bytes may wait for the reader."""
        self.dropped = 0
        """Texts that were not written, because the reader had stopped or gone. Whole after close()."""
        self._out: Final = out
        self._encoding: Final = (out.encoding or "utf-8", out.errors or "strict")
        self._descriptor: Final = _descriptor(out)
        self._max_waiting: Final = max_waiting
        self._waiting: Final[deque[bytes]] = deque()
        self._size = 0
        self._drained: Final[list[Future[None]]] = []
        self._error: OSError | None = None
        self._is_closing = False
        self._changed: Final = threading.Condition()
        # A daemon: a process must be able to end while this waits for a reader.
        self._thread: Final = threading.Thread(target=self._run, name="voxwire-out", daemon=True)
        self._thread.start()

    def write(self, text: str) -> int:
        """Have `text` written soon, or dropped as a whole; gives its length."""
        if not self.offer(text.encode(*self._encoding)):
            self.dropped += 1
        return len(text)

    def offer(self, data: bytes) -> bool:
        """Have `data` written soon; False when it cannot be taken."""
        with self._changed:
            too_much = self._size > 0 and self._size + len(data) > self._max_waiting
            if self._error is not None or self._is_closing or too_much:
                return False
            if data:
                self._waiting.append(data)
                self._size += len(data)
                self._changed.notify()
            return True

    def flush(self) -> None:
        """Nothing to do: text is written as soon as it can be."""

    async def drain(self) -> None:
        """Wait until everything so far is written. Raises the OSError that writing raised.

        Can be cancelled: nothing is lost by that.
        """
        import asyncio

        done: Future[None] = Future()
        with self._changed:
            if self._error is not None:
                raise self._error
            if not self._waiting:
                return
            self._drained.append(done)
        await asyncio.wrap_future(done)

    def close(self, patience: float = PATIENCE) -> bool:
        """Write what waits, and end; give up when the reader takes nothing for `patience` seconds.

        Whether everything was written. Blocks meanwhile; raises nothing.
        """
        with self._changed:
            self._is_closing = True
            self._changed.notify()
            before = self._size + 1
            while self._size < before and self._size:
                before = self._size
                self._changed.wait(patience)
            left = len(self._waiting)
            self.dropped += left
            self._waiting.clear()
        return left == 0 and self._error is None

    @property
    def error(self) -> OSError | None:
        """What writing raised: BrokenPipeError, for example, when the reader has gone."""
        return self._error

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_closing)
                if not self._waiting:
                    return
                data = self._waiting[0]
            try:
                self._write(data)
            except OSError as error:
                self._fail(error)
                return
            with self._changed:
                if self._waiting:  # close() may have given up meanwhile
                    self._waiting.popleft()
                    self._size -= len(data)
                    self._changed.notify_all()
                if not self._waiting:
                    self._tell(None)

    def _write(self, data: bytes) -> None:
        if self._descriptor is None:
            self._out.write(data.decode(*self._encoding))
            self._out.flush()
            return
        # Not through the stream: its lock would be held while nobody reads, also at exit.
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:  # whoever shares the pipe has made it so
                select.select([], [self._descriptor], [])

    def _fail(self, error: OSError) -> None:
        with self._changed:
            self._error = error
            self.dropped += len(self._waiting)
            self._waiting.clear()
            self._size = 0
            self._changed.notify_all()
            self._tell(error)

    def _tell(self, error: OSError | None) -> None:
        """Wake who waits for the end of writing."""
        for done in self._drained:
            if done.set_running_or_notify_cancel():
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)
        self._drained.clear()


class CapturePipe:
    """A binary file for a capture that goes to a stream, as a CaptureWriter takes it.

    A capture with a hole would look like a whole one. So when too much waits for the reader, writing
    fails, for good, instead of leaving something out.
    """

    def __init__(self, out: TextIO, *, max_waiting: int = MAX_CAPTURE_WAITING) -> None:
        """`max_waiting` bytes may wait for the reader."""
        self.console: Final = Console(out, max_waiting=max_waiting)
        self._error: OSError | None = None

    def write(self, data: bytes) -> int:
        """Have `data` written soon. Raises OSError when the reader has gone or takes nothing."""
        if self._error is None and not self.console.offer(data):
            self._error = self.console.error or OSError(errno.ENOBUFS, _UNREAD)
        if self._error is not None:
            raise self._error
        return len(data)

    def flush(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Write what waits. Raises OSError when the reader does not take it."""
        if not self.console.close() and self._error is None:
            self._error = self.console.error or OSError(errno.ENOBUFS, _UNREAD)
            raise self._error


def _descriptor(out: TextIO) -> int | None:
    """Where the operating system writes what `out` is given; None for what only Python can write."""
    if os.name == "nt":  # its consoles take text, not bytes
        return None
    with suppress(OSError, AttributeError):  # stand-ins of tests have none
        out.flush()
        return out.fileno()
    return None
