"""Every rule for schema files: its bad example breaks it and nothing else, its good one nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

from voxspec.findings import Findings
from voxspec.lint.checks import CHECKS, MENDS
from voxspec.lint.fix import fix
from voxspec.lint.rule_examples import asked, linted, texts, write
from voxspec.lint.rule_pages import main, pages, stale
from voxspec.lint.rule_pages import write as write_pages
from voxspec.load.source import parse
from voxspec.rules import RULES

MENDED = [rule.id for rule in RULES.values() if rule.mend]


@pytest.mark.parametrize("name", RULES)
def test_the_bad_example_breaks_the_rule_alone(name: str) -> None:
    found = linted(RULES[name], RULES[name].bad)
    assert {finding.rule for finding in found.findings} == {name}, found.findings
    assert found.loads is not RULES[name].is_loaded


@pytest.mark.parametrize("name", RULES)
def test_the_good_example_breaks_nothing(name: str) -> None:
    assert linted(RULES[name], RULES[name].good).findings == []


def read(text: str) -> Any:
    source = parse(text, "", Findings())
    assert source is not None
    return source.data


@pytest.mark.parametrize("name", MENDED)
def test_the_mend_makes_the_good_example_of_the_bad_one(name: str, tmp_path: Path) -> None:
    rule = RULES[name]
    write(rule.bad, tmp_path)
    fixed = fix(tmp_path, asked(rule))
    assert {finding.rule for finding in fixed.done} == {name}
    assert fixed.left.findings == []
    wanted = {file: read(text) for file, text in texts(rule.good).items()}
    assert {file: read((tmp_path / file).read_text("utf-8")) for file in wanted} == wanted


def test_what_has_no_mend_is_left_as_it_is(tmp_path: Path) -> None:
    for name in [name for name in RULES if name not in MENDED][::5]:
        folder = tmp_path / name
        write(RULES[name].bad, folder)
        before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
        assert fix(folder, asked(RULES[name])).done == ()
        assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before


def test_each_rule_is_asked_for_by_reading_or_by_a_check() -> None:
    about_ignores = {"LINT_IGNORE_KNOWN", "LINT_IGNORE_USED"}
    checked = {rule.id for rule in RULES.values() if not rule.is_loaded} - about_ignores
    assert checked == {*CHECKS}
    assert {*MENDS} <= {rule.id for rule in RULES.values() if rule.is_loaded and rule.mend}


def test_the_pages_are_those_of_the_rules() -> None:
    assert stale(Path(__file__).parents[2] / "docs" / "schema-rules") == []


def test_pages_that_are_out_of_date_are_named(tmp_path: Path, capsys: Any) -> None:
    folder = tmp_path / "pages"
    assert main([str(folder)]) == 0
    assert main([str(folder), "--check"]) == 0
    (folder / "TYPE_USED.md").write_text("Other words.\n", "utf-8")
    (folder / "INT_HAS_WIDTH.md").unlink()
    (folder / "GONE.md").write_text("A rule that was.\n", "utf-8")
    assert main([str(folder), "--check"]) == 1
    named = [folder / f"{name}.md" for name in ("GONE", "INT_HAS_WIDTH", "TYPE_USED")]
    assert capsys.readouterr().out.splitlines() == [
        f"{page} is not what the rules say" for page in named
    ]
    write_pages(folder)
    assert stale(folder) == []


def test_no_page_names_a_place_of_this_machine() -> None:
    assert not any(str(Path(tempfile.gettempdir())) in text for text in pages().values())
