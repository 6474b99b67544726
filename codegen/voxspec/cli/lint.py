"""``voxspec lint``: what the schema files could say better, with places, and mends for some of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from voxspec.findings import Finding
from voxspec.lint.choose import mistake_in
from voxspec.lint.fix import Fixed, fix
from voxspec.lint.run import Linted, lint
from voxspec.lint.settings import choice_of
from voxspec.report.github import github_lines
from voxspec.report.items import items_of
from voxspec.report.places import Root
from voxspec.report.rules import words_of
from voxspec.report.sarif import sarif_text
from voxspec.report.style import Style, printable, style_for
from voxspec.report.text import counted, text_lines
from voxspec.rules import RULES
from voxspec.settings import SettingsError, settings_for

_VERSION = 1
"""Of the JSON that ``--format json`` writes."""

_DESCRIPTION = """\
Look for what breaks the rules for schema files. What reading asks for is always among it; which of
the other rules are, --select says, or [tool.voxspec.lint] in pyproject.toml: MINIMAL, BASIC with it,
STANDARD with both (the default), DOCS, STRICT, and the id of any rule. In schema files,
x-lint-ignore: [{rule: ID, reason: WHY}] lets a part break a rule."""

_EXAMPLES = """\
examples:
  voxspec lint                                the schema in schema/v1
  voxspec lint --select STANDARD,DOCS         more of it
  voxspec lint --ignore BIG_INT_MARKED        all but one
  voxspec lint --fix                          mend what needs no thought
  voxspec lint --format sarif > lint.sarif    for code scanning
  voxspec rules C2S_STRING_BOUNDED            why a rule is there, and what to do

exit codes: 0 nothing found, 1 something was, 2 wrong usage or settings
"""


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "lint",
        parents=[source],
        help="look for what the schema files could say better",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--select", type=_names, metavar="RULES", help="categories and ids, with commas between"
    )
    parser.add_argument(
        "--ignore", type=_ignored, metavar="RULES", help="what of it not to look for"
    )
    parser.add_argument(
        "--fix", action="store_true", help="mend what needs no thought, and say what was mended"
    )
    parser.add_argument(
        "--format",
        choices=["text", "json", "sarif", "github"],
        default="text",
        help="output form (default: %(default)s)",
    )
    parser.set_defaults(run=_lint)


def _names(text: str) -> list[str]:
    names = [*_known(text, is_ignored=False)]
    if not names:
        raise argparse.ArgumentTypeError("names no rule; leave it out for STANDARD")
    return names


def _ignored(text: str) -> list[str]:
    return [*_known(text, is_ignored=True)]


def _known(text: str, *, is_ignored: bool) -> Iterator[str]:
    for name in (part.strip() for part in text.split(",")):
        said = mistake_in(name, is_ignored=is_ignored) if name else ""
        if said:
            raise argparse.ArgumentTypeError(said)
        if name:
            yield name


def _lint(options: argparse.Namespace) -> int:
    try:
        choice = choice_of(settings_for("lint", options.schema), options.select, options.ignore)
    except SettingsError as error:
        for line in str(error).split("\n"):
            print(f"voxspec lint: {line}", file=sys.stderr)
        return 2
    fixed = fix(options.schema, choice) if options.fix else Fixed((), lint(options.schema, choice))
    _print(options, fixed)
    return 1 if fixed.left.problems else 0


def _print(options: argparse.Namespace, fixed: Fixed) -> None:
    linted = fixed.left
    items = items_of(linted.findings)
    match options.format:
        case "json":
            text = json.dumps(_data(linted, fixed.done), indent=2, ensure_ascii=False)
            print(text)
        case "sarif":
            print(sarif_text(items, words_of(linted.findings), Root()), end="")
        case "github":
            for line in github_lines(items, Root()):
                print(line)
        case _:
            style = style_for(sys.stdout)
            for line in _text(linted, fixed.done, style):
                print(line)


def _text(linted: Linted, done: Iterable[Finding], style: Style) -> Iterator[str]:
    mended = [*done]
    for finding in mended:
        where = style.paint(f"{printable(str(finding.where))}:", "place")
        yield f"{where} {style.paint(f'mended[{finding.rule}]', 'good')} {printable(finding.message)}"
    yield from text_lines(items_of(linted.findings), style)
    if mended:
        yield f"{counted(len(mended), 'mistake')} mended"
    yield _summary(linted)


def _summary(linted: Linted) -> str:
    ignored = f", {linted.ignored:,} ignored for a reason" if linted.ignored else ""
    if not linted.problems:
        return f"{counted(linted.messages, 'message')}, nothing found{ignored}"
    files = len({finding.where.file for finding in linted.findings})
    mendable = sum(problem.mend is not None for problem in linted.problems)
    fix_ = f"; --fix mends {mendable:,} of them" if mendable else ""
    count = counted(len(linted.problems), "finding")
    return f"{count} in {counted(files, 'file')}{ignored}{fix_}"


def _data(linted: Linted, done: Iterable[Finding]) -> dict[str, object]:
    root = Root()
    return {
        "version": _VERSION,
        "findings": [
            {**_finding(problem.finding, root), "fixable": problem.mend is not None}
            for problem in linted.problems
        ],
        "fixed": [_finding(finding, root) for finding in done],
        "summary": {
            "findings": len(linted.problems),
            "ignored": linted.ignored,
            "messages": linted.messages,
        },
    }


def _finding(finding: Finding, root: Root) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "category": RULES[finding.rule].category.value,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint or None,
        "file": root.relative(finding.where.file),
        "line": finding.where.line,
        "column": finding.where.column,
    }
