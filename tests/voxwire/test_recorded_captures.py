"""Real traffic: no server frame is at fault, and of the client frames exactly those that are wrong."""

from collections import Counter
from pathlib import Path

import pytest

from tests.voxwire.native import EXAMPLES
from voxwire import DecodeError, Decompressor, UnknownFrame, decode_client, decode_server
from voxwire.capture import Frame, read_capture
from voxwire.checks import CaptureCheck, Finding, Selection, Statistics

FILES = sorted(EXAMPLES.glob("*.ndjson"))

FRAMES = {
    "flow-bad-json-after-identify-4002": 15,
    "flow-bad-token-4004": 2,
    "flow-no-heartbeat-4007": 394,
    "flow-not-identified-typing-4003-zstd": 2,
    "flow-resume-a1-lost": 204,
    "flow-resume-a2": 77,
    "flow-resume-a3-plain": 13,
    "flow-resume-last-seq-0-4010": 17,
    "flow-resume-unknown-session-4009": 2,
    "flow-second-identify-4005": 15,
    "flow-unknown-types-ignored": 49,
    "main-alice-desktop-zstd": 777,
    "main-alice-phone-plain": 755,
    "main-bot-plain": 686,
}

MISTAKES: dict[str, list[tuple[str, str, int, str | None, str | None]]] = {
    "flow-bad-json-after-identify-4002": [("error", "JSON_INVALID", 4, None, None)],
    "flow-unknown-types-ignored": [
        ("note", "UNKNOWN_TYPE", 4, "no_such_type", "/type"),
        ("error", "TYPE_MISSING", 19, None, ""),
        ("error", "TYPE_MISSING", 21, None, ""),
        ("error", "TYPE_INVALID", 24, None, "/type"),
        ("error", "WRONG_DIRECTION", 25, "typing_start", "/type"),
        ("error", "WRONG_DIRECTION", 26, "ready", "/type"),
        ("error", "SEQ_FORBIDDEN", 30, "heartbeat", "/seq"),
        ("note", "UNKNOWN_FIELD", 30, "heartbeat", "/extra"),
    ],
    "main-alice-desktop-zstd": [
        ("error", "FIELD_LENGTH", 235, "mls_relay", "/d/data"),
        ("error", "FIELD_ENUM", 237, "mls_relay", "/d/mls_type"),
    ],
    "main-alice-phone-plain": [
        ("error", "REQUIRED_WHEN", 168, "cpace_relay", "/d"),
        ("error", "FIELD_LENGTH", 228, "cpace_relay", "/d/data"),
    ],
}
"""Severity, rule, frame, message type and pointer of every finding, by file."""

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def check(path: Path, selection: Selection | None = None) -> tuple[list[Finding], Statistics]:
    statistics = Statistics()
    found = CaptureCheck(str(path), selection or Selection(), statistics).findings()
    return list(found), statistics


def test_all_recordings_are_here() -> None:
    assert {path.stem for path in FILES} == set(FRAMES)


@each_file
def test_findings(path: Path) -> None:
    found, statistics = check(path)
    assert [(f.severity, f.rule, f.frame, f.type, f.pointer) for f in found] == MISTAKES.get(
        path.stem, []
    )
    assert {(f.file, f.connection, f.direction) for f in found} <= {(str(path), 1, "c2s")}
    assert (statistics.files, statistics.connections) == (1, 1)
    assert statistics.frames == FRAMES[path.stem]


@each_file
def test_decoding_refuses_exactly_the_frames_with_errors(path: Path) -> None:
    wrong = {frame for severity, _, frame, *_ in MISTAKES.get(path.stem, []) if severity == "error"}
    decompressor = Decompressor()
    refused = set()
    unknown = Counter[str]()
    for event in read_capture(str(path)):
        if isinstance(event, Frame):
            data = event.data
            if isinstance(data, bytes):
                data = decompressor.decompress(data)
            decode = decode_server if event.direction == "s2c" else decode_client
            try:
                frame = decode(data)
            except DecodeError:
                refused.add(event.number)
            else:
                if isinstance(frame, UnknownFrame):
                    unknown[frame.type] += 1
    assert refused == wrong
    assert unknown == ({"no_such_type": 1} if path.stem == "flow-unknown-types-ignored" else {})


def test_the_hints_that_people_need() -> None:
    found, _ = check(EXAMPLES / "flow-unknown-types-ignored.ndjson")
    (wrong,) = [finding for finding in found if finding.type == "typing_start"]
    assert (
        f"{wrong.message} ({wrong.hint})"
        == 'unknown client message "typing_start"; it is a server message (did you mean "typing"?)'
    )


def test_strict_makes_errors_of_the_notes() -> None:
    path = EXAMPLES / "flow-unknown-types-ignored.ndjson"
    found, statistics = check(path, Selection(strict=True))
    assert {finding.severity for finding in found} == {"error"}
    assert statistics.by_severity == {"error": 8}
    assert len(found) == len(MISTAKES[path.stem])
    for other in FILES:
        if other.stem not in MISTAKES:
            assert check(other, Selection(strict=True))[0] == []


def test_every_direction_and_type_is_counted() -> None:
    _, statistics = check(EXAMPLES / "main-alice-phone-plain.ndjson")
    rows = {(row.direction, row.type): row for row in statistics.rows}
    relay = rows["c2s", "cpace_relay"]
    assert (relay.frames, relay.errors, relay.warnings, relay.notes) == (4, 2, 0, 0)
    assert sum(row.frames for row in rows.values()) == 755
    assert statistics.compressed_size == statistics.decompressed_size == 0


def test_compression_is_counted() -> None:
    _, statistics = check(EXAMPLES / "main-alice-desktop-zstd.ndjson")
    plain = sum(row.size for row in statistics.rows if row.direction == "s2c")
    assert statistics.decompressed_size == plain
    assert 2 < statistics.decompressed_size / statistics.compressed_size < 3
