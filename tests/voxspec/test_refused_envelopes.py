"""What an envelope and the messages in it cannot say: refused, each mistake at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.envelopes import ID, PAYLOAD, SEQUENCE, message, protocol
from tests.voxspec.mini import UINT, Data, field, refused

IGNORED = {"payload": "ignored"}
MIXED = protocol({"a": message(None)}, {7: message(None)})
NULLABLE = {"type": ["object", "null"], "properties": {"a": field()}}
UNION = {
    name: {
        "type": "object",
        "required": ["k"],
        "properties": {"k": field({"type": "string", "const": name})},
        "description": "V.",
    }
    for name in ("v_1", "v_2")
} | {"both": {"oneOf": [{"$ref": "v_1"}, {"$ref": "v_2"}], "description": "U."}}
PERSON = {"type": "object", "x-extra": True, "properties": {"a": field()}, "description": "P."}


def _one(entry: Data, **more: Any) -> Data:
    return protocol({"a": entry}, {}, **more)


REFUSED: dict[str, tuple[Data, list[tuple[str, str, str]]]] = {
    "types of both kinds": (MIXED, [("MESSAGE_TYPE_PLAIN", "main.yaml", "7:")]),
    "a type with a fraction": (
        protocol({1.5: message(None)}, {}),
        [("MESSAGE_TYPE_PLAIN", "main.yaml", "1.5:")],
    ),
    "a type of more than 64 bits": (
        protocol({2**63: message(None)}, {}),
        [("MESSAGE_TYPE_PLAIN", "main.yaml", f"{2**63}:")],
    ),
    "two types of one name": (
        protocol({"room.open": message(None), "roomOpen": message(None)}, {}),
        [("CLASS_NAME_UNIQUE", "main.yaml", "roomOpen:")],
    ),
    "a name for a type that is taken": (
        protocol({"a": message(None), "b": message(None, **{"x-name": "a"})}, {}),
        [("CLASS_NAME_UNIQUE", "main.yaml", "b:")],
    ),
    "a field of the envelope's key": (
        _one(message({"type": field()}, {"payload": {"type": "x"}})),
        [("ENVELOPE_KEYS_DIFFER", "main.yaml", "type:")],
    ),
    "a field of a further key": (
        _one(message({"id": field()}, {"payload": {"id": "x"}}), keys=ID),
        [("ENVELOPE_KEYS_DIFFER", "main.yaml", "id:")],
    ),
    "a field that Python calls as the type": (
        _one(message({"Type": field()}, {"payload": {"Type": "x"}})),
        [("NO_PYTHON_NAME_COLLISION", "main.yaml", "Type:")],
    ),
    "a flat payload that may be absent": (
        _one(message({}, payload_optional=True)),
        [("KEYWORD_APPLIES", "main.yaml", "payload_optional: true")],
    ),
    "a flat payload that may be null": (
        _one({**message(None), "payload": NULLABLE}),
        [("KEYWORD_APPLIES", "main.yaml", "- object")],
    ),
    "a flat payload that keeps unknown keys": (
        _one({**message(None), "payload": {**PERSON, "description": "P."}}),
        [("KEYWORD_APPLIES", "main.yaml", "payload:")],
    ),
    "a flat union": (
        _one({**message(None), "payload": {"$ref": "both"}}, types=UNION),
        [("PAYLOAD_IS_OBJECT", "main.yaml", "$ref: both")],
    ),
    "a flat payload of text": (
        _one({**message(None), "payload": {"type": "string"}}),
        [("PAYLOAD_IS_OBJECT", "main.yaml", "type: string")],
    ),
    "a flat payload that is closed by itself": (
        _one(
            {
                **message(None),
                "payload": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"a": field()},
                },
            }
        ),
        [("KEYWORD_APPLIES", "main.yaml", "payload:")],
    ),
    "numbers where there are none": (
        _one(message(None, seq="never")),
        [("KEYWORD_APPLIES", "main.yaml", "seq: never")],
    ),
    "no word about numbers": (
        _one(message(None), sequence=SEQUENCE),
        [("SEQ_POLICY_STATED", "main.yaml", "a:")],
    ),
    "a further key that the envelope has not": (
        _one(message(None, keys={"di": "optional"}), keys=ID),
        [("ENVELOPE_KEY_KNOWN", "main.yaml", "di: optional")],
    ),
    "a further key of the other side": (
        _one(
            message(None, keys={"id": "optional"}), keys={"id": {**ID["id"], "direction": "server"}}
        ),
        [("ENVELOPE_KEY_KNOWN", "main.yaml", "id: optional")],
    ),
    "a further key that is the type": (
        _one(message(None), keys={"type": ID["id"]}),
        [("ENVELOPE_KEYS_DIFFER", "protocol.yaml", "type:")],
    ),
    "two keys of one Python name": (
        _one(message(None), keys={"a-b": ID["id"], "a_b": ID["id"]}),
        [("NO_PYTHON_NAME_COLLISION", "protocol.yaml", "a_b:")],
    ),
    "a further key that is a property's": (
        _one(message(None), keys={"id": {**ID["id"], "schema": {**UINT, "deprecated": "Why."}}}),
        [("KEYWORD_APPLIES", "protocol.yaml", "deprecated: Why.")],
    ),
    "an example without a key that it needs": (
        _one(message(None, keys={"id": "required"}), keys=ID),
        [("EXAMPLE_VALID", "main.yaml", "summary: One")],
    ),
    "an example with a key that it has not": (
        _one(message(None, {"keys": {"id": "1"}}), keys=ID),
        [("EXAMPLE_VALID", "main.yaml", "summary: One")],
    ),
    "an example with a key that nobody has": (
        _one(message(None, {"keys": {"di": "1"}}, keys={"id": "optional"}), keys=ID),
        [("EXAMPLE_VALID", "main.yaml", "di: '1'")],
    ),
    "an example with a wrong key": (
        _one(message(None, {"keys": {"id": 1}}, keys={"id": "optional"}), keys=ID),
        [("EXAMPLE_VALID", "main.yaml", "1")],
    ),
    "an example with a key that readers pass over": (
        _one(message(None, {"keys": {"id": "1"}}, keys={"id": "ignored"}), keys=ID),
        [("EXAMPLE_VALID", "main.yaml", "id: '1'")],
    ),
    "an example with a payload that readers pass over": (
        _one(message(None, {"payload": 1}, **IGNORED), payload=PAYLOAD),
        [("EXAMPLE_VALID", "main.yaml", "1")],
    ),
    "a flat payload that readers pass over": (
        _one(message(None, **IGNORED)),
        [("KEYWORD_APPLIES", "main.yaml", "ignored")],
    ),
    "no payload that may be absent": (
        _one(message(None, payload_optional=True, **IGNORED), payload=PAYLOAD),
        [("KEYWORD_APPLIES", "main.yaml", "payload_optional: true")],
    ),
    "a closed frame with a key that readers pass over": (
        _one(message(None, keys={"id": "ignored"}), keys=ID, closed=True),
        [("KEYWORD_APPLIES", "main.yaml", "a:")],
    ),
    "a closed frame with a key of published pages": (
        _one(message(None, published=[{"name": "id", "envelope": True}]), keys=ID, closed=True),
        [("KEYWORD_APPLIES", "main.yaml", "a:")],
    ),
    "an example of a closed frame with another field": (
        _one(message({}, {"payload": {"a": 1}}), closed=True),
        [("EXAMPLE_VALID", "main.yaml", "a: 1")],
    ),
    "an example of fields that are none": (
        _one(message(None, {"payload": {"a": 1}})),
        [("EXAMPLE_VALID", "main.yaml", "a: 1")],
    ),
    "an example of fields that is no object": (
        _one(message({}, {"payload": 5})),
        [("EXAMPLE_VALID", "main.yaml", "5")],
    ),
    "an example of a wrong field": (
        _one(message({"a": field()}, {"payload": {"a": 5}})),
        [("EXAMPLE_VALID", "main.yaml", "5")],
    ),
}


@pytest.mark.parametrize(("files", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path: Path, files: Data, expected: list[tuple[str, str, str]]) -> None:
    assert refused(files, tmp_path) == expected
