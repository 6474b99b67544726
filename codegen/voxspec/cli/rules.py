"""``voxspec rules``: what each rule about schema files means."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from voxspec.near import did_you_mean
from voxspec.rules import RULES


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add the subcommand."""
    del source
    parser = commands.add_parser(
        "rules",
        help="explain the rules for schema files",
        description="List every rule for schema files, or explain one.",
    )
    parser.add_argument("rule", nargs="?", help="the id of one rule")
    parser.set_defaults(run=_rules)


def _rules(options: argparse.Namespace) -> int:
    if options.rule is None:
        width = max(map(len, RULES))
        for rule in RULES.values():
            print(f"{rule.id.ljust(width)}  {rule.sentence}")
        return 0
    if options.rule not in RULES:
        hint = did_you_mean(options.rule.upper(), list(RULES))
        print(
            f"voxspec: no rule is called {options.rule}" + (f"; {hint}" if hint else ""),
            file=sys.stderr,
        )
        return 2
    print(f"{options.rule}: {RULES[options.rule].sentence}")
    return 0
