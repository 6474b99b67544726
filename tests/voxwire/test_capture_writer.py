"""Captures that are written read back as they were, and look like the recorded ones."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voxwire.files import MemoryFile
from tests.voxwire.native import described
from voxwire.capture import BadLine, Closed, Frame, Opened, read_capture
from voxwire.capture.formats.native import read_native
from voxwire.capture.writer import CaptureWriter, open_capture
from voxwire.wire.redact import Redactor

CAPTURES = sorted(Path("examples/captures").glob("*.ndjson"))


@pytest.mark.parametrize("file", CAPTURES, ids=lambda file: file.stem)
def test_recorded_captures_are_written_byte_for_byte(file: Path) -> None:
    memory = MemoryFile()
    writer = CaptureWriter(memory)
    for event in read_capture(str(file)):
        writer.event(event)
    assert memory.getvalue() == file.read_bytes()


def test_lines_of_every_kind() -> None:
    memory = MemoryFile()
    writer = CaptureWriter(memory)
    writer.opened("ws://host/gateway", 1.5, "a")
    writer.frame(2.0, "c2s", '{"é": "\\n"}', "a")
    writer.frame(2.25, "s2c", b"\x00\xff")
    writer.closed(3.0, 4005, "ALREADY_AUTHENTICATED", "a", by="server")
    writer.closed(3.0, 1000, "")
    assert memory.getvalue().decode().splitlines() == [
        '{"url": "ws://host/gateway", "ts": 1.5, "conn": "a"}',
        '{"ts": 2.0, "dir": "c2s", "opcode": "text", "text": "{\\"é\\": \\"\\\\n\\"}", "conn": "a"}',
        '{"ts": 2.25, "dir": "s2c", "opcode": "binary", "b64": "AP8="}',
        '{"close": {"code": 4005, "reason": "ALREADY_AUTHENTICATED", "by": "server"}, '
        '"ts": 3.0, "conn": "a"}',
        '{"close": {"code": 1000, "reason": ""}, "ts": 3.0}',
    ]


MESSAGES = st.tuples(
    st.floats(0, 4e9), st.sampled_from(["s2c", "c2s"]), st.text() | st.binary(max_size=300)
)


@given(st.lists(MESSAGES, max_size=10))
def test_any_message_reads_back(messages: list[tuple[float, str, str | bytes]]) -> None:
    memory = MemoryFile()
    writer = CaptureWriter(memory)
    writer.opened("ws://host", 0.0)
    for ts, direction, data in messages:
        writer.frame(ts, "s2c" if direction == "s2c" else "c2s", data)
    events = list(read_native([memory.getvalue()]))[1:]
    assert [(e.ts, e.direction, e.data) for e in events if isinstance(e, Frame)] == messages
    assert len(events) == len(messages)


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    memory = MemoryFile()
    CaptureWriter(memory).frame(1.0, "s2c", "a\ud800b😀")
    [event] = [e for e in read_native([memory.getvalue()]) if isinstance(e, Frame)]
    assert event.data == "a\ufffdb😀"


def test_interleaved_connections_are_told_apart() -> None:
    memory = MemoryFile()
    writer = CaptureWriter(memory)
    writer.opened("ws://one", 1.0, "1")
    writer.opened("ws://two", 2.0, "2")
    writer.frame(3.0, "c2s", "to one", "1")
    writer.frame(4.0, "c2s", "to two", "2")
    writer.closed(5.0, 1000, "", "1")
    writer.frame(6.0, "s2c", "from two", "2")
    events = list(read_native([memory.getvalue()]))
    assert [(e.connection.url, e.data) for e in events if isinstance(e, Frame)] == [
        ("ws://one", "to one"),
        ("ws://two", "to two"),
        ("ws://two", "from two"),
    ]
    assert [e.connection.url for e in events if isinstance(e, Closed)] == ["ws://one"]


def test_what_had_no_header_gets_none() -> None:
    memory = MemoryFile()
    writer = CaptureWriter(memory)
    for event in read_native([b'{"ts": 1.0, "dir": "s2c", "opcode": "text", "text": "a"}\nno\n']):
        writer.event(event)
    assert described(read_native([memory.getvalue()])) == [
        ("opened", 1, None, False),
        (1, 1, "s2c", "a"),
        ("CAPTURE_PART_INVALID", None, "line 2 is not JSON: input data was truncated", ""),
    ]


def test_each_line_reaches_the_file_at_once(tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"
    with open_capture(str(file)) as writer:
        writer.opened("ws://host", 1.0)
        assert len(file.read_bytes().splitlines()) == 1
        writer.frame(1.0, "s2c", "a")
        assert len(file.read_bytes().splitlines()) == 2


def test_synced_lines_are_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    with open_capture(str(tmp_path / "main.ndjson"), safety="synced") as writer:
        writer.opened("ws://host", 1.0)
        writer.frame(1.0, "s2c", "a")
    assert len(synced) == 2


def test_a_capture_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"
    file.write_text("precious")
    with pytest.raises(FileExistsError):
        open_capture(str(file))
    assert file.read_text() == "precious"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_only_its_owner_may_read_a_capture(tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"
    open_capture(str(file)).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_appending_ends_a_line_that_was_cut_off(tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"
    for _ in range(2):
        with open_capture(str(file), append=True) as writer:
            writer.opened("ws://host", 1.0)
    file.write_bytes(file.read_bytes() + b'{"ts": 1.0, "di')
    with open_capture(str(file), append=True) as writer:
        writer.opened("ws://host", 2.0)
    assert [type(e) for e in read_capture(str(file))] == [Opened, Opened, BadLine, Opened]


def test_secrets_are_masked_in_every_line() -> None:
    memory = MemoryFile()
    secret = "correct horse battery staple"
    redactor = Redactor(bytes(32))
    writer = CaptureWriter(memory, redactor=redactor)
    writer.opened(f"ws://host?token={secret}", 1.0)
    writer.frame(1.0, "c2s", json.dumps({"type": "identify", "d": {"token": secret}}))
    writer.closed(2.0, 4004, f"bad {secret}")
    assert secret not in memory.getvalue().decode()
    assert memory.getvalue().decode().count(redactor.mask(secret)) == 3
