"""Reads a file once, with one of those that can, in a process of its own.

    python -m benchmarks.one_reading FORMAT READER FILE SHORT HOW

SHORT is a short file of the same format, which is read first, so that nothing is imported while it counts. Prints what that cost as JSON. READER is ``voxwire``, a peer of :mod:`benchmarks.reader_peers`, or ``messages``
for a file with nothing but messages, one a line, which are parsed with orjson.
"""

import gc
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.reader_peers import PEERS, Message

OURS = "voxwire"
PARSED = "messages"
TIMED, WATCHED, HASHED = "timed", "watched", "hashed"
"""What is looked at while a file is read: the time, the memory, the messages."""
_LOOKED_AT = 2000
"""Frames after which the memory is looked at."""
_ZSTD = b"\x28\xb5\x2f\xfd"


class Reading(NamedTuple):
    """What one reading cost and gave."""

    frames: int
    seconds: float = 0
    """Of the processor, without the start of the process and its imports."""
    peak: float = 0
    """Peak memory in MB: with the interpreter, with modules and with what is mapped of files."""
    own: float = 0
    """The same without what is mapped of files."""
    digest: str = ""
    """Of all messages, decompressed: the same for all formats."""


def reading(format_: str, reader: str, path: Path, short: Path, how: str = TIMED) -> Reading:
    """What reading a file in a fresh process costs and gives."""
    paths = str(path), str(short)
    command = [sys.executable, "-m", "benchmarks.one_reading", format_, reader, *paths, how]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return Reading(*json.loads(done.stdout.splitlines()[-1]))


def read_once(format_: str, reader: str, path: Path, short: Path, how: str) -> Reading:
    """The same in this process."""
    if reader == PARSED:
        return _parsed(path)
    read = ours if reader == OURS else PEERS[format_][reader]
    for _ in read(short):
        pass
    if how == HASHED:
        return _hashed(read(path))
    if how == WATCHED:
        return _watched(read(path))
    gc.collect()
    frames = 0
    start = time.process_time()
    for _ in read(path):
        frames += 1
    return Reading(frames, time.process_time() - start, _megabytes("VmHWM"))


def ours(path: Path) -> Iterator[Message]:
    """The messages of any file, with our reader. Whatever else there is to tell ends the process."""
    from voxwire.capture import Closed, Frame, Opened, read_capture

    for event in read_capture(path):
        if type(event) is Frame:
            yield event.direction == "c2s", event.data
        elif not isinstance(event, Opened | Closed):
            raise SystemExit(f"{path.name}: {event}")


def _parsed(path: Path) -> Reading:
    import orjson

    messages = path.read_bytes().splitlines()
    gc.collect()
    start = time.process_time()
    for message in messages:
        orjson.loads(message)
    return Reading(len(messages), time.process_time() - start, _megabytes("VmHWM"))


def _watched(messages: Iterable[Message]) -> Reading:
    own, frames = 0.0, 0
    for _ in messages:
        frames += 1
        if not frames % _LOOKED_AT:
            own = max(own, _megabytes("RssAnon"))
    return Reading(frames, peak=_megabytes("VmHWM"), own=max(own, _megabytes("RssAnon")))


def _hashed(messages: Iterable[Message]) -> Reading:
    import zstandard

    decompress = zstandard.ZstdDecompressor().decompress
    digest, frames = hashlib.sha256(), 0
    for is_client, content in messages:
        frames += 1
        data = content.encode() if isinstance(content, str) else content
        if data.startswith(_ZSTD):
            data = decompress(data)
        digest.update(b"%d%s\n" % (is_client, data.rstrip(b"\n")))  # websocat sends whole lines
    return Reading(frames, digest=digest.hexdigest())


def _megabytes(name: str) -> float:
    """What Linux says of the memory of this process. Not what it says of the most that a process ever
    had: that begins with the memory of the one that started it."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        found, _, value = line.partition(":")
        if found == name:
            return int(value.split()[0]) / 1024
    raise SystemExit(f"/proc/self/status says no {name}: this is measured on Linux")


def main() -> None:
    """Read the file that the command line names."""
    format_, reader, path, short, how = sys.argv[1:]
    print(json.dumps(read_once(format_, reader, Path(path), Path(short), how)))


if __name__ == "__main__":
    main()
