"""Passing over runs of frames hides nothing: what is found and counted is what the exact way finds."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.native import EXAMPLES, START, binary, c2s, capture, close, header, ready, s2c
from voxwire.checks import CaptureCheck, Finding, Selection, Sessions, Statistics
from voxwire.checks.quick.certify import Certifier
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.wire.compression import Compressor

HELLO = s2c({"type": "hello", "d": {"heartbeat_interval": 45000}})
IDENTIFY = c2s({"type": "identify", "d": {"token": "vox_sess_abcdefgh"}})
BEGUN = [header(), HELLO, IDENTIFY, ready()]


def member(seq: int, **keys: object) -> str:
    """A compact frame, as servers write it."""
    frame = {"type": "member_leave", "d": {"user_id": 7} | keys, "seq": seq}
    return s2c(json.dumps(frame, separators=(",", ":")))


def member_of_another(seq: int) -> str:
    """The same frame on a connection of its own."""
    return json.dumps(json.loads(member(seq)) | {"conn": "b"})


def with_time(line: str, ts: float | None) -> str:
    return json.dumps(json.loads(line) | {"ts": ts})


def update(seq: int, size: int) -> str:
    """A compact frame with a body of this size."""
    payload = {"msg_id": 1, "feed_id": 1, "body": "x" * size}
    frame = {"type": "message_update", "d": payload, "seq": seq}
    return s2c(json.dumps(frame, separators=(",", ":")))


def check(path: Path) -> tuple[list[Finding], list[Any]]:
    statistics = Statistics()
    selection = Selection(strict=True)
    findings = list(CaptureCheck(str(path), selection, statistics, Sessions()).findings())
    return findings, statistics.rows


def check_both_ways(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int | None]]:
    """The findings, after comparing them with those of the exact way."""
    quick = check(path)
    with monkeypatch.context() as patch:
        patch.setattr(Certifier, "runs", lambda *_, **__: [])
        assert check(path) == quick
    return [(finding.rule, finding.frame) for finding in quick[0]]


STOPS: dict[str, tuple[list[str], list[tuple[str, int | None]]]] = {
    "unknown field": ([member(2), member(3, zz=1)], [("UNKNOWN_FIELD", 5)]),
    "repeated key": (
        [member(2), s2c('{"type":"member_leave","d":{"user_id":7,"user_id":7},"seq":3}')],
        [("JSON_DUPLICATE_KEY", 5)],
    ),
    "unlisted value": (
        [member(2), s2c('{"type":"presence_update","d":{"user_id":1,"status":"brb"},"seq":3}')],
        [("UNKNOWN_ENUM_VALUE", 5)],
    ),
    "wrong number": ([member(2), member(4)], [("SEQ_GAP", 5)]),
    "wrong payload": ([member(2), s2c('{"type":"member_leave","d":{},"seq":3}')],
                      [("FIELD_MISSING", 5)]),
    "another connection": (
        [member(2), member_of_another(3), member(3)],
        [("CAPTURE_NO_HEADER", None)],
    ),
    "ready with the number that is due": (
        [ready(2)],
        [("READY_UNASKED", 4)],
    ),
    "control message": (
        [member(2), s2c({"type": "heartbeat_ack"}), member(3)],
        [("HEARTBEAT_ACK_UNASKED", 5)],
    ),
    "second ready": ([member(2), ready(), member(2)], [("READY_UNASKED", 5)]),
    "client message": ([member(2), IDENTIFY, member(3)], [("IDENTIFY_REPEATED", 5)]),
    "binary message": (
        [member(2), binary(Compressor().compress(b'{"type":"member_leave","d":{"user_id":7},"seq":3}'))],
        [("COMPRESSION_UNASKED", 5)],
    ),
    "too large": ([update(2, 1), update(3, MAX_FRAME_SIZE)], [("FRAME_TOO_LARGE", 5)]),
    "bad line": ([member(2), "{", member(3)], [("CAPTURE_LINE_INVALID", None)]),
    "time that runs backwards": (
        [member(2), with_time(member(3), START - 60)],
        [("CAPTURE_TIME_BACKWARDS", None)],
    ),
    "jitter": ([member(2), with_time(member(3), START + 0.95)], []),
    "milliseconds": (
        [member(2), with_time(member(3), START * 1000 + 2000)],
        [("CAPTURE_TIME_UNIT", None)],
    ),
    "no time after times that run backwards": (
        [member(2), with_time(member(3), START - 60), with_time(member(4), None), member(6)],
        [("CAPTURE_TIME_BACKWARDS", None), ("SEQ_GAP", 7)],
    ),
    "milliseconds after no time": (
        [
            with_time(member(2), START * 1000),
            with_time(member(3), None),
            with_time(member(4), START * 1000),
            member(6),
        ],
        [("CAPTURE_TIME_UNIT", None), ("SEQ_GAP", 7)],
    ),
    "no time": ([member(2), with_time(member(3), None)], [("CAPTURE_TIME_MISSING", None)]),
    "a gap after a gap": ([member(3), member(4), member(6)], [("SEQ_GAP", 4), ("SEQ_GAP", 6)]),
    "after the close": ([close(), member(2), member(3)], [("FRAME_AFTER_CLOSE", 4)]),
    "nested too deeply": (
        [
            member(2),
            s2c(
                '{"type":"presence_update","d":{"user_id":1,"status":"idle","activity":{"type":"playing",'
                f'"name":"x","z":{"[" * 130}{"]" * 130}}}}},"seq":3}}'
            ),
        ],
        [("JSON_TOO_DEEP", 5)],
    ),
    "blank line": ([member(2), "", member(3)], []),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "found"), STOPS.values(), ids=STOPS.keys())
def test_a_run_stops_at(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lines: list[str],
    found: list[tuple[str, int | None]],
) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*BEGUN, *lines, member(4), member(5)))
    assert [f for f in check_both_ways(path, monkeypatch) if f[0] != "SEQ_REGRESSION"][
        : len(found)
    ] == found


def test_what_waits_for_times_is_said_when_a_run_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before what comes after the run."""
    typing = c2s({"type": "typing", "d": {"feed_id": 1}})
    run = [with_time(member(seq), START + seq) for seq in range(2, 6)]
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(header(ts=START + 1), *BEGUN[1:], typing, typing, *run, "{", *run))
    assert [rule for rule, _ in check_both_ways(path, monkeypatch)][:2] == [
        "RATE_TYPING",
        "CAPTURE_LINE_INVALID",
    ]


