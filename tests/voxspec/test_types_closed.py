"""Records closed to unknown keys: errors in every judge, where others have notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.voxspec.judges import agree, refused
from tests.voxspec.mini import Data, field, generated, paying, record, schema, union, variant

CLOSED: Data = {"additionalProperties": False}
POINT: Data = {**record("x", x=field(), y=field()), **CLOSED}
TEXT: Data = {"type": "string"}
RIGHT: dict[str, Data] = {
    "a record": schema({"r": field({"$ref": "r"})}, {"r": {"x": "1"}}, types={"r": POINT}),
    "a record without keys": schema(
        {"r": field({"$ref": "r"})}, {"r": {}}, types={"r": {**record(), **CLOSED}}
    ),
    "a payload": paying(POINT, {"x": "1"}),
    "a payload without keys": paying({"type": "object", **CLOSED}, {}),
    "a payload or null": paying({**POINT, "type": ["object", "null"]}, None, {"x": "1"}),
    "variants of a union": schema(
        {"u": field({"$ref": "u"})},
        {"u": {"k": "1"}},
        types={
            "v1": {**variant({**TEXT, "const": "1"}), **CLOSED},
            "v2": variant({**TEXT, "const": "2"}),
            "u": union("v1", "v2"),
        },
    ),
    "beside an open use of it": schema(
        {"r": field({"$ref": "r"}), "o": field({"$ref": "r", "x-open": True})},
        {"r": {"x": "1"}, "o": {"more": 2}},
        types={"r": POINT},
    ),
    "relayed": schema(
        {"r": field({"$ref": "r"}, **{"x-relayed": True})}, {"r": {"x": "1"}}, types={"r": POINT}
    ),
    "one of several keys": schema(
        {"r": field({"$ref": "r"})},
        {"r": {"x": "1"}},
        types={
            "r": {
                **record(x=field(), y=field()),
                **CLOSED,
                "x-one-of-name": "axis",
                "oneOf": [{"required": ["x"]}, {"required": ["y"]}],
            }
        },
    ),
    "published names": schema(
        {"r": field({"$ref": "r"})},
        {"r": {"x": "1"}},
        types={"r": {**POINT, "published": [{"name": "ex", "wire": "x"}]}},
    ),
}


@pytest.mark.parametrize("files", RIGHT.values(), ids=RIGHT)
def test_all_judges_agree(tmp_path: Path, files: Data) -> None:
    with generated(files, tmp_path) as mini:
        agree(mini)


def frame(payload: object) -> Data:
    return {"type": "thing", "d": payload, "seq": 1}


def test_an_unknown_key_is_an_error_with_its_place_and_a_hint(tmp_path: Path) -> None:
    with generated(RIGHT["published names"], tmp_path) as mini:
        value = {"x": "1", "yy": 1, "ex": "2"}
        errors = [("UNKNOWN_FIELD", "/d/r/yy"), ("UNKNOWN_FIELD", "/d/r/ex")]
        refused(mini, "server", frame({"r": value}), errors)
        problems = mini.validate.server_frame(frame({"r": value}))
        assert [(p.severity, p.message, p.hint) for p in problems] == [
            ("error", 'unknown field "yy", and "r" is closed', 'did you mean "y"?'),
            ("error", 'unknown field "ex", and "r" is closed', 'the wire has "x"'),
        ]


def test_the_others_stay_open(tmp_path: Path) -> None:
    with generated(RIGHT["variants of a union"], tmp_path) as mini:
        assert mini.errors("server", frame({"u": {"k": "2", "more": 1}, "more": 1})) == []
        refused(
            mini, "server", frame({"u": {"k": "1", "more": 1}}), [("UNKNOWN_FIELD", "/d/u/more")]
        )


def test_what_the_documents_and_the_json_schema_say(tmp_path: Path) -> None:
    with generated(RIGHT["a record"], tmp_path) as mini:
        page = mini.files["docs/v1/types.md"]
        assert "- Closed: no other key is valid." in page.splitlines()
        assert "Every object is open, unless it is called closed: readers" in page
        assert mini.bundle["$defs"]["r"]["additionalProperties"] is False
        assert (
            "Objects are open, but for those with additionalProperties: false."
            in (mini.bundle["$comment"])
        )
    with generated(schema(), tmp_path / "open") as mini:
        assert "Every object is open: readers" in mini.files["docs/v1/types.md"]
        assert "Objects are open: other keys are allowed." in mini.bundle["$comment"]
