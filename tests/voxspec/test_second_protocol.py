"""The toolkit on a protocol that it has never seen: golden files, imports, round trips."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from tests.voxspec.mini import all_frames
from tests.voxspec.tide import GOLDEN, SCHEMA
from voxspec.generate import plan
from voxspec.model import Protocol
from voxspec.model.frame_examples import example_frames
from voxspec.output.write import apply, compare
from voxspec.pipeline import load_protocol


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_protocol(SCHEMA)


@pytest.fixture(scope="module")
def files(protocol: Protocol) -> dict[str, str]:
    return plan(protocol)


@pytest.fixture(scope="module")
def tide(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The generated package, imported from a folder of its own."""
    folder = tmp_path_factory.mktemp("tide")
    apply(files, folder)
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("tidemodels.v3")
    finally:
        sys.path.remove(str(folder))
        for name in [n for n in sys.modules if n.split(".")[0] == "tidemodels"]:
            del sys.modules[name]


def test_golden_files(files: dict[str, str]) -> None:
    """All but the support code, which is the same for every protocol and linted where it stands."""
    copied = "the support code of voxspec"
    shown = {path: text for path, text in files.items() if copied not in text.partition("\n")[0]}
    assert len(shown) < len(files)
    if os.environ.get("UPDATE_GOLDEN"):
        apply(shown, GOLDEN)
    changes = compare(shown, GOLDEN)
    assert (changes.missing, changes.stale, changes.orphans) == ((), (), ()), "\n".join(
        [*changes.diffs.values(), "if this is wanted: UPDATE_GOLDEN=1 make test"]
    )


def test_every_python_file_compiles(files: dict[str, str]) -> None:
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec", dont_inherit=True)


def test_no_name_of_the_other_protocol(files: dict[str, str]) -> None:
    assert [p for p, text in files.items() if "vox" in text.lower().replace("voxspec", "")] == []


