"""A recording that cannot be written, and connections that end more than once."""

from __future__ import annotations

import errno
import json
import os

from tests.voxwire.files import MemoryFile
from voxwire.capture.writer import CaptureWriter
from voxwire.live.proxy.recording import Recording


class Filling(MemoryFile):
    """A file on a disk that is full after so many lines."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.left = lines
        self.attempts = 0

    def write(self, data: object) -> int:
        self.attempts += 1
        if self.left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.left -= 1
        return super().write(data)  # type: ignore[arg-type]


def recorded(file: MemoryFile) -> tuple[Recording, list[str], list[OSError]]:
    said: list[str] = []
    failures: list[OSError] = []
    writer = CaptureWriter(file)
    recording = Recording(writer, notify=said.append, on_failure=failures.append, clock=lambda: 7.0)
    return recording, said, failures


def lines(file: MemoryFile) -> list[object]:
    return [json.loads(line) for line in file.getvalue().splitlines()]


def test_nothing_is_written_after_a_line_that_could_not_be() -> None:
    file = Filling(2)
    recording, _, failures = recorded(file)
    connection = recording.open("ws://host")
    connection.frame("s2c", "a")
    connection.frame("s2c", "b")
    file.left = 10
    connection.frame("s2c", "c")
    connection.closed(1000, "", "client")
    recording.open("ws://host")
    assert [error.errno for error in failures] == [errno.ENOSPC]
    assert file.attempts == 3
    assert [line.get("text") for line in lines(file) if isinstance(line, dict)] == [None, "a"]


def test_the_first_close_counts() -> None:
    file = MemoryFile()
    recording, said, _ = recorded(file)
    connection = recording.open("ws://host")
    connection.frame("c2s", "a")
    connection.closed(4007, "SESSION_TIMEOUT", "server")
    connection.closed(1000, "", "client")
    connection.lost("client")
    connection.frame("c2s", "b")
    assert (recording.connections, recording.frames) == (1, 1)
    assert lines(file)[2:] == [
        {
            "close": {"code": 4007, "reason": "SESSION_TIMEOUT", "by": "server"},
            "ts": 7.0,
            "conn": "1",
        }
    ]
    assert said == [
        "connection 1 opened",
        "connection 1 closed by the server with 4007 SESSION_TIMEOUT; 1 frame",
    ]


def test_a_connection_that_was_lost_has_no_close() -> None:
    file = MemoryFile()
    recording, said, _ = recorded(file)
    connection = recording.open("ws://host")
    connection.lost("server")
    connection.closed(1000, "", "client")
    connection.lost("client")
    assert [sorted(line) for line in lines(file) if isinstance(line, dict)] == [
        ["conn", "ts", "url"]
    ]
    assert said[1:] == ["connection 1 lost: the server went away without a close; 0 frames"]
