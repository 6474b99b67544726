"""The frames that the benchmarks read: what servers sent in the example captures, as JSON bytes."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import zstandard

CAPTURES = Path(__file__).parent.parent / "examples" / "captures"


class Frame(NamedTuple):
    """One server frame: its message type and its JSON text as it was before any compression."""

    type: str
    data: bytes


def server_frames() -> list[Frame]:
    """Every server frame of the example captures, compressed ones decompressed, in file order."""
    decompress = zstandard.ZstdDecompressor().decompress
    return [
        _frame(record["text"].encode())
        if record["opcode"] == "text"
        else _frame(decompress(base64.b64decode(record["b64"])))
        for record in _server_records()
    ]


def plain_server_frames() -> list[Frame]:
    """The server frames that were sent uncompressed, in file order."""
    return [
        _frame(record["text"].encode())
        for record in _server_records()
        if record["opcode"] == "text"
    ]


def most_frequent(frames: list[Frame], count: int) -> tuple[str, ...]:
    """The `count` most frequent message types, most frequent first."""
    return tuple(name for name, _ in Counter(frame.type for frame in frames).most_common(count))


def _server_records() -> Iterator[dict[str, str]]:
    for path in sorted(CAPTURES.rglob("*.ndjson")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if record.get("dir") == "s2c":
                    yield record


def _frame(data: bytes) -> Frame:
    return Frame(json.loads(data)["type"], data)