def _frames(protocol: Protocol, direction: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for message in protocol.messages(direction):
        for frame in example_frames(protocol.envelope, message):
            yield message.text, frame


@pytest.mark.parametrize("direction", ["client", "server"])
def test_examples_survive_decoding_and_encoding(
    tide: Any, protocol: Protocol, direction: str
) -> None:
    decoder = msgspec.json.Decoder(all_frames(_known(), direction))
    count = 0
    for _, wire in _frames(protocol, direction):
        frame = decoder.decode(json.dumps(wire))
        assert tide.frames.to_wire(frame) == wire
        again = decoder.decode(json.dumps(tide.frames.to_wire(frame)))
        assert again == frame
        assert repr(again) == repr(frame)
        count += 1
    assert count == {"client": 6, "server": 13}[direction]


def _known() -> Any:
    return importlib.import_module("tidemodels.v3.protocol").PROTOCOL


def test_bidirectional_message_exists_on_both_sides(tide: Any) -> None:
    assert tide.registry.CLIENT["ping"].payload is tide.client.Ping
    assert tide.registry.SERVER["ping"].payload is tide.server.Ping
    assert tide.client.Ping is not tide.server.Ping


def test_nested_unions_become_their_classes(tide: Any) -> None:
    text = json.dumps(
        {
            "op": "sighted",
            "data": {
                "what": "mark",
                "guards": {"kind": "circle", "centre": {"x": 1, "y": 2.5}, "radius": 3},
            },
            "from": 0,
        }
    )
    frame = msgspec.json.decode(text, type=all_frames(_known(), "server"))
    circle = tide.Circle(centre=tide.types.Point(x=1, y=2.5), radius=3)
    assert frame.data == tide.types.Mark(guards=circle)
    assert frame.from_ == 0


def test_names_that_python_keeps_are_changed(tide: Any) -> None:
    ship = msgspec.json.decode('{"what":"ship","class":"brig","draught-m":-2}', type=tide.Ship)
    assert (ship.class_, ship.draught_m) == ("brig", -2)
    assert msgspec.json.encode(ship) == b'{"what":"ship","class":"brig","draught-m":-2}'


def test_further_keys_are_kept_at_any_depth(tide: Any) -> None:
    wire = {
        "op": "manifest",
        "data": {
            "holds": [{"name": "tea", "smell": "nice", "extra": 1}],
            "by_deck": {"a": {"name": "rope", "length": [1]}},
            "extra": {"name": "gold", "karat": 24},
        },
        "from": 1,
    }
    frame = msgspec.json.decode(json.dumps(wire), type=all_frames(_known(), "server"))
    assert frame.data.holds[0].extra == {"smell": "nice", "extra": 1}
    assert frame.data.by_deck["a"].extra == {"length": [1]}
    assert frame.data.extra_.extra == {"karat": 24}
    assert tide.frames.to_wire(frame) == wire
    assert type(frame) in tide.frames.HAS_EXTRA


def test_a_choice_keeps_its_plain_option(tide: Any) -> None:
    text = '{"op":"manifest","data":{"holds":[],"extra":"gold"},"from":1}'
    assert msgspec.json.decode(text, type=all_frames(_known(), "server")).data.extra_ == "gold"


def test_open_shapes_become_the_record_where_they_fit(tide: Any) -> None:
    def pennant(value: str) -> Any:
        text = f'{{"op":"manifest","data":{{"holds":[],"extra":null,"pennant":{value}}},"from":1}}'
        return msgspec.json.decode(text, type=all_frames(_known(), "server")).data.pennant

    assert pennant('{"colour":"red"}') == tide.types.Pennant(colour="red")
    assert pennant('{"colour":5}') == {"colour": 5}
    assert pennant("7") == 7


def test_secrets_do_not_show(tide: Any) -> None:
    moor = tide.client.Moor(call_sign="ABBA", phrase="sesame", by=tide.Flag.RED, berth=1)
    assert repr(moor) == "Moor(call_sign='ABBA', phrase='***', by=<Flag.RED: 'red'>, berth=1)"
    assert "sesame" not in repr(tide.client.MoorFrame(data=moor))
    assert dict(moor.__rich_repr__())["berth"] == 1
    assert "sesame" not in str(moor.__rich_repr__())


REFUSED = [
    ("client", {"op": "moor"}, "PAYLOAD_MISSING", ""),
    ("client", {"op": "moor", "data": None}, "PAYLOAD_INVALID", "/data"),
    ("client", {"op": "bye", "data": {}}, "PAYLOAD_FORBIDDEN", "/data"),
    ("client", {"op": "ping", "from": 1}, "SEQ_FORBIDDEN", "/from"),
    ("server", {"op": "sighted", "data": {"what": "ship"}}, "SEQ_MISSING", ""),
    ("server", {"op": "sighted", "data": {"what": "ship"}, "from": -1}, "SEQ_INVALID", "/from"),
    ("server", {"op": "sighted", "data": {"what": "ship"}, "from": 2**64}, "SEQ_INVALID", "/from"),
    (
        "server",
        {"op": "sighted", "data": {"what": "fish"}, "from": 0},
        "VARIANT_UNKNOWN",
        "/data/what",
    ),
    ("server", {"op": "sighted", "data": {}, "from": 0}, "FIELD_MISSING", "/data"),
    ("server", {"op": "ping", "data": {"nonce": 2**64}}, "FIELD_RANGE", "/data/nonce"),
    ("server", {"op": "moor", "data": {}}, "WRONG_DIRECTION", "/op"),
]


@pytest.mark.parametrize(("side", "frame", "rule", "pointer"), REFUSED)
def test_decoder_validator_and_json_schema_refuse_alike(
    tide: Any, files: dict[str, str], side: str, frame: dict[str, Any], rule: str, pointer: str
) -> None:
    validate = importlib.import_module("tidemodels.v3.validate")
    problems = getattr(validate, f"{side}_frame")(frame)
    assert [(p.rule, p.pointer) for p in problems if p.severity == "error"] == [(rule, pointer)]
    union = all_frames(_known(), side)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(frame), type=union)
    bundle = json.loads(files["jsonschema/v3/bundle.json"])
    schema = {"$ref": f"#/$defs/{side}_frame", "$defs": bundle["$defs"]}
    assert not jsonschema.Draft202012Validator(schema).is_valid(frame)


