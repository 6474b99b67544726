"""Whatever is in a log, reading it ends: with what is there, and findings about what is not."""

import gzip
import random

import pytest

from tests.voxwire.files import MemoryFile
from tests.voxwire.reading_formats import FORMATS
from voxwire import CaptureError
from voxwire.capture import Reading, read_capture, read_frames
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics

FILES = [
    ("tshark", "tshark/plain.json.gz"),
    ("tshark", "tshark/zstd.nodup.json.gz"),
    ("tshark", "tshark/fragments.ek.ndjson.gz"),
    ("websockets", "websockets/client-max-log-size.log"),
    ("websockets", "websockets/client-default.log"),
    ("websocket-client", "websocket-client/trace.log"),
    ("wsdump", "websocket-client/wsdump.txt"),
    ("websocat", "websocat/log.txt"),
    ("websocat", "websocat/timestamp.txt"),
    ("websocat", "websocat/prefixes.txt"),
    ("wscat", "wscat/terminal.txt.gz"),
    ("lines", "websocat/without-line-ends.txt"),
]
TIMES = 40
MOST = 20_000
"""Bytes of a file that are enough to break."""

PIECES = [
    *(bytes([byte]) for byte in b"\"'\\{}[]\n\0\xff\x1b"),
    *(b"\\ud800", b"\\x", b"...", b"[99 bytes]", b"1e999", b"-1", b"9" * 30, b"null", b"true"),
    *(b"\n> CLOSE 99 (OK) ", b"> GET / HTTP/1.1\n", b"= connection is CONNECTING\n"),
    *(
        b"--- request header ---\n",
        b'\nREAD 65536 "',
        b"\xed\xa0\x80",
        b"\x1b[2K",
        b"fin=0 opcode=0",
    ),
    *(b"http://[::1/", b"ws://[bad"),
]


def broken(content: bytes, chance: random.Random) -> bytes:
    """`content` with some of it changed, removed, repeated or cut off."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0:
                data[at : at + 1] = chance.randbytes(1)
            case 1:
                del data[at : at + chance.randrange(1, 200)]
            case 2:
                data[at:at] = chance.choice(PIECES)
            case 3:
                start = chance.randrange(len(data) + 1)
                data[at:at] = data[start : start + chance.randrange(1, 400)]
            case 4:
                del data[at:]
            case 5:
                data[at : at + chance.randrange(1, 8)] = chance.choice(PIECES)
    return bytes(data)


@pytest.mark.parametrize(("format_", "name"), FILES)
def test_broken_logs(format_: str, name: str) -> None:
    content = (FORMATS / name).read_bytes()
    whole = (gzip.decompress(content) if name.endswith(".gz") else content)[:MOST]
    for time in range(TIMES):
        data = broken(whole, random.Random(f"{name} {time}"))
        for reading in (Reading(format_, "s2c", everything=True), Reading(None, "s2c")):
            try:
                events = list(read_capture(MemoryFile(data), reading=reading))
                frames = list(read_frames(MemoryFile(data), reading=reading))
            except CaptureError as error:
                assert str(error)  # noqa: PT017 - that it is said is all there is to it
                continue
            assert len(frames) <= len(events)
            check = CaptureCheck("x", Selection(), Statistics(), Sessions(), reading=reading)
            for finding in check.findings_in(events):
                assert finding.message.encode()
