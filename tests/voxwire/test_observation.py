"""What traffic says of an envelope, and of the messages in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from voxwire.capture import Reading
from voxwire.cli.observer import CaptureObserver
from voxwire.observation.envelope import Envelope, EnvelopeSearch
from voxwire.observation.frames import SeenFrame, Traffic

CLIENT, SERVER = "c2s", "s2c"


def written(folder: Path, *frames: tuple[str, Any], url: str = "wss://host/chat?v=1") -> str:
    lines: list[dict[str, Any]] = [{"url": url, "ts": 1.0}]
    for number, (direction, value) in enumerate(frames, 2):
        text = value if isinstance(value, str) else json.dumps(value)
        lines.append({"ts": float(number), "dir": direction, "opcode": "text", "text": text})
    path = folder / "capture.ndjson"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return str(path)


def search(folder: Path, *frames: tuple[str, Any]) -> EnvelopeSearch:
    found = EnvelopeSearch()
    for seen in Traffic([written(folder, *frames)], Reading(everything=True)):
        if isinstance(seen, SeenFrame):
            found.add(seen)
    return found


def test_type_payload_and_number(tmp_path: Path) -> None:
    frames = [
        (SERVER, {"op": name, "d": {"x": number}, "n": number})
        for number, name in enumerate(["hi", "say", "say", "bye", "say"], 5)
    ]
    found = search(tmp_path, (CLIENT, {"op": "join", "d": {"who": "a"}}), *frames).found()
    assert found == Envelope("op", "string", "d", "n", 5)


def test_types_that_are_integers(tmp_path: Path) -> None:
    frames = [(CLIENT, {"op": 1, "data": {"a": 1}}), (SERVER, {"op": 2, "data": {"b": 1}})] * 3
    assert search(tmp_path, *frames).found() == Envelope("op", "integer", "data", None, 0)


def test_fields_beside_the_type(tmp_path: Path) -> None:
    frames = [
        (CLIENT, {"kind": "move", "x": 1, "y": 2}),
        (CLIENT, {"kind": "say", "text": "a"}),
        (SERVER, {"kind": "moved", "who": {"id": 1}, "x": 1}),
        (SERVER, {"kind": "left", "who": {"id": 1}}),
        (SERVER, {"kind": "tick"}),
    ] * 2
    assert search(tmp_path, *frames).found() == Envelope("kind", "string", None, None, 0)


def test_what_tells_most_is_the_type(tmp_path: Path) -> None:
    frames = [
        (side, {"room": room, "jsonrpc": "2.0", "verb": verb, "params": params})
        for room in ("a", "b", "c")
        for side in (CLIENT, SERVER)
        for verb, params in (("add", {"n": 1}), ("name", {"s": "x"}), ("drop", {}))
    ]
    found = search(tmp_path, *frames).found()
    assert found == Envelope("verb", "string", "params", None, 0)


def test_what_is_never_the_same_is_no_type(tmp_path: Path) -> None:
    frames = [
        (side, {"nr": f"m{number}{side}", "verb": verb, "params": params})
        for number in range(5)
        for side in (CLIENT, SERVER)
        for verb, params in (("add", {"n": 1}), ("drop", {}))
    ]
    for number, (_, value) in enumerate(frames):
        value["nr"] = f"m{number}"
    found = search(tmp_path, *frames).found()
    assert found == Envelope("verb", "string", "params", None, 0)


def test_nothing_is_a_type_where_frames_have_none(tmp_path: Path) -> None:
    frames = [(CLIENT, [1, 2, "topic"]), (SERVER, {"id": "46KiE4rYgW9bQ2mXz0Lp"})]
    found = search(tmp_path, *frames)
    assert found.found() is None
    assert found.candidates() == ["id"]
    assert found.found("other") is None


def test_what_is_given_is_so(tmp_path: Path) -> None:
    found = search(tmp_path, *[(SERVER, {"type": "a", "x": "b", "data": {"y": 1}})] * 3)
    assert found.found("x", "") == Envelope("x", "string", None, None, 0)
    assert found.found("x", "data") == Envelope("x", "string", "data", None, 0)


def test_messages_frames_left_out_and_secrets(tmp_path: Path) -> None:
    secret = "46KiE4rYgW9bQ2mXz0Lp"
    capture = written(
        tmp_path,
        (CLIENT, {"type": "join", "data": {"token": "hunter22", "room": "lobby"}}),
        (CLIENT, {"type": "say", "data": {"text": f"it is hunter22 or {secret}"}}),
        (CLIENT, {"type": "say", "data": {"text": "hunter22"}}),
        (SERVER, {"type": "joined", "data": {"id": 1}}),
        (SERVER, {"type": None}),
        (SERVER, "no json"),
        (SERVER, [1]),
        (SERVER, {"data": {}}),
        *[(SERVER, {"type": "tick", "data": {}})] * 60,
        url=f"wss://host/chat?token={secret}&v=1",
    )
    with CaptureObserver([capture], quiet=True) as observer:
        observed = observer.observe()
        frames = list(observer.frames())
    text = json.dumps(observed)
    assert "hunter22" not in text
    assert secret not in text
    assert [(m["direction"], m["type"], m["frames"]) for m in observed["messages"]] == [
        ("client", "join", 1),
        ("client", "say", 2),
        ("server", "joined", 1),
        ("server", "tick", 60),
    ]
    assert observed["messages"][1]["examples"] == [{"payload": {"text": "it is masked or masked"}}]
    assert observed["left_out"] == [
        {
            "reason": 'its "type" is not usable (null)',
            "frames": 1,
            "where": [f"{capture}#1:5"],
        },
        {
            "reason": "JSON_INVALID says why it is not read",
            "frames": 1,
            "where": [f"{capture}#1:6"],
        },
        {"reason": "it is no object", "frames": 1, "where": [f"{capture}#1:7"]},
        {"reason": 'it has no "type"', "frames": 1, "where": [f"{capture}#1:8"]},
    ]
    assert observed["endpoint"] == {
        "connections": 1,
        "paths": {"/chat": 1},
        "parameters": {
            "token": {"always": True, "values": [""]},
            "v": {"always": True, "values": ["1"]},
        },
        "subprotocols": [],
    }
    assert len(frames) == 67
    assert frames[0][:2] == (f"{capture}#1:1", "client")


def test_connections_to_other_addresses_are_passed_over(tmp_path: Path) -> None:
    capture = written(tmp_path, *[(SERVER, {"type": "a"})] * 2, url="wss://other/x")
    with CaptureObserver([capture], address="chat", quiet=True) as observer:
        assert observer.observe()["frames"] == 0
    with CaptureObserver([capture], address="other/", quiet=True) as observer:
        assert observer.observe()["frames"] == 2


@pytest.mark.parametrize("name", ["no such file", "torn"])
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "torn":
        path.write_bytes(b"\x1f\x8b\x08\x00 torn")
    with CaptureObserver([str(path)], quiet=True) as observer:
        assert [*observer.observe()["failures"]] == [str(path)]
