"""Payloads that are no object with known keys: any JSON, arrays, maps, single values, null."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.judges import agree, refused
from tests.voxspec.mini import (
    ANY,
    BAG,
    BOOLEAN,
    NULL,
    NUMBER,
    UINT,
    UINT64,
    Data,
    choice,
    field,
    flags,
    generated,
    integers,
    module_of,
    paying,
    record,
)

TEXT: Data = {"type": "string", "maxLength": 3}
NODE = record("id", id=field(UINT), next=field({"$ref": "node"}))
PAYLOADS: dict[str, Data] = {
    "any JSON": paying(ANY, None, 1, {"a": [1]}),
    "any JSON or none": paying(ANY, None, payload_optional=True),
    "any JSON by name": paying(
        {"$ref": "any"}, "x", None, types={"any": {**ANY, "description": "A."}}
    ),
    "an array": paying({"type": "array", "items": UINT, "minItems": 1}, [1]),
    "an array of records that keep further keys, or null": paying(
        {"type": ["array", "null"], "items": {"$ref": "bag"}, "maxItems": 2},
        [{"a": "x", "more": 1}],
        None,
        types={"bag": BAG},
    ),
    "an array of records that hold themselves": paying(
        {"type": "array", "items": {"$ref": "node"}},
        [{"id": 1, "next": {"id": 2}}],
        types={"node": NODE},
    ),
    "a record that keeps further keys": paying(
        {"$ref": "bag"}, {"a": "x", "more": 1}, types={"bag": BAG}
    ),
    "a record or null": paying(
        choice({"$ref": "bag"}, NULL), {"a": "x", "more": 1}, None, types={"bag": BAG}
    ),
    "any JSON, mostly a record": paying(
        {"$ref": "node", "x-open": True}, {"id": 1}, 5, types={"node": NODE}
    ),
    "a map": paying({"type": "object", "additionalProperties": UINT}, {"x": 1}),
    "a map or null": paying({"type": ["object", "null"], "additionalProperties": ANY}, {}, None),
    "text": paying(TEXT, "abc"),
    "text or null": paying({**TEXT, "type": ["string", "null"]}, "abc", None),
    "an integer": paying(UINT64, 2**64 - 1),
    "an integer, null or none": paying(
        {**UINT64, "type": ["integer", "null"]}, 5, None, payload_optional=True
    ),
    "a number": paying({**NUMBER, "minimum": 0, "exclusiveMaximum": 1.5}, 0.5),
    "true or false": paying(BOOLEAN, True),
    "true": paying({**BOOLEAN, "const": True}, True),
    "null": paying(NULL, None),
    "null or none": paying(NULL, None, payload_optional=True),
    "a choice": paying(choice(TEXT, UINT, {"type": "array", "items": ANY}), "x", 1, [1]),
    "an enum": paying({"$ref": "e"}, 1, types={"e": integers(1, 2)}),
    "flags": paying({"$ref": "f"}, 33, types={"f": flags(speak=0, hear=5)}),
}


@pytest.mark.parametrize("files", PAYLOADS.values(), ids=PAYLOADS)
def test_all_judges_agree(tmp_path: Path, files: Data) -> None:
    with generated(files, tmp_path) as mini:
        agree(mini)


def frame(payload: Any) -> Data:
    return {"type": "thing", "d": payload, "seq": 1}


WRONG: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("an array", {"0": 1}, [("PAYLOAD_INVALID", "/d")]),
    ("an array", None, [("PAYLOAD_INVALID", "/d")]),
    ("an array", [], [("FIELD_ITEMS", "/d")]),
    ("an array", [1, "2"], [("FIELD_TYPE", "/d/1")]),
    ("a map", [1], [("PAYLOAD_INVALID", "/d")]),
    ("a map", {"a/b": -1}, [("FIELD_RANGE", "/d/a~1b")]),
    ("text or null", 5, [("PAYLOAD_INVALID", "/d")]),
    ("text or null", "abcd", [("FIELD_LENGTH", "/d")]),
    ("an integer", True, [("PAYLOAD_INVALID", "/d")]),
    ("an integer", 2**64, [("FIELD_RANGE", "/d")]),
    ("a number", 1.5, [("FIELD_RANGE", "/d")]),
    ("true", False, [("FIELD_CONST", "/d")]),
    ("true", None, [("PAYLOAD_INVALID", "/d")]),
    ("null", 0, [("PAYLOAD_INVALID", "/d")]),
    ("a choice", True, [("PAYLOAD_INVALID", "/d")]),
    ("a choice", -1, [("FIELD_RANGE", "/d")]),
    ("an enum", 3, [("FIELD_ENUM", "/d")]),
    ("flags", -1, [("FIELD_RANGE", "/d")]),
]


@pytest.mark.parametrize(("name", "payload", "errors"), WRONG)
def test_refused_with_its_place(
    tmp_path: Path, name: str, payload: Any, errors: list[tuple[str, str]]
) -> None:
    with generated(PAYLOADS[name], tmp_path) as mini:
        refused(mini, "server", frame(payload), errors)


def test_what_is_said_of_a_payload_shows_no_value(tmp_path: Path) -> None:
    with generated(PAYLOADS["text or null"], tmp_path) as mini:
        (problem,) = mini.validate.server_frame(frame(4711))
        assert problem.message == '"d" must be a string or null; got a number'


def test_a_missing_payload(tmp_path: Path) -> None:
    with generated(PAYLOADS["any JSON"], tmp_path) as mini:
        refused(mini, "server", {"type": "thing", "seq": 1}, [("PAYLOAD_MISSING", "")])


def test_a_secret_payload_is_masked(tmp_path: Path) -> None:
    token = {**TEXT, "x-sensitive": True, "description": "T."}
    with generated(paying({"$ref": "token"}, "abc", types={"token": token}), tmp_path) as mini:
        assert repr(mini.decode("server", frame("abc"))) == "ThingFrame(d='***', seq=1)"
        (problem,) = mini.validate.server_frame(frame("4711"))
        assert (problem.rule, "4711" in str(problem)) == ("FIELD_LENGTH", False)
        assert module_of(mini, "secrets").SERVER == {"thing": ("/d",)}


def test_payloads_that_nest_to_any_depth_are_known(tmp_path: Path) -> None:
    """An empty tuple stands for the payload itself, other entries for attributes of it."""
    for number, (name, expected) in enumerate(
        {
            "any JSON": [()],
            "an array": [],
            "an array of records that hold themselves": [()],
            "a map or null": [()],
            "a record or null": [("extra",)],
        }.items()
    ):
        with generated(PAYLOADS[name], tmp_path / str(number)) as mini:
            protocol: Any = module_of(mini, "protocol").PROTOCOL
            assert [*protocol.free_json.values()] == expected


DOCS = {
    "any JSON": "`d` is any JSON value.",
    "an array": "`d` is array of [uint32](../types.md#integers) (at least 1 item).",
    "text or null": "`d` is string (at most 3 characters). `d` may be null.",
    "true": "`d` is `true`.",
    "null": "`d` is null.",
}


@pytest.mark.parametrize(("name", "sentence"), DOCS.items(), ids=DOCS)
def test_the_documents_say_what_a_payload_is(tmp_path: Path, name: str, sentence: str) -> None:
    with generated(PAYLOADS[name], tmp_path) as mini:
        assert sentence in mini.files["docs/v1/server/main.md"].splitlines()
        assert "| `d` | as the message says | P. |" in mini.files["docs/v1/index.md"]