def _mutated(line: str, chance: random.Random) -> str:
    """`line` with one change, mostly inside the frame that it holds."""
    entry = json.loads(line)
    text = entry.get("text")
    if text is None or chance.random() < 0.1:
        return line[: chance.randrange(len(line))]
    place = chance.randrange(len(text))
    change = chance.choice(['"', "\\", "{", "}", ",", '"zz":1,', "1", "null", " ", "é", "seq", ""])
    entry["text"] = text[:place] + change + text[place + chance.choice([0, 1, 4]) :]
    return json.dumps(entry, ensure_ascii=chance.random() < 0.5)


@pytest.mark.parametrize("seed", range(40))
def test_mutated_captures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)
    source = EXAMPLES / chance.choice(["main-bot-plain.ndjson", "main-alice-phone-plain.ndjson"])
    lines = source.read_text("utf-8").split("\n")[:-1]
    for _ in range(6):
        place = chance.randrange(1, len(lines) - 1)
        match chance.randrange(4):
            case 0:
                lines.insert(place, lines[chance.randrange(1, len(lines) - 1)])
            case 1:
                del lines[place]
            case _:
                lines[place] = _mutated(lines[place], chance)
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*lines))
    assert check_both_ways(path, monkeypatch) != []


@pytest.mark.parametrize("seed", range(10))
def test_mutated_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)
    lines = (EXAMPLES / "main-bot-plain.ndjson").read_text("utf-8").split("\n")[:-1]
    for _ in range(6):
        place = chance.randrange(len(lines))
        ts = json.loads(lines[place])["ts"] or 0.0
        other = chance.choice([None, 0.0, ts * 1000, ts - 0.05, ts - 50, ts + 50, 1e300])
        lines[place] = with_time(lines[place], other)
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*lines))
    check_both_ways(path, monkeypatch)


def test_most_of_a_capture_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    exact: list[int] = []
    frame = CaptureCheck._frame

    def counted(self: CaptureCheck, event: Any, followed: Any) -> Any:
        exact.append(event.number)
        return frame(self, event, followed)

    monkeypatch.setattr(CaptureCheck, "_frame", counted)
    check(EXAMPLES / "main-bot-plain.ndjson")
    assert 0 < len(exact) < 150
