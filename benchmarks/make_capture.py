"""Writes a long capture: the plain server frames of the example captures, over and over.

    python -m benchmarks.make_capture FILE [--frames N] [--kind KIND]

Every run writes the same bytes. The capture is one session in order: `hello`, the client's `identify`,
then sequenced messages with seq 1, 2, 3, …, all before the first heartbeat is due, so that a checker
of captures has nothing to report about it. Other kinds have something:

- `findings`: each hundredth frame has a field of the wrong type
- `unknown`: each tenth frame has a field that nobody knows
- `one-sided`: there is nothing that the client sent
- `zstd`: each message of the server is compressed
"""

import argparse
import base64
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.frames import plain_server_frames
from voxwire.direction import Direction
from voxwire.wire.compression import Compressor

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


class Sent(NamedTuple):
    """A message of the capture: its Unix time in seconds, its direction, its text."""

    ts: float
    direction: Direction
    text: str


def sent_messages(frames: int) -> Iterator[Sent]:
    """The messages of the plain capture, for who writes them in another format."""
    for index, message in enumerate(itertools.islice(_messages(), frames)):
        ts = _time_of(index, frames)
        yield Sent(ts, "s2c", _compact(message))
        if message["type"] == "hello":
            yield Sent(ts, "c2s", _compact(IDENTIFY))


def write_capture(path: Path, frames: int = FRAMES, kind: str = "plain") -> None:
    """Write a capture with `frames` server frames and one of the client to `path`."""
    changed, line = _CHANGES.get(kind, _unchanged), _KINDS.get(kind, _frame_line)
    query = "v=1&encoding=json" + ("&compress=zstd" if kind == "zstd" else "")
    with path.open("w", encoding="utf-8") as out:
        out.write(_line({"url": f"ws://127.0.0.1/gateway?{query}", "ts": START}))
        for index, message in enumerate(itertools.islice(_messages(), frames)):
            ts = _time_of(index, frames)
            out.write(line(ts, "s2c", changed(index, message)))
            if message["type"] == "hello" and kind != "one-sided":
                out.write(_frame_line(ts, "c2s", IDENTIFY))


def _time_of(index: int, frames: int) -> float:
    return round(START + DURATION * index / frames, 6)


def _unchanged(_: int, message: dict[str, Any]) -> dict[str, Any]:
    return message


def _with_a_wrong_field(index: int, message: dict[str, Any]) -> dict[str, Any]:
    if index % 100 != 99 or not message.get("d"):
        return message
    payload = message["d"]
    return message | {"d": payload | {next(iter(payload)): []}}


def _with_an_unknown_field(index: int, message: dict[str, Any]) -> dict[str, Any]:
    if index % 10 != 9 or not isinstance(message.get("d"), dict):
        return message
    return message | {"d": message["d"] | {"new_field": index}}


_CHANGES: Mapping[str, Callable[[int, dict[str, Any]], dict[str, Any]]] = {
    "findings": _with_a_wrong_field,
    "unknown": _with_an_unknown_field,
}


def _messages() -> Iterator[dict[str, object]]:
    messages = [json.loads(frame.data) for frame in plain_server_frames()]
    opening = [next(m for m in messages if m["type"] == name) for name in ("hello", "ready")]
    repeated = [message for message in messages if message["type"] not in ONCE]
    seq = itertools.count(1)
    for message in itertools.chain(opening, itertools.cycle(repeated)):
        yield message | {"seq": next(seq)} if "seq" in message else message


def _frame_line(ts: float, direction: str, message: dict[str, Any]) -> str:
    return _line({"ts": ts, "dir": direction, "opcode": "text", "text": _compact(message)})


def _compressed_line(ts: float, direction: str, message: dict[str, Any]) -> str:
    data = base64.b64encode(Compressor().compress(_compact(message).encode())).decode()
    return _line({"ts": ts, "dir": direction, "opcode": "binary", "b64": data})


_KINDS: Mapping[str, Callable[[float, str, dict[str, Any]], str]] = {"zstd": _compressed_line}
KINDS = ("plain", "findings", "unknown", "one-sided", "zstd")


def _line(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def _compact(message: dict[str, object]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Write the capture that the command line names."""
    parser = argparse.ArgumentParser(description="Write a long capture for benchmarks.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--frames", type=int, default=FRAMES, help=f"default: {FRAMES}")
    parser.add_argument("--kind", choices=KINDS, default="plain")
    arguments = parser.parse_args()
    write_capture(arguments.file, arguments.frames, arguments.kind)


if __name__ == "__main__":
    main()
