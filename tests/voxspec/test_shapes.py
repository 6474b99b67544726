"""What messages are made of, as the package says it in its data; and where people's words are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.mini import (
    ANY,
    BASE64,
    BOOLEAN,
    NUMBER,
    UINT,
    choice,
    enum,
    field,
    flags,
    generated,
    integers,
    module_of,
    paying,
    record,
    schema,
    union,
    variant,
)
from voxmodels import _shapes as s

TEXT: dict[str, Any] = {"type": "string"}
NULLABLE: dict[str, Any] = {"type": ["string", "null"]}
TYPES: dict[str, Any] = {
    "word": {**TEXT, "description": "W."},
    "mood": enum("good", "bad", **{"x-open": True}),
    "level": integers(1, 2),
    "bits": flags(one=0),
    "pair": record("a", a=field(UINT), b=field(NULLABLE)),
    "one": variant({**TEXT, "const": "one"}),
    "two": variant({**TEXT, "const": "two"}),
    "either": union("one", "two"),
}

USES = {
    f"z_{name}": field({"$ref": name})
    for name in ("word", "mood", "level", "bits", "pair", "either")
}
"""A type that nothing uses is a mistake."""

PLAIN_TEXT = s.Plain("string")
NULL = s.Plain("null")


@pytest.mark.parametrize(
    ("expression", "value", "shape"),
    [
        (TEXT, "x", PLAIN_TEXT),
        (BASE64, "", PLAIN_TEXT),
        (UINT, 1, s.Plain("integer")),
        (NUMBER, 1.5, s.Plain("number")),
        (BOOLEAN, True, s.Plain("boolean")),
        (ANY, [], s.Plain("any")),
        ({"type": "object"}, {}, s.Plain("object")),
        (NULLABLE, None, s.Choice((PLAIN_TEXT, NULL))),
        ({**TEXT, "const": "x"}, "x", s.Values(("x",))),
        ({"type": "array", "items": NULLABLE}, [], s.Items(s.Choice((PLAIN_TEXT, NULL)))),
        ({"type": "object", "additionalProperties": UINT}, {}, s.Entries(s.Plain("integer"))),
        (choice(TEXT, UINT), 1, s.Choice((PLAIN_TEXT, s.Plain("integer")))),
        (
            choice(TEXT, UINT, {"type": "null"}),
            1,
            s.Choice((PLAIN_TEXT, s.Plain("integer"), NULL)),
        ),
        ({"$ref": "word"}, "x", s.Named("word")),
        ({"$ref": "pair", "x-open": True}, {"a": 1}, s.Named("pair", open=True)),
    ],
)
def test_shapes_of_values(tmp_path: Path, expression: Any, value: Any, shape: s.Shape) -> None:
    files = schema({"k": field(expression), **USES}, {"k": value}, types=TYPES)
    with generated(files, tmp_path) as mini:
        frame = module_of(mini, "shapes").SERVER["thing"]
    (payload,) = frame.keys
    assert (payload.name, payload.required) == ("d", True)
    assert repr(payload.shape.keys[0]) == repr(s.Key("k", shape, required=True))


def test_shapes_that_have_names(tmp_path: Path) -> None:
    with generated(schema(USES, {}, types=TYPES), tmp_path) as mini:
        types = module_of(mini, "shapes").TYPES
    expected = {
        "word": PLAIN_TEXT,
        "mood": s.Values(("good", "bad"), open=True),
        "level": s.Values((1, 2)),
        "bits": s.Plain("integer"),
        "pair": s.Record(
            (
                s.Key("a", s.Plain("integer"), required=True),
                s.Key("b", s.Choice((PLAIN_TEXT, NULL))),
            )
        ),
        "either": s.Tagged("k", {"one": "one", "two": "two"}),
    }
    assert {name: repr(types[name]) for name in expected} == {
        name: repr(shape) for name, shape in expected.items()
    }


def test_what_is_said_of_keys(tmp_path: Path) -> None:
    properties = {
        "a": field(TEXT, **{"x-relayed": True}),
        "b": field(TEXT, **{"x-published-null": True}),
        "c": field(NULLABLE, **{"x-sensitive": True, "x-words": True}),
    }
    with generated(schema(properties, {"a": "x"}), tmp_path) as mini:
        frame = module_of(mini, "shapes").SERVER["thing"]
    keys = (
        s.Key("a", PLAIN_TEXT, required=True, relayed=True),
        s.Key("b", PLAIN_TEXT),
        s.Key("c", s.Choice((PLAIN_TEXT, NULL))),
    )
    assert repr(frame) == repr(s.Record((s.Key("d", s.Record(keys), required=True),)))


def test_a_payload_that_is_no_record(tmp_path: Path) -> None:
    with generated(paying({"type": "array", "items": UINT}, [1]), tmp_path) as mini:
        frame = module_of(mini, "shapes").SERVER["thing"]
        asked = mini.known.shapes.client["ask"]
    assert repr(frame) == repr(s.Record((s.Key("d", s.Items(s.Plain("integer")), required=True),)))
    payload = s.Record((s.Key("id", s.Plain("integer"), required=True),))
    assert repr(asked) == repr(s.Record((s.Key("d", payload, required=True),)))


def test_where_the_words_of_people_are(tmp_path: Path) -> None:
    words = {"x-words": True}
    properties = {
        "body": field(NULLABLE, **words),
        "files": field({"type": "array", "items": {"$ref": "file"}}),
        "status": field(choice(TEXT, {"type": "null"}), **words),
    }
    types = {"file": record("name", name=field(TEXT, **words), size=field(UINT))}
    example: dict[str, Any] = {"body": None, "files": [], "status": None}
    with generated(schema(properties, example, types=types), tmp_path) as mini:
        secrets = mini.known.secrets
        assert secrets.server_words == {"thing": ("/d/body", "/d/files/*/name", "/d/status")}
        assert (secrets.client_words, secrets.server, secrets.keys) == ({}, {}, frozenset())
