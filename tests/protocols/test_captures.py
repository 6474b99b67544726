"""Captures of other protocols: typed frames, checks of frames and numbers, masking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.protocols.flat import FLAT, HailFrame, SeenFrame, UnknownFrame
from tests.voxspec.tide import SCHEMA
from voxspec.model.frame_examples import example_frames
from voxspec.pipeline import load_protocol
from voxwire import masking
from voxwire.capture import read_frames
from voxwire.checks import CaptureCheck, Selection, Statistics
from voxwire.masking import mask_secrets, mask_tokens_of
from voxwire.protocol import AnyProtocol
from voxwire.vox import VOX
from voxwire.wire.compression import Compressor
from voxwire.wire.redact import Redactor

START = 1795376354.0
TIDE = load_protocol(SCHEMA)


def capture(folder: Path, *frames: tuple[str, object]) -> str:
    """A capture of frames, each with its direction; text or an object, a second apart."""
    lines: list[dict[str, object]] = [{"url": "wss://host/", "ts": START}]
    for number, (direction, frame) in enumerate(frames, 1):
        text = frame if isinstance(frame, str) else json.dumps(frame, separators=(",", ":"))
        line = {"ts": START + number, "dir": direction, "opcode": "text", "text": text}
        lines.append(line)
    path = folder / "capture.ndjson"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return str(path)


def found(
    path: str, protocol: AnyProtocol, selection: Selection | None = None
) -> list[tuple[int | None, str, str | None, str | None]]:
    """Frame, rule, type and pointer of each finding, without the conversation."""
    check = CaptureCheck(path, selection or Selection(), Statistics(), protocol=protocol)
    return [(f.frame, f.rule.id, f.type, f.pointer) for f in check.findings()]


def _examples(direction: Any, *, numbered: bool) -> list[dict[str, Any]]:
    return [
        frame
        for message in TIDE.messages(direction)
        for frame in example_frames(TIDE.envelope, message)
        if ("from" in frame) is numbered
    ]


def test_frames_of_tide_are_typed(tide: AnyProtocol, tmp_path: Path) -> None:
    client, server = _examples("client", numbered=False), _examples("server", numbered=False)
    path = capture(tmp_path, *(("c2s", f) for f in client), *(("s2c", f) for f in server))
    read = list(read_frames(path, protocol=tide))
    assert [r.error for r in read] == [None] * (len(client) + len(server))
    assert [tide.to_wire(r.frame) for r in read] == client + server


def test_the_examples_of_tide_have_no_errors(tide: AnyProtocol, tmp_path: Path) -> None:
    numbered = _examples("server", numbered=True)
    frames = [("s2c", frame | {"from": number}) for number, frame in enumerate(numbered)]
    frames += [("c2s", frame) for frame in _examples("client", numbered=False)]
    path = capture(tmp_path, *frames)
    errors = Selection(rules=frozenset(("SEQ_GAP", "SEQ_START", "FIELD_TYPE", "SEQ_INVALID")))
    assert found(path, tide, errors) == []


def test_numbers_of_tide_are_under_its_own_key(tide: AnyProtocol, tmp_path: Path) -> None:
    frame = _examples("server", numbered=True)[0]
    type_ = frame["op"]
    frames = [("s2c", frame | {"from": number}) for number in (0, 1, 2, 5, 5, 3, 4)]
    assert [f for f in found(capture(tmp_path, *frames), tide) if f[1].startswith("SEQ")] == [
        (4, "SEQ_GAP", type_, "/from"),
        (5, "SEQ_DUPLICATE", type_, "/from"),
        (6, "SEQ_REGRESSION", type_, "/from"),
    ]


def test_what_is_wrong_is_under_the_keys_of_tide(tide: AnyProtocol, tmp_path: Path) -> None:
    path = capture(
        tmp_path,
        ("c2s", {"op": "moor", "data": {"phrase": 7}}),
        ("c2s", {"op": "storm"}),
        ("s2c", {"type": "hello", "d": {}}),
        ("s2c", "{"),
    )
    assert found(path, tide, Selection(direction="s2c")) == [
        (3, "TYPE_MISSING", None, ""),
        (4, "JSON_INVALID", None, None),
    ]
    assert (2, "UNKNOWN_TYPE", "storm", "/op") in found(path, tide)
    assert found(path, tide, Selection(types=frozenset(("storm",)))) == [
        (2, "UNKNOWN_TYPE", "storm", "/op")
    ]


def test_flat_frames_are_typed(tmp_path: Path) -> None:
    path = capture(
        tmp_path,
        ("c2s", {"op": 0, "call_sign": "ABBA"}),
        ("s2c", {"op": 1, "call_sign": "ABBA"}),
        ("s2c", {"op": 2, "x": 1}),
        ("s2c", {"op": 1}),
    )
    read = list(read_frames(path, protocol=FLAT))
    assert [r.frame for r in read] == [
        HailFrame(call_sign="ABBA"),
        SeenFrame(call_sign="ABBA"),
        UnknownFrame(2, {"x": 1}),
        None,
    ]
    assert [p.rule for p in read[3].error.problems] == ["FIELD_TYPE"]  # type: ignore[union-attr]


def test_flat_frames_without_numbers_are_checked(tmp_path: Path) -> None:
    seen = {"op": 1, "call_sign": "ABBA"}
    frames = [
        *[("s2c", seen)] * 5,  # of these all may be passed over
        ("s2c", {"op": 1}),
        ("s2c", seen | {"seq": 7}),
        ("c2s", {"op": 0, "call_sign": "x"}),
        ("c2s", {"op": 0, "call_sign": "x", "odd": 1}),
        ("c2s", {"op": 3}),
        ("c2s", {"op": "0"}),
    ]
    path = capture(tmp_path, *frames)
    statistics = Statistics()
    check = CaptureCheck(path, Selection(), statistics, protocol=FLAT)
    assert [(f.frame, f.rule.id, f.type, f.pointer) for f in check.findings()] == [
        (6, "FIELD_TYPE", "1", "/call_sign"),
        (7, "UNKNOWN_FIELD", "1", "/seq"),
        (9, "UNKNOWN_FIELD", "0", "/odd"),
        (10, "UNKNOWN_TYPE", "3", "/op"),
        (11, "TYPE_INVALID", None, "/op"),
    ]
    assert [(row.direction, row.type, row.frames) for row in statistics.rows] == [
        ("s2c", "1", 7),
        ("c2s", "0", 2),
        ("c2s", None, 1),
        ("c2s", "3", 1),
    ]
    assert found(path, FLAT, Selection(types=frozenset("3"))) == [(10, "UNKNOWN_TYPE", "3", "/op")]


def test_flat_frames_are_passed_over(tmp_path: Path) -> None:
    """Where nobody asks how many there are, they are not counted; that there are some is known."""
    seen = {"op": 1, "call_sign": "ABBA", "key": "k"}
    path = capture(tmp_path, *[("s2c", seen)] * 5, ("s2c", {"op": 7}))
    for counts_frames, frames in ((True, 5), (False, 0)):
        statistics = Statistics(counts_frames=counts_frames)
        check = CaptureCheck(path, Selection(), statistics, protocol=FLAT)
        assert [f.rule.id for f in check.findings() if f.frame] == ["UNKNOWN_TYPE"]
        assert {row.type: row.frames for row in statistics.rows} == {"1": frames, "7": 1}


@pytest.mark.parametrize(
    ("protocol", "hint"),
    [
        (VOX, "clients send uncompressed text; the server closes with 4000"),
        (FLAT, "clients send uncompressed text"),
    ],
    ids=["vox", "flat"],
)
def test_binary_messages_of_clients(protocol: AnyProtocol, hint: str, tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_text(f'{{"ts": {START}, "dir": "c2s", "opcode": "binary", "b64": "AAAA"}}\n')
    check = CaptureCheck(str(path), Selection(), Statistics(), protocol=protocol)
    findings = [f for f in check.findings() if f.frame is not None]
    assert [(f.rule.id, f.hint) for f in findings] == [("BINARY_FROM_CLIENT", hint)]
    [read] = read_frames(path, protocol=protocol)
    assert read.error is not None
    assert read.error.close_code == (4000 if protocol is VOX else 1002)


def test_secrets_are_those_of_the_protocol(tide: AnyProtocol) -> None:
    text = '{"op":"moor","data":{"phrase":"open sesame","token":"abcdef","d":"plain"}}'
    masked = Redactor(bytes(32), protocol=tide).json(text)
    assert isinstance(masked, str)
    data = json.loads(masked)["data"]
    assert data["phrase"].startswith("masked-")
    assert (data["token"], data["d"]) == ("abcdef", "plain")
    assert Redactor(bytes(32)).json('{"type":"x","d":{"phrase":"a b"}}') == (
        '{"type":"x","d":{"phrase":"a b"}}'
    )


def test_keys_of_secrets_match_in_any_case() -> None:
    masked = Redactor(bytes(32), protocol=FLAT).json('{"op":1,"KEY":"abcdefghi","kEy":[29]}')
    assert json.loads(masked)["KEY"].startswith("masked-")
    assert json.loads(masked)["kEy"] == [11]


def test_a_payload_that_is_a_text_is_masked_under_any_key(tide: AnyProtocol) -> None:
    masked = Redactor(bytes(32), protocol=tide).json('{"op":"x","data":"secret words","d":"w"}')
    assert json.loads(masked)["data"].startswith("masked-")
    assert json.loads(masked)["d"] == "w"


def test_parameters_of_other_protocols_are_masked() -> None:
    url = "wss://host/?compress=zstd"
    assert Redactor(bytes(32)).url(url) == url
    assert "zstd" not in Redactor(bytes(32), protocol=FLAT).url(url)


def test_compressed_messages_of_other_protocols(tmp_path: Path) -> None:
    redactor = Redactor(bytes(32), protocol=FLAT)
    data = Compressor().compress(b'{"op":1,"key":"abcdefghi"}')
    assert redactor.message(data) != data


def test_tokens_of_every_protocol_in_use_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in texts that came by none of them; and Vox's are, when none was used yet."""
    monkeypatch.setattr(masking, "_KNOWN", masking._Known())
    assert mask_secrets("vox_sess_46KiE4rYgW9 flag_red_red") == "vox_sess_*** flag_red_red"
    mask_tokens_of(FLAT)
    assert mask_secrets("vox_sess_46KiE4rYgW9 flag_red_red") == "vox_sess_*** flag_***"


@pytest.mark.parametrize(
    ("pattern", "heads"),
    [
        (r"(vox_[a-z]{1,16}_)[\w-]{4,}|(sess_)[0-9]{8,}", ("vox_", "sess_")),
        (r"(flag)\w+", ("flag",)),
        (r"(ab?c)x", ()),
        (r"(ab{2}c)x", ()),
        (r"(ab)?\w+", ()),
        (r"\w{20,}", ()),
        (r"(a_|(b_))\w+", ("a_", "b_")),
        (r"(a_)\w+|\d{9}", ()),
    ],
)
def test_the_quick_look_for_tokens_misses_none(pattern: str, heads: tuple[str, ...]) -> None:
    assert masking._heads(pattern) == heads
