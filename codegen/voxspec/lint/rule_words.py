"""What pages of rules say in words: where a rule is from, what its examples are, what is said of them."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.lint.rule_examples import linted
from voxspec.rules import SELECTED, Category, Part, Rule

CATEGORIES = {
    Category.MINIMAL: "What nothing can be read without.",
    Category.BASIC: "What generated code needs to say what was meant, and names that are alike.",
    Category.STANDARD: "What keeps a protocol safe to change, and to read in every language.",
    Category.DOCS: "What people need who read about the protocol.",
    Category.STRICT: "Types that every language has alike, and no others.",
}
"""What the rules of each category are for."""

_MOST_LINES = 24
"""Longer parts are shown with their beginning and end alone."""


def asked_for(rule: Rule) -> str:
    """When somebody looks whether a rule is kept, and whether it can be ignored."""
    if rule.is_loaded:
        return "always: what breaks it is not read, and it cannot be ignored"
    chosen = [name.value for name, within in SELECTED.items() if rule.category in within]
    return f"with {' or '.join(chosen)}; it can be ignored for a reason"


def shown(part: Part) -> list[str]:
    """The lines of a part of an example."""
    lines = part.text.strip("\n").split("\n")
    if len(lines) > _MOST_LINES:
        left = len(lines) - 6
        lines = [*lines[:3], f"  # … {left} more like these", *lines[-3:]]
    return lines


def told(rule: Rule) -> Iterator[str]:
    """What is said of the bad example, each thing once."""
    seen = set()
    for finding in linted(rule, rule.bad).findings:
        hint = f" ({finding.hint})" if finding.hint else ""
        line = f"{finding.severity}[{finding.rule}] {finding.message}{hint}"
        if line not in seen:
            seen.add(line)
            yield line
