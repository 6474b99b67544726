"""What reports say of the rule that a change names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from voxspec.breaking.rules import RULES
from voxspec.report.items import RuleWords

_PAGES: Final = "https://github.com/vox-protocol/vox-protocol/blob/main/docs/breaking-rules"


def words_of(names: Iterable[str]) -> dict[str, RuleWords]:
    """The words of rules, by their ids."""
    return {name: rule_words(name) for name in names if name in RULES}


def rule_words(name: str) -> RuleWords:
    """The words of one: in a line, at length, and where there is more."""
    rule = RULES[name]
    return RuleWords(
        name, f"{rule.headline}.", rule.why, rule.fix, f"{_PAGES}/{name}.md", (str(rule.group),)
    )
