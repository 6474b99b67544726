"""Types of every kind in other envelopes: in further keys, and as fields beside the type."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.voxspec.envelopes import PAYLOAD, message, protocol
from tests.voxspec.judges import agree, refused
from tests.voxspec.mini import (
    ANY,
    BASE64,
    BOOLEAN,
    DATE_TIME,
    INT32,
    NULL,
    NUMBER,
    UINT,
    Data,
    field,
    flags,
    generated,
    integers,
    record,
    union,
    variant,
)

TYPES: Data = {
    "level": integers(0, 1, **{"x-open": True}),
    "rights": flags(read=0, write=4),
    "node": record("id", id=field(UINT), next=field({"$ref": "node"})),
    "point": {**record("x", x=field(UINT)), "additionalProperties": False},
    "one": variant({**INT32, "const": 1}, a=field(UINT)),
    "two": variant({**INT32, "const": 2}, b=field(ANY)),
    "either": union("one", "two"),
}
EVERY: Data = {
    "any": ANY,
    "level": {"$ref": "level"},
    "rights": {"$ref": "rights"},
    "node": {"$ref": "node"},
    "point": {"$ref": "point"},
    "either": {"$ref": "either"},
    "yes": {**BOOLEAN, "const": True},
    "five": {**INT32, "const": 5},
    "none": NULL,
    "share": {**NUMBER, "minimum": 0, "exclusiveMaximum": 1},
    "at": DATE_TIME,
    "bytes": BASE64,
}
VALUES: Data = {
    "any": None,
    "level": 7,
    "rights": 3,
    "node": {"id": 1, "next": {"id": 2}},
    "point": {"x": 1},
    "either": {"k": 2, "b": [None]},
    "yes": True,
    "five": 5,
    "none": None,
    "share": 0.5,
    "at": "2024-02-29T12:00:00Z",
    "bytes": "QQ==",
}


def key(expression: Data) -> Data:
    """A further key that every frame has."""
    stated = {"direction": "both", "presence": "required", "description": "K."}
    return {**stated, "schema": expression}


def with_payload(payload: Data, *examples: object) -> Data:
    shown = [{"payload": example, "keys": VALUES} for example in examples]
    return {**message(None, *shown), "payload": payload}


FLAT = message({k: field(v) for k, v in EVERY.items()}, {"payload": VALUES})
RIGHT: dict[str, Data] = {
    "further keys": protocol(
        {"ask": message(None, {"keys": VALUES})},
        {
            "next": with_payload(ANY, None, {"data": [1]}),
            "error": with_payload({"type": "array", "items": {"type": "object"}}, [{"m": 1}]),
            "ranked": with_payload({"$ref": "level"}, 7),
        },
        types=TYPES,
        payload=PAYLOAD,
        keys={k: key(v) for k, v in EVERY.items()},
    ),
    "fields beside the type": protocol({"ask": FLAT}, {"told": FLAT}, types=TYPES),
    "a record that holds itself, beside the type": protocol(
        {},
        {"told": {**message(None, {"payload": VALUES["node"]}), "payload": {"$ref": "node"}}},
        types={"node": TYPES["node"]},
    ),
    "in a closed envelope": protocol(
        {"ask": message(None, {"keys": VALUES})},
        {"next": with_payload(ANY, 5)},
        types=TYPES,
        payload=PAYLOAD,
        keys={k: key(v) for k, v in EVERY.items()},
        closed=True,
    ),
}


@pytest.mark.parametrize("files", RIGHT.values(), ids=RIGHT)
def test_all_judges_agree(tmp_path: Path, files: Data) -> None:
    with generated(files, tmp_path) as mini:
        agree(mini, draws=15)


def test_a_payload_of_the_wrong_type_beside_further_keys(tmp_path: Path) -> None:
    with generated(RIGHT["further keys"], tmp_path) as mini:
        wrong = {"type": "error", "payload": {"m": 1}, **VALUES}
        refused(mini, "server", wrong, [("PAYLOAD_INVALID", "/payload")])


def test_frames_whose_depth_must_be_looked_at(tmp_path: Path) -> None:
    with generated(RIGHT["further keys"], tmp_path / "keys") as mini:
        assert {*mini.models.frames.FREE_JSON.values()} == {()}
    with generated(RIGHT["fields beside the type"], tmp_path / "flat") as mini:
        names = ("any", "node", "either")
        assert [*mini.models.frames.FREE_JSON.values()] == [names, names]
