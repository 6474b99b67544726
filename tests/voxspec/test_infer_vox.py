"""``voxspec infer`` on our captures, without our schema: what the draft says otherwise, and why."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.voxspec.drafts import REASONS, Comparison, golden_text
from voxspec.cli.main import main
from voxspec.generate import plan
from voxspec.model import Protocol
from voxspec.pipeline import load_protocol

ROOT = Path(__file__).parents[2]
CAPTURES = sorted((ROOT / "examples/captures").glob("*.ndjson"))
GRAPHQL = ROOT / "examples/protocols/graphql-transport-ws"
GOLDEN = {
    "vox": Path(__file__).parent / "infer_vox.txt",
    "graphql": Path(__file__).parent / "infer_graphql.txt",
}


def drafted(folder: Path, *captures: Path) -> tuple[int, Protocol]:
    status = main(["infer", "-q", "--name", "drafted", "--out", str(folder), *map(str, captures)])
    return status, load_protocol(folder)


def test_the_draft_of_our_captures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    relative = [path.relative_to(ROOT) for path in CAPTURES]
    status, draft = drafted(tmp_path / "schema", *relative)
    assert status == 1  # one frame is wrong, and named
    lines = capsys.readouterr().out.splitlines()
    faulty = "examples/captures/flow-unknown-types-ignored.ndjson"
    assert lines[1:] == [
        "left out: JSON_INVALID says why it is not read (1 frame, "
        "examples/captures/flow-bad-json-after-identify-4002.ndjson#1:4)",
        f'left out: it has no "type" (2 frames, {faulty}#1:19)',
        f'left out: its "type" is not usable (null) (1 frame, {faulty}#1:24)',
        "self-check: 3,003 frames valid, 1 not",
        f"  {faulty}#1:30: client heartbeat: it has seq in its frame, which the draft forbids",
        "not drafted: session.yaml and close_codes.yaml, of which a capture shows too little",
        "  connections began with server hello, client identify, server ready, server presence_update "
        "(5 times)",
        "  connections began with server hello, client identify, server ready, server role_create "
        "(2 times)",
        "  connections began with server hello, client resume, server message_create, server "
        "member_unban (once)",
        "  connections began with server hello, client resume, server resumed, server presence_update "
        "(once)",
        "  connections began with server hello, client identify, server ready, client identify (once)",
        "  connections closed with 1000 (3 times), 1001 (once), 4002 (once), 4003 (once), 4004 (once), "
        "4005 (once), 4007 (once), 4009 (once)",
        f"next: voxspec check --schema {tmp_path / 'schema'}, and make it yours",
    ]
    compare("vox", Comparison(load_protocol(ROOT / "schema/v1"), draft))
    envelope = draft.envelope
    assert (envelope.type.key, envelope.payload and envelope.payload.key) == ("type", "d")
    assert envelope.sequence is not None
    assert (envelope.sequence.key, envelope.sequence.first) == ("seq", 1)
    assert len(plan(draft)) > 200


def test_the_draft_of_another_envelope(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, draft = drafted(tmp_path / "schema", *sorted(GRAPHQL.glob("captures/*.ndjson")))
    assert status == 0
    out = capsys.readouterr().out
    assert "self-check: 219 frames valid, 0 not" in out
    compare("graphql", Comparison(load_protocol(GRAPHQL / "schema"), draft))
    assert draft.envelope.sequence is None
    assert [key.field.name for key in draft.envelope.further] == ["id", "since", "at"]
    assert len(plan(draft)) > 50


def compare(name: str, comparison: Comparison) -> None:
    text = golden_text(comparison.differences())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN[name].write_text(text, "utf-8")
    assert text == GOLDEN[name].read_text("utf-8")


def test_every_reason_is_needed() -> None:
    lines = "".join(path.read_text("utf-8") for path in GOLDEN.values()).splitlines()
    kinds = Counter(line.partition(" ")[0] for line in lines if line and line[0] != "#")
    assert kinds.keys() == REASONS.keys()


def test_only_sound_captures_say_what_is_sent(tmp_path: Path) -> None:
    main_captures = [path for path in CAPTURES if path.name.startswith("main-")]
    status, draft = drafted(tmp_path / "schema", *main_captures)
    assert status == 0
    written = load_protocol(ROOT / "schema/v1")
    kinds = Counter(line.partition(" ")[0] for line in Comparison(written, draft).differences())
    assert "message-not-in-schema" not in kinds
    assert not any(kind.startswith("envelope-key") for kind in kinds)


def test_the_draft_is_the_same_for_another_format_and_compression(tmp_path: Path) -> None:
    from voxwire.cli import main as voxwire

    source = ROOT / "examples/captures/main-bot-plain.ndjson"
    har, packed = tmp_path / "a.har", tmp_path / "a.ndjson.zst"
    assert voxwire(["convert", "-q", str(source), str(har)]) == 0
    assert voxwire(["convert", "-q", str(source), str(packed)]) == 0
    drafts = []
    for number, path in enumerate((source, har, packed)):
        folder = tmp_path / f"schema{number}"
        assert drafted(folder, path)[0] == 0
        texts = {
            str(file.relative_to(folder)): file.read_text("utf-8").replace(str(path), "CAPTURE")
            for file in sorted(folder.rglob("*.yaml"))
        }
        drafts.append(texts)
    assert drafts[0] == drafts[1] == drafts[2]


def test_compressed_messages_are_read(tmp_path: Path) -> None:
    plain = [ROOT / "examples/captures/main-alice-phone-plain.ndjson"]
    packed = [ROOT / "examples/captures/main-alice-desktop-zstd.ndjson"]
    messages = [
        {(m.direction, m.text) for m in drafted(tmp_path / name, *captures)[1].messages()}
        for name, captures in (("plain", plain), ("packed", packed))
    ]
    assert ("server", "message_create") in messages[0] & messages[1]


def test_no_secret_of_our_captures_is_in_the_draft(tmp_path: Path) -> None:
    from voxwire.capture import Frame, read_capture
    from voxwire.vox import VOX
    from voxwire.wire.compression import Decompressor
    from voxwire.wire.strict_json import parse

    drafted(tmp_path / "schema", *CAPTURES)
    text = "".join(path.read_text("utf-8") for path in (tmp_path / "schema").rglob("*.yaml"))
    secrets: set[str] = set()
    for path in CAPTURES:
        for event in read_capture(path):
            if not isinstance(event, Frame):
                continue
            data = event.data
            value = parse(
                Decompressor().decompress(data) if isinstance(data, bytes) else data
            ).value
            side = VOX.secrets.client if event.direction == "c2s" else VOX.secrets.server
            if isinstance(value, dict) and isinstance(value.get("type"), str):
                for pointer in side.get(value["type"], ()):
                    secrets |= texts_at(value, pointer.split("/")[1:])
    long_ones = {secret for secret in secrets if len(secret) >= 16}
    assert len(long_ones) > 20
    assert [secret for secret in long_ones if secret in text] == []


def texts_at(value: object, steps: list[str]) -> set[str]:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return {value} if isinstance(value, str) else set()
