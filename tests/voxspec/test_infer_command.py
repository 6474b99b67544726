"""``voxspec infer``: what it says and writes, and that any traffic gives a draft without mistakes."""

from __future__ import annotations

import json
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from voxspec.cli.main import main
from voxspec.generate import plan
from voxspec.pipeline import load_protocol

CLIENT, SERVER = "c2s", "s2c"
Frames = list[tuple[str, Any]]

CHAT: Frames = [
    (CLIENT, {"type": "join", "data": {"token": "hunter22", "nickname": "Ada"}}),
    (SERVER, {"type": "joined", "data": {"session_id": "sess1234", "members": []}, "seq": 1}),
    *[
        (SERVER, {"type": "said", "data": {"from": {"id": n, "bot": None}, "text": "x"}, "seq": n})
        for n in range(2, 6)
    ],
    (CLIENT, {"type": "say", "data": {"text": "Hello", "mood": "loud"}}),
    (CLIENT, {"type": "ping"}),
    (SERVER, {"type": "pong"}),
]


def capture(folder: Path, frames: Frames) -> Path:
    path = folder / "capture.ndjson"
    lines: list[dict[str, Any]] = [{"url": "wss://host/chat", "ts": 1.0}]
    for number, (direction, value) in enumerate(frames, 2):
        text = json.dumps(value)
        lines.append({"ts": float(number), "dir": direction, "opcode": "text", "text": text})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def infer(folder: Path, frames: Frames, *options: str) -> int:
    path = str(capture(folder, frames))
    return main(
        ["infer", "-q", "--name", "drafted", "--out", str(folder / "schema"), *options, path]
    )


def test_a_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert infer(tmp_path, CHAT) == 0
    schema = tmp_path / "schema"
    assert capsys.readouterr().out == (
        f"{schema}: 6 messages (3 of the client, 3 of the server), "
        'type in "type", payload in "data", number in "seq"\n'
        "self-check: 9 frames valid, 0 not\n"
        "not drafted: session.yaml and close_codes.yaml, of which a capture shows too little\n"
        "  connections began with client join, server joined, server said, server said (once)\n"
        f"next: voxspec check --schema {schema}, and make it yours\n"
    )
    assert (
        (schema / "server/messages.yaml").read_text("utf-8")
        == f"""\
area: messages
title: Messages
description: Messages that were seen.
messages:
  joined:
    summary: Seen once
    description: "First seen in {tmp_path}/capture.ndjson#1:2."
    seq: required
    payload:
      type: object
      required: [session_id, members]
      properties:
        session_id: {{type: string, x-sensitive: true, description: "Seen each time: a text."}}
        members: {{type: array, items: {{x-any-json: true}}, description: "Seen each time: a list of 0 items."}}
    examples: [{{summary: "As it was seen, 1", payload: {{session_id: masked, members: []}}}}]
  said:
    summary: Seen 4 times
    description: "First seen in {tmp_path}/capture.ndjson#1:3."
    seq: required
    payload:
      type: object
      required: [from, text]
      properties:
        from: {{$ref: from, description: "Seen each time: an object."}}
        text: {{type: string, description: "Seen each time: a text of 1 character."}}
    examples: [{{summary: "As it was seen, 1", payload: {{from: {{id: 2, bot: null}}, text: x}}}}]
  pong:
    summary: Seen once
    description: "First seen in {tmp_path}/capture.ndjson#1:9."
    seq: never
    payload: false
    examples: [{{summary: "As it was seen, 1"}}]
"""
    )
    texts = "".join(path.read_text("utf-8") for path in schema.rglob("*.yaml"))
    assert "hunter22" not in texts
    assert "sess1234" not in texts
    assert main(["check", "--schema", str(schema)]) == 0
    assert len(plan(load_protocol(schema))) > 30


