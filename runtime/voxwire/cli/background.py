"""Output that never waits for whoever reads it: a thread of its own writes."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import Final, TextIO

MAX_WAITING: Final = 10_000
"""Lines that may wait to be written. More are counted, and left out."""

PATIENCE: Final = 0.5
"""Seconds without any progress after which the end of a program gives up on what still waits."""


class BackgroundOutput:
    """Writes lines to `out`, in their order. A reader who stops reading stops nothing else.

    A terminal that is scrolled back and a pipe that nobody empties both block whoever writes to them,
    for ever perhaps, so that an event loop must not do it.
    """

    def __init__(self, out: TextIO) -> None:
        self.error: OSError | None = None
        """What writing failed with, such as a BrokenPipeError. Nothing is written from then on."""
        self.left_out = 0
        """Lines that were not written, because too many waited or writing failed."""
        self._out: Final = out
        self._lines: Final[deque[str]] = deque()
        self._changed: Final = threading.Condition()
        self._is_closing = False
        self._written = 0
        self._thread: Final = threading.Thread(target=self._run, name="voxwire-output", daemon=True)
        self._thread.start()

    def line(self, text: str) -> None:
        """Have a line written, without its end."""
        with self._changed:
            if self.error is not None or len(self._lines) >= MAX_WAITING:
                self.left_out += 1
            else:
                self._lines.append(text)
                self._changed.notify_all()

    def close(self) -> None:
        """Wait until everything is written, for as long as somebody reads it."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        before = -1
        while self._thread.is_alive() and self._written > before:
            before = self._written
            self._thread.join(PATIENCE)
        with self._changed:
            # A line that is being written just now was taken already, and counts as well.
            self.left_out += len(self._lines) + self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._lines:
                    if self._is_closing:
                        return
                    self._changed.wait()
                line = self._lines.popleft()
            try:
                self._write(f"{line}\n")
            except OSError as error:
                with self._changed:
                    self.error = error
                    self.left_out += len(self._lines) + 1
                    self._lines.clear()
            else:
                self._written += 1

    def _write(self, text: str) -> None:
        try:
            descriptor = self._out.fileno()
        except (OSError, ValueError):  # a stand-in without a descriptor, as in tests
            self._out.write(text)
            self._out.flush()
            return
        # Not through the stream: its lock would be held, and the interpreter could not end.
        data = text.encode(self._out.encoding or "utf-8", "backslashreplace")
        while data:
            data = data[os.write(descriptor, data) :]
