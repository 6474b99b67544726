"""A payload that is a text by its message's rules stays; elsewhere it may be a secret, and is masked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.mini import generated, module_of
from tests.voxwire.operations import message, schema
from voxwire.wire.redact import Redactor

WORDS = "some words to keep"


@pytest.mark.parametrize(
    ("type_", "stays"),
    [("told", True), ("either", True), ("anything", True), ("counted", False), ("knock", False)],
)
def test_a_payload_that_is_a_text(tmp_path: Path, type_: str, stays: bool) -> None:
    files = {name: content for name, content in schema().items() if name != "session.yaml"}
    files["server/main.yaml"]["messages"] |= {
        "told": said({"type": "string"}, "a"),
        "either": said({"oneOf": [{"type": "string"}, {"type": "null"}]}, None),
        "anything": said({"x-any-json": True}, [1]),
        "counted": said({"type": "integer", "format": "int32"}, 1),
    }
    with generated(files, tmp_path) as mini:
        redactor = Redactor(b"key", protocol=module_of(mini, "protocol").PROTOCOL)
        for frame in ({"type": type_, "payload": WORDS}, {"payload": WORDS, "type": type_}):
            masked = json.loads(redactor.json(json.dumps(frame)))
            assert (masked["payload"] == WORDS) is stays
            assert masked["type"] == type_


def said(payload: Any, example: Any) -> Any:
    return message() | {"payload": payload, "examples": [{"summary": "One", "payload": example}]}


@pytest.mark.parametrize(("type_", "stays"), [("chosen", True), ("fixed", True), ("picked", False)])
def test_a_payload_that_is_one_of_some_texts(tmp_path: Path, type_: str, stays: bool) -> None:
    files = {name: content for name, content in schema().items() if name != "session.yaml"}
    files["server/main.yaml"]["messages"] |= {
        "chosen": said({"$ref": "word"}, "yes"),
        "fixed": said({"type": "string", "const": "ok"}, "ok"),
        "picked": said({"type": "integer", "format": "int32", "const": 4}, 4),
    }
    files["types.yaml"] = {
        "types": {
            "word": {
                "description": "A word.",
                "type": "string",
                "enum": ["yes", "no"],
                "x-open": False,
                "x-enum-descriptions": {"yes": "Y.", "no": "N."},
            }
        }
    }
    with generated(files, tmp_path) as mini:
        redactor = Redactor(b"key", protocol=module_of(mini, "protocol").PROTOCOL)
        masked = json.loads(redactor.json(json.dumps({"type": type_, "payload": WORDS})))
        assert (masked["payload"] == WORDS) is stays
