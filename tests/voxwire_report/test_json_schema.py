"""The JSON reports are what their published schema says."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.voxwire.native import EXAMPLES, capture, header
from tests.voxwire_report.conftest import HELLO, IDENTIFY, Run

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
LINE = {"$ref": "#/$defs/line", "$defs": SCHEMA["$defs"]}
CAPTURES = [
    *sorted(EXAMPLES.glob("*.ndjson")),
    *sorted((ROOT / "tests" / "data" / "captures").iterdir()),
    ROOT / "README.md",
]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_reports_of_captures(run: Run, path: Path) -> None:
    report = json.loads(run("json", path).out)
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    lines = [json.loads(line) for line in run("jsonl", path).out.splitlines()]
    for line in lines:
        jsonschema.Draft202012Validator(LINE).validate(line)
    assert lines == [{"version": 1} | finding for finding in report["findings"]]


def test_what_is_hostile(run: Run, hostile: str) -> None:
    report = json.loads(run("json", hostile).out)
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert len(report["findings"]) > 10


def test_no_key_is_missing_from_the_schema(run: Run, folder: Path) -> None:
    (folder / "a.ndjson").write_bytes(capture(header(), HELLO, *[IDENTIFY] * 4))
    report: Any = json.loads(run("json", "a.ndjson").out)
    kinds = SCHEMA["$defs"]
    assert list(report) == list(SCHEMA["properties"])
    assert list(report["findings"][0]) == list(kinds["finding"]["properties"])
    assert list(report["repeated"][0]) == list(kinds["repeated"]["properties"])
    assert list(report["summary"]) == list(kinds["summary"]["properties"])
    for kind in ("finding", "repeated", "summary"):
        assert kinds[kind]["required"] == list(kinds[kind]["properties"])


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("version", 2),
        ("findings", {}),
        ("summary", {}),
    ],
)
def test_what_is_no_report(run: Run, pointer: str, value: object) -> None:
    report = json.loads(run("json", EXAMPLES / "main-bot-plain.ndjson").out)
    assert jsonschema.Draft202012Validator(SCHEMA).is_valid(report)
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(report | {pointer: value})
