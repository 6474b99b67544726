"""What servers pass on for other clients: the keyword, and what it makes of models and validators."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from msgspec import UNSET

from tests.voxspec.tide import SCHEMA
from voxspec.findings import SchemaError
from voxspec.generate import plan
from voxspec.output.write import apply
from voxspec.pipeline import load_protocol

WORDS = "words: {$ref: call_sign, x-relayed: true,"
FLAG = "{$ref: flag, x-relayed: true,"

# file, what to replace, by what, the place and the end of the message
REFUSED = [
    ("types.yaml", "tick: {desc", "tick: {x-relayed: true, desc", "2:10", "only servers send"),
    ("types.yaml", "x: {type: number,", "x: {type: number, x-relayed: true,", "23:25", "servers send"),
    ("types.yaml", "    x-open: true\n    enum", "    x-open: true\n    x-relayed: true\n    enum",
     "16:5", "only servers send"),
    ("types.yaml", "  pennant:\n", "  pennant:\n    x-relayed: true\n", "71:5", "only servers send"),
    ("types.yaml", "    description: Somewhere on", "    x-relayed: true\n    description: Somewhere on",
     "41:5", "only servers send"),
    ("client/mooring.yaml", "pilot: {type: string,", "pilot: {type: string, x-relayed: true,", "16:31",
     "only servers send"),
    ("both/link.yaml", "nonce: {$ref: tick,", "nonce: {$ref: tick, x-relayed: true,", "12:29",
     "only servers send"),
    ("server/harbour.yaml", "payload: {$ref: sighting}", "payload: {$ref: sighting, x-relayed: true}",
     "9:31", "only servers send"),
    ("server/harbour.yaml", "      required: [holds, extra]",
     "      x-relayed: true\n      required: [holds, extra]", "21:7", "only servers send"),
    ("server/harbour.yaml", "items: {$ref: cargo}, description: What lies",
     "items: {$ref: cargo, x-relayed: true}, description: What lies", "23:51", "only servers send"),
    ("server/harbour.yaml", "[{type: string, maxLength: 4}", "[{type: string, maxLength: 4, x-relayed: true}",
     "26:54", "only servers send"),
    ("server/harbour.yaml", "{$ref: pennant, x-open: true,", "{$ref: pennant, x-open: true, x-relayed: true,",
     "27:48", '"pennant": with x-open readers keep any value already'),
    ("server/harbour.yaml", WORDS, "words: {$ref: call_sign, x-relayed: int64,", "65:34",
     '"words": int64 is for integers; write x-relayed: true'),
    ("server/harbour.yaml", WORDS, "words: {type: string, const: a, x-relayed: true,", "65:41",
     '"words": a constant tells shapes apart'),
    ("server/harbour.yaml", WORDS, "words: {type: object, x-max-json-length: 9, x-relayed: true,", "65:53",
     "\"words\": nobody holds another client's value to a length"),
    ("server/harbour.yaml", "        show: " + FLAG,
     "        also: {type: boolean, description: Also.}\n        show: " + FLAG, "68:28",
     '"show": a rule between keys cannot rely on it'),
]  # fmt: skip


def _mistakes(tmp_path: Path, file: str, old: str, new: str) -> list[str]:
    folder = tmp_path / "schema"
    shutil.copytree(SCHEMA, folder)
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    text = text.replace(old, new)
    if "rule between keys" in new or "Also." in new:
        text = text.replace(
            "    examples:\n      - {summary: Little, payload: {mast",
            "      if: {properties: {show: {const: red}}, required: [show]}\n"
            "      then: {required: [also]}\n"
            "    examples:\n      - {summary: Little, payload: {mast",
        )
    path.write_text(text, "utf-8")
    with pytest.raises(SchemaError) as caught:
        load_protocol(folder)
    return [
        f"{Path(f.where.file).name}:{f.where.line}:{f.where.column} {f.rule} {f.message}"
        for f in caught.value.findings
    ]


@pytest.mark.parametrize(("file", "old", "new", "place", "said"), REFUSED)
def test_where_nothing_is_relayed_the_keyword_is_refused(
    tmp_path: Path, file: str, old: str, new: str, place: str, said: str
) -> None:
    (mistake,) = _mistakes(tmp_path, file, old, new)
    assert mistake.startswith(f"{Path(file).name}:{place} KEYWORD_APPLIES ")
    assert mistake.endswith(said)


def test_an_example_has_the_usual_shape(tmp_path: Path) -> None:
    mistakes = _mistakes(
        tmp_path, "server/harbour.yaml", "{mast: 1, words: ABBA, lantern", "{mast: 1, lantern"
    )
    assert [m.split(" ", 1)[1] for m in mistakes] == [
        'EXAMPLE_VALID the example is not valid: "data" lacks the key "words"'
    ]


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return plan(load_protocol(SCHEMA))


@pytest.fixture(scope="module")
def tide(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("tide")
    apply(files, folder)
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("tidemodels.v3")
    finally:
        sys.path.remove(str(folder))
        for name in [n for n in sys.modules if n.split(".")[0] == "tidemodels"]:
            del sys.modules[name]


USUAL: dict[str, Any] = {"mast": 1, "words": "ABBA", "lantern": -3}

# what is given, and of what shape it is when it has been read
ODD: list[tuple[str, Any]] = [
    ("words", "abba"),
    ("words", "A" * 9),
    ("words", None),
    ("show", "blue"),
    ("show", 1),
    ("hold", {}),
    ("hold", "tea"),
    ("hold", {"name": 1, "more": [None]}),
    ("holds", {}),
    ("holds", ""),
    ("holds", "tea"),
    ("holds", [{"name": "tea", "x": 1}, 1]),
    ("decks", []),
    ("decks", {"a": {"name": "gold"}, "b": 7}),
    ("choice", []),
    ("choice", {"red": True}),
    ("tick", 2**64),
    ("tick", "now"),
    ("tick", 1.0),
    ("ticks", [1, 2**70]),
    ("ticks", [1, "2"]),
    ("phrase", {"open": "sesame"}),
    ("weather", 3),
]


@pytest.mark.parametrize(("key", "value"), ODD)
def test_odd_values_are_noted_once_and_kept_as_they_came(
    tide: Any, files: dict[str, str], key: str, value: Any
) -> None:
    relayed = importlib.import_module("tidemodels.v3.relayed")
    validate = importlib.import_module("tidemodels.v3.validate")
    wire = {"op": "hailed", "data": USUAL | {"hold": {"name": "x", "y": 2}, key: value}, "from": 0}
    assert [(p.rule, p.severity, p.pointer) for p in validate.server_frame(wire)] == [
        ("RELAYED_VALUE", "note", f"/data/{key}")
    ]
    frame = relayed.server_frame(wire)
    kept = getattr(frame.data, key)
    assert tide.frames.to_wire(kept) == value if not isinstance(value, dict | list) else True
    assert tide.frames.to_wire(frame) == wire
    assert type(kept) in {type(value), tuple}
    if key != "hold":
        assert frame.data.hold == tide.types.Cargo(name="x", extra={"y": 2})
    schema = json.loads(files["jsonschema/v3/server/hailed.json"])
    assert jsonschema.Draft202012Validator(schema).is_valid(wire)


def test_a_server_can_be_made_to_send_them(tide: Any) -> None:
    odd = tide.server.Hailed(
        mast=1, words=UNSET, lantern=-(2**40), hold=7, holds="", decks=[], choice=1, ticks="x", tick=None
    )  # fmt: skip
    assert tide.frames.to_wire(odd) == {
        "mast": 1, "lantern": -(2**40), "hold": 7, "holds": "", "decks": [], "choice": 1, "ticks": "x",
        "tick": None,
    }  # fmt: skip


def test_usual_values_are_typed_by_the_fast_decoder(tide: Any) -> None:
    wire = {
        "op": "hailed",
        "data": USUAL
        | {
            "holds": [{"name": "tea", "x": 1}],
            "decks": {"a": {"name": "gold", "z": 2}},
            "choice": {"name": "silk", "red": True},
            "show": "red",
        },
        "from": 4,
    }
    frame = msgspec.json.decode(json.dumps(wire), type=tide.ServerFrame)
    cargo = tide.types.Cargo
    assert frame.data.holds == (cargo(name="tea", extra={"x": 1}),)
    assert frame.data.decks == {"a": cargo(name="gold", extra={"z": 2})}
    assert frame.data.choice == cargo(name="silk", extra={"red": True})
    assert frame.data.show is tide.Flag.RED
    assert importlib.import_module("tidemodels.v3.relayed").server_frame(wire) == frame


def test_what_another_client_left_out_is_noted_and_unset(tide: Any) -> None:
    relayed = importlib.import_module("tidemodels.v3.relayed")
    validate = importlib.import_module("tidemodels.v3.validate")
    wire = {"op": "hailed", "data": {"mast": 1, "lantern": 0}, "from": 9}
    (problem,) = validate.server_frame(wire)
    assert (problem.rule, problem.severity, problem.pointer) == ("RELAYED_VALUE", "note", "/data")
    assert '"data" lacks "words"' in problem.message
    frame = relayed.server_frame(wire)
    assert frame.data.words is UNSET
    assert tide.frames.to_wire(frame) == wire
    with pytest.raises(msgspec.ValidationError, match="missing required field `words`"):
        msgspec.json.decode(json.dumps(wire), type=tide.ServerFrame)


@pytest.mark.parametrize("value", [-12000, 1, 2**63 - 1, -(2**63)])
def test_any_integer_of_another_client_is_noted(tide: Any, value: int) -> None:
    relayed = importlib.import_module("tidemodels.v3.relayed")
    validate = importlib.import_module("tidemodels.v3.validate")
    wire = {"op": "hailed", "data": USUAL | {"lantern": value}, "from": 0}
    (problem,) = validate.server_frame(wire)
    assert (problem.rule, problem.pointer) == ("RELAYED_VALUE", "/data/lantern")
    assert problem.message.endswith(f"must be from -11000 to 0; got {value}")
    assert problem.hint.startswith("another client gave it")
    assert relayed.server_frame(wire).data.lantern == value


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"lantern": 2**63}, "FIELD_RANGE"),
        ({"lantern": -(2**63) - 1}, "FIELD_RANGE"),
        ({"lantern": "deep"}, "FIELD_TYPE"),
        ({"lantern": True}, "FIELD_TYPE"),
        ({"lantern": 0.5}, "FIELD_TYPE"),
        ({"log": 2**64}, "FIELD_RANGE"),
        ({"mast": -1}, "FIELD_RANGE"),
    ],
)
def test_what_the_server_itself_does_wrong_stays_an_error(
    tide: Any, change: dict[str, Any], rule: str
) -> None:
    relayed = importlib.import_module("tidemodels.v3.relayed")
    validate = importlib.import_module("tidemodels.v3.validate")
    wire = {"op": "hailed", "data": USUAL | {"words": 1} | change, "from": 0}
    errors = [p for p in validate.server_frame(wire) if p.severity == "error"]
    assert [(p.rule, p.pointer) for p in errors] == [(rule, f"/data/{next(iter(change))}")]
    with pytest.raises(msgspec.ValidationError):
        relayed.server_frame(wire)


def test_secrets_of_another_client_do_not_show(tide: Any) -> None:
    relayed = importlib.import_module("tidemodels.v3.relayed")
    validate = importlib.import_module("tidemodels.v3.validate")
    wire = {"op": "hailed", "data": USUAL | {"phrase": {"open": "sesame"}}, "from": 0}
    (problem,) = validate.server_frame(wire)
    assert "sesame" not in str(problem)
    assert "it must be a string; got an object" in problem.message
    assert "sesame" not in repr(relayed.server_frame(wire))


def test_the_docs_say_that_a_field_is_relayed(files: dict[str, str]) -> None:
    page = files["docs/v3/server/harbour.md"]
    rows = [line for line in page.splitlines() if line.startswith("| `words`")]
    assert len(rows) == 1
    assert "| usual |" in rows[0]
    assert "**Relayed** as another client gave it: any JSON value can come." in rows[0]
