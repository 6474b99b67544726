"""Schemas whose names are the generated modules' own, or Python's: all right, or refused."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.voxspec.awkward import AREAS, KEYS, NAMES
from tests.voxspec.mini import Data, area, field, generated, message, schema, write
from voxspec.findings import SchemaError
from voxspec.generate import TARGETS
from voxspec.model import naming
from voxspec.output.write import apply
from voxspec.pipeline import load_protocol

ROOT = Path(__file__).parents[2]


def _distinct(names: list[str], *namings: Any) -> list[str]:
    """The names of which no two become one."""
    taken: set[str] = set()
    chosen = []
    for name in names:
        new = {naming(name) for naming in namings}
        if not new & taken:
            chosen.append(name)
            taken |= new
    return chosen


def _type(name: str, index: int) -> tuple[Data, Any]:
    """A named type of some kind, and a value of it."""
    kinds: list[tuple[Data, Any]] = [
        ({"type": "object", "required": [name], "properties": {name: field()}}, {name: "x"}),
        (
            {"type": "object", "x-extra": True, "properties": {name: field()}},
            {name: "x", "more": 1},
        ),
        ({"type": "integer", "format": "uint64", "minimum": 2**63}, 2**63),
        ({"type": "string", "x-sensitive": True}, "x"),
        (
            {
                "type": "string",
                "x-open": bool(index % 2),
                "enum": [name, "other value"],
                "x-enum-descriptions": {name: "One.", "other value": "Another."},
            },
            name,
        ),
    ]
    expression, value = kinds[index % len(kinds)]
    return {**expression, "description": "A type."}, value


def _reference(name: str, index: int) -> tuple[Data, Any]:
    """An expression that refers to a type, with something made of its value."""
    types: list[tuple[Data, Any]] = [
        ({"$ref": name}, lambda value: value),
        ({"type": "array", "items": {"$ref": name}}, lambda value: [value, value]),
        ({"oneOf": [{"$ref": name}, {"type": "null"}]}, lambda value: value),
        ({"type": "object", "additionalProperties": {"$ref": name}}, lambda v: {"k": v}),
    ]
    return types[index % len(types)]


def _named(names: list[str], keys: list[str]) -> Data:
    """A schema with types of these names, which messages refer to under these keys."""
    types: Data = {}
    properties: Data = {}
    example: Data = {}
    for index, name in enumerate(names):
        types[name], value = _type(name, index)
        expression, made = _reference(name, index)
        key = keys[index % len(keys)] if index < len(keys) else f"k{index}"
        properties[key] = field(expression)
        example[key] = made(value)
    files = schema(types=types)
    things = files["server/main.yaml"]["messages"]
    for number, part in enumerate(_parts([*properties])):
        given = {key: properties[key] for key in part}
        things[f"thing_{number}"] = message(given, {key: example[key] for key in part})
    return files


def _parts(keys: list[str], size: int = 20) -> list[list[str]]:
    """Keys in portions, because strategies look at each key beside each other one."""
    return [keys[start : start + size] for start in range(0, len(keys), size)]


def _big() -> list[Data]:
    """Two schemas with every name: as messages and areas; as types, keys and values."""
    messages = schema()
    for number, name in enumerate(_distinct(NAMES, naming.class_name, naming.frame_name)):
        side, stem = ("server", "client")[number % 2], f"area{number % 5}"
        file = messages.setdefault(f"{side}/{stem}.yaml", area(stem))
        keys = {name: field(), "list_of": field({"type": "array", "items": {"type": "string"}})}
        keys["secret"] = field({"type": "string"}, **{"x-sensitive": True})
        seq = "required" if side == "server" else "never"
        file["messages"][name] = message(keys, {name: "x", "secret": "y"}, seq=seq)
    del messages["server/main.yaml"], messages["client/main.yaml"]
    types = _named(_distinct(NAMES, naming.class_name), _distinct(NAMES, naming.attribute))
    things = types["server/main.yaml"]["messages"]
    for number, part in enumerate(_parts(_distinct(KEYS, naming.attribute))):
        things[f"every_key_{number}"] = message({key: field() for key in part}, {})
    values = _distinct(KEYS, naming.constant)
    types["types.yaml"]["types"]["every_value_type"] = {
        "type": "string",
        "description": "Every value.",
        "x-open": False,
        "enum": values,
        "x-enum-descriptions": dict.fromkeys(values, "A value."),
    }
    value = field({"$ref": "every_value_type"})
    things["every_value_message"] = message({"value": value}, {"value": values[-1]})
    return [messages, types]


@pytest.mark.parametrize("number", [0, 1])
def test_every_name_works(tmp_path: Path, number: int) -> None:
    with generated(_big()[number], tmp_path) as mini:
        mini.hold(draws=1)


def test_type_checkers_accept_every_name(tmp_path: Path) -> None:
    texts: dict[str, str] = {}
    one_side = schema()
    del one_side["client/main.yaml"]
    for number, files in enumerate([*_big(), one_side]):
        files["protocol.yaml"]["python"]["package"] = f"big{number}"
        protocol = load_protocol(write(files, tmp_path / f"schema{number}"))
        for target in ("python", "strategies"):
            texts |= TARGETS[target].plan(protocol)
    apply(texts, tmp_path / "out")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "-p", "big0", "-p", "big1", "-p", "big2"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.startswith("Success: ")) == (0, True), done.stdout[-3000:]


_FEW = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.nested_given, HealthCheck.too_slow],
)
_NAMING_RULES = {
    *("CLASS_NAME_UNIQUE", "NO_PYTHON_NAME_COLLISION", "FILE_NAME_FITS", "KEY_READABLE"),
    *("MESSAGE_NAME_UNIQUE_PER_DIRECTION", "ENVELOPE_KEYS_DIFFER"),
}


@st.composite
def _schemas(draw: st.DrawFn) -> Data:
    """A schema in which every name is drawn."""
    names = st.sampled_from(NAMES)
    keys = st.one_of(st.sampled_from(KEYS), st.text(max_size=4))
    files = _named(
        draw(st.lists(names, min_size=1, max_size=8, unique=True)),
        draw(st.lists(keys, min_size=1, max_size=8, unique=True)),
    )
    types = files["types.yaml"]["types"]
    envelope = files["protocol.yaml"]["envelope"]
    if draw(st.booleans()):
        chosen = draw(st.lists(keys.filter(bool), min_size=3, max_size=3, unique=True))
        for role, key in zip(("type", "payload", "sequence"), chosen, strict=True):
            envelope[role]["key"] = key
    permission = draw(st.sampled_from(["NONE", "2FA", "MRO", "A_"]))
    files["permissions.yaml"] = {
        "description": "P.",
        "permissions": {permission: {"bit": 1, "description": "P."}},
    }
    stems = draw(st.lists(st.sampled_from(AREAS), min_size=1, max_size=2, unique=True))
    for stem in stems:
        side = draw(st.sampled_from(["client", "server"]))
        file = files.setdefault(f"{side}/{stem}.yaml", area(stem))
        for name in draw(st.lists(names, min_size=1, max_size=3, unique=True)):
            drawn = draw(st.lists(keys, max_size=3, unique=True))
            properties = {key: field({"$ref": next(iter(types))}, deprecated="x") for key in drawn}
            seq = "required" if side == "server" else "never"
            file["messages"][name] = message(properties, {}, seq=seq)
    return files


@_FEW
@given(_schemas())
def test_any_names_work_or_are_refused(files: Data) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            with generated(files, Path(folder)) as mini:
                mini.hold(draws=3)
        except SchemaError as error:
            for finding in error.findings:
                assert finding.rule in _NAMING_RULES
                assert Path(finding.where.file).suffix == ".yaml"
                assert (finding.where.line, finding.where.column) > (1, 1)
