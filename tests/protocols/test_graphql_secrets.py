"""Redacted frames of graphql-transport-ws: the parameters of connection_init are secret, whatever they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphql_transport_ws.v1 import secrets
from graphql_transport_ws.v1.protocol import PROTOCOL
from tests.protocols.graphql_conversations import CAPTURES, CONVERSATIONS
from tests.protocols.test_graphql_findings import expected, found_in
from voxwire.capture import Frame, read_capture
from voxwire.capture.writer import open_capture
from voxwire.wire.redact import Redactor

SECRET = {"headers": {"authorization": "Bearer abc"}, "pins": [12, "x"], "is": True}


def redacted(message: str | bytes) -> Any:
    return json.loads(Redactor(bytes(32), protocol=PROTOCOL).message(message))


def test_where_secrets_are() -> None:
    assert dict(secrets.CLIENT) == {"connection_init": ("/payload",)}
    assert (dict(secrets.SERVER), secrets.KEYS) == ({}, frozenset())


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "connection_init", "payload": SECRET},
        {"payload": SECRET, "type": "connection_init"},
        {"type": "connection_initialise", "payload": SECRET},
        {"type": ["connection_init"], "payload": SECRET},
        {"payload": SECRET},
    ],
)
def test_all_of_a_payload_with_secrets_is_masked(frame: dict[str, Any]) -> None:
    payload = redacted(json.dumps(frame))["payload"]
    assert payload["headers"]["authorization"].startswith("masked-")
    assert payload["pins"][0] == 11
    assert payload["pins"][1].startswith("masked-")
    assert payload["is"] is True
    assert redacted(json.dumps(frame).encode()) == redacted(json.dumps(frame))


def test_a_type_that_is_repeated_hides_nothing() -> None:
    text = '{"type":"connection_init","payload":{"a":"secret"},"type":"ping"}'
    assert redacted(text)["payload"]["a"].startswith("masked-")


@pytest.mark.parametrize("type_", ["ping", "subscribe", "next"])
def test_other_payloads_stay(type_: str) -> None:
    frame = {"type": type_, "id": "1", "payload": {"query": "{ hello }", "number": 12}}
    assert redacted(json.dumps(frame)) == frame


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_redacted_captures_have_the_same_findings_and_no_token(name: str, tmp_path: Path) -> None:
    path = tmp_path / "redacted.ndjson"
    with open_capture(path, redactor=Redactor(bytes(32), protocol=PROTOCOL)) as writer:
        for event in read_capture(CAPTURES / f"{name}.ndjson"):
            writer.event(event)
    text = path.read_text("utf-8")
    assert "example-token" not in text
    frames = [event for event in read_capture(path) if isinstance(event, Frame)]
    assert len(frames) == len(CONVERSATIONS[name].messages.split())
    found = found_in(path)
    if name != "not-json-4400":  # a text that is no JSON is masked as a whole
        assert found == [*expected(name)]
