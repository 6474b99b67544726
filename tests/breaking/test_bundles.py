"""Bundles of JSON Schema bind whoever has them with all that they say, or are not taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.breaking.test_references import bundle_of
from tests.voxspec.keyword_samples import SAMPLES
from tests.voxspec.mini import write
from voxspec.breaking.compare import compare
from voxspec.breaking.references import ReferenceNotFoundError, find
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.references.read_back import misread
from voxspec.breaking.rules.applied import example
from voxspec.breaking.rules.applied import write as write_texts
from voxspec.breaking.verdict import Verdict, Who


@pytest.mark.parametrize(("keyword", "before"), [("message.keys", 0), ("message.seq", 1)])
def test_a_key_that_no_frame_has_is_refused(keyword: str, before: int, tmp_path: Path) -> None:
    """By who has the bundle as well as by who has the schema, once somebody sends it."""
    old = write(SAMPLES[keyword][before], tmp_path / "old")
    new = of_folder(write(SAMPLES[keyword][1 - before], tmp_path / "new"))
    hurt = [
        {
            (effect.who, effect.verdict)
            for change in compare(revision, new)
            for effect in change.effects
            if effect.who is not Who.SOURCE
        }
        for revision in (of_folder(old), find(str(bundle_of(old)), old))
    ]
    assert hurt == [{(Who.OLD_CLIENTS, Verdict.BREAKS), (Who.NEW_CLIENTS, Verdict.BREAKS)}] * 2


def edited(folder: Path, path: str, said: Any) -> tuple[Path, Path]:
    """The schema of the examples, and its bundle with one more thing that a definition says."""
    schema = write_texts(example(), folder / "schema")
    file = bundle_of(schema)
    bundle = json.loads(file.read_text("utf-8"))
    *way, last = path.split("/")
    part = bundle["$defs"]
    for step in way:
        part = part[step]
    part[last] = said
    file.write_text(json.dumps(bundle), "utf-8")
    return schema, file


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("client_say_payload/unevaluatedProperties", False),
        ("client_say_payload/properties/text/not", {"const": "a"}),
        ("client_say_payload/patternProperties", {"^x-": {"type": "string"}}),
        ("client_say_payload/propertyNames", {"maxLength": 9}),
        ("client_say_frame/dependentRequired", {"type": ["more"]}),
        ("client_say_frame/required", ["data"]),
        ("client_say_frame/properties/type/maxLength", 2),
    ],
)
def test_what_is_not_read_is_no_bundle(path: str, said: Any, tmp_path: Path) -> None:
    schema, file = edited(tmp_path, path, said)
    with pytest.raises(ReferenceNotFoundError) as caught:
        find(str(file), schema)
    assert str(caught.value) == (
        f"{file} is no bundle as voxspec generate writes it: what #/$defs/{path} says is not understood"
    )


def test_a_definition_that_is_there_on_one_side_alone(tmp_path: Path) -> None:
    schema = write_texts(example(), tmp_path / "schema")
    bundle = json.loads(bundle_of(schema).read_text("utf-8"))
    protocol = of_folder(schema).protocol
    assert misread(bundle, protocol) is None
    said = bundle["$defs"].pop("client_say_payload")
    assert misread(bundle, protocol) == "#/$defs/client_say_payload"
    bundle["$defs"] |= {"client_say_payload": said, "strange": said}
    assert misread(bundle, protocol) == "#/$defs/strange"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("client_say_frame/minProperties", 1),
        ("client_say_frame/$comment", "As before."),
        ("client_say_payload/properties/text/allOf", [{"type": "string"}]),
        ("client_say_payload/properties/text/x-later", True),
    ],
)
def test_what_means_the_same_is_read(path: str, said: Any, tmp_path: Path) -> None:
    schema, file = edited(tmp_path, path, said)
    assert compare(find(str(file), schema), of_folder(schema)) == []
