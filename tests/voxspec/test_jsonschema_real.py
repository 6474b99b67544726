"""The JSON Schema of the real protocol accepts all its examples and recorded server frames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from voxspec.model import Protocol
from voxspec.model.frame_examples import example_frames
from voxspec.pipeline import load_protocol
from voxspec.targets.jsonschema.target import plan

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_protocol(ROOT / "schema" / "v1")


@pytest.fixture(scope="module")
def schemas(protocol: Protocol) -> dict[str, Any]:
    files = plan(protocol).items()
    return {path.removeprefix("jsonschema/v1/"): json.loads(text) for path, text in files}


def recorded_server_frames() -> Iterator[Any]:
    """The frames that servers sent as plain text in the example captures."""
    for path in sorted((ROOT / "examples" / "captures").glob("*.ndjson")):
        for line in path.read_bytes().splitlines():  # text may hold U+2028
            entry = json.loads(line)
            if entry.get("dir") == "s2c" and entry["opcode"] == "text":
                yield json.loads(entry["text"])


def test_there_is_a_file_for_each_message_and_one_with_all(
    protocol: Protocol, schemas: dict[str, Any]
) -> None:
    messages = {f"{message.direction}/{message.type}.json" for message in protocol.messages()}
    assert set(schemas) == messages | {"bundle.json"}


def test_every_file_is_valid_against_the_meta_schema(schemas: dict[str, Any]) -> None:
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_every_example_is_valid(protocol: Protocol, schemas: dict[str, Any]) -> None:
    for message in protocol.messages():
        validator = Draft202012Validator(schemas[f"{message.direction}/{message.type}.json"])
        frames = example_frames(protocol.envelope, message)
        assert frames
        assert [error for frame in frames for error in validator.iter_errors(frame)] == []


def test_every_recorded_server_frame_is_valid(schemas: dict[str, Any]) -> None:
    validators: dict[str, Draft202012Validator] = {}
    frames = list(recorded_server_frames())
    for frame in frames:
        kind = frame["type"]
        if kind not in validators:
            validators[kind] = Draft202012Validator(schemas[f"server/{kind}.json"])
        assert list(validators[kind].iter_errors(frame)) == []
    assert len(frames) > 100


def test_bundle_knows_the_direction(schemas: dict[str, Any]) -> None:
    definitions = schemas["bundle.json"]["$defs"]
    typing = {"type": "typing", "d": {"feed_id": 1}}
    start = {"type": "typing_start", "d": {"user_id": 1, "feed_id": 1}, "seq": 2}

    def valid(direction: str, frame: Any) -> bool:
        schema = {"$ref": f"#/$defs/{direction}_frame", "$defs": definitions}
        return Draft202012Validator(schema).is_valid(frame)

    assert [valid("client", typing), valid("server", typing)] == [True, False]
    assert [valid("client", start), valid("server", start)] == [False, True]
