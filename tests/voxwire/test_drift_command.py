"""`voxwire drift`: what traffic shows that the schema does not say, in the schema's own YAML."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.voxspec.envelopes import ID, PAYLOAD, message, protocol
from tests.voxspec.mini import ANY, UINT, field, generated, module_of
from tests.voxwire.commands import Command
from tests.voxwire.native import EXAMPLES, c2s, capture, header, leave, s2c
from voxmodels.v1.validate import Problem
from voxspec.pipeline import load_protocol
from voxwire.analysis.drift import Drift
from voxwire.analysis.drift_bounds import Bounds, Message
from voxwire.analysis.drift_difference import Worth
from voxwire.analysis.evidence import Sight
from voxwire.analysis.observed import Observed
from voxwire.analysis.proposal import Proposals
from voxwire.analysis.schema_place import SchemaPlace, found
from voxwire.capture import read_capture
from voxwire.report.drift_yaml import drift_lines
from voxwire.report.yaml_text import Block, flow, scalar
from voxwire.vox import VOX

TOKEN = "vox_sess_" + "Az09" * 6
DIGITS = {"type": "string", "pattern": "^[0-9]+$"}


@pytest.fixture
def drift(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command("drift", capsys)


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*lines))
    return path


def proposal(text: str) -> dict[str, Any]:
    """The documents, by what they are about."""
    found: dict[str, Any] = {}
    for part in text.split("---\n")[1:]:
        file, _, rest = part.partition("\n")
        found[file.removeprefix("# ")] = yaml.safe_load(rest)
    return found


def frames(*payloads: Any, of: str = "member_leave") -> list[str]:
    return [s2c({"type": of, "d": payload, "seq": 2}) for payload in payloads]


def server(text: str, of: str = "member_leave") -> Any:
    return proposal(text)["server/*.yaml"]["messages"][of]


# --- Each kind -------------------------------------------------------------------------------


def test_nothing_new(drift: Command, tmp_path: Path) -> None:
    ran = drift(write(tmp_path, header(), leave(2)))
    name = f"{VOX.name} {VOX.version}"
    assert ran == (0, f"# 1 frame: nothing that the schema of {name} does not say\n", "")


def test_a_new_key(drift: Command, tmp_path: Path) -> None:
    path = write(tmp_path, header(), *frames({"user_id": 7, "why": None}, {"user_id": 7}))
    ran = drift(path)
    assert (ran.status, ran.err) == (1, "")
    assert server(ran.out) == {
        "payload": {"properties": {"why": {"type": "null", "description": "Seen in 1 of 2."}}}
    }
    assert f"  # new in 1 of 2 (1 frame, 1 connection: weak), first {path}#c1:1\n" in ran.out


def test_a_new_key_of_the_envelope(drift: Command, tmp_path: Path) -> None:
    line = s2c({"type": "member_leave", "d": {"user_id": 7}, "seq": 2, "trace": 5.5})
    assert proposal(drift(write(tmp_path, header(), line)).out) == {
        "protocol.yaml": {
            "envelope": {
                "keys": {
                    "trace": {
                        "presence": "optional",
                        "schema": {"type": "number"},
                        "description": "Seen in 1 of 1.",
                    }
                }
            }
        }
    }


def test_new_values_of_an_enum_are_said_of_its_type(drift: Command, tmp_path: Path) -> None:
    status = {"user_id": 1, "status": "asleep"}
    path = write(
        tmp_path, header(), *frames(status, {**status, "status": "on"}, of="presence_update")
    )
    assert proposal(drift(path).out) == {
        "types.yaml": {"types": {"presence_status": {"enum": ["asleep", "on"]}}}
    }


def test_a_new_variant_of_a_union(drift: Command, tmp_path: Path) -> None:
    payload = {"type": "modal", "id": "x", "fields": [1]}
    path = write(tmp_path, header(), *frames(payload, of="interaction_create"))
    assert proposal(drift(path).out) == {
        "types.yaml": {
            "types": {
                "interaction": {"oneOf": [{"$ref": "interaction_modal"}]},
                "interaction_modal": {
                    "description": "Seen in traffic.",
                    "type": "object",
                    "required": ["type", "id", "fields"],
                    "properties": {
                        "type": {"type": "string", "description": "Seen in 1 of 1."},
                        "id": {"type": "string", "description": "Seen in 1 of 1."},
                        "fields": {
                            "type": "array",
                            "items": {"type": "integer", "format": "uint32"},
                            "description": "Seen in 1 of 1.",
                        },
                    },
                },
            }
        }
    }


@pytest.mark.parametrize(
    ("payload", "at"),
    [
        (
            {"user_id": None},
            {"properties": {"user_id": {"oneOf": [{"$ref": "entity_id"}, {"type": "null"}]}}},
        ),
        (
            {"user_id": "7"},
            {"properties": {"user_id": {"oneOf": [{"$ref": "entity_id"}, {"type": "string"}]}}},
        ),
    ],
)
def test_another_type_than_a_named_one(
    drift: Command, tmp_path: Path, payload: Any, at: dict[str, Any]
) -> None:
    ran = drift(write(tmp_path, header(), *frames(*[payload] * 3)))
    assert ran.status == 1
    assert server(ran.out) == {"payload": at}


def test_another_type(drift: Command, tmp_path: Path) -> None:
    names = [*[{"name": 5}, {"name": None}, {"name": ["x"]}] * 3, {"name": "x"}]
    path = write(tmp_path, header(), *frames(*names, of="server_update"))
    ran = drift(path)
    found = server(ran.out, "server_update")["payload"]["properties"]["name"]
    assert found == {"type": ["string", "integer", "null"], "format": "uint32"}
    rests = "another type in 3 of 10 (3 frames, 1 connection), first"
    assert f"            - integer  # {rests} {path}#c1:1\n" in ran.out
    assert f'            - "null"  # {rests} {path}#c1:2\n' in ran.out
    assert f"# {rests} {path}#c1:3: {{type: array, items: {{type: string}}}}\n" in ran.out


def test_a_key_that_is_missing(drift: Command, tmp_path: Path) -> None:
    path = write(tmp_path, header(), *frames({"user_id": 1}, {}, {}, {}))
    ran = drift(path)
    assert ran.status == 1
    rests = f"3 of 4 (3 frames, 1 connection), first {path}#c1:2"
    assert ran.out.splitlines()[2:] == [
        "# server/*.yaml",
        "# messages:",
        "#   member_leave:",
        "#     payload:",
        "#       required:",
        f"#         not user_id: missing in {rests}",
    ]


def test_what_is_always_or_never_there(drift: Command, tmp_path: Path) -> None:
    path = write(tmp_path, header(), *frames({"name": "x"}, {"name": "y"}, of="server_update"))
    assert drift(path).out.count("there in all") == 0
    ran = drift("--at-least", "2", path)
    assert ran.status == 0
    lines = [line.lstrip("# ") for line in ran.out.splitlines()]
    assert "name: there in all of 2 (2 frames, 1 connection)" in lines
    assert "description: in none of 2 (2 frames, 1 connection)" in lines
    assert drift("--at-least", "3", path).out.startswith("# 2 frames: nothing ")


# --- What it rests on ------------------------------------------------------------------------


def held_back(text: str) -> list[str]:
    """What is held back, without where it was seen first."""
    return [
        line.partition("held back: ")[2].partition(", first ")[0]
        for line in text.splitlines()
        if "held back: " in line
    ]


def test_what_is_new_rests_on_frames_and_connections(drift: Command, tmp_path: Path) -> None:
    odd = frames({"user_id": 7, "a": [{"b": 1}, {"b": 2}]})
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(capture(header(), *odd, header(), *odd, *odd))
    other.write_bytes(capture(header(), *odd))
    assert (
        f"  # new in 4 of 4 (4 frames, 3 connections), first {one}#c1:1\n" in drift(one, other).out
    )
    assert (
        f"  # new in 1 of 1 (1 frame, 1 connection: weak), first {other}#c1:1\n" in drift(other).out
    )
    assert "weak" not in drift("--min-frames", "1", other).out


def test_several_times_at_a_known_place_in_one_frame_is_one_frame(
    drift: Command, tmp_path: Path
) -> None:
    members = [{"user_id": number, "odd": 1} for number in range(5)]
    path = write(tmp_path, header(), *frames({"members": members}, of="voice_state_update"))
    said = f"  # new in 5 of 5 (1 frame, 1 connection: weak), first {path}#c1:1\n"
    assert said in drift(path).out


def test_a_frame_that_the_schema_forbids_is_held_back(drift: Command, tmp_path: Path) -> None:
    payloads: tuple[dict[str, Any], ...] = ({"user_id": None}, {"user_id": 2**32}, {})
    for payload, said in zip(
        payloads,
        (
            "null, another type in",
            "maximum: 4294967296, from 0 to 4294967295 in all but",
            "not user_id: missing in",
        ),
        strict=True,
    ):
        path = write(tmp_path, header(), *frames(payload, payload))
        ran = drift(path)
        assert (ran.status, ran.err) == (0, "")
        assert held_back(ran.out) == [f"{said} 2 of 2 (2 frames, 1 connection: weak)"]
        assert set(proposal(ran.out).values()) == {None}
        assert drift("--min-frames", "2", path).status == 1
        more = drift(write(tmp_path, header(), *frames(payload, payload, payload)))
        assert (more.status, held_back(more.out)) == (1, [])


def test_what_is_wrong_seldom_is_held_back(drift: Command, tmp_path: Path) -> None:
    path = write(tmp_path, header(), *frames(*[{}] * 4, *[{"user_id": 7}] * 96))
    assert held_back(drift(path).out) == [
        "not user_id: missing in 4 of 100 (4 frames, 1 connection)"
    ]
    assert drift(path).status == 0
    assert drift("--min-share", "4", path).status == 1


def test_one_value_of_an_enum_does_not_carry_another(drift: Command, tmp_path: Path) -> None:
    relays = [
        c2s({"type": "mls_relay", "d": {"mls_type": value, "data": ""}})
        for value in ("often", "often", "once", "often")
    ]
    ran = drift(write(tmp_path, header(), *relays))
    assert proposal(ran.out)["types.yaml"] == {"types": {"mls_type": {"enum": ["often"]}}}
    assert held_back(ran.out) == ["once in enum, new in 1 of 4 (1 frame, 1 connection: weak)"]


def test_a_message_that_came_the_wrong_way_once_is_held_back(
    drift: Command, tmp_path: Path
) -> None:
    odd = c2s({"type": "member_leave", "d": {"user_id": 7}})
    ran = drift(write(tmp_path, header(), odd))
    assert held_back(ran.out) == ["new: 1 time (1 frame, 1 connection: weak)"]
    assert "a message of the server, which came the wrong way" in ran.out
    assert (ran.status, proposal(ran.out)["client/*.yaml"]) == (0, None)
    ran = drift(write(tmp_path, header(), odd, odd, odd))
    assert (ran.status, held_back(ran.out)) == (1, [])
    assert (
        proposal(ran.out)["client/*.yaml"]["messages"]["member_leave"]["summary"] == "Seen 3 times"
    )


# --- Bounds and conditions -------------------------------------------------------------------


def relay(**payload: Any) -> str:
    whole = {"cpace_type": "confirm", "pair_id": "p", "data": "x", **payload}
    return c2s({"type": "cpace_relay", "d": whole})


def test_lengths_and_numbers_beyond_their_bounds(drift: Command, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        header(),
        *(relay(data="x" * length) for length in (20_000, 30_000, 16_385, 16_384)),
        *frames({"user_id": 2**33}, {"user_id": 2**34}, {"user_id": 2**32}, {"user_id": 1}),
    )
    ran = drift(path)
    assert (ran.status, held_back(ran.out)) == (1, [])
    found = proposal(ran.out)
    assert found["client/*.yaml"]["messages"]["cpace_relay"] == {
        "payload": {"properties": {"data": {"maxLength": 30_000}}}
    }
    assert found["types.yaml"] == {"types": {"entity_id": {"format": "int64"}}}
    assert (
        "maxLength: 30000  # at most 16384 characters in all but 3 of 4 (3 frames, 1 connection), first "
        f"{path}#c1:1\n" in ran.out
    )
    assert "format: int64  # from 0 to 4294967295 in all but 3 of 4 (3 frames" in ran.out


def test_a_number_below_its_least(drift: Command, tmp_path: Path) -> None:
    hellos = [{"type": "hello", "d": {"heartbeat_interval": number}} for number in (-5, -7, -6)]
    found = server(drift(write(tmp_path, header(), *map(s2c, hellos))).out, "hello")
    assert found == {"payload": {"properties": {"heartbeat_interval": {"minimum": -7}}}}


def test_a_condition_that_is_not_kept(drift: Command, tmp_path: Path) -> None:
    ran = drift(write(tmp_path, header(), *[relay(cpace_type="new_device_key")] * 3))
    assert ran.status == 1
    assert (
        '"d" lacks "nonce", which is required when "cpace_type" is "new_device_key", in 3 of 3 (3 frames, '
        "1 connection), first " in ran.out
    )


def test_a_secret_is_beyond_its_bound(drift: Command, tmp_path: Path) -> None:
    secret = c2s({"type": "resume", "d": {"token": "x" * 5000, "session_id": "s", "last_seq": 1}})
    out = drift(write(tmp_path, header(), *[secret] * 3)).out
    assert "xxx" not in out


def test_what_other_clients_may_send_has_no_bounds(drift: Command, tmp_path: Path) -> None:
    payload = {"user_id": 1, "status": "online", "custom_status": "x" * 5000}
    lines = frames(*[payload] * 3, of="presence_update")
    assert drift(write(tmp_path, header(), *lines)).status == 0


def test_where_any_json_may_stand_nothing_is_new(tmp_path: Path) -> None:
    tick = message({"n": field(ANY)}, {"payload": {"n": "1"}})
    values: list[Any] = ["x", 1, None, [1], {"a": 1}]
    odd = [s2c({"type": "tick", "payload": {"n": value}}) for value in values]
    with generated(protocol({}, {"tick": tick}, payload=PAYLOAD), tmp_path) as mini:
        found = Drift(module_of(mini, "protocol").PROTOCOL)
        found.add("a", read_capture(io.BytesIO(capture(header(), *odd))))
        assert [*found.differences(20)] == []


def test_a_text_that_a_pattern_refuses(tmp_path: Path) -> None:
    schema = protocol(
        {},
        {"tick": message({"n": field(DIGITS)}, {"payload": {"n": "1"}})},
        payload=PAYLOAD,
    )
    odd = s2c({"type": "tick", "payload": {"n": "1x"}})
    with generated(schema, tmp_path) as mini:
        found = Drift(module_of(mini, "protocol").PROTOCOL)
        found.add("a", read_capture(io.BytesIO(capture(header(), *[odd] * 3))))
        (one,) = found.differences(20)
        text = "\n".join(drift_lines(found, [one], Worth()))
    assert (one.what, one.name, one.values) == ("other bound", "", ())
    assert f"{one.expected} in all but 3 of 3 (3 frames, 1 connection), first a#c1:1" in text
    assert proposal(text) == {"server/*.yaml": None}


def test_what_a_validator_says_of_what_no_shape_has_or_others_may_give_is_no_bound() -> None:
    shape = VOX.shapes.server["presence_update"]
    place = SchemaPlace("server", ("messages", "presence_update"))
    fields = {"d": {"user_id": 2**40, "custom_status": "x" * 5000}}
    for pointer, count in (("/d/user_id", 1), ("/d/custom_status", 0), ("/d/elsewhere", 0)):
        problem = Problem(
            rule="FIELD_RANGE",
            severity="error",
            pointer=pointer,
            message="it must be from 0 to 9",
            expected="from 0 to 9",
            got=str(2**40),
        )
        bounds = Bounds(VOX.shapes.types)
        bounds.see(Message(shape, place), fields, [problem], Sight(0, 1, "a#c1:1"))
        assert len([*bounds.differences()]) == count


def test_where_the_schema_says_what_a_pointer_leads_to() -> None:
    names = ("messages", "voice_state_update")
    shape, place = VOX.shapes.server["voice_state_update"], SchemaPlace("server", names)
    fields = {"d": {"members": [{"user_id": 1}], "a/b~": 2}}

    def path(pointer: str) -> tuple[str, ...] | None:
        at = found(VOX.shapes.types, shape, place, fields, pointer)
        return None if at is None else at.place.path

    assert path("") == names
    assert path("/d/members") == (*names, "properties", "d", "properties", "members")
    assert path("/d/members/0") == ("types", "voice_member")
    assert path("/d/members/0/user_id") == ("types", "entity_id")
    for nothing in ("1", "x", "-1", "0/mute"):
        assert path(f"/d/members/{nothing}") is None
    assert (path("/d/a~1b~0"), path("/e")) == (None, None)


@pytest.mark.parametrize("tag", [["modal"], {"a": 1}, None, 1.5])
def test_a_tag_that_can_be_none(drift: Command, tmp_path: Path, tag: Any) -> None:
    path = write(tmp_path, header(), *frames({"type": tag, "id": "x"}, of="interaction_create"))
    assert "new variant" not in drift(path).out
    assert "oneOf" not in drift(path).out


def test_a_new_message(drift: Command, tmp_path: Path) -> None:
    payload = {"user": {"id": 2**40, "nick": "x"}, "tags": [], "on": True}
    path = write(
        tmp_path,
        header(),
        *frames(payload, {**payload, "user": {"id": -1}}, of="party.start"),
        c2s({"type": "wave"}),
        *[c2s({"type": "member_leave", "d": {"user_id": 7}})] * 3,
    )
    ran = drift(path)
    found = proposal(ran.out)
    assert ran.status == 1
    assert found["server/*.yaml"]["messages"]["party.start"] == {
        "summary": "Seen 2 times",
        "description": "What it is for is to be written.",
        "seq": "required",
        "payload": {
            "type": "object",
            "required": ["user", "tags", "on"],
            "properties": {
                "user": {"$ref": "party_start_user", "description": "Seen in 2 of 2."},
                "tags": {
                    "type": "array",
                    "items": {"x-any-json": True},
                    "description": "Seen in 2 of 2.",
                },
                "on": {"type": "boolean", "description": "Seen in 2 of 2."},
            },
        },
        "examples": [{"summary": "One", "payload": {"user": {"id": 1}, "tags": [], "on": True}}],
    }
    assert found["types.yaml"]["types"]["party_start_user"]["properties"]["id"] == {
        "type": "integer",
        "format": "int64",
        "description": "Seen in 2 of 2.",
    }
    assert found["client/*.yaml"]["messages"]["wave"]["payload"] is False
    assert "    # a message of the server, which came the wrong way\n" in ran.out


def test_the_proposal_of_a_message_is_a_schema(drift: Command, tmp_path: Path) -> None:
    payload = {
        "a": {"deep": [{"x": 1.5}, {"x": None, "y": "z"}]},
        "b": [1, "two", None],
        "c": 2**63,
        "d": {f"key{number}": number for number in range(60)},
        "e": {},
    }
    path = write(
        tmp_path,
        header(),
        *frames(payload, {"b": [], "c": 0}, of="party_start"),
        *frames([1, 2], of="party_list"),
        *frames({}, of="party_end"),
        c2s({"type": "wave", "d": {"to": 5}}),
        c2s({"type": "wave_back"}),
    )
    found = proposal(drift(path).out)
    schema = tmp_path / "schema"
    shutil.copytree("schema/v1", schema)
    types = yaml.safe_load((schema / "types.yaml").read_text("utf-8"))
    types["types"] |= found["types.yaml"]["types"]
    (schema / "types.yaml").write_text(yaml.safe_dump(types), "utf-8")
    for side in ("client", "server"):
        area = {"area": "party", "title": "Party", "description": "New.", **found[f"{side}/*.yaml"]}
        (schema / side / "party.yaml").write_text(yaml.safe_dump(area), "utf-8")
    types_of = {one.type for one in load_protocol(schema).messages()}
    assert {"party_start", "party_list", "party_end", "wave", "wave_back"} <= types_of


# --- Another envelope -------------------------------------------------------------------------


def test_flat_frames(tmp_path: Path) -> None:
    """Their fields are the payload's in the schema, though they stand beside the type."""
    schema = protocol({}, {"tick": message({"n": field(UINT)}, {"payload": {"n": 1}})}, keys=ID)
    odd = s2c({"type": "tick", "n": "x", "id": "5", "new": 1})
    with generated(schema, tmp_path) as mini:
        found = Drift(module_of(mini, "protocol").PROTOCOL)
        found.add("a", read_capture(io.BytesIO(capture(header(), *[odd] * 3))))
        text = "\n".join(drift_lines(found, [*found.differences(20)], Worth()))
    assert proposal(text) == {
        "server/*.yaml": {
            "messages": {
                "tick": {
                    "keys": {"id": "optional"},
                    "payload": {
                        "properties": {
                            "n": {"type": ["integer", "string"]},
                            "new": {
                                "type": "integer",
                                "format": "uint32",
                                "description": "Seen in 3 of 3.",
                            },
                        }
                    },
                }
            }
        }
    }


