"""Memory stays small, whatever the size of a file of a browser or a proxy: a copy of it is mapped, and a few
messages at a time become objects."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from typing import TYPE_CHECKING, Final

import pytest

from tests.voxwire.native import START
from tests.voxwire.test_cdp import BEGUN, lines, received, selenium
from tests.voxwire.test_har import LINES, attached, entry, har, message
from tests.voxwire.test_mitmproxy import flow, flows
from tests.voxwire.test_mitmproxy import message as flow_message
from voxwire.capture import Frame, read_capture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MESSAGES: Final = 20_000
TEXT: Final = "x" * 150


def many_in_har() -> bytes:
    return har(entry(*[message(TEXT)] * MESSAGES))


def many_in_har_cut_off() -> bytes:
    return many_in_har()[:-100]


def many_in_har_damaged() -> bytes:
    data = many_in_har()
    return data[:10_000] + bytes(9) + data[10_009:]


def many_in_lines() -> bytes:
    return lines(*BEGUN, *[received(TEXT)] * MESSAGES)


def many_of_selenium() -> bytes:
    return selenium(*BEGUN, *[received(TEXT)] * MESSAGES)


def many_in_flows() -> bytes:
    return flows(flow(*[flow_message(TEXT.encode())] * MESSAGES))


def read_with_peak(name: str) -> tuple[int, int]:
    """Frames, and the most bytes of objects at a time."""
    frames = 0
    tracemalloc.start()
    try:
        for event in read_capture(name):
            frames += isinstance(event, Frame)
        return frames, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "make",
    [
        many_in_har,
        many_in_har_cut_off,
        many_in_har_damaged,
        many_in_lines,
        many_of_selenium,
        many_in_flows,
    ],
)
def test_a_few_messages_at_a_time_are_objects(make: Callable[[], bytes], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(make())
    frames, peak = read_with_peak(str(file))
    assert MESSAGES - 2 <= frames <= MESSAGES
    assert file.stat().st_size > 4_000_000
    assert peak < 2_000_000


def test_messages_beside_a_har(tmp_path: Path) -> None:
    line = json.dumps(message(TEXT, time=START)).encode() + b"\n"
    frames, peak = read_with_peak(attached(tmp_path, content=LINES + line * MESSAGES))
    assert frames == MESSAGES + 2
    assert peak < 2_000_000


_CUT_OFF: Final = """
import sys
from voxwire.capture import Frame, read_capture

frames = 0
for event in read_capture(sys.argv[1]):
    if not frames:
        open(sys.argv[1], "wb").close()
    frames += isinstance(event, Frame)
print(frames)
"""


@pytest.mark.parametrize("make", [many_in_har, many_of_selenium, many_in_flows])
def test_a_file_that_is_cut_off_while_it_is_read_ends_nothing(
    make: Callable[[], bytes], tmp_path: Path
) -> None:
    """Of a file that is mapped, a read behind its end ends the process: SIGBUS."""
    file = tmp_path / "file"
    file.write_bytes(make())
    ran = subprocess.run(
        [sys.executable, "-c", _CUT_OFF, str(file)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{MESSAGES}\n", "")
