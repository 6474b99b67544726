"""`voxwire drift`: what traffic shows that the schema does not say, in the schema's own YAML."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.voxwire.commands import Command
from tests.voxwire.native import EXAMPLES, c2s, capture, header, leave, s2c
from voxspec.pipeline import load_protocol
from voxwire.analysis.observed import Observed
from voxwire.analysis.proposal import Proposals
from voxwire.report.yaml_text import Block, flow, scalar
from voxwire.vox import VOX

TOKEN = "vox_sess_" + "Az09" * 6


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
    assert f"  # new in 1 of 2, first {path}#c1:1\n" in ran.out


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
    assert server(drift(write(tmp_path, header(), *frames(payload))).out) == {"payload": at}


def test_another_type(drift: Command, tmp_path: Path) -> None:
    names = ({"name": 5}, {"name": None}, {"name": ["x"]}, {"name": "x"})
    path = write(tmp_path, header(), *frames(*names, of="server_update"))
    ran = drift(path)
    found = server(ran.out, "server_update")["payload"]["properties"]["name"]
    assert found == {"type": ["string", "null"], "format": "uint32"}
    assert (
        f"# another type in 1 of 4, first {path}#c1:3: {{type: array, items: {{type: string}}}}\n"
        in (ran.out)
    )


def test_a_key_that_is_missing(drift: Command, tmp_path: Path) -> None:
    path = write(tmp_path, header(), *frames({"user_id": 1}, {}))
    ran = drift(path)
    assert ran.status == 1
    assert f"        # not user_id: missing in 1 of 2, first {path}#c1:2\n" in ran.out
    assert server(ran.out) == {"payload": {"required": None}}


def test_what_is_always_or_never_there(drift: Command, tmp_path: Path) -> None:
    path = write(tmp_path, header(), *frames({"name": "x"}, {"name": "y"}, of="server_update"))
    assert drift(path).out.count("there in all") == 0
    ran = drift("--at-least", "2", path)
    assert ran.status == 0
    lines = [line.strip() for line in ran.out.splitlines()]
    assert "# name: there in all of 2" in lines
    assert "# description: in none of 2" in lines
    assert drift("--at-least", "3", path).out.startswith("# 2 frames: nothing ")


def test_a_new_message(drift: Command, tmp_path: Path) -> None:
    payload = {"user": {"id": 2**40, "nick": "x"}, "tags": [], "on": True}
    path = write(
        tmp_path,
        header(),
        *frames(payload, {**payload, "user": {"id": -1}}, of="party.start"),
        c2s({"type": "wave"}),
        c2s({"type": "member_leave", "d": {"user_id": 7}}),
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
    protocol = load_protocol(schema)
    types_of = {message.type for message in protocol.messages()}
    assert {"party_start", "party_list", "party_end", "wave", "wave_back"} <= types_of


# --- Real traffic, and what may be secret ----------------------------------------------------


def test_the_example_captures(drift: Command) -> None:
    ran = drift(*sorted(EXAMPLES.glob("*.ndjson")))
    found = proposal(ran.out)
    assert (ran.status, ran.err) == (1, "")
    assert found["types.yaml"]["types"]["mls_type"] == {"enum": ["external_commit"]}
    assert found["protocol.yaml"]["envelope"]["keys"]["extra"]["schema"] == {"type": "boolean"}
    assert list(found["client/*.yaml"]["messages"]) == ["no_such_type", "typing_start", "ready"]
    new_of_server = {
        type_: message
        for type_, message in found["server/*.yaml"]["messages"].items()
        if "summary" in message
    }
    assert new_of_server == {}


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
    ran = drift(missing, write(tmp_path, header(), *frames({})))
    assert ran.status == 3
    assert ran.err.startswith(f"voxwire drift: cannot read {missing}: ")
    assert "missing in 1 of 1" in ran.out


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
    assert list(block.lines()) == [
        "# about vox_sess_***?and more",
        "a:",
        "  b: [1]  # because",
        "  c:",
        "    x: {type: string}",
        "  d:",
        "    properties: {}",
    ]