def test_a_payload_where_there_is_none(tmp_path: Path) -> None:
    schema = protocol({}, {"tick": message(None)}, payload=PAYLOAD)
    odd = s2c({"type": "tick", "payload": {"n": 1}})
    with generated(schema, tmp_path) as mini:
        found = Drift(module_of(mini, "protocol").PROTOCOL)
        found.add("a", read_capture(io.BytesIO(capture(header(), *[odd] * 3))))
        text = "\n".join(drift_lines(found, [*found.differences(20)], Worth()))
    assert proposal(text)["server/*.yaml"] == {"messages": {"tick": {"payload": {"$ref": "tick"}}}}


# --- Real traffic, and what may be secret ----------------------------------------------------


def test_the_example_captures(drift: Command) -> None:
    ran = drift(*sorted(EXAMPLES.glob("*.ndjson")))
    found = proposal(ran.out)
    assert (ran.status, ran.err) == (1, "")
    assert found["types.yaml"] is None
    assert found["protocol.yaml"]["envelope"]["keys"]["extra"]["schema"] == {"type": "boolean"}
    assert list(found["client/*.yaml"]["messages"]) == ["no_such_type"]
    assert found["server/*.yaml"] is None
    assert held_back(ran.out) == [
        "external_commit in enum, new in 1 of 7 (1 frame, 1 connection: weak)",
        "maxLength: 16385, at most 16384 characters in all but 1 of 7 (1 frame, 1 connection: weak)",
        '"d" lacks "nonce", which is required when "cpace_type" is "new_device_key", in 1 of 6 (1 frame, '
        "1 connection: weak)",
        "maxLength: 20000, at most 16384 characters in all but 1 of 6 (1 frame, 1 connection: weak)",
        *["new: 1 time (1 frame, 1 connection: weak)"] * 2,
    ]


