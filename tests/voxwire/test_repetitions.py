"""What one cause brings about again and again is listed once and counted."""

from pathlib import Path

import pytest

from tests.voxwire.conversation import (
    ack,
    begun,
    find,
    hello,
    identify,
    leave,
    ready,
    resume,
    rules,
)
from tests.voxwire.native import binary, c2s, capture, close, header
from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.checks import CaptureCheck, Repeated, Selection, Sessions, Statistics
from voxwire.checks.findings import Finding
from voxwire.checks.repetitions import Repetitions
from voxwire.rules.heartbeats import HEARTBEAT_ACK_UNASKED
from voxwire.rules.rates import RATE_TYPING

MANY = 200
ZSTD = "wss://host/gateway?v=1&encoding=json&compress=zstd"
TYPING = c2s({"type": "typing", "d": {"feed_id": 1}})


def check(
    folder: Path, *lines: str, selection: Selection | None = None
) -> tuple[list[tuple[str, int | None]], Statistics]:
    path = folder / "capture.ndjson"
    path.write_bytes(capture(*lines))
    statistics = Statistics()
    check_ = CaptureCheck(str(path), selection or Selection(), statistics, Sessions())
    return rules(list(check_.findings())), statistics


CAUSES: dict[str, tuple[list[str], str, int, int]] = {
    "HEARTBEAT_ACK_UNASKED": ([*begun(), *[ack()] * MANY], "HEARTBEAT_ACK_UNASKED", 4, MANY),
    "BEFORE_READY": (
        [header(), hello(), identify(), *[leave(seq) for seq in range(1, MANY + 1)]],
        "BEFORE_READY",
        3,
        MANY,
    ),
    "FRAME_AFTER_CLOSE": (
        [*begun(), close(), *[leave(seq) for seq in range(2, MANY + 2)]],
        "FRAME_AFTER_CLOSE",
        4,
        MANY,
    ),
    "COMPRESSION_MISSING": (
        [header(url=ZSTD), *begun()[1:], *[leave(seq) for seq in range(2, MANY)]],
        "COMPRESSION_MISSING",
        1,
        MANY,
    ),
    "RATE_TYPING": ([*begun(), *[TYPING] * 100], "RATE_TYPING", 5, 99),
    "IDENTIFY_REPEATED": ([*begun(), *[identify()] * 100], "IDENTIFY_REPEATED", 4, 100),
    "RESUME_REPEATED": ([*begun(), *[resume(1)] * 100], "RESUME_REPEATED", 4, 100),
    "HELLO_REPEATED": ([*begun(), *[hello()] * MANY], "HELLO_REPEATED", 4, MANY),
    "READY_UNASKED": ([*begun(), *[ready()] * MANY], "READY_UNASKED", 4, MANY),
    "a counter that stands": ([*begun(), *[leave(1)] * MANY], "SEQ_DUPLICATE", 4, MANY),
    "a counter that skips": (
        [*begun(), *[leave(seq) for seq in range(3, 2 * MANY + 3, 2)]],
        "SEQ_GAP",
        4,
        MANY,
    ),
    "a counter that runs backwards": (
        [*begun(), *[leave(seq) for seq in range(2, 500)], *[leave(400 - n) for n in range(MANY)]],
        "SEQ_REGRESSION",
        502,
        MANY,
    ),
    "BINARY_FROM_CLIENT": (
        [*begun(), *[binary(b"{}", "c2s")] * 100],
        "BINARY_FROM_CLIENT",
        4,
        100,
    ),
    "ZSTD_INVALID": (
        [header(url=ZSTD), identify(), *[binary(b"{}")] * MANY],
        "ZSTD_INVALID",
        2,
        MANY,
    ),
}


@pytest.mark.parametrize(("lines", "rule", "frame", "count"), CAUSES.values(), ids=CAUSES.keys())
def test_one_cause_is_one_finding(
    tmp_path: Path, lines: list[str], rule: str, frame: int, count: int
) -> None:
    found, statistics = check(tmp_path, *lines)
    assert found == [(rule, frame)]
    assert statistics.by_rule == {rule: count}
    (repeated,) = statistics.repeated
    assert (repeated.connection, repeated.rule, repeated.count) == (1, rule, count - 1)
    assert sum(row.errors + row.notes for row in statistics.rows) == count


def test_separate_losses_are_separate_findings(tmp_path: Path) -> None:
    numbers = [seq for seq in range(2, 100) if seq % 5]
    found, statistics = check(tmp_path, *begun(), *[leave(seq) for seq in numbers])
    assert len(found) == 10
    assert statistics.by_rule == {"SEQ_GAP": 19}
    assert [(r.rule, r.count) for r in statistics.repeated] == [("SEQ_GAP", 9)]


def test_each_connection_counts_for_itself(tmp_path: Path) -> None:
    path = str(tmp_path / "capture.ndjson")
    found, statistics = check(tmp_path, *[*begun(), ack(), ack(), ack()] * 2)
    assert found == [("HEARTBEAT_ACK_UNASKED", 4)] * 2
    assert statistics.repeated == [
        Repeated(path, number, HEARTBEAT_ACK_UNASKED, "error", 2, 6) for number in (1, 2)
    ]


def test_what_is_not_selected_is_not_counted(tmp_path: Path) -> None:
    lines = [*begun(), *[TYPING] * 5, *[ack()] * 5]
    selection = Selection(types=frozenset(("typing",)))
    found, statistics = check(tmp_path, *lines, selection=selection)
    assert found == [("RATE_TYPING", 5)]
    assert statistics.by_rule == {"RATE_TYPING": 4}
    assert [r.rule for r in statistics.repeated] == ["RATE_TYPING"]


def test_mistakes_of_single_frames_are_all_listed(tmp_path: Path) -> None:
    wrong = c2s({"type": "presence_update", "d": {"status": "offline"}})
    assert len(find(tmp_path, *begun(), *[wrong] * 50)) == 50


def test_memory_does_not_grow_with_connections() -> None:
    repeated: list[Repeated] = []
    repetitions = Repetitions("file", repeated)
    for connection in range(1, 1501):
        finding = Finding(
            rule=RATE_TYPING, severity="note", message="", file="file", connection=connection
        )
        for _ in range(3):
            repetitions.is_listed(finding)
        repetitions.end(connection)
    assert len(repeated) == 1001
    assert (repeated[-1].connection, repeated[-1].count) == (None, 2 * 500)
    assert sum(entry.count for entry in repeated) == 2 * 1500
    assert (repetitions._listed, repetitions._counted) == ({}, {})


def test_connections_that_are_forgotten_are_not_remembered_here(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*[header(url="wss://host/gateway?v=2")] * (MAX_CONNECTIONS + 50)))
    check_ = CaptureCheck(str(path), Selection(), Statistics(), Sessions())
    sizes = [len(check_._repetitions._listed) for _ in check_.findings()]
    assert len(sizes) == MAX_CONNECTIONS + 50
    assert max(sizes) == MAX_CONNECTIONS


def test_of_many_bad_lines_the_first_are_listed(tmp_path: Path) -> None:
    strings = [typing.replace('"ts": ', '"ts": "a", "was": ') for typing in [TYPING] * MANY]
    found, statistics = check(tmp_path, *begun(), *strings[:100], "{", *strings[100:])
    assert found == [("CAPTURE_LINE_INVALID", None)] * 10
    assert statistics.by_rule == {"CAPTURE_LINE_INVALID": MANY + 1}
    (repeated,) = statistics.repeated
    assert (repeated.connection, repeated.count, repeated.last_frame) == (None, MANY - 9, None)
