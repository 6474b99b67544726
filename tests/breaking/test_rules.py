"""Each rule about changes is found in its example, and what is said to be better breaks nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from voxspec.breaking.rules import RULES
from voxspec.breaking.rules.applied import found
from voxspec.breaking.rules.pages import pages
from voxspec.breaking.verdict import Category

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "breaking-rules"
CODE = ROOT / "codegen" / "voxspec" / "breaking"


@pytest.mark.parametrize("id_", RULES)
def test_a_rule_is_found_in_its_example(id_: str) -> None:
    assert id_ in {change.rule for change in found(RULES[id_], RULES[id_].bad)}


@pytest.mark.parametrize("id_", [id_ for id_ in RULES if RULES[id_].good])
def test_what_is_better_breaks_nothing(id_: str) -> None:
    changes = found(RULES[id_], RULES[id_].good)
    assert {category for change in changes for category in change.categories} <= {Category.NOTE}


def test_the_example_is_the_same_as_itself() -> None:
    assert found(RULES["FIELD_ADDED"], ()) == []


def test_the_pages_are_those_of_the_rules() -> None:
    written = {path.name: path.read_text("utf-8") for path in PAGES.glob("*")}
    assert written == pages(), "python -m voxspec.breaking.rules.pages docs/breaking-rules"


def test_each_rule_that_is_named_is_explained() -> None:
    code = "".join(
        path.read_text("utf-8")
        for folder in ("frames", "connection", "source")
        for path in sorted((CODE / folder).glob("*.py"))
    )
    validators = {"UNKNOWN_TYPE", "WRONG_DIRECTION", "UNKNOWN_FIELD", "PUBLISHED_NAME"}
    validators |= {"FIELD_MISSING", "REQUIRED_WHEN", "FORBIDDEN_WHEN", "EXACTLY_ONE_OF"}
    validators |= {"SEQ_MISSING", "SEQ_FORBIDDEN", "PAYLOAD_MISSING", "PAYLOAD_FORBIDDEN"}
    validators |= {"PAYLOAD_INVALID"}
    named = {*re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', code)} - validators
    conversation = sorted((CODE / "conversation").glob("*.py"))
    for path in conversation:
        named |= {*re.findall(r"\brules\.([A-Z_]+)", path.read_text("utf-8"))}
    assert named == {*RULES}
