"""``voxwire rules``: every rule that a finding can name."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from voxwire.checks import RULES, Rule
from voxwire.cli import exit_codes
from voxwire.cli.choices import known_rules
from voxwire.cli.output import is_coloured
from voxwire.report.style import Style

_WIDTH: Final = max(map(len, RULES))

_EPILOG: Final = """\
examples:
  voxwire rules                       all of them, in one line each
  voxwire rules SEQ_GAP FIELD_LENGTH  these two, with an example of each
  voxwire rules seq_gap,field_length  the same"""

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_command(commands: "Commands") -> None:
    """Add the subcommand to the command line."""
    parser = commands.add_parser(
        "rules",
        help="list the rules that findings name",
        description="List the rules that findings name: what each means, and how severe it is.\n"
        "Those marked * become errors with --strict.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("rules", nargs="*", type=known_rules, metavar="RULE", help="only these")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    style = Style(is_coloured(sys.stdout))
    chosen = frozenset[str]().union(*options.rules) or RULES.keys()
    group = ""
    for rule in RULES.values():
        if rule.id not in chosen:
            continue
        if rule.group != group:
            group = rule.group
            print(style.paint(group, "place"))
        print(_line(rule, style))
        if options.rules:
            print(f"  {'':{_WIDTH}} {style.paint('example', 'dim')}  {rule.example}")
    return exit_codes.CLEAN


def _line(rule: Rule, style: Style) -> str:
    severity = rule.severity + ("*" if rule.strict else "")
    return f"  {rule.id:{_WIDTH}} {style.paint(f'{severity:8}', rule.severity)} {rule.meaning}"
