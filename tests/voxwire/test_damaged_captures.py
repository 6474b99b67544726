"""Files of browsers and proxies with bytes changed at random: something is said, and nothing crashes."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from typing import Final

import pytest

from tests.voxwire.browser_files import FORMATS, found_in
from voxwire import CaptureError
from voxwire.capture import Frame, Reading, read_capture

MUTATIONS: Final = 60

FILES = {
    "chrome-devtools/sanitized.har": "har",
    "playwright/chromium.har": "har",
    "playwright/chromium-attach.har.zip": None,
    "playwright-trace/trace.zip": None,
    "playwright-trace/trace.zip/trace.network": "playwright-trace",
    "playwright-log/pw-protocol.log": "cdp",
    "cdp/events.ndjson": "cdp",
    "selenium/performance-log.json": "cdp",
    "mitmproxy/11.0.2.har": "har",
    "mitmproxy/11.0.2.flows": "mitmproxy",
}

TOKENS = [
    b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\0", b"\n", b"null", b"1e999", b"-1", b"\xff",
    b"9" * 20, b'"opcode":', b"true", b'{"', b"}]", b"999999999999:", b"0:", b"~", b"^", b"PK\3\4",
]  # fmt: skip


def content(name: str) -> bytes:
    archive, _, member = name.partition(".zip/")
    if not member:
        return (FORMATS / name).read_bytes()
    with zipfile.ZipFile(FORMATS / f"{archive}.zip") as file:
        return file.read(member)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The same with a few things wrong."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 5, 20))):
        place = chance.randrange(len(changed) + 1)
        size = chance.choice((1, 2, 10, 100, 1000))
        other = chance.randrange(len(changed) + 1)
        match chance.randrange(6):
            case 0:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                changed[place:place] = chance.choice(TOKENS)
            case 2:
                del changed[place : place + size]
            case 3:
                changed[place:place] = changed[other : other + size]
            case 4:
                changed[place : place + size] = bytes(size)
            case 5 if chance.random() < 0.3:
                del changed[place:]
    return bytes(changed)


@pytest.mark.parametrize("name", FILES)
def test_nothing_crashes(name: str) -> None:
    data = content(name)
    chance = random.Random(name)
    for _ in range(MUTATIONS):
        broken = mutated(data, chance)
        for reading in (Reading(), Reading(format=FILES[name], everything=True)):
            with suppress(CaptureError):
                found = found_in(read_capture(io.BytesIO(broken), reading=reading))
                assert all(message for *_, message in found)


@pytest.mark.parametrize("name", [name for name, format_ in FILES.items() if format_])
def test_a_byte_lost_leaves_most_of_the_messages(name: str) -> None:
    data = content(name)
    chance = random.Random(name)
    whole = sum(isinstance(e, Frame) for e in read_capture(io.BytesIO(data)))
    if "trace" in name:
        assert whole == 0  # they are beside it
        return
    read = []
    for _ in range(MUTATIONS):
        place = chance.randrange(len(data) // 10, len(data))
        broken = data[:place] + data[place + 1 :]
        read.append(sum(isinstance(e, Frame) for e in read_capture(io.BytesIO(broken))))
    read.sort()
    assert read[MUTATIONS // 4] >= whole // 2
    assert read[MUTATIONS // 2] >= whole * 3 // 5