def test_no_secret_is_shown(drift: Command, tmp_path: Path) -> None:
    lines = (
        c2s({"type": f"x{TOKEN}", "d": {TOKEN: TOKEN}}),
        c2s({"type": "identify", "d": {"tokn": "hunter2", TOKEN: 1}}),
        *frames({"user_id": 1, "status": TOKEN}, of="presence_update"),
    )
    out = drift(write(tmp_path, header(), *lines)).out
    assert TOKEN not in out
    assert "hunter2" not in out
    assert "vox_sess_***" in out


@pytest.mark.parametrize("text", ["no JSON", "[]", "{}", '{"type": 5}', "[" * 5000])
def test_what_is_no_frame_shows_nothing(drift: Command, tmp_path: Path, text: str) -> None:
    assert drift(write(tmp_path, header(), c2s(text), leave(2))).status == 0


def test_what_other_clients_may_give_is_nothing_new(drift: Command, tmp_path: Path) -> None:
    payloads = (
        {"user_id": 1, "status": "online", "custom_status": [5], "activity": "chess"},
        {"user_id": 1, "status": "online", "activity": {"type": "playing", "name": "x", "z": 1}},
    )
    assert drift(write(tmp_path, header(), *frames(*payloads, of="presence_update"))).status == 0


def test_what_cannot_be_read(drift: Command, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    ran = drift(missing, write(tmp_path, header(), *frames({}, {}, {})))
    assert ran.status == 3
    assert ran.err.startswith(f"voxwire drift: cannot read {missing}: ")
    assert "missing in 3 of 3" in ran.out


# --- Expressions and YAML --------------------------------------------------------------------


def observed(*values: Any) -> Observed:
    found = Observed()
    for value in values:
        found.add(value)
    return found


@pytest.mark.parametrize(
    ("values", "expression"),
    [
        (["a"], {"type": "string"}),
        ([1, 2**32 - 1], {"type": "integer", "format": "uint32"}),
        ([-1], {"type": "integer", "format": "int64"}),
        ([2**32], {"type": "integer", "format": "int64"}),
        ([2**64 - 1], {"type": "integer", "format": "uint64"}),
        ([1, 1.5], {"type": "number"}),
        ([True, None], {"type": ["boolean", "null"]}),
        ([None], {"type": "null"}),
        (["a", 1], {"oneOf": [{"type": "integer", "format": "uint32"}, {"type": "string"}]}),
        (
            ["a", False, None],
            {"oneOf": [{"type": "boolean"}, {"type": "string"}, {"type": "null"}]},
        ),
        ([[]], {"type": "array", "items": {"x-any-json": True}}),
        ([["a"], [None]], {"type": "array", "items": {"type": ["string", "null"]}}),
        ([{}], {"type": "object"}),
        ([{"a": 1}], {"$ref": "thing_2"}),
        ([{"a": 1}, None], {"oneOf": [{"$ref": "thing_2"}, {"type": "null"}]}),
        (
            [{str(number): "x" for number in range(51)}],
            {"type": "object", "additionalProperties": {"type": "string"}},
        ),
    ],
)
def test_expressions(values: list[Any], expression: dict[str, Any]) -> None:
    assert Proposals({"thing"}).expression(observed(*values), "Thing") == expression


def test_what_nests_deeply_is_not_followed_forever() -> None:
    value: Any = "x"
    for _ in range(100):
        value = [value]
    found, depth = observed(value), 0
    while found.items is not None:
        found, depth = found.items, depth + 1
    assert depth == 16


@pytest.mark.parametrize(
    "value",
    [
        *(
            "plain",
            "two words",
            "true",
            "No",
            "null",
            "~",
            "",
            "5",
            "-",
            "a: b",
            "#x",
            "é",
            "\x1b\u2028",
        ),
        *("$ref", "@x", "'", '"', "\\", "y", "1e5", "0x1", "=", "<<", "\ud7ff😀", "\ufffe"),
        *(True, None, 5, 1.5, -3, [], {}, [1, ["x"]], {"a b": {"c": [None]}}),
    ],
)
def test_what_is_written_reads_back(value: Any) -> None:
    assert yaml.safe_load(flow(value)) == value
    assert yaml.safe_load(f"k: {flow(value)}  # why\n") == {"k": value}
    if isinstance(value, str):
        assert yaml.safe_load(f"{scalar(value)}: 1") == {value: 1}


def test_blocks() -> None:
    block = Block()
    block.comment(f"about {TOKEN}\nand more")
    block.at("a", "b").put([1], "because")
    block.at("a").put_blocks({"c": {"x": {"type": "string"}}, "d": {"properties": {}}})
    for item, note in (("x", "first"), ([2], ""), ("x", "again")):
        block.at("list").item(item, note)
    block.at("silent", "inner").comment("not much")
    assert list(block.lines()) == [
        "# about vox_sess_***?and more",
        "a:",
        "  b: [1]  # because",
        "  c:",
        "    x: {type: string}",
        "  d:",
        "    properties: {}",
        "list:",
        "  - x  # first",
        "  - [2]",
        "# silent:",
        "#   inner:",
        "#     not much",
    ]
