"""`voxwire stats`: what is counted in captures, in tables and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import zstandard

from tests.voxwire.commands import Command
from tests.voxwire.native import EXAMPLES, START, binary, c2s, capture, close, header, leave, s2c
from voxwire.analysis.distribution import Distribution, Spread
from voxwire.report.addresses import shown_address
from voxwire.vox import VOX

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TOKEN = "vox_sess_" + "Az09" * 6


@pytest.fixture
def stats(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command("stats", capsys)


def spread(numbers: Sequence[int]) -> Spread | None:
    distribution = Distribution()
    for number in numbers:
        distribution.add(number)
    return distribution.spread()


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], None),
        ([7], Spread(1, 7, 7, 7, 7, 7)),
        ([2, 1], Spread(2, 3, 1, 1, 2, 2)),
        ([3, 1, 2], Spread(3, 6, 1, 2, 3, 3)),
        (range(1, 101), Spread(100, 5050, 1, 50, 95, 100)),
        ([1234, 1236], Spread(2, 2470, 1234, 1234, 1236, 1236)),
        ([0, 12_345, 99_999], Spread(3, 112_344, 0, 12_300, 99_999, 99_999)),
        ([999, 1000, 1004, 1005], Spread(4, 4008, 999, 1000, 1005, 1005)),
    ],
)
def test_how_numbers_are_spread(numbers: Sequence[int], expected: Spread | None) -> None:
    assert spread(numbers) == expected


def test_memory_does_not_grow_with_the_numbers() -> None:
    distribution = Distribution()
    for number in range(200_000):
        distribution.add(number)
    assert len(distribution._counts) < 3_200
    assert distribution.spread() == Spread(200_000, 19_999_900_000, 0, 100_000, 190_000, 199_999)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("wss://host/gateway?v=1&encoding=json", "wss://host/gateway?v=1&encoding=json"),
        ("wss://me:pass@host/?key=abc&v=1#x", "wss://***@host/?key=***&v=1#x"),
        (f"wss://host/{TOKEN}\x1b[2J", "wss://host/vox_sess_***\\x1b[2J"),
    ],
)
def test_addresses_are_shown_without_secrets(url: str, shown: str) -> None:
    assert shown_address(url, VOX) == shown


def at(seconds: float, line: str) -> str:
    return json.dumps(json.loads(line) | {"ts": START + seconds})


BEAT = {"type": "heartbeat"}
ANSWER = {"type": "heartbeat_ack"}
SMALL = capture(
    header(),
    at(0.25, leave(2)),
    at(0.5, leave(3)),
    at(1, c2s(BEAT)),
    at(1.002, s2c(ANSWER)),
    at(2, c2s(BEAT)),
    at(2.01, s2c(ANSWER)),
    at(3, leave(6)),
    at(3, leave(6)),
    at(4, binary(zstandard.compress(b'{"type":"hello","d":{}}'))),
    at(4, binary(b"no zstd")),
    at(5, close(4007, f"late {TOKEN}")),
    "no line",
)


def write(tmp_path: Path, content: bytes, name: str = "capture.ndjson") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def said_of(path: Path) -> str:
    words = "error[CAPTURE_LINE_INVALID] line 13 is not JSON: invalid character (byte 4)"
    return f"voxwire stats: {path}#c1 {words}\n"


def test_everything_as_json(stats: Command, tmp_path: Path) -> None:
    path = write(tmp_path, SMALL)
    ran = stats("--format", "json", path)
    assert (ran.status, ran.err) == (3, said_of(path))
    leaves = len('{"type": "member_leave", "d": {"user_id": 7}, "seq": 2}')
    size = len(zstandard.compress(b'{"type":"hello","d":{}}'))

    def same(count: int, size: int) -> dict[str, int]:
        spread = {"count": count, "total": count * size}
        return spread | dict.fromkeys(("min", "median", "p95", "max"), size)

    assert ran.json == {
        "version": 1,
        "files": 1,
        "frames": 10,
        "broken": 1,
        "undecompressed": 1,
        "types": [
            {"direction": "s2c", "type": "member_leave", "bytes": same(4, leaves)},
            {"direction": "s2c", "type": "heartbeat_ack", "bytes": same(2, 25)},
            {"direction": "s2c", "type": None, "bytes": same(1, 7)},
            {"direction": "s2c", "type": "hello", "bytes": same(1, 23)},
            {"direction": "c2s", "type": "heartbeat", "bytes": same(2, 21)},
        ],
        "connections": [
            {
                "file": str(path),
                "connection": 1,
                "url": "wss://host/gateway?v=1&encoding=json",
                "subprotocol": None,
                "not_recorded": [],
                "started": START,
                "seconds": 5.0,
                "frames": {"s2c": 8, "c2s": 2},
                "peak": {"s2c": 2, "c2s": 1},
                "gaps": 0,
                "seq": {"first": 2, "last": 6, "gaps": 1, "missing": 2, "repeated": 1},
                "ending": "closed",
                "close": {"code": 4007, "reason": "late vox_sess_***"},
            }
        ],
        "compression": {
            "s2c": {"compressed": size, "decompressed": 23},
            "c2s": {"compressed": 0, "decompressed": 0},
        },
        "heartbeats": [
            {
                "type": "heartbeat",
                "count": 2,
                "round_trip_microseconds": {
                    "count": 2,
                    "total": 12_000,
                    "min": 2_000,
                    "median": 2_000,
                    "p95": 10_000,
                    "max": 10_000,
                },
            }
        ],
    }


def test_everything_as_text(stats: Command, tmp_path: Path) -> None:
    path = write(tmp_path, SMALL)
    ran = stats(path)
    place = f"{path}#c1"
    width = len(place)
    assert (ran.status, ran.err) == (3, said_of(path))
    assert ran.out.splitlines() == [
        "direction  type           frames  bytes  min  median  p95  max",
        "s2c        member_leave        4    220   55      55   55   55",
        "s2c        heartbeat_ack       2     50   25      25   25   25",
        "s2c        (unknown)           1      7    7       7    7    7",
        "s2c        hello               1     23   23      23   23   23",
        "c2s        heartbeat           2     42   21      21   21   21",
        "",
        f"{'connection':{width}}  seconds  s2c  c2s  peak/s  seq  missing  end",
        f"{place}      5.0    8    2       2  2-6        2  4007 late vox_sess_***",
        "  wss://host/gateway?v=1&encoding=json",
        "",
        "1 file, 1 connection, 10 frames",
        "from servers: 1.60 frames a second on average, 2 in the busiest one",
        "from servers: 32 bytes compressed, 23 decompressed, 0.72:1",
        "from clients: 0.40 frames a second on average, 1 in the busiest one",
        "1 binary message could not be decompressed",
        "heartbeat: 2 heartbeats; 2 round trips: min 2.0 ms, median 2.0 ms, p95 10.0 ms, max 10.0 ms",
        "1 place where something is missing or broken",
    ]


def test_real_traffic_of_several_files(stats: Command) -> None:
    ran = stats("--format", "json", *sorted(EXAMPLES.glob("flow-resume-*.ndjson")))
    assert ran.json["files"] == 5
    assert ran.json["frames"] == 204 + 77 + 13 + 17 + 2
    endings = [(one["ending"], one["close"]) for one in ran.json["connections"]]
    assert endings == [
        *[("lost", None)] * 4,
        ("closed", {"code": 4009, "reason": "SESSION_EXPIRED"}),
    ]


def test_what_was_not_recorded_is_not_said_to_be_lost(stats: Command, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(lacks=["close", "time"]), leave(2)))
    (one,) = stats("--format", "json", path).json["connections"]
    assert (one["ending"], one["not_recorded"]) == ("not recorded", ["close", "time"])
    assert (one["started"], one["seconds"], one["peak"]) == (None, None, None)


def test_many_connections_get_twenty_lines(stats: Command, tmp_path: Path) -> None:
    path = write(tmp_path, capture(*(header() for _ in range(23))))
    lines = stats(path).out.splitlines()
    assert lines[21] == "and 3 more connections; --format json has all"
    assert lines[-1] == "1 file, 23 connections, 0 frames"


def test_many_types_are_counted_together(stats: Command, tmp_path: Path) -> None:
    frames = [s2c({"type": f"type{number}"}) for number in range(1010)]
    types = stats("--format", "json", write(tmp_path, capture(header(), *frames))).json["types"]
    assert len(types) == 1001
    assert (types[0]["type"], types[0]["bytes"]["count"]) == ("(other types)", 10)


def test_a_type_that_is_a_token_is_masked(stats: Command, tmp_path: Path) -> None:
    path = write(tmp_path, capture(header(), s2c({"type": TOKEN})))
    assert "vox_sess_***" in stats(path).out
    assert TOKEN not in stats(path).out


def test_a_file_that_cannot_be_read(stats: Command, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    good = write(tmp_path, SMALL, "good.ndjson")
    ran = stats("--format", "json", missing, good)
    assert ran.status == 3
    assert ran.err.startswith(f"voxwire stats: cannot read {missing}: No such file or directory")
    assert ran.json["frames"] == 10


def test_the_output_goes_to_a_file_that_is_not_read(stats: Command, tmp_path: Path) -> None:
    path = write(tmp_path, SMALL)
    sentence = f"voxwire stats: the output would overwrite {path}, which is to be read\n"
    assert stats("-o", path, path) == (2, "", sentence)
    assert path.read_bytes() == SMALL
    assert stats("-o", tmp_path / "out", path) == (3, "", said_of(path))
    assert (tmp_path / "out").read_text().startswith("direction  type")
