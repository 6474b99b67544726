"""Frames of a newer server: keys that nobody knows are noted as the exact way does, without it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.mapped import Here, found_in
from voxwire.checks.checked_protocol import CheckedProtocol
from voxwire.checks.frame_check import FrameCheck
from voxwire.checks.quick.certify import Certifier
from voxwire.vox import VOX

START = 1_795_376_349.0
OPENING: list[Any] = [
    {"url": "wss://h/gateway?v=1&encoding=json", "ts": START},
    ("s2c", {"type": "hello", "d": {"heartbeat_interval": 45000}}),
    ("c2s", {"type": "identify", "d": {"token": "vox_sess_example", "protocol_version": 1}}),
    (
        "s2c",
        {
            "type": "ready",
            "d": {
                "session_id": "sess_1",
                "user_id": 1,
                "display_name": "T",
                "server_name": "S",
                "protocol_version": 1,
                "capabilities": [],
            },
            "seq": 1,
        },
    ),
]
TYPING = '{"type":"typing_start","d":{"user_id":%d,"feed_id":2},"seq":%d}'
NEW = '{"type":"typing_start","d":{"user_id":3,"feed_id":2,"new":%s},"seq":%d}'


def lines(texts: list[str], step: float = 0.01) -> bytes:
    """A capture of a session in which the server sends these texts."""
    records: list[dict[str, Any]] = []
    for line in OPENING:
        if isinstance(line, dict):
            records.append(line)
        else:
            records.append(_frame(line[0], json.dumps(line[1], separators=(",", ":")), START))
    for index, text in enumerate(texts):
        records.append(_frame("s2c", text, START + step * (index + 1)))
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def _frame(direction: str, text: str, ts: float) -> dict[str, Any]:
    return {"ts": ts, "dir": direction, "opcode": "text", "text": text}


def typing(first: int, count: int) -> list[str]:
    return [TYPING % (3, seq) for seq in range(first, first + count)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The frames that the exact way was asked about."""
    found: list[bytes] = []
    report = FrameCheck.report

    def noting(self: FrameCheck, data: bytes, direction: Any) -> Any:
        found.append(data)
        return report(self, data, direction)

    monkeypatch.setattr(FrameCheck, "report", noting)
    return found


@pytest.fixture
def ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Iterator[Any]]:
    """What is found in a capture: exactly, in one go, in small parts."""

    def found(data: bytes) -> Iterator[Any]:
        path = tmp_path / "capture.ndjson"
        path.write_bytes(data)
        with monkeypatch.context() as patch:
            patch.setattr(CheckedProtocol.of(VOX).frames, "sound_frame", lambda *_: None)
            patch.setattr(Certifier, "runs", lambda *_, **__: [])
            yield found_in([str(path)])
        yield found_in([str(path)])
        yield found_in([str(path)], Here(), part_size=700)

    return found


def rules(found: Any) -> list[tuple[str, int | None, str | None]]:
    return [(finding.rule.id, finding.frame, finding.pointer) for finding in found[0]]


