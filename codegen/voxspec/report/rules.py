"""What reports say of the rules for schema files."""

from __future__ import annotations

from collections.abc import Iterable

from voxspec.findings import Finding
from voxspec.report.items import RuleWords
from voxspec.rules import RULES


def words_of(findings: Iterable[Finding]) -> dict[str, RuleWords]:
    """The words of the rules that findings name, by their ids."""
    return {name: _words(name) for name in {finding.rule for finding in findings}}


def _words(name: str) -> RuleWords:
    rule = RULES[name]
    return RuleWords(rule.id, rule.sentence, rule.why, rule.fix, rule.page, (rule.category.value,))
