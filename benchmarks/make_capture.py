"""Writes a long capture: the plain server frames of the example captures, over and over.

    python -m benchmarks.make_capture FILE [--frames N]

Every run writes the same bytes. The capture is one session in order: `hello`, the client's `identify`,
then sequenced messages with seq 1, 2, 3, …, all before the first heartbeat is due, so that a checker
of captures has nothing to report about it.
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
DURATION = 40.0
"""Seconds from the first frame to the last: less than the 45 of a heartbeat interval."""
IDENTIFY: dict[str, object] = {
    "type": "identify",
    "d": {"token": "vox_sess_example", "protocol_version": 1},
}
ONCE = frozenset({"heartbeat_ack", "hello", "ready", "resumed"})
"""Types that open a session or answer a client: they are not repeated."""


def write_capture(path: Path, frames: int = FRAMES) -> None:
    """Write a capture with `frames` server frames and one of the client to `path`."""
    with path.open("w", encoding="utf-8") as out:
        out.write(_line({"url": "ws://127.0.0.1/gateway?v=1&encoding=json", "ts": START}))
        for index, message in enumerate(itertools.islice(_messages(), frames)):
            ts = round(START + DURATION * index / frames, 6)
            out.write(_frame_line(ts, "s2c", message))
            if message["type"] == "hello":
                out.write(_frame_line(ts, "c2s", IDENTIFY))


def _messages() -> Iterator[dict[str, object]]:
    messages = [json.loads(frame.data) for frame in plain_server_frames()]
    opening = [next(m for m in messages if m["type"] == name) for name in ("hello", "ready")]
    repeated = [message for message in messages if message["type"] not in ONCE]
    seq = itertools.count(1)
    for message in itertools.chain(opening, itertools.cycle(repeated)):
        yield message | {"seq": next(seq)} if "seq" in message else message


def _frame_line(ts: float, direction: str, message: dict[str, object]) -> str:
    return _line({"ts": ts, "dir": direction, "opcode": "text", "text": _compact(message)})


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
