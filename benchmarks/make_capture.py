"""Writes a long capture: the plain server frames of the example captures, over and over.

    python -m benchmarks.make_capture FILE [--frames N]

Every run writes the same bytes. The capture is one connection in order: `hello`, then sequenced
messages with seq 1, 2, 3, …, so that a checker of captures has nothing to report about it.
"""

import argparse
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.frames import plain_server_frames

FRAMES = 200_000
START = 1_795_376_349.0
"""Unix time of the connection, in seconds."""
INTERVAL = 0.01
"""Seconds between two frames."""
ONCE = frozenset({"hello", "ready", "resumed"})
"""Types that open a session: they stand at the start of the capture and are not repeated."""


def write_capture(path: Path, frames: int = FRAMES) -> None:
    """Write a capture with `frames` server frames to `path`."""
    with path.open("w", encoding="utf-8") as out:
        out.write(_line({"url": "ws://127.0.0.1/gateway?v=1&encoding=json", "ts": START}))
        for index, message in enumerate(itertools.islice(_messages(), frames)):
            ts = round(START + index * INTERVAL, 2)
            out.write(_line({"ts": ts, "dir": "s2c", "opcode": "text", "text": _compact(message)}))


def _messages() -> Iterator[dict[str, object]]:
    messages = [json.loads(frame.data) for frame in plain_server_frames()]
    opening = [next(m for m in messages if m["type"] == name) for name in ("hello", "ready")]
    repeated = [message for message in messages if message["type"] not in ONCE]
    seq = itertools.count(1)
    for message in itertools.chain(opening, itertools.cycle(repeated)):
        yield message | {"seq": next(seq)} if "seq" in message else message


def _line(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def _compact(message: dict[str, object]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Write the capture that the command line names."""
    parser = argparse.ArgumentParser(description="Write a long capture for benchmarks.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--frames", type=int, default=FRAMES, help=f"default: {FRAMES}")
    arguments = parser.parse_args()
    write_capture(arguments.file, arguments.frames)


if __name__ == "__main__":
    main()
