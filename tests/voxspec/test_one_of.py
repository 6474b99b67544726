"""A named choice between keys: what models make of it, and which names it cannot have."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from tests.voxspec.tide import SCHEMA
from voxspec.findings import SchemaError
from voxspec.generate import plan
from voxspec.output.write import apply
from voxspec.pipeline import load_protocol

NAME = "      x-one-of-name: place\n"
SECOND = """  unmoor:
    summary: Leave
    description: The last message.
    seq: never
    payload:
      type: object
      properties:
        berth: {type: integer, format: uint32, description: One way to say where.}
        buoy: {type: integer, format: uint32, description: Another way to say where.}
        anchor: {type: boolean, description: A third way to say where.}
      oneOf: [{required: [berth]}, {required: [buoy]}, {required: [anchor]}]
      x-one-of-name: place
    examples:
      - {summary: From a berth, payload: {berth: 1}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "schema"
    shutil.copytree(SCHEMA, folder)
    return folder


def changed(folder: Path, *changes: tuple[str, str], added: str = "") -> None:
    path = folder / "client" / "mooring.yaml"
    text = path.read_text("utf-8") + added
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(SchemaError) as caught:
        load_protocol(folder)
    return [
        f"{Path(f.where.file).name}:{f.where.line}:{f.where.column} {f.rule} {f.message}"
        for f in caught.value.findings
    ]


@pytest.fixture(scope="module")
def tide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("tide")
    apply(plan(load_protocol(SCHEMA)), folder)
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("tidemodels.v3")
    finally:
        sys.path.remove(str(folder))
        for name in [n for n in sys.modules if n.split(".")[0] == "tidemodels"]:
            del sys.modules[name]


MOOR = {"call_sign": "ABBA", "phrase": "sesame"}
CASES = [("berth", "BerthPlace", 3), ("buoy", "BuoyPlace", 4), ("anchor", "AnchorPlace", True)]


@pytest.mark.parametrize(("key", "name", "value"), CASES)
def test_what_is_there_is_one_value(tide: Any, key: str, name: str, value: object) -> None:
    moor = tide.client.Moor(**MOOR, by=tide.Flag.RED, **{key: value})
    assert moor.place == getattr(tide, name)(**{key: value})
    again = tide.client.Moor.from_place(moor.place, **MOOR, by=tide.Flag.RED)
    assert again == moor
    assert again.pilot is UNSET
    decoded = msgspec.json.decode(
        json.dumps({"op": "moor", "data": {**MOOR, "by": "red", key: value}}), type=tide.ClientFrame
    )
    assert decoded.data.place == moor.place


def test_optional_keys_are_arguments_too(tide: Any) -> None:
    place = tide.BerthPlace(berth=1)
    moor = tide.client.Moor.from_place(place, **MOOR, by=tide.Flag.TWO_TONE, pilot="Jo")
    assert (moor.pilot, moor.berth, moor.buoy) == ("Jo", 1, UNSET)
    with pytest.raises(TypeError, match="berth"):
        tide.client.Moor.from_place(place, **MOOR, by=tide.Flag.RED, berth=2)


def test_records_with_the_same_choice_share_its_classes(folder: Path) -> None:
    changed(folder, added=SECOND)
    files = plan(load_protocol(folder))
    types = files["tidemodels/v3/types.py"]
    assert types.count("class BerthPlace(") == 1
    assert "Place: TypeAlias = BerthPlace | BuoyPlace | AnchorPlace" in types
    assert files["tidemodels/v3/client/mooring.py"].count("def place(self) -> Place:") == 2
    assert json.loads(files["jsonschema/v3/client/unmoor.json"])["$defs"]["client_unmoor_payload"][
        "x-one-of-name"
    ] == "place"  # fmt: skip
    assert "is present: the place." in files["docs/v3/client/mooring.md"]


def test_without_a_name_there_is_no_property(folder: Path) -> None:
    changed(folder, (NAME, ""))
    files = plan(load_protocol(folder))
    assert "from_place" not in files["tidemodels/v3/client/mooring.py"]
    assert "Place" not in files["tidemodels/v3/types.py"]


REFUSED = [
    ("berth", "25:7 NO_PYTHON_NAME_COLLISION",
     'the choice "berth" and the key "berth" both become the Python name "berth"'),
    ("class", "25:7 NO_PYTHON_NAME_COLLISION",
     'the choice "class" has a name that Python or every class needs for itself'),
    ("property", "25:7 NO_PYTHON_NAME_COLLISION",
     'the choice "property" has a name that Python or every class needs for itself'),
    ("point", "25:7 CLASS_NAME_UNIQUE",
     'the choice "point" becomes the Python name "Point", as the type "point" does'),
    ("moor", "25:7 CLASS_NAME_UNIQUE",
     'the choice "moor" becomes the Python name "Moor", as the message "moor" does'),
    ("Place", "25:22 METASCHEMA_VALID", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "where", "said"), REFUSED)
def test_names_that_a_choice_cannot_have(folder: Path, name: str, where: str, said: str) -> None:
    changed(folder, (NAME, f"      x-one-of-name: {name}\n"))
    (mistake,) = mistakes(folder)
    assert mistake.startswith(f"mooring.yaml:{where} {said}")


def test_one_name_means_the_same_keys_of_the_same_types(folder: Path) -> None:
    changed(folder, added=SECOND.replace("anchor: {type: boolean", "anchor: {type: string"))
    (mistake,) = mistakes(folder)
    assert mistake == (
        'mooring.yaml:40:7 CHOICE_IS_CLEAR the choice "place" has other keys or types in "moor"'
    )


@pytest.mark.parametrize(
    ("old", "where"),
    [
        ("      oneOf: [{required: [berth]}, {required: [buoy]}, {required: [anchor]}]\n", "24:7"),
        ("        pilot: {type: string, ", "16:31"),
    ],
)
def test_only_a_choice_has_a_name(folder: Path, old: str, where: str) -> None:
    if "oneOf" in old:
        changed(folder, (old, ""))
    else:
        changed(folder, (old, f"{old}x-one-of-name: boat, "))
    (mistake, *_) = mistakes(folder)
    assert mistake.startswith(f"mooring.yaml:{where} ")
    assert "x-one-of-name" in mistake
