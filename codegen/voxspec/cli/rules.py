"""``voxspec rules``: every rule that a finding can name, or the page of one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voxspec.breaking.rules import RULES as BREAKING_RULES
from voxspec.breaking.verdict import Category
from voxspec.near import did_you_mean
from voxspec.report.style import Style, style_for
from voxspec.rules import RULES

_EXAMPLES = """\
examples:
  voxspec rules                      all of them, in one line each
  voxspec rules REF_RESOLVES         the page of one: why, what to do, examples
  voxspec rules standard             those of a category
  voxspec rules breaking             those of voxspec breaking
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule as the list has it; ``marks`` stand behind its category."""

    category: str
    sentence: str
    marks: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """Rules of one kind: their lines by id, in the order of the list, and how a page is made of one."""

    rules: Mapping[str, Listed]
    page: Callable[[str, Style], Iterator[str]]


def _schema_page(rule: str, style: Style) -> Iterator[str]:
    from voxspec.lint.rule_text import rule_lines  # loads a schema, and what is needed for that

    yield from rule_lines(RULES[rule], style)


def _breaking_page(rule: str, style: Style) -> Iterator[str]:
    from voxspec.breaking.rules.text import rule_lines  # compares two schemas for it

    yield from rule_lines(BREAKING_RULES[rule], style)


FAMILIES: tuple[Family, ...] = (
    Family(
        {
            rule.id: Listed(rule.category.value, rule.sentence, "*" if rule.is_loaded else "")
            for rule in RULES.values()
        },
        _schema_page,
    ),
    Family(
        {rule.id: Listed("BREAKING", rule.headline) for rule in BREAKING_RULES.values()},
        _breaking_page,
    ),
)
"""All kinds of rules; their ids differ."""


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add the subcommand."""
    del source
    parser = commands.add_parser(
        "rules",
        help="list the rules, or explain one",
        description="List the rules that findings name, by category; those marked * are asked for whenever a\n"
        "schema is read. Of a rule that is named, show the page.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "rule", nargs="?", metavar="RULE", help="the id of a rule, or a category as the list has it"
    )
    parser.set_defaults(run=_rules)


def _rules(options: argparse.Namespace) -> int:
    wanted: str | None = options.rule
    lines = _lines(None if wanted is None else wanted.upper(), style_for(sys.stdout))
    if wanted is not None and lines is None:
        names = [name for family in FAMILIES for name in family.rules]
        categories = [rule.category for family in FAMILIES for rule in family.rules.values()]
        hint = did_you_mean(wanted.upper(), [*names, *dict.fromkeys(categories)])
        said = f"no rule is called {wanted}{f'; {hint}' if hint else ''}"
        if wanted.upper() in Category.__members__:
            said = (
                f"{wanted.upper()} says whom a change breaks, which is judged each time, whatever the rule; "
                "`voxspec rules breaking` lists the rules"
            )
        print(f"voxspec: {said}", file=sys.stderr)
        return 2
    for line in lines or ():
        print(line)
    return 0


def _lines(wanted: str | None, style: Style) -> Iterator[str] | None:
    """The list, the part of it that is of a category, or a page; None where there is no such."""
    for family in FAMILIES:
        if wanted is not None and wanted in family.rules:
            return family.page(wanted, style)
    listed = [(name, rule) for family in FAMILIES for name, rule in family.rules.items()]
    if wanted is not None:
        listed = [(name, rule) for name, rule in listed if rule.category == wanted]
    return _list(listed, style) if listed else None


def _list(listed: list[tuple[str, Listed]], style: Style) -> Iterator[str]:
    width = max(len(name) for name, _ in listed) + 1
    for category in dict.fromkeys(rule.category for _, rule in listed):
        yield style.paint(category, "place")
        for name, rule in listed:
            if rule.category == category:
                yield f"  {name + rule.marks:{width}} {rule.sentence}"
