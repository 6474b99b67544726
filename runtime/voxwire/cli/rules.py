"""``voxwire rules``: every rule that a finding can name."""

import argparse
import sys
from collections.abc import Iterator
from typing import Final

from voxwire.checks import RULES, Rule
from voxwire.cli import exit_codes
from voxwire.cli.common import Commands, add_protocol, known_rules, new_command
from voxwire.cli.output import is_coloured
from voxwire.report.rule_text import rule_lines
from voxwire.report.style import Style

_WIDTH: Final = max(map(len, RULES))

_DESCRIPTION: Final = """\
List the rules that findings name: what each means, and how severe it is.
Those marked * become errors with --strict. Of rules that are named, show the page. All protocols
have the same rules and pages: --protocol is taken, as by other commands, and changes nothing here."""

_EPILOG: Final = """\
examples:
  voxwire rules                       all of them, in one line each
  voxwire rules SEQ_GAP               the page of one: why, what to do, examples
  voxwire rules seq_gap,field_length  the pages of two"""


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    summary = "list the rules that findings name"
    parser = new_command(commands, "rules", summary, _DESCRIPTION, _EPILOG, _run)
    add_protocol(parser)
    parser.add_argument(
        "rules", nargs="*", type=known_rules, metavar="RULE", help="show the page of these"
    )


def _run(options: argparse.Namespace) -> int:
    style = Style(is_coloured(sys.stdout))
    chosen = frozenset[Rule]().union(*options.rules)
    lines = _pages(chosen, style) if chosen else _list(style)
    for line in lines:
        print(line)
    return exit_codes.CLEAN


def _pages(chosen: frozenset[Rule], style: Style) -> Iterator[str]:
    for number, rule in enumerate(rule for rule in RULES.values() if rule in chosen):
        if number:
            yield ""
        yield from rule_lines(rule, style)


def _list(style: Style) -> Iterator[str]:
    group = ""
    for rule in RULES.values():
        if rule.group != group:
            group = rule.group
            yield style.paint(group, "place")
        yield _line(rule, style)


def _line(rule: Rule, style: Style) -> str:
    severity = rule.severity + ("*" if rule.strict else "")
    return f"  {rule.id:{_WIDTH}} {style.paint(f'{severity:8}', rule.severity)} {rule.meaning}"
