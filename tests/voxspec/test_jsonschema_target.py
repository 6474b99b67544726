"""The jsonschema target: valid against the meta-schema, and as strict as the validators."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.voxspec.handmade import PROTOCOL
from voxspec.model.frame_examples import example_frames
from voxspec.output.render import MARK
from voxspec.targets.jsonschema.target import plan

FILES = plan(PROTOCOL)
SCHEMAS: dict[str, Any] = {path: json.loads(text) for path, text in FILES.items()}
BUNDLE = SCHEMAS["jsonschema/v3/bundle.json"]

LAMP: dict[str, Any] = {"op": "lamp_report", "n": 1, "data": {"lamp": 1, "label": "desk"}}
TURNED: dict[str, Any] = {"op": "event", "n": 1, "data": {"kind": "turned", "power": "on"}}
CHOOSE: dict[str, Any] = {"op": "choose", "data": {"lamp": 1, "how": "open"}}


def lamp(**fields: object) -> dict[str, Any]:
    return {**LAMP, "data": {**LAMP["data"], **fields}}


def errors(direction: str, frame: Any) -> list[tuple[str, list[str | int]]]:
    """The failed keyword and the place of each error of a frame, by the bundle.

    A frame of a message that the direction has must get the same from the message's own file.
    """
    found = failures({"$ref": f"#/$defs/{direction}_frame", "$defs": BUNDLE["$defs"]}, frame)
    kind = frame.get("op") if isinstance(frame, dict) else None
    schema = SCHEMAS.get(f"jsonschema/v3/{direction}/{kind}.json")
    assert schema is None or failures(schema, frame) == found
    return found


def failures(schema: Any, frame: Any) -> list[tuple[str, list[str | int]]]:
    found = Draft202012Validator(schema).iter_errors(frame)
    return sorted(((str(e.validator), list(e.absolute_path)) for e in found), key=str)


def test_files_are_one_bundle_and_one_file_a_message() -> None:
    assert sorted(FILES) == [
        "jsonschema/v3/bundle.json",
        "jsonschema/v3/client/choose.json",
        "jsonschema/v3/client/event.json",
        "jsonschema/v3/client/poke.json",
        "jsonschema/v3/server/event.json",
        "jsonschema/v3/server/lamp_report.json",
        "jsonschema/v3/server/pulse.json",
        "jsonschema/v3/server/welcome.json",
    ]


@pytest.mark.parametrize("path", FILES)
def test_file_is_a_valid_self_contained_schema(path: str) -> None:
    schema = SCHEMAS[path]
    Draft202012Validator.check_schema(schema)
    assert FILES[path].splitlines()[1].startswith(f'  "$comment": "{MARK}schema/;')
    assert FILES[path].endswith("}\n")
    name = path.removeprefix("jsonschema/v3/").removesuffix(".json").replace("/", ":")
    assert schema["$id"] == f"urn:lamp-hub:v3:{name}"
    assert references(schema) <= {f"#/$defs/{key}" for key in schema.get("$defs", {})}


def references(part: object) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(references, part.values()))
    if isinstance(part, list):
        return set().union(*map(references, part))
    return set()


def test_files_hold_only_the_definitions_that_they_need() -> None:
    schema = SCHEMAS["jsonschema/v3/server/event.json"]
    assert list(schema["$defs"]) == ["power", "shade", "turned", "painted", "happening"]
    assert "$defs" not in SCHEMAS["jsonschema/v3/server/pulse.json"]


def test_bundle_defines_directions_frames_payloads_and_types() -> None:
    assert list(BUNDLE["$defs"]) == [
        "server_frame",
        "client_frame",
        "server_welcome_frame",
        "server_welcome_payload",
        "server_pulse_frame",
        "server_lamp_report_frame",
        "server_lamp_report_payload",
        "server_event_frame",
        "client_choose_frame",
        "client_choose_payload",
        "client_poke_frame",
        "client_poke_payload",
        "client_event_frame",
        *(named.name for named in PROTOCOL.types),
    ]


@pytest.mark.parametrize(
    "message", list(PROTOCOL.messages()), ids=lambda m: f"{m.direction}-{m.type}"
)
def test_examples_are_valid_and_shown_as_frames(message: Any) -> None:
    schema = SCHEMAS[f"jsonschema/v3/{message.direction}/{message.type}.json"]
    assert schema["examples"] == example_frames(PROTOCOL.envelope, message)
    for frame in schema["examples"]:
        assert errors(message.direction, frame) == []


@pytest.mark.parametrize(
    ("direction", "frame"),
    [
        ("server", {"op": "never_heard_of", "data": 1, "n": "x"}),
        ("server", {"op": "welcome", "data": {}, "n": "published pages show it"}),
        ("server", {**LAMP, "other": 1}),
        ("server", lamp(room=None, unheard=1, mood="odd", shade=None)),
        ("server", lamp(level=0, shades=[{"red": 0}, {"red": 255, "x": 1}], look=None)),
        ("client", {"op": "poke"}),
        ("client", {"op": "poke", "data": {"more": [1]}}),
        ("client", {"op": "choose", "data": {"lamp": 1, "how": "locked", "key": ""}}),
    ],
)
def test_accepts_what_readers_must_accept(direction: str, frame: Any) -> None:
    assert errors(direction, frame) == []


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        # The envelope.
        ([], [("type", [])]),
        ({}, [("required", [])]),
        ({"op": 1}, [("type", ["op"])]),
        ({"op": "choose", "data": CHOOSE["data"]}, [("not", ["op"])]),
        ({"op": "lamp_report", "data": LAMP["data"]}, [("required", [])]),
        ({"op": "lamp_report", "n": 1}, [("required", [])]),
        ({**LAMP, "n": 0}, [("minimum", ["n"])]),
        ({**LAMP, "n": 2**63}, [("maximum", ["n"])]),
        ({**LAMP, "n": None}, [("type", ["n"])]),
        ({**LAMP, "n": True}, [("type", ["n"])]),
        ({**LAMP, "data": None}, [("type", ["data"])]),
        ({"op": "pulse", "n": 1}, [("None", [])]),
        ({"op": "pulse", "data": {}}, [("None", [])]),
        # Fields.
        ({**LAMP, "data": {"label": "desk"}}, [("required", ["data"])]),
        (lamp(lamp=-1), [("minimum", ["data", "lamp"])]),
        (lamp(lamp=2**64), [("maximum", ["data", "lamp"])]),
        (lamp(lamp=1.5), [("type", ["data", "lamp"])]),
        (lamp(lamp=None), [("type", ["data", "lamp"])]),
        (lamp(label=""), [("minLength", ["data", "label"]), ("pattern", ["data", "label"])]),
        (lamp(label="abcdefghi"), [("maxLength", ["data", "label"])]),
        (lamp(label="A"), [("pattern", ["data", "label"])]),
        (lamp(mood=1), [("type", ["data", "mood"])]),
        (lamp(mood=None), [("type", ["data", "mood"])]),
        (lamp(level=101), [("maximum", ["data", "level"])]),
        (lamp(lit=0), [("type", ["data", "lit"])]),
        (lamp(shades=[]), [("minItems", ["data", "shades"])]),
        (lamp(shades=[{"red": 1}] * 3), [("maxItems", ["data", "shades"])]),
        (lamp(shades=[{"red": 256}]), [("maximum", ["data", "shades", 0, "red"])]),
        (lamp(shades=[{"red": 1, "glow": "x"}]), [("type", ["data", "shades", 0, "glow"])]),
        (lamp(tags={"a": 1}), [("type", ["data", "tags", "a"])]),
        (lamp(raw=[]), [("type", ["data", "raw"])]),
        # A tagged union.
        ({**TURNED, "data": {**TURNED["data"], "power": "dim"}}, [("oneOf", ["data"])]),
        ({**TURNED, "data": {"power": "on"}}, [("oneOf", ["data"])]),
        ({**TURNED, "data": {**TURNED["data"], "kind": "sold"}}, [("oneOf", ["data"])]),
        # One of several types.
        (lamp(look="abcde"), [("anyOf", ["data", "look"])]),
        (lamp(look=1), [("anyOf", ["data", "look"])]),
        (lamp(power="dim"), [("anyOf", ["data", "power"])]),
    ],
)
def test_server_frame_breaks_one_rule(frame: Any, expected: Any) -> None:
    assert errors("server", frame) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"lamp": 1, "group": 1, "how": "open"}, [("oneOf", ["data"])]),
        ({"how": "open"}, [("oneOf", ["data"])]),
        ({"lamp": 1, "how": "locked"}, [("required", ["data"])]),
        ({"lamp": 1, "how": "open", "key": "k"}, [("None", ["data"])]),
    ],
)
def test_client_payload_breaks_one_rule(data: object, expected: Any) -> None:
    frame = {"op": "choose", "data": data}
    assert errors("client", frame) == expected
    assert not Draft202012Validator(BUNDLE).is_valid(frame)


def test_client_never_sends_a_sequence_number() -> None:
    assert errors("client", {**CHOOSE, "n": 1}) == [("None", [])]


def test_integer_bounds_are_explicit() -> None:
    assert BUNDLE["$defs"]["lamp_id"] == {
        "title": "LampId",
        "description": "Id of a lamp.",
        "type": "integer",
        "format": "uint64",
        "minimum": 0,
        "maximum": 18446744073709551615,
        "x-note": "Published pages call it an index.",
    }


def test_enums_say_whether_they_are_open() -> None:
    assert BUNDLE["$defs"]["mood"] == {
        "title": "Mood",
        "description": "A mood, freely extended.",
        "type": "string",
        "examples": ["calm", "wild"],
        "x-open": True,
        "x-enum-descriptions": ["Soft light.", "Bright light."],
    }
    assert BUNDLE["$defs"]["power"]["enum"] == ["on", "off"]


def test_annotations_of_fields() -> None:
    fields = BUNDLE["$defs"]["server_lamp_report_payload"]["properties"]
    assert fields["level"]["x-unit"] == "ms"
    assert fields["level"]["default"] == 5
    assert fields["lit"] == {
        "description": "A value.",
        "type": "boolean",
        "deprecated": True,
        "x-deprecated": "Use power.",
        "x-since": "2",
    }
    assert fields["raw"] == {
        "description": "A value.",
        "type": "object",
        "x-sensitive": True,
        "x-max-json-length": 20,
    }
    assert fields["shade"] == {
        "description": "A value.",
        "x-open": True,
        "x-expected-shape": {"$ref": "#/$defs/shade"},
    }
    assert fields["room"] == {
        "description": "A value.",
        "anyOf": [{"$ref": "#/$defs/lamp_id"}, {"type": "null"}],
        "x-published-null": True,
        "x-note": "Published pages show null.",
    }


def test_frame_carries_its_names_and_notes() -> None:
    frame = copy.deepcopy(SCHEMAS["jsonschema/v3/client/poke.json"])
    assert frame["title"] == "PokeFrame"
    assert frame["description"] == "The poke message.\n\nSays poke."
    assert frame["deprecated"] is True
    assert frame["x-deprecated"] == "Use choose."
    assert frame["x-since"] == "1"
    assert frame["properties"]["n"] is False
    assert SCHEMAS["jsonschema/v3/server/welcome.json"]["x-note"] == "Published pages show a count."