def test_how_conversations_went_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of connections whose beginning was recorded, and of types only that are in the draft."""
    path = tmp_path / "capture.ndjson"

    def frame(conn: str, way: str, value: Any) -> dict[str, Any]:
        text = json.dumps(value)
        return {"conn": conn, "ts": 1.0, "dir": way, "opcode": "text", "text": text}

    lines: list[dict[str, Any]] = [frame("mid", SERVER, {"type": "late", "data": {}})]
    for conn, code in (("a", 1000), ("b", 4001), ("c", 1000)):
        lines.append({"url": "wss://host/chat", "ts": 1.0, "conn": conn})
        if conn == "a":
            lines.append({"url": "wss://host/chat", "ts": 1.0, "conn": "unsaid"})
        lines.append(frame(conn, SERVER, {"type": "said: \x1b", "data": {}}))
        if conn == "b":
            lines.append(frame(conn, SERVER, {"no": "type"}))
        lines += [frame(conn, CLIENT, {"type": "say", "data": {}})] * (5 if conn == "b" else 1)
        lines.append({"close": {"code": code, "reason": ""}, "ts": 2.0, "conn": conn})
    gap = {"gap": {"message": "12 bytes are missing"}, "conn": "torn"}
    lines += [{"url": "wss://host/chat", "ts": 1.0, "conn": "torn"}, gap]
    lines.append(frame("torn", CLIENT, {"type": "say", "data": {}}))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    out = tmp_path / "schema"
    assert (
        main(
            ["infer", "-q", "--name", "drafted", "--out", str(out), "--type-key", "type", str(path)]
        )
        == 0
    )
    shown = '"said: \\u001b"'
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ")] == [
        f"  connections began with server {shown}, client say (2 times)",
        f"  connections began with server {shown}, client say, client say, client say (once)",
        "  connections closed with 1000 (2 times), 4001 (once)",
    ]
    heading = (out / "protocol.yaml").read_text("utf-8")
    assert "# Not drafted, as a capture shows too little of it: session.yaml" in heading


def test_what_stands_below_one_type_is_one_type(tmp_path: Path) -> None:
    frames: Frames = [
        (
            SERVER,
            {"type": "here", "data": {"user": {"id": 1, "name": "a", "more": {"p": 1, "q": 2}}}},
        ),
        (
            SERVER,
            {"type": "gone", "data": {"user": {"id": 1, "name": "a", "more": {"r": 1, "s": 2}}}},
        ),
    ]
    assert infer(tmp_path, frames) == 0
    assert [type_.name for type_ in load_protocol(tmp_path / "schema").types] == ["more", "user"]


def test_flat_frames(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames: Frames = [
        (CLIENT, {"t": "move", "x": 1, "type_": 2}),
        (CLIENT, {"t": "say", "text": "a", "T": 1}),
        (SERVER, {"t": "moved", "who": {"id": 1}, 'a"b': 1}),
        (SERVER, {"t": "tick"}),
    ]
    assert infer(tmp_path, frames * 2, "--type-key", "t", "--flat") == 0
    assert 'type in "t", fields beside it' in capsys.readouterr().out
    protocol = load_protocol(tmp_path / "schema")
    assert protocol.envelope.is_flat
    assert len(plan(protocol)) > 30


def test_types_that_are_integers_or_share_a_name(tmp_path: Path) -> None:
    integers: Frames = [(CLIENT, {"op": 1, "d": {"a": 1}}), (SERVER, {"op": 2, "d": {}})] * 2
    assert infer(tmp_path, integers) == 0
    assert {m.type for m in load_protocol(tmp_path / "schema").messages()} == {1, 2}
    other = tmp_path / "other"
    other.mkdir()
    names = ["room.open", "room_open", "roomOpen", "class", "Frame", "RoomOpenFrame", "7", "", "é"]
    same: Frames = [(side, {"op": name, "d": {}}) for name in names for side in (CLIENT, SERVER)]
    assert infer(other, same * 2) == 0
    assert {m.type for m in load_protocol(other / "schema").messages()} == set(names)


def test_what_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = tmp_path / "schema"
    assert infer(tmp_path, [(CLIENT, [1]), (CLIENT, {"a": [1]})]) == 2
    assert capsys.readouterr().err == (
        "voxspec infer: no key says what messages are: most frames would have to be objects in which "
        "one key is always a word or an integer. Keys that most frames have: a. Name it with "
        "--type-key; nothing was written\n"
    )
    assert infer(tmp_path, CHAT, "--type-key", "tpye") == 2
    assert capsys.readouterr().err == (
        'voxspec infer: no frame has "tpye"; keys that most frames have: type, data, seq\n'
    )
    assert infer(tmp_path, CHAT, "--payload-key", "d") == 2
    assert capsys.readouterr().err == (
        'voxspec infer: no frame has "d"; keys that most frames have: type, data, seq. Give --flat where '
        "fields stand beside the type; nothing was written\n"
    )
    for options in (("--direction", "s2c"), ("--direction", "s2c", "--from", "native")):
        assert infer(tmp_path, CHAT, *options) == 2
        assert capsys.readouterr().err == (
            "voxspec infer: --direction says which way frames went where the format does not, with --from "
            "websockets or websocat or lines\n"
        )
    assert not schema.exists()
    assert infer(tmp_path, CHAT, "--url", "example.org") == 2
    assert capsys.readouterr().err == (
        "voxspec infer: the captures hold no frame to an address with example.org: nothing was written\n"
    )
    assert infer(tmp_path, CHAT, "--from", "hra") == 2
    assert "no format is called" in capsys.readouterr().err
    assert not schema.exists()
    schema.mkdir()
    (schema / "mine").write_text("", "utf-8")
    assert infer(tmp_path, CHAT) == 2
    assert capsys.readouterr().err == (
        f"voxspec infer: {schema} is there and not empty: name another folder with --out\n"
    )
    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())
    assert infer(tmp_path, CHAT) == 2
    assert capsys.readouterr().err == (
        "voxspec infer: nothing that is installed reads captures: install vox-protocol, whose voxwire "
        "does (pip install 'vox-protocol[spec]')\n"
    )


def test_a_key_that_is_there_and_says_no_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert infer(tmp_path, [(CLIENT, {"op": ["join"], "d": {}})] * 3, "--type-key", "op") == 2
    assert capsys.readouterr().err == (
        'voxspec infer: no frame says what it is in "op", neither by a text nor by an integer: name another '
        "key with --type-key; nothing was written\n"
    )
    frames: Frames = [(CLIENT, {"op": ["join"], "d": {}})] * 3
    assert infer(tmp_path, frames, "--type-key", "op", "--payload-key", "d") == 2
    assert capsys.readouterr().err.startswith('voxspec infer: no frame says what it is in "op", ')
    assert infer(tmp_path, CHAT, "--type-key", "tpye", "--payload-key", "data") == 2
    assert capsys.readouterr().err == (
        'voxspec infer: no frame has "tpye"; keys that most frames have: type, data, seq\n'
    )


def test_what_cannot_be_read_to_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "missing.ndjson"
    assert infer(tmp_path, CHAT, str(missing)) == 3
    assert f"cannot read {missing}: " in capsys.readouterr().err
    assert load_protocol(tmp_path / "schema").name == "drafted"


TYPES = st.sampled_from(["open", "openFrame", "a.b", "a_b", "list", "type", "data", "ok?"])
KEYS = st.sampled_from(
    [
        "id",
        "type",
        "kind",
        "class",
        "a",
        "A",
        "items",
        "token",
        "é",
        'q"',
        "",
        "12",
        "open",
        "frame",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["x", "null", "1e5", "no", "# a", "a: b", "", "é\u2028", "2026-01-01T00:00:00Z"]
    )
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)
PARTS = st.fixed_dictionaries(
    {"op": TYPES}, optional={"d": VALUES, "id": VALUES, "n": st.integers(0, 9)}
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from([CLIENT, SERVER]), PARTS), min_size=1, max_size=12),
    st.sampled_from([("--payload-key", "d"), ("--flat",)]),
)
@example([(CLIENT, {"op": "a", "d": {"x": [{"k": 1}, [2]], "y": {"x": {"k": None}}}})], ("--flat",))
@example(
    [
        (
            CLIENT,
            {"op": "a", "id": [{"token": "x", "id": {"token": "y", "a": 1}, "a": 2}, {"a": 1}]},
        )
    ]
    * 2,
    ("--payload-key", "d"),
)
def test_any_traffic_gives_a_draft_that_it_keeps_to(
    frames: Frames, options: tuple[str, ...]
) -> None:
    is_flat = not any("d" in frame for _, frame in frames)
    told = ("--flat",) if is_flat else options
    with tempfile.TemporaryDirectory() as folder:
        assert infer(Path(folder), frames, "--type-key", "op", *told) == 0
