"""Where findings are said to be, when the format of the capture counts lines and when it does not."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.voxwire_report.conftest import Run
from voxwire.checks import Finding, Statistics
from voxwire.report.github_report import GithubReport
from voxwire.report.gitlab_report import GitlabReport
from voxwire.report.markdown_report import MarkdownReport
from voxwire.report.places import Root, line_of, place_in_file
from voxwire.report.sarif_report import SarifReport
from voxwire.rules.registry import RULES
from voxwire.rules.sequence import SEQ_GAP

FOUND = replace(Finding.of(SEQ_GAP, "a gap"), file="a.log", connection=2, frame=3)


def at(location: str | None) -> Finding:
    return replace(FOUND, location=location)


def written(report: type[SarifReport | GitlabReport | GithubReport], finding: Finding) -> str:
    out = io.StringIO()
    writer = report(out, Root())
    writer.finding(finding)
    statistics = Statistics()
    statistics.add_finding(finding)
    writer.finish(statistics, 0)
    return out.getvalue()


@pytest.mark.parametrize(
    ("location", "line"),
    [
        ("line 40", 40),
        ("line 40, message 2", 40),
        ("packet 40", None),
        ("entry 3, message 12", None),
        ("byte 40", None),
        (None, None),
    ],
)
def test_only_lines_are_lines(location: str | None, line: int | None) -> None:
    finding = at(location)
    assert line_of(finding) == line
    sarif: Any = json.loads(written(SarifReport, finding))
    physical = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert physical.get("region") == (None if line is None else {"startLine": line})
    gitlab = json.loads(written(GitlabReport, finding))
    assert gitlab[0]["location"]["lines"] == {"begin": line or 1}
    github = written(GithubReport, finding).splitlines()[0]
    named = "" if line is None else f"line={line},"
    assert github.startswith(f"::error file=a.log,{named}title=SEQ_GAP%3A ")


def test_words_for_a_place() -> None:
    assert place_in_file(at("packet 17")) == "connection 2, frame 3 (packet 17)"
    assert place_in_file(at(None)) == "connection 2, frame 3"
    assert place_in_file(replace(FOUND, frame=None)) == "connection 2"
    assert place_in_file(replace(FOUND, frame=None, connection=None)) == ""


@pytest.mark.parametrize("name", ["<stdin>", "s3://bucket/a.ndjson"])
def test_what_is_no_path_stays(name: str) -> None:
    assert Root("/somewhere").relative(name) == name
    sarif: Any = json.loads(written(SarifReport, replace(FOUND, file=name)))
    place = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == (
        {"uri": "%3Cstdin%3E", "uriBaseId": "SRCROOT"} if name == "<stdin>" else {"uri": name}
    )


def markdown(*findings: Finding) -> str:
    out = io.StringIO()
    report = MarkdownReport(out, Root())
    statistics = Statistics()
    for finding in findings:
        statistics.add_finding(finding)
        report.finding(finding)
    report.finish(statistics, 0)
    return out.getvalue()


def test_markdown_has_no_room_for_everything() -> None:
    found = [
        replace(Finding.of(rule, "[" * 400, "]" * 400), file="a.ndjson", connection=1, frame=1)
        for rule in RULES.values()
        for _ in range(4)
    ]
    text = markdown(*found)
    assert 50_000 < len(text) < 60_100
    said = text.rstrip().splitlines()[-1]
    shown = text.count("\n### ")
    assert said == f"No room for examples of {len(RULES) - shown} more rules."
    assert text.count("\n| ") == len(RULES) + 1


def test_markdown_writes_backticks_as_code() -> None:
    text = markdown(replace(FOUND, file="a``b.ndjson", pointer="/d/`"))
    assert "- ``` a``b.ndjson ```, connection 2, frame 3, `` /d/` ``: a gap" in text.splitlines()


def test_a_har_file_says_which_entry(run: Run) -> None:
    har = Path(__file__).parents[1] / "data" / "captures" / "two-connections.har"
    found = [json.loads(line) for line in run("jsonl", har).out.splitlines()]
    places = {finding["location"] for finding in found if finding["frame"] is not None}
    assert places
    assert all(place.startswith("entry ") for place in places)