MOOR = {"call_sign": "ABBA", "phrase": "sesame", "by": "red", "berth": 1}
PAYLOADS = [
    ({"call_sign": "A"}, "FIELD_LENGTH", "/data/call_sign"),
    ({"call_sign": "ABCDEFGHI"}, "FIELD_LENGTH", "/data/call_sign"),
    ({"call_sign": "abba"}, "FIELD_PATTERN", "/data/call_sign"),
    ({"by": "blue"}, "FIELD_ENUM", "/data/by"),
    ({"by": "two-tone"}, "REQUIRED_WHEN", "/data"),
    ({"pilot": "Jo"}, "FORBIDDEN_WHEN", "/data/pilot"),
    ({"buoy": 2}, "EXACTLY_ONE_OF", "/data"),
    ({"berth": 2**32}, "FIELD_RANGE", "/data/berth"),
    ({"berth": "1"}, "FIELD_TYPE", "/data/berth"),
    ({"phrase": 17}, "FIELD_TYPE", "/data/phrase"),
    ({"note": {"a": "x" * 40}}, "JSON_LENGTH", "/data/note"),
]


@pytest.mark.parametrize(("change", "rule", "pointer"), PAYLOADS)
def test_each_payload_rule(tide: Any, change: dict[str, Any], rule: str, pointer: str) -> None:
    validate = importlib.import_module("tidemodels.v3.validate")
    frame = {"op": "moor", "data": MOOR | change}
    problems = validate.client_frame(frame)
    assert [(p.rule, p.pointer, p.severity) for p in problems] == [(rule, pointer, "error")]
    assert not any("sesame" in str(p) or "17" in p.message for p in problems)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(frame), type=tide.ClientFrame)


NOTES = [
    ({"decks": {}}, "PUBLISHED_NAME", "/data/decks", 'the wire has "by_deck"'),
    ({"captain": "Ann"}, "PUBLISHED_NAME", "/data/captain", "the wire has no such field"),
    ({"by_dek": {}}, "UNKNOWN_FIELD", "/data/by_dek", 'did you mean "by_deck"?'),
    ({"weather": "clam"}, "UNKNOWN_ENUM_VALUE", "/data/weather", 'did you mean "calm"?'),
    ({"weather": None}, "PUBLISHED_NAME", "/data/weather", "on the wire the key is absent instead"),
    ({"pennant": 3}, "UNKNOWN_SHAPE", "/data/pennant", ""),
]


@pytest.mark.parametrize(("change", "rule", "pointer", "hint"), NOTES)
def test_each_note(tide: Any, change: dict[str, Any], rule: str, pointer: str, hint: str) -> None:
    validate = importlib.import_module("tidemodels.v3.validate")
    frame = {"op": "manifest", "data": {"holds": [], "extra": None} | change, "from": 0}
    assert [(p.rule, p.pointer, p.severity, p.hint) for p in validate.server_frame(frame)] == [
        (rule, pointer, "note", hint)
    ]
    msgspec.json.decode(json.dumps(frame), type=all_frames(_known(), "server"))


def test_envelope_keys_that_only_published_pages_show_are_noted(tide: Any) -> None:
    validate = importlib.import_module("tidemodels.v3.validate")
    frame = {"op": "tide", "data": {}, "from": 3}
    assert [(p.rule, p.pointer, p.severity) for p in validate.server_frame(frame)] == [
        ("PUBLISHED_NAME", "/from", "note")
    ]
    assert (
        msgspec.json.decode(json.dumps(frame), type=all_frames(_known(), "server")).data
        == tide.server.Tide()
    )


def test_close_codes_and_permissions(tide: Any) -> None:
    assert tide.CloseCode(4101).recovery is tide.Recovery.FATAL
    assert tide.CloseCode.SUNK.meaning("RAISED")[:2] == (tide.Recovery.IDENTIFY, True)
    assert tide.Permission.SCUTTLE == 2**62
    assert tide.limits.BUOYS_PER_LINK == 12


def test_unknown_frames_keep_everything(tide: Any) -> None:
    wire = {"op": "what", "data": [1], "from": "x", "more": None}
    assert tide.UnknownFrame.from_wire(wire).to_wire() == wire


def test_generated_into_a_folder_is_found_current(files: dict[str, str], tmp_path: Path) -> None:
    assert apply(files, tmp_path).unchanged == 0
    assert not apply(files, tmp_path)