def test_every_frame_has_a_new_key(
    ways: Callable[[bytes], Iterator[Any]], asked: list[bytes]
) -> None:
    texts = [NEW % (value, seq) for seq, value in enumerate(["1", '"x"', "null", "[{}]"] * 10, 2)]
    exactly, in_one_go, in_parts = ways(lines(texts))
    assert rules(exactly) == [("UNKNOWN_FIELD", 4 + place, "/d/new") for place in range(40)]
    assert in_one_go == exactly
    assert in_parts == exactly
    asked.clear()
    _, in_one_go, _ = ways(lines(texts))
    assert in_one_go == exactly
    assert not [data for data in asked[len(texts) + 3 :] if b'"new"' in data]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"type":"typing_start","d":{"new":1,"user_id":3,"feed_id":2},"seq":5}', "/d/new"),
        ('{"type":"typing_start","d":{"user_id":3,"new":{"a":[1]},"feed_id":2},"seq":5}', "/d/new"),
        ('{"type":"typing_start","d":{"user_id":3,"feed_id":2},"seq":5,"new":1}', "/new"),
        ('{"type":"typing_start", "d":{"user_id":3,"feed_id":2,"a/b":1.50},"seq":5}', "/d/a~1b"),
    ],
)
def test_wherever_the_key_is(
    text: str, expected: str, ways: Callable[[bytes], Iterator[Any]], asked: list[bytes]
) -> None:
    data = lines([*typing(2, 3), text, *typing(6, 3)])
    exactly, in_one_go, in_parts = ways(data)
    assert rules(exactly) == [("UNKNOWN_FIELD", 7, expected)]
    assert in_one_go == exactly
    assert in_parts == exactly
    assert asked.count(text.encode()) == 1  # by the exact way alone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"type":"typing_start","d":{"user_id":3,"feed_id":2,"new":1,"new":1},"seq":5}', {"JSON_DUPLICATE_KEY", "UNKNOWN_FIELD"}),
        ('{"type":"typing_start","d":{"user_id":3,"user_id":3,"feed_id":2,"new":1},"seq":5}', {"JSON_DUPLICATE_KEY", "UNKNOWN_FIELD"}),
        ('{"type":"typing_start","d":{"user_id":"3","feed_id":2,"new":1},"seq":5}', {"FIELD_TYPE", "UNKNOWN_FIELD"}),
        ('{"type":"typing_start","d":{"user_id":3,"feed_id":2,"new":' + "[" * 140 + "]" * 140 + '},"seq":5}', {"JSON_TOO_DEEP"}),
        ('{"type":"typing_start","d":{"user_id":3,"feed_id":2,"new":1e999},"seq":5}', {"JSON_NUMBER_RANGE"}),
        ('{"type":"typing_start","d":{"user_id":3,"feed_id":2,"new":"\\ud800"},"seq":5}', {"JSON_LONE_SURROGATE"}),
        ('{"type":"presence_update","d":{"user_id":3,"status":"brb","new":1},"seq":5}', {"UNKNOWN_ENUM_VALUE", "UNKNOWN_FIELD"}),
        ('{"type":"typing_start","d":{"user_id":3,"feed_id":2,"new":1},"seq":7}', {"SEQ_GAP", "UNKNOWN_FIELD"}),
    ],
)  # fmt: skip
def test_what_is_wrong_besides(
    text: str, expected: set[str], ways: Callable[[bytes], Iterator[Any]]
) -> None:
    before = NEW % (1, 2)
    exactly, in_one_go, in_parts = ways(lines([before, *typing(3, 2), text]))
    assert {rule for rule, frame, _ in rules(exactly) if frame == 7} == expected
    assert in_one_go == exactly
    assert in_parts == exactly


def test_the_hint_is_that_of_each_layout(ways: Callable[[bytes], Iterator[Any]]) -> None:
    both = '{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"hi","feedid":1},"seq":2}'
    other = '{"type":"message_create","d":{"msg_id":1,"author_id":7,"dm_id":1,"timestamp":1795376354000,"body":"hi","feedid":1},"seq":3}'
    exactly, in_one_go, in_parts = ways(lines([both, other]))
    assert [finding.hint for finding in exactly[0]] == [None, 'did you mean "feed_id"?']
    assert in_one_go == exactly
    assert in_parts == exactly


def test_a_close_is_judged_by_what_was_noted(ways: Callable[[bytes], Iterator[Any]]) -> None:
    data = lines([*typing(2, 3), NEW % (1, 5), *typing(6, 3)])
    close = json.dumps({"close": {"code": 4002, "reason": ""}, "ts": START + 1}).encode() + b"\n"
    exactly, in_one_go, in_parts = ways(data + close)
    assert in_one_go == exactly
    assert in_parts == exactly


def test_what_waited_for_time_comes_first(ways: Callable[[bytes], Iterator[Any]]) -> None:
    beat = json.dumps(_frame("c2s", '{"type":"heartbeat"}', START)).encode() + b"\n"
    opening = lines([])
    news = lines([NEW % (1, 2), *typing(3, 3), NEW % (1, 6)]).removeprefix(opening)
    exactly, in_one_go, in_parts = ways(opening + beat * 200 + news)
    found = [rule for rule, frame, _ in rules(exactly)]
    assert found.index("UNKNOWN_FIELD") == 1
    assert found[0] == "RATE_MESSAGES"
    assert in_one_go == exactly
    assert in_parts == exactly


def test_strange_keys_are_not_remembered_without_end(
    ways: Callable[[bytes], Iterator[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voxwire.checks.quick.unknown_keys._MOST_LAYOUTS", 0)
    exactly, in_one_go, in_parts = ways(
        lines(
            [
                f'{{"type":"typing_start","d":{{"user_id":3,"feed_id":2,"odd":1}},"seq":{seq}}}'
                for seq in range(2, 9)
            ]
        )
    )
    assert len(exactly[0]) == 7
    assert in_one_go == exactly
    assert in_parts == exactly
